package bench

import (
	"context"
	"fmt"
	"math"
	"strings"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/seed"
	"lintu/store"
)

// scaled is a store that makes up a town of as many districts as wanted while it is scanned, at a district's density:
// 21,550 buildings, 1.16 million people and 61,000 members each. It serves to see how cost grows; it is no town to
// look at.
type scaled struct {
	store.Store // a snapshot needs no other method

	buildings, communities, units int
}

// What a district has, and what a building, a household.
const (
	districtBuildings   = 21550
	districtCommunities = 201
	districtUnits       = 980

	householdsEach = 18 // in a building
	peopleEach     = 3  // in a household
	gridsEach      = 5  // of a community
	oneInTargets   = 20 // households
	oneInMembers   = 19 // people
)

func newScaled(districts float64) *scaled {
	of := func(n int) int { return max(1, int(math.Round(float64(n)*districts))) }
	return &scaled{buildings: of(districtBuildings), communities: of(districtCommunities), units: of(districtUnits)}
}

// root is the division that holds all.
func (*scaled) root() kg.ID { return numbered(kg.KindDivision, 0) }

// numbered is an id made of a number.
func numbered(k kg.Kind, n int) kg.ID {
	token := []byte(strings.Repeat("a", 24))
	for i := 23; n > 0; i-- {
		token[i] = byte('a' + n%26)
		n /= 26
	}
	return kg.ID(k.Prefix() + "_" + string(token))
}

// Ready implements store.Store.
func (*scaled) Ready(context.Context) (store.Status, error) {
	return store.Status{State: store.StateReady, Revision: 1}, nil
}

// Changes implements store.Store: there are none.
func (*scaled) Changes(context.Context, store.Revision, int) ([]store.Change, error) { return nil, nil }

// kindsOf are the kinds with the number of nodes of each; the numbers of a scan follow one another.
func (s *scaled) kindsOf() []kindSize {
	households := s.buildings * householdsEach
	return []kindSize{
		{kg.KindDivision, s.communities + 1}, {kg.KindGrid, gridsEach * s.communities}, {kg.KindBuilding, s.buildings}, {kg.KindHousehold, households},
		{kg.KindUnit, s.units}, {kg.KindPartyOrg, s.units}, {kg.KindPerson, households * peopleEach},
	}
}

type kindSize struct {
	kind kg.Kind
	n    int
}

// first is the scan's number of the first node of a kind.
func (s *scaled) first(k kg.Kind) int64 {
	at := int64(1)
	for _, x := range s.kindsOf() {
		if x.kind == k {
			return at
		}
		at += int64(x.n)
	}
	return 0
}

// Scan implements store.Scanner.
func (s *scaled) Scan(ctx context.Context, _ store.ScanQuery, to store.ScanSink) error {
	const batch = 4096
	nodes := make([]store.ScannedNode, 0, batch)
	var ties []store.ScannedTie
	for _, ofTies := range []bool{false, true} {
		for _, x := range s.kindsOf() {
			for i := range x.n {
				if ofTies {
					ties = s.ties(x.kind, i, ties)
				} else {
					nodes = append(nodes, store.ScannedNode{No: s.first(x.kind) + int64(i), Node: s.node(x.kind, i)})
				}
				if len(nodes) < batch && len(ties) < batch && i < x.n-1 {
					continue
				}
				if err := s.give(ctx, to, nodes, ties); err != nil {
					return err
				}
				nodes, ties = nodes[:0], ties[:0]
			}
		}
	}
	return nil
}

func (s *scaled) give(ctx context.Context, to store.ScanSink, nodes []store.ScannedNode, ties []store.ScannedTie) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(nodes) > 0 {
		if err := to.Nodes(nodes); err != nil {
			return err
		}
	}
	if len(ties) > 0 {
		return to.Ties(ties)
	}
	return nil
}

// spread puts a number somewhere from 0 to below a size.
func spread(n, size int) int { return int(uint64(n) * 2654435761 % (1 << 32) * uint64(size) >> 32) }

