package acceptance

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
)

// TestAnswersOfTheSnapshotCountWhatIsOnAllTheirPages: the groups of what nearby, unitCoverage and coverage found, asked
// beside a page of one, are those of the nodes of all pages.
func TestAnswersOfTheSnapshotCountWhatIsOnAllTheirPages(t *testing.T) {
	const near = `nearby(to: {household: $to}, radius: 1500, first: %d, at: $at)`
	const units = `unitCoverage(area: $area, radius: 800, at: $at)`
	cases := []struct {
		name, root, field, value string
		path                     []string
	}{
		{"responders by sex", near, "SEX", "sex", []string{"nearby"}},
		{"responders by day of birth", near, "BIRTH_DATE", "birthDate", []string{"nearby"}},
		{"units by kind", units + ` { units(first: %d)`, "UNIT_KIND", "unitKind", []string{"unitCoverage", "units"}},
		{"uncovered by care level", `unitCoverage(area: $area, radius: 1, at: $at) { uncovered(first: %d)`, "CARE_LEVEL", "careLevel", []string{"unitCoverage", "uncovered"}},
		{"gaps by care level", `coverage(area: $area, radius: 20, when: {at: $at}) { gaps(first: %d)`, "CARE_LEVEL", "careLevel", []string{"coverage", "gaps"}},
	}
	engines(t, villageData, func(t *testing.T, e *edge) {
		asked := strings.NewReplacer("$to", strconv.Quote(e.elder(t)), "$area", strconv.Quote(e.village(t)), "$at", strconv.Quote(evening))
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				ask := func(first int, selection string) connectionAnswer {
					q := "{ " + fmt.Sprintf(c.root, first) + " { " + selection + " } }"
					if len(c.path) > 1 {
						q += " }"
					}
					return connectionAt(t, e.data(t, asked.Replace(q), nil).Data, c.path...)
				}
				whole := ask(200, "nodes { v: "+c.value+" }")
				want := map[string]int{}
				for _, n := range whole.Nodes {
					want[keyOf(n.V)]++
				}
				if len(want) == 0 {
					t.Fatal("the question finds nothing")
				}
				got := map[string]int{}
				for _, g := range ask(1, "counts(groupBy: {field: "+c.field+"}) { key count }").Counts {
					got[g.Key] = g.Count
				}
				if !maps.Equal(got, want) {
					t.Errorf("counts %v, the nodes have %v", got, want)
				}
			})
		}
		t.Run("each unit's people and targets by their area", func(t *testing.T) {
			var d struct {
				UnitCoverage struct {
					Units struct{ Nodes, Edges []unitEdge }
				}
			}
			q := `{ ` + units + ` { units { edges { members(first: 200) { ` + byArea + ` } targets(first: 200) { ` + byArea + ` } } } } }`
			if err := json.Unmarshal(e.data(t, asked.Replace(q), nil).Data, &d); err != nil {
				t.Fatal(err)
			}
			seen := 0
			for _, edge := range d.UnitCoverage.Units.Edges {
				for _, c := range []areaCounts{edge.Members, edge.Targets} {
					sum := 0
					for _, g := range c.Counts {
						sum += g.Count
						if g.Node.Title == "" {
							t.Error("a group without its area")
						}
					}
					if sum != c.TotalCount {
						t.Errorf("counts add up to %d of %d", sum, c.TotalCount)
					}
					seen += sum
				}
			}
			if seen == 0 {
				t.Error("no unit has people or targets")
			}
		})
	})
}

const byArea = `totalCount counts(groupBy: {area: TOWNSHIP}) { count node { title } }`

type unitEdge struct{ Members, Targets areaCounts }

type areaCounts struct {
	TotalCount int
	Counts     []struct {
		Count int
		Node  struct{ Title string }
	}
}

type connectionAnswer struct {
	Nodes  []struct{ V any }
	Counts []struct {
		Key   string
		Count int
	}
}

func connectionAt(t *testing.T, data []byte, path ...string) (c connectionAnswer) {
	t.Helper()
	for _, name := range path {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		data = m[name]
	}
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// keyOf is a value as counts write it.
func keyOf(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
