package paths_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"lintu/kg"
	"lintu/paths"
	"lintu/store"
	"lintu/store/storetest"
)

// filled is a store with a fixture in it.
func filled(t testing.TB, f *storetest.Fixture) store.Store {
	t.Helper()
	o := storetest.NewOracle(storetest.Options{})
	for _, b := range f.Batches() {
		if _, err := o.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// asOf is what everybody may see on a day.
func asOf(day string) store.View {
	return store.View{Scope: store.Scope{All: true}, AsOf: kg.MustDate(day)}
}

var today = store.View{Scope: store.Scope{All: true}, AsOf: storetest.Today}

func find(t testing.TB, st paths.Expander, v store.View, q paths.Query) *paths.Path {
	t.Helper()
	if q.MaxLength == 0 {
		q.MaxLength = 6
	}
	p, err := paths.Find(t.Context(), st, v, q)
	if err != nil {
		t.Fatal(err)
	}
	checkPath(t, v, q, p)
	return p
}

// checkPath fails unless the path is one: it leads from From to To, every tie joins its neighbours in the direction
// that is said, holds on the day and is of an allowed relation, and no node is met twice.
func checkPath(t testing.TB, v store.View, q paths.Query, p *paths.Path) {
	t.Helper()
	nodes := p.Nodes()
	if len(nodes) == 0 {
		if len(p.Steps) > 0 {
			t.Errorf("%s with %d steps", p.Outcome, len(p.Steps))
		}
		return
	}
	if nodes[0] != q.From || nodes[len(nodes)-1] != q.To || len(p.Steps) > q.MaxLength {
		t.Errorf("a path of %d ties leads from %s to %s", len(p.Steps), nodes[0], nodes[len(nodes)-1])
	}
	for i, s := range p.Steps {
		ends := map[paths.Direction][2]kg.ID{
			paths.Out: {s.Tie.From, s.Tie.To}, paths.In: {s.Tie.To, s.Tie.From},
			paths.ToRef: {s.Tie.From, s.Tie.Ref}, paths.FromRef: {s.Tie.Ref, s.Tie.From},
		}[s.Direction]
		if ends != [2]kg.ID{nodes[i], nodes[i+1]} {
			t.Errorf("step %d goes %s from %s to %s by %+v", i, s.Direction, nodes[i], nodes[i+1], s.Tie)
		}
		if !s.Tie.Valid.Holds(v.AsOf) || len(q.Relations) > 0 && !slices.Contains(q.Relations, s.Tie.Relation) {
			t.Errorf("step %d takes %s, valid %v", i, s.Tie.Relation, s.Tie.Valid)
		}
	}
	slices.Sort(nodes)
	if len(slices.Compact(nodes)) != len(p.Steps)+1 {
		t.Errorf("a node is met twice: %v", p.Nodes())
	}
}

// told is a path as "a -OUT LIVES_IN- b", with the fixture's names.
func told(f *storetest.Fixture, p *paths.Path) string {
	if p.Outcome != paths.Found {
		return string(p.Outcome)
	}
	out := f.Name(p.Start)
	for _, s := range p.Steps {
		out += fmt.Sprintf(" -%s %s- %s", s.Direction, s.Tie.Relation, f.Name(s.Node))
	}
	return out
}

func TestAPathIsTheShortestChainOfTiesThatHoldOnTheDay(t *testing.T) {
	f := storetest.Village()
	st := filled(t, f)
	for _, c := range []struct {
		from, to, day string
		relations     []kg.Relation
		most          int
		want          string
	}{
		{"li", "li", "", nil, 1, "li"},
		{"wang1", "h1", "", nil, 1, "wang1 -OUT LIVES_IN- h1"},
		{"h1", "wang1", "", nil, 1, "h1 -IN LIVES_IN- wang1"},
		{"school", "joint", "", []kg.Relation{kg.SitsOn}, 6, "school -FROM_REFERENCE SITS_ON- zeng -OUT SITS_ON- joint"},
		{"joint", "school", "", []kg.Relation{kg.SitsOn}, 6, "joint -IN SITS_ON- zeng -TO_REFERENCE SITS_ON- school"},
		{"school", "meeting", "", []kg.Relation{kg.SitsOn}, 3, "NONE"}, // until 2024
		{"school", "meeting", "2023-01-01", []kg.Relation{kg.SitsOn}, 3, "school -FROM_REFERENCE SITS_ON- wang2 -OUT SITS_ON- meeting"},
		{"hub", "joint", "", []kg.Relation{kg.ChildOf, kg.FormedFrom}, 6, "hub -OUT CHILD_OF- branch -OUT CHILD_OF- committee -IN FORMED_FROM- joint"},
		{"hub", "joint", "", []kg.Relation{kg.ChildOf, kg.FormedFrom}, 2, "NONE"},
		{"zeng", "h4", "2023-06-01", []kg.Relation{kg.LivesIn}, 6, "NONE"},
		{"dead", "h6", "2022-02-01", nil, 6, "dead -OUT LIVES_IN- h6"},
	} {
		v := today
		if c.day != "" {
			v = asOf(c.day)
		}
		p := find(t, st, v, paths.Query{From: f.ID(c.from), To: f.ID(c.to), Relations: c.relations, MaxLength: c.most})
		if got := told(f, p); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.from, c.to, got, c.want)
		}
	}
}

