package coverage_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lintu/coverage"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// The advice is proved by following it: the step is written into the town, and the town is asked again.

// worth is how many count for each target of a town, at most K, by the definitions.
func worth(tw *town, q *coverage.Query, counts func(w *truth, household, who kg.ID) bool) map[kg.ID]int {
	w := newTruth(tw)
	out := map[kg.ID]int{}
	for h, list := range w.comers(q, kg.DateOf(q.When.At, w.zone)) {
		n := 0
		for _, id := range list {
			if counts == nil || counts(w, h, id) {
				n++
			}
		}
		out[h] = min(n, q.K)
	}
	return out
}

// score is the value of counts and how many of them are K.
func score(worth map[kg.ID]int, k int) coverage.Score {
	var out coverage.Score
	for _, n := range worth {
		out.Value += n
		if n == k {
			out.Covered++
		}
	}
	return out
}

// gainers are the targets that have more than before.
func gainers(before, after map[kg.ID]int) []kg.ID {
	var out []kg.ID
	for h, n := range after {
		if n > before[h] {
			out = append(out, h)
		}
	}
	slices.Sort(out)
	return out
}

// after is a copy of the town with one more change.
func (t *town) after(change func(*town)) *town {
	out := *t
	out.changes = slices.Clone(t.changes)
	out.ids = map[kg.Kind][]kg.ID{}
	for k, ids := range t.ids {
		out.ids[k] = slices.Clone(ids)
	}
	change(&out)
	return &out
}

// won makes a person a responder.
func won(id kg.ID) func(*town) {
	return func(t *town) {
		for i, m := range t.changes {
			if m.Op == store.PutNode && m.Node.Common().ID == id {
				p := kg.Clone(m.Node).(*kg.Person)
				if p.Responder == nil {
					p.Responder = &kg.Responder{}
				}
				p.Responder.Consents = append(slices.Clone(p.Responder.Consents), kg.Consent{Purpose: kg.ConsentToRespond})
				p.Responder.Vettings = append(slices.Clone(p.Responder.Vettings), kg.Vetting{By: "街道"})
				t.changes[i].Node = p
			}
		}
	}
}

// adviceQuestion asks about all responders, or places, at an instant.
func (t *town) adviceQuestion(places bool) coverage.Query {
	for {
		q := t.question()
		if q.When.Band == "" && q.Provider.Duty == nil && (q.Provider.Places != nil) == places && q.Scope.All && strings.HasPrefix(string(q.Area), "division") {
			return q
		}
	}
}

