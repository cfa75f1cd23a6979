package coverage_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/reach/barrier"
	"lintu/store"
	"lintu/store/storetest"
)

// Days around the National Day of 2025, with holidays, days worked in exchange and ordinary days.
var (
	firstDay = kg.MustDate("2025-09-22")
	lastDay  = kg.MustDate("2025-10-19")
)

// town makes random small towns with everything that coverage asks about, and questions about them.
type town struct {
	*rand.Rand
	ids     map[kg.Kind][]kg.ID
	changes []store.Mutation
	lines   *barrier.Set
	count   int
}

func newTown(seed uint64) *town {
	t := &town{Rand: rand.New(rand.NewPCG(seed, 11)), ids: map[kg.Kind][]kg.ID{}}
	t.areas()
	for range 3 + t.IntN(9) {
		t.building()
	}
	for range 4 + t.IntN(22) {
		t.household()
	}
	t.bodies()
	for range 3 + t.IntN(40) {
		t.person()
	}
	for range t.IntN(5) {
		t.place()
	}
	if t.chance(0.3) {
		t.river()
	}
	return t
}

func (t *town) add(n kg.Node) kg.ID {
	t.count++
	id := storetest.NameID(n.Kind(), fmt.Sprint(t.count))
	n.Common().ID = id
	if t.chance(0.05) && n.Kind() != kg.KindDivision {
		n.Common().Life = t.span()
	}
	t.ids[n.Kind()] = append(t.ids[n.Kind()], id)
	t.changes = append(t.changes, store.Mutation{Op: store.PutNode, Node: n})
	return id
}

func (t *town) tie(from kg.ID, r kg.Relation, to kg.ID, valid kg.Span, more ...func(*kg.Tie)) {
	tie := &kg.Tie{Relation: r, From: from, To: to, Valid: valid}
	for _, m := range more {
		m(tie)
	}
	tie.ID = kg.DeriveTieID([]byte("town"), tie)
	for _, c := range t.changes {
		if c.Op == store.PutTie && c.Tie.Key() == tie.Key() {
			return
		}
	}
	t.changes = append(t.changes, store.Mutation{Op: store.PutTie, Tie: tie})
}

func (t *town) chance(p float64) bool { return t.Float64() < p }

func (t *town) pick(kinds ...kg.Kind) kg.ID {
	all := t.ids[kinds[t.IntN(len(kinds))]]
	return all[t.IntN(len(all))]
}

func (t *town) date() kg.Date { return firstDay + kg.Date(t.IntN(int(lastDay-firstDay))) }

// span is usually open; else it begins, ends or both in the days of the test.
func (t *town) span() kg.Span {
	switch n := t.IntN(10); {
	case n < 6:
		return kg.Span{}
	case n < 8:
		return kg.Span{From: t.date()}
	}
	return kg.Span{To: t.date()}
}

// parts cuts all days into one or two consecutive spans.
func (t *town) parts() []kg.Span {
	if t.chance(0.8) {
		return []kg.Span{{}}
	}
	d := t.date()
	return []kg.Span{{To: d}, {From: d + kg.Date(t.IntN(2))}}
}

// point is one of a few of a town of about 1.5 km; none for some.
func (t *town) point() *geo.Point {
	if t.chance(0.08) {
		return nil
	}
	return &geo.Point{Lat: 23.12 + float64(t.IntN(30))*0.00045, Lon: 113.24 + float64(t.IntN(30))*0.00045}
}

func (t *town) areas() {
	city := t.add(&kg.Division{Name: "市", Level: kg.LevelCity})
	street := t.add(&kg.Division{Name: "街道", Level: kg.LevelTownship})
	t.tie(street, kg.PartOf, city, kg.Span{})
	for range 2 {
		community := t.add(&kg.Division{Name: "社区", Level: kg.LevelCommunity})
		t.tie(community, kg.PartOf, street, kg.Span{})
		for range 2 {
			t.tie(t.add(&kg.Grid{Name: "网格"}), kg.PartOf, community, t.span())
		}
		managed := []kg.ManagementKind{kg.ManagedOld, kg.ManagedByProperty, kg.ManagedByNone, ""}[t.IntN(4)]
		t.tie(t.add(&kg.Compound{Name: "小区", ManagementKind: managed}), kg.InCompound, community, t.span())
	}
	t.tie(t.add(&kg.Grid{Name: "微网格"}), kg.PartOf, t.ids[kg.KindGrid][0], kg.Span{})
}

