package store

import (
	"context"
	"fmt"
	"sync"

	"lintu/kg"
)

// Scanner is what an engine may offer beside the contract: to read the graph as a whole, in whatever order is
// cheapest to it, with no more of each node and tie than is asked for. ScanPages is the same by the contract alone.
type Scanner interface {
	// Scan gives the sink all nodes of the kinds, then all ties of the relations, of all times and areas. What
	// changes meanwhile may be in it as before or as after, or both; the journal after the revision that the store
	// had at the beginning names it.
	Scan(ctx context.Context, q ScanQuery, to ScanSink) error
}

// ScanQuery is what a scan reads.
type ScanQuery struct {
	Nodes []NodeScan // distinct kinds
	Ties  []TieScan  // distinct relations
}

// NodeScan asks for the nodes of a kind: ids, life spans and some fields. Other fields may be absent.
type NodeScan struct {
	Kind   kg.Kind
	Fields []string
}

// TieScan asks for the ties of a relation: their ends, what they refer to and their validity.
type TieScan struct {
	Relation kg.Relation
	IDs      bool // with their ids
	Slots    bool // with scheme and slot
}

// ScanSink takes what a scan reads, in batches that are the scan's own again after the call. One goroutine calls at
// a time; an error ends the scan.
type ScanSink interface {
	Expect(total int) // about so many nodes and ties will come
	Nodes(batch []ScannedNode) error
	Ties(batch []ScannedTie) error
}

// ScannedNode is a node with the scan's number for it: more than 0, and not much more than there are nodes.
type ScannedNode struct {
	No   int64
	Node kg.Node
}

// ScannedTie is a tie between nodes that are given by their numbers: also between nodes of kinds that were not asked
// for. Ref is 0 where the tie refers to nothing, or to no node of the scan.
type ScannedTie struct {
	Relation     kg.Relation
	From, To     int64
	Ref          int64
	Valid        kg.Span
	ID           kg.ID
	Scheme, Slot string
}

// Check refuses a malformed question.
func (q ScanQuery) Check() error {
	for _, n := range q.Nodes {
		if err := checkKinds([]kg.Kind{n.Kind}); err != nil {
			return err
		}
		for _, name := range n.Fields {
			if kg.FieldOf(n.Kind, name) == nil {
				return kg.Invalid("fields", fmt.Sprintf("%s has no %q", n.Kind, name), "a field of the kind's table")
			}
		}
	}
	for _, t := range q.Ties {
		if err := checkFollow(t.Relation, kg.Out); err != nil {
			return err
		}
	}
	return nil
}

// Scan scans a store: by itself where it can, else by pages.
func Scan(ctx context.Context, st Store, q ScanQuery, to ScanSink) error {
	if err := q.Check(); err != nil {
		return err
	}
	if sc, ok := st.(Scanner); ok {
		return sc.Scan(ctx, q, to)
	}
	return ScanPages(ctx, st, q, to)
}

// scanPage is how many nodes ScanPages lists at once.
const scanPage = 1000

// ScanPages is the generic form of Scan: lists of every kind, first of its nodes, then again with their outgoing
// ties.
func ScanPages(ctx context.Context, st Store, q ScanQuery, to ScanSink) error {
	if err := q.Check(); err != nil {
		return err
	}
	s := &pageScan{store: st, to: to, numbers: map[kg.ID]int64{}}
	for _, n := range q.Nodes {
		if err := s.list(ctx, n.Kind, nil, s.nodes); err != nil {
			return err
		}
	}
	for _, d := range kg.Kinds {
		p := &Plan{}
		for _, t := range q.Ties {
			if has(t.Relation.Def().Froms(), d.Kind) {
				p.Steps = append(p.Steps, &Step{Key: string(t.Relation), Relation: t.Relation, Direction: kg.Out, Order: Order{By: OrderID}, Window: Window{Limit: NoLimit}})
			}
		}
		if len(p.Steps) == 0 {
			continue
		}
		if err := s.list(ctx, d.Kind, p, s.ties); err != nil {
			return err
		}
	}
	return nil
}

type pageScan struct {
	store   Store
	to      ScanSink
	numbers map[kg.ID]int64
	done    int
}

func (s *pageScan) list(ctx context.Context, k kg.Kind, p *Plan, take func(*Page) error) error {
	q := ListQuery{Kind: k, Order: Order{By: OrderID}, Window: Window{Limit: scanPage, Count: p == nil}, Plan: p}
	for {
		page, err := s.store.List(ctx, Everything, q)
		if err != nil {
			return err
		}
		if q.Window.Count {
			s.to.Expect(s.done + page.Total)
		}
		if err := take(page); err != nil {
			return err
		}
		if !page.HasNext || len(page.Edges) == 0 {
			return nil
		}
		q.Window.Count = false
		q.Window.After = &page.Edges[len(page.Edges)-1].Position
	}
}

func (s *pageScan) nodes(page *Page) error {
	batch := make([]ScannedNode, len(page.Edges))
	for i, e := range page.Edges {
		batch[i] = ScannedNode{No: s.number(e.Item.Node.Common().ID), Node: e.Item.Node}
	}
	s.done += len(batch)
	return s.to.Nodes(batch)
}

func (s *pageScan) ties(page *Page) error {
	var batch []ScannedTie
	for _, e := range page.Edges {
		for _, ties := range e.Item.Tree {
			for _, edge := range ties.Edges {
				t := edge.Tie
				batch = append(batch, ScannedTie{Relation: t.Relation, From: s.number(t.From), To: s.number(t.To), Ref: s.number(t.Ref),
					Valid: t.Valid, ID: t.ID, Scheme: t.Scheme, Slot: t.Slot})
			}
		}
	}
	s.done += len(batch)
	return s.to.Ties(batch)
}

// number is an id's number, a new one if need be; 0 for none.
func (s *pageScan) number(id kg.ID) int64 {
	if id == "" {
		return 0
	}
	no, known := s.numbers[id]
	if !known {
		no = int64(len(s.numbers) + 1)
		s.numbers[id] = no
	}
	return no
}

// OneAtATime makes a sink of one that several goroutines may give to.
func OneAtATime(to ScanSink) ScanSink { return &lockedSink{to: to} }

type lockedSink struct {
	mu sync.Mutex
	to ScanSink
}

func (s *lockedSink) Expect(total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to.Expect(total)
}

func (s *lockedSink) Nodes(batch []ScannedNode) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to.Nodes(batch)
}

func (s *lockedSink) Ties(batch []ScannedTie) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to.Ties(batch)
}
