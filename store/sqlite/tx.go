package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/store"
)

// tx is a write transaction; it holds the write lock, so what it has read stays true.
type tx struct {
	*conn
	s *Store

	numbers map[kg.ID]int64   // of the nodes asked for so far; 0: there is none
	old     map[kg.ID]kg.Node // as on record, of the nodes read so far
	ties    map[kg.ID]int64   // numbers of the ties read so far

	ledger *ledger     // instead of the indexes on ids and terms
	terms  termChanges // that Write has made
	begins bool        // a load that has a ledger

	ahead    func() map[kg.ID]spelt // of the nodes that Write will be given, where it began to work that out; may be called once
	firstNew int64                  // number of a node that Write makes; 0: none
	written  *store.Writes
}

var (
	_ store.Tx    = (*tx)(nil)
	_ store.Ahead = (*tx)(nil)
)

func newTx(s *Store, c *conn) *tx {
	return &tx{conn: c, s: s, numbers: map[kg.ID]int64{}, old: map[kg.ID]kg.Node{}, ties: map[kg.ID]int64{}}
}

// Head implements store.Tx.
func (t *tx) Head(ctx context.Context) (store.Revision, string, error) {
	m, err := readMeta(ctx, t.conn)
	return m.Revision, m.Demo, err
}

// Nodes implements store.Tx.
func (t *tx) Nodes(ctx context.Context, ids []kg.ID) (map[kg.ID]kg.Node, error) {
	nodes := make(map[kg.ID]kg.Node, len(ids))
	for _, id := range ids {
		t.numbers[id] = 0
	}
	found := t.nodesBy(ids)
	if found == nil {
		return nodes, nil
	}
	q := new(statement).add("SELECT n.no, " + nodeColumns).put(found)
	var row nodeRow
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var no int64
		if err := rows.Scan(append([]any{&no}, row.into()...)...); err != nil {
			return err
		}
		n, err := row.node()
		id := kg.ID(row.id.String)
		nodes[id], t.old[id], t.numbers[id] = n, n, no
		return err
	})
	return nodes, err
}

// Exist implements store.Tx.
func (t *tx) Exist(ctx context.Context, ids []kg.ID) (map[kg.ID]bool, error) {
	if err := t.resolve(ctx, ids); err != nil {
		return nil, err
	}
	exist := make(map[kg.ID]bool, len(ids))
	for _, id := range ids {
		if t.numbers[id] != 0 {
			exist[id] = true
		}
	}
	return exist, nil
}

