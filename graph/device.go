package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/doorbell"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
)

// Heartbeat notes that a doorbell lives.
func (m *mutation) Heartbeat(ctx context.Context, _ map[string]any) (*model.HeartbeatPayload, error) {
	input := inputOf(ctx)
	id, err := idOf("input.doorbell", input["doorbell"], kg.KindDoorbell)
	if err != nil {
		return nil, err
	}
	beat := doorbell.Beat{Doorbell: id}
	if v := input["battery"]; v != nil {
		battery, err := loaders.ToInt("input.battery", v)
		if err != nil {
			return nil, err
		}
		n := int(battery)
		beat.Battery = &n
	}
	h := newHydration(ctx, loaders.From(ctx).Today())
	if err := m.served(); err != nil {
		return nil, err
	}
	if err := m.mayPress(ctx, "input.doorbell", id); err != nil {
		return nil, err
	}
	bell, err := m.bell.Heartbeat(ctx, beat)
	if err != nil {
		return nil, err
	}
	at, err := h.shown(ctx, kg.KindDoorbell, "doorbell", id)
	if err != nil {
		return nil, err
	}
	if err := h.fetch(ctx); err != nil {
		return nil, err
	}
	shown := model.To[*model.Doorbell](h.env, at.item(id))
	if shown == nil {
		shown = model.To[*model.Doorbell](h.env, &store.Item{Node: bell}) // its selection asks for nothing
	}
	return &model.HeartbeatPayload{Doorbell: shown, Now: bell.HeardAt}, nil
}

// DoorbellFaults are the doorbells with something wrong.
func (r *query) DoorbellFaults(ctx context.Context, area *kg.ID, only []model.DoorbellFault, first int, after *kg.ID) (*model.DoorbellFaultPage, error) {
	h := newHydration(ctx, loaders.From(ctx).Today())
	if err := r.served(); err != nil {
		return nil, err
	}
	q := doorbell.FaultQuery{Limit: first}
	for _, f := range only {
		q.Only = append(q.Only, doorbell.Fault(f))
	}
	var err error
	if q.Area, err = inArea(ctx, "area", area); err != nil {
		return nil, err
	}
	if after != nil {
		if q.After, err = idOf("after", string(*after), kg.KindDoorbell); err != nil {
			return nil, err
		}
	}
	list, next, err := r.bell.Faults(ctx, q)
	if err != nil {
		return nil, err
	}
	return h.faulty(ctx, list, next)
}

// faulty shows doorbells with their faults, read in one visit.
func (h *hydration) faulty(ctx context.Context, list []doorbell.Faulty, next kg.ID) (*model.DoorbellFaultPage, error) {
	page := &model.DoorbellFaultPage{Doorbells: []*model.FaultyDoorbell{}}
	if next != "" {
		page.Next = &next
	}
	var shown ast.SelectionSet
	for _, f := range h.fields(graphql.GetFieldContext(ctx).Field) {
		if f.Name != "doorbells" {
			continue
		}
		for _, inner := range h.fields(f) {
			if inner.Name == "doorbell" {
				shown = append(shown, inner.Selections...)
			}
		}
	}
	at, err := h.place(ctx, []kg.Kind{kg.KindDoorbell}, shown)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		at.want(f.Doorbell)
	}
	if err := h.fetch(ctx); err != nil {
		return nil, err
	}
	for _, f := range list {
		bell := model.To[*model.Doorbell](h.env, at.item(f.Doorbell))
		if bell == nil {
			continue // gone meanwhile
		}
		entry := &model.FaultyDoorbell{Doorbell: bell}
		for _, fault := range f.Faults {
			entry.Faults = append(entry.Faults, model.DoorbellFault(fault))
		}
		page.Doorbells = append(page.Doorbells, entry)
	}
	return page, nil
}
