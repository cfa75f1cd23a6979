package who

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lintu/internal/cli/filelock"
)

// fileVersion is the version of the form of the file of keys. A file of another one is refused: what this program does not
// know of could be what closes a key.
const fileVersion = 1

// maxFile bounds the file of keys in bytes.
const maxFile = 16 << 20

type keyFile struct {
	Version int   `json:"version"`
	Keys    []Key `json:"keys"`
}

// ReadKeys reads a file of keys. A file that is not there holds none.
func ReadKeys(path string) ([]Key, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the file of keys cannot be read: %w", err)
	}
	defer f.Close()
	return readKeys(f, path)
}

func readKeys(r io.Reader, path string) ([]Key, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("the file of keys cannot be read: %w", err)
	}
	if len(raw) > maxFile {
		return nil, fmt.Errorf("the file of keys %s is larger than %d MiB", path, maxFile>>20)
	}
	var file keyFile
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields() // a slip of the pen must not leave a key open
	err = d.Decode(&file)
	if _, end := d.Token(); err != nil || end != io.EOF {
		return nil, fmt.Errorf("the file of keys %s is not of its form (at byte %d): it is written by lintu key alone", path, d.InputOffset())
	}
	if file.Version != fileVersion {
		return nil, fmt.Errorf("the file of keys %s has version %d, this program knows %d", path, file.Version, fileVersion)
	}
	seen := map[string]bool{}
	for i := range file.Keys {
		k := &file.Keys[i]
		sum, err := hex.DecodeString(k.SHA256)
		if !inCoding(k.ID, idLen) || seen[k.ID] || err != nil || len(sum) != secretBytes {
			return nil, fmt.Errorf("the file of keys %s: row %d has no id and hash of its own", path, i+1)
		}
		seen[k.ID] = true
		if err := k.Check(); err != nil {
			return nil, fmt.Errorf("the file of keys %s: key %s: %w", path, k.ID, err)
		}
	}
	return file.Keys, nil
}

// ChangeKeys reads the file of keys, lets change work on them, and puts the file in the place of the old one, in one step
// and for its owner only. Others who change it wait. Where change fails, the file stays.
func ChangeKeys(ctx context.Context, path string, change func([]Key) ([]Key, error)) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	unlock, err := filelock.Take(ctx, path+".lock", func() {})
	if err != nil {
		return err
	}
	defer unlock()
	keys, err := ReadKeys(path)
	if err != nil {
		return err
	}
	if keys, err = change(keys); err != nil {
		return err
	}
	return writeKeys(path, keys)
}

func writeKeys(path string, keys []Key) error {
	raw, err := json.MarshalIndent(keyFile{fileVersion, keys}, "", "  ")
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*.new") // 0600
	if err != nil {
		return err
	}
	if old, gone := os.Stat(path); gone == nil {
		err = keepOwner(f, old)
	}
	if err == nil {
		_, err = f.Write(append(raw, '\n'))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if folder, err := os.Open(dir); err == nil { // the rename is to outlive a crash, where the system can say so
		_ = folder.Sync()
		_ = folder.Close()
	}
	return nil
}
