package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/internal/effort"
	"lintu/kg"
)

type fields = map[string]any

// aNeighbourhood is a community of one building with an elderly household, and a unit paired with it.
func aNeighbourhood(p *process) (community, building, home, unit string) {
	p.t.Helper()
	done := p.edit(
		change("create.division", fields{"key": "c", "name": "示例社区", "level": "COMMUNITY"}),
		change("create.building", fields{"key": "b", "name": "1号楼", "code": "B-1", "point": fields{"latitude": 29.7, "longitude": 112.4, "datum": "WGS84"}}),
		change("create.household", fields{"key": "h", "number": "101", "careFlags": []any{fields{"value": "ELDERLY_ALONE"}}}),
		change("create.unit", fields{"key": "u", "name": "示例单位", "code": "U-1"}),
		change("tie.partOf", fields{"from": "b", "to": "c"}), change("tie.partOf", fields{"from": "h", "to": "b"}),
		change("tie.pairedWith", fields{"from": "u", "to": "c", "form": "PAIRED"}),
	)
	return done.Results[0].ID, done.Results[1].ID, done.Results[2].ID, done.Results[3].ID
}

// aResponder moves into a building and works at a unit, in one edit. They say that they are at home at all times: a unit without
// a building is nowhere, and tests by the real clock run at all hours.
func aResponder(number, building, unit string) []any {
	valid := []any{fields{"purpose": "respond", "validFrom": "2020-01-01"}}
	return []any{
		change("create.household", fields{"key": "n", "number": number}), change("tie.partOf", fields{"from": "n", "to": building}),
		change("create.person", fields{"key": "p", "name": "邻" + number, "birthDate": "1980-01-01", "partyStatus": "FULL",
			"responder": fields{"consents": valid, "vettings": []any{fields{"by": "社区", "validFrom": "2020-01-01"}}, "weekly": strings.Repeat("H", kg.WeekSlots)}}),
		change("tie.livesIn", fields{"from": "p", "to": "n", "validFrom": "2020-01-01"}), change("tie.worksAt", fields{"from": "p", "to": unit}),
	}
}

// whoIsNear are the people near a household and the targets covered, by one process.
func whoIsNear(p *process, home, community string) (near, covered any, known bool) {
	a, err := p.try(`query($to: ID!, $area: ID!) { nearby(to: {household: $to}, at: "2026-03-04T20:00:00+08:00") { totalCount }
		unitCoverage(area: $area, at: "2026-03-04T20:00:00+08:00") { covered } }`, fields{"to": home, "area": community})
	if err != nil {
		p.t.Fatal(err)
	}
	return a.At("nearby.totalCount"), a.At("unitCoverage.covered"), len(a.Errors) == 0
}

// manyPolls is how often a process is asked until it must have seen the edit of another; pollPause lies between. The
// store's journal is read every 400 ms; the number is large because the machines of tests are slow.
const (
	manyPolls = 100
	pollPause = 100 * time.Millisecond
)

func TestAnEditIsInTheAnswersOfItsProcessAtOnceAndThenOfEveryOther(t *testing.T) {
	onBothEngines(t, func(t *testing.T, environ []string) {
		first, second := serving(t, environ), serving(t, environ)
		community, building, home, unit := aNeighbourhood(first)
		for i, pair := range [][2]*process{{first, second}, {second, first}, {first, second}} {
			editor, other := pair[0], pair[1]
			want := float64(i + 1)
			editor.edit(aResponder(strconv.Itoa(200+i), building, unit)...)
			answered := time.Now()
			if near, covered, known := whoIsNear(editor, home, community); !known || near != want || covered != 1.0 {
				t.Errorf("edit %d: the process that made it answers %v near, %v covered", i, near, covered)
			}
			polls := 0
			for ; polls < manyPolls; polls++ {
				if near, covered, known := whoIsNear(other, home, community); known && near == want && covered == 1.0 {
					break
				}
				time.Sleep(pollPause)
			}
			if polls == manyPolls {
				t.Errorf("edit %d is not in the answers of the other process", i)
			}
			t.Logf("edit %d: in the other process after %v", i, time.Since(answered).Round(time.Millisecond))
		}
	})
}

func TestNoUpdateIsLostBetweenTwoProcesses(t *testing.T) {
	const rounds, writers = 8, 3
	onBothEngines(t, func(t *testing.T, environ []string) {
		processes := []*process{serving(t, environ), serving(t, environ)}
		person := processes[0].edit(change("create.person", fields{"name": "众人"})).Results[0].ID
		for version := 1; version <= rounds; version++ {
			outcomes := make([]edited, writers*len(processes))
			errs := make([]error, len(outcomes))
			var all sync.WaitGroup
			for w := range outcomes {
				all.Go(func() {
					outcomes[w], errs[w] = processes[w%len(processes)].tryEdit("", change("change.person", fields{"id": person, "version": version, "phone": fmt.Sprint("000-", version, "-", w)}))
				})
			}
			all.Wait()
			winner := -1
			for w, o := range outcomes {
				switch {
				case errs[w] != nil:
					t.Fatalf("round %d, writer %d: %v", version, w, errs[w])
				case o.Applied && winner >= 0:
					t.Errorf("round %d: writers %d and %d both won", version, winner, w)
				case o.Applied:
					winner = w
				case o.Problems[0].Typename != "ConflictProblem" || o.Problems[0].CurrentVersion != version+1:
					t.Errorf("round %d, writer %d: got %+v", version, w, o)
				}
			}
			for _, p := range processes {
				a := p.ask(`query($id: ID!) { person(id: $id) { phone version } }`, fields{"id": person})
				if a.At("person.phone") != fmt.Sprint("000-", version, "-", winner) || a.At("person.version") != float64(version+1) {
					t.Errorf("round %d: writer %d won, on record is %+v", version, winner, a.Data)
				}
			}
		}
	})
}

