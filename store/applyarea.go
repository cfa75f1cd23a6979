package store

import (
	"fmt"
	"maps"
	"slices"

	"lintu/kg"
)

// areaRelations are the relations that bring nodes into areas.
var areaRelations = func() []kg.Relation {
	seen := map[kg.Relation]bool{}
	for _, rule := range kg.AreaRules {
		for _, r := range append(slices.Clone(rule.Via), rule.Else...) {
			seen[r] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}()

// recomputeAreas works out the area spans of every node whose way up has changed: new nodes, sources of changed
// ties, and whatever takes its areas from these, as far down as spans change. It goes level by level, so that each
// level costs a few batch reads; areas that contain each other on a day are refused.
func (r *run) recomputeAreas() error {
	r.areas, r.newAreas = map[kg.ID][]kg.AreaSpan{}, map[kg.ID][]kg.AreaSpan{}
	seeds := r.areaSeeds()
	level := seeds
	for depth := 0; len(level) > 0; depth++ {
		if depth > maxAreaDepth {
			return circle(level[0])
		}
		changed, err := r.areaLevel(level)
		if err != nil {
			return err
		}
		if level, err = r.dependents(changed); err != nil {
			return err
		}
	}
	return r.checkCircles(seeds)
}

// checkCircles refuses a node that is, on some day, inside what it contains. Every circle goes through a tie of the
// batch, and so through a seed.
func (r *run) checkCircles(seeds []kg.ID) error {
	seeds = slices.DeleteFunc(slices.Clone(seeds), func(id kg.ID) bool { return !kg.AreaRules[id.Kind()].Self })
	ties, err := r.tiesFrom(seeds, areaRelations)
	if err != nil {
		return err
	}
	for _, id := range seeds {
		for _, t := range ties[id] {
			for _, above := range r.areas[t.To] {
				if above.Area == id && !above.Meet(t.Valid).Empty() {
					return circle(id)
				}
			}
		}
	}
	return nil
}

func circle(id kg.ID) error {
	return kg.Invalid("tie", fmt.Sprintf("%s would be inside itself, by a circle of areas", id), "a containment tree")
}

// maxAreaDepth is more than the longest chain from a province to a member's organization, each level met twice.
const maxAreaDepth = 64

// areaSeeds are the nodes whose own ties or existence changed.
func (r *run) areaSeeds() []kg.ID {
	var seeds []kg.ID
	for _, id := range r.order {
		if n, ok := r.nodes[id]; ok {
			if n != nil && r.oldNodes[id] == nil {
				seeds = append(seeds, id)
			}
			continue
		}
		t := r.ties[id]
		if t == nil {
			t = r.oldTies[id]
		}
		if t != nil && kg.MakesArea(t.From.Kind(), t.Relation) {
			if n, touched := r.nodes[t.From]; !touched || n != nil {
				seeds = append(seeds, t.From)
			}
		}
	}
	return distinctIDs(seeds)
}

// areaLevel recomputes nodes until they no longer wait for each other, and gives those whose spans changed.
func (r *run) areaLevel(level []kg.ID) ([]kg.ID, error) {
	ties, err := r.tiesFrom(level, areaRelations)
	if err != nil {
		return nil, err
	}
	var above []kg.ID
	for _, id := range level {
		above = append(above, id)
		for _, t := range ties[id] {
			above = append(above, t.To)
		}
	}
	if err := r.loadAreas(above); err != nil {
		return nil, err
	}
	var changed []kg.ID
	for _, id := range slices.SortedFunc(slices.Values(level), byRank) {
		spans := kg.AreaSpans(id, ties[id], func(up kg.ID) []kg.AreaSpan { return r.areas[up] })
		if !slices.Equal(spans, r.areas[id]) {
			r.areas[id] = spans
			r.newAreas[id] = spans
			changed = append(changed, id)
		}
	}
	return changed, nil
}

// byRank puts what contains before what is contained, so that one pass does most of the work.
func byRank(a, b kg.ID) int {
	if d := areaRank[a.Kind()] - areaRank[b.Kind()]; d != 0 {
		return d
	}
	return compareValues(string(a), string(b))
}

var areaRank = map[kg.Kind]int{
	kg.KindDivision: 0, kg.KindGrid: 1, kg.KindCompound: 2, kg.KindBuilding: 3, kg.KindEntrance: 4, kg.KindHousehold: 5,
	kg.KindUnit: 6, kg.KindPlace: 7, kg.KindTeam: 7, kg.KindResidentBody: 7, kg.KindJointCommittee: 7, kg.KindPartyOrg: 8, kg.KindPerson: 8, kg.KindDoorbell: 8, kg.KindMeasure: 8,
	kg.KindRing: 9, kg.KindAlert: 10, kg.KindRingEvent: 10,
}

func (r *run) loadAreas(ids []kg.ID) error {
	var ask []kg.ID
	for _, id := range distinctIDs(ids) {
		if _, known := r.areas[id]; known {
			continue
		}
		if _, created := r.nodes[id]; created && r.oldNodes[id] == nil {
			r.areas[id] = nil
			continue
		}
		ask = append(ask, id)
	}
	if len(ask) == 0 {
		return nil
	}
	stored, err := r.tx.Areas(r.ctx, ask)
	if err != nil {
		return err
	}
	for _, id := range ask {
		r.areas[id] = stored[id]
	}
	return nil
}

// dependents are the nodes that take their areas from the changed ones.
func (r *run) dependents(changed []kg.ID) ([]kg.ID, error) {
	var sources []kg.ID
	var stored []kg.ID
	set := make(map[kg.ID]bool, len(changed))
	for _, id := range changed {
		set[id] = true
		if _, created := r.nodes[id]; !created || r.oldNodes[id] != nil {
			stored = append(stored, id)
		}
	}
	if len(stored) > 0 {
		ties, err := r.tx.TiesTo(r.ctx, stored, areaRelations)
		if err != nil {
			return nil, err
		}
		for _, t := range ties {
			if _, touched := r.ties[t.ID]; !touched && kg.MakesArea(t.From.Kind(), t.Relation) {
				sources = append(sources, t.From)
			}
		}
	}
	for _, t := range r.ties {
		if t != nil && set[t.To] && kg.MakesArea(t.From.Kind(), t.Relation) {
			sources = append(sources, t.From)
		}
	}
	return distinctIDs(sources), nil
}
