// Package coverage answers who of the people to be looked after has somebody near enough, when, and what to do where
// nobody is. It counts over scenes of a reach snapshot, which are plain arrays, and reads nothing else.
//
// An Engine answers questions (Query) with a Coverage, which has measures for the whole area and, on demand, for the
// areas below, for groups of targets, for the hours of a week, and lists of gaps. What was asked lately is kept: the
// same question of the same snapshot costs next to nothing.
package coverage

import (
	"context"
	"fmt"
	"sync"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// Query asks how well the targets of an area are covered.
type Query struct {
	Area     kg.ID                 // a division, grid, compound, building, entrance or household
	Targets  *reach.TargetWhere    // nil: reach.DefaultTargets
	Radius   float64               // metres, more than 0, at most reach.MaxRadius
	Minutes  float64               // where set: as far as so many minutes on foot, and Radius is not read
	K        int                   // how many cover a target, 1 to MaxK; 0: 1
	When     When                  //
	Where    *reach.ResponderWhere // nil: everybody; not with places
	Provider Provider              // none: responders
	Scope    store.Scope
}

// Provider says what covers a target where that is not a responder within the radius. At most one field is set.
type Provider struct {
	// Places cover a target that is within the radius of one.
	Places *reach.PlaceWhere
	// Duty covers a target whose household, entrance or building somebody is responsible for, wherever they are. The
	// radius is not asked, and distances are those of the people who are named.
	Duty *reach.DutyWhere
}

// MaxK is the largest K that is answered.
const MaxK = 1000

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
	if q.Minutes != 0 {
		q.Radius = geo.WalkingMetres(q.Minutes)
	}
	return q
}

func (q *Query) check() error {
	if q.Minutes != 0 && !(q.Radius > 0 && q.Radius <= reach.MaxRadius) {
		return kg.Invalid("minutes", fmt.Sprint(q.Minutes), fmt.Sprintf("more than 0 and at most %d, which are %d metres", int(geo.WalkingMinutes(reach.MaxRadius)), reach.MaxRadius))
	}
	if !(q.Radius > 0 && q.Radius <= reach.MaxRadius) {
		return kg.Invalid("radius", fmt.Sprint(q.Radius), fmt.Sprintf("more than 0 and at most %d metres", reach.MaxRadius))
	}
	if q.K < 1 || q.K > MaxK {
		return kg.Invalid("k", fmt.Sprint(q.K), fmt.Sprintf("1 to %d", MaxK))
	}
	if q.Provider.Places != nil && q.Provider.Duty != nil {
		return kg.Invalid("provider", "places and duty", "one of the two")
	}
	if q.Provider.Places != nil && !q.Where.IsZero() {
		return kg.Invalid("where", "asks about people where places are the provider", "nothing")
	}
	return q.When.check()
}

// scene is what the question is counted over on a date.
func (q *Query) scene(date kg.Date) reach.SceneQuery {
	return reach.SceneQuery{Area: q.Area, Targets: q.Targets, Where: q.Where, Places: q.Provider.Places, Date: date, Scope: q.Scope}
}

// Coverage is the answer to a Query, for its area or for a part of it: an area below, or a group of targets. It is
// immutable and safe for concurrent use.
type Coverage struct {
	Query    Query // with what it left open filled in
	Area     kg.ID // the part's own, where it is an area
	Revision store.Revision

	*body
	part *part
}

// body is what an answer and its parts share.
type body struct {
	query    Query // that of the whole
	snapshot *reach.Snapshot
	engine   *Engine
	scene    *reach.Scene    // the targets
	worst    *reach.Scene    // those who could serve them, with the same targets; of a band on the day of stand
	stand    *reach.Standing // of worst, at the instant; of a band at its first hour with the fewest targets covered
	hours    int             // of a band; 1 at an instant
	present  reach.Share     // of those who are there (in all hours of a band), those at a place that has a point
	tally    *tally
	around   *around // nil where duty covers

	supply [2]struct { // without and with decay
		once   sync.Once
		ratios []float64
	}
	strips struct {
		mu   sync.Mutex // guards kept
		kept map[kg.Date]*strip
	}
}

