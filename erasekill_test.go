package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/internal/cli/clitest"
	"lintu/internal/effort"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// victim is somebody who is erased: with a home, an office, posts, a duty, and a household that refuses them.
type victim struct {
	id, refuses kg.ID
	ties        int
	secret      string // in the name, the telephone number and the register number, and nowhere else
}

// populated fills a store with neighbours and so many victims. What they are called differs with every run.
func populated(t *testing.T, st store.Store, n int) []victim {
	t.Helper()
	area, unit := &kg.Division{Name: "示例村", Code: "V-1", Level: kg.LevelVillage}, &kg.Unit{Name: "示例单位", Code: "U-1"}
	area.ID, unit.ID = kg.NewID(kg.KindDivision), kg.NewID(kg.KindUnit)
	changes := []store.Mutation{{Op: store.PutNode, Node: area}, {Op: store.PutNode, Node: unit}}
	tie := func(from kg.ID, r kg.Relation, to kg.ID, role string) {
		made := &kg.Tie{Relation: r, From: from, To: to, Role: role}
		made.ID = kg.NewTieID()
		changes = append(changes, store.Mutation{Op: store.PutTie, Tie: made})
	}
	out := make([]victim, n)
	for i := range out {
		v := &out[i]
		v.secret = fmt.Sprintf("%08d", rand.IntN(1e8))
		v.id, v.refuses = kg.NewID(kg.KindPerson), kg.NewID(kg.KindHousehold)
		home := kg.NewID(kg.KindHousehold)
		for j, id := range []kg.ID{home, v.refuses} {
			h := &kg.Household{Number: fmt.Sprint(100*j + i)}
			if h.ID = id; id == v.refuses {
				h.Refusals = []kg.Refusal{{Person: v.id}}
			}
			changes = append(changes, store.Mutation{Op: store.PutNode, Node: h})
			tie(id, kg.PartOf, area.ID, "")
		}
		p := &kg.Person{Name: "示例" + v.secret, Phone: "000" + v.secret, RegisterNo: "R" + v.secret}
		p.ID = v.id
		changes = append(changes, store.Mutation{Op: store.PutNode, Node: p})
		tie(v.id, kg.LivesIn, home, "")
		tie(v.id, kg.WorksAt, unit.ID, "")
		tie(v.id, kg.ContactOf, v.refuses, "")
		v.ties = 3
		for _, role := range []string{"书记", "网格员", "楼长"} {
			tie(v.id, kg.HoldsPost, area.ID, role)
			v.ties++
		}
	}
	if _, err := st.Apply(t.Context(), &store.Batch{Changes: changes}); err != nil {
		t.Fatal(err)
	}
	return out
}

// erased says whether a victim is erased. It fails unless the victim is there as a whole or not at all.
func (v *victim) erased(t *testing.T, st store.Store) bool {
	t.Helper()
	plan := &store.Plan{}
	for i := range kg.Relations {
		if r := &kg.Relations[i]; len(r.Far(kg.KindPerson, kg.Out)) > 0 {
			plan.Steps = append(plan.Steps, &store.Step{Key: string(r.Relation), Relation: r.Relation, Direction: kg.Out, Window: store.Window{Limit: 10}})
		}
	}
	found, err := st.Nodes(t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{v.id}, Plan: plan}, {IDs: []kg.ID{v.refuses}}})
	if err != nil {
		t.Fatal(err)
	}
	item, household := found[0][v.id], found[1][v.refuses]
	if item == nil || household == nil {
		t.Fatalf("%s is gone, with the tombstone", v.id)
	}
	hits, err := st.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query(v.secret), Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	ties := 0
	for _, page := range item.Tree {
		ties += len(page.Edges)
	}
	p := item.Node.(*kg.Person)
	named := strings.Count(p.Name+p.Phone+p.RegisterNo, v.secret)
	refused := len(household.Node.(*kg.Household).Refusals)
	gone := kg.IsErased(p)
	whole := !gone && ties == v.ties && named == 3 && refused == 1 && len(hits.Hits) == 1
	if !whole && (!gone || ties+named+refused+len(hits.Hits) > 0) {
		t.Errorf("%s, a tombstone: %t, has %d ties, is named in %d fields, refused by %d and found %d times", v.id, gone, ties, named, refused, len(hits.Hits))
	}
	return gone
}

// overwritten fails where a victim who was erased can be read from the store's files.
func (s scene) overwritten(t *testing.T, v *victim) {
	t.Helper()
	if s.folder == "" {
		return
	}
	paths, err := filepath.Glob(filepath.Join(s.folder, "lintu.db*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			continue
		}
		if b, err := os.ReadFile(path); err == nil && strings.Contains(string(b), v.secret) {
			t.Errorf("%s still holds what was erased", filepath.Base(path))
		}
	}
}

