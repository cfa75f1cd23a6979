package coverage_test

import (
	"context"
	"errors"
	"testing"

	"lintu/coverage"
	"lintu/kg"
	"lintu/reach"
	"lintu/store/storetest"
)

func TestAQuestionThatIsMalformedNamesTheArgument(t *testing.T) {
	sc := newScene(t)
	now, negative := coverage.When{At: local(evening)}, -1
	for argument, q := range map[string]coverage.Query{
		"radius":               {Radius: 5001, When: now},
		"k":                    {Radius: 500, K: -1, When: now},
		"when.at":              {Radius: 500},
		"targets.minAge":       {Radius: 500, When: now, Targets: &reach.TargetWhere{MinAge: &negative}},
		"where.minAge":         {Radius: 500, When: now, Where: &reach.ResponderWhere{MinAge: &negative}},
		"when.at out of range": {Radius: 500, When: coverage.When{At: local(evening).AddDate(9000, 0, 0)}},
	} {
		q.Area, q.Scope = sc.ID("street"), everything
		var invalid *kg.InvalidError
		if _, err := sc.engine().Ask(context.Background(), q); !errors.As(err, &invalid) || invalid.Argument != argument[:len(invalid.Argument)] {
			t.Errorf("%s: %v", argument, err)
		}
	}
}

func TestAnAreaThatDoesNotExistOrIsOutOfScopeIsNotFound(t *testing.T) {
	sc := newScene(t)
	sc.Add("elsewhere", &kg.Division{Name: "别处", Level: kg.LevelTownship})
	q := coverage.Query{Area: storetest.NameID(kg.KindDivision, "nowhere"), Radius: 500, When: coverage.When{At: local(evening)}, Scope: everything}
	if _, err := sc.engine().Ask(context.Background(), q); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
	q.Area, q.Scope.All, q.Scope.Areas = sc.ID("street"), false, []kg.ID{sc.ID("elsewhere")}
	q.Scope.Today = today
	if _, err := sc.engine().Ask(context.Background(), q); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("out of scope: %v", err)
	}
}

func TestWithoutASnapshotCoverageIsUnavailable(t *testing.T) {
	e := coverage.New(func() *reach.Snapshot { return nil })
	q := coverage.Query{Area: storetest.NameID(kg.KindDivision, "nowhere"), Radius: 500, When: coverage.When{At: local(evening)}}
	if _, err := e.Ask(context.Background(), q); !errors.Is(err, kg.ErrUnavailable) {
		t.Error(err)
	}
}

func TestTheRadiusDecidesWhoCounts(t *testing.T) {
	sc := newScene(t)
	sc.building("post", 0)
	sc.responder("r", "post")
	for name, metres := range map[string]float64{"just inside": 499.9, "just outside": 500.1, "near": 100} {
		sc.building(name, metres)
		sc.elder("elder "+name, name)
	}
	sc.want("three elders", show(sc.ask(evening).Measures()), "2 of 3, share 0.67, at least [2], nearest 499.9 500.1 500.1, backup 0, single 2")
	sc.want("two asked for", show(sc.ask(evening, func(q *coverage.Query) { q.K = 2 }).Measures()),
		"0 of 3, share 0.00, at least [2 0], nearest 499.9 500.1 500.1, backup 0, single 2")
}

func TestNoTargetsHaveNoShare(t *testing.T) {
	sc := newScene(t)
	sc.building("post", 0)
	sc.responder("r", "post")
	sc.want("nobody to look after", show(sc.ask(evening).Measures()), "0 of 0, share -, at least [0], nearest - - -, backup 0, single 0")
}

func TestOwnPeopleDoNotCoverTheirHousehold(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.building("next", 200)
	sc.elder("elder", "here")
	sc.responder("son", "here")
	sc.moves("son", "elder", "2025-09-24")
	sc.want("their own", show(sc.ask(evening).Measures()), "0 of 1, share 0.00, at least [0], nearest - - -, backup 0, single 0")
	sc.want("the day before", show(sc.ask("2025-09-23 20:00").Measures()), "1 of 1, share 1.00, at least [1], nearest 0.0 0.0 0.0, backup 0, single 1")
}
