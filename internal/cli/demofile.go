package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lintu/internal/cli/filelock"
	"lintu/store"
)

// sidecars are what an engine may keep beside a database file while it is open.
var sidecars = []string{"-wal", "-shm", "-journal"}

// inFile opens the town's file. One that is not there is made under another name, by one process at a time, and gets
// its name when it is whole: whatever interrupts this leaves no file that looks like a town and is none.
func (d *demo) inFile(ctx context.Context) (store.Store, error) {
	path := d.cfg.Store.Path
	found, err := exists(path)
	if err != nil || found {
		return d.openFile(ctx, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	unlock, err := filelock.Take(ctx, path+".lock", func() {
		d.say("another process is making %s; waiting for it", path)
		fmt.Fprintf(d.program.Stderr, "Another process is making %s; waiting for it ...\n", path)
	})
	if err != nil {
		return nil, err
	}
	defer unlock()
	if found, err = exists(path); err == nil && !found { // it was not made while we waited
		err = d.makeFile(ctx, path)
	}
	return d.openFile(ctx, err)
}

// openFile opens a file that is there and refuses one that does not hold this town. A file that is not a demo's is
// not touched, not even by a migration.
func (d *demo) openFile(ctx context.Context, err error) (store.Store, error) {
	if err != nil {
		return nil, err
	}
	looking := d.opening()
	looking.ReadOnly = true
	st, err := d.open(ctx, looking)
	if err != nil {
		return nil, fmt.Errorf("%s is there and is no demo that can be served (%w): %s", d.where(), err, d.advice())
	}
	status, err := st.Ready(ctx)
	if err == nil {
		err = d.check(status)
	}
	if err := errors.Join(err, st.Close()); err != nil {
		return nil, err
	}
	return d.open(ctx, d.opening())
}

func (d *demo) makeFile(ctx context.Context, path string) error {
	partial := path + ".partial"
	if err := removeDatabase(partial); err != nil { // of a process that was killed
		return err
	}
	if err := d.fillFile(ctx, partial); err != nil {
		return errors.Join(err, removeDatabase(partial))
	}
	if err := syncFile(partial); err != nil {
		return err
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	return filelock.SyncFolder(filepath.Dir(path))
}

// fillFile makes a whole database, closed and in one file.
func (d *demo) fillFile(ctx context.Context, path string) error {
	opening := d.opening()
	opening.Store.Path = path
	st, err := d.open(ctx, opening)
	if err != nil {
		return err
	}
	if err := errors.Join(d.fill(ctx, st), st.Close()); err != nil {
		return err
	}
	for _, suffix := range sidecars {
		if found, err := exists(path + suffix); err != nil || found {
			return errors.Join(fmt.Errorf("%s was not closed in one file: %s%s is still there", path, path, suffix), err)
		}
	}
	return nil
}

func removeDatabase(path string) error {
	for _, suffix := range append([]string{""}, sidecars...) {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// exists says whether something has this name; an error is neither.
func exists(path string) (bool, error) {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	default:
		return false, err
	}
}
