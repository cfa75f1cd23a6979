package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/store"
)

// StructureQuery asks for what is out of order in organizations, posts, seats and placements.
type StructureQuery struct {
	Query
	Codes []Code // of the structure audit; none: all
}

// StructureCodes are the codes of the structure audit, in the order of findings.
func StructureCodes() []CodeInfo {
	var out []CodeInfo
	for i := range rules {
		out = append(out, CodeInfo{rules[i].code, rules[i].en, rules[i].zh})
	}
	return append(out, CodeInfo{PostsApart, "A residents' committee whose director is not the party secretary.", "书记主任未一肩挑"})
}

// ContractCodes are the codes of the contract audit, in the order of findings.
func ContractCodes() []CodeInfo { return slices.Clone(contractCodes) }

// Structure answers which of the table's rules are broken, in the order of findings. It costs one visit to see the
// area, one for each rule to see whether the town knows what it is about, and one a part and page of what breaks it.
// The error is kg.ErrInvalid for an unknown code, kg.ErrNotFound for an area that does not exist or is out of scope.
func Structure(ctx context.Context, st Reader, q StructureQuery) ([]Finding, error) {
	known := StructureCodes()
	for _, c := range q.Codes {
		if !slices.ContainsFunc(known, func(i CodeInfo) bool { return i.Code == c }) {
			var names []string
			for _, i := range known {
				names = append(names, string(i.Code))
			}
			return nil, kg.Invalid("codes", fmt.Sprintf("%q", c), strings.Join(names, ", "))
		}
	}
	if err := q.check(ctx, st); err != nil {
		return nil, err
	}
	asked := func(c Code) bool { return len(q.Codes) == 0 || slices.Contains(q.Codes, c) }
	var found []Finding
	for i := range rules {
		if !asked(rules[i].code) {
			continue
		}
		broken, err := rules[i].run(ctx, st, &q.Query)
		if err != nil {
			return nil, err
		}
		found = append(found, broken...)
	}
	if asked(PostsApart) {
		apart, err := postsApart(ctx, st, &q.Query)
		if err != nil {
			return nil, err
		}
		found = append(found, apart...)
	}
	return sorted(found), nil
}

// run finds the nodes of the area that break the rule: by id, with what is missing in the order of the parts.
func (r *rule) run(ctx context.Context, st Reader, q *Query) ([]Finding, error) {
	if r.use != nil {
		if used, err := q.any(ctx, st, r.use.kind, r.use.has); !used || err != nil {
			return nil, err
		}
	}
	var plan *store.Plan
	if r.count != nil {
		plan = &store.Plan{Steps: []*store.Step{{Key: "count", Relation: r.count.relation, Direction: r.count.direction, Order: store.Order{By: store.OrderID}, Window: store.Window{Count: true}}}}
	}
	var found []Finding
	at := map[kg.ID]int{}
	for _, p := range r.parts {
		err := q.each(ctx, st, r.kind, and(r.of, kg.Not{F: p.has}), plan, func(item *store.Item) {
			id := item.Node.Common().ID
			i, again := at[id]
			if !again {
				i = len(found)
				at[id] = i
				found = append(found, Finding{Code: r.code, Subject: id})
				if r.count != nil {
					n := item.Tree["count"].Total
					found[i].Count = &n
				}
			}
			if p.name != "" {
				found[i].Missing = append(found[i].Missing, p.name)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// postsApart finds the residents' committees of divisions whose director is not the secretary of the division's party
// organization 一肩挑. Who is named is the secretary, where there is one.
func postsApart(ctx context.Context, st Reader, q *Query) ([]Finding, error) {
	holders := func(role string) *store.Plan {
		return &store.Plan{Steps: []*store.Step{{
			Key: "holders", Relation: kg.HoldsPost, Direction: kg.In, Tie: is("role", role), Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit},
		}}}
	}
	orgs := &store.Step{Key: "orgs", Relation: kg.SetUpOn, Direction: kg.In, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}, Plan: holders("书记")}
	serves := &store.Step{
		Key: "serves", Relation: kg.Serves, Direction: kg.Out, Kinds: []kg.Kind{kg.KindDivision}, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit},
		Plan: &store.Plan{Steps: []*store.Step{orgs}},
	}
	plan := &store.Plan{Steps: append(holders("主任").Steps, serves)}
	ofDivision := some(kg.Serves, kg.Out, kindOf(kg.KindDivision))
	var found []Finding
	err := q.each(ctx, st, kg.KindResidentBody, ofDivision, plan, func(item *store.Item) {
		directors := people(item.Tree["holders"])
		var secretaries []kg.ID
		for _, division := range item.Tree["serves"].Edges {
			for _, org := range division.Item.Tree["orgs"].Edges {
				secretaries = append(secretaries, people(org.Item.Tree["holders"])...)
			}
		}
		if slices.ContainsFunc(directors, func(id kg.ID) bool { return slices.Contains(secretaries, id) }) {
			return
		}
		f := Finding{Code: PostsApart, Subject: item.Node.Common().ID}
		if len(secretaries) > 0 {
			f.Person = slices.Min(secretaries)
		}
		if len(directors) == 0 {
			f.Missing = append(f.Missing, "主任")
		}
		if len(secretaries) == 0 {
			f.Missing = append(f.Missing, "书记")
		}
		found = append(found, f)
	})
	return found, err
}

// people are the far ends on a page.
func people(p *store.Page) []kg.ID {
	out := make([]kg.ID, len(p.Edges))
	for i, e := range p.Edges {
		out[i] = e.Item.Node.Common().ID
	}
	return out
}
