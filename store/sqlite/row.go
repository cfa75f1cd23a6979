package sqlite

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"

	"lintu/kg"
)

// nodeColumns is what nodeRow reads, of a node at the alias n.
const nodeColumns = "n.id, n.version, n.valid_from, n.valid_to, n.data"

// nodeRow is a row of node. It is reused for the rows of a statement, so that a node that comes many times is
// decoded once.
type nodeRow struct {
	id       sql.NullString // NULL where an optional join found nothing
	version  sql.NullInt64
	from, to sql.NullInt64
	data     sql.RawBytes
	known    map[kg.ID]kg.Node
}

func (r *nodeRow) into() []any { return []any{&r.id, &r.version, &r.from, &r.to, &r.data} }

func (r *nodeRow) node() (kg.Node, error) {
	id := kg.ID(r.id.String)
	if n := r.known[id]; n != nil {
		return n, nil
	}
	n, err := kg.Decode(id.Kind(), r.data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	b := n.Common()
	b.ID, b.Version, b.Life = id, r.version.Int64, span(r.from.Int64, r.to.Int64)
	if r.known == nil {
		r.known = map[kg.ID]kg.Node{}
	}
	r.known[id] = n
	return n, nil
}

// tieColumns is what tieRow reads, of a tie at the alias t; the others are the ids of its ends and of the node that it
// refers to.
func tieColumns(from, to, ref string) string {
	return "t.id, t.version, t.relation, t.valid_from, t.valid_to, t.data, " + from + ", " + to + ", " + ref
}

// tieRow is a row of tie with the ids of its ends.
type tieRow struct {
	id, fromID, toID, refID sql.NullString
	version, relation       sql.NullInt64
	from, to                sql.NullInt64
	data                    sql.RawBytes
}

func (r *tieRow) into() []any {
	return []any{&r.id, &r.version, &r.relation, &r.from, &r.to, &r.data, &r.fromID, &r.toID, &r.refID}
}

func (r *tieRow) tie(names map[int64]kg.Relation) (*kg.Tie, error) {
	t := &kg.Tie{
		ID: kg.ID(r.id.String), Version: r.version.Int64, Relation: names[r.relation.Int64],
		From: kg.ID(r.fromID.String), To: kg.ID(r.toID.String), Ref: kg.ID(r.refID.String),
		Valid: span(r.from.Int64, r.to.Int64),
	}
	if string(r.data) == noData {
		return t, nil
	}
	return t, kg.DecodeTie(t, r.data)
}

// noData is the encoding of a tie without fields, which most have.
const noData = "{}"

func span(from, to int64) kg.Span { return kg.Span{From: kg.Date(from), To: kg.Date(to)} }

// distinct sorts a list and drops what is in it twice.
func distinct[T cmp.Ordered](values []T) []T {
	out := slices.Clone(values)
	slices.Sort(out)
	return slices.Compact(out)
}
