package reach_test

import (
	"cmp"
	"slices"
	"testing"

	"lintu/geo"
	"lintu/kg"
)

// bare is what a loop without a snapshot would have of the district's members: where each is at home, and what is
// tested of a responder.
type bare struct {
	grid    *geo.Grid
	at      [][]int32 // members by building
	members []*kg.Person
}

func newBare(town *synthetic) *bare {
	b := &bare{at: make([][]int32, town.buildings)}
	points := make([]geo.Point, town.buildings)
	for i := range points {
		points[i] = *town.item(kg.KindBuilding, i).Node.(*kg.Building).Point
	}
	b.grid = geo.NewGrid(points, 250)
	for i := 0; i < town.people(); i += town.memberEvery {
		home := i / town.perHousehold / town.perBuilding
		b.at[home] = append(b.at[home], int32(len(b.members)))
		b.members = append(b.members, town.item(kg.KindPerson, i).Node.(*kg.Person))
	}
	return b
}

// near keeps the 20 nearest who may come, and counts them all.
func (b *bare) near(from geo.Point, on kg.Date) (total int, nearest []float64) {
	b.grid.Within(from, 500, func(i int, chord2 float64) bool {
		for _, n := range b.at[i] {
			p := b.members[n]
			r := p.Responder
			if p.BirthDate.Age(on) < 18 || r == nil || !r.Consents[0].Holds(on) || !r.Vettings[0].Holds(on) || len(p.CareFlags) > 0 || len(r.Pauses) > 0 || len(r.Leaves) > 0 {
				continue
			}
			total++
			d := geo.Metres(chord2)
			if at, _ := slices.BinarySearchFunc(nearest, d, cmp.Compare[float64]); at < 20 {
				nearest = slices.Insert(nearest, at, d)
				nearest = nearest[:min(20, len(nearest))]
			}
		}
		return true
	})
	return total, nearest
}

// BenchmarkBareNearDistrict is what BenchmarkNearDistrict is measured by: the same tests and the same number kept.
func BenchmarkBareNearDistrict(b *testing.B) {
	bare, on := newBare(districtTown), kg.DateOf(local(evening), local(evening).Location())
	total := 0
	for i := 0; b.Loop(); i++ {
		home := spread(i, districtTown.households())
		n, _ := bare.near(bare.grid.Point(home/districtTown.perBuilding), on)
		total += n
	}
	b.ReportMetric(float64(total)/float64(b.N), "hits")
}

// BenchmarkCountNearDistrict only counts who is there.
func BenchmarkCountNearDistrict(b *testing.B) {
	bare := newBare(districtTown)
	total := 0
	for i := 0; b.Loop(); i++ {
		home := spread(i, districtTown.households())
		bare.grid.Within(bare.grid.Point(home/districtTown.perBuilding), 500, func(i int, _ float64) bool {
			total += len(bare.at[i])
			return true
		})
	}
	b.ReportMetric(float64(total)/float64(b.N), "members")
}
