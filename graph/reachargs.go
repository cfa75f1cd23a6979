package graph

import (
	"fmt"

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
	for name, x := range m {
		if x == nil {
			continue
		}
		at := argument + "." + name
		var err error
		switch name {
		case "partyMember":
			w.PartyMember, err = optional(loaders.ToBool(at, x))
		case "specialties":
			w.Specialties, err = loaders.ToList(at, x, loaders.ToText)
		case "teams":
			w.TeamIDs, err = loaders.ToList(at, x, loaders.ToID)
		case "units":
			w.UnitIDs, err = loaders.ToList(at, x, loaders.ToID)
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
	return w, nil
}

// targetWhere reads TargetWhere.
func targetWhere(argument string, v any) (reach.TargetWhere, error) {
	var w reach.TargetWhere
	m, _ := v.(map[string]any)
	for name, x := range m {
		if x == nil {
			continue
		}
		at := argument + "." + name
		var err error
		switch name {
		case "careFlags":
			w.CareFlags, err = loaders.ToList(at, x, loaders.ToText)
		case "careLevel":
			w.CareLevels, err = loaders.ToList(at, x, named[kg.CareLevel])
		case "hasDoorbell":
			w.HasDoorbell, err = optional(loaders.ToBool(at, x))
		case "minAge":
			w.MinAge, err = optional(ranged(at, x, maxAge))
		case "minFloor":
			w.MinFloor, err = optional(ranged(at, x, maxFloor))
		case "noLift":
			w.NoLift, err = optional(loaders.ToBool(at, x))
		case "compoundKind":
			w.CompoundKinds, err = loaders.ToList(at, x, named[kg.ManagementKind])
		}
		if err != nil {
			return w, err
		}
	}
	return w, nil
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
