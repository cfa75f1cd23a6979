package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"lintu/doorbell"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
)

// The mutations of rings: a move of package doorbell, and then what is shown of the ring, read in one visit.

// Ring is a press.
func (m *mutation) Ring(ctx context.Context, _ map[string]any) (*model.RingPayload, error) {
	input := inputOf(ctx)
	var p doorbell.Press
	var err error
	if v, ok := input["doorbell"]; ok {
		p.Doorbell, err = idOf("input.doorbell", v, kg.KindDoorbell)
	} else {
		p.Household, err = idOf("input.household", input["household"], kg.KindHousehold)
	}
	if err == nil {
		err = m.mayPress(ctx, "input", p.Doorbell+p.Household)
	}
	if err != nil {
		return nil, err
	}
	return m.moved(ctx, func() (*doorbell.Ring, error) { return m.bell.Press(ctx, p) })
}

// inputOf is the argument input as the document gives it; that a @oneOf input has exactly one key was checked before.
func inputOf(ctx context.Context) map[string]any {
	args := graphql.GetFieldContext(ctx).Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	input, _ := args["input"].(map[string]any)
	return input
}

// CancelRing is the elder's own end of a ring.
func (m *mutation) CancelRing(ctx context.Context, ring kg.ID) (*model.RingPayload, error) {
	return m.ofRing(ctx, ring, m.bell.Cancel)
}

// CallAmbulance keeps the fact.
func (m *mutation) CallAmbulance(ctx context.Context, ring kg.ID) (*model.RingPayload, error) {
	return m.ofRing(ctx, ring, func(ctx context.Context, id kg.ID) (*doorbell.Ring, error) {
		return m.bell.CallAmbulance(ctx, id, loaders.From(ctx).Viewer().Name)
	})
}

// CloseRing ends a ring.
func (m *mutation) CloseRing(ctx context.Context, ring kg.ID, outcome string) (*model.RingPayload, error) {
	return m.ofRing(ctx, ring, func(ctx context.Context, id kg.ID) (*doorbell.Ring, error) {
		return m.bell.Close(ctx, id, kg.Outcome(outcome), loaders.From(ctx).Viewer().Name)
	})
}

// ReopenRing begins another round.
func (m *mutation) ReopenRing(ctx context.Context, ring kg.ID) (*model.RingPayload, error) {
	return m.ofRing(ctx, ring, func(ctx context.Context, id kg.ID) (*doorbell.Ring, error) {
		return m.bell.Reopen(ctx, id, loaders.From(ctx).Viewer().Name)
	})
}

// AcceptAlert and the others are answers.
func (m *mutation) AcceptAlert(ctx context.Context, alert kg.ID) (*model.RingPayload, error) {
	return m.ofAlert(ctx, "alert", alert, m.bell.Accept)
}

// DeclineAlert is a no.
func (m *mutation) DeclineAlert(ctx context.Context, alert kg.ID) (*model.RingPayload, error) {
	return m.ofAlert(ctx, "alert", alert, m.bell.Decline)
}

// WithdrawAlert takes a yes back.
func (m *mutation) WithdrawAlert(ctx context.Context, alert kg.ID) (*model.RingPayload, error) {
	return m.ofAlert(ctx, "alert", alert, m.bell.Withdraw)
}

// OnMyWay says that the responder has set out.
func (m *mutation) OnMyWay(ctx context.Context, alert kg.ID) (*model.RingPayload, error) {
	return m.ofAlert(ctx, "alert", alert, m.bell.OnMyWay)
}

// HandOver says that the responder has handed over.
func (m *mutation) HandOver(ctx context.Context, alert kg.ID) (*model.RingPayload, error) {
	return m.ofAlert(ctx, "alert", alert, m.bell.HandOver)
}

// Arrive says who is at the door.
func (m *mutation) Arrive(ctx context.Context, _ map[string]any) (*model.RingPayload, error) {
	input := inputOf(ctx)
	if v, ok := input["alert"]; ok {
		id, err := loaders.ToID("input.alert", v)
		if err != nil {
			return nil, err
		}
		return m.ofAlert(ctx, "input.alert", id, m.bell.Arrive)
	}
	ring, err := idOf("input.ambulanceOf", input["ambulanceOf"], kg.KindRing)
	if err == nil {
		err = mayMove(ctx, "input.ambulanceOf", ring)
	}
	if err != nil {
		return nil, err
	}
	return m.moved(ctx, func() (*doorbell.Ring, error) {
		return m.bell.AmbulanceArrived(ctx, ring, loaders.From(ctx).Viewer().Name)
	})
}

