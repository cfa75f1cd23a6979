package trail_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/kg"
	"lintu/trail"
	"lintu/trust"
)

// written are records of several processes, as a test that reads no file knows them.
func written(t *testing.T, dir string, seed uint64, processes, records int) []trail.Record {
	t.Helper()
	d := rand.New(rand.NewPCG(seed, 7))
	tick := clock(start)
	var trails []*trail.Trail
	var all []trail.Record
	for range processes {
		trails = append(trails, open(t, trail.Options{Dir: dir, Now: tick, Size: 3000, Create: unsynced}))
	}
	for n := range records {
		ids := make([]kg.ID, d.IntN(6))
		for i := range ids {
			ids[i] = person(d.IntN(20))
			if d.IntN(3) == 0 {
				ids[i] = household(d.IntN(20))
			}
		}
		r := trail.Record{Kind: trail.Operation, Name: fmt.Sprintf("Q%d", n), Result: "ok", Subjects: trail.SubjectsOf(ids)}
		if d.IntN(8) == 0 {
			r.PeopleCount, r.Unlisted, r.People = 5000, strings.Repeat("a", 64), nil
		}
		if err := trails[d.IntN(processes)].Append(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	for i, tr := range trails {
		if i > 0 { // the first goes on living
			if err := tr.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Cleanup(func() { _ = trails[0].Close() })
	slices.Reverse(all) // the newest first: the clock is that of all processes
	return all
}

func about(r *trail.Record, id kg.ID) bool {
	return slices.Contains(r.People, id) || slices.Contains(r.Households, id)
}

func TestWhoSawSomebodyIsWhatARecordOfAnyProcessSaysPageByPage(t *testing.T) {
	for seed := range uint64(2) {
		dir := t.TempDir()
		all := written(t, dir, seed, 3, 120)
		reader := trail.NewReader(dir)
		for n := range 20 {
			for _, id := range []kg.ID{person(n), household(n)} {
				var want, got []string
				unlisted := 0
				for i := range all {
					if about(&all[i], id) {
						want = append(want, all[i].Name)
					}
					if all[i].Unlisted != "" {
						unlisted++
					}
				}
				w := trail.Window{Limit: 1 + n%7}
				for {
					page, err := reader.WhoSaw(t.Context(), []kg.ID{id}, w)
					if err != nil {
						t.Fatal(err)
					}
					if page.Unlisted != unlisted || len(page.Records) > w.Limit {
						t.Fatalf("%d records of many, want %d", page.Unlisted, unlisted)
					}
					for i := range page.Records {
						got = append(got, page.Records[i].Name)
					}
					if !page.More {
						break
					}
					last := page.Records[len(page.Records)-1]
					w.After = &trail.Mark{At: last.At, Process: last.Process, Sequence: last.Sequence}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("seed %d, %s:\n%v\nwant\n%v", seed, id, got, want)
				}
			}
		}
	}
}

func TestAReaderFollowsFilesThatGrowAndReadsOnlySince(t *testing.T) {
	dir := t.TempDir()
	tr := open(t, options(dir))
	reader := trail.NewReader(dir)
	for n := range 5 {
		write(t, tr, 1, 2)
		page, err := reader.WhoSaw(t.Context(), []kg.ID{person(1)}, trail.Window{Limit: 10})
		if err != nil || len(page.Records) != n+1 || page.More {
			t.Fatalf("%d: %+v, %v", n, page, err)
		}
	}
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := reader.WhoSaw(t.Context(), []kg.ID{person(1), household(1)}, trail.Window{Limit: 10})
	if err != nil || len(all.Records) != 5 {
		t.Fatalf("%+v, %v", all, err)
	}
	late, err := reader.WhoSaw(t.Context(), []kg.ID{person(1)}, trail.Window{Limit: 10, Since: all.Records[1].At})
	if err != nil || len(late.Records) != 2 {
		t.Errorf("%+v, %v", late, err)
	}
	none, err := reader.WhoSaw(t.Context(), []kg.ID{person(2)}, trail.Window{Limit: 10})
	if err != nil || len(none.Records) != 0 {
		t.Errorf("%+v, %v", none, err)
	}
}

func TestEmergenciesMakeTasksOncePerPersonAndUsesThatAnAuditorAcknowledges(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, options(dir)), open(t, options(dir))
	ring := kg.DeriveID([]byte("trail"), kg.KindRing, "1")
	put := func(tr *trail.Trail, r trail.Record) {
		t.Helper()
		if err := tr.Append(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	release := trail.Record{Kind: trail.Release, Ring: ring, Subjects: trail.SubjectsOf([]kg.ID{person(1), person(2), household(1)})}
	put(a, release)
	put(b, release) // a second yes to the same ring
	put(a, trail.Record{Kind: trail.Release, Ring: kg.DeriveID([]byte("trail"), kg.KindRing, "2"), Subjects: trail.SubjectsOf([]kg.ID{household(3)})})
	use := trail.Record{Kind: trail.Operation, Viewer: "key:1", Purpose: trust.BreakGlass, Reason: "门内有人呼救", Result: "ok", Subjects: trail.SubjectsOf([]kg.ID{person(1)})}
	put(a, use)
	put(b, use) // the same again: another use, and nobody else to tell
	begun := use
	begun.Result = trail.Begun
	put(a, begun)
	reader := trail.NewReader(dir)
	w := trail.Window{Limit: 100}
	tasks, more, err := reader.Tasks(t.Context(), nil, w)
	if err != nil || more || len(tasks) != 4 {
		t.Fatalf("%+v, %v", tasks, err)
	}
	whom := map[kg.ID]int{}
	for _, task := range tasks {
		whom[task.Whom]++
		if due := task.Due().Time().Sub(task.At.Time()); due != 7*24*time.Hour || task.Done != nil {
			t.Errorf("%+v is due after %s", task, due)
		}
	}
	if whom[person(1)] != 2 || whom[person(2)] != 1 || whom[household(3)] != 1 {
		t.Errorf("%v", whom)
	}
	put(b, trail.Record{Kind: trail.Told, Of: tasks[0].ID, How: "VISIT", Viewer: "key:2"})
	put(b, trail.Record{Kind: trail.Told, Of: tasks[0].ID, How: "PHONE", Viewer: "key:3"})
	done, err := reader.Task(t.Context(), tasks[0].ID)
	if err != nil || done.Done == nil || done.Done.How != "VISIT" {
		t.Errorf("%+v, %v", done, err)
	}
	no := false
	if left, _, err := reader.Tasks(t.Context(), &no, w); err != nil || len(left) != 3 {
		t.Errorf("%d left, %v", len(left), err)
	}
	uses, _, err := reader.Uses(t.Context(), &no, w)
	if err != nil || len(uses) != 2 || uses[0].Reason != "门内有人呼救" {
		t.Fatalf("%+v, %v", uses, err)
	}
	put(a, trail.Record{Kind: trail.Acknowledged, Of: uses[1].ID(), Viewer: "key:4"})
	yes := true
	if acked, _, err := reader.Uses(t.Context(), &yes, w); err != nil || len(acked) != 1 || acked[0].ID() != uses[1].ID() || acked[0].Acknowledged.Viewer != "key:4" {
		t.Errorf("%+v, %v", acked, err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if a.BrokeGlass() != 1 || b.BrokeGlass() != 1 {
		t.Errorf("%d and %d counted", a.BrokeGlass(), b.BrokeGlass())
	}
	sound(t, dir, nil)
}
