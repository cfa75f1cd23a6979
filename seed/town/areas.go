package town

import (
	"cmp"
	"fmt"
	"strings"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/sink"
)

func (w *World) drawAreas() {
	for _, d := range w.Parents {
		w.Divisions[d.Code] = sink.NodeID(kg.KindDivision, d.Code, figures.CodeScheme)
	}
	for _, f := range w.Figures.Areas {
		id := sink.NodeID(kg.KindDivision, f.Code, figures.CodeScheme)
		w.Divisions[f.Code] = id
		w.Areas = append(w.Areas, Area{Area: f, ID: id, Short: shortName(f.Name), Centre: None})
	}
}

// shortName is a community's name as its bodies use it: 栗田湖社区, 桥南社区, 新阳村.
func shortName(name string) string {
	before, _, urban := strings.Cut(name, "社区")
	switch {
	case urban:
		return before + "社区"
	case strings.HasSuffix(name, "村民委员会"): // which the article counts among the communities
		return strings.TrimSuffix(name, "村民委员会") + "社区"
	case strings.HasSuffix(name, "村委会"):
		return strings.TrimSuffix(name, "委会")
	case strings.HasSuffix(name, "居委会"):
		return strings.TrimSuffix(name, "居委会") + "社区"
	}
	return name
}

// drawGrids cuts the buildings of each area, in the order of its streets, into runs of about as many doors, and gives
// offices to the grid of the nearest home.
func (w *World) drawGrids() {
	weights := make([]int, len(w.Areas))
	for i, a := range w.Areas {
		for b := a.Buildings.From; b < a.Buildings.To; b++ {
			weights[i] += w.doors(b)
		}
	}
	for ai, n := range draw.Share(w.Figures.Grids, weights) {
		w.gridsOf(ai, n, weights[ai])
	}
	w.hideGrids()
}

func (w *World) gridsOf(ai, n, doors int) {
	a := &w.Areas[ai]
	a.Grids = Range{len(w.Grids), len(w.Grids) + n}
	for k := range n {
		code := fmt.Sprintf("%s-G%02d", a.Code, k+1)
		w.Grids = append(w.Grids, Grid{ID: sink.NodeID(kg.KindGrid, code), Code: code, Name: fmt.Sprintf("%s第%d网格", a.Short, k+1), Area: ai})
	}
	seen := 0
	for bi := a.Buildings.From; bi < a.Buildings.To; bi++ {
		b := &w.Buildings[bi]
		if w.doors(bi) == 0 {
			b.Grid = w.Buildings[w.nearestHome(bi)].Grid
		} else {
			b.Grid = a.Grids.From + min(seen*n/doors, n-1)
			seen += w.doors(bi)
		}
		w.Grids[b.Grid].Buildings = append(w.Grids[b.Grid].Buildings, bi)
	}
}

// doors is how many doors a building has; an office has none.
func (w *World) doors(bi int) int {
	b := &w.Buildings[bi]
	if w.Rural() {
		return 1
	}
	n := 0
	for e := b.Entrances.From; e < b.Entrances.To; e++ {
		n += w.Entrances[e].Doors
	}
	return n
}

func (w *World) nearestHome(office int) int {
	best, least := office, int64(-1)
	o := w.Buildings[office]
	a := w.Areas[o.Area]
	for bi := a.Buildings.From; bi < a.Buildings.To; bi++ {
		if w.doors(bi) == 0 {
			continue
		}
		east, north := int64(w.Buildings[bi].East-o.East), int64(w.Buildings[bi].North-o.North)
		if d := east*east + north*north; least < 0 || d < least {
			best, least = bi, d
		}
	}
	return best
}

// hideGrids plants buildings that belong to no grid, and buildings without coordinates.
func (w *World) hideGrids() {
	var homes, loose []int // loose: not the first of its grid, so that every grid keeps a building
	for bi := range w.Buildings {
		if w.doors(bi) == 0 {
			continue
		}
		homes = append(homes, bi)
		if w.Grids[w.Buildings[bi].Grid].Buildings[0] != bi {
			loose = append(loose, bi)
		}
	}
	noGrid := w.Broken(figures.BuildingNoGrid, loose)
	noPoint := w.Broken(figures.BuildingNoPoint, homes)
	for _, bi := range homes {
		b := &w.Buildings[bi]
		if noGrid[bi] {
			b.Loose = true
			w.Plant(figures.BuildingNoGrid, b.ID, b.Name+" hangs on its community, on no grid")
		}
		if noPoint[bi] {
			b.Hidden = true
			w.Plant(figures.BuildingNoPoint, b.ID, b.Name+" has no coordinates")
		}
	}
}

// EmitAreas emits divisions and grids.
func (w *World) EmitAreas() {
	if !w.Beside {
		for _, d := range w.Parents {
			w.emitDivision(d)
		}
	}
	for _, a := range w.Areas {
		w.emitDivision(a.Division)
	}
	for _, g := range w.Grids {
		w.Out.Node(&kg.Grid{Base: kg.Base{ID: g.ID}, Code: g.Code, Name: g.Name, Level: "BASE"})
		w.Out.Tie(kg.Tie{Relation: kg.PartOf, From: g.ID, To: w.Areas[g.Area].ID})
	}
}

func (w *World) emitDivision(d figures.Division) {
	id := w.Divisions[d.Code]
	w.Out.Node(&kg.Division{Base: kg.Base{ID: id, Source: cmp.Or(d.Source, figures.RegisterSource)}, Code: d.Code, CodeScheme: figures.CodeScheme, Name: d.Name, Level: d.Level, Form: d.Form})
	if d.Parent != "" {
		w.Out.Tie(kg.Tie{Relation: kg.PartOf, From: id, To: w.Divisions[d.Parent]})
	}
}
