package seed_test

import (
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/seed"
)

// within reports a ratio out of its range.
func within(t *testing.T, what string, part, whole int, low, high float64) {
	t.Helper()
	if got := float64(part) / float64(max(whole, 1)); got < low || got > high {
		t.Errorf("%s: %d / %d = %.3f, want %.3f to %.3f", what, part, whole, got, low, high)
	}
}

func TestHouseholdsAndAgesArePlausible(t *testing.T) {
	eachTown(t, func(t *testing.T, name string, g *graph) {
		people := len(g.kinds[kg.KindPerson])
		homes := by(g.now(kg.LivesIn), to)
		low, high := 2.6, 2.9
		if name == "county" { // 4.00 by its article
			low, high = 3.99, 4.01
		}
		within(t, "people a household", people, len(homes), low, high)
		if len(homes) != len(g.kinds[kg.KindHousehold]) {
			t.Errorf("%d of %d households have people", len(homes), len(g.kinds[kg.KindHousehold]))
		}
		minors, elders, centenarians := 0, 0, 0
		for _, p := range all[*kg.Person](g) {
			switch age := p.BirthDate.Age(seed.Reference); {
			case age < 18:
				minors++
			case age >= 96:
				centenarians++
			case age >= 60:
				elders++
			}
		}
		within(t, "minors", minors, people, 0.14, 0.24)
		within(t, "people of 60 and more", elders, people, 0.16, 0.27)
		within(t, "elderly people alone", g.flagged(kg.ElderlyAlone), people, 0.015, 0.025)
		if centenarians > 0 {
			t.Errorf("%d people are 96 or older", centenarians)
		}
		for _, residents := range homes {
			for _, tie := range residents {
				p := g.person(tie.From)
				if holds(p.CareFlags, kg.ElderlyAlone) && (len(residents) > 1 || p.BirthDate.Age(seed.Reference) < 60) {
					t.Fatalf("%s is flagged as elderly and alone with %d others", p.Name, len(residents)-1)
				}
				if tie.Valid.From < p.BirthDate {
					t.Fatalf("%s moved in before birth", p.Name)
				}
			}
		}
	})
}

func TestMembersWorkAndRetireAsTheFillRulesSay(t *testing.T) {
	g := city()
	area := g.areaOfBuildings()
	homes, units, site := map[kg.ID]kg.ID{}, map[kg.ID]kg.ID{}, map[kg.ID]kg.ID{}
	building := g.buildingOfHomes()
	for _, tie := range g.now(kg.LivesIn) {
		homes[tie.From] = area[building[tie.To]]
	}
	for _, tie := range g.now(kg.LocatedIn) {
		site[tie.From] = area[tie.To]
	}
	for _, tie := range g.now(kg.WorksAt) {
		units[tie.From] = site[tie.To]
	}
	members, retired, serving, elsewhere := 0, 0, 0, 0
	for _, p := range all[*kg.Person](g) {
		if !p.PartyMember() {
			continue
		}
		members++
		if p.Retired {
			retired++
		} else if at := units[p.ID]; at != "" {
			serving++
			if at != homes[p.ID] {
				elsewhere++
			}
		}
	}
	within(t, "members among people", members, len(g.kinds[kg.KindPerson]), 0.045, 0.055)
	within(t, "retired members", retired, members, 0.35, 0.45)
	within(t, "members who work in another community than they live", elsewhere, serving, 0.65, 0.75)
	within(t, "members who have registered", len(g.now(kg.RegisteredWith)), serving, 0.85, 0.98)
	within(t, "entrances a residential building", len(g.kinds[kg.KindEntrance]), len(by(g.now(kg.InCompound), from))-550, 2.1, 2.3)
	for unit, ties := range by(g.now(kg.PairedWith), from) {
		if len(ties) > 5 {
			t.Errorf("%s is paired with %d communities", g.title(unit), len(ties))
		}
	}
}

// areaOfBuildings is the community of each building, by its grid or directly.
func (g *graph) areaOfBuildings() map[kg.ID]kg.ID {
	up, out := map[kg.ID]kg.ID{}, map[kg.ID]kg.ID{}
	for _, tie := range g.now(kg.PartOf) {
		up[tie.From] = tie.To
	}
	for _, b := range all[*kg.Building](g) {
		at := up[b.ID]
		if at.Kind() == kg.KindGrid {
			at = up[at]
		}
		out[b.ID] = at
	}
	return out
}

// buildingOfHomes is the building of each household.
func (g *graph) buildingOfHomes() map[kg.ID]kg.ID {
	up, out := map[kg.ID]kg.ID{}, map[kg.ID]kg.ID{}
	for _, tie := range g.now(kg.PartOf) {
		up[tie.From] = tie.To
	}
	for _, h := range all[*kg.Household](g) {
		at := up[h.ID]
		if at.Kind() == kg.KindEntrance {
			at = up[at]
		}
		out[h.ID] = at
	}
	return out
}

