// Package trusted knows documents by their names: those of a manifest, which the operator made with the clients, and
// those that clients left with the server under their hash (automatic persisted queries). It finds the text of a request
// that names one, and says which documents are answered at all.
package trusted

import "errors"

// Mode says how documents are taken that are not in the manifest.
type Mode string

// The modes.
const (
	Off    Mode = "off"    // there is no manifest
	Prefer Mode = "prefer" // answered, and told to Options.Unknown, so that the manifest can be completed
	Only   Mode = "only"   // refused
)

// What is said of a request that names its document, or does not. The texts are those that clients of the protocol know.
var (
	// ErrNotFound: nobody knows the hash; a client may send it again with the text, where the mode is not Only.
	ErrNotFound = errors.New("PersistedQueryNotFound")
	// ErrUnsupported: nothing is kept for clients here.
	ErrUnsupported = errors.New("PersistedQueryNotSupported")
	// ErrRequired: only documents of the manifest are answered, and this is none.
	ErrRequired = errors.New("PersistedQueryRequired: this server answers the documents of its manifest only")
)
