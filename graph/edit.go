package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/records"
	"lintu/store"
)

// Edit makes an edit, and reads what it shows of it in one visit.
func (m *mutation) Edit(ctx context.Context, _ []map[string]any, batchID *string, dryRun bool) (*model.EditPayload, error) {
	s, field := loaders.From(ctx), graphql.GetFieldContext(ctx).Field
	args, err := readEdit(field.Field, graphql.GetOperationContext(ctx).Variables)
	if err != nil {
		return nil, err
	}
	edit := records.Edit{Editor: s.Viewer().Name, Scope: s.Scope(), Changes: args.changes, Problems: args.problems, Try: dryRun}
	if batchID != nil {
		edit.BatchID = *batchID
		if edit.BatchID == "" {
			return nil, kg.Invalid("batchId", "is empty", "a text of your own, or nothing")
		}
	}
	out, err := m.records.Apply(ctx, edit)
	if err != nil {
		return nil, err
	}
	s.Wrote(editedIn(out)...)
	return m.payload(ctx, field, args.changes, out)
}

// editedIn are the nodes that an edit is about, and the ends of its ties.
func editedIn(out *records.Outcome) []kg.ID {
	ids := slices.Clone(out.IDs)
	if out.Applied != nil {
		for _, t := range out.Applied.Ties {
			if t.Tie != nil {
				ids = append(ids, t.Tie.From, t.Tie.To, t.Tie.Ref)
			}
		}
	}
	return ids
}

// payload shows an outcome, with the nodes that the selection asks for.
func (m *mutation) payload(ctx context.Context, field graphql.CollectedField, changes []records.Change, out *records.Outcome) (*model.EditPayload, error) {
	h := newHydration(ctx, loaders.From(ctx).Today())
	shown, err := h.editPlaces(ctx, field, out)
	if err != nil {
		return nil, err
	}
	if err := h.fetch(ctx); err != nil {
		return nil, err
	}
	p := &model.EditPayload{Problems: []model.EditProblem{}, Results: []*model.ChangeResult{}}
	for i := range out.Problems {
		p.Problems = append(p.Problems, shown.problem(&out.Problems[i]))
	}
	a := out.Applied
	if a == nil {
		return p, nil
	}
	revision := int64(a.Revision)
	p.Created, p.Changed, p.Ended, p.Deleted, p.Unchanged = a.Created, a.Changed, a.Ended, a.Deleted, a.Unchanged
	if out.Tried {
		return p, nil // what it would create has no id
	}
	p.Applied, p.Repeated, p.Revision = true, a.Repeated, &revision
	for i, id := range out.IDs {
		p.Results = append(p.Results, shown.result(changes[i].Key, id, a))
	}
	return p, nil
}

// editShown is what a payload shows of nodes.
type editShown struct {
	h                        *hydration
	node, from, to, ref      place
	conflicting, duplicating place
	ties                     map[kg.ID]*kg.Tie
}

// editPlaces plans where an edit's payload shows nodes, and says which.
func (h *hydration) editPlaces(ctx context.Context, field graphql.CollectedField, out *records.Outcome) (*editShown, error) {
	s := &editShown{h: h, ties: map[kg.ID]*kg.Tie{}}
	sets := h.editSets(field)
	places := []struct {
		at *place
		id func() []kg.ID
	}{
		{&s.node, func() []kg.ID { return out.IDs }},
		{&s.from, s.ends(func(t *kg.Tie) kg.ID { return t.From })},
		{&s.to, s.ends(func(t *kg.Tie) kg.ID { return t.To })},
		{&s.ref, s.ends(func(t *kg.Tie) kg.ID { return t.Ref })},
		{&s.conflicting, conflicts(out)},
		{&s.duplicating, duplicates(out)},
	}
	if out.Applied != nil {
		for _, t := range out.Applied.Ties {
			s.ties[t.ID] = t.Tie
		}
	}
	for i, p := range places {
		var ids []kg.ID
		var kinds []kg.Kind
		for _, id := range p.id() {
			if k := id.Kind(); k != "" {
				ids = append(ids, id)
				kinds = append(kinds, k)
			}
		}
		var err error
		if *p.at, err = h.place(ctx, kindSet(kinds), sets[i]); err != nil {
			return nil, err
		}
		if len(sets[i]) > 0 {
			p.at.want(ids...)
		}
	}
	return s, nil
}

func (s *editShown) ends(end func(*kg.Tie) kg.ID) func() []kg.ID {
	return func() (ids []kg.ID) {
		for _, t := range s.ties {
			ids = append(ids, end(t))
		}
		return ids
	}
}

