// Package sink turns the nodes and ties of a demo into batches: it gives them their source and ties their ids.
package sink

import (
	"fmt"

	"lintu/kg"
	"lintu/seed/figures"
	"lintu/store"
)

// Source is what demo records say of where they come from.
const Source = "demo"

// RecordedSource is what demo households say that are among the dwellings that an article counts as recorded.
const RecordedSource = "demo: recorded dwelling 房屋信息"

// Sink gathers nodes and ties into batches. After an error it takes no more; see Close.
type Sink struct {
	prefix   string
	size     int
	emit     func(*store.Batch) error
	progress func(done int)
	changes  []store.Mutation
	batches  int
	done     int
	err      error
}

// New makes batches of size changes with ids prefix:0001, prefix:0002, ... A nil emit drops everything; a nil
// progress is not called.
func New(prefix string, size int, emit func(*store.Batch) error, progress func(done int)) *Sink {
	return &Sink{prefix: prefix, size: size, emit: emit, progress: progress}
}

// Node emits a node; its source is set where it has none.
func (s *Sink) Node(n kg.Node) {
	if b := n.Common(); b.Source == "" {
		b.Source = Source
	}
	s.add(store.Mutation{Op: store.PutNode, Node: n})
}

// Tie emits a tie, with its id.
func (s *Sink) Tie(t kg.Tie) {
	if s.emit == nil {
		return
	}
	t.Source = Source
	t.ID = TieID(&t)
	s.add(store.Mutation{Op: store.PutTie, Tie: &t})
}

func (s *Sink) add(m store.Mutation) {
	if s.emit == nil || s.err != nil {
		return
	}
	if s.changes == nil {
		s.changes = make([]store.Mutation, 0, s.size)
	}
	s.changes = append(s.changes, m)
	if len(s.changes) == s.size {
		s.flush()
	}
}

func (s *Sink) flush() {
	if s.err != nil || len(s.changes) == 0 {
		return
	}
	s.batches++
	b := &store.Batch{ID: fmt.Sprintf("%s:%04d", s.prefix, s.batches), Changes: s.changes, Today: figures.Reference, CountsOnly: true}
	s.done += len(s.changes)
	s.changes = nil
	if s.err = s.emit(b); s.err == nil && s.progress != nil {
		s.progress(s.done)
	}
}

// Failed says that emitting has failed, so that the rest need not be drawn.
func (s *Sink) Failed() bool { return s.err != nil }

// Close emits the last batch and gives the first error, and how many changes there were.
func (s *Sink) Close() (int, error) {
	s.flush()
	return s.done, s.err
}
