package model

import (
	"strings"

	"lintu/loaders"
	"lintu/store"
)

// SearchConnection is a page of hits.
type SearchConnection struct {
	env      *loaders.Env
	hits     *loaders.Hits
	question []byte
}

// NewSearchConnection is a page of hits as the answer of a field.
func NewSearchConnection(env *loaders.Env, hits *loaders.Hits, question []byte) *SearchConnection {
	return &SearchConnection{env: env, hits: hits, question: question}
}

// Edges are the hits on the page.
func (c *SearchConnection) Edges() []*SearchEdge {
	out := make([]*SearchEdge, len(c.hits.Hits))
	for i := range c.hits.Hits {
		out[i] = &SearchEdge{c: c, hit: &c.hits.Hits[i]}
	}
	return out
}

// Nodes are the nodes of the edges.
func (c *SearchConnection) Nodes() []Node {
	return nodesOf(c.Edges(), (*SearchEdge).Node)
}

// PageInfo is where the page lies.
func (c *SearchConnection) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: c.hits.HasNext, HasPreviousPage: c.hits.HasPrev}
	if n := len(c.hits.Hits); n > 0 {
		info.StartCursor = some(c.seal(&c.hits.Hits[0]))
		info.EndCursor = some(c.seal(&c.hits.Hits[n-1]))
	}
	return info
}

// TotalCount is how many hits there are, at most store.MaxSearchTotal; it was counted because it was asked for.
func (c *SearchConnection) TotalCount() *int { return &c.hits.Total }

// TotalCountIsExact says whether there are no more than TotalCount says.
func (c *SearchConnection) TotalCountIsExact() bool { return c.hits.TotalExact }

func (c *SearchConnection) seal(h *store.SearchHit) string {
	return c.env.Seal(c.question, loaders.HitPosition(h.Position))
}

// SearchEdge is a hit.
type SearchEdge struct {
	c   *SearchConnection
	hit *store.SearchHit
}

// Node is what was found; Cursor its place; Match the class in which it matches.
func (e *SearchEdge) Node() Node     { return Wrap(e.c.env, e.hit.Item) }
func (e *SearchEdge) Cursor() string { return e.c.seal(e.hit) }
func (e *SearchEdge) Match() MatchClass {
	return MatchClass(strings.ToUpper(e.hit.Position.Class.String()))
}
