package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
	"lintu/store/sqlite"
)

// town makes up a town of about so many people, as changes: a city of 2 streets, 13 communities and 180 grids, with
// buildings of 16 households, entrances, compounds, units, party organizations, and the ties of all these.
type town struct {
	rng     *rand.Rand
	changes []store.Mutation
	key     []byte
	n       int

	city    kg.ID
	grids   []kg.ID
	units   []kg.ID
	orgs    []kg.ID
	homes   []kg.ID
	people  []kg.ID
	regions []kg.ID // communities
}

const (
	surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
	givens   = "秀兰英华建国明丽强军平芳娟玉梅桂花春红霞志刚海波伟敏静磊洋艳勇杰娜文学良佳宁晓东子涵欣怡"
)

const loadSize = 100000 // people

func pick[T any](m *town, list []T) T { return list[m.rng.IntN(len(list))] }

func (m *town) node(n kg.Node) kg.ID {
	m.n++
	id := kg.DeriveID(m.key, n.Kind(), fmt.Sprint(m.n))
	n.Common().ID = id
	m.changes = append(m.changes, store.Mutation{Op: store.PutNode, Node: n})
	return id
}

func (m *town) tie(t kg.Tie) {
	t.ID = kg.DeriveTieID(m.key, &t)
	m.changes = append(m.changes, store.Mutation{Op: store.PutTie, Tie: &t})
}

func (m *town) name() string {
	name := string(pick(m, []rune(surnames))) + string(pick(m, []rune(givens)))
	if m.rng.IntN(5) > 0 {
		name += string(pick(m, []rune(givens)))
	}
	return name
}

func newTown(people int) *town {
	m := &town{rng: rand.New(rand.NewPCG(1, 2)), key: []byte("town")}
	m.city = m.node(&kg.Division{Name: "石首市", Level: kg.LevelCounty, Code: "421081000000", CodeScheme: "stat-12"})
	m.areas()
	for u := range 90 {
		m.units = append(m.units, m.node(&kg.Unit{Name: fmt.Sprintf("第%d单位", u+1), Code: fmt.Sprintf("U%04d", u), UnitKind: "enterprise"}))
		m.tie(kg.Tie{Relation: kg.PairedWith, From: m.units[u], To: m.regions[u%13], Form: "PAIRED"})
	}
	var compound kg.ID
	for b := 0; len(m.people) < people; b++ {
		if b%8 == 0 {
			compound = m.node(&kg.Compound{Name: fmt.Sprintf("绿苑小区%d期", b/8+1), Code: fmt.Sprintf("C%05d", b), ManagementKind: kg.ManagedOld, Address: fmt.Sprintf("中山路%d号", b)})
			m.tie(kg.Tie{Relation: kg.InCompound, From: compound, To: m.regions[b%13]})
		}
		m.building(b, m.grids[b%len(m.grids)], compound)
	}
	return m
}

func (m *town) areas() {
	for s := range 2 {
		street := m.node(&kg.Division{Name: fmt.Sprintf("第%d街道", s+1), Level: kg.LevelTownship, Form: kg.FormStreet, Code: fmt.Sprintf("42108100%d000", s+1)})
		m.tie(kg.Tie{Relation: kg.PartOf, From: street, To: m.city})
		for c := s; c < 13; c += 2 {
			community := m.node(&kg.Division{Name: fmt.Sprintf("第%d社区", c+1), Level: kg.LevelCommunity, Code: fmt.Sprintf("4210810010%02d", c+1)})
			m.tie(kg.Tie{Relation: kg.PartOf, From: community, To: street})
			m.regions = append(m.regions, community)
			for g := range 14 {
				grid := m.node(&kg.Grid{Name: fmt.Sprintf("第%d网格", g+1), Code: fmt.Sprintf("G%03d", c*14+g), Level: "BASE"})
				m.tie(kg.Tie{Relation: kg.PartOf, From: grid, To: community})
				m.grids = append(m.grids, grid)
				org := m.node(&kg.PartyOrg{Name: fmt.Sprintf("第%d社区第%d党支部", c+1, g+1), Code: fmt.Sprintf("D%03d", c*14+g), OrgKind: "branch", Tier: 3, Scheme: "city-5"})
				m.tie(kg.Tie{Relation: kg.SetUpOn, From: org, To: grid})
				m.orgs = append(m.orgs, org)
			}
		}
	}
}

