package reach

import (
	"cmp"
	"slices"
	"unique"

	"lintu/kg"
	"lintu/store"
)

// draft is a snapshot in the making: a new one, or a copy that shares everything until it is written to.
type draft struct {
	s  *Snapshot
	by *mark

	// What the views of days are derived from was written: of areas, buildings, entrances and households; of the rest.
	placesChanged, peopleChanged bool
}

func newDraft(base *Snapshot) *draft {
	s := *base
	s.scopes = &scopes{} // theirs are the base's
	return &draft{s: &s, by: new(mark)}
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

// keeps says whether a snapshot keeps ties of the relation that start at the kind.
func keeps(from kg.Kind, r kg.Relation) bool {
	return kindNums[from] != noKind && slices.Contains(relations[:], r)
}

// reads says whether a snapshot keeps ties of the relation that end at the kind.
func reads(to kg.Kind, r kg.Relation) bool {
	switch r {
	case kg.ResponsibleFor, kg.HoldsPost: // what is on the way up from a door
		k := kindNums[to]
		return divisions <= k && k <= households
	case kg.SetUpOn:
		return to == kg.KindUnit
	}
	return true
}

// ensure is the ref of an id, made if the id is new: then the node is unknown until it is put. The zero ref for an
// id of a kind that is not kept.
func (d *draft) ensure(id kg.ID) ref {
	k, t, ok := parseID(id)
	if !ok {
		return 0
	}
	if r, ok := d.s.refOf(k, &t); ok {
		return r
	}
	var row int32
	switch k {
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
	d.edit(r).token = t
	d.s.refs.put(d.by, t.hash(k), uint32(r), func(r uint32) uint64 { return d.s.node(ref(r)).token.hash(ref(r).kind()) })
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
	if r, ok := d.s.index(id); ok {
		d.write(r, nil, nil)
	}
}

// put writes a node with its ties, as the plan gives them.
func (d *draft) put(item *store.Item) {
	if r := d.ensure(item.Node.Common().ID); r != 0 {
		d.write(r, item.Node, d.links(item.Tree))
	}
}

// write replaces a row and its ties; without a node it makes it unknown.
func (d *draft) write(r ref, n kg.Node, links []link) {
	before := d.s.essence(r)
	d.replace(r, n)
	d.s.bundles[r.kind().column()].set(d.by, r.row(), links)
	if !before.equal(d.s.essence(r)) {
		d.changed(r)
	}
}

// replace writes a row.
func (d *draft) replace(r ref, n kg.Node) {
	clean := node{token: d.s.node(r).token}
	if n != nil {
		clean.is = known
		clean.life = d.s.lifes.number(d.by, n.Common().Life)
	}
	switch r.kind() {
	case people:
		p := d.s.people.edit(d.by, r.row())
		*p = person{node: clean}
		if n, ok := n.(*kg.Person); ok {
			d.person(p, n)
		}
	case households:
		h := d.s.households.edit(d.by, r.row())
		*h = household{node: clean}
		if n, ok := n.(*kg.Household); ok {
			h.floor = int32(n.Floor)
			if n.CareLevel != "" || len(n.CareFlags) > 0 || len(n.Refusals) > 0 {
				h.care = &care{level: kg.CareLevel(d.text(string(n.CareLevel))), flags: d.flags(n.CareFlags), refusals: n.Refusals}
			}
		}
	case buildings, entrances:
		sp := d.s.spots.edit(d.by, r.row())
		*sp = spot{node: clean}
		switch n := n.(type) {
		case *kg.Building:
			sp.point = n.Point
		case *kg.Entrance:
			sp.point = n.Point
			if n.HasLift {
				sp.is |= lifted
			}
		}
	default:
		p := d.s.others[r.kind()].edit(d.by, r.row())
		*p = plain{node: clean}
		switch n := n.(type) {
		case *kg.Compound:
			p.management = kg.ManagementKind(d.text(string(n.ManagementKind)))
		case *kg.Division:
			p.level = d.text(string(n.Level))
		case *kg.Grid:
			p.level = d.text(n.Level)
		case *kg.Place:
			p.venue = &venue{kind: d.text(n.PlaceKind), point: n.Point, hours: slices.Clone(n.OpeningHours)}
		}
	}
}

func (d *draft) person(p *person, n *kg.Person) {
	p.birth = n.BirthDate
	if n.PartyMember() {
		p.is |= member
	}
	if n.Responder != nil || len(n.CareFlags) > 0 || len(n.Specialties) > 0 {
		p.profile = &profile{responder: d.responder(n.Responder), flags: d.flags(n.CareFlags), specialties: slices.Clone(n.Specialties)}
		for i := range p.profile.specialties {
			sp := &p.profile.specialties[i]
			sp.Scheme, sp.Value = d.text(sp.Scheme), d.text(sp.Value)
		}
	}
}

// text is a text that is held once for all who have it; what a decoder made holds more than it shows.
func (d *draft) text(s string) string { return unique.Make(s).Value() }

func (d *draft) flags(list []kg.Flag) []kg.Flag {
	list = slices.Clone(list)
	for i := range list {
		list[i].Value = d.text(list[i].Value)
	}
	return list
}

func (d *draft) responder(r *kg.Responder) *kg.Responder {
	if r == nil {
		return nil
	}
	out := *r
	out.Consents, out.Vettings = slices.Clone(r.Consents), slices.Clone(r.Vettings)
	for i := range out.Consents {
		out.Consents[i].Purpose = d.text(out.Consents[i].Purpose)
		out.Consents[i].Given, out.Consents[i].Taken = nil, nil // who recorded them is nothing that distances hang on
	}
	for i := range out.Vettings {
		out.Vettings[i].By = d.text(out.Vettings[i].By)
	}
	out.Pauses, out.Leaves, out.Overrides, out.Weekly = d.absences(r.Pauses), d.absences(r.Leaves), slices.Clone(r.Overrides), d.text(r.Weekly)
	return &out
}

func (d *draft) absences(list []kg.Absence) []kg.Absence {
	list = slices.Clone(list)
	for i := range list {
		list[i].Reason = d.text(list[i].Reason)
	}
	return list
}

// links are the ties of a tree, by relation. Of several workplaces the one of the latest validFrom stands first, of
// equal ones that of the smallest id.
func (d *draft) links(tree store.Tree) []link {
	var out []link
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
			t := e.Tie
			out = append(out, d.link(relation(i), d.ensure(t.To), d.ensure(t.Ref), t.Valid, t.ID, t.Scheme, t.Slot))
		}
	}
	return out
}

// link is a tie as it is kept.
func (d *draft) link(of relation, to, by ref, valid kg.Span, id kg.ID, scheme, slot string) link {
	var n note
	switch of {
	case pairedWith:
		n.id = id
	case responsibleFor:
		n.scheme, n.slot = scheme, slot
	}
	return link{to, d.s.hows.number(d.by, how{of, by, valid, d.s.notes.number(d.by, n)})}
}
