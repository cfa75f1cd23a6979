package doorbell

import (
	"context"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
)

// answeredCutOff is a press that was answered while the store was away. The elder may cancel it, or press again.
func (s *simulated) answeredCutOff(p Press, r *Ring) {
	s.tally["presses in a journal"]++
	if r.ID.Kind() != kg.KindRingEvent || r.State != kg.RingOpen || len(r.Deadlines) == 0 {
		s.t.Fatalf("%s is answered with %+v", r.ID, r.Ring)
	}
	if s.cutOff[r.ID] == nil {
		s.cutOff[r.ID] = map[kg.ID]bool{}
	}
	if s.dice.IntN(3) == 0 {
		s.later(time.Duration(s.dice.IntN(200))*time.Second, func() { s.again(p) })
	}
}

// checkCutOff holds what was promised while the store was away to what is in the store at the end: the ring of every
// press, with everybody who was called, each by one alert.
func (s *simulated) checkCutOff() {
	for press, people := range s.cutOff {
		items, err := s.store.Nodes(context.Background(), store.Everything, []store.Group{{IDs: []kg.ID{press}, Plan: eventRing}})
		if err != nil || items[0][press] == nil {
			s.t.Fatalf("the press %s was answered and is not in the store: %v", press, err)
		}
		ring := items[0][press].Tree["of"].Edges[0].Tie.To
		r := s.record(ring)
		i := slices.IndexFunc(r.timeline, func(e *kg.RingEvent) bool { return e.Event == kg.EventCutOff })
		if len(people) > 0 && i < 0 {
			s.t.Fatalf("people were called while the store was away, and the timeline does not say so\n%s", s.tell(ring))
		}
		for person := range people {
			if !slices.Contains(r.people, person) {
				s.t.Fatalf("%s was called while the store was away and has no alert\n%s", s.town.Name(person), s.tell(ring))
			}
		}
		if r.timeline[0].ID == press {
			s.tally["rings of journals made"]++
		} else {
			s.tally["rings of journals merged"]++
		}
	}
}
