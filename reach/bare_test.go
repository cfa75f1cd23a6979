package reach_test

import (
	"container/heap"
	"runtime"
	"slices"
	"testing"

	"lintu/geo"
	"lintu/kg"
)

// bare is what loops without a snapshot would have of the district's members: where each is at home, and what is
// tested of a responder. Members stand in the order in which the grid meets them.
type bare struct {
	grid    *geo.Grid // of members, each at their home
	members []bareMember
	homes   []geo.Point // by building
}

// bareMember is a member with what the tests read; the profile is what a kg.Person holds.
type bareMember struct {
	birth   kg.Date
	flags   []kg.Flag
	profile *kg.Responder
}

func newBare(town *synthetic) *bare {
	b := &bare{homes: make([]geo.Point, town.buildings)}
	for i := range b.homes {
		b.homes[i] = *town.item(kg.KindBuilding, i).Node.(*kg.Building).Point
	}
	var points []geo.Point
	var members []bareMember
	for i := 0; i < town.people(); i += town.memberEvery {
		p := town.item(kg.KindPerson, i).Node.(*kg.Person)
		points = append(points, b.homes[i/town.perHousehold/town.perBuilding])
		members = append(members, bareMember{birth: p.BirthDate, flags: p.CareFlags, profile: p.Responder})
	}
	var sorted []geo.Point
	for _, i := range geo.NewGrid(points, 250).Order() {
		b.members, sorted = append(b.members, members[i]), append(sorted, points[i])
	}
	b.grid = geo.NewGrid(sorted, 250)
	return b
}

// door is the place of the i-th question of nearBench.
func (b *bare) door(i int) geo.Point {
	return b.homes[spread(i, districtTown.households())/districtTown.perBuilding]
}

// farFirst is a heap of squared chords with the largest at its root.
type farFirst []float64

func (h farFirst) Len() int           { return len(h) }
func (h farFirst) Less(i, j int) bool { return h[i] > h[j] }
func (h farFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *farFirst) Push(x any)        { *h = append(*h, x.(float64)) }
func (h *farFirst) Pop() any          { panic("nobody pops") }

// near keeps the 20 nearest who may come, and counts them all. It tests of each what a snapshot must know of them:
// age, consent, vetting, care flags, pauses, leaves, the limit that they set themselves.
func (b *bare) near(from geo.Point, on kg.Date) (total int, nearest farFirst) {
	adults := on - 18*365 - 4
	b.grid.Within(from, 500, func(i int, chord2 float64) bool {
		p := &b.members[i]
		r := p.profile
		if p.birth > adults || r == nil || !holding(r, on) || holds(p.flags, on) || away(r.Pauses, on) || away(r.Leaves, on) {
			return true
		}
		if far := r.Limits.MaxDistance; far > 0 && chord2 > geo.MaxChord2(float64(far)) {
			return true
		}
		total++
		switch {
		case len(nearest) < 20:
			heap.Push(&nearest, chord2)
		case chord2 < nearest[0]:
			nearest[0] = chord2
			heap.Fix(&nearest, 0)
		}
		return true
	})
	return total, nearest
}

func holding(r *kg.Responder, on kg.Date) bool {
	consented, approved := false, false
	for _, c := range r.Consents {
		consented = consented || (c.Purpose == kg.ConsentToRespond && c.Holds(on))
	}
	for _, v := range r.Vettings {
		approved = approved || (v.By != "" && v.Holds(on))
	}
	return consented && approved
}

func holds(flags []kg.Flag, on kg.Date) bool {
	for _, f := range flags {
		if f.Holds(on) {
			return true
		}
	}
	return false
}

func away(list []kg.Absence, on kg.Date) bool {
	for _, a := range list {
		if a.Holds(on) {
			return true
		}
	}
	return false
}

// count counts the members within the radius: it visits each member whose cell the circle touches, and tests their
// distance. Nothing is counted before, so that it is the least that any answer about people in a circle takes.
func (b *bare) count(from geo.Point) (total int) {
	b.grid.Within(from, 500, func(int, float64) bool {
		total++
		return true
	})
	return total
}

// BenchmarkBareNearDistrict is what BenchmarkNearDistrict is measured by: the same tests and the same number kept. It
// asks the same doors, but knows no workplaces, gives no ids and no reasons.
func BenchmarkBareNearDistrict(b *testing.B) {
	bare, on := newBare(districtTown), kg.DateOf(local(evening), local(evening).Location())
	total := 0
	for i := 0; b.Loop(); i++ {
		n, _ := bare.near(bare.door(i), on)
		total += n
	}
	b.ReportMetric(float64(total)/float64(b.N), "hits")
}

// BenchmarkCountNearDistrict only counts who is there.
func BenchmarkCountNearDistrict(b *testing.B) {
	bare := newBare(districtTown)
	total := 0
	for i := 0; b.Loop(); i++ {
		total += bare.count(bare.door(i))
	}
	b.ReportMetric(float64(total)/float64(b.N), "members")
}

// BenchmarkNearBesideBareDistrict asks the same questions of all three in turn, and reports how many times as long as
// the loops a question takes: the median of rounds, in processor time, so that what else the machine does falls on all
// of them alike.
func BenchmarkNearBesideBareDistrict(b *testing.B) {
	const round = 200
	s, bare, on := of(b, districtTown), newBare(districtTown), kg.DateOf(local(evening), local(evening).Location())
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	asked := 0
	sides := []func(i int){
		func(i int) { _, _ = bare.near(bare.door(i), on) },
		func(i int) { bare.count(bare.door(i)) },
		func(i int) {
			if _, err := s.Near(nearBench(i, districtTown)); err != nil {
				b.Fatal(err)
			}
		},
	}
	var byBare, byCount, alone []float64
	for b.Loop() {
		var took [3]float64
		for n, ask := range sides {
			began := threadTime()
			for i := range round {
				ask(asked + i)
			}
			took[n] = float64(threadTime() - began)
		}
		asked += round
		byBare, byCount = append(byBare, took[2]/took[0]), append(byCount, took[2]/took[1])
		alone = append(alone, took[2]/round)
	}
	slices.Sort(alone)
	b.ReportMetric(alone[len(alone)/2], "ns/question")
	slices.Sort(byBare)
	slices.Sort(byCount)
	b.ReportMetric(byBare[len(byBare)/2], "times-bare")
	b.ReportMetric(byCount[len(byCount)/2], "times-count")
}
