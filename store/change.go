package store

import (
	"errors"
	"fmt"
	"slices"

	"lintu/kg"
)

// RefusedError says which change of a batch is refused; errors.Is and errors.As see why. A batch with several bad
// changes may be refused with several of them, joined: see Refusals.
type RefusedError struct {
	Change int   // its index in Batch.Changes
	ID     kg.ID // of what it is about, or of what it names and does not exist
	Err    error
}

func (e *RefusedError) Error() string { return fmt.Sprintf("changes[%d]: %v", e.Change, e.Err) }

// Unwrap is why.
func (e *RefusedError) Unwrap() error { return e.Err }

// Refusals are the refused changes that an error of Apply tells, in their order; none where it has another reason.
func Refusals(err error) []*RefusedError {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*RefusedError
		for _, e := range joined.Unwrap() {
			all = append(all, Refusals(e)...)
		}
		return all
	}
	var one *RefusedError
	if errors.As(err, &one) {
		return []*RefusedError{one}
	}
	if inner := errors.Unwrap(err); inner != nil {
		return Refusals(inner)
	}
	return nil
}

// maxRefusals is the most refusals of one batch that are told.
const maxRefusals = 20

// mutateAll makes the changes in their order. After one that is refused the others are looked at for refusals of their
// own; further changes of the same thing are not.
func (r *run) mutateAll() error {
	var refused []error
	bad := map[kg.ID]bool{}
	for i := range r.batch.Changes {
		m := &r.batch.Changes[i]
		if bad[m.target()] {
			continue
		}
		r.now = i
		err := r.mutate(m)
		if err == nil {
			continue
		}
		if !errors.Is(err, kg.ErrInvalid) && !errors.Is(err, kg.ErrConflict) && !errors.Is(err, kg.ErrNotFound) {
			return err
		}
		bad[m.target()] = true
		if refused = append(refused, &RefusedError{Change: i, ID: m.target(), Err: err}); len(refused) == maxRefusals {
			break
		}
	}
	if len(refused) == 1 {
		return refused[0]
	}
	return errors.Join(refused...)
}

// refuse is a refusal of the change that touched a node or tie last.
func (r *run) refuse(id kg.ID, err error) error {
	return &RefusedError{Change: r.by[id], ID: id, Err: err}
}

func (r *run) changeNode(m *Mutation) error {
	old := r.node(m.ID)
	if old == nil {
		return fmt.Errorf("%s: %w", m.ID, kg.ErrNotFound)
	}
	if err := expect(m.ID, m.Expect, old.Common().Version); err != nil {
		return err
	}
	n := kg.Clone(old)
	for _, s := range m.Set {
		if err := kg.SetField(n, s); err != nil {
			return err
		}
	}
	if err := kg.Validate(n); err != nil {
		return err
	}
	return r.replaceNode(old, n)
}

func (r *run) changeTie(m *Mutation) error {
	old := r.tie(m.ID)
	if old == nil {
		return fmt.Errorf("%s: %w", m.ID, kg.ErrNotFound)
	}
	if err := expect(m.ID, m.Expect, old.Version); err != nil {
		return err
	}
	t := *old
	for _, s := range m.Set {
		if err := kg.SetTieField(&t, s); err != nil {
			return err
		}
	}
	if err := kg.ValidateTie(&t); err != nil {
		return err
	}
	return r.replaceTie(old, &t)
}

// hide makes what is outside the batch's scope not exist for it: nodes on record, and ties that touch one of them.
func (r *run) hide() error {
	s := r.batch.Scope
	if s == nil || s.All {
		return nil
	}
	var named []kg.ID
	for i := range r.batch.Changes {
		named = append(named, r.batch.Changes[i].names()...)
	}
	for _, t := range r.oldTies {
		named = append(named, endsOf(t)...)
	}
	named = distinctIDs(named)
	areas, err := r.tx.Areas(r.ctx, named)
	if err != nil {
		return err
	}
	r.hidden = map[kg.ID]bool{}
	for _, id := range named {
		if !s.holds(areas[id]) {
			r.hidden[id] = true
			delete(r.oldNodes, id)
		}
	}
	for id, t := range r.oldTies {
		if slices.ContainsFunc(endsOf(t), func(end kg.ID) bool { return r.hidden[end] }) {
			delete(r.oldTies, id)
		}
	}
	return nil
}

// names are the nodes that a mutation names, as far as it says itself.
func (m *Mutation) names() []kg.ID {
	var out []kg.ID
	if id := m.target(); id.Kind() != "" {
		out = append(out, id)
	}
	if m.Op == PutTie && m.Tie != nil {
		out = append(out, endsOf(m.Tie)...)
	}
	for _, s := range m.Set {
		if id, ok := s.Value.(kg.ID); ok {
			out = append(out, id)
		}
	}
	return out
}

// endsOf are the nodes that a tie touches.
func endsOf(t *kg.Tie) []kg.ID {
	if t.Ref != "" {
		return []kg.ID{t.From, t.To, t.Ref}
	}
	return []kg.ID{t.From, t.To}
}

// checkScope refuses a batch that takes the id of a node that is hidden from it, or leaves a node that it put outside
// its scope.
func (r *run) checkScope() error {
	s := r.batch.Scope
	if s == nil || s.All {
		return nil
	}
	var put []kg.ID
	for _, id := range r.order {
		if r.nodes[id] != nil {
			put = append(put, id)
		}
	}
	if err := r.loadAreas(put); err != nil {
		return err
	}
	exist, err := r.tx.Exist(r.ctx, put)
	if err != nil {
		return err
	}
	for _, id := range put {
		if exist[id] && r.oldNodes[id] == nil {
			return r.refuse(id, fmt.Errorf("%s: %w", id, kg.ErrNotFound))
		}
		if !s.holds(r.areas[id]) {
			return r.refuse(id, fmt.Errorf("%s would be outside the areas in which you may edit: %w", id, kg.ErrForbidden))
		}
	}
	return nil
}

// holds says whether a node with these area spans is in the scope.
func (s *Scope) holds(spans []kg.AreaSpan) bool {
	for _, a := range spans {
		for _, area := range s.Areas {
			if a.Area == area && a.Holds(s.Today) {
				return true
			}
		}
	}
	return false
}
