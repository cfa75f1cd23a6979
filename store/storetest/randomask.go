package storetest

import (
	"fmt"
	"maps"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// view is a random reader: of everything or of some areas, today or on some day or at any time.
func (d *dice) view() store.View {
	v := store.View{Scope: store.Scope{All: d.chance(50), Today: Today}, AsOf: Today}
	if !v.Scope.All {
		v.Scope.Areas = append(d.areas(d.IntN(3)), d.f.IDs(one(d, []string{"township", "village", "community", "county"}))...)
		if d.chance(20) {
			v.Scope.Today = d.day()
		}
	}
	if d.chance(30) {
		v.Scope.Without = []kg.Kind{d.someKind(), d.someKind(), d.someKind()}
	}
	if d.chance(15) {
		v.Scope.Also = d.ids(d.someKind(), 1+d.IntN(3))
	}
	switch {
	case d.chance(30):
		v.AsOf = d.day()
	case d.chance(25):
		v.AsOf = kg.Always
	}
	return v
}

func (d *dice) areas(n int) []kg.ID {
	var out []kg.ID
	for range n {
		k := one(d, []kg.Kind{kg.KindDivision, kg.KindDivision, kg.KindGrid, kg.KindCompound, kg.KindBuilding, kg.KindHousehold})
		out = append(out, one(d, d.nodeIDs(k)))
	}
	return out
}

func (d *dice) ids(k kg.Kind, n int) []kg.ID {
	var out []kg.ID
	for range n {
		out = append(out, one(d, d.nodeIDs(k)))
	}
	return out
}

// question is a random one; few are malformed on purpose.
func (d *dice) question() question {
	d.legal = true
	v := d.view()
	switch d.IntN(10) {
	case 0, 1, 2:
		k := d.someKind()
		if d.chance(40) {
			k = one(d, []kg.Kind{kg.KindPerson, kg.KindHousehold})
		}
		order := one(d, kindOrders(k))
		q := store.ListQuery{Kind: k, Order: order}
		if d.chance(70) {
			q.Filter = d.filter(k, 1+d.IntN(3))
		}
		q.Window = d.window(func() store.Position {
			n := d.someNode(k)
			return store.Position{Value: order.Resolve(k).Value(n), ID: n.Common().ID}
		})
		if d.chance(50) {
			q.Plan = d.plan([]kg.Kind{k}, 2)
		}
		if d.chance(3) {
			d.legal, q.Order.By = false, "nonsense"
		}
		return listing(v, q)
	case 3, 4, 5:
		k := d.someTie().From.Kind()
		return expanding(v, d.ids(k, 1+d.IntN(12)), d.plan([]kg.Kind{k}, 3))
	case 6:
		a, b := d.someKind(), d.someKind()
		ids := slices.Concat(d.ids(a, 3), d.ids(b, 3))
		return lookingUp(v, []store.Group{{IDs: ids, Plan: d.plan([]kg.Kind{a, b}, 2)}, {IDs: d.ids("", 8)}})
	case 7:
		return d.search(v)
	case 8:
		return d.count(v)
	}
	if d.chance(50) {
		at := geo.Point{Lat: 45.3 + d.Float64()/10, Lon: 131 + float64(d.IntN(3))/100}
		q := boxes("", geo.Around(at, 100), geo.Around(at, 3000), geo.Box{Min: at, Max: at})
		for i := range q.Boxes {
			q.Boxes[i].Kind = one(d, []kg.Kind{kg.KindBuilding, kg.KindEntrance, kg.KindPlace})
		}
		return locating(v, q)
	}
	q := store.AncestryQuery{Starts: d.ids("", 12), Direction: one(d, []kg.Direction{kg.Out, kg.In}), Depth: d.IntN(5)}
	if d.chance(40) {
		q.Kinds = []kg.Kind{d.someKind(), kg.KindHousehold, kg.KindDivision}
	}
	return climbing(v, q)
}

func (d *dice) search(v store.View) question {
	n := d.someNode(d.someKind())
	runes := []rune(n.Title())
	from := d.IntN(len(runes)) / (1 + d.IntN(2))
	asked := string(runes[from:min(len(runes), from+1+d.IntN(3))])
	if entry := text.Index(string(runes), false); d.chance(50) && len(entry.Pinyin) > 0 {
		spelt := one(d, slices.Concat(entry.Pinyin, entry.Initials))
		asked = spelt[:min(len(spelt), 2+d.IntN(6))]
	}
	q := store.SearchQuery{Text: text.Query(asked), Limit: one(d, []int{0, 1, 3, 10}), Count: d.chance(50)}
	d.legal = q.Text.Err() == nil
	if d.chance(30) {
		q.Kinds = []kg.Kind{n.Kind(), d.someKind()}
	}
	if d.chance(30) {
		q.Filter = d.filter(n.Kind(), 2)
	}
	if all := d.oracle.world(v).matches(store.SearchQuery{Text: q.Text, Filter: q.Filter}); len(all) > 0 && d.chance(40) {
		at := one(d, all).Position
		q.After = &at
	}
	if d.chance(30) {
		q.Plan = d.plan([]kg.Kind{kg.KindPerson, kg.KindHousehold}, 1)
	}
	return searching(v, q)
}

func (d *dice) count(v store.View) question {
	k := d.someKind()
	q := store.CountQuery{Kind: k}
	kinds := []kg.Kind{k}
	switch {
	case d.chance(50):
		from := d.someTie().From.Kind()
		s := d.step([]kg.Kind{from}, 0)
		q = store.CountQuery{From: &store.CountFrom{Sources: append(d.ids(from, 12), d.ids("", 8)...), Step: s}}
		kinds = s.FarKinds()
	case d.chance(50):
		q.Filter = d.filter(k, 2)
	}
	if len(kinds) > 0 {
		q.By = d.groupBy(kinds, q.From)
	}
	if d.chance(20) {
		q.Limit = 1 + d.IntN(12)
		d.legal = false // there may be more groups
	}
	return counting(v, q)
}

func (d *dice) groupBy(kinds []kg.Kind, from *store.CountFrom) (by store.GroupBy) {
	switch d.IntN(6) {
	case 0:
		if f := one(d, kg.FieldsOf(kinds[0])); len(kinds) == 1 && f.Filterable && f.Type != kg.Spot {
			by.Field = f.Name
		}
	case 1:
		by.Field = store.ByKind
	case 2:
		if from != nil && !from.Step.Walk {
			if f := one(d, from.Step.Relation.Def().Fields); f != "" && kg.TieFieldOf(f).Filterable {
				by.Tie = f
			}
		}
	case 3:
		s := d.follow(one(d, kinds))
		by.Relation, by.Direction = s.Relation, s.Direction
	case 4:
		by.AreaKind = one(d, []kg.Kind{kg.KindDivision, kg.KindGrid, kg.KindCompound, kg.KindBuilding, kg.KindHousehold})
		if by.AreaKind == kg.KindDivision && d.chance(50) {
			by.AreaLevel = one(d, kg.Levels.Names())
		}
		if d.chance(30) {
			by.Areas = d.areas(4)
		}
	}
	return by
}

// window is a random one, its bounds positions that may or may not be on record.
func (d *dice) window(position func() store.Position) store.Window {
	w := store.Window{Limit: one(d, []int{0, 1, 2, 3, 5, 10, 20, store.NoLimit}), Count: d.chance(40), Backward: d.chance(25)}
	if d.chance(25) {
		p := position()
		w.After = &p
	}
	if d.chance(15) {
		p := position()
		w.Before = &p
	}
	return w
}

func (d *dice) plan(kinds []kg.Kind, depth int) *store.Plan {
	if depth == 0 {
		return nil
	}
	p := &store.Plan{}
	for i := range 1 + d.IntN(2) {
		s := d.step(kinds, depth)
		s.Key = fmt.Sprint("step ", i)
		p.Steps = append(p.Steps, s)
	}
	return p
}

// step is one that sources of the kinds have, most often.
func (d *dice) step(kinds []kg.Kind, depth int) *store.Step {
	s := d.follow(one(d, kinds))
	if s.Relation == kg.PartOf && d.chance(60) {
		s.Walk, s.Depth = true, d.IntN(4)
	}
	if d.chance(20) {
		s.On = kinds
	}
	if far := s.FarKinds(); d.chance(20) && len(far) > 0 {
		s.Kinds = []kg.Kind{one(d, far), d.someKind()}
	}
	far := s.FarKinds()
	if len(far) == 0 {
		far, s.Kinds = []kg.Kind{kg.KindPerson}, nil
	}
	if d.chance(30) {
		s.Node = d.filter(one(d, far), 2)
	}
	if !s.Walk && d.chance(20) {
		s.Tie = d.tieFilter(s.Relation, 2)
	}
	if d.chance(50) {
		s.Order = one(d, ordersOf(*s))
	}
	s.Window = d.window(func() store.Position { return d.position(s, one(d, far)) })
	d.below(s, far, depth-1)
	return s
}

// follow is a relation and direction that nodes of the kind have, as often as they have it.
func (d *dice) follow(from kg.Kind) *store.Step {
	var can []store.Step
	for _, id := range slices.Sorted(maps.Keys(d.oracle.ties)) {
		t := d.oracle.ties[id]
		for dir, near := range []kg.ID{t.From, t.To, t.Ref} {
			if near.Kind() == from {
				can = append(can, store.Step{Relation: t.Relation, Direction: []kg.Direction{kg.Out, kg.In, kg.ByRef}[dir]})
			}
		}
	}
	if d.chance(10) || len(can) == 0 {
		return &store.Step{Relation: kg.HoldsPost, Direction: kg.In}
	}
	s := one(d, can)
	return &s
}

// below gives a step its nested plans.
func (d *dice) below(s *store.Step, far []kg.Kind, depth int) {
	if depth <= 0 {
		return
	}
	if d.chance(60) {
		s.Plan = d.plan(far, depth)
	}
	if ref := s.Relation.Def().RefKind; ref != "" && !s.Walk && d.chance(60) {
		s.Ref = &store.Plan{}
		if d.chance(50) {
			s.Ref = d.plan([]kg.Kind{ref}, depth)
		}
	}
	if s.Direction == kg.ByRef && d.chance(60) {
		s.Other = d.plan(s.Relation.Def().Tos(), depth)
	}
}

// position is the place of some node of the kind in the step's order.
func (d *dice) position(s *store.Step, k kg.Kind) store.Position {
	n := d.someNode(k)
	p := store.Position{Value: s.ResolvedOrder().Value(n), ID: n.Common().ID}
	if !s.Walk {
		p.ID = d.someTie().ID
	} else if s.Direction == kg.Out {
		p.Value = int64(d.IntN(5))
	}
	return p
}

// filter is a random one on nodes of a kind, with values that are on record.
func (d *dice) filter(k kg.Kind, depth int) kg.Filter {
	if depth == 0 || d.chance(15) {
		return d.leaf(k)
	}
	switch d.IntN(8) {
	case 0:
		return kg.And{d.filter(k, depth-1), d.filter(k, depth-1)}
	case 1:
		return kg.Or{d.filter(k, depth-1), d.filter(k, depth-1), d.filter(k, depth-1)}
	case 2:
		return kg.Not{F: d.filter(k, depth-1)}
	case 3, 4, 5:
		return d.linked(k, depth-1)
	}
	return d.leaf(k)
}

func (d *dice) linked(k kg.Kind, depth int) kg.Filter {
	s := d.step([]kg.Kind{k}, 0)
	f := kg.Linked{Relation: s.Relation, Direction: s.Direction, Min: one(d, []int{0, 1, 1, 1, 2}), Max: one(d, []int{-1, -1, 0, 1, 2})}
	if d.chance(40) {
		f.Tie = d.tieFilter(s.Relation, 2)
	}
	if far := s.Relation.Def().Far(k, s.Direction); len(far) > 0 && d.chance(60) {
		f.Node = d.filter(one(d, far), depth)
	}
	return f
}

func (d *dice) leaf(k kg.Kind) kg.Filter {
	switch d.IntN(8) {
	case 0:
		return kg.InArea{Areas: d.areas(1 + d.IntN(2)), On: one(d, []kg.Date{0, 0, 0, d.day(), kg.Always})}
	case 1:
		return kg.IDIn(d.ids(one(d, []kg.Kind{k, k, ""}), d.IntN(12)))
	case 2:
		return one(d, []kg.Filter{nil, kg.And{}, kg.Or{}, kg.KindIn{k, d.someKind()}})
	}
	f := one(d, kg.FieldsOf(k))
	if f.Type == kg.Flags {
		return kg.Flagged{Field: f.Name, AnyOf: f.Enum.Names()[d.IntN(3):4]}
	}
	field, values := f.Name, []any{"", int64(0), true}
	if d.chance(25) {
		field = kg.TitleField
	}
	for range 3 {
		n := d.someNode(k)
		value := f.Get(n)
		if field == kg.TitleField {
			value = kg.Norm(n)
		}
		switch v := value.(type) {
		case string:
			runes := []rune(v)
			values = append(values, v, string(runes[d.IntN(len(runes)+1):]))
		case int64, bool:
			values = append(values, v)
		}
	}
	return d.comparison(field, values)
}

func (d *dice) comparison(field string, values []any) kg.Filter {
	if d.chance(25) {
		d.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		return kg.OneOf{Field: field, Values: values[:2+d.IntN(len(values)-1)]}
	}
	return kg.Compare{Field: field, Op: one(d, everyOp), Value: values[len(values)-1-d.IntN(min(3, len(values)))]}
}

// tieFilter is a random filter on ties of a relation.
func (d *dice) tieFilter(r kg.Relation, depth int) kg.Filter {
	if depth > 0 && d.chance(50) {
		a, b := d.tieFilter(r, depth-1), d.tieFilter(r, depth-1)
		return one(d, []kg.Filter{kg.And{a, b}, kg.Or{a, b}, kg.Not{F: a}})
	}
	field := one(d, append(slices.Concat(r.Def().Fields, r.Def().Computed), "validFrom", "validTo", "role"))
	f := kg.TieFieldOf(field)
	values := []any{"", "a", int64(1), true}
	for range 3 {
		if t := d.someTie(); t.Relation == r || d.chance(30) {
			values = append(values, f.Get(t))
		}
	}
	return d.comparison(field, values)
}
