package layer

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// Stamp says what a layer rests on.
type Stamp struct {
	Area     kg.ID
	Revision store.Revision
	At       string // the instant, RFC 3339, or the band of hours
	Radius   float64
	K        int
}

// Columns are the columns of the layer of buildings, in their order.
var Columns = []string{"x", "y", "targets", "covered", "nearest"}

// scale is how many units of x and y there are in a degree: 1.1 metres.
const scale = 1e5

// Sort puts buildings into the order of the layer: along a Hilbert curve, so that neighbours on the ground are
// neighbours in the columns, and then by id. It depends on points and ids only.
func Sort(list []coverage.Building) {
	type keyed struct {
		key uint64
		coverage.Building
	}
	all := make([]keyed, len(list))
	for i, b := range list {
		x, y := units(b.Point)
		all[i] = keyed{hilbert(uint32(x+180*scale), uint32(y+90*scale)), b}
	}
	slices.SortFunc(all, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.ID, b.ID)) })
	for i := range all {
		list[i] = all[i].Building
	}
}

func units(p geo.Point) (x, y int64) {
	return int64(math.Round(p.Lon * scale)), int64(math.Round(p.Lat * scale))
}

// hilbert is the place of a cell on the Hilbert curve through a square of 2^26 cells a side.
func hilbert(x, y uint32) uint64 {
	var d uint64
	for s := uint32(1) << 25; s > 0; s >>= 1 {
		rx, ry := x&s, y&s
		switch {
		case rx == 0 && ry != 0:
			d += uint64(s) * uint64(s)
		case rx != 0 && ry != 0:
			d += 2 * uint64(s) * uint64(s)
		case rx != 0:
			d += 3 * uint64(s) * uint64(s)
		}
		x, y = x&(s-1), y&(s-1)
		if ry == 0 { // turn the quarter
			if rx != 0 {
				x, y = s-1-x, s-1-y
			}
			x, y = y, x
		}
	}
	return d
}

// AppendBuildings appends the layer of buildings, which must be sorted (Sort), as JSON:
//
//	{"area": ID, "revision": N, "at": ..., "radius": 500, "k": 1, "datum": "WGS84", "count": N, "scale": 100000,
//	 "order": ["x","y","targets","covered","nearest"], "x": [...], "y": [...], "targets": [...], "covered": [...], "nearest": [...]}
//
// x and y are longitude and latitude times scale, each but the first as the difference to the one before. nearest is in
// metres, rounded to the nearest whole one, null where there is none. The ids are a layer of their own, in the same order.
func AppendBuildings(out []byte, s Stamp, list []coverage.Building) []byte {
	out = s.append(append(out, '{'))
	out = append(out, `,"datum":"WGS84","count":`...)
	out = strconv.AppendInt(out, int64(len(list)), 10)
	out = append(out, `,"scale":`...)
	out = strconv.AppendInt(out, scale, 10)
	out = append(out, `,"order":["x","y","targets","covered","nearest"]`...)
	var x, y int64
	out = column(out, Columns[0], list, func(out []byte, b *coverage.Building) []byte {
		now, _ := units(b.Point)
		before := x
		x = now
		return strconv.AppendInt(out, now-before, 10)
	})
	out = column(out, Columns[1], list, func(out []byte, b *coverage.Building) []byte {
		_, now := units(b.Point)
		before := y
		y = now
		return strconv.AppendInt(out, now-before, 10)
	})
	out = column(out, Columns[2], list, func(out []byte, b *coverage.Building) []byte { return strconv.AppendInt(out, int64(b.Targets), 10) })
	out = column(out, Columns[3], list, func(out []byte, b *coverage.Building) []byte { return strconv.AppendInt(out, int64(b.Covered), 10) })
	out = column(out, Columns[4], list, func(out []byte, b *coverage.Building) []byte {
		if b.Nearest == nil {
			return append(out, "null"...)
		}
		return strconv.AppendInt(out, int64(math.Round(*b.Nearest)), 10)
	})
	return append(out, '}', '\n')
}

// AppendBuildingIDs appends the ids of the layer of buildings, in the order of its columns, as JSON:
//
//	{"area": ID, "revision": N, "count": N, "ids": [...]}
func AppendBuildingIDs(out []byte, area kg.ID, revision store.Revision, list []coverage.Building) []byte {
	out = append(out, `{"area":`...)
	out = strconv.AppendQuote(out, string(area))
	out = append(out, `,"revision":`...)
	out = strconv.AppendInt(out, int64(revision), 10)
	out = append(out, `,"count":`...)
	out = strconv.AppendInt(out, int64(len(list)), 10)
	out = column(out, "ids", list, func(out []byte, b *coverage.Building) []byte { return strconv.AppendQuote(out, string(b.ID)) })
	return append(out, '}', '\n')
}

func (s *Stamp) append(out []byte) []byte {
	out = append(out, `"area":`...)
	out = strconv.AppendQuote(out, string(s.Area))
	out = append(out, `,"revision":`...)
	out = strconv.AppendInt(out, int64(s.Revision), 10)
	out = append(out, `,"at":`...)
	out = strconv.AppendQuote(out, s.At)
	out = append(out, `,"radius":`...)
	out = strconv.AppendFloat(out, s.Radius, 'f', -1, 64)
	out = append(out, `,"k":`...)
	return strconv.AppendInt(out, int64(s.K), 10)
}

func column(out []byte, name string, list []coverage.Building, value func([]byte, *coverage.Building) []byte) []byte {
	out = append(out, ',', '"')
	out = append(out, name...)
	out = append(out, `":[`...)
	for i := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = value(out, &list[i])
	}
	return append(out, ']')
}

// InstantText is how a stamp names an instant.
func InstantText(at time.Time) string { return at.Format(time.RFC3339) }
