package reach_test

import (
	"slices"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/reach"
)

func TestTargetsAreHouseholdsByTheirOwnFlagsOrThoseOfTheirPeopleOnTheDay(t *testing.T) {
	sc := newScene(t)
	sc.building("b", 0)
	sc.Add("lift", &kg.Entrance{Number: "1", HasLift: true})
	sc.Add("stairs", &kg.Entrance{Number: "2"})
	sc.Tie("lift", kg.PartOf, "b")
	sc.Tie("stairs", kg.PartOf, "b")
	sc.Add("old court", &kg.Compound{Name: "老小区", ManagementKind: kg.ManagedOld})
	sc.Tie("b", kg.InCompound, "old court")
	sc.building("other", 100)
	flag := func(value string, span kg.Span) func(*kg.Household) {
		return func(h *kg.Household) { h.CareFlags = append(h.CareFlags, kg.Flag{Value: value, Span: span}) }
	}
	sc.household("own flag", "lift", flag(kg.ElderlyAlone, days("", "2025-10-01")), func(h *kg.Household) { h.Floor = 7 })
	sc.household("a person's flag", "stairs", func(h *kg.Household) { h.CareLevel, h.Floor = kg.CareRed, 3 })
	sc.household("another flag", "b", flag(kg.Disabled, kg.Span{}))
	sc.household("none", "other")
	sc.person("elder", "a person's flag", func(p *kg.Person) {
		p.BirthDate, p.CareFlags = kg.MustDate("1940-09-25"), []kg.Flag{{Value: kg.ElderlyAlone, Span: days("2025-09-24", "")}}
	})
	sc.Add("bell", &kg.Doorbell{Serial: "1"})
	sc.Tie("bell", kg.InstalledAt, "own flag")
	yes, no, age84, age85, floor := true, false, 84, 85, 3
	for name, c := range map[string]struct {
		where *reach.TargetWhere
		at    string
		want  string
	}{
		"by default, elderly alone":        {nil, evening, "a person's flag, own flag"},
		"before the person's flag":         {nil, "2025-09-23 20:00", "own flag"},
		"after the household's":            {nil, "2025-10-01 00:00", "a person's flag"},
		"any of several flags":             {&reach.TargetWhere{CareFlags: []string{kg.ElderlyAlone, kg.Disabled}}, evening, "a person's flag, another flag, own flag"},
		"all households":                   {&reach.TargetWhere{}, evening, "a person's flag, another flag, none, own flag"},
		"care level":                       {&reach.TargetWhere{CareLevels: []kg.CareLevel{kg.CareRed}}, evening, "a person's flag"},
		"with a doorbell":                  {&reach.TargetWhere{HasDoorbell: &yes}, evening, "own flag"},
		"without one":                      {&reach.TargetWhere{HasDoorbell: &no, CareFlags: []string{kg.ElderlyAlone}}, evening, "a person's flag"},
		"somebody of 84":                   {&reach.TargetWhere{MinAge: &age84}, evening, "a person's flag"},
		"somebody of 85":                   {&reach.TargetWhere{MinAge: &age85}, evening, ""},
		"85 the day after":                 {&reach.TargetWhere{MinAge: &age85}, "2025-09-25 20:00", "a person's flag"},
		"from the third floor up":          {&reach.TargetWhere{MinFloor: &floor}, evening, "a person's flag, own flag"},
		"third floor without a lift":       {&reach.TargetWhere{MinFloor: &floor, NoLift: &yes}, evening, "a person's flag"},
		"with a lift":                      {&reach.TargetWhere{NoLift: &no}, evening, "own flag"},
		"in an old compound":               {&reach.TargetWhere{CompoundKinds: []kg.ManagementKind{kg.ManagedOld}}, evening, "a person's flag, another flag, own flag"},
		"in a compound managed by nobody ": {&reach.TargetWhere{CompoundKinds: []kg.ManagementKind{kg.ManagedByNone}}, evening, ""},
	} {
		answer := sc.cover(c.at, func(q *reach.UnitCoverageQuery) { q.Targets = c.where })
		var got []string
		for _, u := range answer.Uncovered() {
			got = append(got, sc.Name(u.Household))
		}
		slices.Sort(got)
		sc.want(name, strings.Join(got, ", "), c.want)
		if answer.Targets == 0 && answer.Share != nil {
			t.Errorf("%s: a share of nothing is %v", name, *answer.Share)
		}
	}
}
