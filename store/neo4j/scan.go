package neo4j

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"golang.org/x/sync/errgroup"

	"lintu/kg"
	"lintu/store"
)

// A scan reads nodes and then ties by the database's own numbers, which is their order on the disk, several ranges at a
// time. A record holds many rows: one of the driver's costs as much as reading ten. Nodes come with the properties that were
// asked for; the JSON is sent and decoded only of kinds of which a field was asked for that is no property, or a point.

const (
	maxScanners = 4                // ranges read at the same time
	scanPart    = 50000            // numbers of a range
	scanBatch   = 500              // numbers of a record, and rows given at once
	scanFetch   = 20               // records that the server sends ahead
	scanTimeout = 10 * time.Minute // of a statement, where the context gives no less
)

var _ store.Scanner = (*Store)(nil)

// Scan implements store.Scanner.
func (s *Store) Scan(ctx context.Context, q store.ScanQuery, to store.ScanSink) error {
	if err := q.Check(); err != nil {
		return err
	}
	if s.closed.Load() {
		return fmt.Errorf("neo4j: the store is closed: %w", kg.ErrUnavailable)
	}
	row, err := s.read(ctx, "CALL () { MATCH (n:"+nodeLabel+") RETURN count(n) AS nodes, max(id(n)) AS lastNode } CALL () { MATCH ()-[t:"+types(relationsOf(q))+"]->() "+
		"RETURN count(t) AS ties, max(id(t)) AS lastTie } RETURN nodes, lastNode, ties, lastTie", nil)
	if err != nil {
		return err
	}
	sc := &scan{Store: s, to: store.OneAtATime(to), referred: map[kg.ID]int64{}}
	sc.to.Expect(int(asInt(row[0]) + asInt(row[2])))
	if len(q.Nodes) > 0 {
		nodes := newNodeScan(q.Nodes)
		if err := sc.inParts(ctx, asInt(row[1]), nodes.statement, func() scanRows { return &nodeRows{scan: sc, nodeScan: nodes} }); err != nil {
			return err
		}
	}
	if len(q.Ties) > 0 {
		return sc.inParts(ctx, asInt(row[3]), tieStatement(q.Ties), func() scanRows { return &tieRows{scan: sc} })
	}
	return nil
}

func relationsOf(q store.ScanQuery) []kg.Relation {
	var out []kg.Relation
	for _, t := range q.Ties {
		out = append(out, t.Relation)
	}
	if len(out) == 0 { // a pattern without types would take the ties of all
		out = append(out, kg.PartOf)
	}
	return out
}

type scan struct {
	*Store
	to store.ScanSink

	mu       sync.Mutex
	referred map[kg.ID]int64 // numbers of the nodes of kinds that ties refer to, by id
}

// scanRows reads the records of a range.
type scanRows interface {
	record(values []any) error
}

// inParts reads what has the numbers up to the last. What is added meanwhile is in the journal.
func (sc *scan) inParts(ctx context.Context, last int64, statement string, begin func() scanRows) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(min(runtime.GOMAXPROCS(0), maxScanners))
	for from := int64(0); from <= last; from += scanPart {
		group.Go(func() error {
			return sc.stream(ctx, statement, params{"from": from, "to": min(from+scanPart-1, last)}, begin().record)
		})
	}
	return group.Wait()
}

// numbered finds something by each number of a range, and gives a record of rows for some numbers together.
func numbered(pattern, v, where, rows string) string {
	return fmt.Sprintf("UNWIND range($from, $to, %[1]d) AS first CALL (first) { UNWIND range(first, CASE WHEN first + %[2]d < $to THEN first + %[2]d ELSE $to END) AS i "+
		"MATCH %[3]s WHERE id(%[4]s) = i%[5]s RETURN %[6]s } RETURN ", scanBatch, scanBatch-1, pattern, v, where, rows)
}

// stream hands over each record of a statement.
func (sc *scan) stream(ctx context.Context, statement string, p params, each func([]any) error) error {
	store.CountStatement(ctx)
	if sc.sent != nil {
		sc.sent(statement, p)
	}
	session := sc.driver.NewSession(ctx, driver.SessionConfig{AccessMode: driver.AccessModeRead, DatabaseName: sc.database, BookmarkManager: sc.bookmarks, FetchSize: scanFetch})
	defer func() { _ = session.Close(context.WithoutCancel(ctx)) }()
	result, err := session.Run(ctx, statement, p, driver.WithTxTimeout(remaining(ctx, scanTimeout)))
	if err != nil {
		return fail(ctx, err)
	}
	for result.Next(ctx) {
		if err := each(result.Record().Values); err != nil {
			return err
		}
	}
	return fail(ctx, result.Err())
}

// nodeScan is what is read of nodes.
type nodeScan struct {
	kinds     map[kg.Kind]*kindScan
	statement string
}

// kindScan is what is read of a kind.
type kindScan struct {
	kind    kg.Kind
	refers  bool        // ties refer to nodes of the kind
	fields  []*kg.Field // that are properties, in the order of the columns
	marks   []string    // how the JSON of a node begins a field that is read from it
	whole   bool        // the JSON is always read
	columns []string
}

// The first columns of a node; the JSON, where it is read, is the first of its kind's own.
const (
	scanNo = iota
	scanID
	scanFrom
	scanTo
	scanOwn
)