func TestAPathNeverLeadsThroughWhatTheViewerMayNotSee(t *testing.T) {
	f := storetest.Village()
	st := filled(t, f)
	q := paths.Query{From: f.ID("wang1"), To: f.ID("e2"), Relations: []kg.Relation{kg.LivesIn, kg.PartOf}}
	if got := told(f, find(t, st, today, q)); got != "wang1 -OUT LIVES_IN- h1 -OUT PART_OF- e1 -OUT PART_OF- b3 -IN PART_OF- e2" {
		t.Errorf("with all in sight: %s", got)
	}
	entrances := today
	entrances.Scope = store.Scope{Areas: f.IDs("e1", "e2"), Today: storetest.Today} // b3 itself is in neither
	if got := told(f, find(t, st, entrances, q)); got != string(paths.None) {
		t.Errorf("without the building: %s", got)
	}
}

// A reference is walked from both of its ends or from neither: who may not see the tie's target does not see the tie.
func TestATieWhoseTargetIsOutOfSightIsNotWalkedToOrFromWhatItRefersTo(t *testing.T) {
	f := storetest.NewFixture()
	f.Add("here", &kg.Division{Name: "甲"})
	f.Add("there", &kg.Division{Name: "乙"})
	f.Add("home", &kg.Household{Number: "1"})
	f.Add("who", &kg.Person{Name: "王"})
	f.Add("unit", &kg.Unit{Name: "丙"})
	f.Tie("home", kg.PartOf, "here")
	f.Tie("who", kg.LivesIn, "home")
	f.Tie("unit", kg.PairedWith, "here")
	f.Tie("who", kg.DeployedTo, "there", f.Ref("unit"))
	st := filled(t, f)
	v := today
	v.Scope = store.Scope{Areas: f.IDs("here"), Today: storetest.Today}
	for _, ends := range [][2]string{{"who", "unit"}, {"unit", "who"}} {
		q := paths.Query{From: f.ID(ends[0]), To: f.ID(ends[1]), Relations: []kg.Relation{kg.DeployedTo}, MaxLength: 1}
		if p := find(t, st, v, q); p.Outcome != paths.None {
			t.Errorf("%v: %s", ends, told(f, p))
		}
		if p := find(t, st, today, q); p.Outcome != paths.Found {
			t.Errorf("%v with all in sight: %s", ends, told(f, p))
		}
	}
}

// hubs are two party organizations with so many members each; the last of either is one and the same person, who has
// a household.
func hubs(members int) *storetest.Fixture {
	f := storetest.NewFixture()
	f.Add("shared", &kg.Person{Name: "共"})
	f.Add("home", &kg.Household{Number: "1"})
	f.Tie("shared", kg.LivesIn, "home")
	for _, org := range []string{"a", "b"} {
		f.Add(org, &kg.PartyOrg{Name: org})
		f.Tie("shared", kg.BelongsTo, org)
		for i := range members {
			name := fmt.Sprint(org, i)
			f.Add(name, &kg.Person{Name: name, RegisterNo: name})
			f.Tie(name, kg.BelongsTo, org)
		}
	}
	return f
}

