package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/internal/httpapi"
)

// clockEnv names a file that holds how far the clock of a process of a test is from that of the machine: 10m, -2h. The
// program itself has no such setting: only the test's executable reads it.
const clockEnv = "LINTU_TEST_CLOCK"

// byClock runs the program with the clock of a file, and gives the code to exit with.
func byClock(file string) int {
	ctx, stop := httpapi.Signals(context.Background())
	defer stop()
	p := program(os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	p.Now = func() time.Time {
		text, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		off, err := time.ParseDuration(string(text))
		if err != nil {
			panic(err)
		}
		return time.Now().Add(off)
	}
	return p.Run(ctx)
}

// jumping is the clock of a process.
type jumping struct {
	t    *testing.T
	file string
}

func newJumping(t *testing.T) jumping {
	c := jumping{t, filepath.Join(t.TempDir(), "clock")}
	c.to("0s")
	return c
}

// to sets the clock so far from that of the machine, at once.
func (c jumping) to(off string) {
	c.t.Helper()
	if err := os.WriteFile(c.file+".new", []byte(off), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if err := os.Rename(c.file+".new", c.file); err != nil {
		c.t.Fatal(err)
	}
}

func (c jumping) environ() string { return clockEnv + "=" + c.file }

// entrySeen is an entry of a timeline.
type entrySeen struct {
	Number int
	At     time.Time
	Event  string
	Step   string
	Late   bool
}

// ringTimes are the moments of a ring.
type ringTimes struct {
	ID        string
	PressedAt time.Time
	Deadlines []struct {
		Step   string
		DueAt  time.Time
		DoneAt *time.Time
		Late   bool
	}
	Timeline struct{ Nodes []entrySeen }
	Alerts   struct{ Nodes []struct{ ID, State string } }
}

const momentsOfRing = `{ id pressedAt deadlines { step dueAt doneAt late } timeline(first: 200) { nodes { number at event step late } } alerts(first: 50) { nodes { id state } } }`

func (p *process) pressAt(bell string) *ringTimes {
	p.t.Helper()
	a := p.ask(`mutation($bell: ID!) { ring(input: {doorbell: $bell}) { ring `+momentsOfRing+` } }`, fields{"bell": bell})
	return decoded[ringTimes](p.t, a.At("ring.ring"))
}

func (p *process) times(ring string) *ringTimes {
	p.t.Helper()
	return decoded[ringTimes](p.t, p.ask(`query($ring: ID!) { ring(id: $ring) `+momentsOfRing+` }`, fields{"ring": ring}).At("ring"))
}

func decoded[T any](t *testing.T, v any) *T {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out := new(T)
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// tells says whether a step is done by the ring and by its timeline. Both are stored at once; an answer may be read of Neo4j
// while that happens, and then has one without the other.
func (r *ringTimes) tells(step string) bool {
	return r.done(step) != nil && r.entry(step) != nil
}

// done is when a step was done; nil before it.
func (r *ringTimes) done(step string) *time.Time {
	for _, d := range r.Deadlines {
		if d.Step == step {
			return d.DoneAt
		}
	}
	return nil
}

// entry is what the timeline says of a step of the first round; nil where it says nothing.
func (r *ringTimes) entry(step string) *entrySeen {
	i := slices.IndexFunc(r.Timeline.Nodes, func(e entrySeen) bool { return e.Step == "1/"+step })
	if i < 0 {
		return nil
	}
	return &r.Timeline.Nodes[i]
}

// late says whether a step was done late, and holds the ring and its timeline to saying the same.
func (r *ringTimes) late(t *testing.T, step string) bool {
	t.Helper()
	for _, d := range r.Deadlines {
		if d.Step != step {
			continue
		}
		late := d.DoneAt.Sub(d.DueAt) > 5*time.Second
		if d.Late != late || r.entry(step).Late != late {
			t.Errorf("%s was due at %v and done at %v; the ring says late: %v, its timeline: %v", step, d.DueAt, d.DoneAt, d.Late, r.entry(step).Late)
		}
		return late
	}
	return false
}

// last is the moment of the last entry; entries must come in order, and each step once.
func (r *ringTimes) last(t *testing.T) (last time.Time) {
	t.Helper()
	slices.SortFunc(r.Timeline.Nodes, func(a, b entrySeen) int { return a.Number - b.Number })
	steps := map[string]bool{}
	for _, e := range r.Timeline.Nodes {
		if e.At.Before(last) {
			t.Errorf("%s: entry %d, %s, is at %v, the one before it at %v", r.ID, e.Number, e.Event, e.At, last)
		}
		if last = e.At; e.Step != "" && steps[e.Step] {
			t.Errorf("%s: the step %s was done twice", r.ID, e.Step)
		}
		steps[e.Step] = true
	}
	return last
}

// TestAClockThatJumpsLosesNoStepOfARing: where the clock of one of two servers jumps forward, all that has become due is done
// at once, once, and marked late; where it jumps back, time stands still for nobody, not even for a server that is
// started then.
func TestAClockThatJumpsLosesNoStepOfARing(t *testing.T) {
	onBothEngines(t, func(t *testing.T, environ []string) {
		clock := newJumping(t)
		jumps := append(slices.Clone(environ), clock.environ())
		first, second := serving(t, jumps), serving(t, environ)
		bells := aStreetWithDoorbells(second, 3, 5)
		ring := first.pressAt(bells[0])
		clock.to("10m")
		ladder := []string{"wave-2", "wave-3", "GRID_WORKER", "BUILDING_HEAD", "COMMUNITY_DUTY", "TOWNSHIP_DUTY"}
		for polls := 0; ; polls++ {
			ring = second.times(ring.ID)
			left := slices.DeleteFunc(slices.Clone(ladder), ring.tells)
			if len(left) == 0 {
				break
			}
			if polls == 10*manyPolls {
				t.Fatalf("not done: %v\n%s", left, first.words())
			}
			time.Sleep(pollPause)
		}
		for _, step := range ladder {
			begun := step == "GRID_WORKER" || step == "BUILDING_HEAD" // the press calls them where the snapshot has no neighbours yet
			if !ring.late(t, step) && !begun {
				t.Errorf("%s was done in time, whatever the clock: %+v", step, ring.Deadlines)
			}
		}
		until := ring.last(t)
		clock.to("-2h")
		if next := first.pressAt(bells[1]); next.PressedAt.Before(until) {
			t.Errorf("a ring at %v, after one whose last entry is at %v", next.PressedAt, until)
		}
		first.kill()
		again := serving(t, jumps)
		next := again.pressAt(bells[2])
		if next.PressedAt.Before(until) {
			t.Errorf("a process that was started after the jump has a ring at %v, after one whose last entry is at %v", next.PressedAt, until)
		}
		// The second process never knew of the jump: what it does to the first ring is not before what was done.
		for _, a := range ring.Alerts.Nodes {
			if a.State == "DELIVERED" {
				second.ask(fmt.Sprintf(`mutation { acceptAlert(alert: %q) { now } }`, a.ID), nil)
				break
			}
		}
		if ring = second.times(ring.ID); ring.last(t).Before(until) || !strings.Contains(fmt.Sprint(ring.Timeline.Nodes), "ACCEPTED") {
			t.Errorf("the timeline after a yes: %+v", ring.Timeline.Nodes)
		}
		for _, bell := range []string{ring.ID, next.ID} {
			again.ask(`mutation($ring: ID!) { closeRing(ring: $ring, outcome: TEST) { now } }`, fields{"ring": bell})
		}
	})
}
