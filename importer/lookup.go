package importer

import (
	"cmp"
	"context"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// wanted is a natural key that is looked for in the store: for a thing that lives in the span.
type wanted struct {
	ref       *ref
	container kg.ID
	life      kg.Span
}

func (w wanted) natural() []string { return w.ref.natural(w.container) }

// lookup finds the nodes of a kind in the store that have the keys now. Where several have one, the one that lives
// longest counts: open lives before those that ended. Its answer has an id, or "", for each key.
func lookup(ctx context.Context, st store.Store, k kg.Kind, keys []wanted) ([]kg.ID, error) {
	found := make([]kg.ID, len(keys))
	byCode, byName := []int{}, []int{}
	for i, w := range keys {
		if w.ref.in == nil {
			byCode = append(byCode, i)
		} else {
			byName = append(byName, i)
		}
	}
	if err := lookupCodes(ctx, st, k, keys, byCode, found); err != nil {
		return nil, err
	}
	inside := lookupNames
	switch k {
	case kg.KindEntrance, kg.KindHousehold:
		inside = lookupNumbers
	case kg.KindPerson:
		inside = lookupPeople
	}
	return found, inside(ctx, st, k, keys, byName, found)
}

// candidates gathers nodes by what they are looked for with.
type candidates map[string][]kg.Node

// best is the node that a key finds.
func best(nodes []kg.Node, life kg.Span, fits func(kg.Node) bool) kg.ID {
	var chosen *kg.Base
	for _, n := range nodes {
		b := n.Common()
		if b.Life.Meet(life).Empty() || !fits(n) {
			continue
		}
		if chosen == nil || longer(b, chosen) {
			chosen = b
		}
	}
	if chosen == nil {
		return ""
	}
	return chosen.ID
}

func longer(a, b *kg.Base) bool {
	end := func(d kg.Date) kg.Date {
		if d == 0 {
			return kg.Always
		}
		return d
	}
	return cmp.Or(cmp.Compare(end(b.Life.To), end(a.Life.To)), cmp.Compare(a.ID, b.ID)) < 0
}

// list reads the nodes of a kind whose field has one of the texts.
func list(ctx context.Context, st store.Store, k kg.Kind, field string, texts []string) ([]kg.Node, error) {
	slices.Sort(texts)
	texts = slices.Compact(texts)
	values := make([]any, len(texts))
	for i, t := range texts {
		values[i] = t
	}
	page, err := st.List(ctx, store.Everything, store.ListQuery{
		Kind: k, Filter: kg.OneOf{Field: field, Values: values},
		Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit},
	})
	if err != nil {
		return nil, err
	}
	nodes := make([]kg.Node, len(page.Edges))
	for i, e := range page.Edges {
		nodes[i] = e.Item.Node
	}
	return nodes, nil
}

func lookupCodes(ctx context.Context, st store.Store, k kg.Kind, keys []wanted, which []int, found []kg.ID) error {
	if len(which) == 0 {
		return nil
	}
	fields := codeFields(k)
	var codes []string
	for _, i := range which {
		codes = append(codes, keys[i].ref.parts[0])
	}
	nodes, err := list(ctx, st, k, fields[0].Name, codes)
	if err != nil {
		return err
	}
	byCode := candidates{}
	for _, n := range nodes {
		code := fields[0].Text(n)
		byCode[code] = append(byCode[code], n)
	}
	for _, i := range which {
		parts := keys[i].ref.parts
		found[i] = best(byCode[parts[0]], keys[i].life, func(n kg.Node) bool {
			return len(parts) < 2 || fields[1].Text(n) == parts[1]
		})
	}
	return nil
}