func TestWhatHasManyTiesIsReadLastAndNoFurtherThanNeeded(t *testing.T) {
	f := hubs(3000)
	st := filled(t, f)
	read := func(from, to string, limits paths.Limits) (*paths.Path, *reading) {
		r := &reading{Expander: st}
		return find(t, r, today, paths.Query{From: f.ID(from), To: f.ID(to), Limits: limits}), r
	}
	if p, r := read("a1", "a2", paths.Limits{}); len(p.Steps) != 2 || r.ties > 100 {
		t.Errorf("two members of one organization: %s of %d ties after %d ties were read", p.Outcome, len(p.Steps), r.ties)
	}
	if p, r := read("a", "b", paths.Limits{}); p.Outcome != paths.Found || len(p.Steps) != 2 || r.ties > 2*3001*2 {
		t.Errorf("two organizations with one member in common: %s of %d ties after %d ties were read", p.Outcome, len(p.Steps), r.ties)
	}
	if p, r := read("a", "home", paths.Limits{}); p.Outcome != paths.Found || len(p.Steps) != 2 || r.ties > 200 {
		t.Errorf("an organization and a member's home: %s of %d ties after %d ties were read", p.Outcome, len(p.Steps), r.ties)
	}
	if p, r := read("a1", "b1", paths.Limits{Ties: 1000}); p.Outcome != paths.Undecided || r.ties > 3000 {
		t.Errorf("a search that was bounded says %s after %d ties", p.Outcome, r.ties)
	}
	if p, r := read("a1", "b1", paths.Limits{Calls: 4}); p.Outcome != paths.Undecided || r.calls != 4 {
		t.Errorf("a search that was bounded says %s after %d calls", p.Outcome, r.calls)
	}
	if p, _ := read("a1", "b1", paths.Limits{}); p.Outcome != paths.Found || len(p.Steps) != 4 {
		t.Errorf("members of two organizations: %s of %d ties", p.Outcome, len(p.Steps))
	}
}

// reading counts what a search reads.
type reading struct {
	paths.Expander
	calls, ties int
}

func (r *reading) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	r.calls++
	trees, err := r.Expander.Expand(ctx, v, sources, p)
	for _, tree := range trees {
		for _, page := range tree {
			r.ties += len(page.Edges)
		}
	}
	return trees, err
}

// Whatever the sizes of readings, a search that was not cut short answers the same; one that was never says "none"
// where there is a path, and never calls a longer path the shortest.
func TestABoundedSearchNeverSaysWhatIsNotSo(t *testing.T) {
	g := corpus(t)
	f := g.fixture()
	st := filled(t, f)
	for i, sample := range g.Graphs {
		d := rand.New(rand.NewPCG(1, uint64(i)))
		for _, q := range sample.Questions {
			limits := paths.Limits{Ties: 1 + d.IntN(60), Calls: 1 + d.IntN(8), First: 1 + d.IntN(3)}
			query, v := sample.query(f, i, q)
			if !sample.living(q) {
				continue
			}
			query.Limits = limits
			p := find(t, st, v, query)
			switch {
			case p.Outcome == paths.None && q.length >= 0, p.Outcome == paths.Found && len(p.Steps) != q.length,
				p.Outcome == paths.FoundSome && len(p.Steps) < q.length:
				t.Errorf("graph %d, %+v with %+v: %s of %d ties", i, q, limits, p.Outcome, len(p.Steps))
			}
			query.Limits = paths.Limits{First: limits.First}
			if p := find(t, st, v, query); p.Outcome == paths.Undecided || p.Outcome == paths.FoundSome || p.Outcome == paths.Found && len(p.Steps) != q.length {
				t.Errorf("graph %d, %+v by %d at first: %s of %d ties", i, q, limits.First, p.Outcome, len(p.Steps))
			}
		}
	}
}
