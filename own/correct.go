package own

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// Wish is what a person asks to have put right in their own record: a field and the value that is right, or a note that says
// what is wrong.
type Wish struct {
	Person kg.ID
	Field  string
	Value  string // as files have it; "" clears the field
	Note   string
}

// Decision accepts or refuses a correction.
type Decision struct {
	Person kg.ID
	Number int
	Accept bool
	Reason string // of a refusal, which needs one
}

// maxOpen is how many corrections of a person may wait at a time.
const maxOpen = 10

// Correct records what a person asks to have put right. A value that the field cannot have is refused now, not when
// somebody decides.
func (o *Own) Correct(ctx context.Context, by Asker, w Wish) (*kg.Correction, error) {
	if err := checkWish(w); err != nil {
		return nil, err
	}
	var made kg.Correction
	err := o.move(ctx, func() (*store.Batch, error) {
		at, _ := o.now()
		p, _, err := o.person(ctx, "input.person", w.Person, nil)
		if err != nil {
			return nil, err
		}
		open, last := 0, 0
		for _, c := range p.Corrections {
			if last = max(last, c.Number); c.State == kg.CorrectionOpen {
				open++
			}
		}
		if open >= maxOpen {
			return nil, fmt.Errorf("%d corrections wait for a decision; at most %d may: %w", open, maxOpen, kg.ErrLimit)
		}
		if err := allowed(p, w.Field, w.Value); err != nil {
			return nil, err
		}
		made = kg.Correction{Number: last + 1, Field: w.Field, Value: w.Value, Note: w.Note, State: kg.CorrectionOpen, AskedAt: at, AskedBy: by.Name}
		return o.corrections(by, p, append(slices.Clone(p.Corrections), made), nil)
	})
	if err != nil {
		return nil, err
	}
	return &made, nil
}

// Decide accepts a correction, which changes the field in the same batch, or refuses it.
func (o *Own) Decide(ctx context.Context, by Asker, d Decision) (*kg.Correction, error) {
	if !d.Accept && blank(d.Reason) {
		return nil, kg.Invalid("input.reason", "is empty", "why it is refused")
	}
	if err := notTooLong("input.reason", d.Reason); err != nil {
		return nil, err
	}
	var decided kg.Correction
	err := o.move(ctx, func() (*store.Batch, error) {
		at, _ := o.now()
		p, _, err := o.person(ctx, "input.person", d.Person, nil)
		if err != nil {
			return nil, err
		}
		list := slices.Clone(p.Corrections)
		i := slices.IndexFunc(list, func(c kg.Correction) bool { return c.Number == d.Number })
		switch {
		case i < 0:
			return nil, fmt.Errorf("input.number: %d: %w", d.Number, kg.ErrNotFound)
		case list[i].State != kg.CorrectionOpen:
			return nil, fmt.Errorf("the correction was decided at %s: %s: %w", list[i].DecidedAt, list[i].State, kg.ErrConflict)
		}
		c := &list[i]
		c.State, c.DecidedAt, c.DecidedBy, c.Reason = kg.CorrectionRefused, at, by.Name, d.Reason
		var set []kg.Setting
		if d.Accept {
			c.State = kg.CorrectionAccepted
			if set, err = settingOf(p, c); err != nil {
				return nil, err
			}
		}
		decided = *c
		return o.corrections(by, p, list, set)
	})
	if err != nil {
		return nil, err
	}
	return &decided, nil
}

// corrections is the batch that gives a person a list of corrections, and sets fields.
func (o *Own) corrections(by Asker, p *kg.Person, list []kg.Correction, set []kg.Setting) (*store.Batch, error) {
	for len(list) > kg.MaxCorrections {
		i := slices.IndexFunc(list, func(c kg.Correction) bool { return c.State != kg.CorrectionOpen })
		list = slices.Delete(list, i, i+1) // no more than maxOpen are open
	}
	b, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	state := list[len(list)-1].State
	if slices.ContainsFunc(list, func(c kg.Correction) bool { return c.State == kg.CorrectionOpen }) {
		state = kg.CorrectionOpen
	}
	_, today := o.now()
	set = append(set, kg.Setting{Field: "corrections", Value: string(b)}, kg.Setting{Field: "correction", Value: state})
	return &store.Batch{Today: today, Scope: &by.Scope, UniqueKeys: true, Changes: []store.Mutation{{Op: store.ChangeNode, ID: p.ID, Expect: p.Version, Set: set}}}, nil
}

// checkWish refuses a wish that nobody could fulfil.
func checkWish(w Wish) error {
	if w.Field == "" && blank(w.Note) {
		return kg.Invalid("input", "neither a field nor a note", "the field with the value that is right, or a note that says what is wrong")
	}
	for _, text := range [][2]string{{"input.value", w.Value}, {"input.note", w.Note}} {
		if err := notTooLong(text[0], text[1]); err != nil {
			return err
		}
	}
	if w.Field == "" {
		return nil
	}
	f := kg.FieldOf(kg.KindPerson, w.Field)
	if f == nil || f.Kept || f.Type == kg.Data {
		return kg.Invalid("input.field", fmt.Sprintf("%.60q", w.Field), "a field of a person that holds a value, such as name or phone; a note for what is no such field")
	}
	return nil
}

// allowed refuses a value that the field of a person cannot have.
func allowed(p *kg.Person, field, value string) error {
	if field == "" {
		return nil
	}
	right := kg.Clone(p)
	err := kg.FieldOf(kg.KindPerson, field).SetText(right, value)
	if err == nil {
		err = kg.Validate(right)
	}
	return asArgument(err, "input.value")
}

// settingOf is the field of a correction with the value that is right; none where a note alone says what is wrong.
func settingOf(p *kg.Person, c *kg.Correction) ([]kg.Setting, error) {
	if c.Field == "" {
		return nil, nil
	}
	f := kg.FieldOf(kg.KindPerson, c.Field)
	right := kg.Clone(p).(*kg.Person)
	if err := f.SetText(right, c.Value); err != nil {
		return nil, asArgument(err, "input.number")
	}
	v := f.Get(right)
	if day, ok := v.(int64); ok && f.Type == kg.Day {
		v = kg.Date(day)
	}
	return []kg.Setting{{Field: c.Field, Value: v}}, nil
}

// asArgument names the argument of a caller in place of a field.
func asArgument(err error, argument string) error {
	var invalid *kg.InvalidError
	if errors.As(err, &invalid) {
		return kg.Invalid(argument, invalid.Problem, invalid.Allowed)
	}
	return err
}

// Waiting are people who have asked for a correction that waits, in an area or everywhere, by id.
func (o *Own) Waiting(ctx context.Context, scope store.Scope, area kg.ID, most int) ([]*kg.Person, error) {
	_, today := o.now()
	filter := kg.And{kg.OneOf{Field: "correction", Values: []any{kg.CorrectionOpen}}}
	if area != "" {
		filter = append(filter, kg.InArea{Areas: []kg.ID{area}, On: today})
	}
	page, err := o.o.Store.List(ctx, store.View{Scope: scope, AsOf: today}, store.ListQuery{
		Kind: kg.KindPerson, Filter: filter, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: most},
	})
	if err != nil {
		return nil, err
	}
	out := make([]*kg.Person, len(page.Edges))
	for i, e := range page.Edges {
		out[i] = e.Item.Node.(*kg.Person)
	}
	return out, nil
}

// Open are the corrections of a person that wait for a decision, oldest first.
func Open(p *kg.Person) []kg.Correction {
	return slices.DeleteFunc(slices.Clone(p.Corrections), func(c kg.Correction) bool { return c.State != kg.CorrectionOpen })
}
