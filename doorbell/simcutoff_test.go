package doorbell

import (
	"context"
	"fmt"
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
	if p.Name != "" {
		s.answers[s.processes[0].bell.pressID(p)] = answered{r.ID, kg.MomentOf(r.Now)}
	}
	if s.dice.IntN(3) == 0 {
		s.later(time.Duration(s.dice.IntN(200))*time.Second, func() { s.again(s.name(p)) })
	}
}

// answered is the answer to a press that a journal took: the ring's id, and when.
type answered struct {
	ring kg.ID
	at   kg.Moment
}

// name gives a press a name of its own, by which it is found in the end.
func (s *simulated) name(p Press) Press {
	if s.alone != nil {
		s.named++
		p.Name = fmt.Sprint("press-", s.named)
	}
	return p
}

// cutAlone cuts a process off, while the others have the store, and somebody rings.
func (s *simulated) cutAlone() {
	if s.calm {
		return
	}
	s.tally["processes cut off alone"]++
	p := s.processes[s.alone.IntN(len(s.processes))]
	p.down = s.at + time.Duration(5+s.alone.IntN(300))*time.Second
	s.later(time.Duration(s.alone.IntN(10))*time.Second, s.press)
	s.later(time.Duration(s.alone.IntN(300))*time.Second, s.press)
}

// beCalm lets nothing go wrong any more.
func (s *simulated) beCalm() {
	s.calm, s.down = true, 0
	for _, p := range s.processes {
		p.down = 0
	}
}

// checkAnswers holds each press that a journal took to being heard: it is in a ring that was not over when it came.
func (s *simulated) checkAnswers() {
	for press, answer := range s.answers {
		items, err := s.store.Nodes(context.Background(), store.Everything, []store.Group{{IDs: []kg.ID{press}, Plan: eventRing}})
		if err != nil || items[0][press] == nil {
			s.t.Fatalf("the press %s was answered with %s and is not in the store: %v", press, answer.ring, err)
		}
		ring := items[0][press].Tree["of"].Edges[0].Tie.To
		over := kg.Moment("")
		for _, e := range s.record(ring).timeline {
			switch {
			case e.ID == press:
				if over != "" && over < answer.at {
					s.t.Fatalf("the press %s came at %s, and its ring was over at %s\n%s", press, answer.at, over, s.tell(ring))
				}
			case e.Event == kg.EventClosed:
				over = e.At
			case e.Event == kg.EventReopened:
				over = ""
			}
		}
	}
}

// checkCutOff holds what was promised while the store was away to what is in the store at the end: the ring of every
// press, with everybody who was called, each by one alert.
func (s *simulated) checkCutOff() {
	s.checkAnswers()
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
