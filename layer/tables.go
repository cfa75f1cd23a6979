package layer

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
	"lintu/store"
)

// Question is a question about coverage with whoever answers it.
type Question struct {
	coverage.Query
	Extra   url.Values // parameters of a table
	Session *loaders.Session
	Coarse  bool // for who may not see detail
	Sources
}

// Sources are what answers come from.
type Sources struct {
	Engine *coverage.Engine
	Zone   *time.Location
}

// Maker makes a table.
type Maker struct {
	Name       string
	EN, ZH     string
	Parameters []Extra // besides those of the question
	Detail     bool    // rows are about single households or people
	Make       func(ctx context.Context, q *Question) (*Table, error)
}

// Extra is a parameter of a table.
type Extra struct{ Name, EN, ZH string }

// Makers are all tables.
var Makers = []Maker{
	{Name: "children", EN: "The area and those directly below, with measures.", ZH: "下级区域", Make: children},
	{Name: "groups", EN: "The targets grouped by a dimension, with measures.", ZH: "分组", Make: groups,
		Parameters: []Extra{{"by", "COMPOUND_KIND, CARE_FLAG, CARE_LEVEL, WEEK_BAND or LEVEL.", "分组维度"}}},
	{Name: "week", EN: "The 168 hours of the week, from Monday on.", ZH: "一周逐时", Make: week, Detail: true,
		Parameters: []Extra{{"week", "A date of the week; the question's.", "所在周"}}},
	{Name: "areas", EN: "The areas of a level that have targets, the most uncovered ones first.", ZH: "某级区域排名", Make: areasOfLevel,
		Parameters: []Extra{{"level", "TOWNSHIP, COMMUNITY, VILLAGE, GRID, COMPOUND or BUILDING; GRID.", "级别"}}},
	{Name: "supply", EN: "Responders for each target by the two-step floating catchment, and how unevenly they are spread.", ZH: "供需比", Make: supply, Detail: true},
	{Name: "trend", EN: "What a standing question counted, day by day.", ZH: "趋势", Make: trendTable,
		Parameters: []Extra{{"question", "The standing question; the first of the table.", "固定问题"}, {"since", "The first day; 30 days before the question's.", "自"}, {"until", "The last day; the question's.", "至"}}},
	{Name: "targets", EN: "Every target with those who cover it.", ZH: "目标户", Make: targets, Detail: true},
	{Name: "gaps", EN: "The targets that are not covered, those farthest from anybody first, with reasons.", ZH: "未覆盖户", Make: gaps, Detail: true},
	{Name: "fragility", EN: "People and units on whom alone it hangs that targets are covered.", ZH: "单点依赖", Make: fragility, Detail: true},
	{Name: "advice", EN: "What to do next, step by step: each step is what adds most to the steps before.", ZH: "补缺建议", Make: advise, Detail: true,
		Parameters: []Extra{{"budget", "How many steps; 10.", "步数"}, {"kinds", "RECRUIT, PAIR, PLACE, between commas; RECRUIT, or PLACE where places cover.", "措施"}}},
	{Name: "buildings", EN: "The buildings with targets.", ZH: "楼栋", Make: buildings, Detail: true},
	{Name: "duty-mismatch", EN: "Targets whose named people cannot be there in time, and covered ones for which nobody is named.", ZH: "责任与距离不符", Make: dutyMismatch, Detail: true,
		Parameters: []Extra{{"dutyLevel", "How far up from a door a responsibility counts: HOUSEHOLD to DIVISION; BUILDING.", "责任层级"}, {"includePosts", "true: posts held there count too.", "含岗位"}}},
	{Name: "contract-audit", EN: "What a scheme of responsibility demands and is not there.", ZH: "包保核查", Make: contractAudit, Detail: true,
		Parameters: []Extra{{"scheme", "The scheme: 一人包一户, 1+10, 41N5, 1+1+1 or another; 一人包一户.", "制度"}}},
	{Name: "structure-audit", EN: "What is out of order in organizations, posts, seats and placements.", ZH: "组织核查", Make: structureAudit, Detail: true},
}

// MakerOf finds a table by its name. The error is kg.ErrInvalid; it lists the names.
func MakerOf(name string) (*Maker, error) {
	i := slices.IndexFunc(Makers, func(m Maker) bool { return m.Name == name })
	if i < 0 {
		var all []string
		for _, m := range Makers {
			all = append(all, m.Name)
		}
		return nil, kg.Invalid("table", fmt.Sprintf("%q", name), strings.Join(all, ", "))
	}
	return &Makers[i], nil
}

func (m *Maker) extras() []string {
	var out []string
	for _, p := range m.Parameters {
		out = append(out, p.Name)
	}
	return out
}

// Ask answers the question.
func (q *Question) Ask(ctx context.Context) (*coverage.Coverage, error) {
	return q.Engine.Ask(ctx, q.Query)
}

// nodesAtOnce is how many nodes are read in one visit.
const nodesAtOnce = 1000

// nodes are read as of a day; nothing for what is gone or out of the viewer's scope.
func (q *Question) nodes(ctx context.Context, on kg.Date, ids []kg.ID) (map[kg.ID]*store.Item, error) {
	out := map[kg.ID]*store.Item{}
	for part := range slices.Chunk(ids, nodesAtOnce) {
		found, err := q.Session.Fetch(ctx, on, []store.Group{{IDs: part}})
		if err != nil {
			return nil, err
		}
		for id, item := range found[0] {
			out[id] = item
		}
	}
	return out, nil
}

