package reach_test

import (
	"context"
	"testing"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// edit is a random small batch; the store may refuse it.
func (t *town) edit() []store.Mutation {
	t.changes = nil
	for range 1 + t.IntN(3) {
		t.oneEdit()
	}
	return t.changes
}

func (t *town) oneEdit() {
	put := func(n kg.Node, id kg.ID) {
		n.Common().ID = id
		t.changes = append(t.changes, store.Mutation{Op: store.PutNode, Node: n})
	}
	switch t.IntN(14) {
	case 0, 1:
		put(t.newPerson(), t.pick(kg.KindPerson))
	case 2:
		t.person()
	case 3:
		t.household()
	case 4:
		put(&kg.Building{Base: t.life(), Name: "楼", Point: t.point()}, t.pick(kg.KindBuilding))
	case 5:
		put(&kg.Entrance{Base: t.life(), Number: "单元", HasLift: t.chance(0.5), Point: t.point()}, t.pick(kg.KindEntrance))
	case 6:
		put(&kg.Household{Number: "户", Floor: t.IntN(9), CareFlags: t.flags(), Refusals: []kg.Refusal{{Person: t.pick(kg.KindPerson), Span: t.span()}}}, t.pick(kg.KindHousehold))
	case 7:
		k := []kg.Kind{kg.KindUnit, kg.KindPartyOrg, kg.KindTeam, kg.KindDoorbell, kg.KindPerson, kg.KindBuilding}[t.IntN(6)]
		t.changes = append(t.changes, store.Mutation{Op: store.EndNode, ID: t.pick(k), On: t.date()})
	case 8, 9:
		t.personTie(t.pick(kg.KindPerson))
	case 10:
		if len(t.ties) > 0 {
			t.changes = append(t.changes, store.Mutation{Op: store.EndTie, ID: t.ties[t.IntN(len(t.ties))].ID, On: t.date()})
		}
	case 11:
		t.changes = append(t.changes, store.Mutation{Op: store.DeleteTie, ID: t.ties[t.IntN(len(t.ties))].ID})
	case 12:
		k := []kg.Kind{kg.KindPerson, kg.KindHousehold, kg.KindDoorbell, kg.KindTeam}[t.IntN(4)]
		t.changes = append(t.changes, store.Mutation{Op: store.DeleteNode, ID: t.pick(k)})
	case 13:
		t.tie(t.pick(kg.KindUnit), kg.PairedWith, t.pick(kg.KindGrid), t.span())
	}
}

func TestAPatchedSnapshotAnswersLikeOneBuiltAfresh(t *testing.T) {
	edits := 0
	for seed := range uint64(6) {
		tw := newTown(100 + seed)
		st, w := load(t, tw.changes), newWorld(tw.changes)
		r := reach.New(reach.Options{Store: st})
		if err := r.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		for range 60 {
			changes := tw.edit()
			before := r.Snapshot()
			done, err := st.Apply(context.Background(), &store.Batch{Changes: changes, Today: lastDay})
			if err != nil {
				continue // refused
			}
			edits++
			w.apply(changes)
			if err := r.Applied(context.Background(), done.Revision); err != nil {
				t.Fatal(err)
			}
			s, fresh := r.Snapshot(), build(t, st)
			if s.Revision() != done.Revision || fresh.Revision() != done.Revision || (before.Revision() != done.Revision && before == s) {
				t.Fatalf("revisions %d and %d after revision %d", s.Revision(), fresh.Revision(), done.Revision)
			}
			for range 3 {
				near, cover := tw.nearQuery(), tw.coverQuery()
				if a, b := answers(s, near, cover), answers(fresh, near, cover); a != b {
					t.Fatalf("after %+v\npatched %s\nfresh   %s", changes, a, b)
				}
				compareNear(t, w, s, tw)
				compareCoverage(t, w, s, tw)
			}
		}
	}
	if edits < 150 {
		t.Fatalf("only %d edits were accepted", edits)
	}
}

// answers are the answers to two questions, or the refusals, as text.
func answers(s *reach.Snapshot, near reach.NearQuery, cover reach.UnitCoverageQuery) string {
	text := ""
	if a, err := s.Near(near); err != nil {
		text += err.Error() + "\n"
	} else {
		text += nearText(a)
	}
	if c, err := s.UnitCoverage(cover); err != nil {
		text += err.Error() + "\n"
	} else {
		text += coverText(c)
	}
	return text
}

func TestASnapshotDoesNotChangeWhenALaterOneIsMadeFromIt(t *testing.T) {
	tw := newTown(200)
	st := load(t, tw.changes)
	r := reach.New(reach.Options{Store: st})
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	old := r.Snapshot()
	near, cover := tw.nearQuery(), tw.coverQuery()
	near.Scope, cover.Scope = store.Scope{All: true}, store.Scope{All: true}
	near.To, near.Radius = reach.Target{Building: tw.ids[kg.KindBuilding][1]}, 5000
	want := answers(old, near, cover)
	for range 30 {
		if done, err := st.Apply(context.Background(), &store.Batch{Changes: tw.edit(), Today: lastDay}); err == nil {
			if err := r.Applied(context.Background(), done.Revision); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r.Snapshot() == old || r.Snapshot().Revision() < 10 {
		t.Fatal("nothing was patched")
	}
	if got := answers(old, near, cover); got != want {
		t.Fatalf("the old snapshot changed\nwas %s\nis  %s", want, got)
	}
}

// What profiles say of a day is kept from snapshot to snapshot; what an edit changes must not be.
func TestAnEditOfAProfileIsInTheAnswerForADayThatWasAskedAboutBefore(t *testing.T) {
	tw := newTown(300)
	st, w := load(t, tw.changes), newWorld(tw.changes)
	r := reach.New(reach.Options{Store: st})
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	q := reach.NearQuery{To: reach.Target{Building: tw.ids[kg.KindBuilding][1]}, Radius: reach.MaxRadius, At: local(evening), Scope: store.Scope{All: true}, Limit: 200}
	different := 0
	for i := range 80 {
		before, err := r.Snapshot().Near(q)
		if err != nil {
			t.Fatal(err)
		}
		for range 1 + i%3 { // also several edits after which nobody asks
			n := tw.newPerson()
			n.ID = tw.pick(kg.KindPerson)
			changes := []store.Mutation{{Op: store.PutNode, Node: n}}
			done, err := st.Apply(context.Background(), &store.Batch{Changes: changes, Today: lastDay})
			if err != nil {
				continue // refused
			}
			w.apply(changes)
			if err := r.Applied(context.Background(), done.Revision); err != nil {
				t.Fatal(err)
			}
		}
		after, err := r.Snapshot().Near(q)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := nearText(after), nearText(w.near(&q)); got != want {
			t.Fatalf("after edit %d\n got %s\nwant %s", i, got, want)
		}
		if nearText(after) != nearText(before) {
			different++
		}
	}
	if different < 20 {
		t.Fatalf("only %d edits changed the answer", different)
	}
}
