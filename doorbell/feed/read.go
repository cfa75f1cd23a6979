package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
)

const (
	journalPage = 500             // entries of the journal that are read at once
	nodePage    = 500             // events that are read in one group
	slack       = 2 * time.Minute // so much before a known instant events are listed again where the journal does not tell
	maxListed   = 5000            // events that are listed so
)

// errNotTold says that the journal does not tell what happened.
var errNotTold = errors.New("the journal does not tell what happened")

// eventPlan asks where an event belongs.
var eventPlan = &store.Plan{Steps: []*store.Step{out("ring", kg.KindRingEvent, kg.EventOf, &store.Plan{Steps: []*store.Step{out("at", kg.KindRing, kg.RangAt, nil)}})}}

// alertPlan asks whose an alert is.
var alertPlan = &store.Plan{Steps: []*store.Step{out("to", kg.KindAlert, kg.AlertTo, nil)}}

func out(key string, on kg.Kind, r kg.Relation, p *store.Plan) *store.Step {
	return &store.Step{Key: key, On: []kg.Kind{on}, Relation: r, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}, Plan: p}
}

// page reads what the journal lists after a revision: the events in order, and the revision up to which that is all.
// errNotTold where it does not list everything.
func (f *Feed) page(ctx context.Context, after store.Revision, areas []kg.ID) ([]*Event, store.Revision, error) {
	changes, err := f.o.Store.Changes(ctx, after, journalPage)
	if errors.Is(err, kg.ErrTooOld) || err == nil && slices.ContainsFunc(changes, func(c store.Change) bool { return c.Rebuild }) {
		return nil, after, errNotTold
	}
	if err != nil || len(changes) == 0 {
		return nil, after, err
	}
	revisions := map[kg.ID]store.Revision{}
	var ids []kg.ID
	for _, c := range changes {
		for _, id := range c.Nodes {
			if id.Kind() == kg.KindRingEvent && revisions[id] == 0 {
				revisions[id] = c.Revision
				ids = append(ids, id)
			}
		}
	}
	events, err := f.events(ctx, ids, areas)
	if err != nil {
		return nil, after, err
	}
	for _, e := range events {
		e.revision = revisions[e.ID]
		e.Mark = Mark{Revision: e.revision, Event: e.ID, At: e.At}
	}
	inOrder(events)
	slices.SortStableFunc(events, func(a, b *Event) int { return int(a.revision - b.revision) })
	return events, changes[len(changes)-1].Revision, nil
}

// listed are the events since a moment by their time, where the journal does not tell; all of them belong to the
// revision that it gives. Until the last one is read, who goes on from their marks has them listed again.
func (f *Feed) listed(ctx context.Context, from Mark, areas []kg.ID) ([]*Event, store.Revision, error) {
	status, err := f.o.Store.Ready(ctx)
	if err != nil {
		return nil, 0, err
	}
	since := kg.MomentOf(from.At.Time().Add(-slack))
	page, err := f.o.Store.List(ctx, store.Everything, store.ListQuery{
		Kind: kg.KindRingEvent, Filter: kg.Compare{Field: "at", Op: kg.GTE, Value: string(since)}, Order: store.Order{By: "at"}, Window: store.Window{Limit: maxListed},
	})
	if err != nil {
		return nil, 0, err
	}
	if page.HasNext {
		return nil, 0, fmt.Errorf("more than %d entries of timelines since %s; ask for the open rings and listen anew: %w", maxListed, since, kg.ErrLimit)
	}
	ids := make([]kg.ID, len(page.Edges))
	for i, e := range page.Edges {
		ids[i] = e.Position.ID
	}
	events, err := f.events(ctx, ids, areas)
	if err != nil {
		return nil, 0, err
	}
	for _, e := range events {
		e.revision, e.Mark = status.Revision, from
	}
	inOrder(events)
	slices.SortStableFunc(events, func(a, b *Event) int { return cmp.Compare(a.At, b.At) })
	finish(events, status.Revision)
	return events, status.Revision, nil
}

// finish gives the last of listed events a mark after which nothing is listed again.
func finish(events []*Event, upTo store.Revision) {
	if n := len(events); n > 0 {
		events[n-1].Mark = Mark{Revision: upTo, At: events[n-1].At}
	}
}

// events reads events by id with where they belong, in the order of the ids. What is gone is left out.
func (f *Feed) events(ctx context.Context, ids []kg.ID, areas []kg.ID) ([]*Event, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	items, err := f.nodes(ctx, ids, eventPlan)
	if err != nil {
		return nil, err
	}
	var events []*Event
	var alerts, rings []kg.ID
	for _, id := range ids {
		item := items[id]
		if item == nil {
			continue
		}
		e := &Event{RingEvent: item.Node.(*kg.RingEvent)}
		for _, ring := range item.Tree["ring"].Edges {
			e.Ring = ring.Tie.To
			for _, at := range ring.Item.Tree["at"].Edges {
				e.Household = at.Tie.To
			}
		}
		if e.Ring == "" {
			continue
		}
		events, rings = append(events, e), append(rings, e.Ring)
		if e.Alert != "" {
			alerts = append(alerts, kg.ID(e.Alert))
		}
	}
	if err := f.people(ctx, events, alerts); err != nil {
		return nil, err
	}
	return events, f.places(ctx, events, rings, areas)
}

// people puts in whose alerts events are about.
func (f *Feed) people(ctx context.Context, events []*Event, alerts []kg.ID) error {
	if len(alerts) == 0 {
		return nil
	}
	slices.Sort(alerts)
	items, err := f.nodes(ctx, slices.Compact(alerts), alertPlan)
	if err != nil {
		return err
	}
	for _, e := range events {
		if item := items[kg.ID(e.Alert)]; item != nil {
			for _, to := range item.Tree["to"].Edges {
				e.Person = to.Tie.To
			}
		}
	}
	return nil
}

// places puts in which of some areas the rings are in today.
func (f *Feed) places(ctx context.Context, events []*Event, rings, areas []kg.ID) error {
	if len(rings) == 0 || len(areas) == 0 {
		return nil
	}
	slices.Sort(rings)
	rings = slices.Compact(rings)
	view := store.View{Scope: store.Scope{All: true}, AsOf: f.o.Today()}
	byKind := map[kg.Kind][]kg.ID{}
	for _, a := range areas {
		byKind[a.Kind()] = append(byKind[a.Kind()], a)
	}
	in := map[kg.ID][]kg.ID{}
	for kind, some := range byKind {
		groups, err := f.o.Store.Count(ctx, view, store.CountQuery{
			From: &store.CountFrom{Sources: rings, Step: &store.Step{Relation: kg.RangAt, Direction: kg.Out}}, By: store.GroupBy{AreaKind: kind, Areas: some},
		})
		if err != nil {
			return err
		}
		for _, g := range groups {
			in[g.Source] = append(in[g.Source], kg.ID(g.Key))
		}
	}
	for _, e := range events {
		e.areas = in[e.Ring]
	}
	return nil
}

// nodes reads nodes with what hangs on them, in one visit.
func (f *Feed) nodes(ctx context.Context, ids []kg.ID, p *store.Plan) (map[kg.ID]*store.Item, error) {
	var groups []store.Group
	for part := range slices.Chunk(ids, nodePage) {
		groups = append(groups, store.Group{IDs: part, Plan: p})
	}
	found, err := f.o.Store.Nodes(ctx, store.Everything, groups)
	if err != nil {
		return nil, err
	}
	all := make(map[kg.ID]*store.Item, len(ids))
	for _, m := range found {
		for id, item := range m {
			all[id] = item
		}
	}
	return all, nil
}
