package neo4j

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// crowd is how many people there are where a benchmark is about many: all members of one organization.
var crowd = flag.Int("people", 60000, "people in the town of BenchmarkBesideStatementsByHand")

// club makes an organization whose members are all people.
func (m *town) club() kg.ID {
	club := m.node(&kg.PartyOrg{Name: "绣林街道党工委", Code: "P0", OrgKind: "committee"})
	for _, p := range m.people {
		m.tie(kg.Tie{Relation: kg.BelongsTo, From: p, To: club})
	}
	return club
}

// tree makes an organization with so many below it, each with so many below that, and so on.
func (m *town) tree(name string, below ...int) kg.ID {
	top := m.node(&kg.PartyOrg{Name: name, Code: name, OrgKind: "branch"})
	if len(below) > 0 {
		for i := range below[0] {
			m.tie(kg.Tie{Relation: kg.ChildOf, From: m.tree(fmt.Sprintf("%s.%d", name, i+1), below[1:]...), To: top})
		}
	}
	return top
}

// children is the step to the organizations below, level by level.
func children(limits ...int) *store.Plan {
	if len(limits) == 0 {
		return nil
	}
	return &store.Plan{Steps: []*store.Step{{Key: "childOrgs", Relation: kg.ChildOf, Direction: kg.In, Window: store.Window{Limit: limits[0]}, Plan: children(limits[1:]...)}}}
}

// page is a step of one page.
func page(key string, r kg.Relation, dir kg.Direction, limit int, below ...*store.Step) *store.Step {
	return &store.Step{Key: key, Relation: r, Direction: dir, Window: store.Window{Limit: limit}, Plan: &store.Plan{Steps: below}}
}

