package floor

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"unicode/utf8"

	_ "modernc.org/sqlite" // the engine's own driver

	"lintu/kg"
	_ "lintu/store/sqlite" // its suffix_terms
	"lintu/text"
)

// SQLite reads Lintu's database file by hand.
type SQLite struct {
	db         *sql.DB
	statements map[string]*sql.Stmt
	relations  map[kg.Relation]int64
}

var _ Reader = (*SQLite)(nil)

// OpenSQLite opens the file as the engine opens it for its readers.
func OpenSQLite(ctx context.Context, path string) (*SQLite, error) {
	q := url.Values{"mode": {"ro"}, "_pragma": {"query_only(1)", "cache_size(-32768)", "temp_store(MEMORY)"}}
	db, err := sql.Open("sqlite", "file:"+path+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4) // as the engine's pool on two processors
	db.SetMaxIdleConns(4)
	s := &SQLite{db: db, statements: map[string]*sql.Stmt{}, relations: map[kg.Relation]int64{}}
	if err := s.prepare(ctx); err != nil {
		return nil, fmt.Errorf("floor: %s: %w", path, err)
	}
	return s, nil
}

// Close implements Reader.
func (s *SQLite) Close() error { return s.db.Close() }

func (s *SQLite) prepare(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT name, no FROM relation")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name kg.Relation
		var no int64
		if err := rows.Scan(&name, &no); err != nil {
			return err
		}
		s.relations[name] = no
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"household": s.householdText(), "tree": s.treeText(), "workers": s.workersText(),
		"titles": titlesText, "first": membersText(""), "after": membersText(" AND (sort_key, id) > (?, ?)"),
		"beginning": beginningText, "inside": insideText,
	} {
		prepared, err := s.db.PrepareContext(ctx, text) //nolint:sqlclosecheck // the database closes it
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.statements[name] = prepared
	}
	return nil
}

// holds says that a row holds on the day, which is the statement's first parameter.
func holds(alias string) string {
	return fmt.Sprintf("%[1]s.valid_from <= ?1 AND (%[1]s.valid_to = 0 OR %[1]s.valid_to > ?1)", alias)
}

func (s *SQLite) householdText() string {
	return fmt.Sprintf(`SELECT h.number, h.floor, p.id, p.name, p.birth_date, u.id, u.name, u.unit_kind FROM node h
		LEFT JOIN tie t ON t.relation = %d AND t.to_no = h.no AND %s
		LEFT JOIN node p ON p.no = t.from_no AND %s
		LEFT JOIN tie w ON w.relation = %d AND w.from_no = p.no AND %s
		LEFT JOIN node u ON u.no = w.to_no AND %s
		WHERE h.id = ?2 ORDER BY p.id, t.id, u.sort_key, w.id`,
		s.relations[kg.LivesIn], holds("t"), holds("p"), s.relations[kg.WorksAt], holds("w"), holds("u"))
}

