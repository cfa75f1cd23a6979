package town

import (
	"fmt"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/sink"
)

// drawEstates draws compounds, their buildings and entrances, and lays them out; a village has houses only.
func (w *World) drawEstates() {
	if w.Rural() {
		w.drawHouses()
		return
	}
	weights := w.areaWeights()
	counts := make([][]int, len(w.Figures.Compounds)) // by kind, then area
	for k, c := range w.Figures.Compounds {
		counts[k] = draw.Share(c.Count, weights)
	}
	homes := draw.Share(w.Figures.Homes, weights)
	entrances := draw.Share(w.Figures.Entrances, homes)
	offices := draw.Share(w.Figures.Offices, weights)
	names := map[string]int{}
	roads := draw.Roads(w.Stream("roads"))
	for ai := range w.Areas {
		s := w.Stream("estates/" + w.Areas[ai].Code)
		w.drawCompounds(s, ai, counts, names)
		w.drawBuildings(s, ai, homes[ai])
		w.drawEntrances(s, ai, entrances[ai])
		roads = w.layOut(s, ai, roads)
		w.drawOffices(s, ai, offices[ai])
		w.Areas[ai].Buildings = Range{w.buildingsFrom(ai), len(w.Buildings)}
	}
}

func (w *World) buildingsFrom(ai int) int {
	if ai == 0 {
		return 0
	}
	return w.Areas[ai-1].Buildings.To
}

func (w *World) drawCompounds(s *draw.Stream, ai int, counts [][]int, names map[string]int) {
	a := &w.Areas[ai]
	var kinds []int
	for k := range counts {
		for range counts[k][ai] {
			kinds = append(kinds, k)
		}
	}
	draw.Shuffle(s, kinds)
	a.Compounds.From = len(w.Compounds)
	for i, k := range kinds {
		kind := w.Figures.Compounds[k]
		code := fmt.Sprintf("%s-C%03d", a.Code, i+1)
		w.Compounds = append(w.Compounds, Compound{
			ID: sink.NodeID(kg.KindCompound, code), Code: code, Name: estateName(s, kind.Kind, names),
			Area: ai, Kind: kind.Kind, Elder: kind.Elder, Unit: None,
		})
	}
	a.Compounds.To = len(w.Compounds)
}

// estateName draws a name that no other compound of the town has; empty for those that are called by their address.
func estateName(s *draw.Stream, kind kg.ManagementKind, names map[string]int) string {
	if kind != kg.ManagedByProperty && (kind != "" || !s.Chance(300)) {
		return ""
	}
	name := s.Estate()
	names[name]++
	if n := names[name]; n > 1 {
		return fmt.Sprintf("%s%d区", name, n)
	}
	return name
}

// drawBuildings gives each compound one building and shares out the others by the kind's size.
func (w *World) drawBuildings(s *draw.Stream, ai, homes int) {
	a := w.Areas[ai]
	sizes := make([]int, a.Compounds.Len())
	for i := range sizes {
		sizes[i] = w.compoundSize(w.Compounds[a.Compounds.From+i].Kind) * s.Between(30, 170)
	}
	for i, more := range draw.Share(homes-len(sizes), sizes) {
		ci := a.Compounds.From + i
		c := &w.Compounds[ci]
		c.Buildings.From = len(w.Buildings)
		decade := s.Between(0, 3)
		for n := range more + 1 {
			w.Buildings = append(w.Buildings, w.newBuilding(s, ci, n+1, decade))
		}
		c.Buildings.To = len(w.Buildings)
	}
}

func (w *World) compoundSize(kind kg.ManagementKind) int {
	for _, k := range w.Figures.Compounds {
		if k.Kind == kind {
			return k.Size
		}
	}
	return 1
}

func (w *World) newBuilding(s *draw.Stream, ci, n, decade int) Building {
	c := &w.Compounds[ci]
	code := fmt.Sprintf("%s-B%03d", c.Code, n)
	b := Building{
		ID: sink.NodeID(kg.KindBuilding, code), Code: code,
		Area: c.Area, Compound: ci, Grid: None,
	}
	switch {
	case c.Kind == kg.ManagedByProperty && s.Chance(350):
		b.Floors, b.Lift, b.Built = s.Between(11, 18), true, s.Between(2010, 2021)
	case c.Kind == kg.ManagedByProperty:
		b.Floors, b.Built = s.Between(5, 7), s.Between(2004, 2016)
	case c.Kind == kg.ManagedByUnit:
		b.Floors, b.Built = s.Between(4, 6), 1982+decade*6+s.N(6)
	case c.Kind == kg.ManagedOld || c.Kind == kg.ManagedByNone:
		b.Floors, b.Built = s.Between(3, 6), 1978+decade*5+s.N(5)
	default:
		b.Floors, b.Built = s.Between(3, 6), 1988+decade*7+s.N(7)
	}
	if !b.Lift && b.Floors >= 5 && w.Care.AddedLifts == 0 {
		b.Lift = s.Chance(15) // a lift was added
	}
	return b
}

func (w *World) drawEntrances(s *draw.Stream, ai, entrances int) {
	from := w.buildingsFrom(ai)
	n := len(w.Buildings) - from
	weights, caps := make([]int, n), make([]int, n)
	for i := range n {
		weights[i], caps[i] = s.Between(1, 10), 4
	}
	for i, more := range draw.ShareCapped(entrances-n, weights, caps) {
		b := &w.Buildings[from+i]
		b.Entrances.From = len(w.Entrances)
		for k := range more + 1 {
			number := fmt.Sprintf("%d单元", k+1)
			w.Entrances = append(w.Entrances, Entrance{
				ID: sink.NodeID(kg.KindEntrance, string(b.ID), number), Number: number, Building: from + i, Doors: b.Floors * 2,
			})
		}
		b.Entrances.To = len(w.Entrances)
	}
}

// drawHouses draws villages' houses in rows along the roads of their groups.
func (w *World) drawHouses() {
	homes, groups := draw.Share(w.Figures.Homes, w.areaWeights()), draw.Share(w.Figures.Grids, w.areaWeights())
	for ai := range w.Areas {
		a := &w.Areas[ai]
		s := w.Stream("houses/" + a.Code)
		a.Buildings.From = len(w.Buildings)
		rows := draw.Share(homes[ai], draw.Even(max(groups[ai], 1)))
		for g, houses := range rows {
			east, north := a.Width/12+(g%3)*a.Width*3/10+s.N(9000), a.Height/6+(g/3)*a.Height*2/5+s.N(9000)
			perRow := (houses + 3) / 4
			for n := range houses {
				code := fmt.Sprintf("%s-H%d%03d", a.Code, g+1, n+1)
				w.Buildings = append(w.Buildings, Building{
					ID: sink.NodeID(kg.KindBuilding, code), Code: code, Name: fmt.Sprintf("%s%d组%d号", a.Short, g+1, n+1),
					Address: fmt.Sprintf("%s%d组", a.Short, g+1), Area: ai, Compound: None, Floors: 1, Built: s.Between(1975, 2018),
					East: a.East + east + n%perRow*2400 + s.N(600), North: a.North + north + n/perRow*5500 + s.N(900),
				})
			}
		}
		a.Buildings.To = len(w.Buildings)
	}
}
