package layer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lintu/coverage/audit"
	"lintu/coverage/trend"
	"lintu/kg"
	"lintu/reach"
)

// day is the day that the question is about.
func (q *Question) day() kg.Date {
	if q.When.Band != "" {
		return q.When.From
	}
	return kg.DateOf(q.When.At, q.Zone)
}

func supply(ctx context.Context, q *Question) (*Table, error) {
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "supply", Columns: []Column{{"decay", "距离衰减"}, {"ratio", "供需比"}, {"gini", "基尼系数"}}}
	for _, decay := range []bool{false, true} {
		s := c.Supply(decay)
		t.Rows = append(t.Rows, []any{decay, number(s.Ratio), number(s.Gini)})
	}
	return t, nil
}

func trendTable(ctx context.Context, q *Question) (*Table, error) {
	name := q.Extra.Get("question")
	if name == "" {
		name = trend.Questions[0].Name
	}
	if _, err := trend.QuestionOf("question", name); err != nil {
		return nil, err
	}
	to, err := dateOf("until", q.Extra.Get("until"))
	if err != nil {
		return nil, err
	}
	if to == 0 {
		to = q.day()
	}
	from, err := dateOf("since", q.Extra.Get("since"))
	if err != nil {
		return nil, err
	}
	if from == 0 {
		from = to - 30
	}
	nodes, err := q.nodes(ctx, q.day(), []kg.ID{q.Area})
	if err != nil {
		return nil, err
	}
	if nodes[q.Area] == nil {
		return nil, fmt.Errorf("area: %s: %w", q.Area, kg.ErrNotFound)
	}
	line, err := trend.Read(ctx, q.Session.Visits(), q.Session.View(q.day()), q.Area, name, from, to)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "trend", Columns: []Column{{"day", "日期"}, {"question", "固定问题"}, {"targets", "目标户数"}, {"covered", "已覆盖"}, {"share", "覆盖率"}}}
	for _, p := range line.Points {
		t.Rows = append(t.Rows, []any{p.Measure.Day.String(), name, p.Measure.Targets, p.Measure.Covered, number(p.Share)})
	}
	return t, nil
}

func dutyMismatch(ctx context.Context, q *Question) (*Table, error) {
	w := reach.DutyWhere{Level: reach.DutyLevel(q.Extra.Get("dutyLevel"))}
	switch v := q.Extra.Get("includePosts"); v {
	case "", "false":
	case "true":
		w.IncludePosts = true
	default:
		return nil, kg.Invalid("includePosts", v, "true or false")
	}
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	m, err := c.DutyMismatch(ctx, w)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "duty-mismatch", Columns: []Column{{"household", "户"}, {"title", "名称"}, {"finding", "问题"}, {"metres", "最近距离（米）"}, {"named", "责任人数"}, {"responders", "附近响应者"}}}
	var late, unnamed []kg.ID
	for i := range m.Late() {
		late = append(late, m.LateAt(i).Household)
	}
	for i := range m.Unnamed() {
		unnamed = append(unnamed, m.UnnamedAt(i).Household)
	}
	nodes, err := q.nodes(ctx, c.Date(), append(slices.Clone(late), unnamed...))
	if err != nil {
		return nil, err
	}
	for i, id := range late {
		l := m.LateAt(i)
		t.Rows = append(t.Rows, []any{id, title(nodes, id), "NAMED_TOO_FAR", number(l.Distance), len(l.Named), nil})
	}
	for i, id := range unnamed {
		u := m.UnnamedAt(i)
		t.Rows = append(t.Rows, []any{id, title(nodes, id), "NOBODY_NAMED", u.Distance, 0, u.Responders})
	}
	t.Points = q.points(c.Date(), append(slices.Clone(late), unnamed...))
	return t, nil
}

func contractAudit(ctx context.Context, q *Question) (*Table, error) {
	scheme := q.Extra.Get("scheme")
	if scheme == "" {
		scheme = audit.Schemes[0].Name
	}
	snap, err := q.Engine.Latest()
	if err != nil {
		return nil, err
	}
	found, err := audit.Contract(ctx, q.Session.Visits(), snap, audit.ContractQuery{Query: q.audited(), Scheme: scheme, Targets: q.Targets, Radius: q.Radius})
	if err != nil {
		return nil, err
	}
	return q.findings(ctx, "contract-audit", audit.ContractCodes(), found)
}

func structureAudit(ctx context.Context, q *Question) (*Table, error) {
	found, err := audit.Structure(ctx, q.Session.Visits(), audit.StructureQuery{Query: q.audited()})
	if err != nil {
		return nil, err
	}
	return q.findings(ctx, "structure-audit", audit.StructureCodes(), found)
}

func (q *Question) audited() audit.Query {
	return audit.Query{Area: q.Area, On: q.day(), Scope: q.Scope}
}

func (q *Question) findings(ctx context.Context, name string, codes []audit.CodeInfo, found []audit.Finding) (*Table, error) {
	var ids, subjects []kg.ID
	for _, f := range found {
		ids, subjects = append(ids, f.Subject), append(subjects, f.Subject)
		if f.Person != "" {
			ids = append(ids, f.Person)
		}
	}
	nodes, err := q.nodes(ctx, q.day(), ids)
	if err != nil {
		return nil, err
	}
	meaning := map[audit.Code]string{}
	for _, c := range codes {
		meaning[c.Code] = c.ZH
	}
	t := &Table{Name: name, Points: q.points(q.day(), subjects), Columns: []Column{
		{"code", "代码"}, {"meaning", "问题"}, {"subject", "对象"}, {"title", "名称"}, {"person", "相关人"}, {"personName", "姓名"},
		{"missing", "缺少"}, {"count", "数量"}, {"metres", "距离（米）"}, {"since", "自"},
	}}
	for _, f := range found {
		var person, personName, count, since any
		if f.Person != "" {
			person, personName = f.Person, title(nodes, f.Person)
		}
		if f.Count != nil {
			count = *f.Count
		}
		if !f.Since.IsZero() {
			since = f.Since.String()
		}
		t.Rows = append(t.Rows, []any{
			string(f.Code), meaning[f.Code], f.Subject, title(nodes, f.Subject), person, personName,
			none(strings.Join(f.Missing, " ")), count, number(f.Metres), since,
		})
	}
	return t, nil
}
