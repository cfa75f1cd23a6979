package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lintu/kg"
)

// openInside opens a store for a test that looks into it.
func openInside(t *testing.T) (*Store, *conn) {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "town.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c, err := s.readers.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.readers.give(c, false) })
	return s, c
}

// texts are the first column of a statement's rows.
func texts(t testing.TB, c *conn, query string, args ...any) []string {
	t.Helper()
	var out []string
	err := c.query(context.WithoutCancel(t.Context()), new(statement).add(query, args...), func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		out = append(out, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ownColumns are the columns that no field of the field table stands behind.
var ownColumns = map[string][]string{
	"node": {"no", "id", "kind", "version", "valid_from", "valid_to", "sort_key", "norm", "lat", "lon", "data"},
	"tie":  {"no", "id", "version", "relation", "from_no", "to_no", "ref_no", "valid_from", "valid_to", "data"},
}

var columnTypeOf = map[kg.FieldType]string{kg.Text: "TEXT", kg.Pick: "TEXT", kg.Int: "INTEGER", kg.Bool: "INTEGER", kg.Day: "INTEGER"}

func TestEveryFilterableFieldHasItsColumnAndNoColumnIsLeftOver(t *testing.T) {
	_, c := openInside(t)
	want := map[string]map[string]string{"node": {}, "tie": {}}
	for _, d := range kg.Kinds {
		for _, f := range kg.FieldsOf(d.Kind) {
			if !stored(&f) {
				continue
			}
			kind := columnTypeOf[f.Type]
			if have := want["node"][column(f.Name)]; have != "" && have != kind {
				t.Errorf("the kinds that share the field %s store it as %s and as %s", f.Name, have, kind)
			}
			want["node"][column(f.Name)] = kind
		}
	}
	for _, f := range slices.Concat(kg.TieFields(), kg.ComputedTieFields()) {
		if f.Filterable {
			want["tie"][column(f.Name)] = columnTypeOf[f.Type]
		}
	}
	for table, columns := range want {
		for _, name := range texts(t, c, "SELECT name FROM pragma_table_info(?)", table) {
			have := texts(t, c, "SELECT type FROM pragma_table_info(?) WHERE name = ?", table, name)[0]
			switch kind, isField := columns[name]; {
			case isField && have != kind:
				t.Errorf("%s.%s is %s, not %s", table, name, have, kind)
			case !isField && !slices.Contains(ownColumns[table], name):
				t.Errorf("no field stands behind %s.%s", table, name)
			}
			delete(columns, name)
		}
		for name := range columns {
			t.Errorf("%s has no column %s", table, name)
		}
	}
}

func TestEverySortableFieldHasAnIndexThatEndsWithTheId(t *testing.T) {
	_, c := openInside(t)
	for _, d := range kg.Kinds {
		for _, f := range kg.FieldsOf(d.Kind) {
			if !f.Sortable {
				continue
			}
			index := "node_" + column(f.Name)
			if got := strings.Join(texts(t, c, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", index), ", "); got != "kind, "+column(f.Name)+", id" {
				t.Errorf("%s.%s: the index %s is on (%s)", d.Kind, f.Name, index, got)
			}
		}
	}
}

func TestEveryRelationHasItsNumberAndNoNumberIsLeftOver(t *testing.T) {
	s, c := openInside(t)
	var want []string
	for _, d := range kg.Relations {
		want = append(want, string(d.Relation))
		if s.names[s.relations[d.Relation]] != d.Relation {
			t.Errorf("the number of %s is that of %s", d.Relation, s.names[s.relations[d.Relation]])
		}
	}
	slices.Sort(want)
	if got := texts(t, c, "SELECT name FROM relation ORDER BY name"); !slices.Equal(got, want) {
		t.Errorf("the table has\n%v, not\n%v", got, want)
	}
}

func TestTheIndexOnTheKeyOfTiesHasThePartsOfTheKey(t *testing.T) {
	_, c := openInside(t)
	got := strings.Join(texts(t, c, "SELECT name FROM pragma_index_info('tie_from') ORDER BY seqno"), ", ")
	if got != "relation, from_no, to_no, valid_from, role, scheme, slot" {
		t.Errorf("got %s", got)
	}
	tie := kg.Tie{Relation: kg.HoldsPost, From: "person_a", To: "grid_b", Role: "r", Scheme: "s", Slot: "l", Valid: kg.Span{From: kg.MustDate("2020-02-03")}}
	if got := strings.Join(strings.Split(tie.Key(), "\x1f"), ", "); got != "HOLDS_POST, person_a, grid_b, r, s, l, 2020-02-03" {
		t.Errorf("the parts of a key are %s; TieKeys takes them apart", got)
	}
}

func TestMigrationsAreNumberedWithoutGaps(t *testing.T) {
	files, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(f.Name(), want) || filepath.Ext(f.Name()) != ".sql" {
			t.Errorf("file %d is %s, not %sname.sql", i+1, f.Name(), want)
		}
	}
}

func TestTheIndexesOnRareValuesLeaveOutTheUsualOne(t *testing.T) {
	_, c := openInside(t)
	for field, value := range usual {
		index := texts(t, c, "SELECT sql FROM sqlite_schema WHERE name = ?", "node_"+column(field))
		if len(index) != 1 || !strings.Contains(index[0], "ON node ("+column(field)) || !strings.HasSuffix(index[0], " WHERE "+column(field)+" <> "+value) {
			t.Errorf("%s: got %v", field, index)
		}
	}
}
