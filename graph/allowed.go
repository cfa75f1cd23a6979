package graph

import (
	"context"
	"fmt"

	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
)

// seesAll refuses those who do not see everything, until viewers have roles: rings tell who lives alone. what says what
// they have asked for, as "rings are shown to".
func seesAll(ctx context.Context, what string) error {
	if !loaders.From(ctx).Scope().All {
		return fmt.Errorf("%s those who see everything: %w", what, kg.ErrForbidden)
	}
	return nil
}

// rings is seesAll, where a doorbell is served.
func (r *resolver) rings(ctx context.Context, what string) error {
	if err := seesAll(ctx, what); err != nil {
		return err
	}
	if r.bell == nil {
		return fmt.Errorf("no doorbell is served here: %w", kg.ErrUnavailable)
	}
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
