package reach_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// Days around the National Day of 2025, with holidays, days worked in exchange and ordinary days.
var (
	firstDay = kg.MustDate("2025-09-22")
	lastDay  = kg.MustDate("2025-10-19")
)

// town makes random small towns, and random edits of them.
type town struct {
	*rand.Rand
	ids     map[kg.Kind][]kg.ID
	changes []store.Mutation
	ties    []*kg.Tie
	count   int
}

func newTown(seed uint64) *town {
	t := &town{Rand: rand.New(rand.NewPCG(seed, 7)), ids: map[kg.Kind][]kg.ID{}}
	t.areas()
	t.homes()
	t.bodies()
	for range 70 {
		t.person()
	}
	return t
}

func (t *town) add(n kg.Node) kg.ID {
	t.count++
	id := storetest.NameID(n.Kind(), fmt.Sprint(t.count))
	n.Common().ID = id
	t.ids[n.Kind()] = append(t.ids[n.Kind()], id)
	t.changes = append(t.changes, store.Mutation{Op: store.PutNode, Node: n})
	return id
}

func (t *town) tie(from kg.ID, r kg.Relation, to kg.ID, valid kg.Span, more ...func(*kg.Tie)) {
	tie := &kg.Tie{Relation: r, From: from, To: to, Valid: valid}
	for _, m := range more {
		m(tie)
	}
	t.count++
	tie.ID = kg.DeriveTieID([]byte("town"), &kg.Tie{Post: fmt.Sprint(t.count), Source: tie.Key(), Slot: fmt.Sprint(t.count)})
	for _, other := range t.ties {
		if other.Key() == tie.Key() {
			return
		}
	}
	t.ties = append(t.ties, tie)
	t.changes = append(t.changes, store.Mutation{Op: store.PutTie, Tie: tie})
}

func (t *town) chance(p float64) bool { return t.Float64() < p }

func (t *town) pick(k kg.Kind) kg.ID { return t.ids[k][t.IntN(len(t.ids[k]))] }

func (t *town) date() kg.Date { return firstDay + kg.Date(t.IntN(int(lastDay-firstDay))) }

// span is usually open; else it begins, ends or both in the days of the test.
func (t *town) span() kg.Span {
	switch n := t.IntN(10); {
	case n < 5:
		return kg.Span{}
	case n < 7:
		return kg.Span{From: t.date()}
	case n < 9:
		return kg.Span{To: t.date()}
	}
	from := t.date()
	return kg.Span{From: from, To: from + 1 + kg.Date(t.IntN(5))}
}

// parts cuts all days into one to three consecutive spans, sometimes with a gap.
func (t *town) parts() []kg.Span {
	var out []kg.Span
	from := kg.Date(0)
	for t.chance(0.3) && len(out) < 2 {
		to := max(from, firstDay) + 1 + kg.Date(t.IntN(12))
		out = append(out, kg.Span{From: from, To: to})
		from = to + kg.Date(t.IntN(2))
	}
	return append(out, kg.Span{From: from})
}

func (t *town) life() kg.Base {
	if t.chance(0.06) {
		return kg.Base{Life: t.span()}
	}
	return kg.Base{}
}

// point is a point of a town of about 1.5 km, out of a few so that some are equal; none for some.
func (t *town) point() *geo.Point {
	if t.chance(0.08) {
		return nil
	}
	return &geo.Point{Lat: 23.12 + float64(t.IntN(40))*0.00035, Lon: 113.24 + float64(t.IntN(40))*0.00035}
}

func (t *town) areas() {
	city := t.add(&kg.Division{Name: "市", Level: kg.LevelCity})
	street := t.add(&kg.Division{Name: "街道", Level: kg.LevelTownship})
	t.tie(street, kg.PartOf, city, kg.Span{})
	for range 2 {
		community := t.add(&kg.Division{Name: "社区", Level: kg.LevelCommunity})
		t.tie(community, kg.PartOf, street, kg.Span{})
		for range 2 {
			t.tie(t.add(&kg.Grid{Base: t.life(), Name: "网格"}), kg.PartOf, community, kg.Span{})
		}
		t.tie(t.add(&kg.Compound{Name: "小区", ManagementKind: kg.ManagedOld}), kg.InCompound, community, t.span())
	}
	t.add(&kg.Compound{Name: "另一小区", ManagementKind: kg.ManagedByNone})
}

