package loaders

import (
	"sync"

	"lintu/kg"
	"lintu/store"
)

// subjects are whom an operation has to do with, for the audit trail.
type subjects struct {
	mu                sync.Mutex
	saw, named, wrote []kg.ID
}

// Saw notes nodes that an answer shows, or may show: those of people and households count.
func (s *Session) Saw(ids ...kg.ID) {
	s.subjects.mu.Lock()
	defer s.subjects.mu.Unlock()
	for _, id := range ids {
		if about(id) {
			s.subjects.saw = append(s.subjects.saw, id)
		}
	}
}

// Named notes people who are named by fields of other things.
func (s *Session) Named(ids ...kg.ID) {
	s.subjects.mu.Lock()
	defer s.subjects.mu.Unlock()
	s.subjects.named = append(s.subjects.named, ids...)
}

// Wrote notes nodes that an operation writes, or tries to.
func (s *Session) Wrote(ids ...kg.ID) {
	s.subjects.mu.Lock()
	defer s.subjects.mu.Unlock()
	for _, id := range ids {
		if about(id) {
			s.subjects.wrote = append(s.subjects.wrote, id)
		}
	}
}

func about(id kg.ID) bool { k := id.Kind(); return k == kg.KindPerson || k == kg.KindHousehold }

// Subjects are the people and households that items of the session's answers hold, people whom these name in fields of
// their own (candidates, refusals), and those that were written. Ids may come twice. They are told once: the next call has
// what came since.
func (s *Session) Subjects() (saw, named, wrote []kg.ID) {
	s.subjects.mu.Lock()
	defer s.subjects.mu.Unlock()
	saw, named, wrote = s.subjects.saw, s.subjects.named, s.subjects.wrote
	s.subjects.saw, s.subjects.named, s.subjects.wrote = nil, nil, nil
	return saw, named, wrote
}

// left notes what has left the store for an answer, with all that hangs on it.
func (s *Session) left(items ...*store.Item) {
	s.subjects.mu.Lock()
	defer s.subjects.mu.Unlock()
	for _, item := range items {
		s.subjects.item(item)
	}
}

// leftIn is left for the items of a page.
func (s *Session) leftIn(page *store.Page) {
	s.subjects.mu.Lock()
	defer s.subjects.mu.Unlock()
	s.subjects.page(page)
}

func (s *subjects) item(item *store.Item) {
	if item == nil {
		return
	}
	switch n := item.Node.(type) {
	case *kg.Person:
		s.saw = append(s.saw, n.ID)
	case *kg.Household:
		s.saw = append(s.saw, n.ID)
		for i := range n.Refusals {
			s.named = append(s.named, n.Refusals[i].Person)
		}
	case *kg.Ring:
		for i := range n.Candidates {
			s.named = append(s.named, n.Candidates[i].Person)
		}
		for i := range n.LeftOut {
			s.named = append(s.named, n.LeftOut[i].Person)
		}
	case *kg.RingEvent:
		if id := kg.ID(n.Actor); about(id) {
			s.named = append(s.named, id)
		}
	}
	for _, page := range item.Tree {
		s.page(page)
	}
}

func (s *subjects) page(page *store.Page) {
	if page == nil {
		return
	}
	for i := range page.Edges {
		s.item(page.Edges[i].Item)
		s.item(page.Edges[i].Ref)
		s.item(page.Edges[i].Other)
	}
}
