package reach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

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
// instant and the unit is paired with an area that contains it (or AnyUnit was asked); a target is covered if a unit
// covers it.
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
		c := UnitCover{Unit: t.s.node(u.unit).id, TargetsCovered: u.covered, OnlyThisUnit: u.only}
		for _, n := range u.responders {
			if t.reach(n) > 0 {
				c.MemberCount++
			}
		}
		for k := range u.pairings {
			if u.counts[k] {
				c.Pairings = append(c.Pairings, u.pairings[k].note.id)
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
