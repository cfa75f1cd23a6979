package floor

import (
	"context"
	"fmt"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"

	"lintu/kg"
	"lintu/text"
)

// Neo4j reads Lintu's graph by hand. Every answer is one record, and statements nest: rows cost more than data.
type Neo4j struct {
	driver   neo4j.DriverWithContext
	database string
}

var _ Reader = (*Neo4j)(nil)

// OpenNeo4j connects as the engine does.
func OpenNeo4j(uri, user, password, database string) (*Neo4j, error) {
	d, err := neo4j.NewDriverWithContext(uri, neo4j.BasicAuth(user, password, ""), func(c *config.Config) { c.TelemetryDisabled = true })
	return &Neo4j{d, database}, err
}

// Close implements Reader.
func (n *Neo4j) Close() error { return n.driver.Close(context.Background()) }

// record sends a statement in autocommit and gives its one record; nil where there is none.
func (n *Neo4j) record(ctx context.Context, statement string, params map[string]any) ([]any, error) {
	session := n.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead, DatabaseName: n.database, FetchSize: neo4j.FetchAll})
	defer func() { _ = session.Close(ctx) }()
	result, err := session.Run(ctx, statement, params)
	if err != nil {
		return nil, err
	}
	records, err := result.Collect(ctx)
	if err != nil || len(records) == 0 {
		return nil, err
	}
	return records[0].Values, nil
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

func number(v any) int64 {
	i, _ := v.(int64)
	return i
}

// holding says that things hold on the day; nodes without days always do.
func holding(names ...string) string {
	var all []string
	for _, n := range names {
		all = append(all, fmt.Sprintf("coalesce(%[1]s.validFrom <= $day AND $day < %[1]s.validTo, true)", n))
	}
	return " WHERE " + strings.Join(all, " AND ")
}

var householdQuery = fmt.Sprintf(`MATCH (h:Node {id: $id}) RETURN h.number, h.floor, COLLECT {
	MATCH (h)<-[t:LIVES_IN]-(p)%s WITH p, t ORDER BY p.id, t.id LIMIT %d
	RETURN [p.id, p.name, p.birthDate, COLLECT { MATCH (p)-[w:WORKS_AT]->(u)%s WITH u, w ORDER BY u.sortKey, w.id LIMIT %d RETURN [u.id, u.name, u.unitKind] }] }`,
	holding("t", "p"), ResidentPage, holding("w", "u"), UnitPage)

// Household implements Reader.
func (n *Neo4j) Household(ctx context.Context, day kg.Date, id string) (*Household, error) {
	row, err := n.record(ctx, householdQuery, map[string]any{"id": id, "day": int64(day)})
	if err != nil || row == nil {
		return nil, err
	}
	residents := list(row[2])
	h := &Household{ID: id, Number: orNull(str(row[0])), Floor: orNull(number(row[1])), Residents: Nodes[Resident]{Nodes: make([]Resident, len(residents))}}
	for i, r := range residents {
		r := list(r)
		units := list(r[3])
		at := Resident{ID: str(r[0]), Name: str(r[1]), BirthDate: orNull(kg.Date(number(r[2])).String()), WorksAt: Nodes[Unit]{Nodes: make([]Unit, len(units))}}
		for j, u := range units {
			u := list(u)
			at.WorksAt.Nodes[j] = Unit{ID: str(u[0]), Name: str(u[1]), UnitKind: orNull(str(u[2]))}
		}
		h.Residents.Nodes[i] = at
	}
	return h, nil
}

var treeQuery = func() string {
	inner := ""
	for level := len(TreePages); level > 0; level-- {
		inner = fmt.Sprintf("COLLECT { MATCH (n%d)<-[t%d:CHILD_OF]-(n%d)%s WITH n%d, t%d ORDER BY n%d.sortKey, t%d.id LIMIT %d RETURN [n%d.id, n%d.name%s] }",
			level-1, level, level, holding(fmt.Sprintf("t%d", level), fmt.Sprintf("n%d", level)), level, level, level, level, TreePages[level-1], level, level, inner)
		inner = ", " + inner
	}
	return "MATCH (n0:Node {id: $id}) RETURN [n0.id, n0.name" + inner + "]"
}()

// Tree implements Reader.
func (n *Neo4j) Tree(ctx context.Context, day kg.Date, root string) (*Org, error) {
	row, err := n.record(ctx, treeQuery, map[string]any{"id": root, "day": int64(day)})
	if err != nil || row == nil {
		return nil, err
	}
	o := orgOf(list(row[0]))
	return &o, nil
}

