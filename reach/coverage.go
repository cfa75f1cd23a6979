package reach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// UnitCoverageQuery asks which units' people are within reach of which households of an area.
type UnitCoverageQuery struct {
	Area    kg.ID           // a division, grid, compound, building, entrance or household
	Targets *TargetWhere    // nil: DefaultTargets
	Radius  float64         // metres, more than 0, at most MaxRadius
	At      time.Time       //
	By      []UnitTie       // empty: STAFF and PARTY
	Where   *ResponderWhere // nil: party members
	AnyUnit bool            // false: only units that are paired with an area that contains the target
	Scope   store.Scope
}

// UnitCoverage is the answer. A unit covers a target if a responder of the unit is within the radius of it at the
// instant, not across a barrier, and the unit is paired with an area that contains it (or AnyUnit was asked); a target
// is covered if a unit covers it.
type UnitCoverage struct {
	Area         kg.ID
	At           time.Time
	Radius       float64
	Targets      int
	Covered      int
	Share        *float64 // of the targets that are covered; nil where there are no targets
	Completeness Completeness
	Units        []UnitCover // those that cover a target, by targets covered descending, then id
	Revision     store.Revision

	tally *tally
}

// UnitCover is what a unit covers.
type UnitCover struct {
	Unit           kg.ID
	Pairings       []kg.ID // the unit's PAIRED_WITH ties with areas that contain targets that it covers, by id
	MemberCount    int     // its responders who are within the radius of at least one target
	TargetsCovered int
	OnlyThisUnit   int // targets that no other unit covers
}

// Completeness says how much is known of what the answer rests on.
type Completeness struct {
	TargetsLocated    Share // of the targets, those that have a point
	RespondersLocated Share // of the units' responders who are not away, those who are at a place that has a point
	ConsentKnown      Share // of the units' people who were asked about, those who have a responder profile
}

// Share is a part of a whole.
type Share struct{ Numerator, Denominator int }

// Value is the share as a number from 0 to 1, nil where the denominator is 0.
func (s Share) Value() *float64 {
	if s.Denominator == 0 {
		return nil
	}
	v := float64(s.Numerator) / float64(s.Denominator)
	return &v
}

// UnitCoverage answers which units cover which households. The error is kg.ErrInvalid for a malformed question,
// kg.ErrNotFound for an area, team or unit that does not exist or is out of scope; both name the argument.
func (s *Snapshot) UnitCoverage(q UnitCoverageQuery) (*UnitCoverage, error) {
	if q.Targets == nil {
		w := DefaultTargets()
		q.Targets = &w
	}
	if len(q.By) == 0 {
		q.By = []UnitTie{Staff, Party}
	}
	if q.Where == nil {
		members := true
		q.Where = &ResponderWhere{PartyMember: &members}
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	a, err := s.newAsker(s.moment(q.At), q.Where, q.Scope)
	if err != nil {
		return nil, err
	}
	area, err := a.argument("area", q.Area, divisions, grids, compounds, buildings, entrances, households)
	if err != nil {
		return nil, err
	}
	t := newTally(a, &q, a.targets(area, q.Targets))
	t.count()
	return t.answer(), nil
}

func (q *UnitCoverageQuery) check() error {
	if err := checkCircle(q.Radius, q.At); err != nil {
		return err
	}
	for _, by := range q.By {
		if !slices.Contains(UnitTies, by) {
			return kg.Invalid("by", fmt.Sprintf("%q", by), strings.Join([]string{string(Staff), string(Party), string(Deployed)}, ", "))
		}
	}
	return q.Targets.check()
}

// answer puts the tally's numbers together.
func (t *tally) answer() *UnitCoverage {
	out := &UnitCoverage{
		Area: t.query.Area, At: t.query.At, Radius: t.query.Radius, Targets: t.targets, Covered: t.covered,
		Share: Share{t.covered, t.targets}.Value(), Completeness: t.completeness, Revision: t.s.revision, tally: t,
	}
	for i := range t.units {
		u := &t.units[i]
		if u.covered == 0 {
			continue
		}
		c := UnitCover{Unit: t.s.id(u.unit), TargetsCovered: u.covered, OnlyThisUnit: u.only}
		for _, n := range u.responders {
			if t.reach(n) > 0 {
				c.MemberCount++
			}
		}
		for k := range u.pairings {
			if u.counts[k] {
				c.Pairings = append(c.Pairings, t.s.notes.at(u.pairings[k].note).id)
			}
		}
		slices.Sort(c.Pairings)
		out.Units = append(out.Units, c)
	}
	slices.SortFunc(out.Units, func(a, b UnitCover) int {
		return cmp.Or(cmp.Compare(b.TargetsCovered, a.TargetsCovered), cmp.Compare(a.Unit, b.Unit))
	})
	return out
}

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
	NoPoint       UncoveredReason = "NO_POINT"       // nobody knows where the household is
	BeyondBarrier UncoveredReason = "ACROSS_BARRIER" // those who would cover it are across a barrier
	Nobody        UncoveredReason = "NOBODY"         // no unit's responder is within the radius
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
			out = append(out, CoverMember{Person: t.s.personID(t.responders[n].person), TargetsInReach: reach})
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
	lines := t.s.barriers.Around(s.point, t.query.Radius)
	for _, n := range u.responders {
		r := &t.responders[n]
		chord2 := geo.Chord2(s.unit, t.day.crowd.stations[r.station].unit)
		if chord2 <= limit && chord2 <= r.limit && !lines.Across(t.day.crowd.grid.Point(int(r.station))) {
			out = append(out, nearResponder{n, geo.Metres(chord2)})
		}
	}
	return out
}

func (t *tally) nearest(near []nearResponder, row int32, without []int32) CoverTarget {
	out := CoverTarget{Household: t.s.id(newRef(households, row))}
	for _, r := range near {
		if slices.Contains(without, r.number) {
			continue
		}
		id := t.s.personID(t.responders[r.number].person)
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
		out[i] = UncoveredTarget{Household: c.tally.s.id(newRef(households, u.household)), Reason: u.reason}
	}
	slices.SortFunc(out, func(a, b UncoveredTarget) int { return cmp.Compare(a.Household, b.Household) })
	return out
}
