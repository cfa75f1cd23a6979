package paths

import (
	"slices"

	"lintu/kg"
	"lintu/store"
)

// side is what is known around one end.
type side struct {
	seen  map[kg.ID]reached
	depth int     // everything within so many ties is in seen
	level []kg.ID // the nodes at depth, by id, from which the next level is found
	begun int     // so many of them have been read for the first time
	found []kg.ID // the next level, as far as it is known
	first int     // ties that the first reading takes of a node and relation
	open  []open  // what has more ties than were read
}

// reached is how a node was reached: from which, by which tie. The end itself was reached by none.
type reached struct {
	from     kg.ID
	tie      *kg.Tie
	dir      Direction
	distance int
}

// open are nodes that have more ties by a step than its limit.
type open struct {
	step    store.Step
	sources []kg.ID
}

// The size of one call: so many nodes at first, and about so many ties when what has many is read again.
const (
	sourcesAtOnce = 128
	tiesAtOnce    = 8192
	growth        = 8 // of the limit, each time that a node is read again
	usual         = 8 // ties of a node that was not read yet, about
)

func newSide(end kg.ID, first int) *side {
	return &side{seen: map[kg.ID]reached{end: {}}, level: []kg.ID{end}, first: first}
}

// over says whether everything that can be reached is known.
func (s *side) over() bool { return len(s.level) == 0 }

// cost is about how many ties must be read until the next level is whole.
func (s *side) cost() int {
	n := usual * (len(s.level) - s.begun)
	for _, o := range s.open {
		n += len(o.sources) * o.step.Window.Limit * growth
	}
	return n
}

// next is what to read next: the nodes of the level for the first time, then again those that have more.
// most is the largest limit of a reading.
func (s *side) next(relations []kg.Relation, most int) ([]kg.ID, *store.Plan) {
	if s.begun < len(s.level) {
		sources := s.level[s.begun:min(len(s.level), s.begun+sourcesAtOnce)]
		s.begun += len(sources)
		return sources, plan(sources, relations, min(s.first, most))
	}
	o := &s.open[0]
	again := o.step
	again.Window.Limit = min(growth*again.Window.Limit, most)
	n := min(len(o.sources), max(1, tiesAtOnce/again.Window.Limit))
	sources := o.sources[:n]
	if o.sources = o.sources[n:]; len(o.sources) == 0 {
		s.open = s.open[1:]
	}
	return sources, &store.Plan{Steps: []*store.Step{&again}}
}

// postpone notes that a node has more ties by a step than were read.
func (s *side) postpone(id kg.ID, step *store.Step) {
	for i := range s.open {
		if o := &s.open[i]; o.step.Key == step.Key && o.step.Window.Limit == step.Window.Limit {
			o.sources = append(o.sources, id)
			return
		}
	}
	s.open = append(s.open, open{step: *step, sources: []kg.ID{id}})
	slices.SortStableFunc(s.open, func(a, b open) int { return a.step.Window.Limit - b.step.Window.Limit })
}

// reach notes how a node was reached, and says whether it was not known before.
func (s *side) reach(id kg.ID, r reached) bool {
	if _, known := s.seen[id]; known {
		return false
	}
	r.distance = s.depth + 1
	s.seen[id] = r
	s.found = append(s.found, id)
	return true
}

// settle goes on to the next level once everything of this one is read.
func (s *side) settle() {
	if s.begun < len(s.level) || len(s.open) > 0 {
		return
	}
	slices.Sort(s.found)
	s.depth, s.level, s.begun, s.found = s.depth+1, s.found, 0, nil
}

// unasked relations are walked only where they are asked for: that two days' measures are of one area, or that two rings were at
// one door, links nobody.
func unasked(d *kg.RelationDef) bool { return d.Relation == kg.MeasureOf || d.Record() }

// plan asks for the ties of nodes by some relations, both ways, so many of each.
func plan(sources []kg.ID, relations []kg.Relation, limit int) *store.Plan {
	p := &store.Plan{}
	for i := range kg.Relations {
		d := &kg.Relations[i]
		if len(relations) > 0 && !slices.Contains(relations, d.Relation) || len(relations) == 0 && unasked(d) {
			continue
		}
		for _, dir := range []kg.Direction{kg.Out, kg.In, kg.ByRef} {
			if on := kindsWith(sources, d, dir); len(on) > 0 {
				p.Steps = append(p.Steps, step(d, dir, on, limit))
			}
		}
	}
	return p
}

func step(d *kg.RelationDef, dir kg.Direction, on []kg.Kind, limit int) *store.Step {
	s := &store.Step{
		Key: string(d.Relation) + " " + string(dir), On: on, Relation: d.Relation, Direction: dir,
		Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: limit},
	}
	switch {
	case dir == kg.ByRef:
		s.Other = &store.Plan{}
	case dir == kg.Out && d.RefKind != "":
		s.Ref = &store.Plan{}
	}
	return s
}

// kindsWith are all kinds that have such ties, if a node is of one of them: the step of a relation is always the same,
// so that an engine plans it once.
func kindsWith(sources []kg.ID, d *kg.RelationDef, dir kg.Direction) []kg.Kind {
	var on []kg.Kind
	for _, def := range kg.Kinds {
		if len(d.Far(def.Kind, dir)) > 0 {
			on = append(on, def.Kind)
		}
	}
	if !slices.ContainsFunc(sources, func(id kg.ID) bool { return slices.Contains(on, id.Kind()) }) {
		return nil
	}
	return on
}
