package graph

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/coverage"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
	"lintu/store"
)

// UnitCoverage answers which units' people cover which households, from the snapshot, and reads everything that is
// shown in one visit.
func (r *query) UnitCoverage(ctx context.Context, area kg.ID, targets map[string]any, radius float64, at *model.Instant, by []reach.UnitTie, where map[string]any, pairedUnitsOnly bool) (*model.UnitCoverage, error) {
	snap, err := r.snapshot()
	if err != nil {
		return nil, err
	}
	field := graphql.GetFieldContext(ctx).Field
	b := &unitCover{hydration: newHydration(ctx, 0), ctx: ctx, at: at.At(time.Time{}).Truncate(time.Second)}
	if err := b.windows(field); err != nil {
		return nil, err
	}
	if b.at = r.instant(b.at); b.session.Coarse() {
		if err := coverage.CoarseRadius(radius); err != nil {
			return nil, err
		}
		b.at = coarseInstant(b.at)
	}
	b.env.AsOf = kg.DateOf(b.at, r.zone)
	q := reach.UnitCoverageQuery{Area: area, Radius: radius, At: b.at, By: by, AnyUnit: !pairedUnitsOnly, Scope: b.session.Scope()}
	if err := r.coverageArguments(field.ArgumentMap(b.op.Variables), &q); err != nil {
		return nil, err
	}
	if b.session.Coarse() {
		if err := coverage.CoarseTargets(q.Targets); err != nil {
			return nil, err
		}
	}
	if b.answer, err = snap.UnitCoverage(q); err != nil {
		return nil, err
	}
	return b.build(field)
}

func (r *query) coverageArguments(args map[string]any, q *reach.UnitCoverageQuery) error {
	if _, err := loaders.ToID("area", args["area"]); err != nil {
		return err
	}
	if _, err := loaders.ToRadius("radius", args["radius"]); err != nil {
		return err
	}
	if len(q.By) == 0 {
		return kg.Invalid("by", "is empty", "one or more of STAFF, PARTY, DEPLOYED")
	}
	targets, err := targetWhere("targets", args["targets"], r.elderAge)
	if err != nil {
		return err
	}
	where, err := responderWhere("where", args["where"])
	q.Targets, q.Where = &targets, &where
	return err
}

// unitCover builds the answer: windows first, since a cursor may fix the instant; then the ids of all places; then
// one read; then the pages.
type unitCover struct {
	*hydration
	ctx    context.Context
	at     time.Time
	answer *reach.UnitCoverage
	wins   map[string]slice // by key
	after  []func()         // what makes the pages, once everything is read
	err    error
}

