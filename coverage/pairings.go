package coverage

import (
	"cmp"
	"fmt"
	"slices"

	"lintu/coverage/advice"
	"lintu/kg"
)

// pairing is a unit with one of the areas that it could be paired with.
type pairing struct{ unit, area int32 }

// pairArea is an area with which units could be paired.
type pairArea struct {
	id   kg.ID
	only map[int32]bool // units; nil for all
}

// brought is what a pairing brings.
type brought struct {
	adds   []advice.Add
	except map[int32]int32 // by target
	guests []advice.Guest
	people map[int32]bool
}

// offerPairings adds an item for every unit and area where one of the unit's people comes to a target of the area and
// does not count there yet. A person whom two pairings can bring counts once.
func (o *options) offerPairings() {
	areas, at := o.pairAreas()
	found := map[pairing]*brought{}
	for _, spot := range o.spots {
		for _, a := range at[spot] {
			o.bring(found, spot, a, areas[a].only, len(at[spot]) > 1)
		}
	}
	keys := make([]pairing, 0, len(found))
	for k := range found {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b pairing) int { // both are numbered by id
		return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(areas[a.area].id, areas[b.area].id))
	})
	for _, k := range keys {
		b := found[k]
		it := advice.Item{Site: int32(len(o.problem.Sites)), Guests: b.guests, Times: 1}
		o.problem.Sites = append(o.problem.Sites, b.adds)
		for t, n := range b.except {
			it.Except = append(it.Except, advice.Lack{Target: t, Count: n})
		}
		if areas[k.area].only != nil {
			it.Times = 0 // only to be fixed
		}
		o.add(it, action{kind: PairUnit, unit: o.ties.ID(k.unit), area: areas[k.area].id, people: len(b.people)})
	}
}

// pairAreas are the communities and villages with targets, and the areas of fixed pairings; and by spot, in which of
// them it is.
func (o *options) pairAreas() ([]pairArea, map[int32][]int32) {
	var areas []pairArea
	at := map[int32][]int32{}
	add := func(a pairArea, targets []int32) {
		n := int32(len(areas))
		areas = append(areas, a)
		for _, t := range targets {
			spot := o.scene.Targets[t].Spot
			if spot >= 0 && o.number[t] >= 0 && (len(at[spot]) == 0 || at[spot][len(at[spot])-1] != n) {
				at[spot] = append(at[spot], n)
			}
		}
	}
	for _, a := range o.scene.Holding(communityLevels, o.targets) {
		add(pairArea{id: a.Area}, a.Targets)
	}
	for _, f := range o.query.Fixed {
		if f.Kind != PairUnit {
			continue
		}
		u, known := o.ties.Find(f.Unit)
		i := slices.IndexFunc(areas, func(a pairArea) bool { return a.id == f.Area })
		switch {
		case !known:
		case i < 0:
			add(pairArea{id: f.Area, only: map[int32]bool{u: true}}, o.scene.In(f.Area))
		case areas[i].only != nil:
			areas[i].only[u] = true
		}
	}
	return areas, at
}

// bring notes what the pairings of an area bring to a spot; other areas may contain it, too.
func (o *options) bring(found map[pairing]*brought, spot, area int32, only map[int32]bool, others bool) {
	first := o.targets[o.problem.Spots.Of(spot)[0]]
	paired := o.ties.Paired(first)
	for _, c := range o.come.to(spot) {
		of := o.ties.Of(c)
		if len(of) == 0 || o.paired(c, paired) {
			continue
		}
		for _, u := range of {
			if only != nil && !only[u] {
				continue
			}
			b := found[pairing{u, area}]
			if b == nil {
				b = &brought{except: map[int32]int32{}, people: map[int32]bool{}}
				found[pairing{u, area}] = b
			}
			b.people[c] = true
			if len(of) > 1 || others {
				o.invite(b, spot, c)
				continue
			}
			if last := len(b.adds) - 1; last >= 0 && b.adds[last].Spot == spot {
				b.adds[last].Count++
			} else {
				b.adds = append(b.adds, advice.Add{Spot: spot, Count: 1})
			}
			for _, n := range o.problem.Spots.Of(spot) {
				if slices.Contains(o.scene.Targets[o.targets[n]].Without, c) {
					b.except[n]++
				}
			}
		}
	}
}

// invite makes somebody a guest of every target at a spot for which they count.
func (o *options) invite(b *brought, spot, candidate int32) {
	for _, n := range o.problem.Spots.Of(spot) {
		if !slices.Contains(o.scene.Targets[o.targets[n]].Without, candidate) {
			b.guests = append(b.guests, advice.Guest{Target: n, Who: candidate})
		}
	}
}

// fixedPairing is the item of a fixed pairing; one that brings nobody is added now.
func (o *options) fixedPairing(argument string, f FixedStep) (int32, error) {
	u, ok := o.ties.Find(f.Unit)
	if !ok {
		return 0, fmt.Errorf("%s.unit: %s: %w", argument, f.Unit, kg.ErrNotFound)
	}
	if !o.scene.Has(f.Area) {
		return 0, fmt.Errorf("%s.area: %s: %w", argument, f.Area, kg.ErrNotFound)
	}
	for i := range o.actions {
		if a := &o.actions[i]; a.kind == PairUnit && a.unit == f.Unit && a.area == f.Area {
			return int32(i), nil
		}
	}
	o.add(advice.Item{Site: -1}, action{kind: PairUnit, unit: o.ties.ID(u), area: f.Area})
	return int32(len(o.actions) - 1), nil
}
