package graph

import (
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/coverage"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
)

// gaps asks for a page of the households that are not covered.
func (b *covered) gaps(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	win := b.wins[b.key(f)]
	sets, _ := b.nodeSets(f)
	reasons := len(b.selection(f, "reasons")) > 0
	for i, c := range covs {
		g := c.Gaps()
		page, more := g.Page(win.after, win.limit)
		ids := make([]kg.ID, len(page))
		for j := range page {
			ids[j] = page[j].Household
		}
		homes := b.placeFor(ids, sets)
		total := g.Total()
		conn := &model.GapConnection{TotalCount: &total, Found: model.NewFound(b.env, kg.KindHousehold, g.Households)}
		if reasons {
			conn.Reasons = g.Reasons()
		}
		out[i].Pages[b.key(f)] = conn
		seal := b.sealing(f, win, b.at, len(page))
		b.then(func() {
			var cursors []string
			for j := range page {
				gap := &page[j]
				cursor := seal(j, gap.Position())
				cursors = append(cursors, cursor)
				node := model.To[*model.Household](b.env, homes.item(gap.Household))
				if node == nil && homes.asked() {
					continue
				}
				conn.Edges = append(conn.Edges, &model.GapEdge{
					Node: node, Cursor: cursor, Nearest: gap.Nearest, WalkingMinutes: gap.Minutes, Responders: &gap.Responders, Across: &gap.Across, Reasons: gap.Reasons,
				})
			}
			conn.PageInfo = pageInfo(win, more, cursors)
		})
	}
}

// unitTies reads the argument by of a field.
func (b *covered) unitTies(f graphql.CollectedField) []reach.UnitTie {
	by, err := some[reach.UnitTie](f.Alias + ".by")(loaders.ToList(f.Alias+".by", b.args(f)["by"], named[reach.UnitTie]))
	b.fail(err)
	return by
}

func (b *covered) fragility(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	by, most := b.unitTies(f), b.most(f)
	if !b.work(f, len(covs)) {
		return
	}
	for i, c := range covs {
		found, err := c.Fragility(by)
		if err != nil {
			b.fail(err)
			return
		}
		made := &model.Fragility{OnPeople: &found.OnPeople, OnUnits: &found.OnUnits}
		out[i].Pages[b.key(f)] = made
		for name, list := range map[string][]coverage.Fragile{"people": found.People, "units": found.Units} {
			list = list[:min(most, len(list))]
			p := b.placeFor(fragileIDs(list), b.below(f, name, "node"))
			b.then(func() {
				for j := range list {
					if node := model.Wrap(b.env, p.item(list[j].ID)); node != nil || !p.asked() {
						made.Add(name, node, &list[j].Targets)
					}
				}
			})
		}
	}
}