// resolve learns the numbers of nodes.
func (t *tx) resolve(ctx context.Context, ids []kg.ID) error {
	var ask []kg.ID
	for _, id := range ids {
		if _, known := t.numbers[id]; !known {
			t.numbers[id] = 0
			ask = append(ask, id)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	found := t.nodesBy(ask)
	if found == nil {
		return nil
	}
	q := new(statement).add("SELECT n.id, n.no").put(found)
	return t.query(ctx, q, func(rows *sql.Rows) error {
		var id kg.ID
		var no int64
		err := rows.Scan(&id, &no)
		t.numbers[id] = no
		return err
	})
}

// nodesBy ends a statement that reads the nodes n with the ids; nil where there are none. By a ledger it may read others,
// too, which are as good as if they had been asked for.
func (t *tx) nodesBy(ids []kg.ID) *statement {
	if t.ledger == nil {
		return new(statement).add(" FROM json_each(?) j CROSS JOIN node n ON n.id = j.value", list(ids))
	}
	if numbers := t.ledger.numbers(ids); len(numbers) > 0 {
		return new(statement).add(" FROM json_each(?) j CROSS JOIN node n ON n.no = j.value", list(distinct(numbers)))
	}
	return nil
}

// tieRows reads ties; from ends the statement from the table tie t on.
func (t *tx) tieRows(ctx context.Context, from *statement, each func(*kg.Tie)) error {
	q := new(statement).add("SELECT t.no, " + tieColumns("a.id", "b.id", "x.id")).put(from)
	var row tieRow
	return t.query(ctx, q, func(rows *sql.Rows) error {
		var no int64
		if err := rows.Scan(append([]any{&no}, row.into()...)...); err != nil {
			return err
		}
		tie, err := row.tie(t.s.names)
		if err != nil {
			return err
		}
		t.ties[tie.ID] = no
		each(tie)
		return nil
	})
}

// tieEnds joins the ends of a tie and what it refers to.
const tieEnds = " CROSS JOIN node a ON a.no = t.from_no CROSS JOIN node b ON b.no = t.to_no LEFT JOIN node x ON x.no = t.ref_no"

// Ties implements store.Tx.
func (t *tx) Ties(ctx context.Context, ids []kg.ID) (map[kg.ID]*kg.Tie, error) {
	ties := make(map[kg.ID]*kg.Tie, len(ids))
	if t.ledger != nil {
		if !t.ledger.knows(ids) {
			return ties, nil
		}
		if err := t.dropLedger(ctx); err != nil {
			return nil, err
		}
	}
	from := new(statement).add(" FROM json_each(?) j CROSS JOIN tie t ON t.id = j.value"+tieEnds, list(ids))
	err := t.tieRows(ctx, from, func(tie *kg.Tie) { ties[tie.ID] = tie })
	return ties, err
}

// TiesFrom implements store.Tx.
func (t *tx) TiesFrom(ctx context.Context, ids []kg.ID, relations []kg.Relation) ([]kg.Tie, error) {
	return t.tiesBy(ctx, ids, relations, "from_no", (*kg.RelationDef).Froms)
}

// TiesTo implements store.Tx.
func (t *tx) TiesTo(ctx context.Context, ids []kg.ID, relations []kg.Relation) ([]kg.Tie, error) {
	return t.tiesBy(ctx, ids, relations, "to_no", (*kg.RelationDef).Tos)
}

// tiesBy looks up pairs of a relation and a node, those that the relation table allows.
func (t *tx) tiesBy(ctx context.Context, ids []kg.ID, relations []kg.Relation, end string, kinds func(*kg.RelationDef) []kg.Kind) ([]kg.Tie, error) {
	if err := t.resolve(ctx, ids); err != nil {
		return nil, err
	}
	var pairs [][2]int64
	for _, r := range relations {
		allowed := kinds(r.Def())
		for _, id := range ids {
			if no := t.numbers[id]; no != 0 && slices.Contains(allowed, id.Kind()) {
				pairs = append(pairs, [2]int64{t.s.relations[r], no})
			}
		}
	}
	var ties []kg.Tie
	if len(pairs) == 0 {
		return nil, nil
	}
	index := map[string]string{"from_no": "tie_from", "to_no": "tie_to"}[end]
	from := new(statement).add(" FROM json_each(?) j CROSS JOIN tie t INDEXED BY "+index+" ON t.relation = j.value ->> 0 AND t."+end+" = j.value ->> 1"+tieEnds, list(pairs))
	err := t.tieRows(ctx, from, func(tie *kg.Tie) { ties = append(ties, *tie) })
	return ties, err
}

// TiesAt implements store.Tx.
func (t *tx) TiesAt(ctx context.Context, id kg.ID) ([]kg.Tie, error) {
	if err := t.resolve(ctx, []kg.ID{id}); err != nil {
		return nil, err
	}
	no := t.numbers[id]
	from := new(statement).add(" FROM ("+
		"SELECT t.no FROM relation r CROSS JOIN tie t INDEXED BY tie_from ON t.relation = r.no AND t.from_no = ? UNION "+
		"SELECT t.no FROM relation r CROSS JOIN tie t INDEXED BY tie_to ON t.relation = r.no AND t.to_no = ? UNION "+
		"SELECT t.no FROM relation r CROSS JOIN tie t INDEXED BY tie_ref ON t.relation = r.no AND t.ref_no = ?"+
		") h CROSS JOIN tie t ON t.no = h.no"+tieEnds, no, no, no)
	var ties []kg.Tie
	err := t.tieRows(ctx, from, func(tie *kg.Tie) { ties = append(ties, *tie) })
	return ties, err
}

// TieKeys implements store.Tx. The index on a tie's natural key finds them; the parts of a key are those of
// kg.Tie.Key.
func (t *tx) TieKeys(ctx context.Context, keys []string) (map[string]kg.ID, error) {
	parts := make([][]string, len(keys))
	var ids []kg.ID
	for i, key := range keys {
		parts[i] = strings.Split(key, "\x1f")
		ids = append(ids, kg.ID(parts[i][1]), kg.ID(parts[i][2]))
	}
	if err := t.resolve(ctx, ids); err != nil {
		return nil, err
	}
	var ask [][]any
	for i, p := range parts {
		from, to := t.numbers[kg.ID(p[1])], t.numbers[kg.ID(p[2])]
		if from == 0 || to == 0 {
			continue // a tie of a new node
		}
		day, err := keyDay(p[6])
		if err != nil {
			return nil, err
		}
		ask = append(ask, []any{i, t.s.relations[kg.Relation(p[0])], from, to, day, p[3], p[4], p[5]})
	}
	found := map[string]kg.ID{}
	if len(ask) == 0 {
		return found, nil
	}
	q := new(statement).add("SELECT j.value ->> 0, t.id FROM json_each(?) j CROSS JOIN tie t INDEXED BY tie_from ON t.relation = j.value ->> 1 AND t.from_no = j.value ->> 2 "+
		"AND t.to_no = j.value ->> 3 AND t.valid_from = j.value ->> 4 AND t.role = j.value ->> 5 AND t.scheme = j.value ->> 6 AND t.slot = j.value ->> 7", list(ask))
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var i int
		var id kg.ID
		err := rows.Scan(&i, &id)
		found[keys[i]] = id
		return err
	})
	return found, err
}

