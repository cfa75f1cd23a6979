package model

import (
	"context"

	"lintu/coverage"
	"lintu/coverage/audit"
	"lintu/kg"
)

// Coverage is the GraphQL type Coverage. What takes no argument is filled in before it is resolved, so that an answer
// with many areas is read from memory alone; the rest are Pages.
type Coverage struct {
	Area         Node
	Date         kg.Date
	At           *Instant
	Band         *coverage.Band
	Radius       float64
	K            int
	Targets      *int
	Covered      *int
	Share        *float64
	AtLeast      []int
	Completeness *Completeness
	Nearest      *coverage.Quantiles
	Minutes      *coverage.Quantiles
	Backup       *int
	SinglePoint  *int
	Barriers     bool
	Across       *int
	Suppressed   bool
	Revision     int64
	Children     []*Coverage
	Direct       *int
	Pages        Pages
}

// NewCoverage takes over the numbers of an answer whose households are those of a day, coarsely for who may not see detail.
func NewCoverage(c *coverage.Coverage, day kg.Date, coarse bool) *Coverage {
	m := c.Measures()
	t := m.Tell(coarse)
	out := &Coverage{
		Date: day, Radius: c.Query.Radius, K: c.Query.K, Targets: t.Targets, Covered: t.Covered, Share: t.Share, AtLeast: t.AtLeast,
		Completeness: &Completeness{TargetsLocated: t.TargetsLocated, RespondersLocated: t.RespondersLocated, ConsentKnown: t.ConsentKnown},
		Nearest:      &t.Nearest, Minutes: &t.Minutes, Backup: t.Backup, SinglePoint: t.SinglePoint,
		Barriers: m.Barriers, Across: t.Across, Suppressed: t.Suppressed, Revision: int64(c.Revision), Pages: Pages{},
	}
	if when := c.Query.When; when.Band != "" {
		out.Band = &when.Band
	} else {
		at := Instant(when.At)
		out.At = &at
	}
	return out
}

// WorstAreas and the following are what look-ahead made, by their arguments.
func (c *Coverage) WorstAreas(ctx context.Context) ([]*Coverage, error) {
	return pageAt[[]*Coverage](ctx, c.Pages)
}

// By are the groups.
func (c *Coverage) By(ctx context.Context) ([]*CoverageGroup, error) {
	return pageAt[[]*CoverageGroup](ctx, c.Pages)
}

// Gaps are the households that are not covered.
func (c *Coverage) Gaps(ctx context.Context) (*GapConnection, error) {
	return pageAt[*GapConnection](ctx, c.Pages)
}

// Week are the hours of a week.
func (c *Coverage) Week(ctx context.Context) ([]*WeekHour, error) {
	return pageAt[[]*WeekHour](ctx, c.Pages)
}

// Fragility says on whom alone coverage hangs.
func (c *Coverage) Fragility(ctx context.Context) (*Fragility, error) {
	return pageAt[*Fragility](ctx, c.Pages)
}

// Advice is what to do next.
func (c *Coverage) Advice(ctx context.Context) (*Advice, error) {
	return pageAt[*Advice](ctx, c.Pages)
}

// DutyMismatch compares who could be there with who is named.
func (c *Coverage) DutyMismatch(ctx context.Context) (*DutyMismatch, error) {
	return pageAt[*DutyMismatch](ctx, c.Pages)
}

// ContractAudit are findings by a scheme.
func (c *Coverage) ContractAudit(ctx context.Context) (*AuditConnection, error) {
	return pageAt[*AuditConnection](ctx, c.Pages)
}

// StructureAudit are findings in organizations and posts.
func (c *Coverage) StructureAudit(ctx context.Context) (*AuditConnection, error) {
	return pageAt[*AuditConnection](ctx, c.Pages)
}

// Trend is a line of measures.
func (c *Coverage) Trend(ctx context.Context) (*Trend, error) { return pageAt[*Trend](ctx, c.Pages) }

// SupplyRatio is the mean of responders for each household.
func (c *Coverage) SupplyRatio(ctx context.Context) (*float64, error) {
	return pageAt[*float64](ctx, c.Pages)
}

// Gini is how unevenly that is spread.
func (c *Coverage) Gini(ctx context.Context) (*float64, error) {
	return pageAt[*float64](ctx, c.Pages)
}

// CoverageGroup is the GraphQL type CoverageGroup.
type CoverageGroup struct {
	Dimension     coverage.Dimension
	Value         *string
	Targets       *int
	Covered       *int
	Share         *float64
	Nearest       *coverage.Quantiles
	Backup        *int
	SinglePoint   *int
	Areas         *int
	AreasWithGaps *int
	Suppressed    bool
}

// NewCoverageGroup takes over the numbers of a group, coarsely for who may not see detail.
func NewCoverageGroup(g *coverage.Group, coarse bool) *CoverageGroup {
	t := g.Measures.Tell(coarse)
	out := &CoverageGroup{
		Dimension: g.Dimension, Value: some(g.Value), Targets: t.Targets, Covered: t.Covered, Share: t.Share, Nearest: &t.Nearest,
		Backup: t.Backup, SinglePoint: t.SinglePoint, Suppressed: t.Suppressed,
	}
	if g.Dimension == coverage.ByLevel {
		areas, gaps := g.Areas, g.WithGaps
		out.Areas, out.AreasWithGaps = &areas, &gaps
	}
	return out
}

