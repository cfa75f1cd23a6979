package who

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// lookEvery is the time between two looks at the file of keys: a key that was revoked is void that soon.
const lookEvery = time.Second

// Keys are the keys of a file, as it stands. It is safe for concurrent use.
type Keys struct {
	path string
	log  *slog.Logger
	ring atomic.Pointer[keyring]

	mu   sync.Mutex  // of looking at the file
	seen os.FileInfo // when it was looked at last; nil where it was not there
}

// keyring is what a file held at one time.
type keyring struct {
	keys map[string]*Key
	next chan struct{} // closed when another one takes its place
}

// OpenKeys reads the keys of a file. One that is not there holds none so far.
func OpenKeys(path string, log *slog.Logger) (*Keys, error) {
	k := &Keys{path: path, log: log}
	info, err := stat(path)
	if err != nil {
		return nil, fmt.Errorf("the file of keys cannot be read: %w", err)
	}
	keys, err := ReadKeys(path)
	if err != nil {
		return nil, err
	}
	k.seen = info
	k.use(keys)
	return k, nil
}

// stat is nil where there is no such file.
func stat(path string) (os.FileInfo, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return info, err
}

// Len is how many keys there are, those that open nothing any more included.
func (k *Keys) Len() int { return len(k.ring.Load().keys) }

// Follow looks at the file again and again until the context ends.
func (k *Keys) Follow(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			k.look()
		case <-ctx.Done():
			return
		}
	}
}

// look reads the file if it is another one than before. A file that is broken, or cannot be looked at, changes nothing: keys
// that were good stay good. A file that is gone holds no keys.
func (k *Keys) look() {
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := stat(k.path)
	if err != nil || sameFile(info, k.seen) {
		return
	}
	k.seen = info // so that one that is broken is told of once
	keys, err := ReadKeys(k.path)
	if err != nil {
		k.log.Error("the file of keys is broken; the keys from before stay as they were", "error", err)
		return
	}
	k.use(keys)
	k.log.Info("the file of keys was read", "keys", len(keys))
}

func sameFile(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

func (k *Keys) use(keys []Key) {
	if k.seen != nil && k.seen.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		k.log.Warn("the file of keys can be read or changed by other users of this machine: chmod 600", "file", k.path)
	}
	ring := &keyring{keys: make(map[string]*Key, len(keys)), next: make(chan struct{})}
	for i := range keys {
		ring.keys[keys[i].ID] = &keys[i]
	}
	if before := k.ring.Swap(ring); before != nil {
		close(before.next)
	}
}

// find is a key by its id; nil where there is none. One that is unknown may have been made a moment ago.
func (k *Keys) find(id string) *Key {
	if found := k.ring.Load().keys[id]; found != nil {
		return found
	}
	k.look()
	return k.ring.Load().keys[id]
}
