package own

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// EraseReason is why somebody is erased. Its values are those of GraphQL's enum EraseReason.
type EraseReason string

// The reasons.
const (
	Asked     EraseReason = "ASKED"     // the person asked for it
	TimeOver  EraseReason = "TIME_OVER" // the time of keeping is over
	Mistaken  EraseReason = "MISTAKEN"  // it should never have been recorded
	NoConsent EraseReason = "NO_CONSENT"
)

// Erased is what an erasure has taken away.
type Erased struct {
	ID      kg.ID   `json:"id"`
	On      kg.Date `json:"on"`
	Ties    int     `json:"ties"`    // deleted
	Rings   int     `json:"rings"`   // whose details named it, or rang there
	Alerts  int     `json:"alerts"`  // that lost distance, reasons and word
	Entries int     `json:"entries"` // of timelines that lost an actor
	Already bool    `json:"already"` // it had been erased before
}

// Erase makes a tombstone of a person or a household, and takes away whatever else tells of it: ties, mentions in rings and
// in refusals of others, distances and words of alerts. Records of rings keep what they count for, at the tombstone. All of
// it is one batch: it stands as a whole, or not at all. Nobody is erased while an open ring needs them: ErrConflict.
//
// An import of the same register row does not bring it back: the id that the row would get is a tombstone, too.
func (o *Own) Erase(ctx context.Context, by Asker, id kg.ID, why EraseReason) (*Erased, error) {
	if !id.Kind().Erasable() {
		return nil, kg.Invalid("id", fmt.Sprintf("%.60q", string(id)), "the id of a PERSON or HOUSEHOLD")
	}
	var out *Erased
	for again := range tries {
		var e *erasure
		err := o.move(ctx, func() (*store.Batch, error) {
			e = &erasure{Own: o, ctx: ctx, id: id}
			return e.batch(by)
		})
		if err != nil {
			return nil, err
		}
		if again == 0 {
			out = &e.done
			for _, t := range e.ties {
				if !out.Already && !t.Relation.Def().Record() {
					out.Ties++
				}
			}
		}
		if len(e.changes) == 0 {
			break
		}
		// A process whose snapshot was older may have named the person once more meanwhile: it is looked at again, now as
		// what is in no area any more.
		by.Scope = store.Scope{All: true}
	}
	o.o.Logger.InfoContext(ctx, "erased", "id", string(id), "reason", string(why), "by", by.Name, "before", out.Already)
	return out, nil
}

// erasure is one erasure under way.
type erasure struct {
	*Own
	ctx     context.Context
	id      kg.ID
	today   kg.Date
	node    kg.Node
	ties    []*kg.Tie
	changes []store.Mutation
	done    Erased
}

