package coverage_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"lintu/coverage"
	"lintu/kg"
	"lintu/reach"
)

// newPairedTown is a town whose units are paired with areas.
func newPairedTown(seed uint64) *town {
	t := newTown(seed)
	for _, u := range t.ids[kg.KindUnit] {
		for range t.IntN(3) {
			t.tie(u, kg.PairedWith, t.pick(kg.KindDivision, kg.KindGrid, kg.KindCompound), t.span())
		}
	}
	return t
}

// unitsOf are the units of a person, by the asked ways, that are in scope.
func (w *truth) unitsOf(person kg.ID, by []reach.UnitTie, q *coverage.Query, on kg.Date) []kg.ID {
	var out []kg.ID
	if slices.Contains(by, reach.Staff) {
		for _, t := range w.out(person, kg.WorksAt, on) {
			out = append(out, t.To)
		}
	}
	if slices.Contains(by, reach.Party) {
		for _, t := range w.out(person, kg.BelongsTo, on) {
			for _, set := range w.out(t.To, kg.SetUpOn, on) {
				out = append(out, set.To)
			}
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(u kg.ID) bool { return !w.sees(u, q.Scope) })
}

// paired says whether a unit is paired with an area that contains a household.
func (w *truth) paired(unit, household kg.ID, q *coverage.Query, on kg.Date) bool {
	return slices.ContainsFunc(w.out(unit, kg.PairedWith, on), func(t *kg.Tie) bool { return w.in(household, t.To, on) && w.sees(t.To, q.Scope) })
}

// comers are those who cover each target at an instant.
func (w *truth) comers(q *coverage.Query, on kg.Date) map[kg.ID][]kg.ID {
	out := map[kg.ID][]kg.ID{}
	servers := w.servers(q, on, q.When.At)
	for _, h := range w.targets(q, on) {
		out[h] = nil
		for _, s := range servers {
			if m, counts, apart := w.serves(&s, h, w.door(h, on), on); counts && !apart && m <= q.Radius {
				out[h] = append(out[h], s.id)
			}
		}
	}
	return out
}

// hanging are the targets that would not be covered without those who satisfy a condition.
func hanging(comers map[kg.ID][]kg.ID, k int, gone func(household, who kg.ID) bool) []kg.ID {
	var out []kg.ID
	for h, list := range comers {
		left := slices.DeleteFunc(slices.Clone(list), func(id kg.ID) bool { return gone(h, id) })
		if len(list) >= k && len(left) < k {
			out = append(out, h)
		}
	}
	slices.Sort(out)
	return out
}

func fragileText(list []coverage.Fragile, of func(kg.ID) []kg.ID) string {
	text := ""
	for _, f := range list {
		text += fmt.Sprintf("%s %d %v\n", f.ID, f.Targets, of(f.ID))
	}
	return text
}

func TestFragilityIsThatOfTheDefinitionsOnRandomTowns(t *testing.T) {
	people, units := 0, 0
	for seed := range uint64(max(*towns, 100)) {
		tw := newPairedTown(seed)
		w, e := newTruth(tw), tw.engine(t)
		for range 12 {
			q := tw.question()
			if q.Provider.Duty != nil || q.When.Band != "" {
				continue
			}
			c, err := e.Ask(context.Background(), q)
			if errors.Is(err, kg.ErrNotFound) && !q.Scope.All {
				continue
			} else if err != nil {
				t.Fatal(err)
			}
			by := []reach.UnitTie{reach.Staff, reach.Party}
			f, err := c.Fragility(nil)
			if seed%2 == 0 {
				by = by[1:]
				f, err = c.Fragility(by)
			}
			if err != nil {
				t.Fatal(err)
			}
			want, onPeople, onUnits := w.fragility(&c.Query, by)
			got := "people\n" + fragileText(f.People, f.OfPerson) + "units\n" + fragileText(f.Units, f.OfUnit)
			same(t, fmt.Sprintf("town %d", seed), got, want)
			if f.OnPeople != onPeople || f.OnUnits != onUnits {
				t.Errorf("on people %d, on units %d; want %d, %d", f.OnPeople, f.OnUnits, onPeople, onUnits)
			}
			if people, units = people+len(f.People), units+len(f.Units); t.Failed() {
				t.FailNow()
			}
		}
	}
	if people < 100 || units < 10 {
		t.Errorf("only %d people and %d units are fragile: the towns do not show it", people, units)
	}
}

// fragility is told by taking everybody away in turn.
func (w *truth) fragility(q *coverage.Query, by []reach.UnitTie) (text string, onPeople, onUnits int) {
	on := kg.DateOf(q.When.At, w.zone)
	comers := w.comers(q, on)
	part := func(ids []kg.ID, gone func(who, household, comer kg.ID) bool) (string, int) {
		lost, fragile := map[kg.ID][]kg.ID{}, map[kg.ID]bool{}
		var list []coverage.Fragile
		for _, id := range ids {
			hang := hanging(comers, q.K, func(h, c kg.ID) bool { return gone(id, h, c) })
			if len(hang) == 0 {
				continue
			}
			lost[id] = hang
			list = append(list, coverage.Fragile{ID: id, Targets: len(hang)})
			for _, h := range hang {
				fragile[h] = true
			}
		}
		slices.SortFunc(list, func(a, b coverage.Fragile) int {
			return cmp.Or(cmp.Compare(b.Targets, a.Targets), cmp.Compare(a.ID, b.ID))
		})
		return fragileText(list, func(id kg.ID) []kg.ID { return lost[id] }), len(fragile)
	}
	providers, units := w.ids[kg.KindPerson], w.ids[kg.KindUnit]
	if q.Provider.Places != nil {
		providers, units = w.ids[kg.KindPlace], nil
	}
	text, onPeople = part(providers, func(who, _, comer kg.ID) bool { return who == comer })
	byUnit, onUnits := part(units, func(unit, h, comer kg.ID) bool {
		through := slices.DeleteFunc(w.unitsOf(comer, by, q, on), func(u kg.ID) bool { return !w.lives(u, on) || !w.paired(u, h, q, on) })
		return len(through) == 1 && through[0] == unit
	})
	return "people\n" + text + "units\n" + byUnit, onPeople, onUnits
}

func TestWhereDutyCoversThereIsNoFragility(t *testing.T) {
	tw := newTown(1)
	c, err := tw.engine(t).Ask(context.Background(), coverage.Query{Area: tw.ids[kg.KindDivision][0], Radius: 500, When: coverage.When{At: local(evening)}, Scope: everything, Provider: coverage.Provider{Duty: &reach.DutyWhere{}}})
	if err != nil {
		t.Fatal(err)
	}
	var invalid *kg.InvalidError
	if _, err := c.Fragility(nil); !errors.As(err, &invalid) || invalid.Argument != "provider.duty" {
		t.Errorf("error is %v", err)
	}
}

// engine answers questions about the town.
func (t *town) engine(tb testing.TB) *coverage.Engine {
	s := t.snapshot(tb)
	return coverage.New(func() *reach.Snapshot { return s })
}
