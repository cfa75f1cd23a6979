package retain

import (
	"context"
	"slices"

	"lintu/doorbell/figures"
	"lintu/kg"
	"lintu/store"
)

// pastRings is the filter of rings that are over and whose details have been kept long enough.
func (k *Keeper) pastRings() kg.Filter {
	return kg.And{
		kg.Compare{Field: "pressedAt", Op: kg.LT, Value: string(kg.MomentOf(k.before(Rings)))},
		kg.Compare{Field: "reduced", Op: kg.EQ, Value: false},
		kg.OneOf{Field: "state", Values: []any{string(kg.RingClosed)}},
	}
}

func (k *Keeper) ringsDue(ctx context.Context) (int, error) {
	groups, err := k.Store.Count(ctx, store.Everything, store.CountQuery{Kind: kg.KindRing, Filter: k.pastRings()})
	if err != nil || len(groups) == 0 {
		return 0, err
	}
	return groups[0].Count, nil
}

const (
	ringPage = 50
	// mostTouched keeps batches small enough for the journal to list them, so that no snapshot has to be built anew.
	mostTouched = store.MaxTouched * 3 / 4
)

// ringPlan asks for what goes of a ring, and for what figures count of it.
var ringPlan = func() *store.Plan {
	p := &store.Plan{Steps: slices.Clone(figures.Plan().Steps)}
	p.Steps = append(p.Steps, &store.Step{Key: "events", Relation: kg.EventOf, Direction: kg.In, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}})
	return p
}()

// reduceRings reduces the rings that are due, the oldest first.
func (k *Keeper) reduceRings(ctx context.Context, d *Due) error {
	q := store.ListQuery{Kind: kg.KindRing, Filter: k.pastRings(), Order: store.Order{By: "pressedAt"}, Window: store.Window{Limit: ringPage}, Plan: ringPlan}
	for {
		page, err := k.Store.List(ctx, store.Everything, q)
		if err != nil {
			return err
		}
		if err := k.reducePage(ctx, d, page.Edges); err != nil {
			return err
		}
		if !page.HasNext {
			return nil
		}
		last := page.Edges[len(page.Edges)-1].Position // what others changed meanwhile is passed over
		q.Window.After = &last
	}
}

func (k *Keeper) reducePage(ctx context.Context, d *Due, edges []store.Edge) error {
	places, err := k.places(ctx, edges)
	if err != nil {
		return err
	}
	known := map[kg.ID]*kg.Household{} // as the batches of this page have left them
	for len(edges) > 0 {
		r := k.newReduction(places, known)
		n := 0
		for ; n < len(edges) && r.touched < mostTouched; n++ {
			r.add(edges[n].Item)
		}
		if err := r.doors(ctx); err != nil {
			return err
		}
		done, err := k.apply(ctx, r.changes)
		if err != nil {
			return err
		}
		if done != nil {
			for id, h := range r.homes {
				h.Version = done.Versions[id]
				known[id] = h
			}
			k.step(d, n)
		}
		edges = edges[n:]
	}
	return nil
}

// places are the areas in which rings of doors still count when the door is gone: the nearest grid, else the nearest division.
func (k *Keeper) places(ctx context.Context, edges []store.Edge) (map[kg.ID]kg.ID, error) {
	var doors []kg.ID
	for _, e := range edges {
		for _, at := range e.Item.Tree["at"].Edges {
			doors = append(doors, at.Tie.To)
		}
	}
	slices.Sort(doors)
	view := store.View{Scope: store.Scope{All: true}, AsOf: k.today()} // as figures ask for the areas of rings
	above, err := k.Store.Ancestry(ctx, view, store.AncestryQuery{Starts: slices.Compact(doors), Direction: kg.Out, Kinds: []kg.Kind{kg.KindGrid, kg.KindDivision}})
	if err != nil {
		return nil, err
	}
	out := map[kg.ID]kg.ID{}
	for door, list := range above {
		if len(list) > 0 {
			out[door] = list[0].Node.Common().ID
		}
	}
	return out, nil
}