func (e *erasure) batch(by Asker) (*store.Batch, error) {
	_, e.today = e.now()
	e.done = Erased{ID: e.id, On: e.today}
	var steps []*store.Step
	for i := range kg.Relations {
		d := &kg.Relations[i]
		for _, dir := range []kg.Direction{kg.Out, kg.In} {
			if len(d.Far(e.id.Kind(), dir)) > 0 {
				steps = append(steps, e.step(d.Relation, dir))
			}
		}
	}
	items, err := e.o.Store.Nodes(e.ctx, store.View{Scope: by.Scope, AsOf: kg.Always}, []store.Group{{IDs: []kg.ID{e.id}}})
	if err == nil && items[0][e.id] == nil {
		err = fmt.Errorf("id: %s: %w", e.id, kg.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	item := items[0][e.id]
	e.node = item.Node
	if err := e.around(e.ctx, item, steps); err != nil { // what hangs on it is taken away wherever it is
		return nil, err
	}
	for _, s := range steps {
		for _, edge := range edges(item, s.Key) {
			e.ties = append(e.ties, edge.Tie)
		}
	}
	gather := e.person
	if e.id.Kind() == kg.KindHousehold {
		gather = e.household
	}
	if err := gather(item); err != nil {
		return nil, err
	}
	if on := kg.Erased(e.node); on != 0 {
		e.done.On, e.done.Already = on, true
	} else if err := e.tombstones(item); err != nil {
		return nil, err
	}
	return &store.Batch{Today: e.today, Forget: true, Changes: e.changes}, nil
}

// step follows a relation of what is erased: to alerts with their rings, to rings with their alerts.
func (e *erasure) step(r kg.Relation, d kg.Direction) *store.Step {
	key := string(r) + " " + string(d)
	switch {
	case r == kg.AlertTo && d == kg.In:
		return all(key, r, d, all("ring", kg.AlertOf, kg.Out, all("events", kg.EventOf, kg.In)))
	case r == kg.RangAt && d == kg.In:
		return all(key, r, d, all("alerts", kg.AlertOf, kg.In))
	}
	return all(key, r, d)
}

func (e *erasure) change(m store.Mutation) { e.changes = append(e.changes, m) }

// person takes a person out of the records of rings, and out of what households said of them.
func (e *erasure) person(item *store.Item) error {
	rings := map[kg.ID]bool{}
	for _, edge := range edges(item, string(kg.AlertTo)+" "+string(kg.In)) {
		a := edge.Item.Node.(*kg.Alert)
		e.alert(a)
		for _, at := range edges(edge.Item, "ring") {
			r := at.Item.Node.(*kg.Ring)
			if r.State != kg.RingClosed && a.Round == r.Round {
				return fmt.Errorf("%s is called to the ring %s, which is open; erase when it is closed: %w", e.id, r.ID, kg.ErrConflict)
			}
			if !rings[r.ID] {
				rings[r.ID] = true
				e.entries(at.Item)
			}
		}
	}
	if err := e.mentions(e.ctx, e.id, e.unname); err != nil {
		return err
	}
	return e.refusals()
}

// alert takes the details out of an alert.
func (e *erasure) alert(a *kg.Alert) {
	reduced := kg.Clone(a).(*kg.Alert)
	if reduced.Reduce(); !kg.Equal(a, reduced) {
		e.change(store.Mutation{Op: store.PutNode, Node: reduced, Expect: a.Version})
		e.done.Alerts++
	}
}

// entries takes the person's id out of the entries of a ring's timeline.
func (e *erasure) entries(ring *store.Item) {
	for _, edge := range edges(ring, "events") {
		if ev := edge.Item.Node.(*kg.RingEvent); ev.Actor == string(e.id) {
			e.change(store.Mutation{Op: store.ChangeNode, ID: ev.ID, Expect: ev.Version, Set: []kg.Setting{{Field: "actor"}}})
			e.done.Entries++
		}
	}
}

// unname takes the person out of a ring's candidates and out of those who were left out. How many candidates there were is
// kept: figures count rings that had none.
func (e *erasure) unname(r *kg.Ring) {
	n := kg.Clone(r).(*kg.Ring)
	past := kg.PastRing{Candidates: len(r.Candidates)}
	if n.Past != nil {
		past.Candidates = max(past.Candidates, n.Past.Candidates)
	}
	n.Candidates = slices.DeleteFunc(n.Candidates, func(c kg.Candidate) bool { return c.Person == e.id })
	n.LeftOut = slices.DeleteFunc(n.LeftOut, func(l kg.Omission) bool { return l.Person == e.id })
	n.Past = &past
	e.change(store.Mutation{Op: store.PutNode, Node: n, Expect: r.Version})
	e.done.Rings++
}

// refusals takes the person out of the refusals of households.
func (e *erasure) refusals() error {
	var ids []kg.ID
	err := store.Scan(e.ctx, e.o.Store, store.ScanQuery{Nodes: []store.NodeScan{{Kind: kg.KindHousehold, Fields: []string{"refusals"}}}}, refused{e.id, &ids})
	if err != nil || len(ids) == 0 {
		return err
	}
	items, err := e.o.Store.Nodes(e.ctx, store.Everything, []store.Group{{IDs: ids}})
	if err != nil {
		return err
	}
	for _, id := range ids {
		item := items[0][id]
		if item == nil {
			continue
		}
		h := item.Node.(*kg.Household)
		left := slices.DeleteFunc(slices.Clone(h.Refusals), func(r kg.Refusal) bool { return r.Person == e.id })
		set := kg.Setting{Field: "refusals"}
		if len(left) > 0 {
			b, err := json.Marshal(left)
			if err != nil {
				return err
			}
			set.Value = string(b)
		}
		e.change(store.Mutation{Op: store.ChangeNode, ID: id, Expect: h.Version, Set: []kg.Setting{set}})
	}
	return nil
}

// refused gathers the households that refuse a person.
type refused struct {
	person kg.ID
	ids    *[]kg.ID
}

func (r refused) Expect(int)                    {}
func (r refused) Ties([]store.ScannedTie) error { return nil }
func (r refused) Nodes(batch []store.ScannedNode) error {
	for _, n := range batch {
		h := n.Node.(*kg.Household)
		if slices.ContainsFunc(h.Refusals, func(x kg.Refusal) bool { return x.Person == r.person }) {
			*r.ids = append(*r.ids, h.ID)
		}
	}
	return nil
}

// household takes out of the rings of a household who could have come to it, and from how far: that would tell where it is.
func (e *erasure) household(item *store.Item) error {
	for _, edge := range edges(item, string(kg.RangAt)+" "+string(kg.In)) {
		r := edge.Item.Node.(*kg.Ring)
		if r.State != kg.RingClosed {
			return fmt.Errorf("the ring %s is open; erase when it is closed: %w", r.ID, kg.ErrConflict)
		}
		for _, of := range edges(edge.Item, "alerts") {
			e.alert(of.Item.Node.(*kg.Alert))
		}
		if len(r.Candidates)+len(r.LeftOut)+len(r.Outbox) == 0 {
			continue
		}
		n := kg.Clone(r).(*kg.Ring)
		past := kg.PastRing{Candidates: len(r.Candidates)}
		if n.Past != nil {
			past.Candidates = max(past.Candidates, n.Past.Candidates)
		}
		n.Candidates, n.LeftOut, n.Outbox, n.Past = nil, nil, nil, &past
		e.change(store.Mutation{Op: store.PutNode, Node: n, Expect: r.Version})
		e.done.Rings++
	}
	return nil
}

// tombstones puts a tombstone in the node's place, and where an import of its natural key would make it anew.
func (e *erasure) tombstones(item *store.Item) error {
	e.change(store.Mutation{Op: store.EraseNode, ID: e.id, Expect: e.node.Common().Version, On: e.today})
	place, keys, err := e.place(item)
	if err != nil {
		return err
	}
	if place != "" {
		t := &kg.Tie{Relation: kg.PartOf, From: e.id, To: place}
		t.ID = kg.DeriveTieID(e.o.Key[:], t)
		e.change(store.Mutation{Op: store.PutTie, Tie: t})
	}
	var ids []kg.ID
	for _, natural := range keys {
		if id := kg.DeriveID(e.o.Key[:], e.id.Kind(), natural...); id != e.id && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	there, err := e.o.Store.Nodes(e.ctx, store.Everything, []store.Group{{IDs: ids}})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if there[0][id] != nil {
			continue // somebody else, who has the key no more
		}
		stone := kg.Erase(e.node, e.today)
		stone.Common().ID, stone.Common().Version = id, 0
		e.change(store.Mutation{Op: store.PutNode, Node: stone, Expect: store.MustNotExist})
	}
	return nil
}

// place is where the rings of an erased household still count, its grid or else the nearest division, and the natural keys
// by which an import would find the node: package importer makes ids of the same parts.
func (e *erasure) place(item *store.Item) (place kg.ID, keys [][]string, err error) {
	if p, ok := e.node.(*kg.Person); ok {
		if p.RegisterNo != "" {
			keys = append(keys, []string{p.RegisterNo})
		}
		for _, edge := range edges(item, string(kg.LivesIn)+" "+string(kg.Out)) {
			keys = append(keys, []string{p.Name, p.BirthDate.String(), string(edge.Tie.To)})
		}
		return "", keys, nil
	}
	above, err := e.o.Store.Ancestry(e.ctx, store.Everything, store.AncestryQuery{Starts: []kg.ID{e.id}, Direction: kg.Out})
	if err != nil {
		return "", nil, err
	}
	for _, r := range above[e.id] { // the nearest first
		switch n := r.Node; n.Kind() {
		case kg.KindBuilding:
			keys = append(keys, []string{string(n.Common().ID), e.node.Title()})
		case kg.KindGrid, kg.KindDivision:
			if place == "" {
				place = n.Common().ID
			}
		}
	}
	return place, keys, nil
}