// advise asks for so many steps.
func advise(t *testing.T, tw *town, q coverage.Query, a coverage.AdviceQuery) *coverage.Advice {
	t.Helper()
	c, err := tw.engine(t).Ask(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.Advise(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// follow checks steps one by one: ways gives all ways in which any step can be done, by what the step is called. One of
// those of the step must add what is told, to those who are told, and none of any other may add more.
func follow(t *testing.T, tw *town, q coverage.Query, got *coverage.Advice, counts func(*truth, kg.ID, kg.ID) bool, ways func(*town, *truth) map[string][]func(*town), name func(coverage.AdviceStep) string) int {
	t.Helper()
	now := worth(tw, &q, counts)
	if got.Before != score(now, q.K) {
		t.Fatalf("before %+v, the town has %+v", got.Before, score(now, q.K))
	}
	for i, s := range got.Steps {
		best, was := 0, score(now, q.K)
		var next *town
		for what, all := range ways(tw, newTruth(tw)) {
			for _, way := range all {
				then := tw.after(way)
				after := worth(then, &q, counts)
				is := score(after, q.K)
				best = max(best, is.Value-was.Value)
				if what == name(s) && is.Value-was.Value == s.Adds && is.Covered-was.Covered == s.Covers && slices.Equal(gainers(now, after), s.Households()) {
					next = then
				}
			}
		}
		if next == nil || best != s.Adds || s.Gainers != len(s.Households()) {
			t.Fatalf("step %d %s is told to add %d to %d and to cover %d, which it does: %v; the best adds %d", i, name(s), s.Adds, s.Gainers, s.Covers, next != nil, best)
		}
		tw, now = next, worth(next, &q, counts)
	}
	if got.After != score(now, q.K) {
		t.Fatalf("after %+v, the town has %+v", got.After, score(now, q.K))
	}
	return len(got.Steps)
}

// recruitable are the people of each building of an area who could become responders and are at home.
func (w *truth) recruitable(q *coverage.Query) map[kg.ID][]kg.ID {
	on := kg.DateOf(q.When.At, w.zone)
	out := map[kg.ID][]kg.ID{}
	for _, id := range w.ids[kg.KindPerson] {
		p := w.nodes[id].(*kg.Person)
		h := w.home(id, on)
		if !w.lives(id, on) || !w.asked(id, q) || h == "" || p.BirthDate.Age(on) < 18 || w.fit(id, q, on) {
			continue
		}
		building := w.buildingOf(h, on)
		if building == "" || w.door(h, on) == nil || !w.in(building, q.Area, on) {
			continue
		}
		if is, _ := w.presence(id, on, q.When.At); is != kg.AtHome {
			continue
		}
		if r := p.Responder; r != nil {
			ended := slices.ContainsFunc(r.Consents, func(c kg.Consent) bool { return c.To != 0 && c.To <= on })
			holds := slices.ContainsFunc(r.Consents, func(c kg.Consent) bool { return c.Holds(on) })
			if ended && !holds || slices.ContainsFunc(append(slices.Clone(r.Pauses), r.Leaves...), func(a kg.Absence) bool { return a.Holds(on) }) {
				continue
			}
		}
		if !q.Where.IncludeCareFlagged && slices.ContainsFunc(p.CareFlags, func(f kg.Flag) bool { return f.Holds(on) }) {
			continue
		}
		out[building] = append(out[building], id)
	}
	return out
}

// buildingOf is the building of a household on a day.
func (w *truth) buildingOf(household kg.ID, on kg.Date) kg.ID {
	for _, t := range w.out(household, kg.PartOf, on) {
		if t.To.Kind() == kg.KindBuilding {
			return t.To
		}
		for _, up := range w.out(t.To, kg.PartOf, on) {
			if t.To.Kind() == kg.KindEntrance {
				return up.To
			}
		}
	}
	return ""
}

func TestRecruitingAsAdvisedAddsWhatIsToldAndNothingAddsMore(t *testing.T) {
	steps := 0
	for seed := range uint64(max(*towns, 100) / 3) {
		tw := newTown(seed)
		for range 3 {
			q := tw.adviceQuestion(false)
			ways := func(_ *town, w *truth) map[string][]func(*town) {
				out := map[string][]func(*town){}
				for b, people := range w.recruitable(&q) {
					for _, id := range people {
						out[string(b)] = append(out[string(b)], won(id))
					}
				}
				return out
			}
			got := advise(t, tw, q, coverage.AdviceQuery{Budget: 3, Names: func(kg.ID) bool { return true }})
			if got.Basis != coverage.OfResponders {
				t.Fatal(got.Basis)
			}
			could := newTruth(tw).recruitable(&q)
			for _, s := range got.Steps {
				slices.Sort(could[s.Building])
				if s.People != len(could[s.Building]) || !slices.Equal(s.Names, could[s.Building]) {
					t.Fatalf("in %s %d people %v, could be %v", s.Building, s.People, s.Names, could[s.Building])
				}
			}
			steps += follow(t, tw, q, got, nil, ways, func(s coverage.AdviceStep) string { return string(s.Building) })
		}
	}
	if steps < 40 {
		t.Errorf("only %d steps", steps)
	}
}

func TestOpeningPlacesAsAdvisedAddsWhatIsToldAndNothingAddsMore(t *testing.T) {
	steps := 0
	for seed := range uint64(max(*towns, 100) / 3) {
		tw := newTown(seed)
		for range 2 {
			q := tw.adviceQuestion(true)
			kind := "station"
			if len(q.Provider.Places.Kinds) > 0 {
				kind = q.Provider.Places.Kinds[0]
			}
			on := kg.DateOf(q.When.At, local(evening).Location())
			ways := func(now *town, w *truth) map[string][]func(*town) {
				out, taken := map[string][]func(*town){}, map[kg.ID]bool{}
				for _, id := range w.ids[kg.KindPlace] {
					for _, t := range w.out(id, kg.LocatedIn, on) {
						taken[t.To] = taken[t.To] || w.nodes[id].Title() == "新驿站"
					}
				}
				for _, b := range w.ids[kg.KindBuilding] {
					if p := w.nodes[b].(*kg.Building).Point; p == nil || taken[b] || !w.lives(b, on) || !w.in(b, q.Area, on) {
						continue
					}
					out[string(b)] = append(out[string(b)], func(t *town) {
						t.count = now.count + 1000
						all := []kg.Opening{{Weekdays: []int{1, 2, 3, 4, 5, 6, 7}, From: "00:00", To: "23:59"}}
						place := &kg.Place{Name: "新驿站", PlaceKind: kind, OpeningHours: all, Point: w.nodes[b].(*kg.Building).Point}
						id := t.add(place)
						place.Life = kg.Span{}
						t.tie(id, kg.LocatedIn, b, kg.Span{})
					})
				}
				return out
			}
			got := advise(t, tw, q, coverage.AdviceQuery{Budget: 3})
			if got.Basis != coverage.OfPlaces {
				t.Fatal(got.Basis)
			}
			steps += follow(t, tw, q, got, nil, ways, func(s coverage.AdviceStep) string { return string(s.Building) })
		}
	}
	if steps < 20 {
		t.Errorf("only %d steps", steps)
	}
}

func TestPairingAsAdvisedAddsWhatIsToldAndNothingAddsMore(t *testing.T) {
	by := []reach.UnitTie{reach.Staff, reach.Party}
	steps, several := 0, 0
	for seed := range uint64(max(*towns, 100)) {
		tw := newPairedTown(seed)
		q := tw.adviceQuestion(false)
		on := kg.DateOf(q.When.At, local(evening).Location())
		counts := func(w *truth, household, who kg.ID) bool {
			return slices.ContainsFunc(w.unitsOf(who, by, &q, on), func(u kg.ID) bool { return w.paired(u, household, &q, on) })
		}
		ways := func(_ *town, w *truth) map[string][]func(*town) {
			out := map[string][]func(*town){}
			for _, u := range w.ids[kg.KindUnit] {
				for _, d := range w.ids[kg.KindDivision] {
					if w.nodes[d].(*kg.Division).Level == kg.LevelCommunity && w.lives(u, on) {
						out[string(u+" "+d)] = append(out[string(u+" "+d)], func(t *town) { t.tie(u, kg.PairedWith, d, kg.Span{From: on, To: on + 1}) })
					}
				}
			}
			return out
		}
		got := advise(t, tw, q, coverage.AdviceQuery{Budget: 4, Kinds: []coverage.AdviceKind{coverage.PairUnit}})
		if got.Basis != coverage.OfPairedUnits {
			t.Fatal(got.Basis)
		}
		n := follow(t, tw, q, got, counts, ways, func(s coverage.AdviceStep) string { return string(s.Unit + " " + s.Area) })
		if steps += n; n > 1 {
			several++
		}
	}
	if steps < 30 || several < 5 {
		t.Errorf("only %d steps, %d times several", steps, several)
	}
}

func TestTheBasisOfPairingIsTheCountOfUnitCoverage(t *testing.T) {
	for seed := range uint64(max(*towns, 100)) {
		tw := newPairedTown(seed)
		q := tw.adviceQuestion(false)
		q.K = 1
		q.Where = &reach.ResponderWhere{}
		got := advise(t, tw, q, coverage.AdviceQuery{Kinds: []coverage.AdviceKind{coverage.PairUnit}})
		units, err := tw.snapshot(t).UnitCoverage(reach.UnitCoverageQuery{Area: q.Area, Targets: q.Targets, Radius: q.Radius, At: q.When.At, Where: q.Where, Scope: q.Scope})
		if err != nil {
			t.Fatal(err)
		}
		if got.Before.Covered != units.Covered || got.Targets != units.Targets {
			t.Fatalf("town %d: %d of %d, by units %d of %d", seed, got.Before.Covered, got.Targets, units.Covered, units.Targets)
		}
	}
}

func TestWhatIsFixedIsDoneFirstAndCostsNothingOfTheBudget(t *testing.T) {
	checked := 0
	for seed := range uint64(max(*towns, 100)) {
		tw := newPairedTown(seed)
		q := tw.adviceQuestion(false)
		kinds := []coverage.AdviceKind{coverage.RecruitOne, coverage.PairUnit}
		free := advise(t, tw, q, coverage.AdviceQuery{Budget: 4, Kinds: kinds})
		if len(free.Steps) < 3 {
			continue
		}
		checked++
		var fixed []coverage.FixedStep
		for _, s := range free.Steps[:2] {
			fixed = append(fixed, coverage.FixedStep{Kind: s.Kind, Building: s.Building, Unit: s.Unit})
			if s.Kind == coverage.PairUnit {
				fixed[len(fixed)-1].Area = s.Area
			}
		}
		got := advise(t, tw, q, coverage.AdviceQuery{Budget: len(free.Steps) - 2, Kinds: kinds, Fixed: fixed})
		text := func(steps []coverage.AdviceStep) string {
			out := ""
			for _, s := range steps {
				out += fmt.Sprintln(s.Kind, s.Building, s.Unit, s.Area, s.Adds, s.Covers, s.Households())
			}
			return out
		}
		same(t, fmt.Sprintf("town %d", seed), text(append(got.Fixed, got.Steps...)), text(free.Steps))
		if got.Before != free.Before || got.After != free.After {
			t.Errorf("before %+v, after %+v; free %+v, %+v", got.Before, got.After, free.Before, free.After)
		}
	}
	if checked < 5 {
		t.Errorf("only %d towns had steps to fix", checked)
	}
}

func TestNamesAreGivenForTheGridsOfTheViewerAlone(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.elder("elder", "here")
	sc.responder("neighbour", "here", func(p *kg.Person) { p.Responder = nil })
	sc.responder("withdrawn", "here", func(p *kg.Person) {
		p.Responder.Consents[0].Span = kg.Span{To: kg.MustDate("2025-01-01")}
	})
	ask := func(names func(kg.ID) bool) coverage.AdviceStep {
		a, err := sc.ask(evening).Advise(context.Background(), coverage.AdviceQuery{Budget: 1, Names: names})
		if err != nil || len(a.Steps) != 1 {
			t.Fatal(a, err)
		}
		return a.Steps[0]
	}
	want := coverage.AdviceStep{Kind: coverage.RecruitOne, Building: sc.ID("here"), Grid: sc.ID("grid"), Area: sc.ID("community"), People: 1, Adds: 1, Gainers: 1, Covers: 1}
	none, own, other := ask(nil), ask(func(g kg.ID) bool { return g == sc.ID("grid") }), ask(func(g kg.ID) bool { return g != sc.ID("grid") })
	if len(none.Names) != 0 || len(other.Names) != 0 || !reflect.DeepEqual(own.Names, []kg.ID{sc.ID("neighbour")}) {
		t.Errorf("names %v, of the own grid %v, of another %v", none.Names, own.Names, other.Names)
	}
	if got := fmt.Sprint(none.Kind, none.Building, none.Grid, none.Area, none.People, none.Adds, none.Gainers, none.Covers); got != fmt.Sprint(want.Kind, want.Building, want.Grid, want.Area, want.People, want.Adds, want.Gainers, want.Covers) {
		t.Errorf("step is %s", got)
	}
	if got := none.Households(); !slices.Equal(got, []kg.ID{sc.ID("elder")}) {
		t.Errorf("for %v", got)
	}
}

func TestAMalformedAdviceNamesTheArgument(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.elder("elder", "here")
	sc.Add("unit", &kg.Unit{Name: "单位"})
	places := func(q *coverage.Query) { q.Provider.Places = &reach.PlaceWhere{} }
	duty := func(q *coverage.Query) { q.Provider.Duty = &reach.DutyWhere{} }
	people := func(*coverage.Query) {}
	nowhere, nobody := storetest.NameID(kg.KindDivision, "nowhere"), storetest.NameID(kg.KindUnit, "nobody")
	pair := func(unit, area kg.ID) []coverage.FixedStep {
		return []coverage.FixedStep{{Kind: coverage.PairUnit, Unit: unit, Area: area}}
	}
	for name, c := range map[string]struct {
		of       func(*coverage.Query)
		ask      coverage.AdviceQuery
		argument string
	}{
		"a budget below 0":                {people, coverage.AdviceQuery{Budget: -1}, "budget"},
		"a budget above the most":         {people, coverage.AdviceQuery{Budget: coverage.MaxBudget + 1}, "budget"},
		"a kind of places for people":     {people, coverage.AdviceQuery{Kinds: []coverage.AdviceKind{coverage.OpenPlace}}, "kinds"},
		"a kind of people for places":     {places, coverage.AdviceQuery{Kinds: []coverage.AdviceKind{coverage.RecruitOne}}, "kinds"},
		"duty":                            {duty, coverage.AdviceQuery{}, "provider.duty"},
		"a way that is none":              {people, coverage.AdviceQuery{By: []reach.UnitTie{"FRIEND"}}, "by"},
		"a fixed building without people": {people, coverage.AdviceQuery{Fixed: []coverage.FixedStep{{Kind: coverage.RecruitOne, Building: sc.ID("here")}}}, "fixed[0].building"},
		"a fixed kind that is none":       {people, coverage.AdviceQuery{Fixed: []coverage.FixedStep{{Kind: "MOVE"}}}, "fixed"},
	} {
		var invalid *kg.InvalidError
		if _, err := sc.ask(evening, c.of).Advise(context.Background(), c.ask); !errors.As(err, &invalid) || invalid.Argument != c.argument {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, fixed := range map[string][]coverage.FixedStep{"an unknown unit": pair(nobody, sc.ID("grid")), "an unknown area": pair(sc.ID("unit"), nowhere)} {
		if _, err := sc.ask(evening).Advise(context.Background(), coverage.AdviceQuery{Fixed: fixed}); !errors.Is(err, kg.ErrNotFound) || !strings.Contains(err.Error(), "fixed[0].") {
			t.Errorf("%s: %v", name, err)
		}
	}
	a, err := sc.ask(evening).Advise(context.Background(), coverage.AdviceQuery{Fixed: pair(sc.ID("unit"), sc.ID("grid"))})
	if err != nil || len(a.Fixed) != 1 || a.Fixed[0].Adds != 0 || a.Basis != coverage.OfPairedUnits {
		t.Errorf("a pairing that brings nobody: %+v, %v", a, err)
	}
}
