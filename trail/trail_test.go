package trail_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
	"lintu/trail"
	"lintu/trust"
)

var start = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

// clock is a time that goes on by a millisecond each time it is read.
func clock(from time.Time) func() time.Time {
	var n atomic.Int64
	return func() time.Time { return from.Add(time.Duration(n.Add(1)) * time.Millisecond) }
}

func options(dir string) trail.Options {
	return trail.Options{Dir: dir, Now: clock(start), Key: []byte("key of the tests")}
}

func open(t testing.TB, o trail.Options) *trail.Trail {
	t.Helper()
	tr, err := trail.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// person is the id of a made-up person.
func person(n int) kg.ID { return kg.DeriveID([]byte("trail"), kg.KindPerson, fmt.Sprint(n)) }

func household(n int) kg.ID { return kg.DeriveID([]byte("trail"), kg.KindHousehold, fmt.Sprint(n)) }

func record(n int) trail.Record {
	r := trail.Record{Kind: trail.Operation, Via: "graphql", Name: fmt.Sprintf("Q%d", n), Result: "ok", Subjects: trail.SubjectsOf([]kg.ID{person(n), household(n)})}
	r.By(trust.TheOperator())
	return r
}

func write(t testing.TB, tr *trail.Trail, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		if err := tr.Append(t.Context(), record(n)); err != nil {
			t.Fatal(err)
		}
	}
}

func verify(t testing.TB, dir string, anchors []store.Anchor) *trail.Report {
	t.Helper()
	report, err := trail.Verify(t.Context(), trail.VerifyOptions{Dir: dir, Anchors: anchors})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func sound(t testing.TB, dir string, anchors []store.Anchor) *trail.Report {
	t.Helper()
	report := verify(t, dir, anchors)
	if len(report.Problems) > 0 {
		t.Fatalf("problems of a sound trail: %+v", report.Problems)
	}
	return report
}

func anchorsOf(heads []trail.Head) (out []store.Anchor) {
	for _, h := range heads {
		out = append(out, store.Anchor{File: h.File, Sequence: h.Sequence, Hash: h.Hash})
	}
	return out
}

func files(t testing.TB, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.trail"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

func TestManyRecordsAtOnceMakeOneChainThatVerifies(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "trail")
	tr := open(t, options(dir))
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() { write(t, tr, 100*g, 100*g+50) })
	}
	all.Wait()
	if tr.Written() != 400 || tr.Refused() != 0 {
		t.Errorf("%d written, %d refused", tr.Written(), tr.Refused())
	}
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if err := tr.Append(t.Context(), record(1)); !errors.Is(err, trail.ErrUnwritten) || !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("after the end: %v", err)
	}
	report := sound(t, dir, anchorsOf(tr.Heads()))
	if report.Records != 402 || report.Chains != 1 || report.Files != 1 || len(report.Notes) > 0 {
		t.Errorf("%+v", report)
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700, files(t, dir)[0]: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if locks, _ := filepath.Glob(filepath.Join(dir, "*.lock")); len(locks) > 0 {
		t.Errorf("left behind: %v", locks)
	}
}

func TestARecordListsAThousandSubjectsAndCountsMore(t *testing.T) {
	var ids []kg.ID
	for n := range trail.MaxSubjects {
		ids = append(ids, person(n), person(n), household(n))
	}
	s := trail.SubjectsOf(append(ids, kg.DeriveID([]byte("trail"), kg.KindUnit, "a unit is no subject")))
	if len(s.People) != 1000 || len(s.Households) != 1000 || s.PeopleCount != 1000 || s.Unlisted != "" || !slices.IsSorted(s.People) {
		t.Errorf("%d people, %d households, %d, %q", len(s.People), len(s.Households), s.PeopleCount, s.Unlisted)
	}
	more := trail.SubjectsOf(append(ids, person(-1)))
	if more.People != nil || more.PeopleCount != 1001 || len(more.Unlisted) != 64 || len(more.Households) != 1000 {
		t.Errorf("%d people listed, %d, %q", len(more.People), more.PeopleCount, more.Unlisted)
	}
}

func TestFilesEndBySizeAndByDayAndTheirChainGoesOn(t *testing.T) {
	dir := t.TempDir()
	o := options(dir)
	var days atomic.Int64
	tick := clock(start)
	o.Now = func() time.Time { return tick().AddDate(0, 0, int(days.Load())) }
	o.Size = 4 << 10
	tr := open(t, o)
	write(t, tr, 0, 30)
	bySize := len(files(t, dir))
	days.Store(1)
	write(t, tr, 30, 31)
	days.Store(0) // the clock is put back: the chain's times do not go back
	write(t, tr, 31, 32)
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(files(t, dir)); bySize < 3 || n != bySize+1 || n != len(tr.Heads()) {
		t.Errorf("%d files by size, %d in the end, %d heads", bySize, n, len(tr.Heads()))
	}
	report := sound(t, dir, anchorsOf(tr.Heads()))
	if report.Chains != 1 || len(report.Notes) > 0 {
		t.Errorf("%+v", report)
	}
}

