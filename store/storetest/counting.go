package storetest

import (
	"context"
	"sync"

	"lintu/kg"
	"lintu/store"
)

// Counter is a store that counts the calls of each method and passes them on.
type Counter struct {
	store.Store
	mu    sync.Mutex
	calls map[string]int
}

// Counting wraps a store so that a test can say how many calls a question may cost.
func Counting(s store.Store) *Counter { return &Counter{Store: s, calls: map[string]int{}} }

// Calls is how often a method was called, by its name in store.Store.
func (c *Counter) Calls(method string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[method]
}

// Total is how often any method was called.
func (c *Counter) Total() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	total := 0
	for _, n := range c.calls {
		total += n
	}
	return total
}

// Reset forgets the calls so far.
func (c *Counter) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.calls)
}

func (c *Counter) add(method string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[method]++
}

// Nodes implements store.Store.
func (c *Counter) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	c.add("Nodes")
	return c.Store.Nodes(ctx, v, groups)
}

// Expand implements store.Store.
func (c *Counter) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	c.add("Expand")
	return c.Store.Expand(ctx, v, sources, p)
}

// List implements store.Store.
func (c *Counter) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	c.add("List")
	return c.Store.List(ctx, v, q)
}

// Within implements store.Store.
func (c *Counter) Within(ctx context.Context, v store.View, q store.WithinQuery) ([][]store.Located, error) {
	c.add("Within")
	return c.Store.Within(ctx, v, q)
}

// Search implements store.Store.
func (c *Counter) Search(ctx context.Context, v store.View, q store.SearchQuery) (*store.SearchPage, error) {
	c.add("Search")
	return c.Store.Search(ctx, v, q)
}

// Count implements store.Store.
func (c *Counter) Count(ctx context.Context, v store.View, q store.CountQuery) ([]store.GroupCount, error) {
	c.add("Count")
	return c.Store.Count(ctx, v, q)
}

// Ancestry implements store.Store.
func (c *Counter) Ancestry(ctx context.Context, v store.View, q store.AncestryQuery) (map[kg.ID][]store.Relative, error) {
	c.add("Ancestry")
	return c.Store.Ancestry(ctx, v, q)
}

// Apply implements store.Store.
func (c *Counter) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	c.add("Apply")
	return c.Store.Apply(ctx, b)
}

// Changes implements store.Store.
func (c *Counter) Changes(ctx context.Context, after store.Revision, limit int) ([]store.Change, error) {
	c.add("Changes")
	return c.Store.Changes(ctx, after, limit)
}

// Ready implements store.Store.
func (c *Counter) Ready(ctx context.Context) (store.Status, error) {
	c.add("Ready")
	return c.Store.Ready(ctx)
}