// points are where the nodes are on a day, in their order; nil where nobody knows, or a node is none that has a place.
func (q *Question) points(on kg.Date, ids []kg.ID) []*geo.Point {
	out := make([]*geo.Point, len(ids))
	snap, err := q.Engine.Latest()
	if err != nil {
		return out
	}
	for i, id := range ids {
		if p, ok := snap.Point(id, on); ok {
			out[i] = &p
		}
	}
	return out
}

// title is what a node is called; its id where it is gone.
func title(nodes map[kg.ID]*store.Item, id kg.ID) string {
	if item := nodes[id]; item != nil {
		return item.Node.Title()
	}
	return string(id)
}

var measureColumns = []Column{
	{"targets", "目标户数"}, {"covered", "已覆盖"}, {"share", "覆盖率"}, {"nearestP50", "最近距离中位（米）"}, {"nearestP90", "最近距离九成位（米）"},
	{"nearestMax", "最近距离最大（米）"}, {"backup", "两人以上"}, {"singlePoint", "仅一人"}, {"located", "有坐标"},
}

func measureCells(m coverage.Measures, coarse bool) []any {
	t := m.Tell(coarse)
	return []any{
		count(t.Targets), count(t.Covered), number(t.Share), number(t.Nearest.P50), number(t.Nearest.P90), number(t.Nearest.Max),
		count(t.Backup), count(t.SinglePoint), count(t.Located),
	}
}

// count is a count, or nil where it is withheld.
func count(v *int) any {
	if v == nil {
		return nil
	}
	return *v
}

// number is a number, or nil.
func number(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

func children(ctx context.Context, q *Question) (*Table, error) {
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	return q.areas(ctx, "children", append([]*coverage.Coverage{c}, c.Children()...))
}

func areasOfLevel(ctx context.Context, q *Question) (*Table, error) {
	level := reach.LevelGrid
	if v := q.Extra.Get("level"); v != "" {
		level = reach.AreaLevel(v)
	}
	if !slices.Contains(reach.AreaLevels, level) {
		return nil, kg.Invalid("level", fmt.Sprintf("%q", level), fmt.Sprint(reach.AreaLevels))
	}
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	return q.areas(ctx, "areas", c.Areas(level))
}

// areas is a table of areas with their measures.
func (q *Question) areas(ctx context.Context, name string, areas []*coverage.Coverage) (*Table, error) {
	ids := make([]kg.ID, len(areas))
	for i, a := range areas {
		ids[i] = a.Area
	}
	t := &Table{Name: name, Columns: append([]Column{{"area", "区域"}, {"title", "名称"}, {"kind", "类别"}}, measureColumns...)}
	if len(areas) == 0 {
		return t, nil
	}
	nodes, err := q.nodes(ctx, areas[0].Date(), ids)
	if err != nil {
		return nil, err
	}
	for _, a := range areas {
		t.Rows = append(t.Rows, append([]any{a.Area, title(nodes, a.Area), string(a.Area.Kind())}, measureCells(a.Measures(), q.Coarse)...))
	}
	return t, nil
}

func groups(ctx context.Context, q *Question) (*Table, error) {
	by := q.Extra.Get("by")
	if by == "" {
		by = string(coverage.ByCareFlag)
	}
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	list, err := c.By(ctx, coverage.Dimension(by))
	if err != nil {
		return nil, err
	}
	if q.Coarse {
		list = coverage.CoarseGroups(list)
	}
	t := &Table{Name: "groups", Columns: append([]Column{{"dimension", "维度"}, {"value", "取值"}}, measureColumns...)}
	for _, g := range list {
		t.Rows = append(t.Rows, append([]any{string(g.Dimension), none(g.Value)}, measureCells(g.Measures, q.Coarse)...))
	}
	return t, nil
}

func week(ctx context.Context, q *Question) (*Table, error) {
	date, err := dateOf("week", q.Extra.Get("week"))
	if err != nil {
		return nil, err
	}
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	strip, err := c.Week(ctx, date)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "week", Columns: []Column{{"hour", "时刻"}, {"targets", "目标户数"}, {"covered", "已覆盖"}, {"share", "覆盖率"}}}
	for _, h := range strip {
		t.Rows = append(t.Rows, []any{InstantText(h.At), h.Targets, h.Covered, number(h.Share)})
	}
	return t, nil
}

// dateOf reads a date that may be left out.
func dateOf(name, text string) (kg.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, err := kg.ParseDate(text)
	if err != nil {
		return 0, kg.Invalid(name, text, "a date such as 2026-11-26")
	}
	return d, nil
}

func buildings(ctx context.Context, q *Question) (*Table, error) {
	c, err := q.Ask(ctx)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(c.Buildings(), func(b coverage.Building) bool { return b.Targets == 0 })
	slices.SortFunc(all, func(a, b coverage.Building) int { return strings.Compare(string(a.ID), string(b.ID)) })
	ids := make([]kg.ID, len(all))
	for i, b := range all {
		ids[i] = b.ID
	}
	nodes, err := q.nodes(ctx, c.Date(), ids)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "buildings", Columns: []Column{{"building", "楼栋"}, {"title", "名称"}, {"latitude", "纬度"}, {"longitude", "经度"}, {"targets", "目标户数"}, {"covered", "已覆盖"}, {"nearest", "最近距离（米）"}}}
	for i := range all {
		b := &all[i]
		t.Rows = append(t.Rows, []any{b.ID, title(nodes, b.ID), degrees(b.Point.Lat), degrees(b.Point.Lon), b.Targets, b.Covered, number(b.Nearest)})
		t.Points = append(t.Points, &b.Point)
	}
	return t, nil
}