// lookupNames finds what has no code by its name and the division that it is in.
func lookupNames(ctx context.Context, st store.Store, k kg.Kind, keys []wanted, which []int, found []kg.ID) error {
	if len(which) == 0 {
		return nil
	}
	var names []string
	for _, i := range which {
		names = append(names, keys[i].ref.parts[0])
	}
	nodes, err := list(ctx, st, k, "name", names)
	if err != nil || len(nodes) == 0 {
		return err
	}
	in, err := divisions(ctx, st, k, nodes)
	if err != nil {
		return err
	}
	byName := candidates{}
	for _, n := range nodes {
		byName[n.Title()] = append(byName[n.Title()], n)
	}
	for _, i := range which {
		found[i] = best(byName[keys[i].ref.parts[0]], keys[i].life, func(n kg.Node) bool {
			return slices.Contains(in[n.Common().ID], keys[i].container)
		})
	}
	return nil
}

// divisions are the divisions that nodes of a kind are in directly: by a tie, or as the nearest above the grid, compound
// or building that a tie leads to.
func divisions(ctx context.Context, st store.Store, k kg.Kind, nodes []kg.Node) (map[kg.ID][]kg.ID, error) {
	plan := &store.Plan{}
	for _, r := range kg.AreaRules[k].Via {
		plan.Steps = append(plan.Steps, &store.Step{Key: string(r), Relation: r, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}})
	}
	ids := make([]kg.ID, len(nodes))
	for i, n := range nodes {
		ids[i] = n.Common().ID
	}
	trees, err := st.Expand(ctx, store.Everything, ids, plan)
	if err != nil {
		return nil, err
	}
	in, through := map[kg.ID][]kg.ID{}, map[kg.ID][]kg.ID{}
	var starts []kg.ID
	for _, id := range ids {
		for _, page := range trees[id] {
			for _, e := range page.Edges {
				far := e.Item.Node.Common().ID
				if far.Kind() == kg.KindDivision {
					in[id] = append(in[id], far)
				} else {
					through[id], starts = append(through[id], far), append(starts, far)
				}
			}
		}
	}
	if len(starts) == 0 {
		return in, nil
	}
	above, err := st.Ancestry(ctx, store.Everything, store.AncestryQuery{Starts: starts, Direction: kg.Out, Kinds: []kg.Kind{kg.KindDivision}})
	if err != nil {
		return nil, err
	}
	for id, fars := range through {
		for _, far := range fars {
			if relatives := above[far]; len(relatives) > 0 { // by depth: the nearest first
				in[id] = append(in[id], relatives[0].Node.Common().ID)
			}
		}
	}
	return in, nil
}

// lookupNumbers finds entrances and households by the building and the number.
func lookupNumbers(ctx context.Context, st store.Store, k kg.Kind, keys []wanted, which []int, found []kg.ID) error {
	step := &store.Step{Key: "in", Relation: kg.PartOf, Direction: kg.In, Walk: true, Kinds: []kg.Kind{k}, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}}
	return lookupInside(ctx, st, step, keys, which, found, func(n kg.Node, parts []string) bool { return n.Title() == parts[0] })
}

// lookupPeople finds people by name, date of birth and household.
func lookupPeople(ctx context.Context, st store.Store, _ kg.Kind, keys []wanted, which []int, found []kg.ID) error {
	step := &store.Step{Key: "in", Relation: kg.LivesIn, Direction: kg.In, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}}
	return lookupInside(ctx, st, step, keys, which, found, func(n kg.Node, parts []string) bool {
		p := n.(*kg.Person)
		return p.Name == parts[0] && p.BirthDate.String() == parts[1]
	})
}

func lookupInside(ctx context.Context, st store.Store, step *store.Step, keys []wanted, which []int, found []kg.ID, is func(n kg.Node, parts []string) bool) error {
	if len(which) == 0 {
		return nil
	}
	var containers []kg.ID
	for _, i := range which {
		containers = append(containers, keys[i].container)
	}
	trees, err := st.Expand(ctx, store.Everything, containers, &store.Plan{Steps: []*store.Step{step}})
	if err != nil {
		return err
	}
	for _, i := range which {
		page := trees[keys[i].container][step.Key]
		if page == nil {
			continue
		}
		var nodes []kg.Node
		for _, e := range page.Edges {
			nodes = append(nodes, e.Item.Node)
		}
		found[i] = best(nodes, keys[i].life, func(n kg.Node) bool { return is(n, keys[i].ref.parts) })
	}
	return nil
}