func (t *town) building() {
	b := t.add(&kg.Building{Name: "楼", Point: t.point()})
	for _, s := range t.parts() {
		t.tie(b, kg.PartOf, t.pick(kg.KindGrid, kg.KindGrid, kg.KindGrid, kg.KindDivision), s)
	}
	if t.chance(0.6) {
		t.tie(b, kg.InCompound, t.pick(kg.KindCompound), t.span())
	}
	for range t.IntN(3) {
		e := &kg.Entrance{Number: "单元"}
		if t.chance(0.4) {
			e.Point = t.point()
		}
		t.tie(t.add(e), kg.PartOf, b, t.span())
	}
}

func (t *town) household() {
	h := &kg.Household{Number: "户"}
	if t.chance(0.5) {
		h.CareLevel = []kg.CareLevel{kg.CareRed, kg.CareYellow, kg.CareBlue}[t.IntN(3)]
	}
	if t.chance(0.8) {
		h.CareFlags = t.flags()
	}
	id := t.add(h)
	for _, s := range t.parts() {
		in := []kg.Kind{kg.KindBuilding, kg.KindBuilding, kg.KindEntrance}
		if t.chance(0.1) || len(t.ids[kg.KindEntrance]) == 0 {
			in = []kg.Kind{kg.KindGrid, kg.KindBuilding}
		}
		t.tie(id, kg.PartOf, t.pick(in...), s)
	}
}

func (t *town) flags() []kg.Flag {
	all := []string{kg.ElderlyAlone, kg.ElderlyAlone, kg.Disabled, kg.Hardship}
	out := []kg.Flag{{Value: all[t.IntN(4)], Span: t.span()}}
	if t.chance(0.3) {
		out = append(out, kg.Flag{Value: kg.NoKin})
	}
	return out
}

func (t *town) bodies() {
	for range 3 {
		u := t.add(&kg.Unit{Name: "单位"})
		for range t.IntN(3) {
			t.tie(u, kg.LocatedIn, t.pick(kg.KindBuilding), t.span())
		}
		t.tie(t.add(&kg.PartyOrg{Name: "党支部"}), kg.SetUpOn, u, kg.Span{})
		if t.chance(0.3) {
			t.tie(u, kg.ResponsibleFor, t.pick(kg.KindBuilding, kg.KindGrid), t.span())
		}
	}
	team := t.add(&kg.Team{Name: "队"})
	t.tie(team, kg.ResponsibleFor, t.pick(kg.KindHousehold), t.span())
}

func (t *town) person() {
	p := &kg.Person{Name: "人", BirthDate: t.date() - kg.Date(365.25*float64(10+t.IntN(80)))}
	if t.chance(0.6) {
		p.PartyStatus = kg.PartyFull
	}
	if t.chance(0.1) {
		p.CareFlags = t.flags()
	}
	if t.chance(0.8) {
		p.Responder = t.profile()
	}
	id := t.add(p)
	if t.chance(0.95) {
		for _, s := range t.parts() {
			t.tie(id, kg.LivesIn, t.pick(kg.KindHousehold), s)
		}
	}
	if t.chance(0.5) {
		t.tie(id, kg.WorksAt, t.pick(kg.KindUnit), t.span(), func(w *kg.Tie) {
			if t.chance(0.3) {
				w.Ref = t.pick(kg.KindBuilding)
			}
		})
	}
	if t.chance(0.3) {
		t.tie(id, kg.BelongsTo, t.pick(kg.KindPartyOrg), t.span(), func(b *kg.Tie) { b.Kind = "FULL" })
	}
	for t.chance(0.4) {
		on := t.pick(kg.KindHousehold, kg.KindHousehold, kg.KindBuilding, kg.KindGrid, kg.KindDivision, kg.KindCompound)
		t.tie(id, kg.ResponsibleFor, on, t.span(), func(r *kg.Tie) { r.Scheme, r.Slot = "1+10", fmt.Sprint(t.IntN(3)) })
	}
	if t.chance(0.2) {
		t.tie(id, kg.HoldsPost, t.pick(kg.KindBuilding, kg.KindGrid, kg.KindUnit), t.span(), func(r *kg.Tie) { r.Role = "楼栋长" })
	}
	for t.chance(0.1) {
		h := t.changes[0].Node
		for h == nil || h.Kind() != kg.KindHousehold {
			h = t.changes[t.IntN(len(t.changes))].Node
		}
		h.(*kg.Household).Refusals = append(h.(*kg.Household).Refusals, kg.Refusal{Person: id, Span: t.span()})
	}
}