func (t *town) homes() {
	for range 14 {
		b := t.add(&kg.Building{Base: t.life(), Name: "楼", Point: t.point()})
		for _, s := range t.parts() {
			if t.chance(0.2) {
				t.tie(b, kg.PartOf, t.pick(kg.KindDivision), s)
			} else {
				t.tie(b, kg.PartOf, t.pick(kg.KindGrid), s)
			}
		}
		if t.chance(0.7) {
			t.tie(b, kg.InCompound, t.pick(kg.KindCompound), t.span())
		}
		for range t.IntN(3) {
			e := &kg.Entrance{Base: t.life(), Number: "单元", HasLift: t.chance(0.5)}
			if t.chance(0.4) {
				e.Point = t.point()
			}
			t.tie(t.add(e), kg.PartOf, b, t.span())
		}
	}
	for range 34 {
		t.household()
	}
	for range 6 {
		bell := t.add(&kg.Doorbell{Base: t.life(), Serial: "铃"})
		for _, s := range t.parts() {
			t.tie(bell, kg.InstalledAt, t.pick(kg.KindHousehold), s)
		}
	}
}

func (t *town) household() {
	h := &kg.Household{Base: t.life(), Number: "户", Floor: t.IntN(9)}
	if t.chance(0.3) {
		h.CareLevel = []kg.CareLevel{kg.CareRed, kg.CareBlue}[t.IntN(2)]
	}
	if t.chance(0.3) {
		h.CareFlags = t.flags()
	}
	id := t.add(h)
	for _, s := range t.parts() {
		switch n := t.IntN(12); {
		case n < 6:
			t.tie(id, kg.PartOf, t.pick(kg.KindEntrance), s)
		case n < 11:
			t.tie(id, kg.PartOf, t.pick(kg.KindBuilding), s)
		default:
			t.tie(id, kg.PartOf, t.pick(kg.KindGrid), s)
		}
	}
}

func (t *town) flags() []kg.Flag {
	return []kg.Flag{{Value: []string{kg.ElderlyAlone, kg.Disabled}[t.IntN(2)], Span: t.span()}}
}

func (t *town) bodies() {
	for range 6 {
		u := t.add(&kg.Unit{Base: t.life(), Name: "单位"})
		for range t.IntN(3) {
			t.tie(u, kg.LocatedIn, t.pick(kg.KindBuilding), t.span())
		}
		for range 1 + t.IntN(3) {
			t.tie(u, kg.PairedWith, t.pick([]kg.Kind{kg.KindDivision, kg.KindGrid, kg.KindCompound}[t.IntN(3)]), t.span())
		}
		for range 1 + t.IntN(2) {
			org := t.add(&kg.PartyOrg{Base: t.life(), Name: "党支部"})
			t.tie(org, kg.SetUpOn, u, t.span())
		}
	}
	t.tie(t.add(&kg.PartyOrg{Name: "社区党支部"}), kg.SetUpOn, t.pick(kg.KindDivision), kg.Span{})
	for range 3 {
		t.tie(t.add(&kg.Team{Base: t.life(), Name: "队"}), kg.Serves, t.pick(kg.KindGrid), t.span())
	}
}

func (t *town) person() {
	id := t.add(t.newPerson())
	if t.chance(0.93) {
		for _, s := range t.parts() {
			t.tie(id, kg.LivesIn, t.pick(kg.KindHousehold), s)
		}
	}
	for range t.IntN(3) {
		t.personTie(id)
	}
	for t.chance(0.5) {
		t.personTie(id)
	}
}