func conflicts(out *records.Outcome) func() []kg.ID {
	return func() (ids []kg.ID) {
		for _, p := range out.Problems {
			var conflict *kg.ConflictError
			if errors.As(p.Err, &conflict) {
				ids = append(ids, conflict.ID)
			}
		}
		return ids
	}
}

func duplicates(out *records.Outcome) func() []kg.ID {
	return func() (ids []kg.ID) {
		for _, p := range out.Problems {
			var same *kg.DuplicateError
			if errors.As(p.Err, &same) {
				ids = append(ids, same.Other)
			}
		}
		return ids
	}
}

func kindSet(kinds []kg.Kind) []kg.Kind {
	var out []kg.Kind
	for _, d := range kg.Kinds {
		for _, k := range kinds {
			if k == d.Kind {
				out = append(out, k)
				break
			}
		}
	}
	return out
}

// editSets are the selection sets on the nodes of a payload: of results, of ties' ends and references, of conflicts
// and of duplicates.
func (h *hydration) editSets(field graphql.CollectedField) (sets [6]ast.SelectionSet) {
	for _, f := range h.fields(field) {
		switch f.Name {
		case "results":
			for _, r := range h.fields(f) {
				if r.Name == "node" {
					sets[0] = append(sets[0], r.Selections...)
				}
				if r.Name == "tie" {
					h.tieSets(r, &sets)
				}
			}
		case "problems":
			for i, name := range map[int]string{4: "ConflictProblem", 5: "DuplicateProblem"} {
				for _, p := range h.session.Collect(h.op, f.Selections, name, "EditProblem") {
					if p.Name == "node" {
						sets[i] = append(sets[i], p.Selections...)
					}
				}
			}
		}
	}
	return sets
}

func (h *hydration) tieSets(tie graphql.CollectedField, sets *[6]ast.SelectionSet) {
	for _, f := range h.fields(tie) {
		switch f.Name {
		case "from":
			sets[1] = append(sets[1], f.Selections...)
		case "to":
			sets[2] = append(sets[2], f.Selections...)
		case "reference":
			sets[3] = append(sets[3], f.Selections...)
		}
	}
}

// at is a node at a place, nil where it was not asked for or is gone.
func (s *editShown) at(p place, id kg.ID) model.Node {
	if !p.asked() || id == "" {
		return nil
	}
	return model.Wrap(s.h.env, p.item(id))
}

func (s *editShown) result(key string, id kg.ID, a *store.Applied) *model.ChangeResult {
	r := &model.ChangeResult{ID: id}
	if key != "" {
		r.Key = &key
	}
	if v, ok := a.Versions[id]; ok {
		version := int(v)
		r.Version = &version
	}
	if id.Kind() != "" {
		r.Node = s.at(s.node, id)
	} else if t := s.ties[id]; t != nil {
		r.Tie = model.NewEditedTie(t, s.at(s.from, t.From), s.at(s.to, t.To), s.at(s.ref, t.Ref))
	}
	return r
}

// problem is a problem in the type of its kind.
func (s *editShown) problem(p *records.Problem) model.EditProblem {
	var change *int
	if p.Change >= 0 {
		change = &p.Change
	}
	var conflict *kg.ConflictError
	var same *kg.DuplicateError
	var invalid *kg.InvalidError
	switch {
	case errors.As(p.Err, &conflict):
		return model.ConflictProblem{Code: model.EditProblemCodeConflict, Message: conflict.Error(), Path: p.Path, Change: change,
			ID: conflict.ID, ExpectedVersion: int(conflict.Expected), CurrentVersion: int(conflict.Current), Node: s.at(s.conflicting, conflict.ID)}
	case errors.As(p.Err, &same):
		return model.DuplicateProblem{Code: model.EditProblemCodeDuplicate, Message: same.Error(), Path: p.Path, Change: change, Node: s.at(s.duplicating, same.Other)}
	case errors.As(p.Err, &invalid):
		return model.InvalidProblem{Code: model.EditProblemCodeInvalid, Message: fmt.Sprintf("%s: %s", p.Path, invalid.Problem), Path: p.Path, Change: change, Allowed: invalid.Allowed}
	case errors.Is(p.Err, kg.ErrNotFound):
		return model.NotFoundProblem{Code: model.EditProblemCodeNotFound, Message: p.Err.Error(), Path: p.Path, Change: change}
	}
	return model.ForbiddenProblem{Code: model.EditProblemCodeForbidden, Message: p.Err.Error(), Path: p.Path, Change: change}
}