func (t *town) profile() *kg.Responder {
	r := &kg.Responder{}
	if t.chance(0.93) {
		r.Consents = []kg.Consent{{Purpose: kg.ConsentToRespond, Span: t.span()}}
	}
	if t.chance(0.93) {
		r.Vettings = []kg.Vetting{{By: "街道", Span: t.span()}}
	}
	if t.chance(0.1) {
		r.Leaves = []kg.Absence{{Span: t.span()}}
	}
	if t.chance(0.05) {
		r.Pauses = []kg.Absence{{Span: t.span()}}
	}
	if t.chance(0.1) {
		r.Overrides = []kg.Override{{Presence: kg.Away, Until: t.instant()}}
	}
	if t.chance(0.3) {
		week := make([]byte, kg.WeekSlots)
		for i := range week {
			week[i] = "HHWA"[t.IntN(4)]
		}
		r.Weekly = string(week)
	}
	if t.chance(0.2) {
		r.Limits.MaxDistance = 100 * (1 + t.IntN(12))
	}
	return r
}

func (t *town) place() {
	p := &kg.Place{Name: "阵地", PlaceKind: []string{"canteen", "service centre"}[t.IntN(2)]}
	if t.chance(0.4) {
		p.Point = t.point()
	}
	for t.chance(0.7) {
		o := kg.Opening{From: fmt.Sprintf("%02d:00", 6+t.IntN(6)), To: fmt.Sprintf("%02d:30", 13+t.IntN(10))}
		for d := 1; d <= 7; d++ {
			if t.chance(0.6) {
				o.Weekdays = append(o.Weekdays, d)
			}
		}
		if len(o.Weekdays) == 0 {
			continue
		}
		if t.chance(0.3) {
			o.SeasonFrom, o.SeasonTo = "10-01", []string{"03-31", "10-10", "10-01"}[t.IntN(3)]
		}
		p.OpeningHours = append(p.OpeningHours, o)
	}
	id := t.add(p)
	for range t.IntN(3) {
		t.tie(id, kg.LocatedIn, t.pick(kg.KindBuilding), t.span())
	}
}

// river runs through the town from north to south, with a bridge.
func (t *town) river() {
	lon := 113.24 + (2+float64(t.IntN(26))+0.5)*0.00045
	bridge := 23.12 + float64(t.IntN(30))*0.00045
	set, err := barrier.Parse([]byte(fmt.Sprintf(`{"type": "FeatureCollection", "features": [
		{"type": "Feature", "properties": {"kind": "river"}, "geometry": {"type": "LineString", "coordinates": [[%[1]f, 23.1], [%[1]f, 23.2]]}},
		{"type": "Feature", "properties": {"kind": "bridge"}, "geometry": {"type": "Point", "coordinates": [%[1]f, %[2]f]}}]}`, lon, bridge)))
	if err != nil {
		panic(err)
	}
	t.lines = set
}

// instant is any minute of the days of the test.
func (t *town) instant() time.Time {
	return firstDay.Time(time.UTC).Add(time.Duration(t.IntN(28*24*60)) * time.Minute)
}

// question asks anything about the town.
func (t *town) question() coverage.Query {
	q := coverage.Query{Area: t.ids[kg.KindDivision][0], Radius: 50 + float64(t.IntN(900)), K: 1 + t.IntN(3), Scope: everything, Where: &reach.ResponderWhere{}}
	if t.chance(0.5) {
		q.Area = t.pick(kg.KindDivision, kg.KindGrid, kg.KindCompound, kg.KindBuilding)
	}
	if t.chance(0.5) {
		q.Targets = &reach.TargetWhere{CareFlags: []string{kg.ElderlyAlone, kg.NoKin, kg.Disabled}}
		if t.chance(0.5) {
			q.Targets.CareFlags = nil
		}
	}
	if t.chance(0.7) {
		q.When.At = t.instant()
	} else {
		q.When = coverage.When{Band: coverage.Bands[t.IntN(len(coverage.Bands))], From: t.date()}
	}
	switch t.IntN(6) {
	case 0:
		q.Provider.Places = &reach.PlaceWhere{AnyHour: t.chance(0.3)}
		if t.chance(0.5) {
			q.Provider.Places.Kinds = []string{"canteen"}
		}
	case 1:
		q.Provider.Duty = &reach.DutyWhere{IncludePosts: t.chance(0.5)}
		if t.chance(0.5) {
			q.Provider.Duty.Level = reach.DutyLevels[t.IntN(len(reach.DutyLevels))]
		}
	}
	if q.Provider.Places == nil && t.chance(0.3) {
		member := t.chance(0.7)
		q.Where.PartyMember = &member
	}
	if q.Provider.Places == nil && t.chance(0.2) {
		q.Where.IncludeCareFlagged = true
	}
	if t.chance(0.15) {
		q.Scope = store.Scope{Areas: []kg.ID{t.pick(kg.KindDivision, kg.KindGrid)}, Today: t.date()}
	}
	return q
}