// personTie ties a person in a way in which there may be several.
func (t *town) personTie(id kg.ID) {
	switch t.IntN(9) {
	case 0, 1:
		t.tie(id, kg.WorksAt, t.pick(kg.KindUnit), t.span(), func(w *kg.Tie) {
			if t.chance(0.3) {
				w.Ref = t.pick(kg.KindBuilding)
			}
		})
	case 2, 3:
		t.tie(id, kg.BelongsTo, t.pick(kg.KindPartyOrg), t.span(), func(b *kg.Tie) { b.Kind = "FULL" })
	case 4:
		t.tie(id, kg.DeployedTo, t.pick(kg.KindGrid), t.span(), func(d *kg.Tie) { d.Ref = t.pick(kg.KindUnit) })
	case 5:
		t.tie(id, kg.RegisteredWith, t.pick(kg.KindGrid), t.span())
	case 6:
		to := t.pick([]kg.Kind{kg.KindHousehold, kg.KindEntrance, kg.KindBuilding, kg.KindGrid}[t.IntN(4)])
		t.tie(id, kg.ResponsibleFor, to, t.span(), func(r *kg.Tie) { r.Scheme, r.Slot = "1+10", fmt.Sprint(t.IntN(3)) })
	case 7:
		t.tie(id, []kg.Relation{kg.KeyholderOf, kg.ContactOf}[t.IntN(2)], t.pick(kg.KindHousehold), t.span())
	case 8:
		t.tie(id, kg.InTeam, t.pick(kg.KindTeam), t.span())
	}
}

func (t *town) newPerson() *kg.Person {
	p := &kg.Person{Base: t.life(), Name: "人"}
	if t.chance(0.95) {
		p.BirthDate = t.date() - kg.Date(365.25*float64(8+t.IntN(85)))
	}
	if t.chance(0.6) {
		p.PartyStatus = []kg.PartyStatus{kg.PartyFull, kg.PartyProbationary, kg.PartyApplicant}[t.IntN(3)]
	}
	if t.chance(0.15) {
		p.CareFlags = t.flags()
	}
	if t.chance(0.3) {
		p.Specialties = []kg.Specialty{{Scheme: "seven colours", Value: []string{"red", "blue"}[t.IntN(2)]}}
	}
	if t.chance(0.8) {
		p.Responder = t.responder()
	}
	return p
}

func (t *town) responder() *kg.Responder {
	r := &kg.Responder{}
	if t.chance(0.9) {
		r.Consents = []kg.Consent{{Purpose: "newsletter"}, {Purpose: kg.ConsentToRespond, Span: t.span()}}
	}
	if t.chance(0.9) {
		r.Vettings = []kg.Vetting{{By: "街道", Span: t.span()}}
	}
	if t.chance(0.1) {
		r.Pauses = []kg.Absence{{Span: t.span()}}
	}
	if t.chance(0.1) {
		r.Leaves = []kg.Absence{{Span: t.span()}}
	}
	for t.chance(0.2) {
		o := kg.Override{Presence: []kg.Presence{kg.AtHome, kg.AtWork, kg.Away}[t.IntN(3)], Until: t.instant()}
		if t.chance(0.5) {
			o.From = o.Until.Add(-time.Duration(1+t.IntN(300)) * time.Hour)
		}
		r.Overrides = append(r.Overrides, o)
	}
	if t.chance(0.2) {
		week := make([]byte, kg.WeekSlots)
		for i := range week {
			week[i] = "HWA"[t.IntN(3)]
		}
		r.Weekly = string(week)
	}
	if t.chance(0.1) {
		r.Limits.MaxDistance = 100 + t.IntN(500)
	}
	return r
}

// instant is any minute of the days of the test, often in the daytime.
func (t *town) instant() time.Time {
	return firstDay.Time(time.UTC).Add(time.Duration(t.IntN(28*24*60)) * time.Minute)
}

// load puts changes into an oracle, in an order in which ends exist.
func load(t testing.TB, changes []store.Mutation) *storetest.Oracle {
	t.Helper()
	o := storetest.NewOracle(storetest.Options{})
	apply(t, o, changes)
	return o
}

func apply(t testing.TB, o store.Store, changes []store.Mutation) store.Revision {
	t.Helper()
	done, err := o.Apply(context.Background(), &store.Batch{Changes: changes, Today: firstDay})
	if err != nil {
		t.Fatal(err)
	}
	return done.Revision
}

func build(t testing.TB, st store.Store) *reach.Snapshot {
	t.Helper()
	s, err := reach.Build(context.Background(), reach.Options{Store: st})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
