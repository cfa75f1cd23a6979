package graph

import (
	"fmt"
	"maps"
	"slices"

	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
)

// maxAge bounds the ages that can be asked for.
const maxAge = 150

// responderWhere reads ResponderWhere.
func responderWhere(argument string, v any) (reach.ResponderWhere, error) {
	var w reach.ResponderWhere
	m, _ := v.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(m)) { // so that the same error is told each time
		x := m[name]
		if x == nil {
			continue
		}
		at := argument + "." + name
		var err error
		switch name {
		case "partyMember":
			w.PartyMember, err = optional(loaders.ToBool(at, x))
		case "specialties":
			w.Specialties, err = some[string](at)(loaders.ToList(at, x, loaders.ToText))
		case "teams":
			w.TeamIDs, err = some[kg.ID](at)(loaders.ToList(at, x, loaders.ToID))
		case "units":
			w.UnitIDs, err = some[kg.ID](at)(loaders.ToList(at, x, loaders.ToID))
		case "minAge":
			w.MinAge, err = optional(ranged(at, x, maxAge))
		case "maxAge":
			w.MaxAge, err = optional(ranged(at, x, maxAge))
		case "includeCareFlagged":
			w.IncludeCareFlagged, err = loaders.ToBool(at, x)
		}
		if err != nil {
			return w, err
		}
	}
	if w.MinAge != nil && w.MaxAge != nil && *w.MinAge > *w.MaxAge {
		return w, kg.Invalid(argument+".maxAge", fmt.Sprint(*w.MaxAge), fmt.Sprintf("%d (minAge) or more", *w.MinAge))
	}
	return w, nil
}

// targetWhere reads TargetWhere; elderAge is what makes an elder here.
func targetWhere(argument string, v any, elderAge int) (reach.TargetWhere, error) {
	var w reach.TargetWhere
	m, _ := v.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(m)) { // so that the same error is told each time
		x := m[name]
		if x == nil {
			continue
		}
		at := argument + "." + name
		var err error
		switch name {
		case "careFlags":
			w.CareFlags, err = some[string](at)(loaders.ToList(at, x, loaders.ToText))
		case "careLevel":
			w.CareLevels, err = some[kg.CareLevel](at)(loaders.ToList(at, x, named[kg.CareLevel]))
		case "hasDoorbell":
			w.HasDoorbell, err = optional(loaders.ToBool(at, x))
		case "minAge":
			var age *int
			if age, err = optional(ranged(at, x, maxAge)); w.MinAge == nil || *w.MinAge < *age {
				w.MinAge = age
			}
		case "elder":
			err = elder(&w, at, x, elderAge)
		case "minFloor":
			w.MinFloor, err = optional(ranged(at, x, maxFloor))
		case "noLift":
			w.NoLift, err = optional(loaders.ToBool(at, x))
		case "compoundKind":
			w.CompoundKinds, err = some[kg.ManagementKind](at)(loaders.ToList(at, x, named[kg.ManagementKind]))
		}
		if err != nil {
			return w, err
		}
	}
	return w, nil
}

// elder asks for somebody of the age from which people are elders here.
func elder(w *reach.TargetWhere, argument string, v any, age int) error {
	b, err := loaders.ToBool(argument, v)
	if err == nil && !b {
		err = kg.Invalid(argument, "false", "true, or left out")
	}
	if err == nil && (w.MinAge == nil || *w.MinAge < age) {
		w.MinAge = &age
	}
	return err
}

// some refuses an empty list: it would ask for nothing, or silently for everything.
func some[T any](argument string) func([]T, error) ([]T, error) {
	return func(list []T, err error) ([]T, error) {
		if err == nil && len(list) == 0 {
			err = kg.Invalid(argument, "is empty", "one value or more, or left out")
		}
		return list, err
	}
}

// maxFloor bounds the floors that can be asked for.
const maxFloor = 300

func optional[T any](v T, err error) (*T, error) { return &v, err }

// named reads a value of an enum; gqlparser has checked that it is one.
func named[S ~string](argument string, v any) (S, error) {
	s, err := loaders.ToText(argument, v)
	return S(s), err
}

func ranged(argument string, v any, most int64) (int, error) {
	n, err := loaders.ToInt(argument, v)
	if err == nil && (n < 0 || n > most) {
		err = kg.Invalid(argument, fmt.Sprint(n), fmt.Sprintf("0 to %d", most))
	}
	return int(n), err
}
