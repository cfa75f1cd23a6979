package trail_test

import (
	"os"
	"sync/atomic"
	"testing"
	"time"

	"lintu/trail"
)

// counted is a file whose syncs are counted.
type counted struct {
	*os.File
	syncs *atomic.Int64
}

func (c counted) Sync() error {
	c.syncs.Add(1)
	return c.File.Sync()
}

// TestRecordsThatAreExpectedShareASync has patience without end, so that nothing but what is expected ends a wait.
func TestRecordsThatAreExpectedShareASync(t *testing.T) {
	var syncs atomic.Int64
	o := options(t.TempDir())
	o.Gather = 24 * time.Hour
	o.Create = func(path string) (trail.File, error) {
		file, err := os.Create(path)
		return counted{file, &syncs}, err
	}
	tr := open(t, o)
	defer func() {
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	}()
	written := func(n int) chan error {
		done := make(chan error, 1)
		go func() { done <- tr.Append(t.Context(), record(n)) }()
		return done
	}
	before := syncs.Load()
	var ends []func()
	for range 8 {
		ends = append(ends, tr.Expect())
	}
	var half []chan error
	for n := range 4 { // half of them
		half = append(half, written(n))
	}
	for _, w := range half {
		if err := <-w; err != nil {
			t.Fatal(err)
		}
	}
	if got := syncs.Load() - before; got != 1 {
		t.Errorf("four records of eight that were expected took %d syncs", got)
	}
	for _, end := range ends {
		end()
	}
	before = syncs.Load()
	rest := []chan error{written(5), written(6), written(7)}
	select {
	case err := <-rest[0]:
		t.Fatalf("a record did not wait for as many as lately (%v)", err)
	case <-time.After(20 * time.Millisecond):
	}
	rest = append(rest, written(8))
	for _, w := range rest {
		if err := <-w; err != nil {
			t.Fatal(err)
		}
	}
	if got := syncs.Load() - before; got != 1 {
		t.Errorf("four records, of eight that were expected lately, took %d syncs", got)
	}
	if err := <-written(9); err != nil { // nothing was expected since: nothing is waited for
		t.Fatal(err)
	}
}
