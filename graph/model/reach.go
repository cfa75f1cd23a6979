package model

import (
	"context"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"lintu/coverage"
	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
	"lintu/store"
	"lintu/trust"
)

// Pages are the connections below an object whose look-ahead made them, by field and arguments.
type Pages map[string]any

// pageAt is the connection that the field being resolved asks for.
func pageAt[C any](ctx context.Context, p Pages) (C, error) {
	c, ok := p[loaders.Key(ctx)].(C)
	if !ok {
		return c, fmt.Errorf("model: %s was not planned", graphql.GetFieldContext(ctx).Field.Name)
	}
	return c, nil
}

// NearbyConnection is the GraphQL type NearbyConnection.
type NearbyConnection struct {
	*Found
	Edges          []*NearbyEdge
	PageInfo       *PageInfo
	TotalCount     *int
	AcrossBarrier  *int
	BarriersLoaded bool
	Suppressed     bool
	LeftOut        []reach.LeftOut
	Revision       int64
}

// Nodes are the people of the edges.
func (c *NearbyConnection) Nodes() []*Person {
	return nodesOf(c.Edges, func(e *NearbyEdge) *Person { return e.Node })
}

func nodesOf[E, T any](edges []E, node func(E) T) []T {
	out := make([]T, len(edges))
	for i, e := range edges {
		out[i] = node(e)
	}
	return out
}

// NearbyEdge is the GraphQL type NearbyEdge.
type NearbyEdge struct {
	Node           *Person
	Cursor         string
	Distance       float64
	WalkingMinutes float64
	Presence       kg.Presence
	AcrossBarrier  bool
	Reasons        []*Reason
}

// Reason is the GraphQL type Reason.
type Reason struct {
	Kind   reach.ReasonKind
	Scheme *string
	Value  *string
}

// NewReason is r as the GraphQL type; the slot of a responsibility is its value.
func NewReason(r reach.Reason) *Reason {
	value := r.Value
	if value == "" {
		value = r.Slot
	}
	return &Reason{Kind: r.Kind, Scheme: some(r.Scheme), Value: some(value)}
}

// UnitCoverage is the GraphQL type UnitCoverage.
type UnitCoverage struct {
	Area         Node
	At           Instant
	Radius       float64
	Targets      *int
	Covered      *int
	Share        *float64
	Completeness *Completeness
	Suppressed   bool
	Revision     int64
	Pages        Pages

	answer *reach.UnitCoverage
	coarse bool
}

// UncoveredCount is how many targets are uncovered for a reason.
type UncoveredCount struct {
	Reason reach.UncoveredReason
	Count  *int
}

// UncoveredReasons count the uncovered targets by reason, in the order of the enum; reasons without any are absent.
func (c *UnitCoverage) UncoveredReasons() []*UncoveredCount {
	counts := map[reach.UncoveredReason]int{}
	for _, t := range c.answer.Uncovered() {
		counts[t.Reason]++
	}
	out := []*UncoveredCount{}
	for _, reason := range []reach.UncoveredReason{reach.NoPoint, reach.BeyondBarrier, reach.Nobody} {
		if n := counts[reason]; n > 0 {
			out = append(out, &UncoveredCount{Reason: reason, Count: c.told(n)})
		}
	}
	return out
}

// told is a count as the viewer is told it; nil where it is withheld.
func (c *UnitCoverage) told(n int) *int {
	if !c.coarse {
		return &n
	}
	return trust.Told(n)
}

// NewUnitCoverage takes over the numbers of an answer, coarsely for who may not see detail.
func NewUnitCoverage(a *reach.UnitCoverage, area Node, pages Pages, coarse bool) *UnitCoverage {
	m := coverage.Measures{Targets: a.Targets, Covered: a.Covered, Share: a.Share, Completeness: a.Completeness}
	t := m.Tell(coarse)
	return &UnitCoverage{
		Area: area, At: Instant(a.At), Radius: a.Radius, Targets: t.Targets, Covered: t.Covered, Share: t.Share,
		Completeness: &Completeness{TargetsLocated: t.TargetsLocated, RespondersLocated: t.RespondersLocated, ConsentKnown: t.ConsentKnown},
		Suppressed:   coarse && (t.Targets == nil || t.Covered == nil), Revision: int64(a.Revision), Pages: pages, answer: a, coarse: coarse,
	}
}

