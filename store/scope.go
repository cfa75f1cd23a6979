package store

import (
	"slices"

	"lintu/kg"
)

// View is on whose behalf and for which day a read is made.
type View struct {
	Scope Scope
	AsOf  kg.Date // the day whose ties and facts are read; kg.Always looks at no validity
	seen  bool    // the sources of a step were read under this view, and so are in scope
}

// Below is the view under which steps are followed from nodes that were read under this one.
func (v View) Below() View {
	v.seen = true
	return v
}

// Far is the scope as a filter on the far ends of a step. Ties that bring nodes into areas (kg.AreaRules) lead from a source
// that is seen to far ends in the same areas, on the same day: those are not asked for again.
func (v View) Far(s *Step) kg.Filter {
	kinds := s.FarKinds()
	if v.seen && v.AsOf == v.Scope.Today && v.AsOf != kg.Always && len(v.Scope.Also) == 0 && s.Direction == kg.In && bringsIntoAreas(kinds, s.Relation) {
		return v.Scope.of(nil, kinds)
	}
	return v.Scope.Filter(kinds...)
}

func bringsIntoAreas(kinds []kg.Kind, r kg.Relation) bool {
	return !slices.ContainsFunc(kinds, func(k kg.Kind) bool { return !slices.Contains(kg.AreaRules[k].Via, r) })
}

// Everything is the view of the program itself: all areas, all times.
var Everything = View{Scope: Scope{All: true}, AsOf: kg.Always}

// Scope is what a viewer may see: everything, or what is in some areas today, and some nodes beside; of both without the
// kinds that do not exist for the viewer.
type Scope struct {
	All     bool
	Areas   []kg.ID
	Also    []kg.ID   // nodes that are seen wherever they are, and whatever their kind
	Without []kg.Kind // kinds that are not seen
	Today   kg.Date   // scope is read at today, whatever AsOf says
}

// Filter is the scope as a filter on nodes of some kinds; no kinds stand for any. It is nil where everything of them is
// visible, and an empty Or where nothing is.
func (s Scope) Filter(kinds ...kg.Kind) kg.Filter {
	var seen kg.Filter
	if !s.All {
		seen = kg.InArea{Areas: s.Areas, On: s.Today}
	}
	seen = s.of(seen, kinds)
	if len(s.Also) == 0 || seen == nil {
		return seen
	}
	return kg.Or{seen, kg.IDIn(s.Also)}
}

// of leaves the hidden ones of some kinds out.
func (s Scope) of(seen kg.Filter, kinds []kg.Kind) kg.Filter {
	hidden := 0
	for _, k := range kinds {
		if slices.Contains(s.Without, k) {
			hidden++
		}
	}
	switch {
	case len(s.Without) == 0, len(kinds) > 0 && hidden == 0:
		return seen
	case len(kinds) > 0 && hidden == len(kinds):
		return kg.Or{}
	case seen == nil:
		return kg.Not{F: kg.KindIn(s.Without)}
	}
	return kg.And{seen, kg.Not{F: kg.KindIn(s.Without)}}
}
