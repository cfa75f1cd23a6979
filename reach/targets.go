package reach

import (
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
)

// TargetWhere chooses households. All conditions hold; an absent one asks nothing, so that the zero TargetWhere
// chooses every household.
type TargetWhere struct {
	CareFlags     []string            // any of them, of the household itself or of one of its people
	CareLevels    []kg.CareLevel      // any of them
	HasDoorbell   *bool               // a doorbell is installed
	MinAge        *int                // somebody there is at least that old
	MinFloor      *int                // the door is at least that high
	NoLift        *bool               // true: not behind an entrance with a lift; false: behind one
	CompoundKinds []kg.ManagementKind // in a compound managed in one of these ways
}

// DefaultTargets chooses the households of elderly people living alone.
func DefaultTargets() TargetWhere { return TargetWhere{CareFlags: []string{kg.ElderlyAlone}} }

func (w *TargetWhere) check() error {
	for _, f := range w.CareFlags {
		if !kg.CareFlags.Has(f) {
			return kg.Invalid("targets.careFlags", fmt.Sprintf("%q", f), strings.Join(kg.CareFlags.Names(), ", "))
		}
	}
	for _, l := range w.CareLevels {
		if !kg.CareLevels.Has(string(l)) {
			return kg.Invalid("targets.careLevel", fmt.Sprintf("%q", l), strings.Join(kg.CareLevels.Names(), ", "))
		}
	}
	for _, k := range w.CompoundKinds {
		if !kg.ManagementKinds.Has(string(k)) {
			return kg.Invalid("targets.compoundKind", fmt.Sprintf("%q", k), strings.Join(kg.ManagementKinds.Names(), ", "))
		}
	}
	return checkAge("targets.minAge", w.MinAge)
}

// targets are the rows of the households in an area that are chosen on the asker's day.
func (a *asker) targets(area ref, w *TargetWhere) []int32 {
	var out []int32
	look := func(row int32) {
		r := newRef(households, row)
		if a.s.lives(r, a.m.date) && a.day.ground.in(r, area) && a.chosen(row, w) && a.scope.sees(r) {
			out = append(out, row)
		}
	}
	if len(w.CareFlags) > 0 {
		for _, row := range a.day.crowd.watched {
			look(row)
		}
		return out
	}
	for row := range a.s.households.n {
		look(int32(row))
	}
	return out
}

func (a *asker) chosen(row int32, w *TargetWhere) bool {
	h := a.s.households.at(row)
	switch {
	case len(w.CareFlags) > 0 && !a.flagged(row, w.CareFlags):
		return false
	case len(w.CareLevels) > 0 && (h.care == nil || !slices.Contains(w.CareLevels, h.care.level)):
		return false
	case w.HasDoorbell != nil && *w.HasDoorbell != a.day.crowd.bells[row]:
		return false
	case w.MinAge != nil && !a.hasAge(row, *w.MinAge):
		return false
	case w.MinFloor != nil && int(h.floor) < *w.MinFloor:
		return false
	case w.NoLift != nil && *w.NoLift == a.hasLift(row):
		return false
	}
	return len(w.CompoundKinds) == 0 || a.inCompound(row, w.CompoundKinds)
}

func (a *asker) flagged(row int32, values []string) bool {
	asked := func(f kg.Flag) bool { return slices.Contains(values, f.Value) && f.Holds(a.m.date) }
	if c := a.s.households.at(row).care; c != nil && slices.ContainsFunc(c.flags, asked) {
		return true
	}
	return slices.ContainsFunc(a.day.crowd.residents.of(row), func(p int32) bool {
		pr := a.s.people.at(p).profile
		return pr != nil && slices.ContainsFunc(pr.flags, asked)
	})
}

func (a *asker) hasAge(row int32, years int) bool {
	return slices.ContainsFunc(a.day.crowd.residents.of(row), func(p int32) bool {
		person := a.s.people.at(p)
		return !person.birth.IsZero() && person.age(a.m.date) >= years
	})
}

func (a *asker) hasLift(row int32) bool {
	e := a.day.ground.doors[row].entrance
	return e != 0 && a.s.spots.at(e.row()).is&lifted != 0
}

func (a *asker) inCompound(row int32, managed []kg.ManagementKind) bool {
	return slices.ContainsFunc(a.day.ground.above(row), func(area ref) bool {
		return area.kind() == compounds && slices.Contains(managed, a.s.others[compounds].at(area.row()).management)
	})
}
