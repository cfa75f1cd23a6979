package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// A scan reads the tables node and tie in the order of their numbers, which is the order on the disk, several ranges
// at a time. Fields that have a column are taken from it; the JSON is decoded only where it has a field that was
// asked for and has none. Rows come straight from the driver: database/sql costs more a row than SQLite does. Every
// column costs as much again as reading the row's part of it (SQLite locks for each), so that a row comes in few of
// them: numbers are packed, and the fields of all kinds share the columns behind the first.

const (
	maxScanners = 4       // ranges read at the same time
	scanBatch   = 500     // rows given at once
	scanPart    = 50000   // rows of a range
	scanEnds    = 1 << 31 // the first number of a node that cannot be packed with another
)

var _ store.Scanner = (*Store)(nil)

// Scan implements store.Scanner.
func (s *Store) Scan(ctx context.Context, q store.ScanQuery, to store.ScanSink) error {
	if err := q.Check(); err != nil {
		return err
	}
	var nodes, ties int64
	err := s.read(ctx, "Scan", func(r *reader) error {
		return r.c.QueryRowContext(ctx, "SELECT (SELECT ifnull(max(no), 0) FROM node), (SELECT ifnull(max(no), 0) FROM tie)").Scan(&nodes, &ties)
	})
	if err != nil {
		return err
	}
	if nodes >= scanEnds {
		return store.ScanPages(ctx, s, q, to)
	}
	to = store.OneAtATime(to)
	to.Expect(int(nodes + ties))
	if err := s.inParts(ctx, nodes, func() scanRows { return newNodeScan(q.Nodes, to) }); err != nil {
		return err
	}
	return s.inParts(ctx, ties, func() scanRows { return s.newTieScan(q.Ties, to) })
}

// scanRows reads the rows of a range.
type scanRows interface {
	statement() string // its two parameters are the numbers before the first and of the last row
	row(values []driver.Value) error
	flush() error
}

// inParts reads the rows up to a number. What is added meanwhile is in the journal.
func (s *Store) inParts(ctx context.Context, last int64, begin func() scanRows) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(min(runtime.GOMAXPROCS(0), maxScanners))
	for from := int64(0); from < last; from += scanPart {
		group.Go(func() error {
			return s.read(ctx, "Scan", func(r *reader) error {
				rows := begin()
				if err := r.direct(ctx, rows.statement(), []any{from, min(from+scanPart, last)}, rows.row); err != nil {
					return err
				}
				return rows.flush()
			})
		})
	}
	return group.Wait()
}

