package reach_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// street is a scene with two targets, "t1" at 0 m and "t2" at 600 m, and a unit "school" that is paired with the
// community and whose building stands at 300 m.
func street(t *testing.T) *scene {
	sc := newScene(t)
	sc.building("b1", 0)
	sc.building("b2", 600)
	sc.building("mid", 300)
	for i, b := range []string{"b1", "b2"} {
		sc.household(fmt.Sprintf("t%d", i+1), b, func(h *kg.Household) { h.CareFlags = []kg.Flag{{Value: kg.ElderlyAlone}} })
		sc.household("flat "+b, b)
	}
	sc.unit("school")
	sc.Tie("school", kg.LocatedIn, "mid")
	sc.Tie("school", kg.PairedWith, "community")
	return sc
}

// unit adds a unit with a party organization, "school branch".
func (sc *scene) unit(name string) {
	sc.Add(name, &kg.Unit{Name: name})
	sc.Add(name+" branch", &kg.PartyOrg{Name: name + "支部"})
	sc.Tie(name+" branch", kg.SetUpOn, name)
}

func (sc *scene) cover(at string, change ...func(*reach.UnitCoverageQuery)) *reach.UnitCoverage {
	sc.t.Helper()
	q := reach.UnitCoverageQuery{Area: sc.ID("community"), Radius: 500, At: local(at), Scope: everything}
	for _, c := range change {
		c(&q)
	}
	a, err := sc.snapshot().UnitCoverage(q)
	if err != nil {
		sc.t.Fatal(err)
	}
	return a
}

// report is an answer in a line: "1/2 school(2 members, 1 targets, 1 only: t1<p1@0+2) uncovered t2 NOBODY".
func (sc *scene) report(c *reach.UnitCoverage) string {
	out := fmt.Sprintf("%d/%d", c.Covered, c.Targets)
	for _, u := range c.Units {
		out += fmt.Sprintf(" %s(%d members, %d only:", sc.Name(u.Unit), u.MemberCount, u.OnlyThisUnit)
		if got := len(c.TargetsOf(u.Unit)); got != u.TargetsCovered {
			sc.t.Errorf("%d targets are listed, %d counted", got, u.TargetsCovered)
		}
		if got := len(c.Members(u.Unit)); got != u.MemberCount {
			sc.t.Errorf("%d members are listed, %d counted", got, u.MemberCount)
		}
		for _, t := range c.TargetsOf(u.Unit) {
			out += fmt.Sprintf(" %s<%s@%.0f+%d", sc.Name(t.Household), sc.Name(t.NearestMember), t.Distance, t.MemberCount)
		}
		out += ")"
	}
	var uncovered []string
	for _, u := range c.Uncovered() {
		uncovered = append(uncovered, fmt.Sprintf(" -%s %s", sc.Name(u.Household), u.Reason))
	}
	slices.Sort(uncovered)
	return out + strings.Join(uncovered, "")
}

func TestAUnitCoversATargetWhenOneOfItsRespondersIsWithinTheRadiusThen(t *testing.T) {
	sc := street(t)
	sc.person("p", "flat b1")
	sc.Tie("p", kg.WorksAt, "school")
	sc.want("at night one is at home", sc.report(sc.cover(evening)), "1/2 school(1 members, 1 only: t1<p@0+1) -t2 NOBODY")
	sc.want("by day at work", sc.report(sc.cover("2025-09-24 10:00")), "2/2 school(1 members, 2 only: t1<p@300+1 t2<p@300+1)")
	c := sc.cover("2025-09-24 10:00")
	if m := c.Members(sc.ID("school")); len(m) != 1 || m[0] != (reach.CoverMember{Person: sc.ID("p"), TargetsInReach: 2}) {
		t.Errorf("members %v", m)
	}
	if *c.Share != 1 || c.Revision != 1 || c.Radius != 500 || c.Area != sc.ID("community") || !c.At.Equal(local("2025-09-24 10:00")) {
		t.Errorf("%+v", c)
	}
	c = sc.cover(evening)
	if *c.Share != 0.5 || !slices.Equal(c.Units[0].Pairings, sc.IDs("school PAIRED_WITH community")) {
		t.Errorf("share %v, pairings %v", *c.Share, c.Units[0].Pairings)
	}
}

