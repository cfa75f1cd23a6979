package acceptance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lintu/coverage"
	"lintu/coverage/audit"
	"lintu/coverage/trend"
	"lintu/kg"
	"lintu/reach"
	"lintu/seed"
	"lintu/store"
)

// coverageQuestions ask everything of a coverage, each with the calls of the store that it makes: none for numbers, one
// for all nodes that are shown, and those of audits and lines. They are asked of the demo's village.
var coverageQuestions = []struct {
	name  string
	calls int
	query string
}{
	{"measures at an instant", 0, `targets covered share atLeast completeness { targetsLocated respondersLocated consentKnown } nearest { p50 p90 max } minutes { p50 p90 max }
		backup singlePoint barriers across suppressed radius k date at band direct`},
	{"drill down to buildings", 1, `area { title } targets covered children { area { kind title } targets covered share nearest { max } direct
		children { area { title } targets covered backup singlePoint } }`},
	{"numbers of the areas below", 0, `children { targets covered children { targets covered } }`},
	{"worst areas and groups", 1, `worstAreas(level: GRID, first: 3) { area { title } targets covered } kinds: by(dimension: COMPOUND_KIND) { value targets covered }
		flags: by(dimension: CARE_FLAG) { value targets covered share } levels: by(dimension: LEVEL) { value areas areasWithGaps targets } bands: by(dimension: WEEK_BAND) { value covered nearest { p50 } }`},
	{"gaps with their reasons", 1, `gaps(first: 4) { totalCount reasons { kind targets } pageInfo { hasNextPage endCursor } edges { nearest walkingMinutes responders across reasons { kind people } node { number parent { title } } } }`},
	{"the week", 0, `week { hour covered targets share } later: week(from: "2026-10-02") { hour covered }`},
	{"supply", 0, `supplyRatio gini far: supplyRatio(decay: true) farGini: gini(decay: true)`},
	{"fragility", 1, `fragility(first: 5) { onPeople onUnits people { targets node { kind title } } units { targets node { title } } }`},
	{"advice", 1, `advice(budget: 3) { basis targets before { value covered } after { value covered } steps { kind building { title } grid { title } area { title } people adds gainers covers households(first: 2) { title } names { title } } }`},
	{"duty and distance", 1, `dutyMismatch(first: 3) { both distanceOnly dutyOnly neither lateCount unnamedCount late { distance node { title } named { presence distance across node { kind title } } } unnamed { distance responders node { title } } }`},
	{"contract audit", 2, `contractAudit(scheme: "一人包一户", first: 3) { totalCount counts { code count } edges { cursor node { code missing count distance since subject { kind title } person { title } } } }`},
	{"trend without measures", 1, `trend(from: "2026-01-01", to: "2026-03-04", question: "elders-alone-night") { question points { day } change { covered } }`},
}

const coverageEvening = `query($area: ID!) { coverage(area: $area, radius: 60, when: {at: "2026-03-04T20:00:00+08:00"}) { %s } }`

func TestAnEngineMakesNoDifferenceToWhatCoverageSays(t *testing.T) {
	answers := map[string]string{}
	engines(t, villageData, func(t *testing.T, e *edge) {
		for _, q := range coverageQuestions {
			a := e.data(t, fmt.Sprintf(coverageEvening, q.query), map[string]any{"area": e.village(t)})
			if a.Extensions.Cost.StoreCalls != q.calls {
				t.Errorf("%s: %d calls of the store, want %d", q.name, a.Extensions.Cost.StoreCalls, q.calls)
			}
			got := compact(t, a.Data)
			if first, asked := answers[q.name]; asked && first != got {
				t.Errorf("%s:\n%s\nanother engine answered\n%s", q.name, got, first)
			}
			answers[q.name] = got
		}
	})
}

// covered is the part of a coverage that the tests below look at.
type covered struct {
	Coverage struct {
		Targets, Covered int
		Date, At, Band   *string
		Gaps             struct {
			TotalCount int
			PageInfo   struct {
				HasNextPage bool
				EndCursor   *string
			}
			Nodes []struct{ ID string }
		}
		Children []struct {
			Area             *struct{ ID string }
			Targets, Covered int
		}
		StructureAudit audited
		Trend          struct {
			Question string
			Points   []struct {
				Day              string
				Targets, Covered int
				Figures          struct{ AtLeast []int }
			}
			Change *struct{ From, To string }
		}
	}
}

type audited struct {
	TotalCount int
	Counts     []struct {
		Code  string
		Count int
	}
	PageInfo struct{ EndCursor *string }
	Nodes    []struct {
		Code    string
		Subject struct{ ID string }
	}
}

