package reach

import (
	"cmp"
	"slices"

	"lintu/geo"
	"lintu/kg"
)

// CoverMember is a responder of a unit and the number of targets within the radius.
type CoverMember struct {
	Person         kg.ID
	TargetsInReach int
}

// CoverTarget is a target that a unit covers.
type CoverTarget struct {
	Household     kg.ID
	NearestMember kg.ID
	Distance      float64 // metres to the nearest member
	MemberCount   int     // the unit's responders within the radius
}

// UncoveredTarget is a target that no unit covers.
type UncoveredTarget struct {
	Household kg.ID
	Reason    UncoveredReason
}

// UncoveredReason says why a target is not covered.
type UncoveredReason string

// The reasons.
const (
	NoPoint UncoveredReason = "NO_POINT" // nobody knows where the household is
	Nobody  UncoveredReason = "NOBODY"   // no unit's responder is within the radius
)

// Members are the responders of a unit who are within the radius of at least one target, by targets in reach
// descending, then id. None for a unit that is not among Units.
func (c *UnitCoverage) Members(unit kg.ID) []CoverMember {
	t, u := c.tally, c.tally.unit(unit)
	if u == nil {
		return nil
	}
	var out []CoverMember
	for _, n := range u.responders {
		if reach := t.reach(n); reach > 0 {
			out = append(out, CoverMember{Person: t.s.people.at(t.responders[n].person).id, TargetsInReach: reach})
		}
	}
	slices.SortFunc(out, func(a, b CoverMember) int {
		return cmp.Or(cmp.Compare(b.TargetsInReach, a.TargetsInReach), cmp.Compare(a.Person, b.Person))
	})
	return out
}

// TargetsOf are the targets that a unit covers, by the distance of its nearest member, then id. None for a unit
// that is not among Units.
func (c *UnitCoverage) TargetsOf(unit kg.ID) []CoverTarget {
	t, u := c.tally, c.tally.unit(unit)
	if u == nil {
		return nil
	}
	limit := geo.MaxChord2(t.query.Radius)
	out := make([]CoverTarget, 0, u.covered)
	for i := range t.spots {
		s := &t.spots[i]
		if !t.query.AnyUnit && !u.pairedIn(s) {
			continue
		}
		near := t.near(u, s, limit)
		add := func(row int32, without []int32) {
			if target := t.nearest(near, row, without); target.MemberCount > 0 {
				out = append(out, target)
			}
		}
		for _, row := range s.plain {
			add(row, nil)
		}
		for _, target := range s.special {
			add(target.row, target.without)
		}
	}
	slices.SortFunc(out, func(a, b CoverTarget) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Household, b.Household))
	})
	return out
}

// unit is the tally of a unit that covers something.
func (t *tally) unit(id kg.ID) *unitTally {
	r, ok := t.s.find(id)
	if !ok {
		return nil
	}
	i, ok := slices.BinarySearchFunc(t.units, r, func(u unitTally, r ref) int { return cmp.Compare(u.unit, r) })
	if !ok || t.units[i].covered == 0 {
		return nil
	}
	return &t.units[i]
}

func (u *unitTally) pairedIn(s *targetSpot) bool {
	return slices.ContainsFunc(u.pairings, func(p tie) bool {
		_, in := slices.BinarySearch(s.areas, p.to)
		return in
	})
}

type nearResponder struct {
	number   int32
	distance float64
}

// near are the unit's responders within the radius of a spot.
func (t *tally) near(u *unitTally, s *targetSpot, limit float64) []nearResponder {
	var out []nearResponder
	for _, n := range u.responders {
		r := &t.responders[n]
		if chord2 := geo.Chord2(s.unit, t.day.crowd.stations[r.station].unit); chord2 <= limit && chord2 <= r.limit {
			out = append(out, nearResponder{n, geo.Metres(chord2)})
		}
	}
	return out
}

func (t *tally) nearest(near []nearResponder, row int32, without []int32) CoverTarget {
	out := CoverTarget{Household: t.s.households.at(row).id}
	for _, r := range near {
		if slices.Contains(without, r.number) {
			continue
		}
		id := t.s.people.at(t.responders[r.number].person).id
		if out.MemberCount == 0 || r.distance < out.Distance || (r.distance == out.Distance && id < out.NearestMember) {
			out.NearestMember, out.Distance = id, r.distance
		}
		out.MemberCount++
	}
	return out
}

// Uncovered are the targets that no unit covers, by id.
func (c *UnitCoverage) Uncovered() []UncoveredTarget {
	out := make([]UncoveredTarget, len(c.tally.uncovered))
	for i, u := range c.tally.uncovered {
		out[i] = UncoveredTarget{Household: c.tally.s.households.at(u.household).id, Reason: u.reason}
	}
	slices.SortFunc(out, func(a, b UncoveredTarget) int { return cmp.Compare(a.Household, b.Household) })
	return out
}
