package figures

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
)

// Dimension is by what rings are grouped.
type Dimension string

// The dimensions.
const (
	ByGrid    Dimension = "GRID"
	ByAgeBand Dimension = "AGE_BAND"
	BySex     Dimension = "SEX"
	ByHour    Dimension = "HOUR"
)

// Unknown is the value of rings of which the dimension is not known.
const Unknown = "UNKNOWN"

// MaxRings is the most rings that one question measures.
const MaxRings = 20000

// pageSize is how many rings are read in one visit.
const pageSize = 500

// Query asks for the figures of rings.
type Query struct {
	Area     kg.ID   // where they are today; none: everywhere
	From, To kg.Date // days of pressing, both included
	By       Dimension
	Drill    *bool // nil: drills and others
}

// Answer is what a Query finds.
type Answer struct {
	All    *Figures
	Groups []Group // by value
}

// Group are the rings that have a value in common.
type Group struct {
	Value string // of GRID the grid's id
	*Figures
}

// Reader reads figures from a store, whose days are those of a zone.
type Reader struct {
	Store store.Store
	Zone  *time.Location
}

// ring is a ring with what is measured of it.
type ring struct {
	*kg.Ring
	pressed    time.Time // in the site's zone
	yes, there float64   // seconds from the press; -1: never
	alerts     []alert
	oldest     *kg.Person // of the residents on that day
	door       kg.ID      // the household where it rang
}

type alert struct {
	*kg.Alert
	person kg.ID
	month  string
}

// Measure answers a query as of a day. Its error is kg.ErrInvalid for days in the wrong order, kg.ErrLimit for more rings
// than MaxRings.
func (r *Reader) Measure(ctx context.Context, q Query, today kg.Date) (*Answer, error) {
	if q.To < q.From {
		return nil, kg.Invalid("to", q.To.String()+" is before from", "the day of from, or a later one")
	}
	all, groups := &sum{}, map[string]*sum{}
	err := r.rings(ctx, q, today, func(page []*ring) error {
		values, err := r.values(ctx, q.By, page, today)
		if err != nil {
			return err
		}
		if all.Rings+len(page) > MaxRings {
			return fmt.Errorf("more than %d rings; ask for fewer days or a smaller area: %w", MaxRings, kg.ErrLimit)
		}
		for i, one := range page {
			all.add(one)
			if q.By == "" {
				continue
			}
			for _, v := range values[i] {
				if groups[v] == nil {
					groups[v] = &sum{}
				}
				groups[v].add(one)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	a := &Answer{All: all.figures()}
	for value, s := range groups {
		a.Groups = append(a.Groups, Group{value, s.figures()})
	}
	slices.SortFunc(a.Groups, func(x, y Group) int {
		if x.Value < y.Value {
			return -1
		}
		return 1
	})
	return a, nil
}

// ringPlan asks for what is measured of a ring. Residents of all times are read, since each ring has its own day.
var ringPlan = &store.Plan{Steps: []*store.Step{
	{Key: "alerts", Relation: kg.AlertOf, Direction: kg.In, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}, Plan: &store.Plan{Steps: []*store.Step{
		{Key: "to", Relation: kg.AlertTo, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}},
	}}},
	{Key: "at", Relation: kg.RangAt, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}, Plan: &store.Plan{Steps: []*store.Step{
		{Key: "residents", Relation: kg.LivesIn, Direction: kg.In, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}},
	}}},
}}

// rings gives the rings of a query, a page at a time.
func (r *Reader) rings(ctx context.Context, q Query, today kg.Date, take func([]*ring) error) error {
	filter := kg.And{
		kg.Compare{Field: "pressedAt", Op: kg.GTE, Value: string(kg.MomentOf(q.From.Time(r.Zone)))},
		kg.Compare{Field: "pressedAt", Op: kg.LT, Value: string(kg.MomentOf((q.To + 1).Time(r.Zone)))},
	}
	if q.Area != "" {
		filter = append(filter, kg.InArea{Areas: []kg.ID{q.Area}, On: today})
	}
	if q.Drill != nil {
		filter = append(filter, kg.Compare{Field: "drill", Op: kg.EQ, Value: *q.Drill})
	}
	ask := store.ListQuery{Kind: kg.KindRing, Filter: filter, Order: store.Order{By: "pressedAt"}, Window: store.Window{Limit: pageSize}, Plan: ringPlan}
	for {
		page, err := r.Store.List(ctx, store.Everything, ask)
		if err != nil {
			return err
		}
		list := make([]*ring, len(page.Edges))
		for i := range page.Edges {
			list[i] = r.ring(page.Edges[i].Item)
		}
		if err := take(list); err != nil || !page.HasNext {
			return err
		}
		last := page.Edges[len(page.Edges)-1].Position
		ask.Window.After = &last
	}
}

// ring reads what is measured of a ring.
func (r *Reader) ring(item *store.Item) *ring {
	one := &ring{Ring: item.Node.(*kg.Ring), yes: -1, there: -1}
	one.pressed = one.PressedAt.Time().In(r.Zone)
	first := func(best *float64, at kg.Moment) {
		if at == "" {
			return
		}
		if s := at.Time().Sub(one.pressed).Seconds(); *best < 0 || s < *best {
			*best = max(0, s)
		}
	}
	for _, e := range item.Tree["alerts"].Edges {
		a := alert{Alert: e.Item.Node.(*kg.Alert)}
		a.month = a.CalledAt.Time().In(r.Zone).Format("2006-01")
		for _, to := range e.Item.Tree["to"].Edges {
			a.person = to.Tie.To
		}
		one.alerts = append(one.alerts, a)
		if a.Role != kg.RoleDutyDesk && a.State != kg.AlertDeclined {
			first(&one.yes, a.AnsweredAt)
		}
		first(&one.there, a.ArrivedAt)
	}
	first(&one.there, one.AmbulanceArrivedAt)
	day := kg.DateOf(one.pressed, r.Zone)
	for _, at := range item.Tree["at"].Edges {
		one.door = at.Tie.To
		for _, e := range at.Item.Tree["residents"].Edges {
			p, ok := e.Item.Node.(*kg.Person)
			if ok && e.Tie.Valid.Holds(day) && p.Life.Holds(day) && older(p, one.oldest) {
				one.oldest = p
			}
		}
	}
	return one
}

// older says whether a person was born before another one; who has no date of birth comes after all who have one.
func older(p, than *kg.Person) bool {
	switch {
	case than == nil:
		return true
	case p.BirthDate == 0 || than.BirthDate == 0:
		return than.BirthDate == 0 && p.BirthDate != 0
	}
	return p.BirthDate < than.BirthDate
}
