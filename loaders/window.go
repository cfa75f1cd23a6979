package loaders

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"lintu/kg"
	"lintu/store"
)

// The sizes of pages: where nothing is asked for, and the largest where Sessions says nothing else.
const (
	DefaultPage = 20
	MaxPage     = 200
)

// window reads first, after, last and before.
func (p *planner) window(f *ast.Field, args map[string]any) (store.Window, error) {
	w := store.Window{Limit: DefaultPage}
	first, hasFirst, err := p.pageSize(args, "first")
	if err != nil {
		return w, err
	}
	last, hasLast, err := p.pageSize(args, "last")
	if err != nil {
		return w, err
	}
	switch {
	case hasFirst && hasLast:
		return w, kg.Invalid(p.arg("last"), "given together with first", "first or last, not both")
	case hasFirst:
		w.Limit = first
	case hasLast:
		w.Limit, w.Backward = last, true
	}
	if w.After, err = p.cursor(f, args, "after"); err != nil {
		return w, err
	}
	if w.Before, err = p.cursor(f, args, "before"); err != nil {
		return w, err
	}
	if w.Before != nil && !hasFirst {
		w.Backward = true
	}
	return w, nil
}

func (p *planner) pageSize(args map[string]any, name string) (int, bool, error) {
	v, ok := args[name]
	if !ok || v == nil {
		return 0, false, nil
	}
	n, err := p.session.PageSize(p.arg(name), v)
	return n, true, err
}

// PageSize reads a page size, from 1 to the largest allowed; argument is named in the error.
func (s *Session) PageSize(argument string, v any) (int, error) {
	n, err := ToInt(argument, v)
	if err != nil {
		return 0, err
	}
	if n < 1 || n > int64(s.maxPage) {
		return 0, kg.Invalid(argument, fmt.Sprintf("%d", n), fmt.Sprintf("1 to %d; page on with after", s.maxPage))
	}
	return int(n), nil
}

func (p *planner) cursor(f *ast.Field, args map[string]any, name string) (*store.Position, error) {
	v, ok := args[name]
	if !ok || v == nil {
		return nil, nil
	}
	s, err := ToText(p.arg(name), v)
	if err != nil {
		return nil, err
	}
	pos, date, err := p.session.cursors.Open(p.arg(name), question(f, p.op.Variables), s)
	if err != nil {
		return nil, err
	}
	if want := p.dated(); want != 0 && want != date {
		return nil, kg.Invalid(p.arg(name), "a cursor of a page as of "+date.String(), "cursors of pages as of "+want.String())
	}
	p.cursors = date
	return &pos, nil
}

// dated is the date that the read is already bound to, zero where it is free.
func (p *planner) dated() kg.Date {
	if p.given != 0 {
		return p.given
	}
	return p.cursors
}

// order reads orderBy { field, direction }; far are the kinds of the nodes, none for any.
func (p *planner) order(far []kg.Kind, m map[string]any) (store.Order, error) {
	titles := !p.session.viewer.Masked() || !titled(far)
	if m == nil && titles {
		return store.Order{}, nil
	}
	if m == nil {
		return store.Order{By: store.OrderID}, nil
	}
	name, err := ToText(p.arg("orderBy.field"), m["field"])
	if err != nil {
		return store.Order{}, err
	}
	o := store.Order{By: orderField(name), Desc: m["direction"] == "DESC"}
	if !o.Valid(far...) {
		return o, kg.Invalid(p.arg("orderBy.field"), name, "a value of the enum")
	}
	if o.By == store.OrderTitle && !titles {
		return o, fmt.Errorf("%s: %s: the names of people and doors are masked, and nothing is ordered by them: %w", p.arg("orderBy.field"), name, kg.ErrForbidden)
	}
	return o, nil
}

// titled says whether nodes of some kinds may have titles that are masked; no kinds stand for those of the containment tree.
func titled(far []kg.Kind) bool {
	return len(far) == 0 || slices.Contains(far, kg.KindPerson) || slices.Contains(far, kg.KindHousehold)
}

// orderField turns BIRTH_DATE into birthDate.
func orderField(enum string) string {
	out := make([]byte, 0, len(enum))
	up := false
	for i := range len(enum) {
		c := enum[i]
		switch {
		case c == '_':
			up = true
			continue
		case !up && c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		up = false
		out = append(out, c)
	}
	return string(out)
}