// direct runs a statement on the driver's own connection and hands over each row. Texts are copies.
func (r *reader) direct(ctx context.Context, text string, args []any, each func([]driver.Value) error) error {
	store.CountStatement(ctx)
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return r.c.Raw(func(c any) error {
		q, ok := c.(driver.QueryerContext)
		if !ok {
			return fmt.Errorf("the driver's %T cannot query", c)
		}
		rows, err := q.QueryContext(ctx, text, named)
		if err != nil {
			return err
		}
		values := make([]driver.Value, len(rows.Columns()))
		for {
			if err = rows.Next(values); err == nil {
				err = each(values)
			}
			if err != nil {
				break
			}
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return errors.Join(err, rows.Close())
	})
}

// Spans come as one number: days are packed with an offset that makes those of all years positive.
const (
	dayBits   = 24
	dayOffset = 1 << (dayBits - 1)
	spanBits  = 2 * dayBits
)

// packedSpan is the span of a row at an alias as one number.
func packedSpan(alias string) string {
	return fmt.Sprintf("(((%[1]s.valid_from + %[2]d) << %[3]d) | (%[1]s.valid_to + %[2]d))", alias, dayOffset, dayBits)
}

// unpackSpan gives the span and what stands above it.
func unpackSpan(v int64) (kg.Span, int64) {
	const days = 1<<dayBits - 1
	return span(v>>dayBits&days-dayOffset, v&days-dayOffset), v >> spanBits
}

// nodeScan reads nodes.
type nodeScan struct {
	kinds map[kg.Kind]*kindScan
	text  string
	to    store.ScanSink
	batch []store.ScannedNode
}

// kindScan is what is read of a kind.
type kindScan struct {
	kind   kg.Kind
	fields []scanField
	marks  []string // how the JSON of a node begins a field that only the JSON has
}

type scanField struct {
	*kg.Field
	at int // its column; of a point, that of the latitude, before that of the longitude
}

// The first columns of a scan of nodes.
const (
	scanNo = iota
	scanID
	scanSpan
	scanData
	scanFields
)

func newNodeScan(asked []store.NodeScan, to store.ScanSink) *nodeScan {
	s := &nodeScan{kinds: map[kg.Kind]*kindScan{}, to: to}
	data := ""
	var shared [][]string                      // by column behind the first: what it is of each kind
	for _, n := range slices.Backward(asked) { // the kinds with the most nodes are the last of the table, and the first to be told apart
		k := &kindScan{kind: n.Kind}
		when := "WHEN '" + string(n.Kind) + "' THEN n."
		at := scanFields
		add := func(name string) {
			if at-scanFields == len(shared) {
				shared = append(shared, nil)
			}
			shared[at-scanFields] = append(shared[at-scanFields], when+name)
			at++
		}
		for _, name := range n.Fields {
			f := kg.FieldOf(n.Kind, name)
			switch {
			case f.Type == kg.Spot:
				k.fields = append(k.fields, scanField{f, at})
				add("lat")
				add("lon")
			case stored(f):
				k.fields = append(k.fields, scanField{f, at})
				add(column(name))
			default:
				k.marks = append(k.marks, `"`+name+`":`)
			}
		}
		if len(k.marks) > 0 {
			data += " " + when + "data"
		}
		s.kinds[n.Kind] = k
	}
	columns := []string{"n.no", "n.id", packedSpan("n"), "NULL"}
	if data != "" {
		columns[scanData] = "CASE n.kind" + data + " END"
	}
	for _, whens := range shared {
		columns = append(columns, "CASE n.kind "+strings.Join(whens, " ")+" END")
	}
	s.text = "SELECT " + strings.Join(columns, ", ") + " FROM node n WHERE n.no > ? AND n.no <= ?"
	return s
}

func (s *nodeScan) statement() string { return s.text }

func (s *nodeScan) row(v []driver.Value) error {
	id := kg.ID(v[scanID].(string))
	k := s.kinds[id.Kind()]
	if k == nil {
		return nil
	}
	n, err := k.node(v)
	if err != nil {
		return fmt.Errorf("%s: %w", id, err)
	}
	b := n.Common()
	b.ID = id
	b.Life, _ = unpackSpan(v[scanSpan].(int64))
	s.batch = append(s.batch, store.ScannedNode{No: v[scanNo].(int64), Node: n})
	if len(s.batch) == scanBatch {
		return s.flush()
	}
	return nil
}

func (s *nodeScan) flush() error {
	err := s.to.Nodes(s.batch)
	clear(s.batch)
	s.batch = s.batch[:0]
	return err
}

func (k *kindScan) node(v []driver.Value) (kg.Node, error) {
	data, _ := v[scanData].(string) // NULL where nothing is looked for in it
	for _, m := range k.marks {
		if strings.Contains(data, m) {
			return kg.Decode(k.kind, []byte(data))
		}
	}
	n := k.kind.Def().New()
	for _, f := range k.fields {
		if err := f.fill(n, v); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// fill sets the field from its column; NULL is absent.
func (f *scanField) fill(n kg.Node, v []driver.Value) error {
	value := v[f.at]
	switch {
	case value == nil:
		return nil
	case f.Type == kg.Spot:
		return f.Set(n, pointAt(value, v[f.at+1]))
	case f.Type == kg.Bool:
		value = value.(int64) != 0
	}
	return f.Set(n, value)
}

func pointAt(lat, lon driver.Value) *geo.Point {
	return &geo.Point{Lat: lat.(float64), Lon: lon.(float64)}
}

// tieScan reads ties.
type tieScan struct {
	names      map[int64]kg.Relation
	all        []int64 // the relations' numbers
	ids, slots []int64 // those whose ids, or schemes and slots, are read
	to         store.ScanSink
	batch      []store.ScannedTie
}

func (s *Store) newTieScan(asked []store.TieScan, to store.ScanSink) *tieScan {
	scan := &tieScan{names: s.names, to: to}
	for _, t := range asked {
		no := s.relations[t.Relation]
		scan.all = append(scan.all, no)
		if t.IDs {
			scan.ids = append(scan.ids, no)
		}
		if t.Slots {
			scan.slots = append(scan.slots, no)
		}
	}
	return scan
}

func (s *tieScan) statement() string {
	return fmt.Sprintf("SELECT (t.relation << %d) | %s, (t.from_no << 32) | t.to_no, t.ref_no, "+
		"CASE WHEN t.relation IN (%s) THEN t.id END, CASE WHEN t.relation IN (%s) THEN t.scheme || char(0) || t.slot END "+
		"FROM tie t WHERE t.no > ? AND t.no <= ? AND +t.relation IN (%s)",
		spanBits, packedSpan("t"), numbers(s.ids), numbers(s.slots), numbers(s.all))
}

func numbers(list []int64) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ", "), "[]")
}

func (s *tieScan) row(v []driver.Value) error {
	t := store.ScannedTie{}
	var relation int64
	t.Valid, relation = unpackSpan(v[0].(int64))
	t.Relation = s.names[relation]
	ends := v[1].(int64)
	t.From, t.To = ends>>32, ends&(1<<32-1)
	t.Ref, _ = v[2].(int64)
	if id, asked := v[3].(string); asked {
		t.ID = kg.ID(id)
	}
	if slots, asked := v[4].(string); asked {
		t.Scheme, t.Slot, _ = strings.Cut(slots, "\x00")
	}
	s.batch = append(s.batch, t)
	if len(s.batch) == scanBatch {
		return s.flush()
	}
	return nil
}

func (s *tieScan) flush() error {
	err := s.to.Ties(s.batch)
	s.batch = s.batch[:0]
	return err
}
