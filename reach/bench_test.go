package reach_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// synthetic is a store that makes up a town page by page: as many people and places as a benchmark needs, at a
// density of about 310 buildings within 500 m.
type synthetic struct {
	store.Store // a build needs no other method

	buildings, perBuilding, perHousehold int // households a building, people a household
	units, communities                   int
	memberEvery                          int // one in so many people is a member and responder
	targetEvery                          int // one in so many households is an elderly person living alone

	mu      sync.Mutex
	journal []store.Change
}

var (
	cityTown     = &synthetic{buildings: 3500, perBuilding: 17, perHousehold: 3, units: 87, communities: 13, memberEvery: 20, targetEvery: 20}
	districtTown = &synthetic{buildings: 21550, perBuilding: 18, perHousehold: 3, units: 980, communities: 201, memberEvery: 19, targetEvery: 20}
)

func (s *synthetic) households() int { return s.buildings * s.perBuilding }
func (s *synthetic) people() int     { return s.households() * s.perHousehold }

// numbered is an id that sorts like its number.
func numbered(k kg.Kind, n int) kg.ID {
	token := []byte(strings.Repeat("a", 24))
	for i := 23; n > 0; i-- {
		token[i] = byte('a' + n%26)
		n /= 26
	}
	return kg.ID(k.Prefix() + "_" + string(token))
}

func (s *synthetic) size(k kg.Kind) int {
	return map[kg.Kind]int{kg.KindDivision: s.communities + 1, kg.KindGrid: 5 * s.communities, kg.KindBuilding: s.buildings, kg.KindHousehold: s.households(),
		kg.KindUnit: s.units, kg.KindPartyOrg: s.units, kg.KindPerson: s.people()}[k]
}

func spread(n, size int) int { return int(uint64(n) * 2654435761 % (1 << 32) * uint64(size) >> 32) }

func (s *synthetic) item(k kg.Kind, i int) *store.Item {
	item := &store.Item{Tree: store.Tree{}}
	tie := func(r kg.Relation, to kg.ID, more ...func(*kg.Tie)) {
		t := &kg.Tie{ID: kg.ID(fmt.Sprintf("tie_%s_%d_%d", r, i, len(item.Tree))), Relation: r, From: numbered(k, i), To: to}
		for _, m := range more {
			m(t)
		}
		page := item.Tree[string(r)]
		if page == nil {
			page = &store.Page{}
			item.Tree[string(r)] = page
		}
		page.Edges = append(page.Edges, store.Edge{Tie: t})
	}
	switch k {
	case kg.KindDivision:
		item.Node = &kg.Division{Name: "社区"}
		if i > 0 {
			tie(kg.PartOf, numbered(k, 0))
		}
	case kg.KindGrid:
		item.Node = &kg.Grid{Name: "网格"}
		tie(kg.PartOf, numbered(kg.KindDivision, 1+i/5))
	case kg.KindBuilding:
		side := int(math.Sqrt(float64(s.buildings)))
		item.Node = &kg.Building{Name: "楼", Point: &geo.Point{Lat: 23.1 + float64(i/side)*0.00045, Lon: 113.2 + float64(i%side)*0.00049}}
		tie(kg.PartOf, numbered(kg.KindGrid, i*5*s.communities/s.buildings))
	case kg.KindHousehold:
		h := &kg.Household{Number: "户"}
		if i%s.targetEvery == 0 {
			h.CareFlags = []kg.Flag{{Value: kg.ElderlyAlone}}
		}
		item.Node = h
		tie(kg.PartOf, numbered(kg.KindBuilding, i/s.perBuilding))
	case kg.KindUnit:
		item.Node = &kg.Unit{Name: "单位"}
		tie(kg.LocatedIn, numbered(kg.KindBuilding, spread(i, s.buildings)))
		tie(kg.PairedWith, numbered(kg.KindDivision, 1+i%s.communities))
	case kg.KindPartyOrg:
		item.Node = &kg.PartyOrg{Name: "支部"}
		tie(kg.SetUpOn, numbered(kg.KindUnit, i))
	case kg.KindPerson:
		p := &kg.Person{Name: "人", BirthDate: kg.MustDate("1950-01-01") + kg.Date(spread(i, 20000))}
		tie(kg.LivesIn, numbered(kg.KindHousehold, i/s.perHousehold))
		if i%5 < 2 {
			tie(kg.WorksAt, numbered(kg.KindUnit, spread(i, s.units)))
		}
		if i%s.memberEvery == 0 {
			p.PartyStatus = kg.PartyFull
			p.Responder = &kg.Responder{Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "街道"}}}
			tie(kg.BelongsTo, numbered(kg.KindPartyOrg, spread(i+7, s.units)))
		}
		item.Node = p
	}
	item.Node.Common().ID = numbered(k, i)
	return item
}

func (s *synthetic) List(_ context.Context, _ store.View, q store.ListQuery) (*store.Page, error) {
	// place is the number of the first node that is not before a position.
	place := func(p *store.Position, open int) int {
		if p == nil {
			return open
		}
		return sort.Search(s.size(q.Kind), func(i int) bool { return numbered(q.Kind, i) >= p.ID })
	}
	from, to := place(q.Window.After, 0), place(q.Window.Before, s.size(q.Kind))
	if q.Window.After != nil && from < to && numbered(q.Kind, from) == q.Window.After.ID {
		from++
	}
	page := &store.Page{HasNext: from+q.Window.Limit < to}
	for i := from; i < min(to, from+q.Window.Limit); i++ {
		id := numbered(q.Kind, i)
		page.Edges = append(page.Edges, store.Edge{Position: store.Position{Value: string(id), ID: id}, Item: s.item(q.Kind, i)})
	}
	return page, nil
}

