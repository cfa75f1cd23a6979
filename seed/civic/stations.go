package civic

import (
	"cmp"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/town"
)

// station is a station of one compound, or of two small old ones.
type station struct {
	id        kg.ID
	name      string
	area      int
	compounds []int
	team      int // of keepers
}

// emitStationsOfAll emits stations for every compound but the planted ones: one each, one for two where small old
// compounds share, and a second one for the largest old compounds until there are as many as the town has.
func (c *Town) emitStationsOfAll() {
	if c.Services.Stations == 0 {
		return
	}
	all := make([]int, len(c.Compounds))
	for ci := range all {
		all[ci] = ci
	}
	bare := c.Broken(figures.CompoundNoStation, all)
	for _, ci := range all {
		if bare[ci] {
			c.Plant(figures.CompoundNoStation, c.Compounds[ci].ID, c.Compounds[ci].Name+" has no station")
		}
	}
	all = slices.DeleteFunc(all, func(ci int) bool { return bare[ci] })
	sets := c.stationSets(all)
	slices.SortStableFunc(sets, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	s := c.Stream("places/stations/all")
	seen := map[int]int{}
	for n, set := range sets {
		cp := c.Compounds[set[0]]
		name := cp.Name + "红帆驿站"
		if seen[set[0]]++; seen[set[0]] > 1 {
			name = fmt.Sprintf("%s%d号", name, seen[set[0]])
		}
		p := &kg.Place{Code: c.desk("S", n+1), Name: name, PlaceKind: "station", OpeningHours: []kg.Opening{{Weekdays: everyDay, From: "08:00", To: "18:00"}}}
		building := cp.Buildings.From + (seen[set[0]]-1)*cp.Buildings.Len()/2
		since := town.Since(s, 2020, 2022)
		id := c.place(p, cp.ID, building, since)
		for _, other := range set[1:] {
			c.Out.Tie(kg.Tie{Relation: kg.Serves, From: id, To: c.Compounds[other].ID, Valid: since})
		}
		c.stations = append(c.stations, station{id: id, name: name, area: cp.Area, compounds: set})
	}
}

// stationSets are the compounds that each station serves.
func (c *Town) stationSets(compounds []int) [][]int {
	size := func(ci int) int { return c.Compounds[ci].Buildings.Len() }
	var sets [][]int
	var old []int
	for _, ci := range compounds {
		if c.Compounds[ci].Kind == kg.ManagedByProperty {
			sets = append(sets, []int{ci})
		} else {
			old = append(old, ci)
		}
	}
	slices.SortStableFunc(old, func(a, b int) int { return size(a) - size(b) })
	shared := map[int]bool{}
	for i, left := 0, c.Services.Shared; i < len(old) && left > 0; i++ {
		for _, other := range old[i+1:] {
			if !shared[old[i]] && !shared[other] && c.Compounds[old[i]].Area == c.Compounds[other].Area {
				shared[old[i]], shared[other] = true, true
				sets = append(sets, []int{old[i], other})
				left--
			}
		}
	}
	old = slices.DeleteFunc(old, func(ci int) bool { return shared[ci] })
	for _, ci := range old {
		sets = append(sets, []int{ci})
	}
	for i := len(old) - 1; len(sets) < c.Services.Stations; i-- {
		sets = append(sets, []int{old[i]})
	}
	return sets
}

// shifts are the hours that a station is kept on each day of the week.
var shifts = []kg.Duty{{From: "08:00", To: "12:00"}, {From: "14:00", To: "18:00"}}

// emitStationShifts has the keepers of each station's team on duty by turns, twice a day; at the planted stations
// nobody is on one day of the week.
func (c *Town) emitStationShifts() {
	s := c.Stream("rosters/stations")
	all := make([]int, len(c.stations))
	for i := range all {
		all[i] = i
	}
	bare := c.Broken(figures.StationShiftEmpty, all)
	for i, st := range c.stations {
		people := c.keepers[st.team]
		since := town.Since(s, 2022, 2024)
		closed := 0
		if bare[i] {
			closed = 6 + s.N(2)
			c.Plant(figures.StationShiftEmpty, st.id, fmt.Sprintf("%s: nobody is on duty on day %d of the week", st.name, closed))
		}
		first := s.N(len(people))
		for k := range 7 * len(shifts) {
			hours := shifts[k%len(shifts)]
			hours.Weekday = k/len(shifts) + 1
			if hours.Weekday != closed {
				c.onDuty(people[(first+k)%len(people)], st.id, "驿站值班", []kg.Duty{hours}, since)
			}
		}
	}
}

// emitStreetCentres emits the service centres of streets, in the offices of streets.
func (c *Town) emitStreetCentres(s *draw.Stream) {
	for _, d := range c.Parents {
		if d.Form != kg.FormStreet {
			continue
		}
		for ui := range c.Units {
			if u := &c.Units[ui]; u.Class == town.StreetOffice && c.Areas[u.Area].Parent == d.Code {
				p := &kg.Place{Code: c.desk("D", ui), Name: d.Name + "党群服务中心", PlaceKind: "service centre", OpeningHours: centreHours}
				c.place(p, c.Divisions[d.Code], u.Building, town.Since(s, 2015, 2019))
			}
		}
	}
}
