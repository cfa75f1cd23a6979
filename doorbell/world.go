package doorbell

import (
	"context"
	"fmt"
	"sync"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// World is what rehearsals read of a store: doors and what contains them, the ties of those who are called, and the
// people. Each is read once and kept, so a World is a picture of the graph that is as old as its first use. It is safe
// for concurrent use; any number of rehearsals may share one.
type World struct {
	store    store.Store
	snapshot *reach.Snapshot
	zone     *time.Location

	mu     sync.Mutex
	places map[kg.ID]*place
	ties   map[tieEnd][]store.Edge // of all times, in the order of the store
	people map[kg.ID]*kg.Person
	alerts map[kg.ID][]*kg.Alert // of people, the latest first
	trees  map[string]map[kg.ID]store.Tree
}

// tieEnd is a node to which ties of a relation lead.
type tieEnd struct {
	relation kg.Relation
	to       kg.ID
}

// NewWorld makes a World of a store and a snapshot of it.
func NewWorld(st store.Store, s *reach.Snapshot) *World {
	return &World{store: st, snapshot: s, zone: s.Location(), places: map[kg.ID]*place{}, ties: map[tieEnd][]store.Edge{}, people: map[kg.ID]*kg.Person{}, alerts: map[kg.ID][]*kg.Alert{}, trees: map[string]map[kg.ID]store.Tree{}}
}

// Snapshot is what the World was made with.
func (w *World) Snapshot() *reach.Snapshot { return w.snapshot }

// Person is somebody as the World has them; nil who is not known.
func (w *World) Person(id kg.ID) *kg.Person {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.people[id]
}

// Door is a doorbell in service and the household at which it is installed.
type Door struct {
	Doorbell  kg.ID
	Household kg.ID
	Number    string // of the household
}

// doorPage is how many doorbells are read at a time.
const doorPage = 1000

// Doors are the doorbells of an area, or below it, that are in service on a day, by their ids; without an area all.
func (w *World) Doors(ctx context.Context, area kg.ID, on kg.Date) (doors []Door, err error) {
	at := &store.Step{Key: "at", On: []kg.Kind{kg.KindDoorbell}, Relation: kg.InstalledAt, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}}
	filter := kg.And{kg.Compare{Field: "status", Op: kg.EQ, Value: string(kg.DoorbellActive)}}
	if area != "" {
		filter = append(filter, kg.InArea{Areas: []kg.ID{area}})
	}
	q := store.ListQuery{
		Kind: kg.KindDoorbell, Filter: filter,
		Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: doorPage}, Plan: &store.Plan{Steps: []*store.Step{at}},
	}
	view := store.View{Scope: store.Scope{All: true}, AsOf: on}
	for {
		page, err := w.store.List(ctx, view, q)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Edges {
			for _, h := range e.Item.Tree["at"].Edges {
				if home, ok := h.Item.Node.(*kg.Household); ok {
					doors = append(doors, Door{Doorbell: e.Position.ID, Household: home.ID, Number: home.Number})
				}
			}
		}
		if !page.HasNext {
			return doors, nil
		}
		q.Window.After = &page.Edges[len(page.Edges)-1].Position
	}
}

// Load reads what contains some households, as of a day, and the ties of the ladder that lead there.
func (w *World) Load(ctx context.Context, households []kg.ID, on kg.Date) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	view := store.View{Scope: store.Scope{All: true}, AsOf: on}
	items, err := w.store.Nodes(ctx, view, []store.Group{{IDs: households}})
	if err != nil {
		return err
	}
	above, err := w.store.Ancestry(ctx, view, store.AncestryQuery{Starts: households, Direction: kg.Out})
	if err != nil {
		return err
	}
	want := map[kg.Relation][]kg.ID{}
	ask := func(r kg.Relation, to kg.ID) {
		end := tieEnd{r, to}
		if _, known := w.ties[end]; to != "" && !known {
			w.ties[end] = nil
			want[r] = append(want[r], to)
		}
	}
	for _, h := range households {
		p := placeOf(items[0][h], above[h])
		if p.household == nil {
			return fmt.Errorf("household: %s: %w", h, kg.ErrNotFound)
		}
		w.places[h] = p
		ask(kg.ContactOf, h)
		ask(kg.KeyholderOf, h)
		if p.entrance != nil {
			ask(kg.HoldsPost, p.entrance.ID)
		}
		if p.building != nil {
			ask(kg.HoldsPost, p.building.ID)
		}
		for _, g := range p.grids {
			ask(kg.HoldsPost, g)
		}
		ask(kg.OnDutyAt, p.community)
		ask(kg.OnDutyAt, p.township)
	}
	for r, ends := range want {
		if err := w.readTies(ctx, r, ends); err != nil {
			return err
		}
	}
	return nil
}

