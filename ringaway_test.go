package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/doorbell/journal"
	"lintu/internal/cli/clitest"
	"lintu/internal/effort"
	"lintu/internal/neo4jtest"
	"lintu/internal/sqlitetest"
)

// absence is a store that a test takes away from the servers: leave does, and gives what brings it back.
type absence struct {
	name    string
	environ func(t *testing.T) []string
	leave   func(t *testing.T) (back func())
}

// absences are the file of a SQLite store that another process has locked, and a Neo4j that is stopped.
func absences() []absence {
	var path string
	var server *neo4jtest.Server
	return []absence{
		{"sqlite", func(t *testing.T) []string {
			path = filepath.Join(t.TempDir(), "lintu.db")
			return []string{"LINTU_STORE=sqlite:" + path}
		}, func(t *testing.T) func() { return sqlitetest.Lock(t, path) }},
		{"neo4j", func(t *testing.T) []string {
			server = cleared(t, neo4jtest.Own)
			return append(settings(t, server), "LINTU_OPERATION_TIMEOUT=3m")
		}, func(t *testing.T) func() {
			if err := server.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			return func() {
				if err := server.Start(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			}
		}},
	}
}

const pressCutOff = `mutation($bell: ID!) { ring(input: {doorbell: $bell}) { ring { id } cutOff { id deadlines { step } } } }`

// ringsAlone presses every doorbell at every process while the store is away, until there is an answer, as devices do. It
// gives the ids of the presses.
func ringsAlone(t *testing.T, processes []*process, bells []string) (presses [][]string) {
	t.Helper()
	presses = make([][]string, len(processes))
	for i := range presses {
		presses[i] = make([]string, len(bells))
	}
	var all sync.WaitGroup
	for i, p := range processes {
		for j, bell := range bells {
			all.Go(func() {
				for try := 0; ; try++ {
					a, err := p.try(pressCutOff, fields{"bell": bell})
					if err == nil && len(a.Errors) == 0 {
						if id, ok := a.At("ring.cutOff.id").(string); ok && a.At("ring.ring") == nil {
							presses[i][j] = id
							return
						}
						t.Errorf("a press while the store is away is answered by %+v", a.Data)
						return
					}
					if try == manyPolls {
						t.Errorf("a press is not answered: %v %+v\n%s", err, a.Errors, p.words())
						return
					}
					time.Sleep(pollPause)
				}
			})
		}
	}
	all.Wait()
	return presses
}

// eventually waits for something that must become so.
func eventually(t *testing.T, what string, polls int, holds func() bool) {
	t.Helper()
	for range polls {
		if holds() {
			return
		}
		time.Sleep(pollPause)
	}
	t.Fatalf("it does not come: %s", what)
}

// TestRingsGoOnWhileTheStoreIsAwayAndAreMergedWhenItIsBack: two servers on one store, which leaves, ring the same doors. Each
// press is answered with its deadlines and calls people at once; when the store is back, each door has one ring, with what
// both have done, each person once, and nothing is left in a journal.
func TestRingsGoOnWhileTheStoreIsAwayAndAreMergedWhenItIsBack(t *testing.T) {
	for _, store := range absences() {
		t.Run(store.name, func(t *testing.T) {
			folder := t.TempDir()
			environ := append(store.environ(t), "LINTU_JOURNAL="+folder)
			numbers := []string{clitest.FreePort(t), clitest.FreePort(t)}
			var processes []*process
			for _, at := range numbers {
				processes = append(processes, serving(t, append(slices.Clone(environ), "LINTU_METRICS_ADDR="+at)))
			}
			bells := aStreetWithDoorbells(processes[0], 3, 21) // each of the rings of a process finds the seven of its first wave
			home := processes[0].ask(`query($bell: ID!) { doorbell(id: $bell) { installedAt { nodes { id } } } }`, fields{"bell": bells[0]}).At("doorbell.installedAt.nodes.0.id")
			for i, p := range processes {
				eventually(t, "both remember the doors", 10*manyPolls, func() bool {
					text, err := clitest.Scrape(t.Context(), numbers[i])
					return err == nil && strings.Contains(text, "lintu_ring_doors_remembered 3\n")
				})
				eventually(t, "both know the neighbours", manyPolls, func() bool {
					a, err := p.try(`query($home: ID!, $at: DateTime!) { nearby(to: {household: $home}, radius: 500, at: $at) { totalCount } }`, fields{"home": home, "at": time.Now().Format(time.RFC3339)})
					return err == nil && a.At("nearby.totalCount") == 21.0
				})
			}
			time.Sleep(effort.Pick(2*time.Second, 4*time.Second)) // and who was added last, which they read every quarter of a second
			back := store.leave(t)
			left := time.Now()
			presses := ringsAlone(t, processes, bells)
			for i, p := range processes {
				for _, press := range presses[i] {
					eventually(t, "people are called while the store is away", manyPolls, func() bool {
						return strings.Contains(p.words(), "text=duty ring="+press) // contacts
					})
				}
			}
			time.Sleep(time.Until(left.Add(effort.Pick(time.Second, 30*time.Second))))
			again := ringsAlone(t, processes, bells) // those who press again join
			for i := range again {
				for j := range again[i] {
					if again[i][j] != presses[i][j] {
						t.Errorf("a second press made %s, the first %s", again[i][j], presses[i][j])
					}
				}
			}
			back()
			var rings map[string]*ringSeen
			eventually(t, "every door has its ring, and everything was said", 10*manyPolls, func() bool {
				rings, _ = processes[0].openRings()
				for _, bell := range bells {
					if rings[bell] == nil || !rings[bell].told() || rings[bell].Presses != 2*len(processes) {
						return false
					}
				}
				return true
			})
			for _, bell := range bells {
				r := rings[bell]
				r.whole(t)
				merged := 0
				for _, e := range r.Timeline.Nodes {
					if e.Event == "CUT_OFF" {
						merged++
					}
				}
				if merged < len(processes) {
					t.Errorf("the timeline of %s says %d times that a process was cut off: %+v", r.ID, merged, r.Timeline)
				}
				if len(r.Alerts.Nodes) < 1+7 {
					t.Errorf("%s has called %d people, not a contact and a wave", r.ID, len(r.Alerts.Nodes))
				}
			}
			for _, p := range processes {
				p.kill()
				if strings.Contains(p.words(), "level=ERROR") {
					t.Errorf("a process tells of errors:\n%s", p.words())
				}
			}
			nothingLeft(t, folder)
		})
	}
}

// nothingLeft says that the journals of processes that are gone hold no ring.
func nothingLeft(t *testing.T, folder string) {
	t.Helper()
	j, err := journal.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(j.Records()); n != 0 {
		t.Errorf("%d records are left in the journal: %s", n, fmt.Sprintf("%.500s", j.Records()))
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}
