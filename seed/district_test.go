package seed_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash/maphash"
	"runtime/debug"
	"testing"

	"lintu/geo"
	"lintu/internal/effort"
	"lintu/kg"
	"lintu/seed"
	"lintu/seed/figures"
	"lintu/store"
)

// goldenDistrict are the digests of the district's stream with seed 1: of its beginning, and of the whole.
const (
	goldenGround   = "5105e929483d5f0bcd48c585cbfb4fc311b909d9d8a7f40d8e8c23d3e9460ab0"
	goldenDistrict = "4ca3cafa01f3e87fba2efab648b2882fb230a296e40e36afa8bdfe2ddad75f6f"
)

var hashSeed = maphash.MakeSeed()

var errEnough = errors.New("enough")

// lean is what is kept of a stream that is too long to keep: all but what people who are nobody's concern have of
// their own, and where households stand.
type lean struct {
	*graph
	t        *testing.T
	stub     *kg.Person          // stands for people who are nobody's concern
	tieIDs   map[uint64]struct{} // hashes of them
	lives    int
	count    map[kg.Kind]int
	sources  map[string]int // of households
	impaired map[kg.ID]bool
}

func (l *lean) node(n kg.Node) {
	b := n.Common()
	if err := kg.Validate(n); err != nil || b.Source == "" {
		l.t.Fatalf("%s: error %v, source %q", n.Title(), err, b.Source)
	}
	if l.nodes[b.ID] != nil {
		l.t.Fatalf("%s: the id %s is taken", n.Title(), b.ID)
	}
	l.count[n.Kind()]++
	switch n := n.(type) {
	case *kg.Household:
		l.sources[n.Source]++
		n = &kg.Household{Base: kg.Base{ID: b.ID}}
		l.nodes[b.ID], l.kinds[kg.KindHousehold] = n, append(l.kinds[kg.KindHousehold], n)
		return
	case *kg.Person:
		if !n.PartyMember() && n.Responder == nil && len(n.CareFlags) == 0 && n.BirthDate.Age(seed.Reference) < 60 {
			l.nodes[b.ID] = l.stub
			return
		}
		if n.Responder != nil {
			n.Responder.Weekly = "" // hundreds of letters; no rule asks for them
		}
	}
	l.nodes[b.ID] = n
	l.kinds[n.Kind()] = append(l.kinds[n.Kind()], n)
}

func (l *lean) tie(t *kg.Tie) {
	if err := kg.ValidateTie(t); err != nil || t.Source == "" {
		l.t.Fatalf("%s from %s: error %v, source %q", t.Relation, t.From, err, t.Source)
	}
	for _, end := range []kg.ID{t.From, t.To, t.Ref} {
		if end != "" && l.nodes[end] == nil {
			l.t.Fatalf("%s ties %s before it exists", t.Relation, end)
		}
	}
	id := maphash.String(hashSeed, string(t.ID))
	if _, taken := l.tieIDs[id]; taken {
		l.t.Fatalf("%s from %s to %s: the id is taken", t.Relation, t.From, t.To)
	}
	l.tieIDs[id] = struct{}{}
	switch {
	case t.Relation == kg.PartOf && t.From.Kind() == kg.KindHousehold:
		return
	case t.Relation == kg.WorksAt && l.nodes[t.From] == kg.Node(l.stub):
		return
	case t.Relation == kg.LivesIn:
		l.lives++
		l.house(t)
		for _, f := range l.person(t.From).CareFlags {
			if f.Value == kg.VisuallyImpaired {
				l.impaired[t.To] = true
			}
		}
		return
	}
	l.graph.ties[t.Relation] = append(l.graph.ties[t.Relation], t)
}