// attempt is an edit that was sent: a team and a person with its name as keys, and the tie between them.
type attempt struct {
	name  string
	acked bool
}

func (a *attempt) changes() []any {
	return []any{
		change("create.team", fields{"key": "t", "name": a.name, "code": a.name}), change("create.person", fields{"key": "p", "name": a.name, "registerNo": a.name}),
		change("tie.inTeam", fields{"from": "p", "to": "t", "role": "member"}),
	}
}

// TestEditsOutliveAKillAtAnyMoment: of each edit there is all or nothing, and of each acknowledged one all. An edit
// whose answer was lost can be sent again and is made once.
func TestEditsOutliveAKillAtAnyMoment(t *testing.T) {
	kills := effort.Kills(t, 2, 1000)
	onBothEngines(t, func(t *testing.T, environ []string) {
		acked, unknown, sent := 0, 0, 0
		p := serving(t, environ)
		for kill := range kills {
			attempts := p.editUntilKilled(kill)
			p = serving(t, environ)
			sent += len(attempts)
			for _, a := range attempts {
				if a.acked {
					acked++
					continue
				}
				unknown++
			}
			p.allOrNothing(attempts)
			for _, a := range attempts {
				if a.acked {
					continue
				}
				if e, err := p.tryEdit(a.name, a.changes()...); err != nil || !e.Applied {
					t.Errorf("%s, sent again: %+v %v", a.name, e, err)
				}
				a.acked = true
			}
			p.allOrNothing(attempts)
		}
		a := p.ask(`{ teams { totalCount } people { totalCount } }`, nil)
		if a.At("teams.totalCount") != float64(sent) || a.At("people.totalCount") != float64(sent) {
			t.Errorf("%d edits were sent, on record are %+v", sent, a.Data)
		}
		t.Logf("%d kills, %d edits acknowledged before one, %d cut off by one", kills, acked, unknown)
	})
}

// editUntilKilled makes edits from several sides until the process is killed at a random moment.
func (p *process) editUntilKilled(kill int) []*attempt {
	var mu sync.Mutex
	var attempts []*attempt
	var writers sync.WaitGroup
	begun := make(chan struct{})
	var once sync.Once
	for w := range 4 {
		writers.Go(func() {
			for n := 0; ; n++ {
				a := &attempt{name: fmt.Sprintf("k%d-w%d-%d", kill, w, n)}
				mu.Lock()
				attempts = append(attempts, a)
				mu.Unlock()
				e, err := p.tryEdit(a.name, a.changes()...)
				if err != nil {
					once.Do(func() { close(begun) })
					return
				}
				if !e.Applied {
					p.t.Errorf("%s: %+v", a.name, e)
				}
				a.acked = e.Applied
				once.Do(func() { close(begun) })
			}
		})
	}
	<-begun
	time.Sleep(time.Duration(rand.Int64N(int64(300 * time.Millisecond))))
	p.kill()
	writers.Wait()
	return attempts
}

// allOrNothing holds the store to what was acknowledged.
func (p *process) allOrNothing(attempts []*attempt) {
	p.t.Helper()
	for start := 0; start < len(attempts); start += 100 {
		some := attempts[start:min(start+100, len(attempts))]
		names := make([]string, len(some))
		for i, a := range some {
			names[i] = a.name
		}
		answer := p.ask(`query($names: [String!]) {
			teams(first: 200, where: {code: {in: $names}}) { nodes { code teamMembers { nodes { registerNo } } } }
			people(first: 200, where: {registerNo: {in: $names}}) { nodes { registerNo } } }`, fields{"names": names})
		teams, people := map[string]any{}, map[string]int{}
		for _, n := range answer.At("teams.nodes").([]any) {
			n := n.(fields)
			code := n["code"].(string)
			if teams[code] != nil {
				p.t.Errorf("the team %s is there twice", code)
			}
			teams[code] = n["teamMembers"].(fields)["nodes"]
		}
		for _, n := range answer.At("people.nodes").([]any) {
			people[n.(fields)["registerNo"].(string)]++
		}
		for _, a := range some {
			members, _ := teams[a.name].([]any)
			whole := len(members) == 1 && people[a.name] == 1
			nothing := teams[a.name] == nil && people[a.name] == 0
			if !whole && (a.acked || !nothing) {
				p.t.Errorf("%s, acknowledged %v: %d members of the team, %d people", a.name, a.acked, len(members), people[a.name])
			}
		}
	}
}
