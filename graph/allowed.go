package graph

import (
	"context"
	"fmt"
	"time"

	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
	"lintu/store"
	"lintu/trust"
)

// What of rings a viewer may ask about and move, beside the rules of the schema: dispatchers in their areas, who was called
// their own alerts, a device its own door. The operator everything.

// served says that a doorbell is served here.
func (r *resolver) served() error {
	if r.bell == nil {
		return fmt.Errorf("no doorbell is served here: %w", kg.ErrUnavailable)
	}
	return nil
}

// inArea is the id of the area that a question about rings is about: one in the viewer's areas. Only who sees everything may
// leave it out.
func inArea(ctx context.Context, argument string, area *kg.ID) (kg.ID, error) {
	if area == nil {
		if loaders.From(ctx).Scope().All {
			return "", nil
		}
		return "", kg.Invalid(argument, "is not given", "one of the areas that you serve")
	}
	return existing(ctx, argument, *area, "")
}

// mayMove says that a viewer may move a ring or see its household: it is in their areas, or was released to them.
func mayMove(ctx context.Context, argument string, id kg.ID) error {
	if loaders.From(ctx).Scope().All {
		return nil // whether it exists is what the move says
	}
	_, err := existing(ctx, argument, id, id.Kind())
	return err
}

// mayAnswer says that a viewer may answer an alert: it is their own, or they handle the ring.
func (r *resolver) mayAnswer(ctx context.Context, argument string, alert kg.ID) error {
	v := loaders.From(ctx).Viewer()
	if v.May(trust.Rings) {
		return mayMove(ctx, argument, alert)
	}
	owner, err := r.bell.Owner(ctx, alert)
	if err != nil || owner != v.Person || v.Person == "" { // the alert of somebody else looks absent
		return fmt.Errorf("%s: %s: %w", argument, alert, kg.ErrNotFound)
	}
	return nil
}

// mayWatch is the person whose alerts are asked for: oneself, or somebody in the areas of who handles rings.
func mayWatch(ctx context.Context, argument string, person kg.ID) (kg.ID, error) {
	id, err := idOf(argument, string(person), kg.KindPerson)
	if err != nil {
		return "", err
	}
	v := loaders.From(ctx).Viewer()
	switch {
	case v.May(trust.Rings):
		return id, mayMove(ctx, argument, id)
	case v.Person != id:
		return "", fmt.Errorf("%s: you may see your own alerts: %w", argument, kg.ErrForbidden)
	}
	return id, nil
}

// mayPress says that a viewer may ring for a doorbell or a household. The snapshot knows of most doors: while the store is
// away, a dispatcher rings by it.
func (r *resolver) mayPress(ctx context.Context, argument string, id kg.ID) error {
	v := loaders.From(ctx).Viewer()
	switch {
	case v.May(trust.Rings) && (v.Scope.All || r.inSnapshot(v.Scope, id)):
		return nil
	case v.May(trust.Rings):
		return mayMove(ctx, argument, id)
	case id != v.Doorbell:
		return fmt.Errorf("%s: a device rings for its own door: %w", argument, kg.ErrForbidden)
	}
	return nil
}

// inSnapshot says whether the snapshot knows a door as one of the areas of a scope.
func (r *resolver) inSnapshot(s store.Scope, id kg.ID) bool {
	snap := r.reach.Snapshot()
	if snap == nil {
		return false
	}
	to := reach.Target{Household: id}
	if id.Kind() == kg.KindDoorbell {
		to = reach.Target{Doorbell: id}
	}
	_, err := snap.Near(reach.NearQuery{To: to, Radius: 1, At: r.instant(time.Time{}), Scope: s, Limit: 1})
	return err == nil
}

// release opens to a responder what their alerts open, from here on in the operation.
func (r *resolver) release(ctx context.Context) error {
	s := loaders.From(ctx)
	v := s.Viewer()
	if r.bell == nil || v.Person == "" || !v.May(trust.Alerts) {
		return nil
	}
	ids, err := r.bell.Released(ctx, v.Person)
	if err != nil {
		return err
	}
	s.Open(ids)
	return nil
}

// existing is the id of an argument, which must name something that exists; of a kind where one is given.
func existing(ctx context.Context, argument string, given kg.ID, kind kg.Kind) (kg.ID, error) {
	id, err := loaders.ToID(argument, given)
	if err == nil && kind != "" {
		id, err = idOf(argument, given, kind)
	}
	if err != nil {
		return "", err
	}
	session := loaders.From(ctx)
	found, err := session.Fetch(ctx, session.Today(), []store.Group{{IDs: []kg.ID{id}}})
	if err != nil {
		return "", err
	}
	if found[0][id] == nil {
		return "", fmt.Errorf("%s: %s: %w", argument, id, kg.ErrNotFound)
	}
	return id, nil
}