// part is some of the targets of a body, with what was asked about them.
type part struct {
	targets []int32 // numbers in the scene, ascending
	group   bool    // chosen otherwise than by an area

	measuring sync.Once
	measures  Measures

	mu     sync.Mutex // guards the following
	areas  map[reach.AreaLevel][]*Coverage
	groups map[Dimension][]Group
}

// Targets are the numbers of the coverage's targets in the scene, ascending; not to be written to.
func (c *Coverage) targets() []int32 { return c.part.targets }

// in is the same answer for those targets that an area below contains.
func (c *Coverage) in(a reach.SceneArea) *Coverage {
	out := &Coverage{Query: c.Query, Area: a.Area, Revision: c.Revision, body: c.body, part: &part{targets: a.Targets}}
	out.Query.Area = a.Area
	return out
}

// among is the same answer for some of its targets.
func (c *Coverage) among(targets []int32) *Coverage {
	return &Coverage{Query: c.Query, Area: c.Area, Revision: c.Revision, body: c.body, part: &part{targets: targets, group: true}}
}

// Date is the site's day whose targets are counted.
func (c *Coverage) Date() kg.Date { return c.scene.Date }

// Ask answers a question. The error is kg.ErrInvalid for a malformed question, kg.ErrNotFound for an area, team or
// unit that does not exist or is out of scope (both name the argument), kg.ErrUnavailable while there is no snapshot.
func (e *Engine) Ask(ctx context.Context, q Query) (*Coverage, error) {
	q = q.withDefaults()
	if err := q.check(); err != nil {
		return nil, err
	}
	s, err := e.Latest()
	if err != nil {
		return nil, err
	}
	return e.askOf(ctx, s, q)
}

// askOf asks a snapshot a question that is checked.
func (e *Engine) askOf(ctx context.Context, s *reach.Snapshot, q Query) (*Coverage, error) {
	found, err := e.kept.get(ctx, s, q.key(s.Location()), func() (sized, error) { return e.answer(ctx, s, q) })
	if err != nil {
		return nil, err
	}
	c := *found.(*Coverage)
	c.Query = q // its instant may be another of the same half hour
	return &c, nil
}

// answer counts.
func (e *Engine) answer(ctx context.Context, s *reach.Snapshot, q Query) (*Coverage, error) {
	date := q.When.date(s.Location())
	kept, err := e.kept.get(ctx, s, "scene "+q.sceneKey(date).b.String(), func() (sized, error) {
		sc, err := s.Scene(q.scene(date))
		if err != nil {
			return nil, err
		}
		return &stage{scene: sc, around: map[float64]*around{}}, nil
	})
	if err != nil {
		return nil, err
	}
	st := kept.(*stage)
	c := &Coverage{Query: q, Area: q.Area, Revision: s.Revision(), part: &part{}, body: &body{query: q, engine: e, snapshot: s, scene: st.scene, worst: st.scene, hours: 1}}
	c.part.targets = make([]int32, len(st.scene.Targets))
	for i := range c.part.targets {
		c.part.targets[i] = int32(i)
	}
	if q.Provider.Duty == nil {
		c.around = st.within(q.Radius)
	}
	if q.When.Band != "" {
		return c, c.countBand(ctx)
	}
	c.stand = st.scene.Stand(q.When.At)
	c.tally, c.present, err = c.countAt(c.scene, c.stand)
	return c, err
}

// countAt counts at one instant of a scene with the coverage's targets, and says who of those present is located.
func (c *Coverage) countAt(sc *reach.Scene, st *reach.Standing) (*tally, reach.Share, error) {
	if c.body.query.Provider.Duty != nil {
		return c.countDuty(sc, st.At)
	}
	return c.around.on(sc).count(st), reach.Share{Numerator: st.Located, Denominator: st.Present}, nil
}