// Household implements Reader.
func (s *SQLite) Household(ctx context.Context, day kg.Date, id string) (*Household, error) {
	rows, err := s.statements["household"].QueryContext(ctx, int64(day), id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var h *Household
	for rows.Next() {
		var number, person, name, unit, unitName, unitKind sql.NullString
		var floor, birth sql.NullInt64
		if err := rows.Scan(&number, &floor, &person, &name, &birth, &unit, &unitName, &unitKind); err != nil {
			return nil, err
		}
		if h == nil {
			h = &Household{ID: id, Number: orNull(number.String), Floor: orNull(floor.Int64), Residents: Nodes[Resident]{Nodes: []Resident{}}}
		}
		h.add(person.String, name.String, birth.Int64, unit.String, unitName.String, unitKind.String)
	}
	return h, rows.Err()
}

// add takes a row of a household: a resident, again for each unit.
func (h *Household) add(person, name string, birth int64, unit, unitName, unitKind string) {
	if person == "" {
		return
	}
	n := len(h.Residents.Nodes)
	if n == 0 || h.Residents.Nodes[n-1].ID != person {
		if n == ResidentPage {
			return
		}
		h.Residents.Nodes = append(h.Residents.Nodes, Resident{ID: person, Name: name, BirthDate: orNull(kg.Date(birth).String()), WorksAt: Nodes[Unit]{Nodes: []Unit{}}})
		n++
	}
	units := &h.Residents.Nodes[n-1].WorksAt.Nodes
	if unit != "" && len(*units) < UnitPage {
		*units = append(*units, Unit{ID: unit, Name: unitName, UnitKind: orNull(unitKind)})
	}
}

func (s *SQLite) treeText() string {
	return fmt.Sprintf(`WITH RECURSIVE org (no, parent, depth, tie) AS (
			SELECT no, 0, 0, '' FROM node WHERE id = ?2
			UNION ALL
			SELECT t.from_no, org.no, org.depth + 1, t.id FROM org CROSS JOIN tie t ON t.relation = %d AND t.to_no = org.no AND %s WHERE org.depth < %d)
		SELECT n.no, org.parent, org.depth, n.id, n.name FROM org CROSS JOIN node n ON n.no = org.no WHERE org.depth = 0 OR (%s)
		ORDER BY org.depth, n.sort_key, org.tie`, s.relations[kg.ChildOf], holds("t"), len(TreePages), holds("n"))
}

// Tree implements Reader.
func (s *SQLite) Tree(ctx context.Context, day kg.Date, root string) (*Org, error) {
	rows, err := s.statements["tree"].QueryContext(ctx, int64(day), root)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	type place struct {
		parent int64
		org    *Org
	}
	levels := make([][]place, len(TreePages)+1)
	byNo := map[int64]*Org{}
	for rows.Next() {
		var no, parent int64
		var depth int
		o := &Org{}
		if err := rows.Scan(&no, &parent, &depth, &o.ID, &o.Name); err != nil {
			return nil, err
		}
		if depth < len(TreePages) {
			o.ChildOrgs = &Nodes[Org]{Nodes: []Org{}}
		}
		byNo[no] = o
		levels[depth] = append(levels[depth], place{parent, o})
	}
	for depth := len(TreePages); depth > 0; depth-- { // from below, since children are copied into their parents
		for _, p := range levels[depth] {
			if under := byNo[p.parent].ChildOrgs; len(under.Nodes) < TreePages[depth-1] {
				under.Nodes = append(under.Nodes, *p.org)
			}
		}
	}
	if len(levels[0]) == 0 {
		return nil, rows.Err()
	}
	return levels[0][0].org, rows.Err()
}

func (s *SQLite) workersText() string {
	return fmt.Sprintf(`SELECT p.id, p.name, u.id, u.name FROM json_each(?2) j CROSS JOIN node p ON p.id = j.value
		LEFT JOIN tie w ON w.relation = %d AND w.from_no = p.no AND %s
		LEFT JOIN node u ON u.no = w.to_no AND %s
		ORDER BY p.id, u.sort_key IS NULL, u.sort_key, w.id`, s.relations[kg.WorksAt], holds("w"), holds("u"))
}

// Workers implements Reader.
func (s *SQLite) Workers(ctx context.Context, day kg.Date, ids []string) (map[string]Worker, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := s.statements["workers"].QueryContext(ctx, int64(day), string(list))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := make(map[string]Worker, len(ids))
	for rows.Next() {
		var w Worker
		var unit, unitName sql.NullString
		if err := rows.Scan(&w.ID, &w.Title, &unit, &unitName); err != nil {
			return nil, err
		}
		if _, known := out[w.ID]; known {
			continue
		}
		w.WorksAt.Nodes = []Titled{}
		if unit.Valid {
			w.WorksAt.Nodes = append(w.WorksAt.Nodes, Titled{unit.String, unitName.String})
		}
		out[w.ID] = w
	}
	return out, rows.Err()
}

const titlesText = `SELECT n.id, coalesce(n.name, n.number) FROM json_each(?) j CROSS JOIN node n ON n.id = j.value`

// Titles implements Reader.
func (s *SQLite) Titles(ctx context.Context, ids []string) (map[string]string, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := s.statements["titles"].QueryContext(ctx, string(list))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := make(map[string]string, len(ids))
	for rows.Next() {
		var id, title string
		if err := rows.Scan(&id, &title); err != nil {
			return nil, err
		}
		out[id] = title
	}
	return out, rows.Err()
}

// membersText names the index of members in their order: left to itself SQLite may take one that is not, and sort them all.
func membersText(position string) string {
	return `SELECT id, name, sort_key FROM node n INDEXED BY node_party_title WHERE kind = 'PERSON' AND party_status <> 'NONE'
		AND party_status IN ('FULL', 'PROBATIONARY') AND ` + holds("n") + position +
		` ORDER BY sort_key, id LIMIT ?`
}

// Members implements Reader.
func (s *SQLite) Members(ctx context.Context, day kg.Date, after *Position, limit int) ([]Titled, []Position, error) {
	name, args := "first", []any{int64(day)}
	if after != nil {
		name, args = "after", append(args, after.SortKey, after.ID)
	}
	rows, err := s.statements[name].QueryContext(ctx, append(args, limit+1)...)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }()
	nodes, places := make([]Titled, 0, limit+1), make([]Position, 0, limit+1)
	for rows.Next() {
		var t Titled
		var p Position
		if err := rows.Scan(&t.ID, &t.Title, &p.SortKey); err != nil {
			return nil, nil, err
		}
		p.ID = t.ID
		nodes, places = append(nodes, t), append(places, p)
	}
	return nodes, places, rows.Err()
}

