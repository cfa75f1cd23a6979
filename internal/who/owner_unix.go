//go:build unix

package who

import (
	"fmt"
	"os"
	"syscall"
)

// keepOwner gives a new file the owner of the one whose place it takes: a server that runs as another user than who
// revokes a key must still be able to read it.
func keepOwner(f *os.File, old os.FileInfo) error {
	was, ok := old.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if is, ok := info.Sys().(*syscall.Stat_t); ok && is.Uid == was.Uid && is.Gid == was.Gid {
		return nil
	}
	if err := f.Chown(int(was.Uid), int(was.Gid)); err != nil {
		return fmt.Errorf("the file of keys belongs to another user, whose it would not stay: run this as that user (%w)", err)
	}
	return nil
}
