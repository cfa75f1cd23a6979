package floor

import (
	"context"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

type nearVars struct {
	To struct{ Household string }
	At time.Time
}

var everything = store.Scope{All: true}

func (s *server) nearby(ctx context.Context, v nearVars) (*Nearby, error) {
	found, err := s.near.Snapshot().Near(reach.NearQuery{
		To: reach.Target{Household: kg.ID(v.To.Household)}, Radius: radius, At: v.At.In(s.zone), Scope: everything, Limit: NearPage,
	})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(found.Hits))
	for i, hit := range found.Hits {
		ids[i] = string(hit.Person)
	}
	people, err := s.read.Workers(ctx, kg.DateOf(v.At, s.zone), ids)
	if err != nil {
		return nil, err
	}
	out := &Nearby{TotalCount: found.Total, Edges: make([]NearEdge, len(ids))}
	for i, hit := range found.Hits {
		out.Edges[i] = NearEdge{Distance: hit.Distance, Node: people[ids[i]]}
	}
	return out, nil
}

type coverageVars struct {
	Area string
	At   time.Time
}

func (s *server) coverage(ctx context.Context, v coverageVars) (*Coverage, error) {
	found, err := s.near.Snapshot().UnitCoverage(reach.UnitCoverageQuery{Area: kg.ID(v.Area), Radius: radius, At: v.At.In(s.zone), Scope: everything})
	if err != nil {
		return nil, err
	}
	out := &Coverage{Targets: found.Targets, Covered: found.Covered, Share: found.Share}
	var shown []*Titled
	show := func(t *Titled, id kg.ID) {
		t.ID = string(id)
		shown = append(shown, t)
	}
	out.Units = Counted[UnitEdge]{TotalCount: len(found.Units), Edges: make([]UnitEdge, min(CoverPage, len(found.Units)))}
	for i := range out.Units.Edges {
		u, e := found.Units[i], &out.Units.Edges[i]
		e.MemberCount, e.TargetsCovered, e.OnlyThisUnit = u.MemberCount, u.TargetsCovered, u.OnlyThisUnit
		show(&e.Node, u.Unit)
		members, targets := found.Members(u.Unit), found.TargetsOf(u.Unit)
		e.Members = Counted[MemberEdge]{TotalCount: len(members), Edges: make([]MemberEdge, min(CoverBelow, len(members)))}
		for j := range e.Members.Edges {
			e.Members.Edges[j].TargetsInReach = members[j].TargetsInReach
			show(&e.Members.Edges[j].Node, members[j].Person)
		}
		e.Targets = Counted[TargetEdge]{TotalCount: len(targets), Edges: make([]TargetEdge, min(CoverBelow, len(targets)))}
		for j := range e.Targets.Edges {
			t, te := targets[j], &e.Targets.Edges[j]
			te.Distance, te.MemberCount = t.Distance, t.MemberCount
			show(&te.Node, t.Household)
			show(&te.NearestMember, t.NearestMember)
		}
	}
	uncovered := found.Uncovered()
	out.Uncovered = Uncovered{TotalCount: len(uncovered), Nodes: make([]Titled, min(CoverPage, len(uncovered)))}
	for i := range out.Uncovered.Nodes {
		show(&out.Uncovered.Nodes[i], uncovered[i].Household)
	}
	return out, s.name(ctx, shown)
}

// name fills titles in, by one statement.
func (s *server) name(ctx context.Context, shown []*Titled) error {
	ids := make([]string, 0, len(shown))
	seen := make(map[string]bool, len(shown))
	for _, t := range shown {
		if !seen[t.ID] {
			seen[t.ID] = true
			ids = append(ids, t.ID)
		}
	}
	titles, err := s.read.Titles(ctx, ids)
	if err != nil {
		return err
	}
	for _, t := range shown {
		t.Title = titles[t.ID]
	}
	return nil
}
