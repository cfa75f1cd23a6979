package trust

import "lintu/kg"

// Showing are the rights one of which shows nodes of a kind.
func Showing(k kg.Kind) Right {
	switch k {
	case kg.KindDivision, kg.KindGrid, kg.KindMeasure:
		return Areas
	case kg.KindPerson, kg.KindHousehold:
		return People
	case kg.KindDoorbell: // it tells where somebody lives alone
		return Detail | Rings
	case kg.KindRing, kg.KindAlert, kg.KindRingEvent:
		return Rings
	}
	return Graph
}

// Private says that ties of a relation are shown to who may see detail only: they tell whom a door can be opened by, and
// who is called for whom.
func Private(r kg.Relation) bool { return r == kg.KeyholderOf || r == kg.ContactOf }

// Following are the rights one of which shows ties of a relation that lead to nodes of some kinds.
func Following(r kg.Relation, far []kg.Kind) Right {
	if Private(r) {
		return Detail
	}
	var rights Right
	for _, k := range far {
		rights |= Showing(k)
	}
	return rights
}

// Hidden are the kinds whose nodes do not exist for the viewer.
func (v *Viewer) Hidden() []kg.Kind {
	var out []kg.Kind
	for _, d := range kg.Kinds {
		if !v.Any(Showing(d.Kind)) {
			out = append(out, d.Kind)
		}
	}
	return out
}