// Terms are the texts by which nodes are found; suffixes lead to those that hold a text further on: rows, and blocks that
// the engine's suffix_terms reads.
var (
	beginningText = `SELECT n.id, n.name FROM term k CROSS JOIN entry e ON e.term_no = k.no AND e.kind = 'PERSON' CROSS JOIN node n ON n.no = e.node_no
		WHERE k.norm >= ?2 AND k.norm < ?3 AND ` + holds("n") + ` ORDER BY k.norm, n.id LIMIT ?4`
	insideText = fmt.Sprintf(`SELECT n.id, n.name FROM (SELECT DISTINCT k.no, k.norm FROM (
				SELECT u.term_no AS no FROM suffix u WHERE u.class = %[1]d AND u.text >= ?2 AND u.text < ?3
				UNION ALL SELECT t.value FROM suffix_run r CROSS JOIN suffix_block b
					ON b.no >= (SELECT f.no FROM suffix_block f WHERE f.run = r.no AND f.last >= ?2 ORDER BY f.last, f.no LIMIT 1)
					AND b.no <= ifnull((SELECT f.no FROM suffix_block f WHERE f.run = r.no AND f.last >= ?3 ORDER BY f.last, f.no LIMIT 1), r.last_block)
					CROSS JOIN json_each(suffix_terms(b.data, ?2)) t WHERE r.class = %[1]d
			) u CROSS JOIN term k ON k.no = u.no WHERE NOT (k.norm >= ?2 AND k.norm < ?3)) k
		CROSS JOIN entry e ON e.term_no = k.no AND e.kind = 'PERSON' CROSS JOIN node n ON n.no = e.node_no
		WHERE %[2]s ORDER BY k.norm, n.id LIMIT ?4`, text.Inside, holds("n"))
)

// Search implements Reader.
func (s *SQLite) Search(ctx context.Context, day kg.Date, words string, limit int) ([]Titled, error) {
	norm := text.Query(words).Norm()
	found := make([]Titled, 0, limit)
	for _, name := range []string{"beginning", "inside"} {
		if len(found) == limit {
			break
		}
		if err := s.titled(ctx, &found, name, int64(day), norm, norm+string(utf8.MaxRune), limit-len(found)); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// titled adds a statement's rows to found.
func (s *SQLite) titled(ctx context.Context, found *[]Titled, name string, args ...any) error {
	rows, err := s.statements[name].QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var t Titled
		if err := rows.Scan(&t.ID, &t.Title); err != nil {
			return err
		}
		*found = append(*found, t)
	}
	return rows.Err()
}
