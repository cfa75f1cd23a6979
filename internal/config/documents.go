package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxManifest bounds the manifest of trusted documents in bytes.
const maxManifest = 16 << 20

// How documents that are not in the manifest are taken.
const (
	DocumentsOff    = "off"
	DocumentsPrefer = "prefer"
	DocumentsOnly   = "only"
)

func readDocuments(c *Config, path string) error {
	c.Documents = nil
	if path == "" {
		return nil
	}
	const instead = "write the path of a JSON file of hashes and documents, or leave it out"
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("names a file that cannot be read (%s): %s", reason(err), instead)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	switch {
	case err != nil:
		return fmt.Errorf("names a file that cannot be read (%s): %s", reason(err), instead)
	case len(raw) > maxManifest:
		return fmt.Errorf("names a file of more than %d MiB: %s", maxManifest>>20, instead)
	case !json.Valid(raw):
		return errors.New("names a file that is not JSON: " + instead)
	}
	c.Documents = raw
	return nil
}

// readDocumentsMode comes after readDocuments: a manifest that nothing else is said of is meant to be kept to.
func readDocumentsMode(c *Config, text string) error {
	c.DocumentsMode = text
	switch {
	case text == "" && c.Documents != nil:
		c.DocumentsMode = DocumentsOnly
	case text == "":
		c.DocumentsMode = DocumentsOff
	case text != DocumentsOff && text != DocumentsPrefer && text != DocumentsOnly:
		return errors.New("is not a mode: write off, prefer or only")
	case text != DocumentsOff && c.Documents == nil:
		return fmt.Errorf("needs a manifest: set %s to a file, or write off", EnvName("documents"))
	}
	return nil
}
