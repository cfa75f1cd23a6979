package trail_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lintu/store"
	"lintu/trail"
)

// unsynced makes files that are not synced, for tests of many.
func unsynced(path string) (trail.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	return quick{file}, err
}

type quick struct{ *os.File }

func (quick) Sync() error { return nil }

// TestWhatAKillLeavesIsToldAndNeverCut cuts a file at each byte of its last lines, as a kill might, with and without the room
// behind them, and with a block that did not reach the disk before others, and opens the folder anew.
func TestWhatAKillLeavesIsToldAndNeverCut(t *testing.T) {
	dir := t.TempDir()
	tr := open(t, options(dir))
	write(t, tr, 0, 3)
	anchors := anchorsOf(tr.Heads()) // of what was answered
	write(t, tr, 3, 4)
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(files(t, dir)[0])
	if err != nil {
		t.Fatal(err)
	}
	answered := 0
	for range 4 { // the opening and three records
		answered += bytes.IndexByte(whole[answered:], '\n') + 1
	}
	name := filepath.Base(files(t, dir)[0])
	written := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1 // without the end, which is a write of its own
	room := make([]byte, 1000)
	for cut := answered; cut < len(whole); cut++ {
		half := whole[cut-1] != '\n'
		left, torn := whole[:cut:cut], half
		switch cut % 3 {
		case 1:
			left = append(left, room...)
		case 2:
			hole := min(cut+1+cut%200, max(cut, written))
			left, torn = append(append(left, room[:hole-cut]...), whole[hole:max(hole, written)]...), half || hole < written
		}
		opensAfterAKill(t, name, left, torn, anchors, 1+(cut%8)/7) // a second process has nothing more to tell
	}
}

// opensAfterAKill opens a folder with a file that a kill has left, some times.
func opensAfterAKill(t *testing.T, name string, left []byte, torn bool, anchors []store.Anchor, times int) {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, left, 0o600); err != nil {
		t.Fatal(err)
	}
	for range times {
		o := options(folder)
		o.Create = unsynced
		next := open(t, o)
		write(t, next, 10, 11)
		if err := next.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(path); err != nil || !bytes.Equal(kept, left) {
		t.Fatalf("%q: the file was changed, %v", left, err)
	}
	report := sound(t, folder, anchors)
	told := len(report.Notes) == 1 && report.Notes[0].Code == trail.HalfWritten && report.Notes[0].By != ""
	if torn != told || !torn && len(report.Notes) > 0 {
		t.Errorf("%q: notes %+v", left, report.Notes)
	}
	tellers := 0
	for _, path := range files(t, folder) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		tellers += strings.Count(string(text), `"torn":[`)
	}
	if torn && tellers != 1 {
		t.Errorf("%q: told of %d times", left, tellers)
	}
}

// TestRoomIsMadeBeforeRecordsAndGivenBack writes more than is made ready at once.
func TestRoomIsMadeBeforeRecordsAndGivenBack(t *testing.T) {
	dir := t.TempDir()
	tr := open(t, options(dir))
	big := record(1)
	big.Name = strings.Repeat("q", 300<<10)
	for n := range 5 {
		if err := tr.Append(t.Context(), big); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(files(t, dir)[0])
		if err != nil {
			t.Fatal(err)
		}
		if used := len(bytes.TrimRight(text, "\x00")); len(text)%(1<<20) != 0 || len(text)-used >= 1<<20 || bytes.IndexByte(text[:used], 0) >= 0 {
			t.Errorf("record %d: %d bytes, %d used", n, len(text), used)
		}
	}
	sound(t, dir, anchorsOf(tr.Heads())) // while it is written
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(files(t, dir)[0])
	if err != nil || len(text) < 1500<<10 || text[len(text)-1] != '\n' {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if report := sound(t, dir, anchorsOf(tr.Heads())); report.Bytes != int64(len(text)) {
		t.Errorf("%d bytes of %d were verified", report.Bytes, len(text))
	}
}

// disk is a folder on a disk that is full, or fails to sync, for a while.
type disk struct {
	mu    sync.Mutex
	room  int  // bytes that may still be written; negative: no end
	sound bool // syncs work
}

func (d *disk) set(room int, sound bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room, d.sound = room, sound
}

func (d *disk) create(path string) (trail.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	return &onDisk{file, d}, err
}

type onDisk struct {
	*os.File
	d *disk
}

func (f *onDisk) Write(b []byte) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.room >= 0 && len(b) > f.d.room {
		n, err := f.File.Write(b[:f.d.room])
		f.d.room = 0
		return n, errors.Join(err, errors.New("no space left on device"))
	}
	if f.d.room >= 0 {
		f.d.room -= len(b)
	}
	return f.File.Write(b)
}

