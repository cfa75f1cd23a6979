package trusted

import (
	"context"
	"encoding/json"

	lru "github.com/hashicorp/golang-lru/v2"

	"lintu/kg"
)

// Options say what Documents know.
type Options struct {
	Mode     Mode      // Off where it is empty
	Manifest *Manifest // for the other modes
	Keep     int       // documents that clients may leave, the last ones; 0: none
	// Unknown is told, in the mode Prefer, the hash of each document that is not in the manifest; nil: nobody.
	Unknown func(ctx context.Context, hash string)
}

// longestToKeep bounds a document that a client leaves, in bytes, and with Keep the memory that clients can fill.
const longestToKeep = 16 << 10

// Documents find the texts of requests. They are safe for concurrent use.
type Documents struct {
	o    Options
	kept *lru.Cache[string, string] // by hash; nil where nothing is kept
}

// New makes Documents.
func New(o Options) *Documents {
	d := &Documents{o: o}
	if o.Mode == "" {
		d.o.Mode = Off
	}
	if o.Keep > 0 && d.o.Mode != Only {
		d.kept, _ = lru.New[string, string](o.Keep) // fails for a size below 1 only
	}
	return d
}

// Query is what a request says of its document: its text, its name, or both.
type Query struct {
	Text      string
	ID        string // documentId
	Persisted any    // the extension persistedQuery, as it came
}

// Resolve is the text of a request's document. Errors are those of this package, and an InvalidError for a request that
// contradicts itself.
func (d *Documents) Resolve(ctx context.Context, r Query) (string, error) {
	if r.ID != "" {
		text, ok := d.o.Manifest.find(r.ID)
		switch {
		case !ok || d.o.Mode == Off:
			return "", ErrNotFound
		case r.Text != "" && r.Text != text:
			return "", kg.Invalid("documentId", "names another document than query holds", "one of the two")
		}
		return text, nil
	}
	if r.Persisted != nil {
		return d.persisted(ctx, r)
	}
	if d.o.Mode == Off {
		return r.Text, nil
	}
	return r.Text, d.allow(ctx, Hash(r.Text))
}

// allow judges a document that came as a text.
func (d *Documents) allow(ctx context.Context, hash string) error {
	if d.o.Mode == Off {
		return nil
	}
	if _, known := d.o.Manifest.find(hash); known {
		return nil
	}
	if d.o.Mode == Only {
		return ErrRequired
	}
	if d.o.Unknown != nil {
		d.o.Unknown(ctx, hash)
	}
	return nil
}

// persisted finds a document by its hash, or keeps the one that comes with it.
func (d *Documents) persisted(ctx context.Context, r Query) (string, error) {
	hash, err := hashIn(r.Persisted)
	if err != nil {
		return "", err
	}
	if r.Text == "" {
		if text, ok := d.o.Manifest.find(hash); ok && d.o.Mode != Off {
			return text, nil
		}
		if d.kept == nil {
			if d.o.Mode == Off {
				return "", ErrUnsupported
			}
			return "", ErrNotFound
		}
		if text, ok := d.kept.Get(hash); ok {
			return text, d.allow(ctx, hash)
		}
		return "", ErrNotFound
	}
	if Hash(r.Text) != hash {
		return "", kg.Invalid("extensions.persistedQuery.sha256Hash", "is not that of query", "the SHA-256 of the document, in hexadecimal digits")
	}
	if err := d.allow(ctx, hash); err != nil {
		return "", err
	}
	if d.kept != nil && len(r.Text) <= longestToKeep {
		d.kept.Add(hash, r.Text)
	}
	return r.Text, nil
}

// hashIn reads {"version": 1, "sha256Hash": "..."}.
func hashIn(extension any) (string, error) {
	const argument, allowed = "extensions.persistedQuery", `{"version": 1, "sha256Hash": "..."}`
	fields, ok := extension.(map[string]any)
	if !ok {
		return "", kg.Invalid(argument, "is not an object", allowed)
	}
	hash, _ := fields["sha256Hash"].(string)
	if !isHash(hash) || hash != bare(hash) {
		return "", kg.Invalid(argument+".sha256Hash", "is not a SHA-256", allowed)
	}
	if version, _ := fields["version"].(json.Number); version != "1" {
		return "", kg.Invalid(argument+".version", "is not known", "1")
	}
	return hash, nil
}
