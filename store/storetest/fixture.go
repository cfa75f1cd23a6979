package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// Today is the day on which fixtures stand: what ended before it has ended, what begins after it is to come.
var Today = kg.MustDate("2026-09-01")

// Fixture is a graph under construction, whose nodes and ties have names that tests can read.
type Fixture struct {
	ids     map[string]kg.ID
	names   map[kg.ID]string
	kinds   map[kg.Kind][]kg.ID
	Changes []store.Mutation
}

// NewFixture is an empty one.
func NewFixture() *Fixture {
	return &Fixture{ids: map[string]kg.ID{}, names: map[kg.ID]string{}, kinds: map[kg.Kind][]kg.ID{}}
}

// NameID is the id that fixtures give to a node of the kind with the name; ids do not sort like names.
func NameID(k kg.Kind, name string) kg.ID { return kg.DeriveID([]byte("fixture"), k, name) }

// Add adds a node under a name and sets its id from it.
func (f *Fixture) Add(name string, n kg.Node) kg.ID {
	id := NameID(n.Kind(), name)
	n.Common().ID = id
	f.name(name, id)
	f.kinds[n.Kind()] = append(f.kinds[n.Kind()], id)
	f.Changes = append(f.Changes, store.Mutation{Op: store.PutNode, Node: n})
	return id
}

func (f *Fixture) name(name string, id kg.ID) {
	if _, taken := f.ids[name]; taken {
		panic(fmt.Sprintf("storetest: two things are called %q", name))
	}
	f.ids[name], f.names[id] = id, name
}

// TieOption sets something of a tie.
type TieOption func(*kg.Tie)

// Tie ties two named nodes. The tie is called "from RELATION to", and from its second occurrence on "from RELATION
// to 2" and so on.
func (f *Fixture) Tie(from string, r kg.Relation, to string, options ...TieOption) kg.ID {
	t := &kg.Tie{Relation: r, From: f.ID(from), To: f.ID(to)}
	for _, o := range options {
		o(t)
	}
	name := fmt.Sprintf("%s %s %s", from, r, to)
	for n := 2; f.ids[name] != ""; n++ {
		name = fmt.Sprintf("%s %s %s %d", from, r, to, n)
	}
	t.ID = kg.DeriveTieID([]byte("fixture"), t)
	f.name(name, t.ID)
	f.Changes = append(f.Changes, store.Mutation{Op: store.PutTie, Tie: t})
	return t.ID
}

// Since sets the first day of a tie.
func Since(day string) TieOption { return func(t *kg.Tie) { t.Valid.From = kg.MustDate(day) } }

// Until sets the day on which a tie ends.
func Until(day string) TieOption { return func(t *kg.Tie) { t.Valid.To = kg.MustDate(day) } }

// Role sets a tie's role.
func Role(role string) TieOption { return func(t *kg.Tie) { t.Role = role } }

// Scheme sets scheme and slot of a responsibility.
func Scheme(scheme, slot string) TieOption {
	return func(t *kg.Tie) { t.Scheme, t.Slot = scheme, slot }
}

// Ref makes a tie refer to a named node.
func (f *Fixture) Ref(name string) TieOption { return func(t *kg.Tie) { t.Ref = f.ID(name) } }

// ID is the id of a named node or tie; it panics on an unknown name.
func (f *Fixture) ID(name string) kg.ID {
	id, ok := f.ids[name]
	if !ok {
		panic(fmt.Sprintf("storetest: nothing is called %q", name))
	}
	return id
}

// IDs are the ids of several names.
func (f *Fixture) IDs(names ...string) []kg.ID {
	out := make([]kg.ID, len(names))
	for i, name := range names {
		out[i] = f.ID(name)
	}
	return out
}

// Of are the ids of the nodes of a kind, in the order in which they were added.
func (f *Fixture) Of(k kg.Kind) []kg.ID { return f.kinds[k] }

// Name is the name of a node or tie, or the id itself where the fixture does not know it.
func (f *Fixture) Name(id kg.ID) string {
	if name, ok := f.names[id]; ok {
		return name
	}
	return string(id)
}

// Names are the names of several ids, joined by commas: what tests compare.
func (f *Fixture) Names(ids ...kg.ID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = f.Name(id)
	}
	return strings.Join(out, ", ")
}

// Batch is everything in one batch, applied on Today.
func (f *Fixture) Batch() *store.Batch { return &store.Batch{Changes: f.Changes, Today: Today} }

// Node is the node as it was added.
func (f *Fixture) Node(name string) kg.Node {
	id := f.ID(name)
	for _, m := range f.Changes {
		if m.Op == store.PutNode && m.Node.Common().ID == id {
			return kg.Clone(m.Node)
		}
	}
	panic(fmt.Sprintf("storetest: %q is no node", name))
}

// TieNamed is a copy of the tie as it was added.
func (f *Fixture) TieNamed(name string) *kg.Tie {
	id := f.ID(name)
	for _, m := range f.Changes {
		if m.Op == store.PutTie && m.Tie.ID == id {
			t := *m.Tie
			return &t
		}
	}
	panic(fmt.Sprintf("storetest: %q is no tie", name))
}