// Units and Uncovered are the pages that look-ahead made.
func (c *UnitCoverage) Units(ctx context.Context) (*UnitCoverageConnection, error) {
	return pageAt[*UnitCoverageConnection](ctx, c.Pages)
}

// Uncovered are the targets that no unit covers.
func (c *UnitCoverage) Uncovered(ctx context.Context) (*HouseholdConnection, error) {
	return pageAt[*HouseholdConnection](ctx, c.Pages)
}

// Completeness is the GraphQL type Completeness.
type Completeness struct {
	TargetsLocated    *float64
	RespondersLocated *float64
	ConsentKnown      *float64
}

// UnitCoverageConnection is a page of units that cover.
type UnitCoverageConnection struct {
	*Found
	Edges      []*UnitCoverageEdge
	PageInfo   *PageInfo
	TotalCount *int
}

// Nodes are the units of the edges.
func (c *UnitCoverageConnection) Nodes() []*Unit {
	return nodesOf(c.Edges, func(e *UnitCoverageEdge) *Unit { return e.Node })
}

// UnitCoverageEdge is a unit that covers.
type UnitCoverageEdge struct {
	Node           *Unit
	Cursor         string
	Pairings       []*Pairing
	MemberCount    *int
	TargetsCovered *int
	OnlyThisUnit   *int
	Pages          Pages
}

// Members are the unit's responders within reach.
func (e *UnitCoverageEdge) Members(ctx context.Context) (*CoverageMemberConnection, error) {
	return pageAt[*CoverageMemberConnection](ctx, e.Pages)
}

// Targets are the households that the unit covers.
func (e *UnitCoverageEdge) Targets(ctx context.Context) (*CoverageTargetConnection, error) {
	return pageAt[*CoverageTargetConnection](ctx, e.Pages)
}

// Pairing is an agreement of a unit with an area.
type Pairing struct {
	ID        kg.ID
	Form      *string
	Agreement *string
	Area      Node
	ValidFrom kg.Date
	ValidTo   kg.Date
}

// NewPairing is the tie PAIRED_WITH of an edge.
func NewPairing(env *loaders.Env, e *store.Edge) *Pairing {
	return &Pairing{
		ID: e.Tie.ID, Form: some(e.Tie.Form), Agreement: some(e.Tie.Agreement), Area: Wrap(env, e.Item),
		ValidFrom: e.Tie.Valid.From, ValidTo: e.Tie.Valid.To,
	}
}

// CoverageMemberConnection is a page of a unit's responders.
type CoverageMemberConnection struct {
	*Found
	Edges      []*CoverageMemberEdge
	PageInfo   *PageInfo
	TotalCount *int
}

// Nodes are the people of the edges.
func (c *CoverageMemberConnection) Nodes() []*Person {
	return nodesOf(c.Edges, func(e *CoverageMemberEdge) *Person { return e.Node })
}

// CoverageMemberEdge is a unit's responder.
type CoverageMemberEdge struct {
	Node           *Person
	Cursor         string
	TargetsInReach *int
}

// CoverageTargetConnection is a page of targets that a unit covers.
type CoverageTargetConnection struct {
	*Found
	Edges      []*CoverageTargetEdge
	PageInfo   *PageInfo
	TotalCount *int
}

// Nodes are the households of the edges.
func (c *CoverageTargetConnection) Nodes() []*Household {
	return nodesOf(c.Edges, func(e *CoverageTargetEdge) *Household { return e.Node })
}

// CoverageTargetEdge is a target that a unit covers.
type CoverageTargetEdge struct {
	Node          *Household
	Cursor        string
	NearestMember *Person
	Distance      *float64
	MemberCount   *int
}

// At is the instant as time.
func (i *Instant) At(now time.Time) time.Time {
	if i == nil {
		return now
	}
	return i.Time()
}
