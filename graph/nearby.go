package graph

import (
	"context"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
	"lintu/store"
)

// Nearby answers who can be at a target first, from the snapshot, and reads the people shown in one visit.
func (r *query) Nearby(ctx context.Context, to map[string]any, radius float64, at *model.Instant, where map[string]any, first int, after *string) (*model.NearbyConnection, error) {
	snap, err := r.snapshot()
	if err != nil {
		return nil, err
	}
	field := graphql.GetFieldContext(ctx).Field
	h := newHydration(ctx, 0)
	instant := at.At(time.Time{}).Truncate(time.Second)
	win, err := h.window(field, "", &instant)
	if err != nil {
		return nil, err
	}
	q := reach.NearQuery{Radius: radius, At: r.instant(instant), Scope: h.session.Scope(), After: win.after, Limit: win.limit}
	if q.To, err = target(field.ArgumentMap(h.op.Variables)); err != nil {
		return nil, err
	}
	if _, err = loaders.ToRadius("radius", radius); err != nil {
		return nil, err
	}
	if q.Where, err = responderWhere("where", field.ArgumentMap(h.op.Variables)["where"]); err != nil {
		return nil, err
	}
	answer, err := snap.Near(q)
	if err != nil {
		return nil, err
	}
	h.env.AsOf = kg.DateOf(q.At, r.zone)
	sets, _ := h.nodeSets(field)
	people, err := h.place(ctx, []kg.Kind{kg.KindPerson}, sets)
	if err != nil {
		return nil, err
	}
	if len(sets) > 0 { // else edges show only what the snapshot knows
		for _, hit := range answer.Hits {
			people.want(hit.Person)
		}
	}
	if err := h.fetch(ctx); err != nil {
		return nil, err
	}
	c := nearbyConnection(h, h.sealing(field, win, q.At, len(answer.Hits)), win, people, answer)
	c.Found = model.NewFound(h.env, kg.KindPerson, func() []kg.ID { return everybody(snap, q, answer.Total) })
	return c, nil
}

// everybody are the people of all pages of an answer.
func everybody(snap *reach.Snapshot, q reach.NearQuery, total int) []kg.ID {
	q.After, q.Limit = nil, total
	answer, err := snap.Near(q)
	if err != nil {
		return nil // the same question was answered before
	}
	ids := make([]kg.ID, len(answer.Hits))
	for i := range answer.Hits {
		ids[i] = answer.Hits[i].Person
	}
	return ids
}

// nearbyConnection is the page of an answer. A person who was asked for and is gone has no edge.
func nearbyConnection(h *hydration, seal func(int, store.Position) string, win slice, people place, a *reach.NearAnswer) *model.NearbyConnection {
	c := &model.NearbyConnection{TotalCount: &a.Total, AcrossBarrier: &a.Across, BarriersLoaded: a.Barriers, LeftOut: a.LeftOut, Revision: int64(a.Revision)}
	var cursors []string
	for i, hit := range a.Hits {
		cursor := seal(i, hit.Position())
		cursors = append(cursors, cursor)
		person := model.To[*model.Person](h.env, people.item(hit.Person))
		if person == nil && people.asked() {
			continue
		}
		edge := &model.NearbyEdge{Node: person, Cursor: cursor, Distance: hit.Distance, WalkingMinutes: hit.WalkingMinutes, Presence: hit.Presence, AcrossBarrier: hit.AcrossBarrier}
		for _, reason := range hit.Reasons {
			edge.Reasons = append(edge.Reasons, model.NewReason(reason))
		}
		c.Edges = append(c.Edges, edge)
	}
	c.PageInfo = pageInfo(win, a.HasNext, cursors)
	return c
}

// snapshot is the current one; while it is being built the question cannot be answered.
func (r *resolver) snapshot() (*reach.Snapshot, error) {
	if snap := r.reach.Snapshot(); snap != nil {
		return snap, nil
	}
	return nil, fmt.Errorf("the spatial snapshot is not built yet: %w", kg.ErrUnavailable)
}

// instant is t, or now where t is none; whole seconds, as cursors keep them.
func (r *resolver) instant(t time.Time) time.Time {
	if t.IsZero() {
		t = r.now()
	}
	return t.In(r.zone).Truncate(time.Second)
}

// target reads NearbyTarget; that exactly one key is set was checked with all @oneOf inputs.
func target(args map[string]any) (reach.Target, error) {
	to, _ := args["to"].(map[string]any)
	var t reach.Target
	if v, ok := to["point"]; ok {
		p, err := loaders.ToPoint("to.point", v)
		t.Point = &p
		return t, err
	}
	for _, id := range []struct {
		name string
		kind kg.Kind
		at   *kg.ID
	}{{"household", kg.KindHousehold, &t.Household}, {"doorbell", kg.KindDoorbell, &t.Doorbell}, {"building", kg.KindBuilding, &t.Building}} {
		v, ok := to[id.name]
		if !ok {
			continue
		}
		parsed, err := loaders.ToID("to."+id.name, v)
		if err == nil && parsed.Kind() != id.kind {
			err = kg.Invalid("to."+id.name, fmt.Sprintf("the id of a %s", parsed.Kind()), fmt.Sprintf("the id of a %s", id.kind))
		}
		*id.at = parsed
		return t, err
	}
	return t, kg.Invalid("to", "empty", "exactly one of household, doorbell, building, point")
}
