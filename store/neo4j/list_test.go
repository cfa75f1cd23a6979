package neo4j

import (
	"context"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
)

// An import asks for thousands of codes or names at once, of a kind of which there may be a million.
func TestListsOfCodesAndNamesAreFoundByTheirIndex(t *testing.T) {
	s := empty(t)
	towns := []kg.Node{
		&kg.Division{Base: kg.Base{ID: kg.NewID(kg.KindDivision)}, Name: "沿江镇", Code: "T1", CodeScheme: "own", Level: kg.LevelTownship},
		&kg.Division{Base: kg.Base{ID: kg.NewID(kg.KindDivision)}, Name: "临河镇", Code: "T2", CodeScheme: "own", Level: kg.LevelTownship},
		&kg.Division{Base: kg.Base{ID: kg.NewID(kg.KindDivision)}, Name: "Ｌ镇", CodeScheme: "own", Level: kg.LevelTownship},
	}
	applyAll(t, s, &store.Batch{Changes: puts(towns...)})
	for name, c := range map[string]struct {
		filter kg.OneOf
		index  string
		found  int
	}{
		"codes":               {kg.OneOf{Field: "code", Values: []any{"T1", "T2", "T3", ""}}, "Division(code)", 2},
		"names":               {kg.OneOf{Field: "name", Values: []any{"沿江镇", "Ｌ镇", "l镇", ""}}, "Node(norm)", 2},
		"titles":              {kg.OneOf{Field: kg.TitleField, Values: []any{"沿江镇", "l镇"}}, "Node(norm)", 2},
		"schemes, of all":     {kg.OneOf{Field: "codeScheme", Values: []any{"own"}}, "Node(id)", 3},
		"nothing that can be": {kg.OneOf{Field: "code", Values: []any{""}}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			statements := explained(t, s, func(ctx context.Context) error {
				page, err := s.List(ctx, store.Everything, store.ListQuery{Kind: kg.KindDivision, Filter: c.filter, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}})
				if err == nil && len(page.Edges) != c.found {
					t.Errorf("%d are found, not %d", len(page.Edges), c.found)
				}
				return err
			})
			for _, st := range statements {
				if c.index != "" && !strings.Contains(st.Text, "USING INDEX n:"+c.index) {
					t.Errorf("not by %s: %s", c.index, st.Text)
				}
				if c.index != "" && !strings.Contains(st.Plan, "Index") {
					t.Errorf("by no index:\n%s", st.Plan)
				}
			}
		})
	}
}