// TestErasuresOutliveAKillOfTheServer kills a server that erases for several at once: who was told that somebody is erased can
// rely on it, whom nobody was told of is there as a whole or erased, and the audit trail is whole.
func TestErasuresOutliveAKillOfTheServer(t *testing.T) {
	for name, fresh := range onEachEngine {
		t.Run(name, func(t *testing.T) {
			s := fresh(t)
			const atOnce = 5
			kills := effort.Kills(t, map[string]int{"sqlite": 2, "neo4j": 1}[name], 1000)
			var victims []victim
			s.with(t, func(st store.Store) { victims = populated(t, st, atOnce*kills) })
			told, cut := 0, 0
			for kill := range kills {
				some := victims[atOnce*kill : atOnce*(kill+1)]
				acked := serving(t, s.environ).eraseUntilKilled(some)
				s.with(t, func(st store.Store) {
					for i := range some {
						if done := some[i].erased(t, st); acked[i] && !done {
							t.Errorf("%s: it was told that they are erased", some[i].id)
						}
					}
				})
				p := serving(t, s.environ)
				for i := range some {
					again := p.ask(`mutation($id: ID!) { erase(id: $id, reason: ASKED) { already } }`, fields{"id": some[i].id})
					if acked[i] && again.At("erase.already") != true {
						t.Errorf("%s, once more: %v", some[i].id, again.Data)
					}
				}
				p.kill()
				s.with(t, func(st store.Store) {
					for i := range some {
						if told++; !acked[i] {
							cut++
						}
						if !some[i].erased(t, st) {
							t.Errorf("%s is not erased in the end", some[i].id)
						}
					}
				})
				for i := range some {
					s.overwritten(t, &some[i])
				}
			}
			if code, out, errs := clitest.Once(t, run, s.environ, "audit", "verify"); code != 0 {
				t.Errorf("the trail: exit code %d\n%s%s", code, out, errs)
			}
			t.Logf("%d kills, %d of %d erasures cut off by one", kills, cut, told)
		})
	}
}

// eraseUntilKilled asks for erasures from several sides, and kills the process at a random moment of the time that they should
// take by the first two, which are let be; it gives which were answered.
func (p *process) eraseUntilKilled(some []victim) []bool {
	p.t.Helper()
	acked, answered := make([]bool, len(some)), make(chan int, len(some))
	erase := func(i int) {
		a, err := p.try(`mutation($id: ID!) { erase(id: $id, reason: ASKED) { id already } }`, fields{"id": some[i].id})
		if err == nil && len(a.Errors) > 0 {
			p.t.Errorf("%s: %+v", some[i].id, a.Errors)
		}
		acked[i] = err == nil && len(a.Errors) == 0
		answered <- i
	}
	erase(0) // a server plans what it is asked first for longer
	began := time.Now()
	erase(1)
	usual := time.Since(began)
	for i := 2; i < len(some); i++ {
		go erase(i)
	}
	time.Sleep(time.Duration(rand.Int64N(int64(usual) * int64(len(some)))))
	p.kill()
	for range some {
		<-answered
	}
	return acked
}

// TestAnErasureThatIsKilledIsDoneAsAWholeOrNotAtAll kills the command again and again until it comes to its end.
func TestAnErasureThatIsKilledIsDoneAsAWholeOrNotAtAll(t *testing.T) {
	for name, fresh := range onEachEngine {
		t.Run(name, func(t *testing.T) {
			s := fresh(t)
			kills := effort.Kills(t, map[string]int{"sqlite": 4, "neo4j": 1}[name], 1000)
			var victims []victim
			s.with(t, func(st store.Store) { victims = populated(t, st, kills+2) })
			var usual time.Duration
			for i := range 2 { // a server plans what it is asked first for longer
				began := time.Now()
				if s.killedErasure(t, &victims[kills+i], time.Hour) {
					t.Fatal("an erasure takes an hour")
				}
				usual = time.Since(began)
			}
			before, after := 0, 0
			for i := range victims[:kills] {
				v := &victims[i]
				for tries := 1; ; tries++ {
					killed := s.killedErasure(t, v, time.Duration(rand.Int64N(int64(usual)*int64(2+tries)/2)))
					s.with(t, func(st store.Store) {
						switch done := v.erased(t, st); {
						case killed && done:
							after++
						case killed:
							before++
						case !done:
							t.Errorf("%s: the command ended, and they are not erased", v.id)
						}
					})
					if !killed {
						break
					}
				}
				s.overwritten(t, v)
				if code, out, errs := clitest.Once(t, run, s.environ, eraseArgs(v)...); code != 0 || !strings.Contains(out, "was erased on") {
					t.Errorf("once more: exit code %d: %s\n%s", code, out, errs)
				}
			}
			t.Logf("killed %d times before it was done and %d times after, of %v", before, after, usual)
		})
	}
}

func eraseArgs(v *victim) []string {
	return []string{"person", "erase", string(v.id), "--reason", "asked"}
}

// killedErasure starts the command and kills it after a while; it says whether it was killed before it ended.
func (s scene) killedErasure(t *testing.T, v *victim, while time.Duration) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0], eraseArgs(v)...)
	cmd.Env = slices.Concat(bare(), s.environ, []string{childEnv + "=1"})
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(while, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait() // the state says how it ended
	kill.Stop()
	if state := cmd.ProcessState; state.Exited() && state.ExitCode() != 0 {
		t.Fatalf("it ended by itself: %v", state)
	}
	return !cmd.ProcessState.Exited()
}
