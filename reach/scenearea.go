package reach

import (
	"slices"
	"sync"

	"lintu/kg"
)

// SceneArea is an area with some of a scene's targets.
type SceneArea struct {
	Area    kg.ID
	Targets []int32 // numbers, ascending
}

// sceneAreas is what a scene knows of areas, found when it is asked for.
type sceneAreas struct {
	once  sync.Once
	below map[ref][]ref // divisions and grids by what directly contains them on the date
}

// AreaLevel is a level of areas: a division's level, or the kind of the area.
type AreaLevel string

// The levels that are no division's.
const (
	LevelGrid     AreaLevel = "GRID"
	LevelCompound AreaLevel = "COMPOUND"
	LevelBuilding AreaLevel = "BUILDING"
)

// AreaLevels are all levels, the highest first.
var AreaLevels = func() []AreaLevel {
	var out []AreaLevel
	for _, name := range kg.Levels.Names() {
		out = append(out, AreaLevel(name))
	}
	return append(out, LevelGrid, LevelCompound, LevelBuilding)
}()

// Below are the areas directly below one in the containment tree, down to buildings, each with those of the given
// targets (ascending numbers) that it contains: every division and grid, and the buildings that contain some; by id.
// Below a compound are its buildings. A target that hangs on the area itself is in none of them; one whose compound
// is of another division than its building may be in two.
func (sc *Scene) Below(area kg.ID, targets []int32) []SceneArea {
	top, ok := sc.asker.s.find(area)
	if !ok || top.kind() > grids && top.kind() != compounds {
		return nil
	}
	found := sc.collect(targets, func(a ref) bool {
		return a.kind() <= grids && sc.container(a, partOf) == top ||
			a.kind() == buildings && (sc.container(a, partOf) == top || sc.container(a, inCompound) == top)
	})
	for _, a := range sc.childrenOf(top) {
		if _, has := found[a]; !has {
			found[a] = nil
		}
	}
	return sc.sorted(found)
}

// AtLevel are the areas of a level below one that contain some of the given targets, by id, each with those it
// contains.
func (sc *Scene) AtLevel(level AreaLevel, area kg.ID, targets []int32) []SceneArea {
	top, ok := sc.asker.s.find(area)
	if !ok {
		return nil
	}
	return sc.sorted(sc.collect(targets, func(a ref) bool { return a != top && sc.levelOf(a) == level && sc.under(a, top) }))
}

// under says whether an area is another one or below it on the date.
func (sc *Scene) under(a, top ref) bool {
	if a == top {
		return true
	}
	for t := range sc.asker.s.ties(a) {
		if (t.relation == partOf || t.relation == inCompound) && t.valid.Holds(sc.Date) && sc.under(t.to, top) {
			return true
		}
	}
	return false
}

// In are the targets in an area that is the scene's or below it, by number.
func (sc *Scene) In(area kg.ID) []int32 {
	var out []int32
	r, ok := sc.asker.s.find(area)
	if !ok {
		return nil
	}
	for i := range sc.Targets {
		if r == sc.area || sc.asker.day.ground.in(newRef(households, sc.Targets[i].row), r) {
			out = append(out, int32(i))
		}
	}
	return out
}

// Those are the numbers of some targets of another scene of the same snapshot that are targets here, too; ascending.
func (sc *Scene) Those(o *Scene, targets []int32) []int32 {
	rows := make(map[int32]bool, len(targets))
	for _, i := range targets {
		rows[o.Targets[i].row] = true
	}
	var out []int32
	for i := range sc.Targets {
		if rows[sc.Targets[i].row] {
			out = append(out, int32(i))
		}
	}
	return out
}

func (sc *Scene) levelOf(a ref) AreaLevel {
	switch a.kind() {
	case divisions:
		return AreaLevel(sc.asker.s.others[divisions].at(a.row()).level)
	case grids:
		return LevelGrid
	case compounds:
		return LevelCompound
	case buildings:
		return LevelBuilding
	}
	return ""
}

