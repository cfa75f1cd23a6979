package doorbell

import (
	"slices"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// source is where an incident reads instead of the store: a stage, or a memory. What is due, who is called and which
// step is next is decided by the same moves wherever they read.
type source interface {
	people(in *incident, ids []kg.ID) (map[kg.ID]*person, error)
	recent(in *incident, ids []kg.ID, since kg.Moment) (map[kg.ID]int, error)
	leading(to []kg.ID, r kg.Relation, tie kg.Filter, now time.Time) ([]store.Edge, error)
	teams(areas []kg.ID, kinds []string, now time.Time) ([]store.Edge, error)
	near(from *reach.Snapshot, q reach.NearQuery) (*reach.NearAnswer, error)
	others(in *incident, township kg.ID) int // open rings there, but for the incident's
}

// stage is what an incident reads in a rehearsal instead of the store, and where its alerts count for others.
type stage struct {
	*Rehearsal
	alerts map[kg.ID][]*kg.Alert // of people in the rehearsal, latest first
	open   map[kg.ID]int         // rings by township
	last   map[kg.ID]int         // number of a household's last ring
}

// people are people as the World has them, with their alerts in the rehearsal.
func (s *stage) people(in *incident, ids []kg.ID) (map[kg.ID]*person, error) {
	if err := s.world.Know(in.ctx, ids); err != nil {
		return nil, err
	}
	out, today := map[kg.ID]*person{}, kg.DateOf(in.now, in.d.o.Zone)
	for _, id := range ids {
		n := s.world.known(id, today)
		if supposed := s.o.Suppose.person(id); supposed != nil {
			n = supposed
		}
		if n == nil {
			continue
		}
		p := &person{Person: n}
		for _, a := range s.alertsOf(id) {
			if live(a.State) {
				p.busy = append(p.busy, a.ID)
			}
			if a.Role == kg.RoleNeighbour {
				p.asked = max(p.asked, a.Ordinal)
				p.calls = append(p.calls, a)
			}
		}
		out[id] = p
	}
	return out, nil
}

// alertsOf are a person's alerts in the rehearsal and, where they count, those on record; the latest first.
func (s *stage) alertsOf(id kg.ID) []*kg.Alert {
	if !s.o.History {
		return s.alerts[id]
	}
	return slices.Concat(s.alerts[id], s.world.alertsOf(id))
}

// recent counts alerts as a neighbour since a moment.
func (s *stage) recent(in *incident, ids []kg.ID, since kg.Moment) (map[kg.ID]int, error) {
	people, err := s.people(in, ids)
	return countCalls(people, since), err
}

// countCalls counts the alerts as a neighbour of each since a moment.
func countCalls(people map[kg.ID]*person, since kg.Moment) map[kg.ID]int {
	counts := make(map[kg.ID]int, len(people))
	for id, p := range people {
		counts[id] = countAlerts(p.calls, since)
	}
	return counts
}

// others counts the open rings of the rehearsal in a township.
func (s *stage) others(_ *incident, township kg.ID) int { return s.open[township] }

// leading are ties that lead to some nodes.
func (s *stage) leading(to []kg.ID, r kg.Relation, tie kg.Filter, now time.Time) ([]store.Edge, error) {
	edges, err := s.world.leading(s.ctx, to, r, tie, kg.DateOf(now, s.d.o.Zone))
	if sup := s.o.Suppose; err == nil && sup != nil && r == kg.ContactOf {
		for _, id := range sup.Contacts {
			edges = append(edges, store.Edge{Tie: &kg.Tie{Relation: r, From: id, Consent: true}, Item: &store.Item{Node: sup.People[id]}})
		}
	}
	return edges, err
}

// teams are members of the teams of some areas.
func (s *stage) teams(areas []kg.ID, kinds []string, now time.Time) ([]store.Edge, error) {
	trees, err := s.world.expand(s.ctx, teamsKey, areas, teamPlan(kinds), kg.DateOf(now, s.d.o.Zone))
	return membersOf(areas, trees), err
}

// near asks the snapshot, and adds who is supposed to be there.
func (s *stage) near(from *reach.Snapshot, q reach.NearQuery) (*reach.NearAnswer, error) {
	if !s.o.LeftOut {
		q.LeftOutPeople = 0
	}
	a, err := from.Near(q)
	if err != nil || s.o.Suppose == nil {
		return a, err
	}
	more := *a
	more.Hits = slices.Clone(a.Hits)
	for _, n := range s.o.Suppose.Near {
		more.Hits = append(more.Hits, reach.NearHit{Person: n.Person, Distance: n.Distance, WalkingMinutes: geo.WalkingMinutes(n.Distance), Presence: kg.AtHome})
		more.Total++
	}
	return &more, nil
}

// Suppose is a what-if of a rehearsal at one door.
type Suppose struct {
	People   map[kg.ID]*kg.Person // as they are supposed to be, instead of on record
	Near     []reach.LeftPerson   // of them, those who are supposed to be at home, so far from the door
	Contacts []kg.ID              // of them, those who are supposed to be contacts of the household
}

func (s *Suppose) person(id kg.ID) *kg.Person {
	if s == nil {
		return nil
	}
	return s.People[id]
}