func newNodeScan(asked []store.NodeScan) *nodeScan {
	s := &nodeScan{kinds: map[kg.Kind]*kindScan{}}
	var kinds []kg.Kind
	own := ""
	for _, n := range slices.Backward(asked) { // the kinds with the most nodes are the last of the table, and the first to be told apart
		k := newKindScan(n)
		s.kinds[n.Kind], kinds = k, append(kinds, n.Kind)
		if len(k.columns) > 0 {
			own += " WHEN n:" + label(n.Kind) + " THEN [n." + strings.Join(k.columns, ", n.") + "]"
		}
	}
	if own != "" {
		own = ", CASE" + own + " END"
	}
	where := ""
	if of := ofKinds("n", kinds, nil); of != yes {
		where = " AND " + of
	}
	columns := "i + 1, n." + strings.Join([]string{propID, propFrom, propTo}, ", n.") + own // the database counts from 0
	s.statement = numbered("(n:"+nodeLabel+")", "n", where, "collect(["+columns+"]) AS rows") + "rows"
	return s
}

func newKindScan(n store.NodeScan) *kindScan {
	k := &kindScan{kind: n.Kind, refers: slices.ContainsFunc(kg.Relations, func(d kg.RelationDef) bool { return d.RefKind == n.Kind })}
	var properties []string
	for _, name := range n.Fields {
		switch f := kg.FieldOf(n.Kind, name); {
		case f.Type == kg.Spot:
			k.whole = true
		case f.Filterable && f.Type != kg.Flags:
			k.fields, properties = append(k.fields, f), append(properties, f.Name)
		default:
			k.marks = append(k.marks, `"`+name+`":`)
		}
	}
	if k.json() {
		k.columns = append(k.columns, propData)
	}
	k.columns = append(k.columns, properties...)
	return k
}

// json says whether the JSON is sent.
func (k *kindScan) json() bool { return k.whole || len(k.marks) > 0 }

// node reads a node out of its columns.
func (k *kindScan) node(v []any) (n kg.Node, err error) {
	var own []any
	if len(k.columns) > 0 {
		own = asList(v[scanOwn])
	}
	data := ""
	if k.json() {
		data, own = asText(own[0]), own[1:]
	}
	if k.whole || slices.ContainsFunc(k.marks, func(m string) bool { return strings.Contains(data, m) }) {
		n, err = kg.Decode(k.kind, []byte(data))
	} else {
		n = k.kind.Def().New()
		for i, f := range k.fields {
			if own[i] != nil && err == nil {
				err = f.Set(n, own[i])
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("neo4j: %s: %w", asText(v[scanID]), err)
	}
	n.Common().ID, n.Common().Life = kg.ID(asText(v[scanID])), span(v[scanFrom], v[scanTo])
	return n, nil
}

// nodeRows reads the nodes of a range.
type nodeRows struct {
	*scan
	*nodeScan
	batch []store.ScannedNode
}

func (r *nodeRows) record(values []any) error {
	clear(r.batch)
	r.batch = r.batch[:0]
	for _, row := range asList(values[0]) {
		v := asList(row)
		k := r.kinds[kg.ID(asText(v[scanID])).Kind()]
		n, err := k.node(v)
		if err != nil {
			return err
		}
		no := asInt(v[scanNo])
		if k.refers {
			r.refer(n.Common().ID, no)
		}
		r.batch = append(r.batch, store.ScannedNode{No: no, Node: n})
	}
	return r.to.Nodes(r.batch)
}

// refer notes the number of a node that ties may refer to.
func (sc *scan) refer(id kg.ID, no int64) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.referred[id] = no
}

// The columns of a tie; those of the last list are few relations' only.
const (
	tieFrom = iota
	tieTo
	tieSince
	tieUntil
	tieOwn
)

// tieStatement gives, for some numbers together, records of a relation and the rows of its ties.
func tieStatement(asked []store.TieScan) string {
	var relations []kg.Relation
	own := ""
	for _, t := range asked {
		relations = append(relations, t.Relation)
		columns := []string{"null", "null", "null", "null"}
		if t.Relation.Def().RefKind != "" {
			columns[0] = "t." + propRef
		}
		if t.IDs {
			columns[1] = "t." + propID
		}
		if t.Slots {
			columns[2], columns[3] = "t.scheme", "t.slot"
		}
		if list := strings.Join(columns, ", "); strings.Contains(list, "t.") {
			own += " WHEN '" + string(t.Relation) + "' THEN [" + list + "]"
		}
	}
	if own != "" {
		own = ", CASE type(t)" + own + " END"
	}
	columns := "id(a) + 1, id(b) + 1, t." + propFrom + ", t." + propTo + own
	return numbered("(a)-[t:"+types(relations)+"]->(b)", "t", "", "type(t) AS relation, collect(["+columns+"]) AS rows") + "relation, rows"
}

// tieRows reads the ties of a range.
type tieRows struct {
	*scan
	batch []store.ScannedTie
}

func (r *tieRows) record(values []any) error {
	r.batch = r.batch[:0]
	relation := kg.Relation(asText(values[0]))
	for _, row := range asList(values[1]) {
		v := asList(row)
		t := store.ScannedTie{Relation: relation, From: asInt(v[tieFrom]), To: asInt(v[tieTo]), Valid: span(v[tieSince], v[tieUntil])}
		if len(v) > tieOwn && v[tieOwn] != nil {
			own := asList(v[tieOwn])
			if ref := asText(own[0]); ref != "" {
				t.Ref = r.referred[kg.ID(ref)]
			}
			t.ID, t.Scheme, t.Slot = kg.ID(asText(own[1])), asText(own[2]), asText(own[3])
		}
		r.batch = append(r.batch, t)
	}
	return r.to.Ties(r.batch)
}
