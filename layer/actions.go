package layer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
)

// maxRows is how many gaps a table shows at most.
const maxRows = 100_000

func gaps(ctx context.Context, q *Question) (*Table, error) {
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	list, _ := c.Gaps().Page(nil, maxRows)
	ids := make([]kg.ID, len(list))
	for i := range list {
		ids[i] = list[i].Household
	}
	nodes, err := q.nodes(ctx, c.Date(), ids)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "gaps", Points: q.points(c.Date(), ids), Columns: []Column{
		{"household", "户"}, {"title", "名称"}, {"nearest", "最近距离（米）"}, {"minutes", "步行分钟"}, {"responders", "附近响应者"}, {"across", "屏障对面"}, {"reasons", "原因"},
	}}
	for i := range list {
		g := &list[i]
		var reasons []string
		for _, r := range g.Reasons {
			if r.People > 0 {
				reasons = append(reasons, fmt.Sprintf("%s %d", r.Kind, r.People))
			} else {
				reasons = append(reasons, string(r.Kind))
			}
		}
		t.Rows = append(t.Rows, []any{g.Household, title(nodes, g.Household), number(g.Nearest), number(g.Minutes), g.Responders, g.Across, strings.Join(reasons, ", ")})
	}
	return t, nil
}

func fragility(ctx context.Context, q *Question) (*Table, error) {
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	f, err := c.Fragility(nil)
	if err != nil {
		return nil, err
	}
	all := append(slices.Clone(f.Units), f.People...)
	ids := make([]kg.ID, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	nodes, err := q.nodes(ctx, c.Date(), ids)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "fragility", Columns: []Column{{"id", "对象"}, {"kind", "类别"}, {"title", "名称"}, {"targets", "仅靠其覆盖的户数"}}}
	for _, x := range all {
		t.Rows = append(t.Rows, []any{x.ID, string(x.ID.Kind()), title(nodes, x.ID), x.Targets})
	}
	return t, nil
}

func targets(ctx context.Context, q *Question) (*Table, error) {
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "targets", Points: []*geo.Point{}, Columns: []Column{
		{"household", "户"}, {"responders", "附近响应者"}, {"across", "屏障对面"}, {"nearest", "最近距离（米）"}, {"supply", "供需比"}, {"decayed", "衰减供需比"},
	}}
	c.Rows(func(r coverage.Row) bool {
		t.Rows = append(t.Rows, []any{r.Household, r.Count, r.Across, number(r.Nearest), number(r.Supply), number(r.Decayed)})
		t.Points = append(t.Points, r.Point)
		return true
	})
	return t, nil
}

const defaultBudget = 10

func advise(ctx context.Context, q *Question) (*Table, error) {
	ask := coverage.AdviceQuery{Budget: defaultBudget}
	if v := q.Extra.Get("budget"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n > coverage.MaxBudget {
			return nil, kg.Invalid("budget", v, fmt.Sprintf("0 to %d steps", coverage.MaxBudget))
		}
		ask.Budget = n
	}
	if v := q.Extra.Get("kinds"); v != "" {
		ask.Kinds = words[coverage.AdviceKind](strings.Split(v, ","))
	}
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	a, err := c.Advise(ctx, ask)
	if err != nil {
		return nil, err
	}
	var ids []kg.ID
	for _, s := range a.Steps {
		for _, id := range []kg.ID{s.Building, s.Unit, s.Area} {
			if id != "" {
				ids = append(ids, id)
			}
		}
	}
	nodes, err := q.nodes(ctx, c.Date(), ids)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "advice", Columns: []Column{
		{"step", "步"}, {"kind", "措施"}, {"at", "楼栋或单位"}, {"atTitle", "名称"}, {"area", "区域"}, {"areaTitle", "区域名称"},
		{"people", "可用人数"}, {"adds", "增加"}, {"gainers", "受益户"}, {"covers", "新覆盖户"},
	}}
	var places []kg.ID
	for i, s := range a.Steps {
		places = append(places, s.Building)
		at := s.Building
		if s.Unit != "" {
			at = s.Unit
		}
		t.Rows = append(t.Rows, []any{i + 1, string(s.Kind), at, title(nodes, at), s.Area, title(nodes, s.Area), s.People, s.Adds, s.Gainers, s.Covers})
	}
	t.Points = q.points(c.Date(), places)
	return t, nil
}