// reduction is a batch that takes the details of rings away.
type reduction struct {
	*Keeper
	places  map[kg.ID]kg.ID // of doors
	changes []store.Mutation
	touched int
	moved   map[kg.ID]kg.ID // the doors where past rings stand, with their areas
	known   map[kg.ID]*kg.Household
	homes   map[kg.ID]*kg.Household // that remember another number, with the versions that they are changed from
}

func (k *Keeper) newReduction(places map[kg.ID]kg.ID, known map[kg.ID]*kg.Household) *reduction {
	return &reduction{Keeper: k, places: places, moved: map[kg.ID]kg.ID{}, known: known, homes: map[kg.ID]*kg.Household{}}
}

func (r *reduction) change(touched int, m store.Mutation) {
	r.changes = append(r.changes, m)
	r.touched += touched
}

// add takes the details of a ring away: it stands at the door of past rings of its area, its alerts keep times and people,
// and its timeline goes.
func (r *reduction) add(item *store.Item) {
	ring := kg.Clone(item.Node).(*kg.Ring)
	ring.Reduce(r.figures().Past(item))
	r.change(1, store.Mutation{Op: store.PutNode, Node: ring, Expect: item.Node.Common().Version})
	for _, at := range item.Tree["at"].Edges {
		r.change(1, store.Mutation{Op: store.DeleteTie, ID: at.Tie.ID, Expect: at.Tie.Version})
		door, area := r.pastDoor(at.Tie.To)
		r.moved[door] = area
		t := &kg.Tie{Relation: kg.RangAt, From: ring.ID, To: door}
		t.ID = kg.DeriveTieID(r.Key[:], t)
		r.change(1, store.Mutation{Op: store.PutTie, Tie: t, Expect: store.MustNotExist})
		r.number(at.Item.Node, ring.Ordinal)
	}
	for _, e := range item.Tree["alerts"].Edges {
		old := e.Item.Node.(*kg.Alert)
		alert := kg.Clone(old).(*kg.Alert)
		if alert.Reduce(); !kg.Equal(old, alert) {
			r.change(1, store.Mutation{Op: store.PutNode, Node: alert, Expect: old.Version})
		}
	}
	for _, e := range item.Tree["events"].Edges {
		r.change(2, store.Mutation{Op: store.DeleteNode, ID: e.Item.Node.Common().ID})
	}
}

// number makes a household remember how many rings it has had: the next one counts on.
func (r *reduction) number(n kg.Node, ordinal int) {
	h, ok := n.(*kg.Household)
	if !ok || kg.IsErased(h) {
		return
	}
	if changed := r.homes[h.ID]; changed != nil {
		changed.PastRings = max(changed.PastRings, ordinal)
		return
	}
	if now := r.known[h.ID]; now != nil {
		h = now
	}
	if h.PastRings < ordinal {
		h = kg.Clone(h).(*kg.Household)
		h.PastRings = ordinal
		r.homes[h.ID] = h
		r.touched++
	}
}

// pastDoor is the door of past rings of the area in which a door is.
func (r *reduction) pastDoor(door kg.ID) (id, area kg.ID) {
	area = r.places[door]
	return kg.DeriveID(r.Key[:], kg.KindHousehold, "past rings", string(area)), area
}

// doors completes the batch: numbers of households, and the doors of past rings that are not there yet, tombstones, one an area.
func (r *reduction) doors(ctx context.Context) error {
	var ids []kg.ID
	for id := range r.moved {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	there, err := r.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: ids}})
	if err != nil {
		return err
	}
	var made []store.Mutation
	for id, h := range r.homes {
		made = append(made, store.Mutation{Op: store.ChangeNode, ID: id, Expect: h.Version, Set: []kg.Setting{{Field: "pastRings", Value: int64(h.PastRings)}}})
	}
	for _, id := range ids {
		if there[0][id] != nil {
			continue
		}
		made = append(made, store.Mutation{Op: store.PutNode, Node: kg.Erase(&kg.Household{Base: kg.Base{ID: id}}, r.today()), Expect: store.MustNotExist})
		if area := r.moved[id]; area != "" {
			t := &kg.Tie{Relation: kg.PartOf, From: id, To: area}
			t.ID = kg.DeriveTieID(r.Key[:], t)
			made = append(made, store.Mutation{Op: store.PutTie, Tie: t})
		}
	}
	r.changes = append(made, r.changes...)
	return nil
}