func TestElderlyPeopleAloneLiveMostlyInOldCompounds(t *testing.T) {
	g := city()
	compound := map[kg.ID]kg.ManagementKind{}
	for _, tie := range g.now(kg.InCompound) {
		if c, ok := g.nodes[tie.To].(*kg.Compound); ok {
			compound[tie.From] = c.ManagementKind
		}
	}
	building := g.buildingOfHomes()
	alone, homes := map[kg.ManagementKind]int{}, map[kg.ManagementKind]int{}
	for _, at := range building {
		homes[compound[at]]++
	}
	for _, tie := range g.now(kg.LivesIn) {
		if holds(g.person(tie.From).CareFlags, kg.ElderlyAlone) {
			alone[compound[building[tie.To]]]++
		}
	}
	within(t, "households of elderly people alone in old compounds", alone[kg.ManagedOld], homes[kg.ManagedOld], 0.08, 0.2)
	within(t, "households of elderly people alone in property-run compounds", alone[kg.ManagedByProperty], homes[kg.ManagedByProperty], 0, 0.04)
}

func TestBuildingsStandInStreetsOnTheTownsGround(t *testing.T) {
	boxes := map[string][4]float64{ // south, north, west, east; Shishou's town ends south of the Yangtze
		"city":    {29.690, 29.7240, 112.375, 112.450},
		"county":  {37.880, 37.966, 114.559, 114.672},
		"village": {45.325, 45.345, 131.010, 131.040},
		"town":    {35.560, 35.7160, 117.125, 117.533}, // in the county's boundary; villages between 44 km east and west
	}
	eachTown(t, func(t *testing.T, name string, g *graph) {
		box := boxes[name]
		var points []geo.Point
		taken := map[geo.Point]string{}
		for _, b := range all[*kg.Building](g) {
			if b.Point == nil {
				continue
			}
			p := *b.Point
			if p.Lat < box[0] || p.Lat > box[1] || p.Lon < box[2] || p.Lon > box[3] {
				t.Fatalf("%s stands at %v", b.Name, p)
			}
			if other, ok := taken[p]; ok {
				t.Fatalf("%s and %s stand on one spot", b.Name, other)
			}
			taken[p] = b.Name
			points = append(points, p)
		}
		near, crowd := 0, 0 // has a neighbour within 60 m; how many within 500 m
		for i := range points {
			least := 1e9
			for j := range points {
				if i == j || points[i].Lat-points[j].Lat > 0.005 || points[j].Lat-points[i].Lat > 0.005 {
					continue
				}
				d := geo.Distance(points[i], points[j])
				least = min(least, d)
				if d <= 500 {
					crowd++
				}
			}
			if least <= 60 {
				near++
			}
			if least < 10 {
				t.Fatalf("buildings stand %.1f m apart", least)
			}
		}
		within(t, "buildings with a neighbour within 60 m", near, len(points), 0.85, 1)
		if name == "city" && crowd/len(points) < 80 {
			t.Errorf("%d buildings within 500 m of an average one, want a town", crowd/len(points))
		}
	})
}

func TestRespondersHaveConsentsVettingsAndPatterns(t *testing.T) {
	eachTown(t, func(t *testing.T, name string, g *graph) {
		profiles, members, weekly, vetted, away := 0, 0, 0, 0, 0
		for _, p := range all[*kg.Person](g) {
			if p.Responder == nil {
				continue
			}
			profiles++
			if p.PartyMember() {
				members++
			}
			if p.Responder.Weekly != "" {
				weekly++
			}
			if len(p.Responder.Vettings) > 0 {
				vetted++
			}
			if len(p.Responder.Pauses)+len(p.Responder.Leaves) > 0 {
				away++
			}
			if p.BirthDate.Age(seed.Reference) < 18 {
				t.Fatalf("%s is a responder under age", p.Name)
			}
		}
		within(t, "responders among people", profiles, len(g.kinds[kg.KindPerson]), 0.04, 0.1)
		within(t, "members among responders", members, profiles, 0.2, 0.7)
		if name == "city" {
			within(t, "weekly patterns among responders", weekly, profiles, 0.03, 0.15)
			within(t, "vetted responders", vetted, profiles, 0.9, 0.98)
			within(t, "responders with a pause or leave", away, profiles, 0.02, 0.12)
			if n := count(g, func(h *kg.Household) bool { return len(h.Refusals) > 0 }); n == 0 {
				t.Error("no household refuses anybody")
			}
		}
	})
}

func TestEveryRelationAndKindIsInTheCity(t *testing.T) {
	g := city()
	for _, d := range kg.Kinds {
		if len(g.kinds[d.Kind]) == 0 && d.Kind != kg.KindMeasure && !d.Kind.Record() { // those are made by the program that serves the town
			t.Errorf("no %s", d.Kind)
		}
	}
	for _, d := range kg.Relations {
		if d.Record() {
			continue
		}
		if len(g.now(d.Relation)) == 0 && d.Relation != kg.MeasureOf {
			t.Errorf("no %s", d.Relation)
		}
		for _, field := range d.Fields {
			f := kg.TieFieldOf(field)
			set := 0
			for _, tie := range g.ties[d.Relation] {
				if v := f.Get(tie); v != "" && v != int64(0) && v != false {
					set++
				}
			}
			if set == 0 && !rare[string(d.Relation)+"."+field] {
				t.Errorf("no %s carries %s", d.Relation, field)
			}
		}
	}
}

// rare are fields of ties that no rule of the presets fills.
var rare = map[string]bool{
	"BELONGS_TO.role": true, "REGISTERED_WITH.fullTime": true,
}
