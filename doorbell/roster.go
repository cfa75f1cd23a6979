package doorbell

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lintu/kg"
	"lintu/store"
)

// roster is what a process remembers for the time when the store is away: the doorbells with the hashes of their keys,
// and who must be called at their doors. It follows the store's journal.
type roster struct {
	mu       sync.Mutex
	doors    map[kg.ID]knownDoor
	homes    map[kg.ID]*knownHome
	duties   map[kg.ID][]*kg.Tie   // ON_DUTY_AT and HOLDS_POST at areas, buildings and entrances above the homes
	teams    map[kg.ID][]knownTeam // that serve those areas, by their ids
	revision store.Revision
	whole    bool
	readAt   time.Duration // when it was last read as a whole, of the clock's elapsed time
	ready    atomic.Int64  // doors that could be rung at while the store is away
}

// knownDoor is a doorbell.
type knownDoor struct {
	hash      string
	household kg.ID // "" where it is installed nowhere
}

// knownHome is a household with a doorbell.
type knownHome struct {
	ties  []*kg.Tie // CONTACT_OF and KEYHOLDER_OF
	place place
}

// knownTeam is a team that serves an area.
type knownTeam struct {
	id      kg.ID
	kind    string
	serves  *kg.Tie
	members []*kg.Tie
}

const (
	rosterPage = 500              // nodes that are read at once
	rosterAge  = 10 * time.Minute // after which it is read as a whole again
	teamsKnown = 100              // of an area, of whatever kind
	rosterMost = 5000             // nodes that are read again singly; more of them, and the whole is
)

// door is what is known of a doorbell, and whether anything is.
func (r *roster) door(id kg.ID) (knownDoor, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d, ok := r.doors[id]
	return d, ok
}

// home is what is known of a household; an empty one where nothing is.
func (r *roster) home(id kg.ID) *knownHome {
	r.mu.Lock()
	defer r.mu.Unlock()
	if h := r.homes[id]; h != nil {
		return h
	}
	return &knownHome{}
}

// leading are the ties of people that lead to some nodes and hold on a day, as last known, in the order of the nodes.
func (r *roster) leading(to []kg.ID, rel kg.Relation, tie kg.Filter, on kg.Date) (edges []store.Edge) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range to {
		ties, n := r.duties[id], 0
		if h := r.homes[id]; h != nil {
			ties = h.ties
		}
		for _, t := range ties {
			if n < atFar && t.Relation == rel && t.Valid.Holds(on) && kg.TestTie(tie, t) {
				edges = append(edges, store.Edge{Tie: t})
				n++
			}
		}
	}
	return edges
}

// members are the members, on a day, of the teams of some kinds that serve areas, as last known, in the order of the areas.
func (r *roster) members(areas []kg.ID, kinds []string, on kg.Date) (edges []store.Edge) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, area := range areas {
		n := 0
		for _, team := range r.teams[area] {
			if n == teamsCalled || !slices.Contains(kinds, team.kind) || !team.serves.Valid.Holds(on) {
				continue
			}
			n++
			for _, t := range team.members {
				if t.Valid.Holds(on) {
					edges = append(edges, store.Edge{Tie: t})
				}
			}
		}
	}
	return edges
}

// served are the areas that each team is known to serve.
func (r *roster) served() map[kg.ID][]kg.ID {
	areas := map[kg.ID][]kg.ID{}
	for area, teams := range r.teams {
		for i := range teams {
			areas[teams[i].id] = append(areas[teams[i].id], area)
		}
	}
	return areas
}

// remember brings the roster up to the store.
func (d *Doorbell) remember(ctx context.Context) error {
	r := &d.roster
	if !r.whole || d.o.Clock.Elapsed()-r.readAt > rosterAge {
		return d.rememberAll(ctx)
	}
	changes, err := d.o.Store.Changes(ctx, r.revision, newsPage)
	if errors.Is(err, kg.ErrTooOld) {
		return d.rememberAll(ctx)
	}
	if err != nil || len(changes) == 0 {
		return err
	}
	doors, homes, areas, whole := r.touched(changes)
	if whole {
		return d.rememberAll(ctx)
	}
	if err := d.readDoors(ctx, doors); err != nil {
		return err
	}
	if err := d.readHomes(ctx, homes); err != nil {
		return err
	}
	if err := d.readDuties(ctx, areas); err != nil {
		return err
	}
	r.revision = changes[len(changes)-1].Revision
	r.count()
	return nil
}

// touched are the doorbells, households and areas to be read again; whole says that all are.
func (r *roster) touched(changes []store.Change) (doors, homes, areas []kg.ID, whole bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	served := sync.OnceValue(r.served) // most changes are about no team
	for _, c := range changes {
		whole = whole || c.Rebuild
		for _, id := range c.Nodes {
			switch id.Kind() {
			case kg.KindDoorbell:
				doors = append(doors, id)
			case kg.KindTeam:
				areas = append(areas, served()[id]...)
			}
		}
		for _, t := range c.Ties {
			_, area := r.duties[t.To]
			_, moved := r.duties[t.From]
			switch t.Relation {
			case kg.InstalledAt:
				doors = append(doors, t.From)
			case kg.ContactOf, kg.KeyholderOf:
				homes = append(homes, t.To)
			case kg.InTeam:
				areas = append(areas, served()[t.To]...)
			case kg.OnDutyAt, kg.HoldsPost, kg.Serves:
				if area {
					areas = append(areas, t.To)
				}
			case kg.PartOf:
				whole = whole || moved
				homes = append(homes, t.From)
			}
		}
	}
	homes = slices.DeleteFunc(homes, func(id kg.ID) bool { return r.homes[id] == nil })
	for _, list := range []*[]kg.ID{&doors, &homes, &areas} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return doors, homes, areas, whole || len(doors)+len(homes)+len(areas) > rosterMost
}

// rememberAll reads everything anew. What changes meanwhile is in the journal after the revision that it begins with.
func (d *Doorbell) rememberAll(ctx context.Context) error {
	status, err := d.o.Store.Ready(ctx)
	if err != nil {
		return err
	}
	r := &d.roster
	r.mu.Lock()
	r.doors, r.homes, r.duties = map[kg.ID]knownDoor{}, map[kg.ID]*knownHome{}, map[kg.ID][]*kg.Tie{}
	r.teams = map[kg.ID][]knownTeam{}
	r.mu.Unlock()
	r.whole = false
	q := store.ListQuery{Kind: kg.KindDoorbell, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: rosterPage}}
	for {
		page, err := d.o.Store.List(ctx, d.view(d.clock.now()), q)
		if err != nil {
			return err
		}
		var ids []kg.ID
		for i := range page.Edges {
			ids = append(ids, page.Edges[i].Position.ID)
			q.Window.After = &page.Edges[i].Position
		}
		if err := d.readDoors(ctx, ids); err != nil {
			return err
		}
		if !page.HasNext {
			break
		}
	}
	r.revision, r.whole, r.readAt = status.Revision, true, d.o.Clock.Elapsed()
	r.count()
	return nil
}

// count counts the doors.
func (r *roster) count() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ready.Store(int64(len(r.doors)))
}

// Remembered is at how many doors this process could ring while the store is away: 0 until all were read once, and without a
// journal.
func (d *Doorbell) Remembered() int64 { return d.roster.ready.Load() }
