package doorbell

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
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
	duties   map[kg.ID][]*kg.Tie // ON_DUTY_AT and HOLDS_POST at areas, buildings and entrances above the homes
	revision store.Revision
	whole    bool
	readAt   time.Duration // when it was last read as a whole, of the clock's elapsed time
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

const (
	rosterPage = 500              // nodes that are read at once
	rosterAge  = 10 * time.Minute // after which it is read as a whole again
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

// holders are the people who hold a level of the ladder at a home, as last known, in the order of incident.holders.
func (r *roster) holders(h *knownHome, l *Level, at time.Time, zone *time.Location) []kg.ID {
	today := kg.DateOf(at, zone)
	at30 := kg.OnDuty(at, zone)
	r.mu.Lock()
	defer r.mu.Unlock()
	pick := func(ties []*kg.Tie, relation kg.Relation, ok func(*kg.Tie) bool) (out []*kg.Tie) {
		for _, t := range ties {
			if t.Relation == relation && t.Valid.Holds(today) && ok(t) {
				out = append(out, t)
			}
		}
		return out
	}
	consent := func(t *kg.Tie) bool { return t.Consent }
	onDuty := func(t *kg.Tie) bool { return kg.TestTie(at30, t) }
	posts := func(t *kg.Tie) bool { return slices.Contains(l.Posts, t.Role) }
	var ties []*kg.Tie
	switch l.Role {
	case kg.RoleContact:
		ties = pick(h.ties, kg.ContactOf, consent)
	case kg.RoleKeyholder:
		ties = pick(h.ties, kg.KeyholderOf, consent)
	case kg.RoleDutyDesk, kg.RoleCommunityDuty:
		ties = pick(r.duties[h.place.community], kg.OnDutyAt, onDuty)
	case kg.RoleTownshipDuty:
		ties = pick(r.duties[h.place.township], kg.OnDutyAt, onDuty)
	case kg.RoleGridWorker:
		for _, g := range h.place.grids {
			ties = append(ties, pick(r.duties[g], kg.HoldsPost, posts)...)
		}
	case kg.RoleBuildingHead:
		for _, id := range h.place.heads() {
			ties = append(ties, pick(r.duties[id], kg.HoldsPost, posts)...)
		}
	}
	slices.SortStableFunc(ties, func(a, b *kg.Tie) int { return cmp.Compare(rank(a), rank(b)) })
	var ids []kg.ID
	for _, t := range ties {
		if !slices.Contains(ids, t.From) {
			ids = append(ids, t.From)
		}
	}
	return ids
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
	return nil
}

// touched are the doorbells, households and areas to be read again; whole says that all are.
func (r *roster) touched(changes []store.Change) (doors, homes, areas []kg.ID, whole bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range changes {
		whole = whole || c.Rebuild
		for _, id := range c.Nodes {
			if id.Kind() == kg.KindDoorbell {
				doors = append(doors, id)
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
			case kg.OnDutyAt, kg.HoldsPost:
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
	return nil
}
