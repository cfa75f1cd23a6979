package sqlite_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"lintu/store/sqlite"
)

// childOfTheLimit tells a process of the next test that it is the one whose files are limited.
const childOfTheLimit = "LINTU_SQLITE_FILE_LIMIT"

// The limit is a process's own, so the test runs in a process of its own.
func TestAFileThatMayNotGrowIsUnavailableChangesNothingAndPasses(t *testing.T) {
	if os.Getenv(childOfTheLimit) == "" {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		child.Env = append(os.Environ(), childOfTheLimit+"=1")
		out, err := child.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	path := newPath(t)
	s := open(t, sqlite.Options{Path: path})
	if _, err := s.Apply(t.Context(), aHouse()); err != nil {
		t.Fatal(err)
	}
	wal, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	for _, more := range []uint64{0, 1, 4096, 20000, 100000, 200000} { // whole pages and parts of one
		limit := syscall.Rlimit{Cur: uint64(wal.Size()) + more, Max: old.Max}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
		refusedForRoom(t, s, aStreet())
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	appliedNow(t, s, path, aStreet())
}