// BenchmarkBesideStatementsByHand asks the engine and, in turn, the best statement that we can write by hand, through
// the same driver and in autocommit: it takes no part in the contract, so it knows nothing of scope and asks for just
// the columns that are shown. What counts is times-by-hand, the quotient of the two medians.
func BenchmarkBesideStatementsByHand(b *testing.B) {
	s := empty(b)
	m := newTown(*crowd, s.key)
	root, club := m.tree("组织", 20, 5, 4, 3), m.club()
	m.load(b.Context(), b, s)
	day := kg.MustDate("2026-01-01")
	v := store.View{Scope: store.Scope{All: true}, AsOf: day}
	ask := func(id kg.ID, p *store.Plan) error {
		got, err := s.Nodes(b.Context(), v, []store.Group{{IDs: []kg.ID{id}, Plan: p}})
		if err == nil && got[0][id] == nil {
			err = fmt.Errorf("no %s", id)
		}
		return err
	}
	hand := func(statement string, p params) error {
		p["day"] = int64(day)
		return byHand(b.Context(), s, statement, p)
	}
	const holds = "coalesce(%[1]s.validFrom <= $day AND $day < %[1]s.validTo, true)"
	held := func(t, n string) string {
		return fmt.Sprintf(" WHERE "+holds, t) + fmt.Sprintf(" AND "+holds, n)
	}
	home := 0
	household := "MATCH (h:Node {id: $id}) RETURN h.number, h.floor, COLLECT { MATCH (h)<-[t:LIVES_IN]-(p)" + held("t", "p") + " WITH p, t ORDER BY p.id, t.id LIMIT 20 " +
		"RETURN [p.id, p.name, p.birthDate, COLLECT { MATCH (p)-[w:WORKS_AT]->(u)" + held("w", "u") + " WITH u, w ORDER BY u.sortKey, w.id LIMIT 5 RETURN [u.id, u.name, u.unitKind] }] }"
	b.Run("household, residents, units", func(b *testing.B) {
		beside(b, "by-hand", func() error {
			home++
			return ask(m.homes[home%1000], &store.Plan{Steps: []*store.Step{page("residents", kg.LivesIn, kg.In, 20, page("worksAt", kg.WorksAt, kg.Out, 5))}})
		}, func() error { return hand(household, params{"id": string(m.homes[home%1000])}) })
	})
	inner := ""
	for level := 4; level > 0; level-- {
		t, n := fmt.Sprint("t", level), fmt.Sprint("n", level)
		inner = fmt.Sprintf(", COLLECT { MATCH (n%d)<-[%s:CHILD_OF]-(%s)%s WITH %s, %s ORDER BY %s.sortKey, %s.id LIMIT 50 RETURN [%s.id, %s.name%s] }", level-1, t, n, held(t, n), n, t, n, t, n, n, inner)
	}
	tree := "MATCH (n0:Node {id: $id}) RETURN [n0.id, n0.name" + inner + "]"
	b.Run("tree of 1720 organizations", func(b *testing.B) {
		beside(b, "by-hand", func() error { return ask(root, children(50, 50, 50, 50)) }, func() error { return hand(tree, params{"id": string(root)}) })
	})
	b.Run("search of two characters", func(b *testing.B) {
		found := "CALL db.index.fulltext.queryNodes('node_text', 'tokens:' + $token) YIELD node AS n WITH n WHERE n.norm CONTAINS $text WITH n ORDER BY n.norm, n.id LIMIT 20 RETURN collect([n.id, n.name])"
		q := text.Query("秀兰")
		beside(b, "by-hand", func() error {
			got, err := s.Search(b.Context(), v, store.SearchQuery{Text: q, Limit: 20})
			if err == nil && len(got.Hits) == 0 {
				err = errors.New("no hits")
			}
			return err
		}, func() error { return hand(found, params{"token": q.Tokens()[0], "text": q.Norm()}) })
	})
	b.Run("page at the end beside the first", func(b *testing.B) {
		list := func(w store.Window) *store.Page {
			got, err := s.List(b.Context(), v, store.ListQuery{Kind: kg.KindPerson, Order: store.Order{By: store.OrderTitle}, Window: w})
			if err != nil {
				b.Fatal(err)
			}
			return got
		}
		at := list(store.Window{Limit: 51, Backward: true}).Edges[0].Position
		beside(b, "first-page", func() error { list(store.Window{Limit: 50, After: &at}); return nil }, func() error { list(store.Window{Limit: 50}); return nil })
	})
	b.Run("page of members at the end beside the first", func(b *testing.B) {
		members := func(w store.Window) *store.Page {
			st := page("members", kg.BelongsTo, kg.In, 50)
			st.Order, st.Window = store.Order{By: store.OrderTitle}, w
			got, err := s.Expand(b.Context(), v, []kg.ID{club}, &store.Plan{Steps: []*store.Step{st}})
			if err != nil {
				b.Fatal(err)
			}
			return got[club]["members"]
		}
		at := members(store.Window{Limit: 51, Backward: true}).Edges[0].Position
		beside(b, "first-page", func() error { members(store.Window{Limit: 50, After: &at}); return nil }, func() error { members(store.Window{Limit: 50}); return nil })
	})
}

// byHand runs a statement in autocommit and reads its one record.
func byHand(ctx context.Context, s *Store, statement string, p params) error {
	session := s.session(ctx, driver.AccessModeRead)
	defer func() { _ = session.Close(ctx) }()
	result, err := session.Run(ctx, statement, p)
	if err != nil {
		return err
	}
	row, err := only(ctx, result)
	if err == nil && row == nil {
		err = fmt.Errorf("no record: %s", statement)
	}
	return err
}

// beside runs two things in turn, so that both meet the same machine, and reports their medians and the quotient; name
// is what the second is called.
func beside(b *testing.B, name string, first, second func() error) {
	b.Helper()
	times := [2][]time.Duration{}
	for range 5 { // plans are made, classes are loaded
		if first() != nil || second() != nil {
			break // the loop tells the error
		}
	}
	for b.Loop() {
		for i, do := range []func() error{first, second} {
			began := time.Now()
			if err := do(); err != nil {
				b.Fatal(err)
			}
			times[i] = append(times[i], time.Since(began))
		}
	}
	median := func(list []time.Duration) float64 {
		slices.Sort(list)
		return float64(list[len(list)/2].Microseconds()) / 1000
	}
	own, other := median(times[0]), median(times[1])
	b.ReportMetric(own, "p50-ms")
	b.ReportMetric(other, name+"-ms")
	b.ReportMetric(own/other, "times-"+name)
}
