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

// A scan streams each kind and then each relation, in the database's own order and by its own numbers, several shares
// of each at a time. Nodes come with the properties that were asked for; the JSON is decoded only where it has a field
// that was asked for and is no property, or a point.

const (
	maxScanners = 4
	scanBatch   = 500              // rows given at once
	scanFetch   = 5000             // rows that the server sends ahead
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
	row, err := s.read(ctx, "CALL () { MATCH (n:"+nodeLabel+") RETURN count(n) AS nodes } CALL () { MATCH ()-[t:"+types(relationsOf(q))+"]->() RETURN count(t) AS ties } RETURN nodes, ties", nil)
	if err != nil {
		return err
	}
	sc := &scan{Store: s, to: store.OneAtATime(to), referred: map[kg.ID]int64{}}
	sc.to.Expect(int(asInt(row[0]) + asInt(row[1])))
	if err := sc.each(ctx, len(q.Nodes), func(ctx context.Context, i int, share string, p params) error {
		return sc.nodes(ctx, q.Nodes[i], share, p)
	}); err != nil {
		return err
	}
	return sc.each(ctx, len(q.Ties), func(ctx context.Context, i int, share string, p params) error {
		return sc.ties(ctx, q.Ties[i], share, p)
	})
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

// each does n things in shares: all shares of the first, then of the next.
func (sc *scan) each(ctx context.Context, n int, do func(ctx context.Context, i int, share string, p params) error) error {
	group, ctx := errgroup.WithContext(ctx)
	shares := min(runtime.GOMAXPROCS(0), maxScanners)
	group.SetLimit(shares)
	for i := range n {
		for k := range shares {
			group.Go(func() error {
				return do(ctx, i, "WHERE id(%s) %% $shares = $share ", params{"shares": int64(shares), "share": int64(k)})
			})
		}
	}
	return group.Wait()
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

// kindScan is what is read of a kind.
type kindScan struct {
	kind   kg.Kind
	fields []*kg.Field // that are properties, in the order of the columns behind the first five
	marks  []string    // how the JSON of a node begins a field that is read from it
	whole  bool        // the JSON is always read
}

func newKindScan(n store.NodeScan) *kindScan {
	k := &kindScan{kind: n.Kind}
	for _, name := range n.Fields {
		switch f := kg.FieldOf(n.Kind, name); {
		case f.Type == kg.Spot:
			k.whole = true
		case f.Filterable && f.Type != kg.Flags:
			k.fields = append(k.fields, f)
		default:
			k.marks = append(k.marks, `"`+name+`":`)
		}
	}
	return k
}

func (sc *scan) nodes(ctx context.Context, n store.NodeScan, share string, p params) error {
	k := newKindScan(n)
	refers := slices.ContainsFunc(kg.Relations, func(d kg.RelationDef) bool { return d.RefKind == n.Kind })
	statement := "MATCH (n:" + label(n.Kind) + ") " + fmt.Sprintf(share, "n") + "RETURN id(n), n." + strings.Join([]string{propID, propFrom, propTo, propData}, ", n.")
	for _, f := range k.fields {
		statement += ", n." + f.Name
	}
	var batch []store.ScannedNode
	flush := func() error {
		err := sc.to.Nodes(batch)
		clear(batch)
		batch = batch[:0]
		return err
	}
	err := sc.stream(ctx, statement, p, func(v []any) error {
		node, err := k.node(v)
		if err != nil {
			return err
		}
		no := asInt(v[0]) + 1 // the database counts from 0
		if refers {
			sc.mu.Lock()
			sc.referred[node.Common().ID] = no
			sc.mu.Unlock()
		}
		if batch = append(batch, store.ScannedNode{No: no, Node: node}); len(batch) == scanBatch {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

func (k *kindScan) node(v []any) (kg.Node, error) {
	id, data := kg.ID(asText(v[1])), asText(v[4])
	n := k.kind.Def().New()
	var err error
	if k.whole || slices.ContainsFunc(k.marks, func(m string) bool { return strings.Contains(data, m) }) {
		n, err = kg.Decode(k.kind, []byte(data))
	} else {
		for i, f := range k.fields {
			if value := v[5+i]; value != nil && err == nil {
				err = f.Set(n, value)
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("neo4j: %s: %w", id, err)
	}
	n.Common().ID, n.Common().Life = id, span(v[2], v[3])
	return n, nil
}

func (sc *scan) ties(ctx context.Context, t store.TieScan, share string, p params) error {
	columns := []string{"id(a)", "id(b)", "t." + propFrom, "t." + propTo, "null AS ref", "null AS tie", "null AS scheme", "null AS slot"}
	if t.Relation.Def().RefKind != "" {
		columns[4] = "t." + propRef + " AS ref"
	}
	if t.IDs {
		columns[5] = "t." + propID + " AS tie"
	}
	if t.Slots {
		columns[6], columns[7] = "t.scheme AS scheme", "t.slot AS slot"
	}
	statement := "MATCH (a)-[t:" + string(t.Relation) + "]->(b) " + fmt.Sprintf(share, "t") + "RETURN " + strings.Join(columns, ", ")
	var batch []store.ScannedTie
	flush := func() error {
		err := sc.to.Ties(batch)
		batch = batch[:0]
		return err
	}
	err := sc.stream(ctx, statement, p, func(v []any) error {
		tie := store.ScannedTie{Relation: t.Relation, From: asInt(v[0]) + 1, To: asInt(v[1]) + 1, Valid: span(v[2], v[3]),
			ID: kg.ID(asText(v[5])), Scheme: asText(v[6]), Slot: asText(v[7])}
		if ref := asText(v[4]); ref != "" {
			tie.Ref = sc.referred[kg.ID(ref)]
		}
		if batch = append(batch, tie); len(batch) == scanBatch {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}