func (m *mutation) ofRing(ctx context.Context, ring kg.ID, f func(context.Context, kg.ID) (*doorbell.Ring, error)) (*model.RingPayload, error) {
	id, err := idOf("ring", string(ring), kg.KindRing)
	if err == nil {
		err = m.release(ctx)
	}
	if err == nil {
		err = mayMove(ctx, "ring", id)
	}
	if err != nil {
		return nil, err
	}
	return m.moved(ctx, func() (*doorbell.Ring, error) { return f(ctx, id) })
}

func (m *mutation) ofAlert(ctx context.Context, argument string, alert kg.ID, f func(context.Context, kg.ID) (*doorbell.Ring, error)) (*model.RingPayload, error) {
	id, err := idOf(argument, string(alert), kg.KindAlert)
	if err == nil {
		err = m.served()
	}
	if err == nil {
		err = m.mayAnswer(ctx, argument, id)
	}
	if err != nil {
		return nil, err
	}
	return m.moved(ctx, func() (*doorbell.Ring, error) { return f(ctx, id) })
}

// moved makes a move and shows the ring.
func (m *mutation) moved(ctx context.Context, move func() (*doorbell.Ring, error)) (*model.RingPayload, error) {
	if err := m.served(); err != nil {
		return nil, err
	}
	r, err := move()
	if err != nil {
		return nil, err
	}
	loaders.From(ctx).Wrote(r.Household)
	out := &model.RingPayload{Status: &model.RingStatus{Status: r.Status()}, Now: kg.MomentOf(r.Now)}
	if r.CutOff { // there is nothing to read yet
		out.CutOff = &model.RingCutOff{Ring: r}
		return out, nil
	}
	if err = m.release(ctx); err == nil {
		out.Ring, err = showRing(ctx, r)
	}
	if errors.Is(err, kg.ErrUnavailable) || errors.Is(err, kg.ErrTimeout) { // the move stands all the same
		return out, nil
	}
	return out, err
}

// showRing reads what is asked of a ring that was moved.
func showRing(ctx context.Context, r *doorbell.Ring) (*model.Ring, error) {
	h := newHydration(ctx, loaders.From(ctx).Today())
	at, err := h.shown(ctx, kg.KindRing, "ring", r.ID)
	if err != nil {
		return nil, err
	}
	if err := h.fetch(ctx); err != nil {
		return nil, err
	}
	if ring := model.To[*model.Ring](h.env, at.item(r.ID)); ring != nil {
		return ring, nil
	}
	// Its selection asks for nothing, or it is not for the viewer any more: who declines sees that it is so.
	return model.To[*model.Ring](h.env, &store.Item{Node: &kg.Ring{Base: kg.Base{ID: r.ID}, State: r.State}}), nil
}

// shown plans what the selections under one field of the root's answer ask of a node.
func (h *hydration) shown(ctx context.Context, k kg.Kind, name string, ids ...kg.ID) (place, error) {
	field := graphql.GetFieldContext(ctx).Field
	var at place
	var err error
	for _, f := range h.fields(field) {
		if f.Name == name {
			if at, err = h.place(ctx, []kg.Kind{k}, f.Selections); err != nil {
				return at, err
			}
			at.want(ids...)
			return at, nil
		}
	}
	return h.place(ctx, []kg.Kind{k}, nil)
}

// MyAlerts are the alerts that wait for a person or have them on the way.
func (r *query) MyAlerts(ctx context.Context, person kg.ID) ([]*model.Alert, error) {
	if err := r.served(); err != nil {
		return nil, err
	}
	id, err := mayWatch(ctx, "person", person)
	if err == nil {
		err = r.release(ctx)
	}
	if err != nil {
		return nil, err
	}
	h := newHydration(ctx, loaders.From(ctx).Today())
	ids, err := r.bell.AlertsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	at, err := h.place(ctx, []kg.Kind{kg.KindAlert}, graphql.GetFieldContext(ctx).Field.Selections)
	if err != nil {
		return nil, err
	}
	at.want(ids...)
	if err := h.fetch(ctx); err != nil {
		return nil, err
	}
	out := []*model.Alert{}
	for _, id := range ids {
		if a := model.To[*model.Alert](h.env, at.item(id)); a != nil {
			out = append(out, a)
		}
	}
	return out, nil
}

// idOf reads the id of a node of one kind.
func idOf(argument string, v any, k kg.Kind) (kg.ID, error) {
	id, err := loaders.ToID(argument, v)
	if err == nil && id.Kind() != k {
		return "", kg.Invalid(argument, fmt.Sprintf("the id of a %s", id.Kind()), fmt.Sprintf("the id of a %s", k))
	}
	return id, err
}
