package graph

import (
	"context"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/coverage"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
)

// Coverage answers how well an area is covered, from the snapshot, and reads all nodes that are shown in one visit.
// Audits and trends take visits of their own.
func (r *query) Coverage(ctx context.Context, area kg.ID, targets map[string]any, radius float64, minutes *float64, k int, when map[string]any, asOf *kg.Date, where, provider map[string]any) (*model.Coverage, error) {
	field := graphql.GetFieldContext(ctx).Field
	b := &covered{hydration: newHydration(ctx, 0), ctx: ctx, r: r, wins: map[string]slice{}}
	b.coarse = b.session.Coarse()
	q, err := b.question(field.ArgumentMap(b.op.Variables))
	if err != nil {
		return nil, err
	}
	if b.coarse {
		if err := q.CheckCoarse(); err != nil {
			return nil, err
		}
	}
	if err := b.windows(field, ""); err != nil {
		return nil, err
	}
	b.settle(q)
	whole, err := r.coverage.Ask(ctx, *q)
	if err != nil {
		return nil, err
	}
	out := b.level(field, []*coverage.Coverage{whole})
	if b.err != nil {
		return nil, b.err
	}
	if err := b.fetch(ctx); err != nil {
		return nil, err
	}
	for _, make := range b.after {
		make()
	}
	return out[0], nil
}

// question reads the arguments; of the time what is given, which a cursor may give too.
func (b *covered) question(args map[string]any) (*coverage.Query, error) {
	q := &coverage.Query{Scope: b.session.Scope()}
	var err error
	if q.Area, err = loaders.ToID("area", args["area"]); err != nil {
		return nil, err
	}
	if q.Radius, err = loaders.ToRadius("radius", args["radius"]); err != nil {
		return nil, err
	}
	if v := args["minutes"]; v != nil {
		if q.Minutes, err = loaders.ToFloat("minutes", v); err != nil {
			return nil, err
		}
		if !(q.Minutes > 0) { // the engine takes 0 for what is not given
			return nil, kg.Invalid("minutes", fmt.Sprint(q.Minutes), "more than 0")
		}
	}
	k, err := loaders.ToInt("k", args["k"])
	if err != nil {
		return nil, err
	}
	if k < 1 || k > coverage.MaxK { // the engine takes 0 for what is not given
		return nil, kg.Invalid("k", fmt.Sprint(k), fmt.Sprintf("1 to %d", coverage.MaxK))
	}
	q.K = int(k)
	targets, err := targetWhere("targets", args["targets"], b.r.elderAge)
	if err != nil {
		return nil, err
	}
	where, err := responderWhere("where", args["where"])
	if err != nil {
		return nil, err
	}
	q.Targets, q.Where = &targets, &where
	if q.Provider, err = providerInput(args["provider"]); err != nil {
		return nil, err
	}
	return q, b.when(q, args)
}

// when reads when and asOf.
func (b *covered) when(q *coverage.Query, args map[string]any) error {
	w, _ := args["when"].(map[string]any)
	if band, ok := w["band"]; ok && band != nil {
		var err error
		if q.When.Band, err = named[coverage.Band]("when.band", band); err != nil {
			return err
		}
	}
	if at, ok := w["at"]; ok && at != nil {
		var i model.Instant
		if err := i.UnmarshalGQL(at); err != nil {
			return err
		}
		b.at = i.Time().Truncate(time.Second)
	}
	day, ok := args["asOf"]
	if !ok || day == nil {
		return nil
	}
	if q.When.Band == "" {
		return kg.Invalid("asOf", "is given with an instant", "a band of the week with it, or left out")
	}
	first, err := loaders.ToDate("asOf", day)
	b.at = first.Time(b.r.zone)
	return err
}

// settle fills in the time that neither the arguments nor a cursor gave.
func (b *covered) settle(q *coverage.Query) {
	if q.When.Band == "" {
		b.at = b.r.instant(b.at)
		q.When.At = b.at
		b.env.AsOf = kg.DateOf(b.at, b.r.zone)
		return
	}
	if b.at.IsZero() {
		b.at = b.session.Today().Time(b.r.zone)
	}
	b.env.AsOf = kg.DateOf(b.at, b.r.zone)
	q.When.From = b.env.AsOf
}

