//go:build unix

package who_test

import (
	"os"
	"syscall"
	"testing"

	"lintu/internal/who"
)

func TestAChangedFileOfKeysKeepsItsOwner(t *testing.T) {
	s := newScene(t)
	s.add(who.Key{})
	owner := os.Getuid()
	if owner == 0 { // who may give files away
		owner = 65534
		if err := os.Chown(s.path, owner, os.Getgid()); err != nil {
			t.Fatal(err)
		}
	}
	s.add(who.Key{})
	info, err := os.Stat(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if is, ok := info.Sys().(*syscall.Stat_t); !ok || int(is.Uid) != owner || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v of %+v", info.Mode(), info.Sys())
	}
}