func orgOf(row []any) Org {
	o := Org{ID: str(row[0]), Name: str(row[1])}
	if len(row) > 2 {
		below := list(row[2])
		o.ChildOrgs = &Nodes[Org]{Nodes: make([]Org, len(below))}
		for i, b := range below {
			o.ChildOrgs.Nodes[i] = orgOf(list(b))
		}
	}
	return o
}

var workersQuery = "MATCH (p:Node) USING INDEX p:Node(id) WHERE p.id IN $ids RETURN collect([p.id, p.name, " +
	"COLLECT { MATCH (p)-[w:WORKS_AT]->(u)" + holding("w", "u") + " WITH u, w ORDER BY u.sortKey, w.id LIMIT 1 RETURN [u.id, u.name] }])"

// Workers implements Reader.
func (n *Neo4j) Workers(ctx context.Context, day kg.Date, ids []string) (map[string]Worker, error) {
	row, err := n.record(ctx, workersQuery, map[string]any{"ids": ids, "day": int64(day)})
	if err != nil {
		return nil, err
	}
	out := make(map[string]Worker, len(ids))
	for _, r := range list(row[0]) {
		r := list(r)
		w := Worker{Titled: Titled{str(r[0]), str(r[1])}, WorksAt: Nodes[Titled]{Nodes: []Titled{}}}
		for _, u := range list(r[2]) {
			u := list(u)
			w.WorksAt.Nodes = append(w.WorksAt.Nodes, Titled{str(u[0]), str(u[1])})
		}
		out[w.ID] = w
	}
	return out, nil
}

// Titles implements Reader.
func (n *Neo4j) Titles(ctx context.Context, ids []string) (map[string]string, error) {
	row, err := n.record(ctx, "MATCH (n:Node) USING INDEX n:Node(id) WHERE n.id IN $ids RETURN collect([n.id, coalesce(n.name, n.number)])", map[string]any{"ids": ids})
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(ids))
	for _, r := range list(row[0]) {
		out[str(list(r)[0])] = str(list(r)[1])
	}
	return out, nil
}

var membersQuery = "MATCH (n:Person)" + holding("n") + " AND n.partyStatus IN ['FULL', 'PROBATIONARY'] AND n.sortKey >= $key AND (n.sortKey > $key OR n.id > $id) " +
	"WITH n ORDER BY n.sortKey, n.id LIMIT $limit RETURN collect([n.id, n.name, n.sortKey])"

// Members implements Reader.
func (n *Neo4j) Members(ctx context.Context, day kg.Date, after *Position, limit int) ([]Titled, []Position, error) {
	if after == nil {
		after = &Position{}
	}
	row, err := n.record(ctx, membersQuery, map[string]any{"day": int64(day), "key": after.SortKey, "id": after.ID, "limit": limit + 1})
	if err != nil {
		return nil, nil, err
	}
	nodes, places := make([]Titled, 0, limit+1), make([]Position, 0, limit+1)
	for _, r := range list(row[0]) {
		r := list(r)
		nodes, places = append(nodes, Titled{str(r[0]), str(r[1])}), append(places, Position{str(r[2]), str(r[0])})
	}
	return nodes, places, nil
}

var (
	beginningQuery = "MATCH (n:Node&Person) USING INDEX n:Node(norm)" + holding("n") + " AND n.norm STARTS WITH $norm " +
		"WITH n ORDER BY n.norm, n.id LIMIT $limit RETURN collect([n.id, n.name])"
	insideQuery = "CALL db.index.fulltext.queryNodes('node_text', $words) YIELD node AS n WITH n" + holding("n") + " AND n:Person AND n.norm CONTAINS $norm " +
		"AND NOT n.norm STARTS WITH $norm WITH n ORDER BY n.norm, n.id LIMIT $limit RETURN collect([n.id, n.name])"
)

// Search implements Reader.
func (n *Neo4j) Search(ctx context.Context, day kg.Date, words string, limit int) ([]Titled, error) {
	q := text.Query(words)
	found := make([]Titled, 0, limit)
	for _, query := range []string{beginningQuery, insideQuery} {
		if len(found) == limit {
			break
		}
		params := map[string]any{"day": int64(day), "norm": q.Norm(), "words": "tokens:(+" + strings.Join(q.Tokens(), " +") + ")", "limit": limit - len(found)}
		row, err := n.record(ctx, query, params)
		if err != nil {
			return nil, err
		}
		for _, r := range list(row[0]) {
			found = append(found, Titled{str(list(r)[0]), str(list(r)[1])})
		}
	}
	return found, nil
}
