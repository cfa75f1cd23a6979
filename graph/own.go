package graph

import (
	"context"
	"fmt"

	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/own"
	"lintu/store"
	"lintu/trust"
)

// What people may ask for about themselves: a move of package own, and then what is shown of the person.

// whose is the person of an argument: the viewer's own record where none is given. The own record takes the right OWN,
// another's EDIT and, since it shows what is held, detail; it must be in scope.
func (r *resolver) whose(ctx context.Context, argument string, given any) (kg.ID, own.Asker, error) {
	if err := r.answersPeople(); err != nil {
		return "", own.Asker{}, err
	}
	viewer := loaders.From(ctx).Viewer()
	by := own.Asker{Name: viewer.Name, Scope: loaders.From(ctx).Scope()}
	if given == nil {
		if viewer.Person == "" || !viewer.May(trust.Own) {
			return "", by, kg.Invalid(argument, "is missing, and you have no record of your own here", "the id of a PERSON")
		}
		given = viewer.Person
	}
	id, err := idOf(argument, given, kg.KindPerson)
	switch {
	case err != nil:
		return "", by, err
	case id == viewer.Person && viewer.May(trust.Own):
		by.Scope = store.Scope{All: true, Today: loaders.From(ctx).Today()} // also of those who serve no area
		return id, by, nil
	case !viewer.May(trust.Edit):
		return "", by, fmt.Errorf("%s: another's record needs the right %s: %w", argument, trust.Edit, kg.ErrForbidden)
	case viewer.Masked():
		return "", by, refusal(&viewer, argument, trust.Detail)
	}
	id, err = existing(ctx, argument, id, kg.KindPerson)
	return id, by, err
}

// answersPeople refuses what has nobody to do it.
func (r *resolver) answersPeople() error {
	if r.own == nil {
		return fmt.Errorf("nobody answers people about themselves here: %w", kg.ErrUnavailable)
	}
	return nil
}

// MyData is everything that is held about a person.
func (r *query) MyData(ctx context.Context, person *kg.ID) (*own.Data, error) {
	var given any
	if person != nil {
		given = *person
	}
	id, _, err := r.whose(ctx, "person", given)
	if err != nil {
		return nil, err
	}
	loaders.From(ctx).Saw(id)
	store.CountCall(ctx)
	return r.own.About(ctx, id)
}

