// Package coverage answers who of the people to be looked after has somebody near enough, when, and what to do where
// nobody is. It counts over scenes of a reach snapshot, which are plain arrays, and reads nothing else.
//
// An Engine answers questions (Query) with a Coverage, which has measures for the whole area and, on demand, for the
// areas below, for groups of targets, for the hours of a week, and lists of gaps.
package coverage

import (
	"context"
	"fmt"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// Query asks how well the targets of an area are covered.
type Query struct {
	Area    kg.ID                 // a division, grid, compound, building, entrance or household
	Targets *reach.TargetWhere    // nil: reach.DefaultTargets
	Radius  float64               // metres, more than 0, at most reach.MaxRadius
	K       int                   // how many responders cover a target, 1 to MaxK; 0: 1
	When    When                  //
	Where   *reach.ResponderWhere // nil: everybody
	Scope   store.Scope
}

// MaxK is the largest K that is answered.
const MaxK = 1000

// When is the time of a question.
type When struct {
	At time.Time
}

func (q Query) withDefaults() Query {
	if q.Targets == nil {
		w := reach.DefaultTargets()
		q.Targets = &w
	}
	if q.Where == nil {
		q.Where = &reach.ResponderWhere{}
	}
	if q.K == 0 {
		q.K = 1
	}
	return q
}

func (q *Query) check() error {
	if !(q.Radius > 0 && q.Radius <= reach.MaxRadius) {
		return kg.Invalid("radius", fmt.Sprint(q.Radius), fmt.Sprintf("more than 0 and at most %d metres", reach.MaxRadius))
	}
	if q.K < 1 || q.K > MaxK {
		return kg.Invalid("k", fmt.Sprint(q.K), fmt.Sprintf("1 to %d", MaxK))
	}
	if y := q.When.At.Year(); q.When.At.IsZero() || y < 1 || y > 9998 {
		return kg.Invalid("when.at", "is missing or out of range", "an instant from the year 1 to 9998")
	}
	return nil
}

// Coverage is the answer to a Query. It is immutable and safe for concurrent use.
type Coverage struct {
	Query    Query // with what it left open filled in
	Area     kg.ID
	Revision store.Revision

	engine *Engine
	scene  *reach.Scene
	stand  *reach.Standing
	tally  *tally
}

// Ask answers a question. The error is kg.ErrInvalid for a malformed question, kg.ErrNotFound for an area, team or
// unit that does not exist or is out of scope (both name the argument), kg.ErrUnavailable while there is no snapshot.
func (e *Engine) Ask(ctx context.Context, q Query) (*Coverage, error) {
	q = q.withDefaults()
	if err := q.check(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := e.source()
	if s == nil {
		return nil, fmt.Errorf("coverage: no snapshot yet: %w", kg.ErrUnavailable)
	}
	sc, err := s.Scene(reach.SceneQuery{Area: q.Area, Targets: q.Targets, Where: q.Where, Date: kg.DateOf(q.When.At, s.Location()), Scope: q.Scope})
	if err != nil {
		return nil, err
	}
	c := &Coverage{Query: q, Area: q.Area, Revision: sc.Revision, engine: e, scene: sc, stand: sc.Stand(q.When.At)}
	c.tally = count(sc, c.stand, q.Radius)
	return c, nil
}

// Engine answers questions from the latest snapshot. It is safe for concurrent use.
type Engine struct {
	source func() *reach.Snapshot
}

// New makes an Engine; source gives the latest snapshot, nil while there is none.
func New(source func() *reach.Snapshot) *Engine { return &Engine{source: source} }

// metres is a squared chord in metres, nil for the infinite one.
func metres(chord2 float64) *float64 {
	if chord2 > 4 {
		return nil
	}
	m := geo.Metres(chord2)
	return &m
}
