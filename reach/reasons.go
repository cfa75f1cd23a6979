package reach

import (
	"cmp"
	"slices"

	"lintu/kg"
)

// ReasonKind is what ties a hit to the target, beside the distance.
type ReasonKind string

// The kinds of reasons, in the order in which a hit lists them.
const (
	SameEntrance ReasonKind = "SAME_ENTRANCE" // is at home behind the same entrance
	SameBuilding ReasonKind = "SAME_BUILDING" // is in the same building, not behind the same entrance
	Responsible  ReasonKind = "RESPONSIBLE"   // for the household, its entrance or its building
	Keyholder    ReasonKind = "KEYHOLDER"
	Contact      ReasonKind = "CONTACT"
	HasSpecialty ReasonKind = "SPECIALTY" // that was asked for; any, where none was
)

// ReasonKinds are the kinds of reasons in order.
var ReasonKinds = []ReasonKind{SameEntrance, SameBuilding, Responsible, Keyholder, Contact, HasSpecialty}

// Reason is a reason with what goes with it.
type Reason struct {
	Kind   ReasonKind
	Scheme string // of a responsibility or a specialty
	Slot   string // of a responsibility
	Value  string // of a specialty
}

// reasons are the reasons of a hit, by kind, then scheme, slot and value, each once.
func (c *circle) reasons(h *hit) []Reason {
	p := c.s.people.at(h.person)
	out := c.neighbour(h)
	for k := range p.ties {
		t := &p.ties[k]
		if !t.valid.Holds(c.m.date) || !c.s.node(t.to).lives(c.m.date) {
			continue
		}
		switch {
		case t.relation == responsibleFor && (t.to == c.door.household || t.to == c.door.entrance || t.to == c.door.building):
			out = append(out, Reason{Kind: Responsible, Scheme: t.note.scheme, Slot: t.note.slot})
		case t.relation == keyholderOf && t.to == c.door.household:
			out = append(out, Reason{Kind: Keyholder})
		case t.relation == contactOf && t.to == c.door.household:
			out = append(out, Reason{Kind: Contact})
		}
	}
	if p.profile != nil {
		for _, sp := range p.profile.specialties {
			if len(c.where.Specialties) == 0 || slices.Contains(c.where.Specialties, sp.Value) {
				out = append(out, Reason{Kind: HasSpecialty, Scheme: sp.Scheme, Value: sp.Value})
			}
		}
	}
	slices.SortFunc(out, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(slices.Index(ReasonKinds, a.Kind), slices.Index(ReasonKinds, b.Kind)),
			cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Value, b.Value))
	})
	return slices.Compact(out)
}

// neighbour says whether a hit is, now, behind the target's entrance or else in its building.
func (c *circle) neighbour(h *hit) []Reason {
	entrance, building := ref(0), c.day.crowd.stations[h.station].spot
	if h.presence == kg.AtHome {
		door := &c.day.ground.doors[c.day.crowd.home[h.person]]
		entrance, building = door.entrance, door.building
	}
	switch {
	case entrance != 0 && entrance == c.door.entrance:
		return []Reason{{Kind: SameEntrance}}
	case building != 0 && building == c.door.building:
		return []Reason{{Kind: SameBuilding}}
	}
	return nil
}