func (s *synthetic) Nodes(_ context.Context, _ store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	out := make([]map[kg.ID]*store.Item, len(groups))
	for n, g := range groups {
		out[n] = map[kg.ID]*store.Item{}
		for _, id := range g.IDs {
			i := 0
			for _, c := range strings.TrimPrefix(string(id), id.Kind().Prefix()+"_") {
				i = i*26 + int(c-'a')
			}
			out[n][id] = s.item(id.Kind(), i)
		}
	}
	return out, nil
}

// edit journals a touched person.
func (s *synthetic) edit(i int) store.Revision {
	s.mu.Lock()
	defer s.mu.Unlock()
	rev := store.Revision(len(s.journal) + 2)
	s.journal = append(s.journal, store.Change{Revision: rev, Nodes: []kg.ID{numbered(kg.KindPerson, i)}})
	return rev
}

func (s *synthetic) Ready(context.Context) (store.Status, error) {
	return store.Status{State: store.StateReady, Revision: 1}, nil
}

func (s *synthetic) Changes(_ context.Context, after store.Revision, _ int) ([]store.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.journal[after-1:], nil
}

var built sync.Map

// of is the snapshot of a synthetic town, built once a run.
func of(b *testing.B, s *synthetic) *reach.Snapshot {
	b.Helper()
	if known, ok := built.Load(s); ok {
		return known.(*reach.Snapshot)
	}
	snap := build(b, s)
	built.Store(s, snap)
	return snap
}

func nearBench(i int, s *synthetic) reach.NearQuery {
	return reach.NearQuery{To: reach.Target{Household: numbered(kg.KindHousehold, spread(i, s.households()))}, Radius: 500, At: local(evening), Scope: everything, Limit: 20}
}

func BenchmarkNearDistrict(b *testing.B) {
	s := of(b, districtTown)
	if _, err := s.Near(nearBench(0, districtTown)); err != nil { // makes the view of the day
		b.Fatal(err)
	}
	total := 0
	for i := 0; b.Loop(); i++ {
		a, err := s.Near(nearBench(i, districtTown))
		if err != nil {
			b.Fatal(err)
		}
		total += a.Total
	}
	b.ReportMetric(float64(total)/float64(b.N), "hits")
}

func benchmarkCoverage(b *testing.B, town *synthetic, anyUnit bool) {
	s := of(b, town)
	q := reach.UnitCoverageQuery{Area: numbered(kg.KindDivision, 0), Radius: 500, At: local(evening), Scope: everything, AnyUnit: anyUnit}
	var c *reach.UnitCoverage
	for b.Loop() {
		var err error
		if c, err = s.UnitCoverage(q); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(c.Targets), "targets")
	b.ReportMetric(float64(len(c.Units)), "units")
	b.ReportMetric(float64(c.Covered)/float64(c.Targets), "share")
}

func BenchmarkUnitCoverageCity(b *testing.B)            { benchmarkCoverage(b, cityTown, false) }
func BenchmarkUnitCoverageDistrict(b *testing.B)        { benchmarkCoverage(b, districtTown, false) }
func BenchmarkUnitCoverageDistrictAnyUnit(b *testing.B) { benchmarkCoverage(b, districtTown, true) }

func BenchmarkTargetsOfAUnitDistrict(b *testing.B) {
	s := of(b, districtTown)
	c, err := s.UnitCoverage(reach.UnitCoverageQuery{Area: numbered(kg.KindDivision, 0), Radius: 500, At: local(evening), Scope: everything})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		c.TargetsOf(c.Units[i%len(c.Units)].Unit)
	}
}

func benchmarkPatch(b *testing.B, town *synthetic, ask bool) {
	r := reach.New(reach.Options{Store: town})
	if err := r.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if err := r.Applied(context.Background(), town.edit(spread(i, town.people()))); err != nil {
			b.Fatal(err)
		}
		if ask {
			if _, err := r.Snapshot().Near(nearBench(i, town)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkPatchCity(b *testing.B)            { benchmarkPatch(b, cityTown, false) }
func BenchmarkPatchAndNearCity(b *testing.B)     { benchmarkPatch(b, cityTown, true) }
func BenchmarkPatchDistrict(b *testing.B)        { benchmarkPatch(b, districtTown, false) }
func BenchmarkPatchAndNearDistrict(b *testing.B) { benchmarkPatch(b, districtTown, true) }

// BenchmarkMemoryDistrict reports the bytes a person that a snapshot holds, with the view of one day.
func BenchmarkMemoryDistrict(b *testing.B) {
	var before, base, withDay runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		s := build(b, districtTown)
		runtime.GC()
		runtime.ReadMemStats(&base)
		if _, err := s.Near(nearBench(1, districtTown)); err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&withDay)
		runtime.KeepAlive(s)
	}
	people := float64(districtTown.people())
	b.ReportMetric(float64(base.HeapAlloc-before.HeapAlloc)/people, "B/person")
	b.ReportMetric(float64(withDay.HeapAlloc-base.HeapAlloc)/people, "B/person-day")
}
