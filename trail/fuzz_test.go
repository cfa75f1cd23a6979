package trail_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"lintu/kg"
	"lintu/trail"
)

// FuzzAFileOfAnyBytes puts a file into a folder that any process, or anybody, may have left there: it is verified, read and
// followed by a new process without an error, and it is sound only if it was written by a trail.
func FuzzAFileOfAnyBytes(f *testing.F) {
	dir := f.TempDir()
	tr := open(f, options(dir))
	write(f, tr, 0, 2)
	if err := tr.Close(); err != nil {
		f.Fatal(err)
	}
	name := filepath.Base(files(f, dir)[0])
	whole, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"", "\n", "{}\n", `{"prev":"`, string(whole), string(whole[:len(whole)/2]), string(whole) + "\x00\x00\x00", string(whole[len(whole)/2:])} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		folder := t.TempDir()
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		anchors := anchorsOf(tr.Heads())
		report, err := trail.Verify(t.Context(), trail.VerifyOptions{Dir: folder, Anchors: anchors})
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Problems) == 0 && len(report.Notes) == 0 && string(bytes.TrimRight(text, "\x00")) != string(whole) { // zeros are room
			t.Errorf("%q passes for the file that the anchor is of", text)
		}
		if _, err := trail.NewReader(folder).WhoSaw(t.Context(), []kg.ID{person(0)}, trail.Window{Limit: 3}); err != nil {
			t.Error(err)
		}
		o := options(folder)
		o.Create = unsynced
		next := open(t, o)
		if err := next.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadFile(path); err != nil || string(left) != string(text) {
			t.Errorf("the file was changed: %v", err)
		}
	})
}
