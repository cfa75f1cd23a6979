package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/internal/effort"
)

// aStreetWithDoorbells are homes with doorbells and a contact each, in a building with people who may be called.
func aStreetWithDoorbells(p *process, homes, neighbours int) (bells []string) {
	p.t.Helper()
	_, building, _, unit := aNeighbourhood(p)
	for i := range neighbours {
		p.edit(aResponder(strconv.Itoa(300+i), building, unit)...)
	}
	for i := range homes {
		done := p.edit(
			change("create.doorbell", fields{"key": "d", "serial": fmt.Sprint("S-", i), "status": "ACTIVE"}),
			change("create.household", fields{"key": "h", "number": strconv.Itoa(900 + i)}),
			change("create.person", fields{"key": "c", "name": fmt.Sprint("亲属", i)}),
			change("tie.partOf", fields{"from": "h", "to": building}), change("tie.installedAt", fields{"from": "d", "to": "h"}),
			change("tie.contactOf", fields{"from": "c", "to": "h", "rank": 1, "consent": true}),
		)
		bells = append(bells, done.Results[0].ID)
	}
	return bells
}

// ringSeen is a ring as a process shows it.
type ringSeen struct {
	ID, State string
	Presses   int
	DueAt     *time.Time
	Deadlines []struct {
		Step   string
		Round  int
		DoneAt *time.Time
	}
	RangAt struct {
		Edges []struct{ Device struct{ ID string } }
	}
	Alerts struct {
		Nodes []struct {
			ID, State string
			Round     int
			Outbox    []struct{ ID string }
			AlertTo   struct{ Nodes []struct{ ID string } }
		}
	}
	Timeline struct {
		TotalCount int
		Nodes      []struct {
			Number int
			Step   string
			Event  string
		}
	}
}

const ringsQuestion = `{ rings(first: 10, where: {state: [OPEN, ACKNOWLEDGED, ATTENDED, REOPENED]}) { nodes { id state presses dueAt deadlines { step round doneAt }
	rangAt { edges { device { id } } } alerts(first: 50) { nodes { id state round outbox { id } alertTo { nodes { id } } } } timeline(first: 150) { totalCount nodes { number step event } } } } }`

// openRings are the rings that are open, by doorbell; false where the process does not answer.
func (p *process) openRings() (map[string]*ringSeen, bool) {
	a, err := p.try(ringsQuestion, nil)
	if err != nil || a.Code() == "UNAVAILABLE" || a.Code() == "TIMEOUT" {
		return nil, false
	}
	if len(a.Errors) > 0 {
		p.t.Fatalf("%+v", a.Errors)
	}
	text, err := json.Marshal(a.At("rings.nodes"))
	if err != nil {
		p.t.Fatal(err)
	}
	var all []*ringSeen
	if err := json.Unmarshal(text, &all); err != nil {
		p.t.Fatal(err)
	}
	out := map[string]*ringSeen{}
	for _, r := range all {
		bell := r.RangAt.Edges[0].Device.ID
		if out[bell] != nil {
			p.t.Errorf("two rings of one doorbell are open: %s and %s", out[bell].ID, r.ID)
		}
		out[bell] = r
	}
	return out, true
}

// whole holds a ring to what was promised of it.
func (r *ringSeen) whole(t *testing.T) {
	t.Helper()
	if r.DueAt == nil {
		t.Errorf("%s is open and nothing is due", r.ID)
	}
	var numbers []int
	steps := map[string]bool{}
	for _, e := range r.Timeline.Nodes {
		numbers = append(numbers, e.Number)
		if e.Step != "" && steps[e.Step] {
			t.Errorf("%s: the step %s was done twice", r.ID, e.Step)
		}
		steps[e.Step] = true
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != i+1 || len(numbers) != r.Timeline.TotalCount {
			t.Errorf("%s: the timeline has the numbers %v", r.ID, numbers)
			break
		}
	}
	for _, d := range r.Deadlines {
		if d.DoneAt != nil && !steps[fmt.Sprintf("%d/%s", d.Round, d.Step)] {
			t.Errorf("%s: the timeline does not say that %s was done", r.ID, d.Step)
		}
	}
	people := map[string]bool{}
	for _, a := range r.Alerts.Nodes {
		key := fmt.Sprint(a.AlertTo.Nodes[0].ID, a.Round)
		if people[key] {
			t.Errorf("%s: %s was called twice", r.ID, a.AlertTo.Nodes[0].ID)
		}
		people[key] = true
	}
	if len(r.Alerts.Nodes) == 0 {
		t.Errorf("%s called nobody", r.ID)
	}
}

// told says whether everything that was written down was handed over.
func (r *ringSeen) told() bool {
	for _, a := range r.Alerts.Nodes {
		if len(a.Outbox) > 0 || a.State == "CALLED" {
			return false
		}
	}
	return r.DueAt == nil || r.DueAt.After(time.Now().Add(-time.Second))
}

