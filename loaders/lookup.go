package loaders

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vikstrous/dataloadgen"

	"lintu/kg"
	"lintu/store"
)

// MaxIDs is the most ids that nodes takes.
const MaxIDs = 100

// lookups are the root fields of one operation that look nodes up by id. They are all planned before the first
// is resolved, so that the loader knows how many keys will come and sends them in one visit without waiting.
type lookups struct {
	once   sync.Once
	fields map[string]*lookup // by response key
	loader *dataloadgen.Loader[lookupKey, *store.Item]
}

type lookup struct {
	ids  []kg.ID
	env  *Env
	plan *store.Plan
	err  error
}

// lookupKey is a node with what one root field asks of it; the field is named by its lookup.
type lookupKey struct {
	id    kg.ID
	field *lookup
}

// lookupWindow is how long the loader waits for keys that look-ahead counted but that never come, which happens
// only when the operation is cancelled half-way. It is long, so that a busy machine does not make two visits of one.
const lookupWindow = time.Second

// Nodes answers the root look-up field of the context (node, nodes, or a kind's own): one item an id, nil where
// there is none. kind "" allows every kind; an id of another kind finds nothing.
func (s *Session) Nodes(ctx context.Context) ([]*store.Item, *Env, error) {
	s.lookups.once.Do(func() { s.prepareLookups(ctx) })
	l := s.lookups.fields[currentField(ctx).Alias]
	if l == nil {
		return nil, nil, fmt.Errorf("loaders: %s was not planned", currentField(ctx).Alias)
	}
	if l.err != nil || len(l.ids) == 0 {
		return nil, l.env, l.err
	}
	keys := make([]lookupKey, len(l.ids))
	for i, id := range l.ids {
		keys[i] = lookupKey{id, l}
	}
	if len(s.lookups.fields) == 1 { // nothing to share the visit with
		found, err := s.fetchLookups(ctx, keys)
		return inOrder(keys, found), l.env, err
	}
	items, err := s.lookups.loader.LoadAll(ctx, keys)
	return items, l.env, err
}

func inOrder(keys []lookupKey, found map[lookupKey]*store.Item) []*store.Item {
	items := make([]*store.Item, len(keys))
	for i, k := range keys {
		items[i] = found[k]
	}
	return items
}

// prepareLookups plans every look-up among the operation's root fields.
func (s *Session) prepareLookups(ctx context.Context) {
	op := graphql.GetOperationContext(ctx)
	s.lookups.fields = map[string]*lookup{}
	count := 0
	for _, f := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Query"}) {
		kinds, ok := lookupKinds(f, op.Variables)
		if !ok {
			continue
		}
		l := s.prepareLookup(ctx, f, kinds)
		s.lookups.fields[f.Alias] = l
		if l.err == nil {
			distinct := slices.Clone(l.ids)
			slices.Sort(distinct)
			count += len(slices.Compact(distinct))
		}
	}
	s.lookups.loader = dataloadgen.NewMappedLoader(s.fetchLookups,
		dataloadgen.WithBatchCapacity(max(count, 1)), dataloadgen.WithWait(lookupWindow))
}

// lookupKinds are the kinds that a root field looks up by id; none for every kind.
func lookupKinds(f graphql.CollectedField, vars map[string]any) ([]kg.Kind, bool) {
	if f.Name == "node" || f.Name == "nodes" {
		return nil, true
	}
	for _, d := range kg.Kinds {
		if d.One == f.Name {
			args := f.ArgumentMap(vars) // an argument that is null is not given
			return []kg.Kind{d.Kind}, args["id"] != nil && args["code"] == nil
		}
	}
	return nil, false
}

func (s *Session) prepareLookup(ctx context.Context, f graphql.CollectedField, kinds []kg.Kind) *lookup {
	p := s.newPlanner(ctx)
	l := &lookup{}
	args := f.ArgumentMap(p.op.Variables)
	if l.ids, l.err = lookupIDs(args); l.err != nil {
		return l
	}
	l.err = p.run(ctx, f, func() (err error) {
		l.plan, err = p.plan(kindsOf(l.ids, kinds), f.Selections)
		return err
	})
	l.env = p.env()
	return l
}

func lookupIDs(args map[string]any) ([]kg.ID, error) {
	if v, ok := args["ids"]; ok {
		if list, ok := v.([]any); ok && len(list) > MaxIDs {
			return nil, kg.Invalid("ids", fmt.Sprintf("%d ids", len(list)), fmt.Sprintf("at most %d", MaxIDs))
		}
		return ToList("ids", v, ToID)
	}
	id, err := ToID("id", args["id"])
	return []kg.ID{id}, err
}

// kindsOf are the kinds that the ids name, among those allowed.
func kindsOf(ids []kg.ID, allowed []kg.Kind) []kg.Kind {
	var out []kg.Kind
	for _, id := range ids {
		k := id.Kind()
		if k != "" && !slices.Contains(out, k) && (len(allowed) == 0 || slices.Contains(allowed, k)) {
			out = append(out, k)
		}
	}
	return out
}

// fetchLookups sends all look-ups of the operation in one call a date.
func (s *Session) fetchLookups(ctx context.Context, keys []lookupKey) (map[lookupKey]*store.Item, error) {
	byDate := map[kg.Date][]*lookup{}
	ids := map[*lookup][]kg.ID{}
	for _, k := range keys {
		if ids[k.field] == nil {
			byDate[k.field.env.AsOf] = append(byDate[k.field.env.AsOf], k.field)
		}
		ids[k.field] = append(ids[k.field], k.id)
	}
	out := map[lookupKey]*store.Item{}
	for _, k := range keys {
		out[k] = nil
	}
	for date, fields := range byDate {
		var groups []store.Group
		for _, f := range fields {
			groups = append(groups, store.Group{IDs: ids[f], Plan: f.plan})
		}
		found, err := s.Fetch(ctx, date, groups)
		if err != nil {
			return nil, err
		}
		for i, f := range fields {
			for id, item := range found[i] {
				out[lookupKey{id, f}] = item
			}
		}
	}
	return out, nil
}

// Fetch is one call of the store's Nodes, in the viewer's view of a day, and what counts fields below ask for.
func (s *Session) Fetch(ctx context.Context, asOf kg.Date, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	s.cost.AddCall()
	found, err := s.store.Nodes(ctx, s.view(asOf), groups)
	if err != nil {
		return nil, err
	}
	all := make([]planned, len(groups))
	for i, g := range groups {
		all[i].plan = g.Plan
		for _, item := range found[i] {
			all[i].items = append(all[i].items, item)
		}
		s.left(all[i].items...)
	}
	return found, s.countBelow(ctx, asOf, all...)
}

// Below plans what a selection set under the context's field asks of nodes of some kinds, as of a day. It is for
// answers that are computed outside the store and then hydrated in one Fetch.
func (s *Session) Below(ctx context.Context, asOf kg.Date, kinds []kg.Kind, sets ...ast.SelectionSet) (*store.Plan, error) {
	p := s.newPlanner(ctx)
	p.given = asOf
	var plan *store.Plan
	err := p.run(ctx, graphql.CollectedField{Field: &ast.Field{Definition: &ast.FieldDefinition{}}}, func() (err error) {
		plan, err = p.plan(kinds, sets...)
		return err
	})
	return plan, err
}
