package floor

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lintu/kg"
)

// exports are the files of Export: a head and a statement each. Of several homes or workplaces the first counts.
func (s *SQLite) exports() map[string][2]string {
	one := func(relation kg.Relation) string {
		return fmt.Sprintf(`(SELECT o.id FROM tie t CROSS JOIN node o ON o.no = t.to_no AND %s WHERE t.relation = %d AND t.from_no = n.no AND %s ORDER BY o.sort_key, t.id LIMIT 1)`,
			holds("o"), s.relations[relation], holds("t"))
	}
	from := func(kind kg.Kind) string {
		return fmt.Sprintf(` FROM node n WHERE n.kind = '%s' AND %s`, kind, holds("n"))
	}
	return map[string][2]string{
		"unit.csv":      {"id,name,unit_kind", "SELECT n.id, n.name, n.unit_kind" + from(kg.KindUnit)},
		"household.csv": {"id,number,floor", "SELECT n.id, n.number, nullif(n.floor, 0)" + from(kg.KindHousehold)},
		"person.csv":    {personHead, "SELECT n.id, n.name, nullif(n.birth_date, 0), " + one(kg.LivesIn) + ", " + one(kg.WorksAt) + from(kg.KindPerson)},
	}
}

// Export writes what W1 asks about as CSV files into a folder, for a peer: units, households, people, as of a day.
func (s *SQLite) Export(ctx context.Context, day kg.Date, folder string) error {
	for name, e := range s.exports() {
		if err := s.export(ctx, day, filepath.Join(folder, name), e[0], e[1]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (s *SQLite) export(ctx context.Context, day kg.Date, path, head, statement string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := fmt.Fprintln(f, head); err != nil {
		return err
	}
	rows, err := s.db.QueryContext(ctx, statement, int64(day))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	w, record := csv.NewWriter(f), make([]string, len(names))
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			record[i] = csvText(i, head, v)
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return errors.Join(rows.Err(), w.Error())
}

// birthColumn is where person.csv has the date, which the store holds as a number.
const personHead, birthColumn = "id,name,birth_date,household_id,unit_id", 2

func csvText(column int, head string, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int64:
		if head == personHead && column == birthColumn {
			return kg.Date(v).String()
		}
		return fmt.Sprint(v)
	}
	return fmt.Sprint(v)
}