// inWords are rings by doorbell, as they stand.
func inWords(rings map[string]*ringSeen) string {
	text, err := json.MarshalIndent(rings, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// pressUntilKilled presses all doorbells through both processes and answers what they call, until one is killed at a random
// moment; it gives the rings that were acknowledged, by doorbell: "" for one that its process took into its journal, because
// the store did not answer in time.
func pressUntilKilled(t *testing.T, processes []*process, victim int, bells []string) map[string]string {
	acked := map[string]string{}
	var mu sync.Mutex
	var all sync.WaitGroup
	kill := time.After(time.Duration(rand.Int64N(int64(400 * time.Millisecond))))
	for i, bell := range bells {
		all.Go(func() {
			for try := range 40 { // the device presses until somebody has answered
				p := processes[(i+try)%len(processes)]
				a, err := p.try(`mutation($bell: ID!) { ring(input: {doorbell: $bell}) { ring { id alerts(first: 3) { nodes { id } } } cutOff { id } } }`, fields{"bell": bell})
				if err != nil || len(a.Errors) > 0 {
					time.Sleep(50 * time.Millisecond)
					continue
				}
				id, stored := a.At("ring.ring.id").(string)
				mu.Lock()
				acked[bell] = id
				mu.Unlock()
				if !stored {
					if _, kept := a.At("ring.cutOff.id").(string); !kept {
						t.Errorf("a press is answered by neither a ring nor what is in the journal: %+v", a.Data)
					}
					return
				}
				for j, n := range a.At("ring.ring.alerts.nodes").([]any) {
					move := []string{"acceptAlert", "declineAlert", "acceptAlert"}[j]
					_, _ = processes[(i+j)%len(processes)].try(fmt.Sprintf(`mutation { %s(alert: %q) { now } }`, move, n.(fields)["id"]), nil)
				}
				return
			}
		})
	}
	<-kill
	processes[victim].kill()
	all.Wait()
	return acked
}

// TestRingsOutliveAKillOfOneOfTwoServers: whatever moment one of two servers is killed at, a doorbell has one ring, an
// acknowledged one is there, each step is in the timeline once, and what the dead one had not said the other says.
func TestRingsOutliveAKillOfOneOfTwoServers(t *testing.T) {
	kills := effort.Kills(t, 2, 1000)
	onBothEngines(t, func(t *testing.T, environ []string) {
		processes := []*process{serving(t, environ), serving(t, environ)}
		bells := aStreetWithDoorbells(processes[0], 4, 10)
		entries, journalled := 0, 0
		for kill := range kills {
			victim := kill % 2
			acked := pressUntilKilled(t, processes, victim, bells)
			survivor := processes[1-victim]
			inJournal := 0
			for _, ring := range acked {
				if ring == "" {
					inJournal++
				}
			}
			if journalled += inJournal; inJournal > 0 { // which the next process of the folder enters
				processes[victim] = serving(t, environ)
			}
			if len(acked) != len(bells) {
				t.Errorf("kill %d: %d of %d presses were answered", kill, len(acked), len(bells))
			}
			var rings map[string]*ringSeen
			for polls := 0; ; polls++ {
				var answered bool
				rings, answered = survivor.openRings()
				done := answered
				for bell := range acked {
					done = done && rings[bell] != nil
				}
				for _, r := range rings {
					done = done && r.told()
				}
				if done {
					break
				}
				if polls == 10*manyPolls {
					t.Fatalf("kill %d: acknowledged were %v; not all of them are open and have said everything: %s\n%s", kill, acked, inWords(rings), survivor.words())
				}
				time.Sleep(pollPause)
			}
			for bell, ring := range acked {
				r := rings[bell]
				if ring != "" && r.ID != ring {
					t.Errorf("kill %d: %s was acknowledged, open is %+v", kill, ring, r)
					continue
				}
				r.whole(t)
				entries += r.Timeline.TotalCount
				survivor.ask(`mutation($ring: ID!) { closeRing(ring: $ring, outcome: TEST) { now } }`, fields{"ring": r.ID})
			}
			if inJournal == 0 {
				processes[victim] = serving(t, environ)
			}
			if open, answered := processes[victim].openRings(); !answered || len(open) > 0 {
				t.Errorf("kill %d: still open for the new process: %d", kill, len(open))
			}
		}
		if told := processes[0].words() + processes[1].words(); strings.Contains(told, "level=ERROR") {
			t.Errorf("a process tells of errors:\n%s", told)
		}
		t.Logf("%d kills, %d rings, %d of them in a journal first, %d entries of timelines", kills, kills*len(bells), journalled, entries)
	})
}
