package reach

import (
	"cmp"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// draft is a snapshot in the making: a new one, or a copy that shares everything until it is written to.
type draft struct {
	s     *Snapshot
	by    *token
	notes map[note]*note

	// What the views of days are derived from was written: of areas, buildings, entrances and households; of the rest.
	placesChanged, peopleChanged bool
}

func newDraft(base *Snapshot) *draft {
	s := *base
	return &draft{s: &s, by: new(token), notes: map[note]*note{}}
}

// plan asks for the outgoing ties that a snapshot keeps; it serves sources of all kinds at once.
var plan = func() *store.Plan {
	p := &store.Plan{}
	for _, r := range relations {
		s := &store.Step{Key: string(r), Relation: r, Direction: kg.Out, Window: store.Window{Limit: store.NoLimit}}
		s.Order.By = store.OrderID
		for _, pair := range r.Def().Pairs {
			if kindNums[pair.From] == noKind || kindNums[pair.To] == noKind {
				continue
			}
			if !slices.Contains(s.On, pair.From) && keeps(pair.From, r) {
				s.On = append(s.On, pair.From)
			}
			if !slices.Contains(s.Kinds, pair.To) && reads(pair.To, r) {
				s.Kinds = append(s.Kinds, pair.To)
			}
		}
		p.Steps = append(p.Steps, s)
	}
	return p
}()

// planOf is the part of the plan for sources of one kind.
func planOf(k kg.Kind) *store.Plan {
	p := &store.Plan{}
	for _, s := range plan.Steps {
		if s.Applies(k) {
			p.Steps = append(p.Steps, s)
		}
	}
	return p
}

// keeps says whether a snapshot keeps ties of the relation that start at the kind.
func keeps(from kg.Kind, r kg.Relation) bool {
	if kindNums[from] == noKind || !slices.Contains(relations[:], r) {
		return false
	}
	return r != kg.ResponsibleFor || from == kg.KindPerson
}

// reads says whether a snapshot keeps ties of the relation that end at the kind.
func reads(to kg.Kind, r kg.Relation) bool {
	switch r {
	case kg.ResponsibleFor: // what is on the way up from a door to its building
		return to == kg.KindHousehold || to == kg.KindEntrance || to == kg.KindBuilding
	case kg.SetUpOn:
		return to == kg.KindUnit
	}
	return true
}

// ensure is the ref of an id, made if the id is new: then the node is unknown until it is put. The zero ref for an
// id of a kind that is not kept.
func (d *draft) ensure(id kg.ID) ref {
	if id == "" {
		return 0
	}
	if r, ok := d.s.index.find(id); ok {
		return r
	}
	k := kindNums[id.Kind()]
	var row int32
	switch k {
	case noKind:
		return 0
	case people:
		row = d.s.people.add(d.by)
	case households:
		row = d.s.households.add(d.by)
	case buildings, entrances:
		row = d.s.spots.add(d.by)
	default:
		row = d.s.others[k].add(d.by)
	}
	r := newRef(k, row)
	d.s.index.put(d.by, id, r)
	d.edit(r).id = id
	d.changed(r)
	return r
}

func (d *draft) changed(r ref) {
	if r.kind() <= households {
		d.placesChanged = true
	} else {
		d.peopleChanged = true
	}
}

// edit is the row of a ref, to write.
func (d *draft) edit(r ref) *node {
	switch r.kind() {
	case people:
		return &d.s.people.edit(d.by, r.row()).node
	case households:
		return &d.s.households.edit(d.by, r.row()).node
	case buildings, entrances:
		return &d.s.spots.edit(d.by, r.row()).node
	}
	return &d.s.others[r.kind()].edit(d.by, r.row()).node
}

// forget makes a node unknown, as after its deletion.
func (d *draft) forget(id kg.ID) {
	if r, ok := d.s.index.find(id); ok {
		d.write(r, nil, nil)
	}
}

// put writes a node with its ties, as the plan gives them.
func (d *draft) put(item *store.Item) {
	if r := d.ensure(item.Node.Common().ID); r != 0 {
		d.write(r, item.Node, d.ties(item.Tree))
	}
}

// write replaces a row; without a node it makes it unknown.
func (d *draft) write(r ref, n kg.Node, ties []tie) {
	before := d.s.essence(r)
	d.replace(r, n, ties)
	if !before.equal(d.s.essence(r)) {
		d.changed(r)
	}
}

// replace writes a row.
func (d *draft) replace(r ref, n kg.Node, ties []tie) {
	clean := node{id: d.s.node(r).id, ties: ties}
	if n != nil {
		clean.known, clean.life = true, n.Common().Life
	}
	switch r.kind() {
	case people:
		p := d.s.people.edit(d.by, r.row())
		*p = person{node: clean}
		if n, ok := n.(*kg.Person); ok {
			p.birth, p.member = n.BirthDate, n.PartyMember()
			if n.Responder != nil || len(n.CareFlags) > 0 || len(n.Specialties) > 0 {
				p.profile = &profile{responder: n.Responder, flags: n.CareFlags, specialties: n.Specialties}
			}
		}
	case households:
		h := d.s.households.edit(d.by, r.row())
		*h = household{node: clean}
		if n, ok := n.(*kg.Household); ok {
			h.floor = int32(n.Floor)
			if n.CareLevel != "" || len(n.CareFlags) > 0 || len(n.Refusals) > 0 {
				h.care = &care{level: n.CareLevel, flags: n.CareFlags, refusals: n.Refusals}
			}
		}
	case buildings, entrances:
		sp := d.s.spots.edit(d.by, r.row())
		*sp = spot{node: clean}
		switch n := n.(type) {
		case *kg.Building:
			sp.point = n.Point
		case *kg.Entrance:
			sp.point, sp.lift = n.Point, n.HasLift
		}
	default:
		p := d.s.others[r.kind()].edit(d.by, r.row())
		*p = plain{node: clean}
		if n, ok := n.(*kg.Compound); ok {
			p.management = n.ManagementKind
		}
	}
}

// ties are the ties of a tree, by relation. Of several workplaces the one of the latest validFrom stands first, of
// equal ones that of the smallest id.
func (d *draft) ties(tree store.Tree) []tie {
	total := 0
	for _, page := range tree {
		total += len(page.Edges)
	}
	if total == 0 {
		return nil
	}
	out := make([]tie, 0, total)
	for i, name := range relations {
		page := tree[string(name)]
		if page == nil {
			continue
		}
		edges := page.Edges
		if relation(i) == worksAt && len(edges) > 1 {
			edges = slices.Clone(edges)
			slices.SortFunc(edges, func(a, b store.Edge) int {
				return cmp.Or(cmp.Compare(b.Tie.Valid.From, a.Tie.Valid.From), cmp.Compare(a.Tie.ID, b.Tie.ID))
			})
		}
		for _, e := range edges {
			out = append(out, d.tie(relation(i), e.Tie))
		}
	}
	return out
}

func (d *draft) tie(r relation, t *kg.Tie) tie {
	out := tie{relation: r, to: d.ensure(t.To), by: d.ensure(t.Ref), valid: t.Valid}
	switch r {
	case pairedWith:
		out.note = &note{id: t.ID}
	case responsibleFor:
		n := note{scheme: t.Scheme, slot: t.Slot}
		if d.notes[n] == nil {
			d.notes[n] = &n
		}
		out.note = d.notes[n]
	}
	return out
}
