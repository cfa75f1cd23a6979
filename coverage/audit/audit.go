// Package audit finds what is missing or out of order in an area on a day: contracts (who is responsible for whom, by a
// scheme) and structure (organizations, posts, seats and placements). What is demanded is data, a table of schemes and a
// table of rules, each with its source. It reads the snapshot for what concerns homes and distances, and the contract's
// List and Nodes for the rest; no engine knows of it.
package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// Reader is the part of the contract that audits read through.
type Reader interface {
	Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error)
	List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error)
}

// Finding is one thing that is not as it should be.
type Finding struct {
	Code    Code
	Subject kg.ID    // the node at which it shows
	Missing []string // slots, posts or parties that are missing, in the order of the table; only of codes that have some
	Person  kg.ID    // who it is about, beside the subject; empty where nobody
	Count   *int     // how many there are, of codes that count: households, seats, posts
	Metres  *float64 // OUT_OF_REACH: how far the person's nearer place is
	Since   kg.Date  // ENDED: the day on which it ended
}

// Code says what is wrong.
type Code string

// Codes are all codes, contracts first, in the order of findings.
func Codes() []Code {
	var out []Code
	for _, c := range contractCodes {
		out = append(out, c.Code)
	}
	for i := range rules {
		out = append(out, rules[i].code)
	}
	return append(out, PostsApart)
}

// CodeInfo describes a code.
type CodeInfo struct {
	Code   Code
	EN, ZH string
}

// rank is a code's place in the order of findings.
var rank = func() map[Code]int {
	m := map[Code]int{}
	for i, c := range Codes() {
		m[c] = i
	}
	return m
}()

// Rank is the code's place in the order of findings.
func (c Code) Rank() int { return rank[c] }

// Compare is the order of findings: by code, as Codes has them, then subject, then person, then what is missing.
func Compare(a, b *Finding) int {
	return cmp.Or(cmp.Compare(rank[a.Code], rank[b.Code]), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Person, b.Person), slices.Compare(a.Missing, b.Missing))
}

func sorted(findings []Finding) []Finding {
	slices.SortFunc(findings, func(a, b Finding) int { return Compare(&a, &b) })
	return findings
}

// Query asks for the findings of an area on a day.
type Query struct {
	Area  kg.ID // a division, grid, compound, building, entrance or household
	On    kg.Date
	Scope store.Scope
}

func (q *Query) view() store.View { return store.View{Scope: q.Scope, AsOf: q.On} }

// check refuses an area that is none, does not exist or is out of scope.
func (q *Query) check(ctx context.Context, st Reader) error {
	if rule, known := kg.AreaRules[q.Area.Kind()]; !known || !rule.Self {
		return fmt.Errorf("area: %s: %w", q.Area, kg.ErrNotFound)
	}
	if q.On <= 0 || q.On == kg.Always {
		return kg.Invalid("asOf", "is no day", "a day")
	}
	found, err := st.Nodes(ctx, q.view(), []store.Group{{IDs: []kg.ID{q.Area}}})
	if err != nil {
		return err
	}
	if found[0][q.Area] == nil {
		return fmt.Errorf("area: %s: %w", q.Area, kg.ErrNotFound)
	}
	return nil
}

// pageSize is how many nodes are read at once.
const pageSize = 500

// each visits the nodes of a kind in the area that satisfy a filter, by id, with what a plan asks of them.
func (q *Query) each(ctx context.Context, st Reader, k kg.Kind, f kg.Filter, plan *store.Plan, visit func(*store.Item)) error {
	list := store.ListQuery{Kind: k, Filter: and(kg.InArea{Areas: []kg.ID{q.Area}}, f), Order: store.Order{By: store.OrderID}, Plan: plan}
	list.Window.Limit = pageSize
	for {
		page, err := st.List(ctx, q.view(), list)
		if err != nil {
			return err
		}
		for i := range page.Edges {
			visit(page.Edges[i].Item)
		}
		if !page.HasNext || len(page.Edges) == 0 {
			return nil
		}
		list.Window.After = &page.Edges[len(page.Edges)-1].Position
	}
}

// any says whether there is a node of a kind that satisfies a filter, in the viewer's scope, in the area or elsewhere.
func (q *Query) any(ctx context.Context, st Reader, k kg.Kind, f kg.Filter) (bool, error) {
	page, err := st.List(ctx, q.view(), store.ListQuery{Kind: k, Filter: f, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}})
	return err == nil && len(page.Edges) > 0, err
}

// and joins filters; nil ones ask nothing.
func and(filters ...kg.Filter) kg.Filter {
	var all kg.And
	for _, f := range filters {
		if f != nil {
			all = append(all, f)
		}
	}
	return all
}

// Snapshot is the part of a snapshot that audits read.
type Snapshot interface {
	Contracts(q reach.ContractsQuery) (*reach.Contracts, error)
}