func TestAPersonIsOfAUnitAsStaffByPartyOrDeployed(t *testing.T) {
	sc := street(t)
	sc.person("staff", "flat b1")
	sc.Tie("staff", kg.WorksAt, "school", sc.Ref("b1"))
	sc.person("retired", "flat b1", func(p *kg.Person) { p.Retired = true })
	sc.Tie("retired", kg.BelongsTo, "school branch")
	sc.person("deployed", "flat b1")
	sc.Tie("deployed", kg.DeployedTo, "grid", sc.Ref("school"))
	sc.person("deployed by nobody", "flat b1")
	sc.Tie("deployed by nobody", kg.DeployedTo, "grid")
	sc.person("former", "flat b1")
	sc.Tie("former", kg.WorksAt, "school", storetest.Until("2025-09-24"))
	sc.person("placed elsewhere", "flat b1")
	sc.Add("community branch", &kg.PartyOrg{Name: "社区支部"})
	sc.Tie("community branch", kg.SetUpOn, "community")
	sc.Tie("placed elsewhere", kg.BelongsTo, "community branch")
	members := func(by ...reach.UnitTie) string {
		c := sc.cover(evening, func(q *reach.UnitCoverageQuery) { q.By = by })
		var out []string
		for _, m := range c.Members(sc.ID("school")) {
			out = append(out, sc.Name(m.Person))
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	sc.want("by default", members(), "retired staff")
	sc.want("staff", members(reach.Staff), "staff")
	sc.want("party", members(reach.Party), "retired")
	sc.want("deployed", members(reach.Deployed), "deployed")
	sc.want("all", members(reach.UnitTies...), "deployed retired staff")
}

func TestByDefaultOnlyPartyMembersCount(t *testing.T) {
	sc := street(t)
	sc.person("p", "flat b1", func(p *kg.Person) { p.PartyStatus = kg.PartyNone })
	sc.Tie("p", kg.BelongsTo, "school branch")
	sc.want("default", sc.report(sc.cover(evening)), "0/2 -t1 NOBODY -t2 NOBODY")
	c := sc.cover(evening, func(q *reach.UnitCoverageQuery) { q.Where = &reach.ResponderWhere{} })
	sc.want("anybody", sc.report(c), "1/2 school(1 members, 1 only: t1<p@0+1) -t2 NOBODY")
}

func TestOnlyAPairingWithAnAreaThatContainsTheTargetThatDayCounts(t *testing.T) {
	sc := street(t)
	for _, u := range []string{"clinic", "bank", "shop"} {
		sc.unit(u)
		sc.person("of "+u, "flat b1")
		sc.Tie("of "+u, kg.BelongsTo, u+" branch")
	}
	sc.Add("elsewhere", &kg.Grid{Name: "另一网格"})
	sc.Tie("elsewhere", kg.PartOf, "community")
	sc.Add("court", &kg.Compound{Name: "小区"})
	sc.Tie("b1", kg.InCompound, "court", storetest.Until("2025-10-01"))
	sc.Tie("clinic", kg.PairedWith, "court")
	sc.Tie("bank", kg.PairedWith, "elsewhere")
	sc.Tie("shop", kg.PairedWith, "grid", storetest.Since("2025-10-01"))
	sc.Tie("clinic", kg.PairedWith, "elsewhere")
	c := sc.cover(evening)
	sc.want("today", sc.report(c), "1/2 clinic(1 members, 1 only: t1<of clinic@0+1) -t2 NOBODY")
	sc.want("the pairing that counts", sc.Names(c.Units[0].Pairings...), "clinic PAIRED_WITH court")
	sc.want("in October", sc.report(sc.cover("2025-10-01 20:00")), "1/2 shop(1 members, 1 only: t1<of shop@0+1) -t2 NOBODY")
	c = sc.cover(evening, func(q *reach.UnitCoverageQuery) { q.AnyUnit = true })
	if c.Covered != 1 || len(c.Units) != 3 || c.Units[0].OnlyThisUnit != 0 {
		t.Errorf("any unit: %s", sc.report(c))
	}
	for _, u := range c.Units {
		if want := map[string]int{"clinic": 1}[sc.Name(u.Unit)]; len(u.Pairings) != want {
			t.Errorf("%s has %d pairings", sc.Name(u.Unit), len(u.Pairings))
		}
	}
}

func TestUnitsComeByTargetsCoveredThenID(t *testing.T) {
	sc := street(t)
	for _, u := range []string{"clinic", "bank"} {
		sc.unit(u)
		sc.Tie(u, kg.PairedWith, "community")
		sc.person("of "+u, "flat b1")
		sc.Tie("of "+u, kg.BelongsTo, u+" branch")
	}
	sc.person("of school", "flat b1")
	sc.Tie("of school", kg.BelongsTo, "school branch")
	sc.person("also of school", "flat b2")
	sc.Tie("also of school", kg.WorksAt, "school")
	c := sc.cover(evening)
	if len(c.Units) != 3 || sc.Name(c.Units[0].Unit) != "school" || c.Units[1].Unit >= c.Units[2].Unit {
		t.Errorf("%s", sc.report(c))
	}
	if c.Units[0].OnlyThisUnit != 1 || c.Units[1].OnlyThisUnit != 0 || c.Covered != 2 {
		t.Errorf("only this unit: %s", sc.report(c))
	}
}

func TestMemberCountIsOfThoseWithinTheRadiusOfATarget(t *testing.T) {
	sc := street(t)
	sc.building("far", 2000)
	sc.household("far flat", "far")
	sc.person("near", "flat b1")
	sc.person("far away", "far flat")
	sc.person("at t2", "flat b2")
	for _, p := range []string{"near", "far away", "at t2"} {
		sc.Tie(p, kg.BelongsTo, "school branch")
		sc.Tie(p, kg.BelongsTo, "school branch", storetest.Since("2020-01-01")) // tied twice
	}
	sc.want("two of three", sc.report(sc.cover(evening)), "2/2 school(2 members, 2 only:"+
		map[bool]string{true: " t1<near@0+1 t2<at t2@0+1)", false: " t2<at t2@0+1 t1<near@0+1)"}[sc.ID("t1") < sc.ID("t2")])
}

func TestOnesOwnHouseholdAndARefusingOneAreNotCovered(t *testing.T) {
	sc := street(t)
	sc.person("own", "t1")
	sc.Tie("own", kg.BelongsTo, "school branch")
	sc.want("the target's own member", sc.report(sc.cover(evening)), "0/2 -t1 NOBODY -t2 NOBODY")

	sc = street(t)
	sc.person("refused", "flat b1")
	sc.Tie("refused", kg.BelongsTo, "school branch")
	sc.household("t3", "b1", func(h *kg.Household) { h.CareFlags = []kg.Flag{{Value: kg.ElderlyAlone}} })
	sc.Changes[indexOf(sc, "t1")].Node.(*kg.Household).Refusals = []kg.Refusal{{Person: sc.ID("refused"), Span: days("", "2025-10-01")}}
	c := sc.cover(evening)
	sc.want("who is refused", sc.report(c), "1/3 school(1 members, 1 only: t3<refused@0+1) -t1 NOBODY -t2 NOBODY")
	if m := c.Members(sc.ID("school")); m[0].TargetsInReach != 1 {
		t.Errorf("members %v", m)
	}
	if c := sc.cover("2025-10-01 20:00"); c.Covered != 2 || c.Members(sc.ID("school"))[0].TargetsInReach != 2 {
		t.Errorf("after the refusal: %s", sc.report(c))
	}
}

func TestATargetWithoutAPointIsUncovered(t *testing.T) {
	sc := street(t)
	sc.household("in the grid", "grid", func(h *kg.Household) { h.CareFlags = []kg.Flag{{Value: kg.ElderlyAlone}} })
	sc.Add("blank", &kg.Building{Name: "无坐标"})
	sc.Tie("blank", kg.PartOf, "grid")
	sc.household("blank flat", "blank", func(h *kg.Household) { h.CareFlags = []kg.Flag{{Value: kg.ElderlyAlone}} })
	sc.person("p", "flat b1")
	sc.Tie("p", kg.BelongsTo, "school branch")
	c := sc.cover(evening)
	sc.want("no point", sc.report(c), "1/4 school(1 members, 1 only: t1<p@0+1) -blank flat NO_POINT -in the grid NO_POINT -t2 NOBODY")
	if got := c.Completeness.TargetsLocated; got != (reach.Share{Numerator: 2, Denominator: 4}) {
		t.Errorf("targets located: %v", got)
	}
	if ids := c.Uncovered(); !slices.IsSortedFunc(ids, func(a, b reach.UncoveredTarget) int { return strings.Compare(string(a.Household), string(b.Household)) }) {
		t.Errorf("uncovered are not by id: %v", ids)
	}
}

func TestCompletenessSaysWhatIsKnownOfTheUnitsPeople(t *testing.T) {
	sc := street(t)
	sc.unit("not paired")
	sc.Add("bare", &kg.Unit{Name: "无楼单位"})
	join := func(name, home string, more ...func(*kg.Person)) {
		sc.person(name, home, more...)
		sc.Tie(name, kg.BelongsTo, "school branch")
	}
	join("near", "flat b1")
	join("homeless", "")
	join("never asked", "flat b1", func(p *kg.Person) { p.Responder = nil })
	join("said no", "flat b1", func(p *kg.Person) { p.Responder = &kg.Responder{} })
	join("away", "flat b1", func(p *kg.Person) { p.Responder.Weekly = strings.Repeat("A", kg.WeekSlots) })
	sc.person("of another", "flat b1")
	sc.Tie("of another", kg.BelongsTo, "not paired branch")
	k := sc.cover(evening).Completeness
	if k.ConsentKnown != (reach.Share{Numerator: 4, Denominator: 5}) || k.RespondersLocated != (reach.Share{Numerator: 1, Denominator: 2}) ||
		k.TargetsLocated != (reach.Share{Numerator: 2, Denominator: 2}) {
		t.Errorf("%+v", k)
	}
	if *k.ConsentKnown.Value() != 0.8 || (reach.Share{}).Value() != nil {
		t.Errorf("values of shares")
	}
}

func TestCoverageSeesOnlyTheScope(t *testing.T) {
	sc := street(t)
	sc.Add("east", &kg.Grid{Name: "东网格"})
	sc.Tie("east", kg.PartOf, "community")
	sc.Add("b3", &kg.Building{Name: "楼", Point: north(50)})
	sc.Tie("b3", kg.PartOf, "east")
	sc.household("t3", "b3", func(h *kg.Household) { h.CareFlags = []kg.Flag{{Value: kg.ElderlyAlone}} })
	sc.household("flat b3", "b3")
	sc.person("inside", "flat b1")
	sc.Tie("inside", kg.BelongsTo, "school branch")
	sc.person("outside", "flat b3")
	sc.Tie("outside", kg.BelongsTo, "school branch")
	sc.unit("hidden")
	sc.Tie("hidden", kg.LocatedIn, "b3")
	sc.Tie("hidden", kg.PairedWith, "community")
	sc.Tie("inside", kg.BelongsTo, "hidden branch")
	sc.Tie("school", kg.PairedWith, "grid")
	scoped := func(q *reach.UnitCoverageQuery) {
		q.Area, q.Scope = sc.ID("grid"), store.Scope{Areas: sc.IDs("grid"), Today: kg.MustDate("2025-09-24")}
	}
	c := sc.cover(evening, scoped)
	sc.want("scoped", sc.report(c), "1/2 school(1 members, 1 only: t1<inside@0+1) -t2 NOBODY")
	sc.want("a pairing with what is out of scope", sc.Names(c.Units[0].Pairings...), "school PAIRED_WITH grid")
	if c := sc.cover(evening, func(q *reach.UnitCoverageQuery) { q.Area = sc.ID("grid") }); len(c.Units) != 2 || len(c.Units[0].Pairings) == 0 {
		t.Errorf("without a scope: %s", sc.report(c))
	}
	_, err := sc.snapshot().UnitCoverage(reach.UnitCoverageQuery{Area: sc.ID("community"), Radius: 500, At: local(evening),
		Scope: store.Scope{Areas: sc.IDs("grid"), Today: kg.MustDate("2025-09-24")}})
	if !errors.Is(err, kg.ErrNotFound) || !strings.Contains(err.Error(), "area") {
		t.Errorf("an area out of scope: %v", err)
	}
}

func TestAreasAreReadOnTheDayOfTheInstant(t *testing.T) {
	sc := street(t)
	sc.Add("old community", &kg.Division{Name: "旧社区", Level: kg.LevelCommunity})
	sc.Tie("old community", kg.PartOf, "street")
	sc.Add("moved", &kg.Building{Name: "楼", Point: north(10)})
	sc.Tie("moved", kg.PartOf, "old community", storetest.Until("2025-10-01"))
	sc.Tie("moved", kg.PartOf, "grid", storetest.Since("2025-10-01"))
	sc.household("t3", "moved", func(h *kg.Household) { h.CareFlags = []kg.Flag{{Value: kg.ElderlyAlone}} })
	for _, c := range []struct {
		area, at string
		want     int
	}{
		{"community", "2025-09-30 23:59", 2}, {"community", "2025-10-01 00:00", 3}, {"old community", "2025-09-30 23:59", 1},
		{"old community", "2025-10-01 00:00", 0}, {"street", "2025-09-30 23:59", 3}, {"moved", evening, 1}, {"t3", evening, 1}, {"mid", evening, 0},
	} {
		got := sc.cover(c.at, func(q *reach.UnitCoverageQuery) { q.Area = sc.ID(c.area) }).Targets
		sc.want(c.area+" at "+c.at, fmt.Sprint(got), fmt.Sprint(c.want))
	}
}

func TestBadCoverageQuestionsAreRefusedByTheNameOfTheArgument(t *testing.T) {
	sc := street(t)
	ok := reach.UnitCoverageQuery{Area: sc.ID("community"), Radius: 500, At: local(evening), Scope: everything}
	for name, c := range map[string]struct {
		set      func(*reach.UnitCoverageQuery)
		is       error
		argument string
	}{
		"radius":     {func(q *reach.UnitCoverageQuery) { q.Radius = 6000 }, kg.ErrInvalid, "radius"},
		"instant":    {func(q *reach.UnitCoverageQuery) { q.At = time.Time{} }, kg.ErrInvalid, "at"},
		"way":        {func(q *reach.UnitCoverageQuery) { q.By = []reach.UnitTie{"FRIEND"} }, kg.ErrInvalid, "by"},
		"care flag":  {func(q *reach.UnitCoverageQuery) { q.Targets = &reach.TargetWhere{CareFlags: []string{"OLD"}} }, kg.ErrInvalid, "careFlags"},
		"care level": {func(q *reach.UnitCoverageQuery) { q.Targets = &reach.TargetWhere{CareLevels: []kg.CareLevel{"X"}} }, kg.ErrInvalid, "careLevel"},
		"compound kind": {func(q *reach.UnitCoverageQuery) {
			q.Targets = &reach.TargetWhere{CompoundKinds: []kg.ManagementKind{"X"}}
		}, kg.ErrInvalid, "compoundKind"},
		"made-up area":   {func(q *reach.UnitCoverageQuery) { q.Area = kg.NewID(kg.KindDivision) }, kg.ErrNotFound, "area"},
		"a unit as area": {func(q *reach.UnitCoverageQuery) { q.Area = sc.ID("school") }, kg.ErrNotFound, "area"},
		"made-up unit": {func(q *reach.UnitCoverageQuery) {
			q.Where = &reach.ResponderWhere{UnitIDs: []kg.ID{kg.NewID(kg.KindUnit)}}
		}, kg.ErrNotFound, "where.units"},
		"negative age":     {func(q *reach.UnitCoverageQuery) { n := -1; q.Targets = &reach.TargetWhere{MinAge: &n} }, kg.ErrInvalid, "minAge"},
		"negative min age": {func(q *reach.UnitCoverageQuery) { n := -1; q.Where = &reach.ResponderWhere{MinAge: &n} }, kg.ErrInvalid, "where.minAge"},
	} {
		q := ok
		c.set(&q)
		if _, err := sc.snapshot().UnitCoverage(q); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.argument) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