// Corrections are those that wait for a decision.
func (r *query) Corrections(ctx context.Context, area *kg.ID, first int) ([]*model.OpenCorrections, error) {
	if err := r.answersPeople(); err != nil {
		return nil, err
	}
	if viewer := loaders.From(ctx).Viewer(); !viewer.May(trust.Edit) {
		return nil, fmt.Errorf("corrections are shown to those with the right %s: %w", trust.Edit, kg.ErrForbidden)
	}
	if first < 1 || first > loaders.MaxPage {
		return nil, kg.Invalid("first", fmt.Sprint(first), fmt.Sprintf("1 to %d", loaders.MaxPage))
	}
	var in kg.ID
	if area != nil {
		var err error
		if in, err = existing(ctx, "area", *area, ""); err != nil {
			return nil, err
		}
	}
	store.CountCall(ctx)
	people, err := r.own.Waiting(ctx, loaders.From(ctx).Scope(), in, first)
	if err != nil {
		return nil, err
	}
	h := newHydration(ctx, loaders.From(ctx).Today())
	ids := make([]kg.ID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	at, err := h.shown(ctx, kg.KindPerson, "person", ids...)
	if err != nil {
		return nil, err
	}
	if err := h.fetch(ctx); err != nil {
		return nil, err
	}
	out := []*model.OpenCorrections{}
	for _, p := range people {
		if shown := h.person(at, p.ID); shown != nil {
			out = append(out, &model.OpenCorrections{Person: shown, Corrections: own.Open(p)})
		}
	}
	return out, nil
}

// GiveConsent records a consent.
func (m *mutation) GiveConsent(ctx context.Context, _ map[string]any) (*model.ConsentPayload, error) {
	input := inputOf(ctx)
	id, by, err := m.whose(ctx, "input.person", input["person"])
	if err != nil {
		return nil, err
	}
	g := own.Grant{Person: id, Purpose: wordOf(input["purpose"]), How: wordOf(input["how"]), Reference: wordOf(input["reference"])}
	if g.About, err = aboutOf(input["about"]); err != nil {
		return nil, err
	}
	for _, day := range []struct {
		name string
		at   *kg.Date
	}{{"validFrom", &g.From}, {"validTo", &g.To}} {
		if v := input[day.name]; v != nil {
			if *day.at, err = loaders.ToDate("input."+day.name, v); err != nil {
				return nil, err
			}
		}
	}
	loaders.From(ctx).Wrote(id)
	store.CountCall(ctx)
	consents, err := m.own.Give(ctx, by, g)
	if err != nil {
		return nil, err
	}
	person, err := shownPerson(ctx, id)
	return &model.ConsentPayload{Person: person, Consents: consents}, err
}

// WithdrawConsent takes consents back.
func (m *mutation) WithdrawConsent(ctx context.Context, _ map[string]any) (*model.ConsentPayload, error) {
	input := inputOf(ctx)
	id, by, err := m.whose(ctx, "input.person", input["person"])
	if err != nil {
		return nil, err
	}
	w := own.Withdrawal{Person: id, Purpose: wordOf(input["purpose"]), How: wordOf(input["how"]), Reference: wordOf(input["reference"])}
	if w.About, err = aboutOf(input["about"]); err != nil {
		return nil, err
	}
	loaders.From(ctx).Wrote(id)
	store.CountCall(ctx)
	consents, err := m.own.Withdraw(ctx, by, w)
	if err != nil {
		return nil, err
	}
	person, err := shownPerson(ctx, id)
	return &model.ConsentPayload{Person: person, Consents: consents}, err
}

// Correct asks for a correction.
func (m *mutation) Correct(ctx context.Context, _ map[string]any) (*model.CorrectionPayload, error) {
	input := inputOf(ctx)
	id, by, err := m.whose(ctx, "input.person", input["person"])
	if err != nil {
		return nil, err
	}
	loaders.From(ctx).Wrote(id)
	store.CountCall(ctx)
	c, err := m.own.Correct(ctx, by, own.Wish{Person: id, Field: wordOf(input["field"]), Value: wordOf(input["value"]), Note: wordOf(input["note"])})
	if err != nil {
		return nil, err
	}
	person, err := shownPerson(ctx, id)
	return &model.CorrectionPayload{Person: person, Correction: c}, err
}

// DecideCorrection accepts or refuses a correction; nobody decides on their own.
func (m *mutation) DecideCorrection(ctx context.Context, _ map[string]any) (*model.CorrectionPayload, error) {
	input := inputOf(ctx)
	if err := m.answersPeople(); err != nil {
		return nil, err
	}
	viewer := loaders.From(ctx).Viewer()
	if !viewer.May(trust.Edit) {
		return nil, fmt.Errorf("corrections are decided by those with the right %s: %w", trust.Edit, kg.ErrForbidden)
	}
	id, err := existing(ctx, "input.person", kg.ID(wordOf(input["person"])), kg.KindPerson)
	if err != nil {
		return nil, err
	}
	if id == viewer.Person {
		return nil, fmt.Errorf("input.person: nobody decides on their own correction: %w", kg.ErrForbidden)
	}
	number, err := loaders.ToInt("input.number", input["number"])
	if err != nil {
		return nil, err
	}
	accept, err := loaders.ToBool("input.accept", input["accept"])
	if err != nil {
		return nil, err
	}
	loaders.From(ctx).Wrote(id)
	store.CountCall(ctx)
	by := own.Asker{Name: viewer.Name, Scope: loaders.From(ctx).Scope()}
	c, err := m.own.Decide(ctx, by, own.Decision{Person: id, Number: int(number), Accept: accept, Reason: wordOf(input["reason"])})
	if err != nil {
		return nil, err
	}
	person, err := shownPerson(ctx, id)
	return &model.CorrectionPayload{Person: person, Correction: c}, err
}

// Erase erases a person or a household.
func (m *mutation) Erase(ctx context.Context, given kg.ID, reason string) (*model.ErasePayload, error) {
	if err := m.answersPeople(); err != nil {
		return nil, err
	}
	viewer := loaders.From(ctx).Viewer()
	if !viewer.May(trust.Edit) {
		return nil, fmt.Errorf("erasing needs the right %s: %w", trust.Edit, kg.ErrForbidden)
	}
	id, err := loaders.ToID("id", given)
	if err != nil {
		return nil, err
	}
	loaders.From(ctx).Wrote(id)
	store.CountCall(ctx)
	done, err := m.own.Erase(ctx, own.Asker{Name: viewer.Name, Scope: loaders.From(ctx).Scope()}, id, own.EraseReason(reason))
	if err != nil {
		return nil, err
	}
	return (*model.ErasePayload)(done), nil
}

// shownPerson is the person of a payload, with what the selection asks for.
func shownPerson(ctx context.Context, id kg.ID) (*model.Person, error) {
	h := newHydration(ctx, loaders.From(ctx).Today())
	at, err := h.shown(ctx, kg.KindPerson, "person", id)
	if err != nil {
		return nil, err
	}
	if err := h.fetch(ctx); err != nil {
		return nil, err
	}
	if p := h.person(at, id); p != nil {
		return p, nil
	}
	return model.To[*model.Person](h.env, &store.Item{Node: &kg.Person{Base: kg.Base{ID: id}}}), nil // of no area that the viewer serves: the id alone
}

// person is a person at a place; nil where there is none.
func (h *hydration) person(at place, id kg.ID) *model.Person {
	if !at.asked() {
		return nil
	}
	return model.To[*model.Person](h.env, at.item(id))
}

// wordOf is a text of an input, "" where it is absent.
func wordOf(v any) string {
	s, _ := v.(string)
	if s == "" && v != nil {
		if k, ok := v.(fmt.Stringer); ok {
			return k.String()
		}
	}
	return s
}

func aboutOf(v any) (kg.ID, error) {
	if v == nil {
		return "", nil
	}
	return idOf("input.about", v, kg.KindHousehold)
}