func (e *edge) covered(t *testing.T, query string, variables map[string]any) (c covered) {
	t.Helper()
	if err := json.Unmarshal(e.data(t, query, variables).Data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPagesOfGapsWalkToTheEndAndKeepTheirInstant(t *testing.T) {
	engines(t, villageData, func(t *testing.T, e *edge) {
		const q = `query($area: ID!, $when: WhenInput, $first: Int!, $after: String) { coverage(area: $area, radius: 60, when: $when) { targets covered gaps(first: $first, after: $after) {
			totalCount pageInfo { hasNextPage endCursor } nodes { id } } } }`
		at := map[string]any{"at": evening}
		all := e.covered(t, q, map[string]any{"area": e.village(t), "when": at, "first": 200}).Coverage
		if all.Gaps.TotalCount != all.Targets-all.Covered || len(all.Gaps.Nodes) != all.Gaps.TotalCount || all.Gaps.TotalCount < 3 {
			t.Fatalf("%+v", all)
		}
		var seen []string
		var after any
		for more := true; more; {
			page := e.covered(t, q, map[string]any{"area": e.village(t), "first": 2, "after": after, "when": at}).Coverage.Gaps
			for _, n := range page.Nodes {
				seen = append(seen, n.ID)
			}
			if more = page.PageInfo.HasNextPage; more {
				after = *page.PageInfo.EndCursor
			}
		}
		for i, n := range all.Gaps.Nodes {
			if i >= len(seen) || seen[i] != n.ID {
				t.Fatalf("pages have %v, the whole %v", seen, all.Gaps.Nodes)
			}
		}
		// Where no time is given, the first page is of now, and the cursor keeps that.
		first := e.covered(t, q, map[string]any{"area": e.village(t), "first": 1}).Coverage.Gaps
		if next := e.covered(t, q, map[string]any{"area": e.village(t), "first": 1, "after": *first.PageInfo.EndCursor}).Coverage.Gaps; next.Nodes[0].ID == first.Nodes[0].ID {
			t.Errorf("page 2 of now begins with %s again", next.Nodes[0].ID)
		}
		a := e.ask(t, q, map[string]any{"area": e.village(t), "first": 1, "after": after, "when": map[string]any{"at": "2026-03-05T20:00:00+08:00"}})
		if len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != "BAD_USER_INPUT" {
			t.Errorf("a cursor of another instant was taken: %s", a.Data)
		}
	})
}

func TestABandIsThatOfTheSevenDaysFromToday(t *testing.T) {
	e := villageEdge(t)
	const q = `query($area: ID!, $when: WhenInput, $asOf: Date) { coverage(area: $area, radius: 400, when: $when, asOf: $asOf) { targets covered date at band } }`
	night := map[string]any{"band": "NIGHT"}
	now, then := e.covered(t, q, map[string]any{"area": e.village(t), "when": night}).Coverage, e.covered(t, q, map[string]any{"area": e.village(t), "when": night, "asOf": "2026-05-01"}).Coverage
	if now.At != nil || *now.Band != "NIGHT" || *now.Date == "2026-05-01" || *then.Date != "2026-05-01" {
		t.Errorf("%+v, %+v", now, then)
	}
	if instant := e.covered(t, q, map[string]any{"area": e.village(t)}).Coverage; instant.Band != nil || instant.At == nil {
		t.Errorf("without a time: %+v", instant)
	}
}

func TestTheFindingsOfAnAuditArePagedInTheOrderOfCodes(t *testing.T) {
	e := villageEdge(t)
	const q = `query($area: ID!, $first: Int!, $after: String) { coverage(area: $area, when: {at: "2026-03-04T20:00:00+08:00"}) { structureAudit(first: $first, after: $after) {
		totalCount counts { code count } pageInfo { endCursor } nodes { code subject { id } } } } }`
	all := e.covered(t, q, map[string]any{"area": e.village(t), "first": 200}).Coverage.StructureAudit
	found, err := audit.Structure(t.Context(), e.store, audit.StructureQuery{Query: audit.Query{Area: kg.ID(e.village(t)), On: seed.Reference, Scope: store.Scope{All: true}}})
	if err != nil || len(found) != all.TotalCount || len(found) < 3 {
		t.Fatalf("%d findings, %d in the answer, %v", len(found), all.TotalCount, err)
	}
	sum := 0
	for _, c := range all.Counts {
		sum += c.Count
	}
	if sum != all.TotalCount {
		t.Errorf("counts %+v for %d", all.Counts, all.TotalCount)
	}
	var after any
	for i := 0; i < len(found); {
		page := e.covered(t, q, map[string]any{"area": e.village(t), "first": 2, "after": after}).Coverage.StructureAudit
		for _, n := range page.Nodes {
			if n.Code != string(found[i].Code) || n.Subject.ID != string(found[i].Subject) {
				t.Fatalf("place %d is %+v, want %+v", i, n, found[i])
			}
			i++
		}
		after = *page.PageInfo.EndCursor
	}
}

func TestATrendIsOfTheStandingQuestionThatTheCoverageAsks(t *testing.T) {
	st := openOracle(t)
	fillVillage(t, st)
	e := newEdge(t, st)
	status, err := st.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	near := reach.New(reach.Options{Store: st, Location: shanghai})
	if err := near.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	k := trend.Keeper{Store: st, Engine: coverage.New(near.Snapshot), Key: status.Key}
	for _, day := range []string{"2026-03-02", "2026-03-09"} {
		if _, err := k.Keep(t.Context(), trend.Keeping{Area: kg.ID(e.village(t)), Day: kg.MustDate(day), Scope: store.Scope{All: true}}); err != nil {
			t.Fatal(err)
		}
	}
	const q = `query($area: ID!, $band: WeekBand!) { coverage(area: $area, when: {band: $band}, asOf: "2026-03-09") { targets covered trend(from: "2026-03-01", to: "2026-03-31") {
		question points { day targets covered figures { atLeast } } change { from to } } } }`
	for _, s := range trend.Questions {
		c := e.covered(t, q, map[string]any{"area": e.village(t), "band": s.Band}).Coverage
		if last := len(c.Trend.Points) - 1; c.Trend.Question != s.Name || last != 1 || c.Trend.Points[last].Covered != c.Covered || c.Trend.Points[last].Targets != c.Targets ||
			c.Trend.Points[last].Figures.AtLeast[0] != c.Covered || c.Trend.Change.From != "2026-03-02" || c.Trend.Change.To != "2026-03-09" {
			t.Errorf("%s: %+v", s.Name, c)
		}
	}
}

func TestWhatCoverageCannotAnswerIsACodedErrorThatNamesTheArgument(t *testing.T) {
	e := villageEdge(t)
	area := e.village(t)
	for _, c := range []struct{ args, below, code, message string }{
		{`radius: 5001`, `targets`, "BAD_USER_INPUT", "radius"},
		{`k: 0`, `targets`, "BAD_USER_INPUT", "k: 0; allowed: 1 to 1000"},
		{`asOf: "2026-01-01"`, `targets`, "BAD_USER_INPUT", "asOf"},
		{`when: {band: WORKDAY_DAY}, asOf: "2025-10-01"`, `targets`, "BAD_USER_INPUT", "when.band"},
		{`provider: {places: {kinds: []}}`, `targets`, "BAD_USER_INPUT", "provider.places.kinds"},
		{`provider: {places: {}}, where: {partyMember: true}`, `targets`, "BAD_USER_INPUT", "where"},
		{`targets: {minAge: 200}`, `targets`, "BAD_USER_INPUT", "targets.minAge"},
		{``, `gaps(first: 0) { totalCount } a: gaps(first: 201) { totalCount }`, "BAD_USER_INPUT", "first"},
		{``, `gaps(after: "x") { totalCount }`, "BAD_USER_INPUT", "after"},
		{``, `advice(budget: 1001) { targets }`, "BAD_USER_INPUT", "budget"},
		{``, `contractAudit(scheme: "六联系") { totalCount }`, "BAD_USER_INPUT", "scheme"},
		{``, `trend(from: "2026-01-02", to: "2026-01-01", question: "elders-alone-night") { question }`, "BAD_USER_INPUT", "to"},
		{``, `trend(from: "2026-01-01", to: "2026-01-02") { question }`, "BAD_USER_INPUT", "question"},
		{``, `children { a: trend(from: "2026-01-01", to: "2026-01-02", question: "elders-alone-night") { question } b: trend(from: "2026-01-01", to: "2026-01-03", question: "elders-alone-night") { question }
			c: trend(from: "2026-01-01", to: "2026-01-04", question: "elders-alone-night") { question } d: trend(from: "2026-01-01", to: "2026-01-05", question: "elders-alone-night") { question } }`, "LIMIT_EXCEEDED", "more than 20"},
	} {
		args := "area: $area"
		if c.args != "" {
			args += ", " + c.args
		}
		a := e.ask(t, fmt.Sprintf("query($area: ID!) { coverage(%s) { %s } }", args, c.below), map[string]any{"area": area})
		if len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != c.code || !strings.Contains(a.Errors[0].Message, c.message) {
			t.Errorf("(%s) { %s }: %v", c.args, c.below, a.Errors)
		}
	}
	if a := e.ask(t, `{ coverage(area: "division_aaaaaaaaaaaaaaaaaaaaaaaa") { targets } }`, nil); len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != "NOT_FOUND" {
		t.Errorf("an unknown area: %v", a.Errors)
	}
}

func TestTheSchemaHasTheCodesOfTheAudits(t *testing.T) {
	e := villageEdge(t)
	var d struct {
		Type struct{ EnumValues []struct{ Name string } } `json:"__type"`
	}
	if err := json.Unmarshal(e.data(t, `{ __type(name: "AuditCode") { enumValues { name } } }`, nil).Data, &d); err != nil {
		t.Fatal(err)
	}
	var have []audit.Code
	for _, v := range d.Type.EnumValues {
		have = append(have, audit.Code(v.Name))
	}
	if !slices.Equal(have, audit.Codes()) {
		t.Errorf("the schema has %v, the audits %v", have, audit.Codes())
	}
}

// villageEdge is the edge over the demo's village on the oracle.
func villageEdge(t *testing.T) *edge {
	t.Helper()
	st := openOracle(t)
	fillVillage(t, st)
	return newEdge(t, st)
}