func (s *scaled) node(k kg.Kind, i int) kg.Node {
	var n kg.Node
	switch k {
	case kg.KindDivision:
		n = &kg.Division{Level: kg.LevelCommunity}
		if i == 0 {
			n = &kg.Division{Level: kg.LevelCounty}
		}
	case kg.KindGrid:
		n = &kg.Grid{}
	case kg.KindBuilding:
		side := int(math.Ceil(math.Sqrt(float64(s.buildings))))
		n = &kg.Building{Point: &geo.Point{Lat: 23.1 + float64(i/side)*0.00045, Lon: 113.2 + float64(i%side)*0.00049}}
	case kg.KindHousehold:
		h := &kg.Household{}
		if i%oneInTargets == 0 {
			h.CareFlags = []kg.Flag{{Value: kg.ElderlyAlone}}
		}
		n = h
	case kg.KindUnit:
		n = &kg.Unit{}
	case kg.KindPartyOrg:
		n = &kg.PartyOrg{}
	default:
		p := &kg.Person{BirthDate: kg.MustDate("1950-01-01") + kg.Date(spread(i, 20000))}
		if i%oneInMembers == 0 {
			p.PartyStatus = kg.PartyFull
			p.Responder = &kg.Responder{Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "街道"}}}
		}
		n = p
	}
	n.Common().ID = numbered(k, i)
	return n
}

func (s *scaled) ties(k kg.Kind, i int, ties []store.ScannedTie) []store.ScannedTie {
	tie := func(r kg.Relation, to kg.Kind, n int) {
		ties = append(ties, store.ScannedTie{Relation: r, From: s.first(k) + int64(i), To: s.first(to) + int64(n)})
	}
	switch k {
	case kg.KindDivision:
		if i > 0 {
			tie(kg.PartOf, kg.KindDivision, 0)
		}
	case kg.KindGrid:
		tie(kg.PartOf, kg.KindDivision, 1+i/gridsEach)
	case kg.KindBuilding:
		tie(kg.PartOf, kg.KindGrid, i*gridsEach*s.communities/s.buildings)
	case kg.KindHousehold:
		tie(kg.PartOf, kg.KindBuilding, i/householdsEach)
	case kg.KindUnit:
		tie(kg.LocatedIn, kg.KindBuilding, spread(i, s.buildings))
	case kg.KindPartyOrg:
		tie(kg.SetUpOn, kg.KindUnit, i)
	case kg.KindPerson:
		tie(kg.LivesIn, kg.KindHousehold, i/peopleEach)
		if i%5 < 2 {
			tie(kg.WorksAt, kg.KindUnit, spread(i, s.units))
		}
		if i%oneInMembers == 0 {
			tie(kg.BelongsTo, kg.KindPartyOrg, spread(i+7, s.units))
		}
		if i%97 == 0 {
			tie(kg.ResponsibleFor, kg.KindBuilding, i/peopleEach/householdsEach)
		}
	}
	return ties
}

func scaledName(districts float64) string { return fmt.Sprintf("%g districts, made up", districts) }

// cover is W5 on so many made-up districts, nil where it was not measured.
func (r *Report) cover(districts float64) *CoverFigures {
	for i := range r.Cover {
		if r.Cover[i].Town == scaledName(districts) {
			return &r.Cover[i]
		}
	}
	return nil
}

// coverScaled measures W5 on a town of so many districts.
func coverScaled(ctx context.Context, districts float64) (*CoverFigures, error) {
	town := newScaled(districts)
	before := liveHeap()
	s, err := reach.Build(ctx, reach.Options{Store: town})
	if err != nil {
		return nil, err
	}
	if _, err := s.UnitCoverage(reach.UnitCoverageQuery{Area: town.root(), Radius: 1, At: seed.Reference.Time(s.Location()), Scope: store.Scope{All: true}}); err != nil {
		return nil, err // it makes the day's view
	}
	holds := float64(liveHeap()-before) / 1e6
	f, err := cover(ctx, scaledName(districts), s, town.root())
	if err != nil {
		return nil, err
	}
	f.SnapshotMB, f.HeapMB = holds, f.HeapMB-float64(before)/1e6
	return f, nil
}
