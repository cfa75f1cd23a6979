package sqlite_test

import (
	"context"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/store/sqlite"
)

func TestWhatIsDueIsReadFromTheIndexAloneHoweverManyRingsAreOpen(t *testing.T) {
	st := open(t, sqlite.Options{Path: newPath(t)})
	due := kg.And{kg.Compare{Field: "dueAt", Op: kg.GT, Value: "1"}, kg.Compare{Field: "dueAt", Op: kg.LTE, Value: "2026-01-01T00:00:00.000Z"}}
	statements := explain(t, st, func(ctx context.Context) error {
		_, err := st.List(ctx, store.Everything, store.ListQuery{Kind: kg.KindRing, Filter: due, Order: store.Order{By: "dueAt"}, Window: store.Window{Limit: 50}})
		return err
	})
	if len(statements) != 1 {
		t.Fatalf("%d statements", len(statements))
	}
	plan := statements[0].Plan
	if !strings.Contains(plan, "COVERING INDEX node_due_at (kind=? AND due_at>? AND due_at<?)") || strings.Contains(plan, "TEMP B-TREE") {
		t.Errorf("open rings that are not due are read and sorted:\n%s", plan)
	}
}