// readDistrict reads the district's stream until stop says so, and gives what was kept and the digest.
func readDistrict(t *testing.T, stop func(*store.Mutation) bool) *lean {
	l := &lean{
		graph: &graph{nodes: map[kg.ID]kg.Node{}, kinds: map[kg.Kind][]kg.Node{}, ties: map[kg.Relation][]*kg.Tie{}, homes: map[kg.ID][]kg.ID{}},
		t:     t, stub: &kg.Person{}, tieIDs: map[uint64]struct{}{}, count: map[kg.Kind]int{},
		sources: map[string]int{}, impaired: map[kg.ID]bool{},
	}
	h := sha256.New()
	err := preset(t, "district").Generate(seed.Options{Seed: 1}, func(b *store.Batch) error {
		for i := range b.Changes {
			m := &b.Changes[i]
			if stop(m) {
				return errEnough
			}
			l.changes++
			seed.HashChange(h, m)
			if m.Node != nil {
				l.node(m.Node)
			} else {
				l.tie(m.Tie)
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	l.digest = hex.EncodeToString(h.Sum(nil))
	return l
}

// In its long form the district's stream is read to its end, which takes a minute; else until its buildings stand.
func TestTheDistrictMeetsItsFiguresAndItsAnswerKey(t *testing.T) {
	if !effort.Long() {
		l := readDistrict(t, func(m *store.Mutation) bool { return m.Node != nil && m.Node.Kind() == kg.KindHousehold })
		if l.digest != goldenGround {
			t.Errorf("digest %s, want %s", l.digest, goldenGround)
		}
		l.checkGround()
		return
	}
	defer debug.SetGCPercent(debug.SetGCPercent(40)) // a gigabyte is kept: no second one for garbage
	l := readDistrict(t, func(*store.Mutation) bool { return false })
	if l.digest != goldenDistrict {
		t.Errorf("digest %s, want %s", l.digest, goldenDistrict)
	}
	if estimate := figures.District.Changes; estimate*20 < l.changes*19 || estimate*20 > l.changes*21 {
		t.Errorf("estimated %d changes, there are %d", estimate, l.changes)
	}
	l.checkGround()
	l.checkFigures()
	compareKey(t, preset(t, "district"), 1, l.graph)
}

// checkGround holds what stands on the ground to the figures, and to its place: every building in its community's
// cell, none in the river, none on another.
func (l *lean) checkGround() {
	t, g := l.t, l.graph
	compare(t, []figure{
		{"streets", g.divisions(kg.LevelTownship, kg.FormStreet), 22},
		{"communities", g.divisions(kg.LevelCommunity, ""), 201},
		{"grids", l.count[kg.KindGrid], 1044},
		{"compounds", l.count[kg.KindCompound], 2100},
		{"residential buildings", len(by(g.ties[kg.InCompound], from)) - l.count[kg.KindCompound], 21550},
		{"buildings", l.count[kg.KindBuilding], 21550 + 2000},
		{"entrances", l.count[kg.KindEntrance], 47410},
		{"lifts added to older buildings", l.addedLifts(), 110},
	})
	f := &figures.District
	cells := map[kg.ID]figures.Area{}
	for _, a := range f.Areas {
		for _, d := range all[*kg.Division](g) {
			if d.Code == a.Code {
				cells[d.ID] = a
			}
		}
	}
	area := g.areaOfBuildings()
	taken := map[[2]int][]geo.Point{} // by cells of about 20 m
	for _, b := range all[*kg.Building](g) {
		if b.Point == nil {
			continue
		}
		east := (b.Point.Lon - float64(f.Ground.LonE7)/1e7) * float64(f.Ground.CmPerLon)
		north := (b.Point.Lat - float64(f.Ground.LatE7)/1e7) * 11119508
		a := cells[area[b.ID]]
		if !inside(east, north, figures.Box{East: a.East, North: a.North, Width: a.Width, Height: a.Height}) {
			t.Fatalf("%s stands at %.0f, %.0f, outside of %s", b.Name, east/100, north/100, a.Name)
		}
		for _, w := range f.Plan.Water {
			if inside(east, north, w) {
				t.Fatalf("%s stands in the river", b.Name)
			}
		}
		at := [2]int{int(east) / 2000, int(north) / 2000}
		for de := -1; de <= 1; de++ {
			for dn := -1; dn <= 1; dn++ {
				for _, p := range taken[[2]int{at[0] + de, at[1] + dn}] {
					if d := geo.Distance(p, *b.Point); d < 8 {
						t.Fatalf("%s stands %.1f m from another building", b.Name, d)
					}
				}
			}
		}
		taken[at] = append(taken[at], *b.Point)
	}
}

func inside(east, north float64, b figures.Box) bool {
	return east >= float64(b.East) && north >= float64(b.North) && east <= float64(b.East+b.Width) && north <= float64(b.North+b.Height)
}

// addedLifts are the entrances with a lift in buildings of fewer than ten floors.
func (l *lean) addedLifts() int {
	n := 0
	for _, t := range l.graph.ties[kg.PartOf] {
		e, ok := l.nodes[t.From].(*kg.Entrance)
		if ok && e.HasLift && l.nodes[t.To].(*kg.Building).Floors < 10 {
			n++
		}
	}
	return n
}

// underAllTiers counts the responsibility areas whose ladder passes through the tiers 4, 3, 2 and 1.
func (l *lean) underAllTiers() int {
	above := by(l.graph.ties[kg.ChildOf], from)
	n := 0
	for _, o := range all[*kg.PartyOrg](l.graph) {
		tier := o.Tier
		for at := o.ID; tier > 1 && len(above[at]) == 1 && l.nodes[above[at][0].To].(*kg.PartyOrg).Tier == tier-1; tier-- {
			at = above[at][0].To
		}
		if o.OrgKind == "responsibility area" && tier == 1 {
			n++
		}
	}
	return n
}

func (l *lean) checkFigures() {
	t, g := l.t, l.graph
	post := func(role string) int {
		return g.distinctOf(kg.HoldsPost, from, func(x *kg.Tie) bool { return x.Role == role })
	}
	unitOrg := func(x *kg.Tie) bool {
		k := g.orgKind(x.From)
		return k == "unit branch" || k == "unit committee"
	}
	coOpted := func(x *kg.Tie) bool { return x.Role == "兼职委员" && x.PartTime }
	compare(t, []figure{
		{"people", l.count[kg.KindPerson], 1150000},
		{"households", l.count[kg.KindHousehold], 400000},
		{"recorded dwellings", l.sources["demo: recorded dwelling 房屋信息"], 94000},
		{"homes with people", len(g.homes), 400000},
		{"people with a home", l.lives, 1150000},
		{"responsibility areas under all tiers of the ladder", l.underAllTiers(), 20120},
		{"registered members", g.distinctOf(kg.RegisteredWith, from, func(x *kg.Tie) bool { return g.person(x.From).PartyMember() }), 60000},
		{"registrations", len(g.ties[kg.RegisteredWith]), 60000},
		{"street working committees", g.tier("city-5", "working committee", 1), 22},
		{"community committees", g.tier("city-5", "committee", 2), 201},
		{"branches", g.tier("city-5", "branch", 3), 1044},
		{"responsibility areas", g.tier("city-5", "responsibility area", 5), 20120},
		{"大党委", g.joint("大党委"), 201},
		{"co-opted people", g.distinctOf(kg.SitsOn, from, coOpted), 978},
		{"co-opted seats", len(g.ties[kg.SitsOn]), 978 + 201},
		{"party organizations of property firms", count(g, func(o *kg.PartyOrg) bool { return o.OrgKind == "property branch" }), 24},
		{"units with party organizations", g.distinctOf(kg.SetUpOn, to, unitOrg), 702},
		{"units", l.count[kg.KindUnit] - 2389, 980},
		{"social organizations", count(g, func(u *kg.Unit) bool { return u.UnitKind == "social organization" }), 2389},
		{"业委会", g.bodies("业委会"), 72},
		{"居委会", g.bodies("居委会"), 201},
		{"Party-masses places of four levels", g.places("service centre") + g.places("station"), 309},
		{"places of civilization practice", g.places("civilization practice"), 220},
		{"elder care", g.places("elder care"), 182},
		{"canteens", g.places("canteen"), 103},
		{"legal service stations", g.places("legal service"), 195},
		{"lawyers", post("律师"), 172},
		{"people who know the law", post("法律明白人"), 781},
		{"organizers", post("社区组织员"), 99},
		{"households with a visually impaired person", len(l.impaired), 1023},
		{"elderly people alone", g.flagged(kg.ElderlyAlone), 23000},
		{"doorbells", l.count[kg.KindDoorbell], 2300},
	})
	members := count(g, (*kg.Person).PartyMember)
	within(t, "members among people", members, l.count[kg.KindPerson], 0.045, 0.055)
	within(t, "retired members", count(g, func(p *kg.Person) bool { return p.PartyMember() && p.Retired }), members, 0.35, 0.45)
}
