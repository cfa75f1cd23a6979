package coverage

import (
	"cmp"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
)

// Fragility says on whom alone it hangs that targets are covered. Of a band it holds at its hour with the fewest
// targets covered.
type Fragility struct {
	// People (or places) by how many targets would not be covered without them, the most first, then by id.
	People []Fragile
	// Units by how many targets would not be covered if the unit ended its pairings, in the same order: if those of its
	// people did not come who come to a target by a pairing of that unit alone, that is who are of no other unit which is
	// paired with an area that contains the target. None where places or duty cover.
	Units []Fragile

	OnPeople int // targets that hang on at least one person: those with exactly K
	OnUnits  int // targets that hang on at least one unit

	scene  *reach.Scene
	people map[kg.ID][]int32
	units  map[kg.ID][]int32
}

// Fragile is a person or unit with the number of targets that hang on them.
type Fragile struct {
	ID      kg.ID
	Targets int
}

// OfPerson are the households that would not be covered without a person, OfUnit those that would not if a unit ended
// its pairings; by id.
func (f *Fragility) OfPerson(id kg.ID) []kg.ID { return households(f.scene, f.people[id]) }

// OfUnit are the households that hang on a unit.
func (f *Fragility) OfUnit(id kg.ID) []kg.ID { return households(f.scene, f.units[id]) }

func households(sc *reach.Scene, targets []int32) []kg.ID {
	out := make([]kg.ID, len(targets))
	for i, t := range targets {
		out[i] = sc.Household(int(t))
	}
	slices.Sort(out)
	return out
}

// Fragility is that of the coverage's targets; by says in which ways people are of a unit, STAFF and PARTY where it is
// empty. The error is kg.ErrInvalid where duty is the provider: those who are named are told by the mismatch.
func (c *Coverage) Fragility(by []reach.UnitTie) (*Fragility, error) {
	q := &c.body.query
	if q.Provider.Duty != nil {
		return nil, kg.Invalid("provider.duty", "has no fragility", "responders or places")
	}
	if len(by) == 0 {
		by = []reach.UnitTie{reach.Staff, reach.Party}
	}
	f := &fragile{Fragility: &Fragility{scene: c.worst, people: map[kg.ID][]int32{}, units: map[kg.ID][]int32{}}, come: newComing(c), k: c.Query.K}
	if q.Provider.Places == nil {
		f.ties = c.worst.Units(by)
		f.lost = make([]int, f.ties.Len())
	}
	f.byPerson, f.byUnit = map[int32][]int32{}, map[int32][]int32{}
	spot, from := int32(-1), 0
	targets := c.targets()
	for i := 0; i <= len(targets); i++ { // targets at one spot stand together
		if i < len(targets) && c.worst.Targets[targets[i]].Spot == spot {
			continue
		}
		if spot >= 0 {
			f.at(spot, targets[from:i])
		}
		if i < len(targets) {
			spot, from = c.worst.Targets[targets[i]].Spot, i
		}
	}
	f.finish()
	return f.Fragility, nil
}

type fragile struct {
	*Fragility
	come *coming
	k    int
	ties *reach.SceneUnits // nil for places

	byPerson, byUnit map[int32][]int32 // targets
	lost             []int             // by unit: of those who come to the spot that is looked at, who come by it alone
	met              []int32
}

// at looks at the targets of one spot.
func (f *fragile) at(spot int32, targets []int32) {
	here := f.come.to(spot)
	if f.safe(here, targets) {
		return
	}
	var sole []int32 // by comer: the unit by which alone they come, -1 for none
	if f.ties != nil {
		sole = f.sole(here, f.ties.Paired(targets[0]))
	}
	for _, t := range targets {
		without := f.come.scene.Targets[t].Without
		n := 0
		for i, c := range here {
			if slices.Contains(without, c) {
				continue
			}
			n++
			if sole != nil && sole[i] >= 0 {
				if f.lost[sole[i]] == 0 {
					f.met = append(f.met, sole[i])
				}
				f.lost[sole[i]]++
			}
		}
		if n == f.k {
			f.OnPeople++
			for _, c := range here {
				if !slices.Contains(without, c) {
					f.byPerson[c] = append(f.byPerson[c], t)
				}
			}
		}
		hangs := false
		for _, u := range f.met {
			if n >= f.k && n-f.lost[u] < f.k {
				f.byUnit[u] = append(f.byUnit[u], t)
				hangs = true
			}
			f.lost[u] = 0
		}
		f.met = f.met[:0]
		if hangs {
			f.OnUnits++
		}
	}
}

// safe says that none of the targets hangs on anybody: too few come anyhow, or enough who are of no unit that is paired
// there.
func (f *fragile) safe(here, targets []int32) bool {
	most := 0
	for _, t := range targets {
		most = max(most, len(f.come.scene.Targets[t].Without))
	}
	enough := f.k + 1 + most // who come whatever one person or one unit does
	if len(here) < enough {
		return len(here) < f.k // covers none
	}
	if f.ties == nil {
		return true
	}
	free := len(here)
	paired := f.ties.Paired(targets[0])
	for _, c := range here {
		for _, u := range f.ties.Of(c) {
			if _, ok := slices.BinarySearch(paired, u); ok {
				free--
				break
			}
		}
		if free < enough {
			return false
		}
	}
	return true
}

// sole are, for those who come to a spot, the units by which alone they come there, of those that are paired there.
func (f *fragile) sole(here, paired []int32) []int32 {
	out := make([]int32, len(here))
	for i, c := range here {
		out[i] = -1
		for _, u := range f.ties.Of(c) {
			if _, ok := slices.BinarySearch(paired, u); !ok {
				continue
			}
			if out[i] >= 0 {
				out[i] = -1
				break
			}
			out[i] = u
		}
	}
	return out
}

func (f *fragile) finish() {
	collect := func(by map[int32][]int32, id func(int32) kg.ID, into map[kg.ID][]int32) []Fragile {
		out := make([]Fragile, 0, len(by))
		for n, targets := range by {
			key := id(n)
			into[key] = targets
			out = append(out, Fragile{key, len(targets)})
		}
		slices.SortFunc(out, func(a, b Fragile) int {
			return cmp.Or(cmp.Compare(b.Targets, a.Targets), cmp.Compare(a.ID, b.ID))
		})
		return out
	}
	f.People = collect(f.byPerson, func(c int32) kg.ID { return f.scene.Person(int(c)) }, f.people)
	if f.ties != nil {
		f.Units = collect(f.byUnit, f.ties.ID, f.units)
	}
}

// coming finds who comes to a spot.
type coming struct {
	*reader
	stand *reach.Standing
	list  []int32
}

func newComing(c *Coverage) *coming {
	return &coming{reader: c.around.on(c.worst).read(), stand: c.stand}
}

// to are the responders who come to a spot, on its side of barriers, whoever lives there; until the next call.
func (w *coming) to(spot int32) []int32 {
	s := &w.scene.Spots[spot]
	w.list = w.list[:0]
	stations, _ := w.of(int(spot))
	for _, at := range stations {
		from, plain := w.stand.From[at], w.stand.Plain[at]
		w.list = append(w.list, w.stand.People[from:from+plain]...)
		limited := w.stand.Limited(at)
		if len(limited) == 0 {
			continue
		}
		chord2 := geo.Chord2(s.Unit, w.scene.Stations[at])
		for _, c := range limited {
			if w.scene.Candidates[c].Limit < chord2 {
				break
			}
			w.list = append(w.list, c)
		}
	}
	return w.list
}
