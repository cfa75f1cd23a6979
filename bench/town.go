package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lintu/bench/floor"
	"lintu/kg"
	"lintu/reach"
	"lintu/seed"
	"lintu/store"
)

// treeWidths are the children of each organization of W3's tree, from the root down: 1,720 below the root.
var treeWidths = []int{20, 5, 4, 3}

// treeRoot is the root of W3's tree.
var treeRoot = orgID("root")

func orgID(path string) kg.ID {
	return kg.DeriveID(seed.Key[:], kg.KindPartyOrg, "bench", "tree", path)
}

// Fill makes the store hold the preset's town and W3's tree, which no town has in this shape: its organizations are
// the benchmark's own, put beside the town through the contract. A store that holds both already is left as it is.
func Fill(ctx context.Context, st store.Store, preset string, number uint64, progress func(done, total int)) error {
	town, err := seed.Preset(preset)
	if err != nil {
		return err
	}
	status, err := st.Ready(ctx)
	if err != nil {
		return err
	}
	if status.Demo != town.Mark(number) || status.State != store.StateReady {
		if err := seed.Load(ctx, st, town, seed.Options{Seed: number, Progress: progress}); err != nil {
			return err
		}
	}
	if _, err = st.Apply(ctx, tree()); err != nil {
		return fmt.Errorf("W3's tree: %w", err)
	}
	return nil
}

// tree is the batch of W3's organizations.
func tree() *store.Batch {
	b := &store.Batch{ID: "bench:tree"}
	put := func(path string, tier int) kg.ID {
		n := &kg.PartyOrg{Name: "基准组织" + path, OrgKind: "benchmark", Tier: tier}
		n.ID, n.Source = orgID(path), "bench"
		b.Changes = append(b.Changes, store.Mutation{Op: store.PutNode, Node: n})
		return n.ID
	}
	var grow func(path string, id kg.ID, depth int)
	grow = func(path string, id kg.ID, depth int) {
		if depth == len(treeWidths) {
			return
		}
		for i := range treeWidths[depth] {
			below := fmt.Sprintf("%s-%d", path, i+1)
			child := put(below, depth+2)
			t := &kg.Tie{Relation: kg.ChildOf, From: child, To: id, Source: "bench"}
			t.ID = kg.DeriveTieID(seed.Key[:], t)
			b.Changes = append(b.Changes, store.Mutation{Op: store.PutTie, Tie: t})
			grow(below, child, depth+1)
		}
	}
	grow("root", put("root", 1), 0)
	return b
}

// Sample are the things of a town that questions are asked about. They are drawn by id, which is as good as by lot and
// the same on both engines.
type Sample struct {
	Households  []kg.ID  `json:"households"`  // somebody lives there
	Doors       []kg.ID  `json:"doors"`       // of elderly people who live alone
	Communities []kg.ID  `json:"communities"` // and villages
	Words       []string `json:"words"`       // two characters of people's names: the first two, and the two after the surname

	end Case // the page of members at the end of the list
}

// memberFilter is what the GraphQL condition partyMember: true says.
var memberFilter = kg.OneOf{Field: "partyStatus", Values: []any{string(kg.PartyFull), string(kg.PartyProbationary)}}

// lastPage is the place in the list of members by name after which the last page begins.
func lastPage(ctx context.Context, st store.Store) (store.Position, error) {
	q := store.ListQuery{
		Kind: kg.KindPerson, Filter: memberFilter, Order: store.Order{By: store.OrderTitle},
		Window: store.Window{Limit: floor.MemberPage + 1, Backward: true},
	}
	page, err := st.List(ctx, store.View{Scope: store.Scope{All: true}, AsOf: seed.Reference}, q)
	if err != nil || len(page.Edges) == 0 {
		return store.Position{}, fmt.Errorf("the end of the list of members: %d found, %w", len(page.Edges), err)
	}
	return page.Edges[0].Position, nil
}

// How many things are sampled.
const (
	sampleDoors       = 200
	sampleCommunities = 20
)

// NewSample draws the sample from a store.
func NewSample(ctx context.Context, st store.Store) (*Sample, error) {
	v := store.View{Scope: store.Scope{All: true}, AsOf: seed.Reference}
	lived := kg.Linked{Relation: kg.LivesIn, Direction: kg.In, Min: 1, Max: -1}
	alone := kg.Linked{Relation: kg.LivesIn, Direction: kg.In, Min: 1, Max: -1, Node: kg.Flagged{Field: "careFlags", AnyOf: []string{kg.ElderlyAlone}}}
	places := kg.OneOf{Field: "level", Values: []any{string(kg.LevelCommunity), string(kg.LevelVillage)}}
	s := &Sample{}
	for _, ask := range []struct {
		into  *[]kg.ID
		kind  kg.Kind
		where kg.Filter
		limit int
	}{
		{&s.Households, kg.KindHousehold, lived, sampleDoors},
		{&s.Doors, kg.KindHousehold, kg.Or{alone, kg.Flagged{Field: "careFlags", AnyOf: []string{kg.ElderlyAlone}}}, sampleDoors},
		{&s.Communities, kg.KindDivision, kg.And{places, kg.Linked{Relation: kg.PairedWith, Direction: kg.In, Min: 1, Max: -1}}, sampleCommunities},
	} {
		q := store.ListQuery{Kind: ask.kind, Filter: ask.where, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: ask.limit}}
		page, err := st.List(ctx, v, q)
		if err != nil {
			return nil, fmt.Errorf("sampling: %w", err)
		}
		if len(page.Edges) == 0 {
			return nil, fmt.Errorf("sampling: this town has no %s of the kind that is asked about", ask.kind)
		}
		for _, e := range page.Edges {
			*ask.into = append(*ask.into, e.Item.Node.Common().ID)
		}
	}
	return s, s.names(ctx, st, v)
}

// located drops the doors whose place nobody knows, which every town has a few of: nothing can be near them.
func (s *Sample) located(near *reach.Snapshot) {
	s.Doors = slices.DeleteFunc(s.Doors, func(id kg.ID) bool {
		_, err := near.Near(reach.NearQuery{To: reach.Target{Household: id}, Radius: 1, At: seed.Reference.Time(near.Location()), Scope: store.Scope{All: true}})
		return errors.Is(err, kg.ErrInvalid)
	})
}

// names draws the words that are searched for.
func (s *Sample) names(ctx context.Context, st store.Store, v store.View) error {
	q := store.ListQuery{Kind: kg.KindPerson, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: sampleDoors / 2}}
	page, err := st.List(ctx, v, q)
	if err != nil {
		return fmt.Errorf("sampling: %w", err)
	}
	for _, e := range page.Edges {
		if name := []rune(e.Item.Node.Title()); len(name) > 2 {
			s.Words = append(s.Words, string(name[:2]), string(name[1:3]))
		}
	}
	return nil
}

// Counts are how many nodes of each kind a store holds on the town's day.
func Counts(ctx context.Context, st store.Store) (map[kg.Kind]int, error) {
	out := map[kg.Kind]int{}
	for _, d := range kg.Kinds {
		groups, err := st.Count(ctx, store.View{Scope: store.Scope{All: true}, AsOf: seed.Reference}, store.CountQuery{Kind: d.Kind})
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			out[d.Kind] = g.Count
		}
	}
	return out, nil
}
