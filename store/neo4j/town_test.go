package neo4j

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

var surnames = []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾")
var givens = []rune("秀兰英华建国明丽强军平芳娟玉梅桂花春红霞志刚海波伟敏静磊洋艳勇杰娜")

// town makes a made-up town of about the given number of people as batches of changes: 1 city, 1 street, 12
// communities, 15 grids each, buildings of 16 households in 1 compound for 8, households of 2 or 3 people.
type town struct {
	rng       *rand.Rand
	changes   []store.Mutation
	key       []byte
	grids     []kg.ID
	buildings []kg.ID
	homes     []kg.ID
	people    []kg.ID
	units     []kg.ID
	ids       map[string]kg.ID
	n         int
}

func (m *town) id(k kg.Kind) kg.ID {
	m.n++
	return kg.DeriveID(m.key, k, fmt.Sprint(m.n))
}

func (m *town) node(n kg.Node) kg.ID {
	id := m.id(n.Kind())
	n.Common().ID = id
	m.changes = append(m.changes, store.Mutation{Op: store.PutNode, Node: n})
	return id
}

func (m *town) tie(t kg.Tie) {
	t.ID = kg.DeriveTieID(m.key, &t)
	m.changes = append(m.changes, store.Mutation{Op: store.PutTie, Tie: &t})
}

func (m *town) name() string {
	name := string(surnames[m.rng.IntN(len(surnames))]) + string(givens[m.rng.IntN(len(givens))])
	if m.rng.IntN(4) > 0 {
		name += string(givens[m.rng.IntN(len(givens))])
	}
	return name
}

func newTown(people int, key store.Key) *town {
	m := &town{rng: rand.New(rand.NewPCG(1, 2)), key: key[:], ids: map[string]kg.ID{}}
	city := m.node(&kg.Division{Name: "石首市", Level: kg.LevelCounty, Code: "421081000000"})
	street := m.node(&kg.Division{Name: "绣林街道", Level: kg.LevelTownship, Form: kg.FormStreet, Code: "421081001000"})
	m.tie(kg.Tie{Relation: kg.PartOf, From: street, To: city})
	var compound kg.ID
	for c := range 12 {
		community := m.node(&kg.Division{Name: fmt.Sprintf("第%d社区", c+1), Level: kg.LevelCommunity, Code: fmt.Sprintf("4210810010%02d", c+1)})
		m.tie(kg.Tie{Relation: kg.PartOf, From: community, To: street})
		for g := range 15 {
			grid := m.node(&kg.Grid{Name: fmt.Sprintf("第%d网格", g+1), Code: fmt.Sprintf("G%03d", c*15+g), Level: "BASE"})
			m.tie(kg.Tie{Relation: kg.PartOf, From: grid, To: community})
			m.grids = append(m.grids, grid)
		}
		m.ids[fmt.Sprint("community", c)] = community
	}
	for u := range 90 {
		m.units = append(m.units, m.node(&kg.Unit{Name: fmt.Sprintf("第%d单位", u+1), Code: fmt.Sprintf("U%04d", u), UnitKind: "enterprise"}))
	}
	m.ids["street"], m.ids["city"] = street, city
	for b := 0; len(m.people) < people; b++ {
		grid := m.grids[b%len(m.grids)]
		if b%8 == 0 {
			compound = m.node(&kg.Compound{Name: fmt.Sprintf("绿苑小区%d期", b/8+1), Code: fmt.Sprintf("C%05d", b), ManagementKind: kg.ManagedOld, Address: fmt.Sprintf("中山路%d号", b)})
			m.tie(kg.Tie{Relation: kg.InCompound, From: compound, To: m.ids[fmt.Sprint("community", b%12)]})
		}
		building := m.node(&kg.Building{Name: fmt.Sprintf("%d号楼", b+1), Code: fmt.Sprintf("B%06d", b), Address: fmt.Sprintf("建设路%d号", b), Floors: 6,
			Point: &geo.Point{Lat: 29.70 + m.rng.Float64()*0.04, Lon: 112.38 + m.rng.Float64()*0.05}})
		m.buildings = append(m.buildings, building)
		m.tie(kg.Tie{Relation: kg.PartOf, From: building, To: grid})
		m.tie(kg.Tie{Relation: kg.InCompound, From: building, To: compound})
		for h := range 16 {
			m.home(building, h)
		}
	}
	for i, unit := range m.units {
		m.tie(kg.Tie{Relation: kg.LocatedIn, From: unit, To: m.buildings[i%len(m.buildings)]})
	}
	return m
}

func (m *town) home(building kg.ID, h int) {
	home := &kg.Household{Number: fmt.Sprintf("%d%02d", h/4+1, h%4+1), Floor: h/4 + 1}
	if m.rng.IntN(12) == 0 {
		home.CareLevel, home.CareFlags = kg.CareRed, []kg.Flag{{Value: kg.ElderlyAlone}}
	}
	id := m.node(home)
	m.homes = append(m.homes, id)
	m.tie(kg.Tie{Relation: kg.PartOf, From: id, To: building})
	for range 2 + m.rng.IntN(2) {
		p := &kg.Person{Name: m.name(), Sex: kg.Female, BirthDate: kg.NewDate(1940+m.rng.IntN(70), 3, 1+m.rng.IntN(28)), PartyStatus: kg.PartyNone, Phone: "00000000000"}
		if m.rng.IntN(18) == 0 {
			p.PartyStatus = kg.PartyFull
		}
		person := m.node(p)
		m.people = append(m.people, person)
		m.tie(kg.Tie{Relation: kg.LivesIn, From: person, To: id})
		if m.rng.IntN(3) == 0 {
			m.tie(kg.Tie{Relation: kg.WorksAt, From: person, To: m.units[m.rng.IntN(len(m.units))], Post: "职员"})
		}
	}
}

// load applies the town's changes in batches of 5,000.
func (m *town) load(ctx context.Context, t testing.TB, s *Store) {
	t.Helper()
	for i := 0; i < len(m.changes); i += 5000 {
		if _, err := s.Apply(ctx, &store.Batch{ID: fmt.Sprint("town", i), Changes: m.changes[i:min(i+5000, len(m.changes))]}); err != nil {
			t.Fatal(err)
		}
	}
}
