package doorbell

import (
	"fmt"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// memory is what a process remembers, where the moves of rings of the journal read instead of the store: who is to be
// called at a door (the roster), who could come (the snapshot, which an incident asks by itself), and its other rings of
// the journal. Who uses it holds the lock of the rings.
type memory struct{ d *Doorbell }

// asRemembered is a record that says of somebody what the snapshot or the roster did: that they may be called. What else
// is on record of them is not remembered.
var asRemembered = &kg.Person{
	BirthDate: kg.MustDate("1900-01-01"),
	Responder: &kg.Responder{Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "as remembered"}}},
}

// people are people with their alerts in the other rings of the journal.
func (m memory) people(in *incident, ids []kg.ID) (map[kg.ID]*person, error) {
	out := make(map[kg.ID]*person, len(ids))
	for _, id := range ids {
		out[id] = &person{Person: asRemembered}
	}
	for id, r := range m.d.off.rings {
		if id == in.ring.ID {
			continue
		}
		for i := range r.Calls {
			c := &r.Calls[i]
			p := out[c.Person]
			if p != nil && live(c.Alert.State) {
				p.busy = append(p.busy, c.Alert.ID)
			}
			if p != nil && c.Alert.Role == kg.RoleNeighbour {
				p.calls = append(p.calls, c.Alert)
			}
		}
	}
	return out, nil
}

// recent counts alerts as a neighbour, in the rings of the journal, since a moment.
func (m memory) recent(in *incident, ids []kg.ID, since kg.Moment) (map[kg.ID]int, error) {
	people, err := m.people(in, ids)
	return countCalls(people, since), err
}

// leading are ties of the roster.
func (m memory) leading(to []kg.ID, r kg.Relation, tie kg.Filter, now time.Time) ([]store.Edge, error) {
	return m.d.roster.leading(to, r, tie, kg.DateOf(now, m.d.o.Zone)), nil
}

// teams are members of teams of the roster.
func (m memory) teams(areas []kg.ID, kinds []string, now time.Time) ([]store.Edge, error) {
	return m.d.roster.members(areas, kinds, kg.DateOf(now, m.d.o.Zone)), nil
}

// near asks the snapshot. Whatever keeps that from an answer, the ladder goes on without neighbours.
func (memory) near(from *reach.Snapshot, q reach.NearQuery) (*reach.NearAnswer, error) {
	q.LeftOutPeople = 0
	a, err := from.Near(q)
	if err != nil {
		return nil, fmt.Errorf("the snapshot: %w: %w", kg.ErrNotFound, err)
	}
	return a, nil
}

// others counts the open rings of the journal in a township.
func (m memory) others(in *incident, township kg.ID) (n int) {
	for id, r := range m.d.off.rings {
		if id != in.ring.ID && r.Ring.State != kg.RingClosed && m.d.roster.home(r.Household).place.township == township {
			n++
		}
	}
	return n
}
