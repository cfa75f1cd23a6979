package reach

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lintu/geo"
	"lintu/kg"
)

// DutyLevel is how far up from a door a responsibility counts for it.
type DutyLevel string

// The levels; each counts with all before it.
const (
	DutyHousehold DutyLevel = "HOUSEHOLD"
	DutyEntrance  DutyLevel = "ENTRANCE"
	DutyBuilding  DutyLevel = "BUILDING"
	DutyCompound  DutyLevel = "COMPOUND"
	DutyGrid      DutyLevel = "GRID"
	DutyDivision  DutyLevel = "DIVISION"
)

// DutyLevels are the levels from the door up.
var DutyLevels = []DutyLevel{DutyHousehold, DutyEntrance, DutyBuilding, DutyCompound, DutyGrid, DutyDivision}

// dutyKinds are the kinds of the levels.
var dutyKinds = []kindNum{households, entrances, buildings, compounds, grids, divisions}

// DutyWhere chooses what counts as somebody's duty for a household.
type DutyWhere struct {
	Level        DutyLevel // "": BUILDING, since somebody is responsible for nearly every grid
	IncludePosts bool      // posts held there too (heads of buildings and entrances, grid workers), not only responsibilities
}

func (w *DutyWhere) level() (int, error) {
	if w.Level == "" {
		return slices.Index(DutyLevels, DutyBuilding), nil
	}
	n := slices.Index(DutyLevels, w.Level)
	if n < 0 {
		names := make([]string, len(DutyLevels))
		for i, l := range DutyLevels {
			names[i] = string(l)
		}
		return 0, kg.Invalid("provider.duty.level", fmt.Sprintf("%q", w.Level), strings.Join(names, ", "))
	}
	return n, nil
}

// Duty is who is named for the targets of a scene on its date: people, and teams, units and party organizations. Who
// does not satisfy the scene's conditions on people is not in it; teams, units and organizations satisfy none. It is
// immutable.
type Duty struct {
	Holders []DutyHolder // distinct, in the order of the snapshot
	From    []int32      // by target, and one more: where its holders begin in Named
	Named   []int32      // numbers of holders; of a target distinct, ascending

	scene *Scene
}

// DutyHolder is somebody who is named.
type DutyHolder struct {
	Person     bool
	Works      bool
	Home, Work *geo.Point // of a person; nil where nobody knows

	who ref
}

// Duty finds who is named for the scene's targets. The error is kg.ErrInvalid for an unknown level.
func (sc *Scene) Duty(w DutyWhere) (*Duty, error) {
	level, err := w.level()
	if err != nil {
		return nil, err
	}
	d := &Duty{scene: sc, From: make([]int32, 1, len(sc.Targets)+1)}
	ground := sc.asker.day.ground
	on := sc.named(w.IncludePosts)
	numbers := map[ref]int32{}
	var list []int32
	add := func(a ref) {
		for _, who := range on[a] {
			n, known := numbers[who]
			if !known {
				n = d.holder(who)
				numbers[who] = n
			}
			if n >= 0 {
				list = append(list, n)
			}
		}
	}
	for i := range sc.Targets {
		row := sc.Targets[i].row
		list = list[:0]
		add(newRef(households, row))
		for _, a := range ground.above(row) {
			if at := slices.Index(dutyKinds, a.kind()); at >= 0 && at <= level {
				add(a)
			}
		}
		slices.Sort(list)
		d.Named = append(d.Named, slices.Compact(list)...)
		d.From = append(d.From, int32(len(d.Named)))
	}
	return d, nil
}

// Of are the holders of a target.
func (d *Duty) Of(target int32) []int32 { return d.Named[d.From[target]:d.From[target+1]] }

// ID is the id of a holder.
func (d *Duty) ID(holder int32) kg.ID { return d.scene.asker.s.id(d.Holders[holder].who) }

// named is who is responsible for what on the scene's date, and who holds a post there.
func (sc *Scene) named(posts bool) map[ref][]ref {
	s := sc.asker.s
	counts := make([]bool, s.hows.values.n)
	for i := range counts {
		h := s.hows.at(uint32(i))
		counts[i] = (h.relation == responsibleFor || posts && h.relation == holdsPost) && h.valid.Holds(sc.Date)
	}
	out := map[ref][]ref{}
	for _, k := range []kindNum{units, orgs, teams, people} {
		s.bundles[k].each(func(row int32, l link) {
			if counts[l.how] && s.lives(l.to, sc.Date) && s.lives(newRef(k, row), sc.Date) {
				out[l.to] = append(out[l.to], newRef(k, row))
			}
		})
	}
	return out
}

// each visits all ties.
func (b *bundles) each(visit func(row int32, l link)) {
	for i, k := range b.chunks {
		from := uint32(0)
		for row, to := range k.ends {
			for _, l := range k.ties[from:to] {
				visit(int32(i*chunkRows+row), l)
			}
			from = to
		}
	}
}

// holder adds somebody who is named; -1 for who is not asked about or not in scope.
func (d *Duty) holder(who ref) int32 {
	a := d.scene.asker
	h := DutyHolder{who: who, Person: who.kind() == people}
	if h.Person {
		if !a.asked(who.row()) {
			return -1
		}
		h.Home, h.Work, h.Works = a.points(who.row())
	} else if !a.where.anybody() || !a.scope.sees(who) {
		return -1
	}
	d.Holders = append(d.Holders, h)
	return int32(len(d.Holders) - 1)
}

// anybody says whether nothing is asked that only people can satisfy.
func (w *ResponderWhere) anybody() bool {
	bare := *w
	bare.IncludeCareFlagged = false
	return bare.IsZero()
}

// points are where a person lives and works on the asker's day, nil where nobody knows; and whether they work.
func (a *asker) points(person int32) (home, work *geo.Point, works bool) {
	s := a.s
	if h := a.day.crowd.home[person]; h >= 0 {
		if spot := a.day.ground.doors[h].spot; spot != 0 {
			home = s.spots.at(spot.row()).point
		}
	}
	w := s.window(a.m.date)
	t, works := s.workplace(person, w)
	if works {
		if site := s.site(t, w); site != 0 {
			work = s.spots.at(site.row()).point
		}
	}
	return home, work, works
}

// Where is where a person who is named is at an instant, with their presence; nil where nobody knows, or away. Whether
// they are responders is not asked. For teams, units and organizations there is no answer: their presence is "".
func (d *Duty) Where(holder int32, at time.Time) (*geo.Point, kg.Presence) {
	h := &d.Holders[holder]
	if !h.Person {
		return nil, ""
	}
	s := d.scene.asker.s
	switch p := presence(s.people.at(h.who.row()).responder(), h.Works, s.moment(at)); p {
	case kg.AtHome:
		return h.Home, p
	case kg.AtWork:
		return h.Work, p
	default:
		return nil, p
	}
}