// providerInput reads ProviderInput; that exactly one key is set was checked with all @oneOf inputs.
func providerInput(v any) (coverage.Provider, error) {
	var p coverage.Provider
	m, _ := v.(map[string]any)
	if places, ok := m["places"].(map[string]any); ok {
		p.Places = &reach.PlaceWhere{}
		var err error
		if kinds := places["kinds"]; kinds != nil {
			if p.Places.Kinds, err = some[string]("provider.places.kinds")(loaders.ToList("provider.places.kinds", kinds, loaders.ToText)); err != nil {
				return p, err
			}
		}
		if hour := places["anyHour"]; hour != nil {
			if p.Places.AnyHour, err = loaders.ToBool("provider.places.anyHour", hour); err != nil {
				return p, err
			}
		}
	}
	if duty, ok := m["duty"].(map[string]any); ok {
		where, err := dutyWhere("provider.duty", duty)
		p.Duty = &where
		return p, err
	}
	return p, nil
}

// dutyWhere reads level and includePosts.
func dutyWhere(argument string, m map[string]any) (w reach.DutyWhere, err error) {
	if level := m["level"]; level != nil {
		if w.Level, err = named[reach.DutyLevel](argument+".level", level); err != nil {
			return w, err
		}
	}
	if posts := m["includePosts"]; posts != nil {
		w.IncludePosts, err = loaders.ToBool(argument+".includePosts", posts)
	}
	return w, err
}

// covered builds the answer: windows first, since a cursor may fix the time; then, level by level of areas, the numbers
// and the ids of all places; then one read; then the lists.
type covered struct {
	*hydration
	ctx    context.Context
	r      *query
	at     time.Time // the instant, or the beginning of a band's first day; zero while neither arguments nor cursors gave it
	wins   map[string]slice
	after  []func() // what fills in nodes, once everything is read
	err    error
	coarse bool // for who may not see detail
	areas  int  // that are shown
	heavy  int  // answers that take work or visits of their own
}

// The most of what one answer shows.
const (
	maxAreas = 5000 // areas
	maxHeavy = 20   // answers of their own: audits, lines, advice, fragility, mismatches
)

func (b *covered) key(f graphql.CollectedField) string { return b.session.KeyOf(f, b.op.Variables) }

func (b *covered) args(f graphql.CollectedField) map[string]any { return f.ArgumentMap(b.op.Variables) }

func (b *covered) fail(err error) {
	if err != nil && b.err == nil {
		b.err = err
	}
}

// windows reads first and after of every paged list below a field.
func (b *covered) windows(field graphql.CollectedField, path string) error {
	for _, f := range b.fields(field) {
		at := path + f.Alias + "."
		var err error
		switch f.Name {
		case "gaps", "contractAudit", "structureAudit":
			b.wins[b.key(f)], err = b.window(f, at, &b.at)
		case "children", "worstAreas":
			err = b.windows(f, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// placeFor plans what is asked of nodes at a place; nothing where nothing is selected.
func (b *covered) placeFor(ids []kg.ID, sets ast.SelectionSet) place {
	if len(ids) == 0 {
		sets = nil
	}
	p, err := b.place(b.ctx, kg.KindsOf(ids), sets)
	b.fail(err)
	if len(sets) > 0 {
		p.want(ids...)
	}
	return p
}

// selection is what is selected of nodes by fields of a name below a field.
func (b *covered) selection(f graphql.CollectedField, name string) (sets ast.SelectionSet) {
	for _, c := range b.fields(f) {
		if c.Name == name {
			sets = append(sets, c.Selections...)
		}
	}
	return sets
}

// then notes what is to be done once everything is read.
func (b *covered) then(do func()) { b.after = append(b.after, do) }

// most reads the argument first of a list that is cut and not paged.
func (b *covered) most(f graphql.CollectedField) int {
	n, err := b.session.PageSize(f.Alias+".first", b.args(f)["first"])
	b.fail(err)
	return n
}

// work counts answers that take work or visits of their own, and says whether they are within the limit.
func (b *covered) work(f graphql.CollectedField, n int) bool {
	if b.heavy += n; b.heavy > maxHeavy {
		b.fail(fmt.Errorf("%s: more than %d audits, lines, advices, fragilities and mismatches in one answer: %w", f.Alias, maxHeavy, kg.ErrLimit))
	}
	return b.err == nil
}
