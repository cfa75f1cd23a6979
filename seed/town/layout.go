package town

import (
	"fmt"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/sink"
)

// townPlan is the plan of a town of compounds, where the figures have none of their own.
var townPlan = figures.Plan{
	Margin: 4000, Street: 1800, RowPitch: 3000, EntranceW: 1500, SideGap: 1200, EstateGap: 2500, LeastDepth: 12000,
}

// maxStreets are the streets that a community is tried with.
const maxStreets = 24

// layOut places an area's compounds side by side along parallel streets, each with rows of buildings that face
// south. Streets are as few as hold everything; what is left over lies between compounds as gaps of random width.
// The streets take the first of the roads' names; those that are left are given back, and more drawn where they run short.
func (w *World) layOut(s *draw.Stream, ai int, roads []string) []string {
	a := &w.Areas[ai]
	width, height := a.Width-2*w.plan.Margin, a.Height-2*w.plan.Margin
	for streets := max(height/60000, 1); ; streets++ {
		depth := height / streets
		rows := max((depth-w.plan.Street)/w.plan.RowPitch, 1)
		if lines, ok := w.fill(a, streets, width, rows); ok || streets >= maxStreets || depth < w.plan.LeastDepth {
			if len(roads) < len(lines) {
				roads = append(roads, draw.Lanes(w.Stream("lanes"))...)
			}
			for line, compounds := range lines {
				w.placeLine(s, a, compounds, roads[line], width, w.plan.Margin+line*depth+w.plan.Street, rows)
			}
			return roads[len(lines):]
		}
	}
}

// fill deals compounds to streets from the south, and says whether all found room.
func (w *World) fill(a *Area, streets, width, rows int) ([][]int, bool) {
	lines := make([][]int, streets)
	line, used := 0, 0
	total := 0
	for ci := a.Compounds.From; ci < a.Compounds.To; ci++ {
		total += w.frontage(ci, rows) + w.plan.EstateGap
	}
	share := total/streets + 1 // so that the streets are about equally long
	fits := true
	for ci := a.Compounds.From; ci < a.Compounds.To; ci++ {
		need := w.frontage(ci, rows) + w.plan.EstateGap
		if used > 0 && used+need/2 > share && line < streets-1 {
			line, used = line+1, 0
		}
		lines[line] = append(lines[line], ci)
		used += need
		fits = fits && used <= width
	}
	return lines, fits
}

// frontage is the width of a compound along its street.
func (w *World) frontage(ci, rows int) int {
	c := w.Compounds[ci]
	wide := 0
	for from := c.Buildings.From; from < c.Buildings.To; from += rows {
		wide += w.columnWidth(from, min(from+rows, c.Buildings.To)) + w.plan.SideGap
	}
	return wide
}

// columnWidth is the width of buildings that stand behind each other.
func (w *World) columnWidth(from, to int) int {
	wide := 0
	for bi := from; bi < to; bi++ {
		wide = max(wide, w.Buildings[bi].Entrances.Len()*w.plan.EntranceW)
	}
	return wide
}

func (w *World) placeLine(s *draw.Stream, a *Area, compounds []int, road string, width, north, rows int) {
	spare := width
	for _, ci := range compounds {
		spare -= w.frontage(ci, rows) + w.plan.EstateGap
	}
	gaps := make([]int, len(compounds)+1)
	for i := range gaps {
		gaps[i] = s.Between(1, 10)
	}
	between := draw.Share(max(spare, 0), gaps)
	east := w.plan.Margin
	for i, ci := range compounds {
		east += between[i] + w.plan.EstateGap
		w.placeCompound(s, a, ci, east, north, rows, fmt.Sprintf("%s%d号", road, 2*i+1))
		east += w.frontage(ci, rows)
	}
}

func (w *World) placeCompound(s *draw.Stream, a *Area, ci, east, north, rows int, address string) {
	c := &w.Compounds[ci]
	if c.Name == "" {
		c.Name = address + "院"
	}
	for from := c.Buildings.From; from < c.Buildings.To; from += rows {
		to := min(from+rows, c.Buildings.To)
		wide := w.columnWidth(from, to)
		for bi := from; bi < to; bi++ {
			b := &w.Buildings[bi]
			b.Name, b.Address = fmt.Sprintf("%s%d号楼", c.Name, bi-c.Buildings.From+1), address
			b.East, b.North = a.East+east+wide/2+s.N(300), a.North+north+(bi-from)*w.plan.RowPitch+s.N(300)
		}
		east += wide + w.plan.SideGap
	}
}

// drawOffices appends an area's office buildings, one for each unit and service centre, along the main roads at its
// southern and northern edge.
func (w *World) drawOffices(s *draw.Stream, ai, offices int) {
	a := &w.Areas[ai]
	for n := range offices {
		code := fmt.Sprintf("%s-O%02d", a.Code, n+1)
		north, step := w.plan.Margin/3, a.Width/(offices/2+1)
		if n%2 == 1 {
			north = a.Height - w.plan.Margin/3
		}
		w.Buildings = append(w.Buildings, Building{
			ID: sink.NodeID(kg.KindBuilding, code), Code: code, Name: fmt.Sprintf("%s%d号办公楼", a.Short, n+1),
			Address: fmt.Sprintf("%s大道%d号", a.Short, n+1), Area: ai, Compound: None, Floors: s.Between(2, 8), Built: s.Between(1990, 2018),
			East: a.East + step/2 + n/2*step + s.N(2000), North: a.North + north,
		})
	}
	if offices > 0 {
		a.Centre = len(w.Buildings) - offices
	}
}