func (m *town) building(b int, grid, compound kg.ID) {
	building := m.node(&kg.Building{Name: fmt.Sprintf("%d号楼", b%40+1), Code: fmt.Sprintf("B%06d", b), Address: fmt.Sprintf("建设路%d号", b), Floors: 6,
		Point: &geo.Point{Lat: 29.70 + m.rng.Float64()*0.04, Lon: 112.38 + m.rng.Float64()*0.05}})
	m.tie(kg.Tie{Relation: kg.PartOf, From: building, To: grid})
	m.tie(kg.Tie{Relation: kg.InCompound, From: building, To: compound})
	for e := range 2 {
		entrance := m.node(&kg.Entrance{Number: fmt.Sprintf("%d单元", e+1)})
		m.tie(kg.Tie{Relation: kg.PartOf, From: entrance, To: building})
		for h := range 8 {
			m.home(entrance, h)
		}
	}
}

func (m *town) home(entrance kg.ID, h int) {
	home := &kg.Household{Number: fmt.Sprintf("%d%02d", h/2+1, h%2+1), Floor: h/2 + 1}
	if m.rng.IntN(12) == 0 {
		home.CareLevel, home.CareFlags = kg.CareRed, []kg.Flag{{Value: kg.ElderlyAlone, Span: kg.Span{From: kg.MustDate("2020-01-01")}}}
	}
	id := m.node(home)
	m.homes = append(m.homes, id)
	m.tie(kg.Tie{Relation: kg.PartOf, From: id, To: entrance})
	for range 1 + m.rng.IntN(4) {
		m.person(id)
	}
	if len(m.people) > 10 {
		m.tie(kg.Tie{Relation: kg.ResponsibleFor, From: pick(m, m.people), To: id, Scheme: "41N5", Slot: "1"})
		m.tie(kg.Tie{Relation: kg.ContactOf, From: pick(m, m.people), To: id, Kinship: "女儿", Rank: 1})
	}
}

func (m *town) person(home kg.ID) {
	p := &kg.Person{Name: m.name(), Sex: kg.Female, BirthDate: kg.NewDate(1940+m.rng.IntN(70), 3, 1+m.rng.IntN(28)), PartyStatus: kg.PartyNone,
		Phone: fmt.Sprintf("1000000%04d", m.rng.IntN(10000)), RegisterNo: fmt.Sprintf("R%07d", len(m.people))}
	member := m.rng.IntN(20) == 0
	if member {
		p.PartyStatus = kg.PartyFull
	}
	person := m.node(p)
	m.people = append(m.people, person)
	m.tie(kg.Tie{Relation: kg.LivesIn, From: person, To: home, Valid: kg.Span{From: kg.NewDate(1990+m.rng.IntN(30), 1, 1)}})
	if m.rng.IntN(3) == 0 {
		m.tie(kg.Tie{Relation: kg.WorksAt, From: person, To: pick(m, m.units), Post: "职员"})
	}
	if member {
		m.tie(kg.Tie{Relation: kg.BelongsTo, From: person, To: pick(m, m.orgs), Kind: "FULL"})
	}
}

// load applies the changes in batches of 5,000.
func (m *town) load(t testing.TB, s store.Store) {
	t.Helper()
	for i := 0; i < len(m.changes); i += 5000 {
		if _, err := s.Apply(t.Context(), &store.Batch{Changes: m.changes[i:min(i+5000, len(m.changes))]}); err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkLoadingATown reports changes a second and megabytes of file.
func BenchmarkLoadingATown(b *testing.B) {
	m := newTown(loadSize)
	for b.Loop() {
		path := newPath(b)
		s := open(b, sqlite.Options{Path: path})
		m.load(b, s)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	}
	b.ReportMetric(float64(len(m.changes)*b.N)/b.Elapsed().Seconds(), "changes/s")
	b.ReportMetric(float64(len(m.changes)), "changes")
}
