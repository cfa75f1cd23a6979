package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// Oracle is the reference store: maps, and the definitions of kg applied to every node at every read. It is slow
// and plain on purpose; what it answers is what an engine has to answer. It is also the fake for unit tests of
// packages above the store. Nodes and ties that it gives are its own records: read-only.
type Oracle struct {
	mu      sync.RWMutex
	options Options
	closed  bool

	nodes    map[kg.ID]kg.Node
	ties     map[kg.ID]*kg.Tie
	at       map[kg.ID][]*kg.Tie // the ties that start at, end at or refer to a node, by id
	keys     map[string]kg.ID
	areas    map[kg.ID][]kg.AreaSpan // kept by store.Run, only to be compared with Inside
	results  map[string]store.Applied
	journal  []store.Change
	revision store.Revision
	state    store.State
	anchors  map[string]store.Anchor
	demo     string
}

var _ store.Store = (*Oracle)(nil)

// Options of an oracle.
type Options struct {
	Key     store.Key // the installation's key
	Journal int       // how many journal entries are kept; 0: all
}

// NewOracle is an empty store.
func NewOracle(options Options) *Oracle {
	return &Oracle{
		options: options, state: store.StateReady,
		nodes: map[kg.ID]kg.Node{}, ties: map[kg.ID]*kg.Tie{}, at: map[kg.ID][]*kg.Tie{}, keys: map[string]kg.ID{},
		areas: map[kg.ID][]kg.AreaSpan{}, results: map[string]store.Applied{},
	}
}

// begin starts a read: it refuses a context that is over and a store that was closed, and takes the lock, which
// the returned function gives back.
func (o *Oracle) begin(ctx context.Context) (func(), error) {
	if err := ctxError(ctx); err != nil {
		return nil, err
	}
	o.mu.RLock()
	if o.closed {
		o.mu.RUnlock()
		return nil, fmt.Errorf("oracle: closed: %w", kg.ErrUnavailable)
	}
	return o.mu.RUnlock, nil
}

func ctxError(ctx context.Context) error {
	err := ctx.Err()
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("oracle: %w: %w", kg.ErrTimeout, err)
	}
	return err
}

// Nodes implements store.Store.
func (o *Oracle) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	for _, g := range groups {
		if err := g.Plan.Check(); err != nil {
			return nil, err
		}
	}
	done, err := o.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	w := o.world(v)
	out := make([]map[kg.ID]*store.Item, len(groups))
	for i, g := range groups {
		out[i] = map[kg.ID]*store.Item{}
		for _, id := range g.IDs {
			if item := w.lookUp(id, g.Plan); item != nil {
				out[i][id] = item
			}
		}
	}
	return out, nil
}

// Expand implements store.Store. It does not use store.Execute, so that the two can be compared.
func (o *Oracle) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	done, err := o.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	w := o.world(v)
	out := make(map[kg.ID]store.Tree, len(sources))
	for _, id := range sources {
		out[id] = w.tree(id, p)
		if out[id] == nil {
			out[id] = store.Tree{}
		}
	}
	return out, nil
}

// List implements store.Store.
func (o *Oracle) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	done, err := o.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	w := o.world(v)
	order := q.Order.Resolve(q.Kind)
	var edges []store.Edge
	for _, n := range w.hits([]kg.Kind{q.Kind}, q.Filter) {
		edges = append(edges, store.Edge{
			Position: store.Position{Value: order.Value(n), ID: n.Common().ID},
			Item:     &store.Item{Node: n},
		})
	}
	page := cut(q.Window, order.Desc, edges)
	w.below(page, q.Plan)
	return page, nil
}

// Changes implements store.Store.
func (o *Oracle) Changes(ctx context.Context, after store.Revision, limit int) ([]store.Change, error) {
	if err := store.CheckChanges(limit); err != nil {
		return nil, err
	}
	done, err := o.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if kept := o.revision - store.Revision(len(o.journal)); after < kept {
		return nil, fmt.Errorf("oracle: changes after revision %d, kept after %d: %w", after, kept, kg.ErrTooOld)
	}
	var out []store.Change
	for _, c := range o.journal {
		if c.Revision > after && len(out) < limit {
			out = append(out, c)
		}
	}
	return out, nil
}

// Ready implements store.Store.
func (o *Oracle) Ready(ctx context.Context) (store.Status, error) {
	done, err := o.begin(ctx)
	if err != nil {
		return store.Status{}, err
	}
	defer done()
	return store.Status{
		Engine: "oracle", Schema: 1, State: o.state, Demo: o.demo, Revision: o.revision,
		TextVersion: text.Version, Key: o.options.Key,
	}, nil
}

// Close implements store.Store.
func (o *Oracle) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	return nil
}

// Apply implements store.Store.
func (o *Oracle) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	if err := ctxError(ctx); err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, fmt.Errorf("oracle: closed: %w", kg.ErrUnavailable)
	}
	return store.Run(ctx, (*oracleTx)(o), b)
}

// hits are the nodes of some kinds that the view shows and the filter holds for, by id.
func (w *world) hits(kinds []kg.Kind, f kg.Filter) []kg.Node {
	var out []kg.Node
	for _, n := range w.o.nodes {
		if slices.Contains(kinds, n.Kind()) && w.shows(n) && kg.Test(w, f, n, w.view.AsOf) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, byID)
	return out
}
