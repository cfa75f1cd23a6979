package layer

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"lintu/coverage"
	"lintu/geo"
)

// The coarse form of the layer of buildings, for those who may not see single ones.
const (
	CellMetres   = 100 // a side of a cell
	FewestInCell = 5   // targets; a cell with fewer is not shown
)

// Cell is a square of CellMetres a side with targets.
type Cell struct {
	Corner geo.Point // south-west
	Share  int       // class of the share of targets that are covered: 0 under 20 %, 1 under 40 %, ... 4 from 80 %
	Size   int       // class of the number of targets: 0 under 10, 1 under 20, 2 under 50, 3 from 50
}

// Cells are the cells with FewestInCell targets or more, from south to north, then west to east. The squares are fixed
// on the ground: the rows from the equator, the cells of a row from the meridian of Greenwich.
func Cells(list []coverage.Building) []Cell {
	type place struct{ row, col int64 }
	type count struct{ targets, covered int }
	counts := map[place]count{}
	for _, b := range list {
		row := int64(math.Floor(b.Point.Lat / cellHeight))
		col := int64(math.Floor(b.Point.Lon / cellWidth(row)))
		c := counts[place{row, col}]
		counts[place{row, col}] = count{c.targets + b.Targets, c.covered + b.Covered}
	}
	var out []Cell
	for at, c := range counts {
		if c.targets < FewestInCell {
			continue
		}
		out = append(out, Cell{
			Corner: geo.Point{Lat: float64(at.row) * cellHeight, Lon: float64(at.col) * cellWidth(at.row)},
			Share:  min(4, 5*c.covered/c.targets),
			Size:   sizeClass(c.targets),
		})
	}
	slices.SortFunc(out, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Corner.Lat, b.Corner.Lat), cmp.Compare(a.Corner.Lon, b.Corner.Lon))
	})
	return out
}

func sizeClass(targets int) int {
	switch {
	case targets < 10:
		return 0
	case targets < 20:
		return 1
	case targets < 50:
		return 2
	}
	return 3
}

// cellHeight and cellWidth are the sides of cells in degrees; the width is that in the middle of a row.
const cellHeight = CellMetres / geo.EarthRadius * 180 / math.Pi

func cellWidth(row int64) float64 {
	middle := (float64(row) + 0.5) * cellHeight
	return cellHeight / math.Max(math.Cos(middle*math.Pi/180), 1e-6)
}

// AppendCells appends the coarse form of the layer of buildings as JSON: as AppendBuildings, with x and y of the
// south-west corners and the classes of Cell in place of numbers.
//
//	{..., "cell": 100, "fewest": 5, "order": ["x","y","share","size"], "x": [...], "y": [...], "share": [...], "size": [...]}
func AppendCells(out []byte, s Stamp, list []Cell) []byte {
	out = s.append(append(out, '{'))
	out = append(out, `,"datum":"WGS84","cell":100,"fewest":5,"count":`...)
	out = strconv.AppendInt(out, int64(len(list)), 10)
	out = append(out, `,"scale":`...)
	out = strconv.AppendInt(out, scale, 10)
	out = append(out, `,"order":["x","y","share","size"]`...)
	var x, y int64
	for i, name := range []string{"x", "y", "share", "size"} {
		out = append(out, `,"`+name+`":[`...)
		for j, c := range list {
			if j > 0 {
				out = append(out, ',')
			}
			nowX, nowY := units(c.Corner)
			out = strconv.AppendInt(out, []int64{nowX - x, nowY - y, int64(c.Share), int64(c.Size)}[i], 10)
			switch i {
			case 0:
				x = nowX
			case 1:
				y = nowY
			}
		}
		out = append(out, ']')
	}
	return append(out, '}', '\n')
}