// WeekHour is the GraphQL type WeekHour.
type WeekHour struct {
	Hour    Instant
	Targets *int
	Covered *int
	Share   *float64
}

// GapConnection is a page of gaps.
type GapConnection struct {
	*Found
	Edges      []*GapEdge
	PageInfo   *PageInfo
	TotalCount *int
	Reasons    []coverage.GapCount
}

// Nodes are the households of the edges.
func (c *GapConnection) Nodes() []*Household {
	return nodesOf(c.Edges, func(e *GapEdge) *Household { return e.Node })
}

// GapEdge is a household that is not covered.
type GapEdge struct {
	Node           *Household
	Cursor         string
	Nearest        *float64
	WalkingMinutes *float64
	Responders     *int
	Across         *int
	Reasons        []coverage.GapReason
}

// Fragility is the GraphQL type Fragility.
type Fragility struct {
	OnPeople *int
	OnUnits  *int
	People   []*FragilePerson
	Units    []*FragileUnit
}

// Add adds a person or place, or a unit, by the name of the list.
func (f *Fragility) Add(list string, node Node, targets *int) {
	if list == "people" {
		f.People = append(f.People, &FragilePerson{Node: node, Targets: targets})
		return
	}
	unit, _ := node.(*Unit)
	f.Units = append(f.Units, &FragileUnit{Node: unit, Targets: targets})
}

// FragilePerson is a person or place on whom households hang.
type FragilePerson struct {
	Node    Node
	Targets *int
}

// FragileUnit is a unit on which households hang.
type FragileUnit struct {
	Node    *Unit
	Targets *int
}

// Advice is the GraphQL type Advice.
type Advice struct {
	Basis         coverage.Basis
	Targets       *int
	Before, After *AdviceScore
	Fixed, Steps  []*AdviceStep
}

// AdviceScore is the GraphQL type AdviceScore.
type AdviceScore struct{ Value, Covered *int }

// NewAdviceScore is a score.
func NewAdviceScore(s coverage.Score) *AdviceScore {
	return &AdviceScore{Value: &s.Value, Covered: &s.Covered}
}

// AdviceStep is the GraphQL type AdviceStep.
type AdviceStep struct {
	Kind                          coverage.AdviceKind
	Building                      *Building
	Grid                          *Grid
	Unit                          *Unit
	Area                          Node
	People, Adds, Gainers, Covers *int
	Names                         []*Person
	Pages                         Pages
}

// Households are those that gain.
func (s *AdviceStep) Households(ctx context.Context) ([]*Household, error) {
	return pageAt[[]*Household](ctx, s.Pages)
}

// DutyMismatch is the GraphQL type DutyMismatch.
type DutyMismatch struct {
	Both, DistanceOnly, DutyOnly, Neither *int
	LateCount, UnnamedCount               *int
	Late                                  []*LateTarget
	Unnamed                               []*UnnamedTarget
}

// LateTarget is a household none of whose named people can be there in time.
type LateTarget struct {
	Node     *Household
	Distance *float64
	Named    []*NamedParty
}

// NamedParty is somebody who is named for a household.
type NamedParty struct {
	Node     Node
	Presence *kg.Presence
	Distance *float64
	Across   bool
}

// UnnamedTarget is a household that is covered while nobody is named for it.
type UnnamedTarget struct {
	Node       *Household
	Distance   *float64
	Responders *int
}

// AuditConnection is a page of findings.
type AuditConnection struct {
	Edges      []*AuditEdge
	PageInfo   *PageInfo
	TotalCount *int
	Counts     []*AuditCount
}

// Nodes are the findings of the edges.
func (c *AuditConnection) Nodes() []*AuditFinding {
	return nodesOf(c.Edges, func(e *AuditEdge) *AuditFinding { return e.Node })
}

// AuditEdge is a place on a page of findings.
type AuditEdge struct {
	Node   *AuditFinding
	Cursor string
}

// AuditCount is how many findings have a code.
type AuditCount struct {
	Code  audit.Code
	Count *int
}

// AuditFinding is the GraphQL type AuditFinding.
type AuditFinding struct {
	Code     audit.Code
	Subject  Node
	Missing  []string
	Person   Node
	Count    *int
	Distance *float64
	Since    kg.Date
}

// Trend is the GraphQL type Trend.
type Trend struct {
	Question string
	Points   []*TrendPoint
	Change   *TrendChange
}

// TrendPoint is what was counted on a day.
type TrendPoint struct {
	Day     kg.Date
	Targets *int
	Covered *int
	Share   *float64
	Figures *kg.Figures
}

// TrendChange is what is different between two days.
type TrendChange struct {
	From, To               kg.Date
	Targets, Covered       *int
	Share                  *float64
	NearestP50, NearestP90 *float64
}