func (f *onDisk) Sync() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if !f.d.sound {
		return errors.New("input/output error")
	}
	return f.File.Sync()
}

func TestADiskThatIsFullOrBrokenRefusesAndTheChainGoesOnOnceItIsWell(t *testing.T) {
	for room := range 700 { // the disk is full at each byte of a record
		if room%31 != 0 && room > 3 {
			continue
		}
		dir := t.TempDir()
		d := &disk{room: -1, sound: true}
		o := options(dir)
		o.Create = d.create
		tr := open(t, o)
		write(t, tr, 0, 2)
		before := tr.Heads()
		d.set(room, true)
		var failed error
		for n := 2; failed == nil && n < 5; n++ {
			failed = tr.Append(t.Context(), record(n))
		}
		if !errors.Is(failed, trail.ErrUnwritten) {
			t.Fatalf("a full disk: %v", failed)
		}
		for range 3 {
			if err := tr.Append(t.Context(), record(9)); !errors.Is(err, trail.ErrUnwritten) {
				t.Fatalf("a disk that is still full: %v", err)
			}
		}
		if n := len(files(t, dir)); n != 1 {
			t.Fatalf("%d files on a full disk", n)
		}
		d.set(-1, false)
		if err := tr.Append(t.Context(), record(9)); !errors.Is(err, trail.ErrUnwritten) {
			t.Fatalf("a disk that does not sync: %v", err)
		}
		d.set(-1, true)
		write(t, tr, 5, 7)
		if err := tr.Close(); err != nil {
			t.Fatal(err)
		}
		report := sound(t, dir, append(anchorsOf(before), anchorsOf(tr.Heads())...))
		if report.Files != 2 || len(report.Notes) > 2 {
			t.Errorf("room for %d bytes: %+v", room, report)
		}
	}
}

func TestARecordThatWasWrittenButNotSyncedIsNotedAndNothingFollowsIt(t *testing.T) {
	dir := t.TempDir()
	d := &disk{room: -1, sound: true}
	o := options(dir)
	o.Create = d.create
	tr := open(t, o)
	write(t, tr, 0, 2)
	d.set(-1, false)
	if err := tr.Append(t.Context(), record(2)); !errors.Is(err, trail.ErrUnwritten) {
		t.Fatal(err)
	}
	d.set(-1, true)
	write(t, tr, 3, 4)
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if report := sound(t, dir, anchorsOf(tr.Heads())); len(report.Notes) != 1 || report.Notes[0].Code != trail.Unanswered || tr.Refused() != 1 {
		t.Errorf("%+v", report.Notes)
	}
}

func TestAnEmergencyNeverWaitsForADiskThatHangs(t *testing.T) {
	dir := t.TempDir()
	release := make(chan struct{})
	o := options(dir)
	first := true
	o.Create = func(path string) (trail.File, error) {
		file, err := os.Create(path)
		h := &hanging{File: file, release: release, free: first}
		first = false
		return h, err
	}
	tr := open(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	waited := make(chan error)
	go func() { waited <- tr.Append(ctx, record(1)) }()
	for range 10_000 { // returns although nothing is written; what is too much is counted
		tr.Aside(trail.Record{Kind: trail.Release, Ring: household(1)})
	}
	cancel()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Errorf("a reader whose time is over: %v", err)
	}
	if tr.Refused() < 1000 {
		t.Errorf("%d refused", tr.Refused())
	}
	close(release)
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if tr.Written() < 4000 {
		t.Errorf("%d written once the disk is well", tr.Written())
	}
	sound(t, dir, nil)
}

// hanging is a file whose syncs hang, but for the one of its first record.
type hanging struct {
	*os.File
	release chan struct{}
	free    bool
}

func (h *hanging) Sync() error {
	if h.free {
		h.free = false
		return h.File.Sync()
	}
	<-h.release
	return h.File.Sync()
}

func BenchmarkAppendAtEightAtOnce(b *testing.B) {
	o := options(b.TempDir())
	tr := open(b, o)
	b.SetParallelism(4) // times the processors
	b.RunParallel(func(pb *testing.PB) {
		for n := 0; pb.Next(); n++ {
			if err := tr.Append(b.Context(), record(n%100)); err != nil {
				b.Error(err)
			}
		}
	})
	if err := tr.Close(); err != nil {
		b.Fatal(err)
	}
}
