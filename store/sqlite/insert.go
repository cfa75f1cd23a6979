package sqlite

import (
	"context"
	"slices"
	"strings"

	"lintu/kg"
)

// The columns of the rows that are inserted, and their values.

var (
	flagColumns  = []string{"node_no", "field", "ord", "value", "kind", "valid_from", "valid_to"}
	pointColumns = []string{"no", "min_lat", "max_lat", "min_lon", "max_lon"}
	tieHead      = []string{"no", "id", "version", "relation", "from_no", "to_no", "ref_no", "valid_from", "valid_to", "data"}
)

// tieColumnsOf are the columns that ties of a relation fill; the rest keeps its defaults.
func tieColumnsOf(r kg.Relation) []string {
	columns := slices.Clone(tieHead)
	for _, f := range r.Def().Stored() {
		columns = append(columns, column(f.Name))
	}
	return columns
}

// nodeHead is how many columns nodes of all kinds fill; those of the kind's own fields follow.
const nodeHead = 11

// nodeColumnsOf are the columns that nodes of a kind fill; the rest stays NULL.
func nodeColumnsOf(k kg.Kind) []string {
	columns := []string{"no", "id", "kind", "version", "valid_from", "valid_to", "sort_key", "norm", "lat", "lon", "data"}
	for _, f := range storedFields[k] {
		columns = append(columns, column(f.Name))
	}
	return columns
}

var storedFields = func() map[kg.Kind][]*kg.Field {
	fields := map[kg.Kind][]*kg.Field{}
	for _, d := range kg.Kinds {
		for _, f := range kg.FieldsOf(d.Kind) {
			if stored(&f) {
				fields[d.Kind] = append(fields[d.Kind], kg.FieldOf(d.Kind, f.Name))
			}
		}
	}
	return fields
}()

func nodeValues(no int64, n kg.Node) []any {
	b := n.Common()
	var lat, lon any
	if p := pointOf(n); p != nil {
		lat, lon = p.Lat, p.Lon
	}
	fields := storedFields[n.Kind()]
	row := append(make([]any, 0, nodeHead+len(fields)), no, string(b.ID), string(n.Kind()), b.Version, int64(b.Life.From), int64(b.Life.To), kg.SortKey(n), kg.Norm(n), lat, lon, string(kg.Encode(n)))
	for _, f := range fields {
		row = append(row, f.Get(n))
	}
	return row
}

func flagValues(no int64, n kg.Node) []any {
	var rows []any
	for _, f := range kg.FieldsOf(n.Kind()) {
		if f.Type != kg.Flags {
			continue
		}
		for i, flag := range f.Get(n).([]kg.Flag) {
			rows = append(rows, no, f.Name, i, flag.Value, string(n.Kind()), int64(flag.From), int64(flag.To))
		}
	}
	return rows
}

func (t *tx) tieValues(no int64, tie *kg.Tie) []any {
	var ref any
	if tie.Ref != "" {
		ref = t.numbers[tie.Ref]
	}
	row := []any{no, string(tie.ID), tie.Version, t.s.relations[tie.Relation], t.numbers[tie.From], t.numbers[tie.To], ref,
		int64(tie.Valid.From), int64(tie.Valid.To), string(kg.EncodeTie(tie))}
	for _, f := range tie.Relation.Def().Stored() {
		row = append(row, f.Get(tie))
	}
	return row
}

// valuesAtOnce bounds the parameters of one INSERT: long statements cost less a row, up to some length.
const valuesAtOnce = 800

// insert adds rows, given as the values of one after the other. Where the number of a row is left out, the table gives
// it the next, as tx.next says it; what is numbered so need not be checked, and costs a tenth less. A few lengths of statements serve all batches: many
// rows at once, then one by one. A row that fails ends the whole transaction, so that no statement need be undone by
// itself: OR FAIL spares SQLite the copies of pages that it would keep for that.
func (t *tx) insert(ctx context.Context, table string, columns []string, values []any) error {
	if len(values) == 0 {
		return nil
	}
	unwatched := context.WithoutCancel(ctx) // watching it inside each statement costs more than the statement
	width := len(columns)
	many := max(1, valuesAtOnce/width)
	head := "INSERT OR FAIL INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES "
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", width), ", ") + ")"
	long := head + strings.TrimSuffix(strings.Repeat(row+", ", many), ", ")
	for len(values) >= many*width {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.exec(unwatched, long, values[:many*width]...); err != nil {
			return err
		}
		values = values[many*width:]
	}
	for len(values) > 0 {
		if err := t.exec(unwatched, head+row, values[:width]...); err != nil {
			return err
		}
		values = values[width:]
	}
	return nil
}