// keyDay reads the day in a tie's key; none is "".
func keyDay(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	d, err := kg.ParseDate(s)
	return int64(d), err
}

// Keyed implements store.Tx. That the value is not empty lets the partial indexes answer.
func (t *tx) Keyed(ctx context.Context, kind kg.Kind, field string, values []string) (map[string][]kg.ID, error) {
	col := column(field)
	q := new(statement).add("SELECT n."+col+", n.id FROM json_each(?) j CROSS JOIN node n ON n.kind = ? AND n."+col+" = j.value WHERE n."+col+" <> '' ORDER BY n.id", list(values), string(kind))
	out := map[string][]kg.ID{}
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var value string
		var id kg.ID
		err := rows.Scan(&value, &id)
		out[value] = append(out[value], id)
		return err
	})
	return out, err
}

// Areas implements store.Tx. A node is inside paths, and a path is many areas; an area is inside itself, too.
func (t *tx) Areas(ctx context.Context, ids []kg.ID) (map[kg.ID][]kg.AreaSpan, error) {
	if err := t.resolve(ctx, ids); err != nil {
		return nil, err
	}
	byNumber := map[int64]kg.ID{}
	var numbers []int64
	for _, id := range ids {
		if no := t.numbers[id]; no != 0 {
			byNumber[no] = id
			numbers = append(numbers, no)
		}
	}
	type stay struct {
		id   kg.ID
		path int64
		span kg.Span
	}
	var stays []stay
	paths := map[int64][]kg.ID{}
	q := new(statement).add("SELECT i.node_no, i.path_no, i.valid_from, i.valid_to FROM json_each(?) j CROSS JOIN inside i ON i.node_no = j.value", list(numbers))
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var no, path, from, to int64
		err := rows.Scan(&no, &path, &from, &to)
		stays = append(stays, stay{byNumber[no], path, span(from, to)})
		paths[path] = nil
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := t.readPaths(ctx, paths); err != nil {
		return nil, err
	}
	out := map[kg.ID][]kg.AreaSpan{}
	for _, id := range byNumber {
		if isArea(id.Kind()) {
			out[id] = append(out[id], kg.AreaSpan{Area: id})
		}
	}
	for _, s := range stays {
		for _, area := range paths[s.path] {
			if area != s.id {
				out[s.id] = append(out[s.id], kg.AreaSpan{Area: area, Span: s.span})
			}
		}
	}
	for _, spans := range out {
		slices.SortFunc(spans, compareSpans)
	}
	return out, nil
}

// readPaths fills in the areas of paths, and remembers their numbers.
func (t *tx) readPaths(ctx context.Context, paths map[int64][]kg.ID) error {
	var ask []int64
	for no := range paths {
		ask = append(ask, no)
	}
	q := new(statement).add("SELECT p.no, a.no, a.id FROM json_each(?) j CROSS JOIN path p ON p.no = j.value CROSS JOIN json_each('[' || p.areas || ']') k CROSS JOIN node a ON a.no = k.value", list(ask))
	return t.query(ctx, q, func(rows *sql.Rows) error {
		var path, no int64
		var id kg.ID
		err := rows.Scan(&path, &no, &id)
		paths[path] = append(paths[path], id)
		t.numbers[id] = no
		return err
	})
}
