package coverage_test

import (
	"context"
	"slices"
	"testing"

	"lintu/coverage"
	"lintu/internal/effort"
	"lintu/kg"
	"lintu/reach"
	"lintu/seed"
	"lintu/seed/figures"
	"lintu/store"
	"lintu/store/storetest"
)

// planted is a town of a preset with its answer key, and all of it as an area.
type planted struct {
	*coverage.Engine
	key  map[figures.Code][]kg.ID
	area kg.ID
}

func newPlanted(t *testing.T, name string, number uint64) *planted {
	t.Helper()
	town := seed.Sample()
	if name != "sample" {
		var err error
		if town, err = seed.Preset(name); err != nil {
			t.Fatal(err)
		}
	}
	st := storetest.NewOracle(storetest.Options{})
	if err := seed.Load(t.Context(), st, town, seed.Options{Seed: number}); err != nil {
		t.Fatal(err)
	}
	s, err := reach.Build(t.Context(), reach.Options{Store: st})
	if err != nil {
		t.Fatal(err)
	}
	p := &planted{Engine: coverage.New(func() *reach.Snapshot { return s }), key: map[figures.Code][]kg.ID{}}
	for _, f := range town.Faults(number) {
		p.key[f.Code] = append(p.key[f.Code], f.ID)
	}
	page, err := st.List(t.Context(), store.View{Scope: everything, AsOf: seed.Reference}, store.ListQuery{
		Kind: kg.KindDivision, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}})
	if err != nil {
		t.Fatal(err)
	}
	highest := len(kg.Levels.Values)
	for _, e := range page.Edges {
		d, ok := e.Item.Node.(*kg.Division)
		if at := slices.Index(kg.Levels.Names(), string(d.Level)); ok && at >= 0 && at < highest {
			highest, p.area = at, d.ID
		}
	}
	return p
}

func (p *planted) ask(t *testing.T, more func(*coverage.Query)) *coverage.Coverage {
	t.Helper()
	q := coverage.Query{Area: p.area, Radius: 500, Scope: everything}
	q.When.At = seed.Reference.Time(local(evening).Location()).Add(20 * 3600e9)
	more(&q)
	c, err := p.Ask(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// found compares what was found with what was planted.
func found(t *testing.T, code figures.Code, got, want []kg.ID) {
	t.Helper()
	slices.Sort(got)
	want = slices.Clone(want)
	slices.Sort(want)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("%s: %d found, %d planted\nfound   %v\nplanted %v", code, len(got), len(want), got, want)
	}
}

func TestWhatIsPlantedInTownsIsFoundAndNothingElse(t *testing.T) {
	planted := map[figures.Code]int{}
	for number := range uint64(effort.Pick(1, 4)) {
		p := newPlanted(t, "sample", number+1)
		if number > 0 {
			p = newPlanted(t, "village", number)
		}

		var unnamed []kg.ID
		byDuty := p.ask(t, func(q *coverage.Query) { q.Provider.Duty = &reach.DutyWhere{Level: reach.DutyHousehold} })
		for _, b := range byDuty.Areas(reach.LevelBuilding) {
			unnamed = append(unnamed, b.Uncovered()...)
		}
		found(t, figures.ElderUnnamed, unnamed, p.key[figures.ElderUnnamed])

		var noPoint, noGrid []kg.ID
		everyone := p.ask(t, func(q *coverage.Query) { q.Targets = &reach.TargetWhere{} })
		for _, b := range everyone.Areas(reach.LevelBuilding) {
			if b.Measures().Completeness.TargetsLocated.Numerator == 0 {
				noPoint = append(noPoint, b.Area)
			}
		}
		found(t, figures.BuildingNoPoint, noPoint, p.key[figures.BuildingNoPoint])

		for _, level := range []kg.Level{kg.LevelCommunity, kg.LevelVillage} {
			for _, area := range everyone.Areas(reach.AreaLevel(level)) {
				for _, child := range area.Children() {
					if child.Area.Kind() == kg.KindBuilding {
						noGrid = append(noGrid, child.Area)
					}
				}
			}
		}
		found(t, figures.BuildingNoGrid, noGrid, p.key[figures.BuildingNoGrid])
		for _, code := range []figures.Code{figures.ElderUnnamed, figures.BuildingNoPoint, figures.BuildingNoGrid} {
			planted[code] += len(p.key[code])
		}
	}
	for code, n := range planted {
		if n == 0 {
			t.Errorf("%s was planted nowhere", code)
		}
	}
}