// Town is a graph of some 7,000 nodes, large enough for a planner to show what it will do with a town: two
// townships of five communities, four grids each, and so on down to people. It is always the same.
func Town() *Fixture {
	f := NewFixture()
	d := rand.New(rand.NewPCG(7, 7))
	f.Add("county", &kg.Division{Name: "城子河区", Code: "2303", Level: kg.LevelCounty})
	for t := range 2 {
		town := fmt.Sprint("town", t)
		f.Add(town, &kg.Division{Name: townName(d) + "街道", Code: "2303" + fmt.Sprint(t), Level: kg.LevelTownship, Form: kg.FormStreet})
		f.Tie(town, kg.PartOf, "county")
		for c := range 5 {
			f.townCommunity(d, town, fmt.Sprintf("community%d-%d", t, c))
		}
	}
	f.townUnits(d)
	return f
}

// Batches are the fixture's changes in batches that a store takes.
func (f *Fixture) Batches() []*store.Batch {
	const size = 5000
	var out []*store.Batch
	for at := 0; at < len(f.Changes); at += size {
		out = append(out, &store.Batch{Changes: f.Changes[at:min(at+size, len(f.Changes))], Today: Today})
	}
	return out
}

var townSyllables = []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧秀兰国强建军红英明华芳丽伟静敏磊洋勇艳杰娟涛超霞平刚桂")

func townName(d *rand.Rand) string {
	name := make([]rune, 2+d.IntN(2))
	for i := range name {
		name[i] = townSyllables[d.IntN(len(townSyllables))]
	}
	return string(name)
}

func (f *Fixture) townCommunity(d *rand.Rand, town, community string) {
	f.Add(community, &kg.Division{Name: townName(d) + "社区", Code: community, Level: kg.LevelCommunity})
	f.Tie(community, kg.PartOf, town)
	org := community + " org"
	f.Add(org, &kg.PartyOrg{Name: townName(d) + "社区党委", Code: org, OrgKind: "committee", Tier: 2, Scheme: "city-5"})
	f.Tie(org, kg.SetUpOn, community)
	for n := range 4 {
		grid := fmt.Sprintf("%s grid%d", community, n)
		f.Add(grid, &kg.Grid{Name: fmt.Sprintf("第%d网格", n+1), Code: grid, Level: "BASE"})
		f.Tie(grid, kg.PartOf, community)
		for b := range 5 {
			f.townBuilding(d, grid, org, b)
		}
	}
}

func (f *Fixture) townBuilding(d *rand.Rand, grid, org string, n int) {
	building := fmt.Sprintf("%s b%d", grid, n)
	f.Add(building, &kg.Building{Name: fmt.Sprintf("%d号楼", n+1), Code: building, Floors: 6, Point: &geo.Point{Lat: 45.3 + d.Float64()/20, Lon: 131 + d.Float64()/20}})
	f.Tie(building, kg.PartOf, grid)
	for h := range 10 {
		home := fmt.Sprintf("%s h%d", building, h)
		household := &kg.Household{Number: fmt.Sprintf("%d0%d", h/2+1, h%2+1), Floor: h/2 + 1}
		if h == 0 {
			household.CareLevel, household.CareFlags = kg.CareRed, []kg.Flag{dated(kg.ElderlyAlone, "2020-01-01", "")}
		}
		f.Add(home, household)
		f.Tie(home, kg.PartOf, building)
		for p := range 2 {
			f.townPerson(d, home, org, p)
		}
	}
}

func (f *Fixture) townPerson(d *rand.Rand, home, org string, n int) {
	person := fmt.Sprintf("%s p%d", home, n)
	p := &kg.Person{Name: townName(d), RegisterNo: person, Sex: kg.Female, BirthDate: kg.MustDate("1940-01-01") + kg.Date(d.IntN(25000)), PartyStatus: kg.PartyNone}
	if d.IntN(10) == 0 {
		p.PartyStatus = kg.PartyFull
	}
	f.Add(person, p)
	f.Tie(person, kg.LivesIn, home)
	if p.PartyStatus == kg.PartyFull {
		f.Tie(person, kg.BelongsTo, org)
	}
}

// townUnits are forty units, whose staff are every fifth person; each is paired with a community and sends one
// member to its committee.
func (f *Fixture) townUnits(d *rand.Rand) {
	people := f.Of(kg.KindPerson)
	communities := f.Of(kg.KindDivision)[2:]
	f.Add("committee", &kg.JointCommittee{Name: "区联席会议", CommitteeKind: "joint meeting"})
	f.Tie("committee", kg.Leads, "county")
	for u := range 40 {
		unit := fmt.Sprint("unit", u)
		f.Add(unit, &kg.Unit{Name: townName(d) + "公司", Code: unit, UnitKind: "enterprise"})
		f.Tie(unit, kg.PairedWith, f.Name(communities[u%len(communities)]), Since("2024-01-01"))
		f.Tie(f.Name(people[u*7]), kg.SitsOn, "committee", f.Ref(unit))
	}
	for i := 0; i < len(people); i += 5 {
		f.Tie(f.Name(people[i]), kg.WorksAt, fmt.Sprint("unit", i/5%40))
		f.Tie(f.Name(people[i]), kg.ResponsibleFor, f.Name(f.Of(kg.KindHousehold)[i/2]), Scheme("1+10", "1"))
	}
}