func fragileIDs(list []coverage.Fragile) []kg.ID {
	ids := make([]kg.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}

// below is what is selected under one field after the other.
func (b *covered) below(f graphql.CollectedField, names ...string) (sets ast.SelectionSet) {
	if len(names) == 1 {
		return b.selection(f, names[0])
	}
	for _, c := range b.fields(f) {
		if c.Name == names[0] {
			sets = append(sets, b.below(c, names[1:]...)...)
		}
	}
	return sets
}

// mismatch compares those who could be there with those who are named.
func (b *covered) mismatch(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	where, err := dutyWhere(f.Alias, b.args(f))
	b.fail(err)
	most := b.most(f)
	if !b.work(f, len(covs)) {
		return
	}
	for i, c := range covs {
		m, err := c.DutyMismatch(b.ctx, where)
		if err != nil {
			b.fail(err)
			return
		}
		late, unnamed := m.Late(), m.Unnamed()
		made := &model.DutyMismatch{Both: &m.Both, DistanceOnly: &m.DistanceOnly, DutyOnly: &m.DutyOnly, Neither: &m.Neither, LateCount: &late, UnnamedCount: &unnamed}
		out[i].Pages[b.key(f)] = made
		b.late(f, m, min(most, late), made)
		b.unnamed(f, m, min(most, unnamed), made)
	}
}

func (b *covered) late(f graphql.CollectedField, m *coverage.Mismatch, n int, made *model.DutyMismatch) {
	list := make([]coverage.LateTarget, n)
	var homes, parties []kg.ID
	for i := range list {
		list[i] = m.LateAt(i)
		homes = append(homes, list[i].Household)
		for _, who := range list[i].Named {
			parties = append(parties, who.ID)
		}
	}
	home, party := b.placeFor(homes, b.below(f, "late", "node")), b.placeFor(parties, b.below(f, "late", "named", "node"))
	b.then(func() {
		for i := range list {
			t := &model.LateTarget{Node: model.To[*model.Household](b.env, home.item(list[i].Household)), Distance: list[i].Distance}
			if t.Node == nil && home.asked() {
				continue
			}
			for j := range list[i].Named {
				who := &list[i].Named[j]
				p := &model.NamedParty{Node: model.Wrap(b.env, party.item(who.ID)), Distance: who.Distance, Across: who.Across}
				if who.Presence != "" {
					p.Presence = &who.Presence
				}
				t.Named = append(t.Named, p)
			}
			made.Late = append(made.Late, t)
		}
	})
}

func (b *covered) unnamed(f graphql.CollectedField, m *coverage.Mismatch, n int, made *model.DutyMismatch) {
	list := make([]coverage.UnnamedTarget, n)
	ids := make([]kg.ID, n)
	for i := range list {
		list[i] = m.UnnamedAt(i)
		ids[i] = list[i].Household
	}
	home := b.placeFor(ids, b.below(f, "unnamed", "node"))
	b.then(func() {
		for i := range list {
			node := model.To[*model.Household](b.env, home.item(ids[i]))
			if node == nil && home.asked() {
				continue
			}
			made.Unnamed = append(made.Unnamed, &model.UnnamedTarget{Node: node, Distance: &list[i].Distance, Responders: &list[i].Responders})
		}
	})
}

// advice asks what to do next.
func (b *covered) advice(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	q, err := b.adviceQuery(f)
	b.fail(err)
	if !b.work(f, len(covs)) {
		return
	}
	for i, c := range covs {
		a, err := c.Advise(b.ctx, q)
		if err != nil {
			b.fail(err)
			return
		}
		made := &model.Advice{Basis: a.Basis, Targets: &a.Targets, Before: model.NewAdviceScore(a.Before), After: model.NewAdviceScore(a.After)}
		out[i].Pages[b.key(f)] = made
		made.Fixed, made.Steps = b.steps(f, "fixed", a.Fixed), b.steps(f, "steps", a.Steps)
	}
}

func (b *covered) adviceQuery(f graphql.CollectedField) (q coverage.AdviceQuery, err error) {
	args := b.args(f)
	budget, err := loaders.ToInt(f.Alias+".budget", args["budget"])
	if err != nil {
		return q, err
	}
	if budget < 0 || budget > coverage.MaxBudget {
		return q, kg.Invalid(f.Alias+".budget", fmt.Sprint(budget), fmt.Sprintf("0 to %d", coverage.MaxBudget))
	}
	q.Budget, q.By = int(budget), b.unitTies(f)
	if kinds := args["kinds"]; kinds != nil {
		if q.Kinds, err = some[coverage.AdviceKind](f.Alias + ".kinds")(loaders.ToList(f.Alias+".kinds", kinds, named[coverage.AdviceKind])); err != nil {
			return q, err
		}
	}
	for i, v := range listOf(args["fixed"]) {
		m, _ := v.(map[string]any)
		at := fmt.Sprintf("%s.fixed[%d]", f.Alias, i)
		step := coverage.FixedStep{}
		if step.Kind, err = named[coverage.AdviceKind](at+".kind", m["kind"]); err != nil {
			return q, err
		}
		for _, of := range []struct {
			name string
			id   *kg.ID
		}{{"building", &step.Building}, {"unit", &step.Unit}, {"area", &step.Area}} {
			if m[of.name] == nil {
				continue
			}
			if *of.id, err = loaders.ToID(at+"."+of.name, m[of.name]); err != nil {
				return q, err
			}
		}
		q.Fixed = append(q.Fixed, step)
	}
	return q, nil
}

// steps are those of one of the lists of an advice.
func (b *covered) steps(f graphql.CollectedField, name string, list []coverage.AdviceStep) []*model.AdviceStep {
	out := make([]*model.AdviceStep, len(list))
	for i := range list {
		s := &list[i]
		out[i] = &model.AdviceStep{Kind: s.Kind, People: &s.People, Adds: &s.Adds, Gainers: &s.Gainers, Covers: &s.Covers, Pages: model.Pages{}}
		b.stepNode(f, name, "building", s.Building, func(n model.Node) { out[i].Building, _ = n.(*model.Building) })
		b.stepNode(f, name, "grid", s.Grid, func(n model.Node) { out[i].Grid, _ = n.(*model.Grid) })
		b.stepNode(f, name, "unit", s.Unit, func(n model.Node) { out[i].Unit, _ = n.(*model.Unit) })
		b.stepNode(f, name, "area", s.Area, func(n model.Node) { out[i].Area = n })
		for _, id := range s.Names {
			b.stepNode(f, name, "names", id, func(n model.Node) {
				if p, ok := n.(*model.Person); ok {
					out[i].Names = append(out[i].Names, p)
				}
			})
		}
		b.gainers(f, name, s, out[i])
	}
	return out
}

// stepNode reads a node of a step.
func (b *covered) stepNode(f graphql.CollectedField, list, field string, id kg.ID, set func(model.Node)) {
	sets := b.below(f, list, field)
	if id == "" || len(sets) == 0 {
		return
	}
	p := b.placeFor([]kg.ID{id}, sets)
	b.then(func() {
		if n := model.Wrap(b.env, p.item(id)); n != nil {
			set(n)
		}
	})
}

// gainers are the households that gain by a step.
func (b *covered) gainers(f graphql.CollectedField, list string, s *coverage.AdviceStep, out *model.AdviceStep) {
	for _, steps := range b.fields(f) {
		if steps.Name != list {
			continue
		}
		for _, h := range b.fields(steps) {
			if h.Name != "households" {
				continue
			}
			ids := s.Households()
			ids = ids[:min(b.most(h), len(ids))]
			p := b.placeFor(ids, h.Selections)
			b.then(func() {
				made := []*model.Household{}
				for _, id := range ids {
					if n := model.To[*model.Household](b.env, p.item(id)); n != nil {
						made = append(made, n)
					}
				}
				out.Pages[b.key(h)] = made
			})
		}
	}
}