func TestTwoProcessesShareAFolderAndLaterOnesNameTheirHeads(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, options(dir)), open(t, options(dir))
	var all sync.WaitGroup
	all.Go(func() { write(t, a, 0, 40) })
	all.Go(func() { write(t, b, 40, 80) })
	all.Wait()
	if err := errors.Join(a.Close(), b.Close()); err != nil {
		t.Fatal(err)
	}
	c := open(t, options(dir))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if report := sound(t, dir, nil); report.Chains != 3 || report.Records != 86 || report.Anchors != -1 {
		t.Errorf("%+v", report)
	}
	for _, victim := range []string{a.Heads()[0].File, b.Heads()[0].File} { // a whole file taken away shows without the store
		away := t.TempDir()
		for _, path := range files(t, dir) {
			if filepath.Base(path) != victim {
				text, err := os.ReadFile(path)
				if err == nil {
					err = os.WriteFile(filepath.Join(away, filepath.Base(path)), text, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		report := verify(t, away, nil)
		if !slices.ContainsFunc(report.Problems, func(f trail.Finding) bool { return f.Code == trail.Missing && f.File == victim }) {
			t.Errorf("%s is not missed: %+v", victim, report.Problems)
		}
	}
}

// TestEveryByteThatIsChangedShows changes each byte of a file, and takes each line out, doubles it and moves it.
func TestEveryByteThatIsChangedShows(t *testing.T) {
	dir := t.TempDir()
	tr := open(t, options(dir))
	write(t, tr, 0, 2)
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	anchors, path := anchorsOf(tr.Heads()), files(t, dir)[0]
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, text []byte) {
		t.Helper()
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if report := verify(t, dir, anchors); len(report.Problems) == 0 {
			t.Errorf("%s does not show", what)
		}
	}
	for i := range whole {
		text := bytes.Clone(whole)
		text[i] ^= 1
		try(fmt.Sprintf("byte %d", i), text)
	}
	for i := range whole {
		try(fmt.Sprintf("the end from byte %d", i), whole[:i])
	}
	lines := bytes.SplitAfter(whole, []byte{'\n'})
	lines = lines[:len(lines)-1]
	for i := range lines {
		try(fmt.Sprintf("line %d taken out", i), bytes.Join(slices.Delete(slices.Clone(lines), i, i+1), nil))
		try(fmt.Sprintf("line %d twice", i), bytes.Join(slices.Insert(slices.Clone(lines), i, lines[i]), nil))
		moved := slices.Clone(lines)
		j := (i + 1) % len(moved)
		moved[i], moved[j] = moved[j], moved[i]
		try(fmt.Sprintf("line %d moved", i), bytes.Join(moved, nil))
	}
	try("a line put in behind", append(bytes.Clone(whole), "{}\n"...))
}

// TestAChainThatWasWrittenAnewFitsItselfButNotTheStore makes the same folder again with one record less.
func TestAChainThatWasWrittenAnewFitsItselfButNotTheStore(t *testing.T) {
	dir := t.TempDir()
	tr := open(t, options(dir))
	write(t, tr, 0, 5)
	anchors := anchorsOf(tr.Heads())
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	name := files(t, dir)[0]
	other := t.TempDir()
	forger := open(t, options(other))
	write(t, forger, 0, 4)
	write(t, forger, 7, 9)
	if err := forger.Close(); err != nil {
		t.Fatal(err)
	}
	forged, err := os.ReadFile(files(t, other)[0])
	if err != nil {
		t.Fatal(err)
	}
	sound(t, other, nil)
	if err := os.WriteFile(name, forged, 0o600); err != nil {
		t.Fatal(err)
	}
	report := verify(t, dir, anchors)
	if !slices.ContainsFunc(report.Problems, func(f trail.Finding) bool { return f.Code == trail.NotAnchored && f.Line == 6 }) {
		t.Errorf("%+v", report.Problems)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if report := verify(t, dir, anchors); len(report.Problems) != 1 || report.Problems[0].Code != trail.NotAnchored {
		t.Errorf("a file that is gone: %+v", report.Problems)
	}
	later, err := trail.Verify(t.Context(), trail.VerifyOptions{Dir: dir, Anchors: anchors, Before: start.AddDate(1, 0, 0)})
	if err != nil || len(later.Problems) > 0 || len(later.Notes) != 1 || later.Notes[0].Code != trail.Retired {
		t.Errorf("a file that need not be kept: %+v, %v", later, err)
	}
}
