package own

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"lintu/kg"
	"lintu/store"
)

// Options is what Own needs.
type Options struct {
	Store store.Store
	Key   store.Key // of the installation: the ids that imports would give are derived under it
	Zone  *time.Location
	Now   func() time.Time
	// Applied is told what a move has changed, before it answers; nil: nobody is.
	Applied func(context.Context, store.Change) error
	Logger  *slog.Logger
}

// Own answers people about themselves. It is safe for concurrent use.
type Own struct{ o Options }

// New makes an Own.
func New(o Options) *Own {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Applied == nil {
		o.Applied = func(context.Context, store.Change) error { return nil }
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return &Own{o}
}

// Asker is on whose behalf a move is made: the name that stands in evidence, and what may be touched.
type Asker struct {
	Name  string
	Scope store.Scope
}

func (o *Own) now() (kg.Moment, kg.Date) {
	now := o.o.Now()
	return kg.MomentOf(now), kg.DateOf(now, o.o.Zone)
}

// tries is how often a move is made anew whose records others have changed meanwhile.
const tries = 8

// move prepares a batch out of what is on record and applies it; where others were faster it is made anew. A batch without
// changes is none.
func (o *Own) move(ctx context.Context, prepare func() (*store.Batch, error)) error {
	for n := 1; ; n++ {
		b, err := prepare()
		if err != nil {
			return err
		}
		if len(b.Changes) == 0 {
			return nil
		}
		done, err := o.o.Store.Apply(ctx, b)
		if errors.Is(err, kg.ErrConflict) && n < tries {
			continue
		}
		if err != nil {
			return refusal(err)
		}
		if done.Change != nil {
			if err := o.o.Applied(ctx, *done.Change); err != nil { // whoever was to be told follows the journal, too
				o.o.Logger.WarnContext(ctx, "a change is not in the snapshot yet", "revision", done.Revision, "error", err)
			}
		}
		return nil
	}
}

// refusal is the reason of a refused batch, without the number of the change, which means nothing to a caller.
func refusal(err error) error {
	for _, r := range store.Refusals(err) {
		return r.Err
	}
	return err
}

// person reads a person who is on record; argument is named where there is none.
func (o *Own) person(ctx context.Context, argument string, id kg.ID, plan *store.Plan) (*kg.Person, *store.Item, error) {
	item, err := o.node(ctx, argument, id, kg.KindPerson, plan)
	if err != nil {
		return nil, nil, err
	}
	return item.Node.(*kg.Person), item, nil
}

func (o *Own) node(ctx context.Context, argument string, id kg.ID, k kg.Kind, plan *store.Plan) (*store.Item, error) {
	if id.Kind() != k {
		return nil, kg.Invalid(argument, fmt.Sprintf("%.60q", string(id)), "the id of a "+string(k))
	}
	items, err := o.o.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: []kg.ID{id}, Plan: plan}})
	if err != nil {
		return nil, err
	}
	item := items[0][id]
	if item == nil || kg.IsErased(item.Node) {
		return nil, fmt.Errorf("%s: %s: %w", argument, id, kg.ErrNotFound)
	}
	return item, nil
}

// stepsAtOnce is how many relations are followed in one visit: a planner takes long over a statement with all of them.
const stepsAtOnce = 4

// around reads what hangs on a node, of all times.
func (o *Own) around(ctx context.Context, item *store.Item, steps []*store.Step) error {
	id := item.Node.Common().ID
	item.Tree = store.Tree{}
	for part := range slices.Chunk(steps, stepsAtOnce) {
		trees, err := o.o.Store.Expand(ctx, store.Everything, []kg.ID{id}, &store.Plan{Steps: part})
		if err != nil {
			return err
		}
		for key, page := range trees[id] {
			item.Tree[key] = page
		}
	}
	return nil
}

// all follows every tie of a relation, of all times.
func all(key string, r kg.Relation, d kg.Direction, below ...*store.Step) *store.Step {
	s := &store.Step{Key: key, Relation: r, Direction: d, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}}
	if len(below) > 0 {
		s.Plan = &store.Plan{Steps: below}
	}
	return s
}

// edges are those of a step, none where it does not apply.
func edges(item *store.Item, key string) []store.Edge {
	if page := item.Tree[key]; page != nil {
		return page.Edges
	}
	return nil
}

// notTooLong refuses a text that is longer than a field may be.
func notTooLong(argument, s string) error {
	if len(s) > kg.MaxTextLength {
		return kg.Invalid(argument, fmt.Sprintf("%d bytes long", len(s)), fmt.Sprintf("at most %d bytes", kg.MaxTextLength))
	}
	return nil
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
