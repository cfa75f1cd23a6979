// Package filelock lets one process at a time do a piece of work, by a lock on a file that the system gives back when
// the process ends, however it ends.
package filelock

import (
	"context"
	"fmt"
	"os"
	"time"
)

// pause is the time between two attempts to take a lock.
const pause = 200 * time.Millisecond

// Take takes the lock that is the file at path, and waits for it until ctx ends; waiting is called once if it has to.
// The file goes with unlock.
func Take(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	for first := true; ; first = false {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("lock: %w", err)
		}
		held, err := tryLock(file)
		if err == nil && held && sameFile(file, path) {
			return func() {
				_ = os.Remove(path) // in vain where an open file cannot be removed; it does no harm there
				_ = file.Close()
			}, nil
		}
		_ = file.Close()
		if err != nil {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if held { // of a file that its last holder has removed meanwhile
			continue
		}
		if first {
			waiting()
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// sameFile says whether path still names the open file.
func sameFile(file *os.File, path string) bool {
	open, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(open, named)
}
