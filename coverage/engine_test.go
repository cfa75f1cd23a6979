package coverage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lintu/coverage"
	"lintu/kg"
	"lintu/reach"
)

// crowded is a scene with some hundred targets and responders.
func crowded(t testing.TB) *scene {
	sc := newScene(t)
	for i := range 60 {
		b := fmt.Sprint("b", i)
		sc.building(b, float64(37*i))
		for k := range 4 {
			sc.elder(fmt.Sprint("elder", i, "-", k), b)
		}
		if i%3 == 0 {
			sc.responder(fmt.Sprint("r", i), b)
		}
	}
	return sc
}

func TestTheSameQuestionAgainIsNotCountedAgain(t *testing.T) {
	sc := crowded(t)
	first := testing.AllocsPerRun(1, func() {
		coverage.New(func() *reach.Snapshot { return nil })
		sc.ask(evening, func(q *coverage.Query) { q.Radius = float64(100 + time.Now().Nanosecond()%300) }).Measures()
	})
	sc.ask(evening).Measures()
	again := testing.AllocsPerRun(100, func() { sc.ask("2025-09-24 20:29").Measures() })
	if again > 40 || again > first {
		t.Errorf("asked again in the same half hour: %v allocations, at first %v", again, first)
	}
	if at := sc.ask("2025-09-24 20:29").Query.When.At; !at.Equal(local("2025-09-24 20:29")) {
		t.Errorf("the answer says %s", at)
	}
}

func TestANewSnapshotMeansNewAnswers(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.elder("elder", "here")
	before := snapshotOf(t, sc.Changes)
	sc.responder("r", "here")
	after := snapshotOf(t, sc.Changes)
	var now atomic.Pointer[reach.Snapshot]
	now.Store(before)
	e := coverage.New(now.Load)
	q := coverage.Query{Area: sc.ID("street"), Radius: 500, When: coverage.When{At: local(evening)}, Scope: everything}
	for i, s := range []*reach.Snapshot{before, after, before} {
		now.Store(s)
		c, err := e.Ask(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if want := i % 2; c.Measures().Covered != want {
			t.Errorf("%d: %d covered, want %d", i, c.Measures().Covered, want)
		}
	}
}

func TestManyAskAtOnceAndGetTheSame(t *testing.T) {
	sc := crowded(t)
	want := show(sc.ask(evening).Measures())
	e := engineOf(t, sc.Changes)
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			q := coverage.Query{Area: sc.ID("street"), Radius: 500, When: coverage.When{At: local(evening)}, Scope: everything}
			for range 20 {
				c, err := e.Ask(context.Background(), q)
				if err != nil {
					t.Error(err)
					return
				}
				if got := show(c.Measures()); got != want {
					t.Errorf("%s, want %s", got, want)
				}
				if _, err := c.Week(context.Background(), today+kg.Date(7*(i%3))); err != nil {
					t.Error(err)
				}
				for _, child := range c.Areas(reach.LevelBuilding) {
					child.Measures()
				}
				if _, err := c.By(context.Background(), coverage.Dimensions[i%len(coverage.Dimensions)]); err != nil {
					t.Error(err)
				}
				c.Supply(i%2 == 0)
			}
		})
	}
	group.Wait()
}

func TestWhoGivesUpDoesNotSpoilTheAnswerOfOthers(t *testing.T) {
	sc := crowded(t)
	e := engineOf(t, sc.Changes)
	q := coverage.Query{Area: sc.ID("street"), Radius: 500, When: coverage.When{Band: coverage.Night, From: today}, Scope: everything}
	gone, leave := context.WithCancel(context.Background())
	leave()
	if _, err := e.Ask(gone, q); !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	var group sync.WaitGroup
	for i := range 12 {
		group.Go(func() {
			ctx, cancel := context.WithCancel(context.Background())
			if i%2 == 0 {
				time.AfterFunc(time.Duration(i)*100*time.Microsecond, cancel)
			}
			defer cancel()
			if _, err := e.Ask(ctx, q); err != nil && (i%2 != 0 || !errors.Is(err, context.Canceled)) {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	group.Wait()
}

func TestQuestionsThatDifferInAnythingAreKeptApart(t *testing.T) {
	sc := crowded(t)
	sc.Add("canteen", &kg.Place{Name: "饭堂", PlaceKind: "canteen", Point: north(0)})
	five, yes := 5, true
	asked := map[string]func(*coverage.Query){
		"radius": func(q *coverage.Query) { q.Radius = 37 }, "k": func(q *coverage.Query) { q.K = 2 },
		"all households":   func(q *coverage.Query) { q.Targets = &reach.TargetWhere{} },
		"age":              func(q *coverage.Query) { q.Targets = &reach.TargetWhere{MinAge: &five} },
		"floor":            func(q *coverage.Query) { q.Targets = &reach.TargetWhere{MinFloor: &five} },
		"teams":            func(q *coverage.Query) { q.Where = &reach.ResponderWhere{MinAge: &five, PartyMember: &yes} },
		"maximal age":      func(q *coverage.Query) { q.Where = &reach.ResponderWhere{MaxAge: &five} },
		"places":           func(q *coverage.Query) { q.Provider.Places = &reach.PlaceWhere{AnyHour: true} },
		"open places":      func(q *coverage.Query) { q.Provider.Places = &reach.PlaceWhere{} },
		"duty":             func(q *coverage.Query) { q.Provider.Duty = &reach.DutyWhere{} },
		"the next instant": func(q *coverage.Query) { q.When.At = q.When.At.Add(30 * time.Minute) },
		"band":             func(q *coverage.Query) { q.When = coverage.When{Band: coverage.Night, From: today} },
		"grid":             func(q *coverage.Query) { q.Area = sc.ID("grid") },
		"as it is":         func(*coverage.Query) {},
	}
	for range 2 { // the second time from what is kept
		for name, change := range asked {
			fresh := &scene{Fixture: sc.Fixture, t: t}
			want := sc.ask(evening, change)
			got := fresh.ask(evening, change)
			sc.want(name, textOf(want.Measures())+string(want.Area), textOf(got.Measures())+string(got.Area))
		}
	}
}