// readTies reads the ties of people that lead to some nodes, of all times.
func (w *World) readTies(ctx context.Context, r kg.Relation, to []kg.ID) error {
	step := &store.Step{Key: "far", Relation: r, Direction: kg.In, Kinds: []kg.Kind{kg.KindPerson}, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}}
	trees, err := w.store.Expand(ctx, store.Everything, to, &store.Plan{Steps: []*store.Step{step}})
	if err != nil {
		return err
	}
	for _, id := range to {
		if page := trees[id]["far"]; page != nil {
			w.ties[tieEnd{r, id}] = page.Edges
		}
	}
	return nil
}

// leading are the ties of people that lead to some nodes and hold on a day, as an incident reads them of the store.
func (w *World) leading(ctx context.Context, to []kg.ID, r kg.Relation, tie kg.Filter, on kg.Date) (edges []store.Edge, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range to {
		all, known := w.ties[tieEnd{r, id}]
		if !known {
			if err := w.readTies(ctx, r, []kg.ID{id}); err != nil {
				return nil, err
			}
			all = w.ties[tieEnd{r, id}]
		}
		n := 0
		for _, e := range all {
			if n < atFar && e.Tie.Valid.Holds(on) && e.Item.Node.Common().Life.Holds(on) && kg.TestTie(tie, e.Tie) {
				edges = append(edges, e)
				n++
			}
		}
	}
	return edges, nil
}

// expand answers a plan, once for the same sources and day; name says which plan.
func (w *World) expand(ctx context.Context, name string, sources []kg.ID, p *store.Plan, on kg.Date) (map[kg.ID]store.Tree, error) {
	key := fmt.Sprint(name, sources, on)
	w.mu.Lock()
	defer w.mu.Unlock()
	if known, ok := w.trees[key]; ok {
		return known, nil
	}
	trees, err := w.store.Expand(ctx, store.View{Scope: store.Scope{All: true}, AsOf: on}, sources, p)
	if err == nil {
		w.trees[key] = trees
	}
	return trees, err
}

// Know reads people who are not known yet, with their latest alerts.
func (w *World) Know(ctx context.Context, ids []kg.ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var missing []kg.ID
	for _, id := range ids {
		if _, known := w.people[id]; !known {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	items, err := w.store.Nodes(ctx, store.Everything, []store.Group{{IDs: missing, Plan: alertsPlan}})
	if err != nil {
		return err
	}
	for _, id := range missing {
		w.people[id] = nil
		item := items[0][id]
		if item == nil {
			continue
		}
		if n, ok := item.Node.(*kg.Person); ok {
			w.people[id] = n
			for _, e := range item.Tree["alerts"].Edges {
				w.alerts[id] = append(w.alerts[id], e.Item.Node.(*kg.Alert))
			}
		}
	}
	return nil
}

// latest is how many alerts of a person are read: more than count for anybody in the days that a policy looks back.
const latest = 40

// alertsPlan asks for the latest alerts of people.
var alertsPlan = &store.Plan{Steps: []*store.Step{alertsOf("alerts", nil, "calledAt", latest)}}

// known is somebody as the World has them; nil who does not live on a day.
func (w *World) known(id kg.ID, on kg.Date) *kg.Person {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p := w.people[id]; p != nil && p.Life.Holds(on) {
		return p
	}
	return nil
}

// alertsOf are the latest alerts on record of somebody who is known, the last first.
func (w *World) alertsOf(id kg.ID) []*kg.Alert {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.alerts[id]
}

// World is a World of the doorbell's store as it is now; it fails with kg.ErrUnavailable while there is no snapshot.
func (d *Doorbell) World() (*World, error) {
	if d.o.Snapshot == nil || d.o.Snapshot() == nil {
		return nil, fmt.Errorf("doorbell: the spatial snapshot is not there: %w", kg.ErrUnavailable)
	}
	return NewWorld(d.o.Store, d.o.Snapshot()), nil
}
