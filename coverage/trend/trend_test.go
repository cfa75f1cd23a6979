package trend_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lintu/coverage"
	"lintu/coverage/trend"
	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/reach"
	"lintu/seed"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
	"lintu/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

// day is a workday of the demos' days.
var (
	day      = kg.MustDate("2026-03-04")
	everyone = store.Scope{All: true}
	all      = store.View{Scope: everyone, AsOf: day}
)

func openOracle(*testing.T) store.Store {
	return storetest.NewOracle(storetest.Options{Key: store.Key{1}})
}

func openSQLite(t *testing.T) store.Store {
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "lintu.db"), Key: &store.Key{1}})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func openNeo4j(t *testing.T) store.Store {
	server := neo4jtest.For(t)
	if err := server.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	st, err := neo4j.Open(t.Context(), neo4j.Options{URI: server.URI, User: server.User, Password: server.Password, Database: server.Database, Key: &store.Key{1}, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// village is a store with the demo's village, and what keeps measures of it.
type village struct {
	store.Store
	near *reach.Reach
	trend.Keeper
	top kg.ID
}

func open(t *testing.T, engine func(*testing.T) store.Store) *village {
	t.Helper()
	st := engine(t)
	t.Cleanup(func() { _ = st.Close() })
	town, err := seed.Preset("village")
	if err != nil {
		t.Fatal(err)
	}
	if err := seed.Load(t.Context(), st, town, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	v := &village{Store: st, near: reach.New(reach.Options{Store: st})}
	if err := v.near.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	v.Keeper = trend.Keeper{Store: st, Engine: coverage.New(v.near.Snapshot), Key: store.Key{1}}
	tops, err := v.Tops(t.Context(), day)
	if err != nil || len(tops) != 1 {
		t.Fatalf("%v, %v", tops, err)
	}
	v.top = tops[0]
	return v
}

func (v *village) keep(t *testing.T, o trend.Keeping) trend.Kept {
	t.Helper()
	o.Area, o.Scope = v.top, everyone
	kept, err := v.Keep(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func (v *village) revision(t *testing.T) store.Revision {
	t.Helper()
	s, err := v.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Revision
}

// answered is what the engine says of an area.
func (v *village) answered(t *testing.T, q *trend.Question, area kg.ID, day kg.Date) coverage.Measures {
	t.Helper()
	query := q.Query(area, day)
	query.Scope = everyone
	c, err := v.Engine.Ask(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return c.Measures()
}

func TestMeasuresAreWhatTheQuestionsAnswerAndKeepingTwiceChangesNothing(t *testing.T) {
	for name, engine := range map[string]func(*testing.T) store.Store{"oracle": openOracle, "sqlite": openSQLite, "neo4j": openNeo4j} {
		t.Run(name, func(t *testing.T) {
			v := open(t, engine)
			first := v.keep(t, trend.Keeping{Day: day, Grids: true})
			if first.Created != first.Areas*len(trend.Questions) || first.Areas < 8 || first.Changed+first.Present > 0 {
				t.Fatalf("%+v", first)
			}
			before := v.revision(t)
			for _, missing := range []bool{false, true} {
				if again := v.keep(t, trend.Keeping{Day: day, Grids: true, Missing: missing}); again.Created+again.Changed > 0 || again.Present != first.Created {
					t.Errorf("again, missing %t: %+v", missing, again)
				}
			}
			if now := v.revision(t); now != before {
				t.Errorf("revision %d became %d", before, now)
			}
			v.checkKept(t, first.Created)
			v.checkLine(t)
		})
	}
}

// checkKept compares every measure with what the engine answers of its area.
func (v *village) checkKept(t *testing.T, n int) {
	t.Helper()
	plan := &store.Plan{Steps: []*store.Step{{Key: "of", Relation: kg.MeasureOf, Direction: kg.Out, Window: store.Window{Limit: 2}}}}
	page, err := v.List(t.Context(), all, store.ListQuery{
		Kind: kg.KindMeasure, Filter: kg.InArea{Areas: []kg.ID{v.top}}, Window: store.Window{Limit: store.NoLimit}, Plan: plan,
	})
	if err != nil || len(page.Edges) != n {
		t.Fatalf("%d measures in the area, %v", len(page.Edges), err)
	}
	for _, e := range page.Edges {
		m := e.Item.Node.(*kg.Measure)
		q, err := trend.QuestionOf("question", m.Question)
		if err != nil || len(e.Item.Tree["of"].Edges) != 1 {
			t.Fatalf("%s: %v", m.Title(), err)
		}
		want := v.answered(t, q, e.Item.Tree["of"].Edges[0].Item.Node.Common().ID, day)
		if m.Targets != want.Targets || m.Covered != want.Covered || m.Figures.AtLeast[0] != want.AtLeast[0] || m.Figures.Backup != want.Backup.Numerator ||
			m.Figures.SinglePoint != want.SinglePoint.Numerator || !same(m.Figures.NearestP50, want.Nearest.P50) || !same(m.Figures.NearestP90, want.Nearest.P90) {
			t.Errorf("%s: %+v %+v, the engine answers %+v", m.Title(), m, m.Figures, want)
		}
	}
}

func same(a, b *float64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// checkLine measures two more days, with a change between, and reads the line.
func (v *village) checkLine(t *testing.T) {
	t.Helper()
	later := day + 7
	leave := kg.Span{From: day + 7, To: day + 20}
	if n := v.sendOnLeave(t, leave, 400); n == 0 {
		t.Fatal("nobody to send on leave")
	}
	if kept := v.keep(t, trend.Keeping{Day: later}); kept.Created == 0 {
		t.Fatalf("%+v", kept)
	}
	q := &trend.Questions[2]
	line, err := trend.Read(t.Context(), v, all, v.top, q.Name, day-3, later)
	if err != nil || len(line.Points) != 2 || line.Points[0].Measure.Day != day || line.Points[1].Measure.Day != later {
		t.Fatalf("%+v, %v", line, err)
	}
	was, is := v.answered(t, q, v.top, day), v.answered(t, q, v.top, later)
	c := line.Change()
	if c == nil || c.Covered != is.Covered-was.Covered || c.Targets != is.Targets-was.Targets || c.Covered >= 0 || *c.Share >= 0 {
		t.Errorf("%+v; the engine answers %+v, then %+v", c, was, is)
	}
	if one, err := trend.Read(t.Context(), v, all, v.top, q.Name, later, later); err != nil || len(one.Points) != 1 || one.Change() != nil {
		t.Errorf("a day: %+v, %v", one, err)
	}
}

// sendOnLeave sends responders on leave and says how many.
func (v *village) sendOnLeave(t *testing.T, away kg.Span, most int) int {
	t.Helper()
	page, err := v.List(t.Context(), all, store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Limit: store.NoLimit}})
	if err != nil {
		t.Fatal(err)
	}
	b := &store.Batch{Today: day}
	for _, e := range page.Edges {
		if p := kg.Clone(e.Item.Node).(*kg.Person); p.Responder != nil && len(b.Changes) < most {
			p.Responder.Leaves = append(p.Responder.Leaves, kg.Absence{Reason: "培训", Span: away})
			b.Changes = append(b.Changes, store.Mutation{Op: store.PutNode, Node: p})
		}
	}
	done, err := v.Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.near.Applied(t.Context(), done.Revision); err != nil {
		t.Fatal(err)
	}
	return len(b.Changes)
}

func TestSeveralThatKeepWhatIsMissingKeepItOnceAndRebuildNoSnapshot(t *testing.T) {
	v := open(t, openSQLite)
	before := v.revision(t)
	var wg sync.WaitGroup
	kept, errs := make([]trend.Kept, 4), make([]error, 4)
	for i := range kept {
		wg.Go(func() {
			kept[i], errs[i] = v.Keep(t.Context(), trend.Keeping{Area: v.top, Day: day, Grids: true, Scope: everyone, Missing: true})
		})
	}
	wg.Wait()
	created := 0
	for i, k := range kept {
		if errs[i] != nil || k.Created+k.Present != k.Areas*len(trend.Questions) || k.Changed > 0 {
			t.Errorf("%+v, %v", k, errs[i])
		}
		created += k.Created
	}
	if created != kept[0].Areas*len(trend.Questions) {
		t.Errorf("%d were created, of %d areas and %d questions", created, kept[0].Areas, len(trend.Questions))
	}
	changes, err := v.Changes(t.Context(), before, 100)
	if err != nil || len(changes) != len(trend.Questions) {
		t.Fatalf("%d transactions changed something, %v", len(changes), err)
	}
	for _, c := range changes {
		if c.Rebuild {
			t.Error("a snapshot would have to be built anew")
		}
	}
}

func TestADayOfAHolidayWeekHasMeasuresOfTheBandsThatItHas(t *testing.T) {
	v := open(t, openOracle)
	kept := v.keep(t, trend.Keeping{Day: kg.MustDate("2025-10-01")}) // eight days off
	if kept.Created != kept.Areas {
		t.Errorf("%+v: only the night has hours", kept)
	}
}

func TestAQueryIsThatOfTheStandingQuestionThatAsksTheSame(t *testing.T) {
	area, members := storetest.NameID(kg.KindDivision, "a"), true
	for i := range trend.Questions {
		q := trend.Questions[i].Query(area, day)
		if got := trend.Standing(&q); got != &trend.Questions[i] {
			t.Errorf("%s: %v", trend.Questions[i].Name, got)
		}
		for name, change := range map[string]func(*coverage.Query){
			"radius": func(q *coverage.Query) { q.Radius++ }, "k": func(q *coverage.Query) { q.K = 2 },
			"targets": func(q *coverage.Query) { q.Targets = &reach.TargetWhere{} }, "instant": func(q *coverage.Query) { q.When = coverage.When{At: time.Now()} },
			"people": func(q *coverage.Query) { q.Where = &reach.ResponderWhere{PartyMember: &members} },
			"places": func(q *coverage.Query) { q.Provider.Places = &reach.PlaceWhere{} },
		} {
			other := trend.Questions[i].Query(area, day)
			change(&other)
			if got := trend.Standing(&other); got != nil {
				t.Errorf("%s with other %s is %s", trend.Questions[i].Name, name, got.Name)
			}
		}
	}
	if _, err := trend.QuestionOf("question", "who"); !errors.Is(err, kg.ErrInvalid) {
		t.Error(err)
	}
}

func TestALineThatCannotBeIsRefused(t *testing.T) {
	v := open(t, openOracle)
	for _, days := range [][2]kg.Date{{0, day}, {day, day - 1}, {day, day + trend.MaxDays}, {day, kg.Always}} {
		if _, err := trend.Read(t.Context(), v, all, v.top, "elders-alone-night", days[0], days[1]); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("%s to %s: %v", days[0], days[1], err)
		}
	}
	if line, err := trend.Read(t.Context(), v, all, v.top, "elders-alone-night", day, day+trend.MaxDays-1); err != nil || len(line.Points) > 0 {
		t.Errorf("%+v, %v", line, err)
	}
}
