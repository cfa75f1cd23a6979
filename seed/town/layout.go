package town

import (
	"fmt"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/sink"
)

// Centimetres of a town's plan.
const (
	margin     = 4000  // from the edge of a community to its first street
	street     = 1800  // width of a street
	rowPitch   = 3000  // from one row of buildings to the next: light for the lower one
	entranceW  = 1500  // width of a stairwell
	sideGap    = 1200  // between buildings of a row
	estateGap  = 2500  // between compounds, at least
	maxStreets = 24    // streets that a community is tried with
	leastDepth = 12000 // from street to street, at least
)

// layOut places an area's compounds side by side along parallel streets, each with rows of buildings that face
// south. Streets are as few as hold everything; what is left over lies between compounds as gaps of random width.
// The streets take the first of the roads' names; those that are left are given back.
func (w *World) layOut(s *draw.Stream, ai int, roads []string) []string {
	a := &w.Areas[ai]
	width, height := a.Width-2*margin, a.Height-2*margin
	for streets := max(height/60000, 1); ; streets++ {
		depth := height / streets
		rows := max((depth-street)/rowPitch, 1)
		if lines, ok := w.fill(a, streets, width, rows); ok || streets >= maxStreets || depth < leastDepth {
			for line, compounds := range lines {
				w.placeLine(s, a, compounds, roads[line], width, margin+line*depth+street, rows)
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
		total += w.frontage(ci, rows) + estateGap
	}
	share := total/streets + 1 // so that the streets are about equally long
	fits := true
	for ci := a.Compounds.From; ci < a.Compounds.To; ci++ {
		need := w.frontage(ci, rows) + estateGap
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
		wide += w.columnWidth(from, min(from+rows, c.Buildings.To)) + sideGap
	}
	return wide
}

// columnWidth is the width of buildings that stand behind each other.
func (w *World) columnWidth(from, to int) int {
	wide := 0
	for bi := from; bi < to; bi++ {
		wide = max(wide, w.Buildings[bi].Entrances.Len()*entranceW)
	}
	return wide
}

func (w *World) placeLine(s *draw.Stream, a *Area, compounds []int, road string, width, north, rows int) {
	spare := width
	for _, ci := range compounds {
		spare -= w.frontage(ci, rows) + estateGap
	}
	gaps := make([]int, len(compounds)+1)
	for i := range gaps {
		gaps[i] = s.Between(1, 10)
	}
	between := draw.Share(max(spare, 0), gaps)
	east := margin
	for i, ci := range compounds {
		east += between[i] + estateGap
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
			b.East, b.North = a.East+east+wide/2+s.N(300), a.North+north+(bi-from)*rowPitch+s.N(300)
		}
		east += wide + sideGap
	}
}

// drawOffices appends an area's office buildings, one for each unit and service centre, along the main roads at its
// southern and northern edge.
func (w *World) drawOffices(s *draw.Stream, ai, offices int) {
	a := &w.Areas[ai]
	for n := range offices {
		code := fmt.Sprintf("%s-O%02d", a.Code, n+1)
		north, step := margin/3, a.Width/(offices/2+1)
		if n%2 == 1 {
			north = a.Height - margin/3
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