// windows reads first and after of every connection below the field.
func (b *unitCover) windows(field graphql.CollectedField) error {
	b.wins = map[string]slice{}
	for _, f := range b.fields(field) {
		if f.Name != "units" && f.Name != "uncovered" {
			continue
		}
		if err := b.addWindow(f, f.Alias+"."); err != nil {
			return err
		}
		_, edges := b.nodeSets(f)
		for _, e := range edges {
			if e.Name == "members" || e.Name == "targets" {
				if err := b.addWindow(e, f.Alias+"."+e.Alias+"."); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *unitCover) addWindow(f graphql.CollectedField, path string) error {
	w, err := b.window(f, path, &b.at)
	b.wins[b.key(f)] = w
	return err
}

func (b *unitCover) key(f graphql.CollectedField) string {
	return b.session.KeyOf(f, b.op.Variables)
}

// placeFor plans a place; the first error is kept for build.
func (b *unitCover) placeFor(kind kg.Kind, sets ast.SelectionSet) place {
	p, err := b.place(b.ctx, []kg.Kind{kind}, sets)
	if err != nil && b.err == nil {
		b.err = err
	}
	return p
}

func (b *unitCover) build(field graphql.CollectedField) (*model.UnitCoverage, error) {
	pages := model.Pages{}
	var area place
	for _, f := range b.fields(field) {
		switch f.Name {
		case "area":
			area = b.placeFor(b.answer.Area.Kind(), f.Selections)
			area.want(b.answer.Area)
		case "units":
			b.units(f, pages)
		case "uncovered":
			b.uncovered(f, pages)
		}
	}
	if b.err != nil {
		return nil, b.err
	}
	if err := b.fetch(b.ctx); err != nil {
		return nil, err
	}
	for _, make := range b.after {
		make()
	}
	var node model.Node
	if area.h != nil {
		node = model.Wrap(b.env, area.item(b.answer.Area))
	}
	return model.NewUnitCoverage(b.answer, node, pages, b.session.Coarse()), nil
}

// units asks for a page of units and what is below it.
func (b *unitCover) units(f graphql.CollectedField, pages model.Pages) {
	win := b.wins[b.key(f)]
	value, less, list := b.ordered(f)
	position := func(u reach.UnitCover) store.Position {
		return store.Position{Value: int64(value(u)), ID: u.Unit}
	}
	shown, more := cut(win, list, position, less)
	sets, edges := b.nodeSets(f)
	units := b.placeFor(kg.KindUnit, sets)
	b.pairings(units, edges)
	for _, u := range shown {
		units.want(u.Unit)
	}
	below := make([]model.Pages, len(shown))
	for i := range shown {
		below[i] = model.Pages{}
	}
	for _, e := range edges {
		switch e.Name {
		case "members":
			b.members(e, shown, below)
		case "targets":
			b.targets(e, shown, below)
		}
	}
	b.after = append(b.after, func() {
		total := len(list)
		c := &model.UnitCoverageConnection{TotalCount: &total, Found: found(b, kg.KindUnit, list, func(u reach.UnitCover) kg.ID { return u.Unit })}
		var cursors []string
		seal := b.sealing(f, win, b.at, len(shown))
		for i, u := range shown {
			cursor := seal(i, position(u))
			cursors = append(cursors, cursor)
			if node := model.To[*model.Unit](b.env, units.item(u.Unit)); node != nil {
				c.Edges = append(c.Edges, &model.UnitCoverageEdge{
					Node: node, Cursor: cursor, Pairings: b.pairingsOf(units.item(u.Unit), u.Pairings),
					MemberCount: &shown[i].MemberCount, TargetsCovered: &shown[i].TargetsCovered, OnlyThisUnit: &shown[i].OnlyThisUnit,
					Pages: below[i],
				})
			}
		}
		c.PageInfo = pageInfo(win, more, cursors)
		pages[b.key(f)] = c
	})
}

// ordered is the list of units in the order that the field asks for.
func (b *unitCover) ordered(f graphql.CollectedField) (func(reach.UnitCover) int, func(a, b store.Position) bool, []reach.UnitCover) {
	value := func(u reach.UnitCover) int { return u.TargetsCovered }
	less := descending
	order, _ := f.ArgumentMap(b.op.Variables)["orderBy"].(map[string]any)
	switch order["field"] {
	case "MEMBER_COUNT":
		value = func(u reach.UnitCover) int { return u.MemberCount }
	case "ONLY_THIS_UNIT":
		value = func(u reach.UnitCover) int { return u.OnlyThisUnit }
	}
	if order["direction"] == "ASC" {
		less = ascending
	}
	list := slices.Clone(b.answer.Units)
	slices.SortStableFunc(list, func(x, y reach.UnitCover) int {
		px, py := store.Position{Value: int64(value(x)), ID: x.Unit}, store.Position{Value: int64(value(y)), ID: y.Unit}
		switch {
		case less(px, py):
			return -1
		case less(py, px):
			return 1
		}
		return 0
	})
	return value, less, list
}

const pairingsKey = "pairings" // a step of our own; keys of selected fields end in their arguments

// pairings makes the units' place bring their agreements, with what the selection asks of the areas.
func (b *unitCover) pairings(units place, edges []graphql.CollectedField) {
	for _, e := range edges {
		if e.Name != "pairings" {
			continue
		}
		var sets ast.SelectionSet
		for _, f := range b.fields(e) {
			if f.Name == "area" {
				sets = append(sets, f.Selections...)
			}
		}
		step := &store.Step{Key: pairingsKey, Relation: kg.PairedWith, Direction: kg.Out, Window: store.Window{Limit: store.NoLimit}}
		plan, err := b.session.Below(b.ctx, b.env.AsOf, step.FarKinds(), sets)
		if err != nil {
			b.err = err
			return
		}
		step.Plan = plan
		group := &b.groups[units.group]
		own := &store.Plan{Steps: []*store.Step{step}}
		if group.Plan != nil {
			own.Steps = append(own.Steps, group.Plan.Steps...)
		}
		group.Plan = own
		return
	}
}

// pairingsOf are the agreements that count, of those that the unit has.
func (b *unitCover) pairingsOf(unit *store.Item, ties []kg.ID) []*model.Pairing {
	page := unit.Tree[pairingsKey]
	if page == nil {
		return nil
	}
	var out []*model.Pairing
	for i := range page.Edges {
		if e := &page.Edges[i]; slices.Contains(ties, e.Tie.ID) {
			out = append(out, model.NewPairing(b.env, e))
		}
	}
	return out
}

func (b *unitCover) members(f graphql.CollectedField, units []reach.UnitCover, below []model.Pages) {
	win := b.wins[b.key(f)]
	sets, _ := b.nodeSets(f)
	people := b.placeFor(kg.KindPerson, sets)
	position := func(m reach.CoverMember) store.Position {
		return store.Position{Value: int64(m.TargetsInReach), ID: m.Person}
	}
	for i, u := range units {
		list := b.answer.Members(u.Unit)
		shown, more := cut(win, list, position, descending)
		for _, m := range shown {
			people.want(m.Person)
		}
		b.after = append(b.after, func() {
			total := len(list)
			c := &model.CoverageMemberConnection{TotalCount: &total, Found: found(b, kg.KindPerson, list, func(m reach.CoverMember) kg.ID { return m.Person })}
			var cursors []string
			seal := b.sealing(f, win, b.at, len(shown))
			for j, m := range shown {
				cursor := seal(j, position(m))
				cursors = append(cursors, cursor)
				if node := model.To[*model.Person](b.env, people.item(m.Person)); node != nil {
					c.Edges = append(c.Edges, &model.CoverageMemberEdge{Node: node, Cursor: cursor, TargetsInReach: &shown[j].TargetsInReach})
				}
			}
			c.PageInfo = pageInfo(win, more, cursors)
			below[i][b.key(f)] = c
		})
	}
}

func (b *unitCover) targets(f graphql.CollectedField, units []reach.UnitCover, below []model.Pages) {
	win := b.wins[b.key(f)]
	sets, edges := b.nodeSets(f)
	households := b.placeFor(kg.KindHousehold, sets)
	var nearestSets ast.SelectionSet
	for _, e := range edges {
		if e.Name == "nearestMember" {
			nearestSets = append(nearestSets, e.Selections...)
		}
	}
	people := b.placeFor(kg.KindPerson, nearestSets)
	for i, u := range units {
		list := b.answer.TargetsOf(u.Unit)
		shown, more := cut(win, list, targetPosition, ascending)
		for _, t := range shown {
			households.want(t.Household)
			if len(nearestSets) > 0 {
				people.want(t.NearestMember)
			}
		}
		b.after = append(b.after, func() {
			total := len(list)
			c := &model.CoverageTargetConnection{TotalCount: &total, Found: found(b, kg.KindHousehold, list, func(t reach.CoverTarget) kg.ID { return t.Household })}
			var cursors []string
			seal := b.sealing(f, win, b.at, len(shown))
			for j, t := range shown {
				cursor := seal(j, targetPosition(t))
				cursors = append(cursors, cursor)
				if node := model.To[*model.Household](b.env, households.item(t.Household)); node != nil {
					c.Edges = append(c.Edges, &model.CoverageTargetEdge{
						Node: node, Cursor: cursor, NearestMember: model.To[*model.Person](b.env, people.item(t.NearestMember)),
						Distance: &shown[j].Distance, MemberCount: &shown[j].MemberCount,
					})
				}
			}
			c.PageInfo = pageInfo(win, more, cursors)
			below[i][b.key(f)] = c
		})
	}
}

// uncovered asks for a page of the targets that no unit covers.
func (b *unitCover) uncovered(f graphql.CollectedField, pages model.Pages) {
	win := b.wins[b.key(f)]
	sets, _ := b.nodeSets(f)
	households := b.placeFor(kg.KindHousehold, sets)
	list := b.answer.Uncovered()
	position := func(t reach.UncoveredTarget) store.Position {
		return store.Position{Value: int64(0), ID: t.Household}
	}
	shown, more := cut(win, list, position, ascending)
	for _, t := range shown {
		households.want(t.Household)
	}
	b.after = append(b.after, func() {
		page := &store.Page{HasNext: more, HasPrev: win.after != nil, Total: len(list)}
		for _, t := range shown {
			if item := households.item(t.Household); item != nil {
				p := position(t)
				p.ID = withInstant(p.ID, b.at)
				page.Edges = append(page.Edges, store.Edge{Position: p, Item: item})
			}
		}
		all := found(b, kg.KindHousehold, list, func(t reach.UncoveredTarget) kg.ID { return t.Household })
		pages[b.key(f)] = model.NewConnection[*model.Household](b.env, page, win.question).Among(all)
	})
}

// found is what a connection counts: the nodes of a computed list.
func found[E any](b *unitCover, kind kg.Kind, list []E, id func(E) kg.ID) *model.Found {
	return model.NewFound(b.env, kind, func() []kg.ID {
		ids := make([]kg.ID, len(list))
		for i := range list {
			ids[i] = id(list[i])
		}
		return ids
	})
}

// targetPosition orders targets by the distance of the nearest member, to the micrometre, then by id.
func targetPosition(t reach.CoverTarget) store.Position {
	return store.Position{Value: int64(math.Round(t.Distance * 1e6)), ID: t.Household}
}