// collect sorts targets into those areas above them that are picked. Targets in the same areas are looked up once.
func (sc *Scene) collect(targets []int32, pick func(ref) bool) map[ref][]int32 {
	ground := sc.asker.day.ground
	picks, picked := make([][]ref, len(ground.sets)), make([]bool, len(ground.sets))
	wanted := map[ref]bool{}
	found := map[ref][]int32{}
	for _, n := range targets {
		at := ground.doors[sc.Targets[n].row].above
		if !picked[at] {
			picked[at] = true
			for _, a := range ground.sets[at] {
				want, known := wanted[a]
				if !known {
					want = pick(a)
					wanted[a] = want
				}
				if want {
					picks[at] = append(picks[at], a)
				}
			}
		}
		for _, a := range picks[at] {
			found[a] = append(found[a], n)
		}
	}
	return found
}

// sorted lists areas by id, without those that are out of scope.
func (sc *Scene) sorted(found map[ref][]int32) []SceneArea {
	s := sc.asker.s
	refs := make([]ref, 0, len(found))
	for a := range found {
		if sc.asker.scope.sees(a) {
			refs = append(refs, a)
		}
	}
	slices.SortFunc(refs, func(a, b ref) int {
		if a.kind() != b.kind() {
			return int(a.kind()) - int(b.kind())
		}
		return compareTokens(&s.node(a).token, &s.node(b).token)
	})
	out := make([]SceneArea, len(refs))
	for i, a := range refs {
		out[i] = SceneArea{Area: s.id(a), Targets: found[a]}
	}
	return out
}

// container is what directly contains an area on the date by a relation; the zero ref for nothing.
func (sc *Scene) container(a ref, by relation) ref {
	for t := range sc.asker.s.ties(a) {
		if t.relation == by && t.valid.Holds(sc.Date) {
			return t.to
		}
	}
	return 0
}

// childrenOf are the divisions and grids of the date that an area directly contains.
func (sc *Scene) childrenOf(top ref) []ref {
	s := sc.asker.s
	sc.areas.once.Do(func() {
		sc.areas.below = map[ref][]ref{}
		for _, k := range []kindNum{divisions, grids} {
			for i := range s.others[k].n {
				if a := newRef(k, int32(i)); s.lives(a, sc.Date) {
					if up := sc.container(a, partOf); up != 0 {
						sc.areas.below[up] = append(sc.areas.below[up], a)
					}
				}
			}
		}
	})
	return sc.areas.below[top]
}

// CareFlags are the care flags of a target on the date, its own and those of its people, each once.
func (sc *Scene) CareFlags(target int) []string {
	a, row := sc.asker, sc.Targets[target].row
	var out []string
	add := func(flags []kg.Flag) {
		for _, f := range flags {
			if f.Holds(sc.Date) && !slices.Contains(out, f.Value) {
				out = append(out, f.Value)
			}
		}
	}
	if c := a.s.households.at(row).care; c != nil {
		add(c.flags)
	}
	for _, p := range a.day.crowd.residents.of(row) {
		if pr := a.s.people.at(p).profile; pr != nil {
			add(pr.flags)
		}
	}
	return out
}

// CareLevel is the care level of a target, "" for none.
func (sc *Scene) CareLevel(target int) kg.CareLevel {
	if c := sc.asker.s.households.at(sc.Targets[target].row).care; c != nil {
		return c.level
	}
	return ""
}

// Management are the kinds of management of the compounds that a target is in, each once; "" is one whose kind is
// unknown.
func (sc *Scene) Management(target int) []kg.ManagementKind {
	var out []kg.ManagementKind
	for _, a := range sc.asker.day.ground.above(sc.Targets[target].row) {
		if a.kind() != compounds {
			continue
		}
		if m := sc.asker.s.others[compounds].at(a.row()).management; !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}
