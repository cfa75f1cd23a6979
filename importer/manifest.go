package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lintu/importer/sheet"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// ManifestName is the name of the file that says what an export is. It holds the installation's key: an export is secret.
const ManifestName = "lintu.json"

// formatVersion numbers the form of exports.
const formatVersion = 1

// Manifest says what an export is.
type Manifest struct {
	Lintu       int            `json:"lintu"` // formatVersion
	Format      sheet.Format   `json:"format"`
	Demo        string         `json:"demo,omitempty"` // whose demo's data it is
	Key         string         `json:"key"`            // of the installation, so that what is imported by natural keys gets the same ids again
	TextVersion int            `json:"textVersion"`
	Rows        map[string]int `json:"rows"`   // by file
	Digest      string         `json:"digest"` // SHA-256 over the names and digests of the files
}

// key is the installation's key.
func (m *Manifest) key() (*store.Key, error) {
	b, err := hex.DecodeString(m.Key)
	var k store.Key
	if err != nil || len(b) != len(k) {
		return nil, fmt.Errorf("%s: its key is damaged", ManifestName)
	}
	copy(k[:], b)
	return &k, nil
}

// readManifest reads the manifest of a folder; nil where there is none.
func readManifest(folder string) (*Manifest, error) {
	b, err := os.ReadFile(filepath.Join(folder, ManifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m := new(Manifest)
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", ManifestName, err)
	}
	if m.Lintu > formatVersion || m.Lintu < 1 {
		return nil, fmt.Errorf("%s: its form has the number %d, and this program knows up to %d: use a newer one", ManifestName, m.Lintu, formatVersion)
	}
	if m.TextVersion > text.Version {
		return nil, fmt.Errorf("%s: a newer program exported this: use that one", ManifestName)
	}
	_, err = m.key()
	return m, err
}

func (m *Manifest) write(folder string) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(folder, ManifestName), append(b, '\n'))
}

// digestOfFiles is the digest over some files, by their names and digests.
func digestOfFiles(digests map[string]string) string {
	var names []string
	for name := range digests {
		names = append(names, name)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, name := range names {
		fmt.Fprintf(h, "%s %s\n", digests[name], name)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// EditedError says that files are not those that were exported.
type EditedError struct{ Files []string }

func (e *EditedError) Error() string {
	return fmt.Sprintf("the files are not those that %s describes (%s): a copy may have been broken off. If they were edited on purpose, say so with --edited", ManifestName, strings.Join(e.Files, ", "))
}

// Unwrap makes errors.Is(err, kg.ErrInvalid) hold.
func (e *EditedError) Unwrap() error { return kg.ErrInvalid }

// compare says whether files that were read are those of the manifest.
func (m *Manifest) compare(files []*file) error {
	digests, rows := map[string]string{}, map[string]int{}
	for _, f := range files {
		digests[f.name], rows[f.name] = f.digest, f.rows
	}
	if digestOfFiles(digests) == m.Digest {
		return nil
	}
	var wrong []string
	for name, n := range m.Rows {
		if have, there := rows[name]; !there || have != n {
			wrong = append(wrong, fmt.Sprintf("%s: %d rows, %d were exported", name, have, n))
		}
	}
	slices.Sort(wrong)
	if len(wrong) == 0 {
		wrong = []string{"as many rows, other contents"}
	}
	return &EditedError{Files: wrong}
}
