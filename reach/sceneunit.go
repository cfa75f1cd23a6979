package reach

import (
	"cmp"
	"slices"

	"lintu/kg"
)

// SceneUnits are the units of a scene's candidates, by number.
type SceneUnits struct {
	scene  *Scene
	units  []ref
	starts []int32           // by candidate, and one more: where their units begin in items
	items  []int32           // units, ascending for each candidate
	paired map[ref][]int32   // by area: units that are paired with it
	sets   map[int32][]int32 // by set of areas: units that are paired with one of them
}

// Units are the units of which candidates of a scene are in one of the given ways, by id, and what they are paired with
// on the scene's date. What is out of scope is not there.
func (sc *Scene) Units(by []UnitTie) *SceneUnits {
	a, crowd := sc.asker, sc.asker.day.crowd
	out := &SceneUnits{scene: sc, paired: map[ref][]int32{}, sets: map[int32][]int32{}}
	for i := range a.s.others[units].n {
		if u := newRef(units, int32(i)); a.s.lives(u, sc.Date) && a.scope.sees(u) {
			out.units = append(out.units, u)
		}
	}
	slices.SortFunc(out.units, func(x, y ref) int { return compareTokens(&a.s.node(x).token, &a.s.node(y).token) })
	type pair struct{ candidate, unit int32 }
	var pairs []pair
	numbers := sc.numbers()
	for n, u := range out.units {
		for _, at := range crowd.staff.of(u.row()) {
			w := crowd.ways[at]
			if c := numbers[w.person]; c >= 0 && slices.Contains(by, UnitTies[w.by]) {
				pairs = append(pairs, pair{c, int32(n)})
			}
		}
		for _, p := range crowd.pairings[u] {
			if a.scope.sees(p.to) {
				out.paired[p.to] = append(out.paired[p.to], int32(n))
			}
		}
	}
	slices.SortFunc(pairs, func(x, y pair) int { return cmp.Or(cmp.Compare(x.candidate, y.candidate), cmp.Compare(x.unit, y.unit)) })
	out.starts = make([]int32, len(sc.Candidates)+1)
	for _, p := range slices.Compact(pairs) {
		out.starts[p.candidate+1]++
		out.items = append(out.items, p.unit)
	}
	for i := range sc.Candidates {
		out.starts[i+1] += out.starts[i]
	}
	return out
}

// Len is how many units there are.
func (u *SceneUnits) Len() int { return len(u.units) }

// ID is the id of a unit.
func (u *SceneUnits) ID(unit int32) kg.ID { return u.scene.asker.s.id(u.units[unit]) }

// Find is the number of a unit.
func (u *SceneUnits) Find(id kg.ID) (int32, bool) {
	r, ok := u.scene.asker.s.find(id)
	i := slices.Index(u.units, r)
	return int32(i), ok && i >= 0
}

// Of are the units of a candidate, ascending; not to be written to.
func (u *SceneUnits) Of(candidate int32) []int32 {
	return u.items[u.starts[candidate]:u.starts[candidate+1]]
}

// Paired are the units that are paired with an area that contains a target, ascending; not to be written to. Targets at
// one spot have the same. It is not safe for concurrent use.
func (u *SceneUnits) Paired(target int32) []int32 {
	ground := u.scene.asker.day.ground
	at := ground.doors[u.scene.Targets[target].row].above
	known, ok := u.sets[at]
	if !ok {
		for _, area := range ground.sets[at] {
			known = append(known, u.paired[area]...)
		}
		slices.Sort(known)
		known = slices.Compact(known)
		u.sets[at] = known
	}
	return known
}

// Has says whether an id is that of a division, grid or compound that exists on the scene's date and is in scope.
func (sc *Scene) Has(area kg.ID) bool {
	r, ok := sc.asker.s.find(area)
	return ok && r.kind() <= compounds && sc.asker.s.lives(r, sc.Date) && sc.asker.scope.sees(r)
}

// Holding are the areas of some levels that contain some of the given targets (ascending numbers) and are in scope,
// below the scene's area or above it; by level as given, then by id.
func (sc *Scene) Holding(levels []AreaLevel, targets []int32) []SceneArea {
	var out []SceneArea
	for _, level := range levels {
		out = append(out, sc.sorted(sc.collect(targets, func(a ref) bool { return sc.levelOf(a) == level && sc.asker.scope.sees(a) }))...)
	}
	return out
}
