package layer

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"lintu/geo"
	"lintu/kg"
)

// Table is an answer as rows, for a spreadsheet, a map program, a terminal or a script.
type Table struct {
	Name    string   // a-z and -
	Columns []Column //
	Rows    [][]any  // by column: string, kg.ID, bool, int, float64, degrees; nil for nothing
	Points  []*geo.Point
	// Points are where rows are, in their order; nil where a table has no places, or a row has none.
}

// Column is a column of a table.
type Column struct{ Name, ZH string }

// WriteCSV writes the table as CSV (RFC 4180, UTF-8 with a byte order mark, which spreadsheets need for Chinese): a
// header, then a line a row. No cell can be taken for a formula: a text that begins with = + - @, a tab or a line
// break gets an apostrophe in front.
func (t *Table) WriteCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = c.Name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for _, row := range t.Rows {
		for i, v := range row {
			record[i] = cell(v)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// cell is a value as a text that no spreadsheet takes for a formula.
func cell(v any) string {
	text := Text(v)
	if _, isText := v.(string); isText && text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// Text is a value of a row as text: numbers in full, to the thousandth; nothing for nil.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case kg.ID:
		return string(v)
	case float64:
		return strconv.FormatFloat(thousandths(v), 'f', -1, 64)
	case degrees:
		return strconv.FormatFloat(float64(v), 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// degrees is a latitude or longitude, which is never rounded.
type degrees float64

func thousandths(v float64) float64 { return math.Round(v*1000) / 1000 }

// WriteGeoJSON writes the table as a FeatureCollection (RFC 7946): a feature a row, a Point or null as its geometry,
// the columns as its properties. The error is kg.ErrInvalid for a table without places.
func (t *Table) WriteGeoJSON(w io.Writer) error {
	if t.Points == nil {
		return kg.Invalid("format", t.Name+" has no places", "csv or json")
	}
	features := make([]feature, len(t.Rows))
	for i := range t.Rows {
		features[i] = feature{Type: "Feature", Properties: t.object(i)}
		if p := t.Points[i]; p != nil {
			features[i].Geometry = point(*p)
		}
	}
	return json.NewEncoder(w).Encode(collection{Type: "FeatureCollection", Features: features})
}

// WriteJSON writes the rows as a list of objects.
func (t *Table) WriteJSON(w io.Writer) error {
	rows := make([]properties, len(t.Rows))
	for i := range rows {
		rows[i] = t.object(i)
	}
	return json.NewEncoder(w).Encode(rows)
}

func (t *Table) object(row int) properties {
	out := make(properties, len(t.Columns))
	for i, c := range t.Columns {
		v := t.Rows[row][i]
		if f, ok := v.(float64); ok {
			v = thousandths(f)
		}
		out[i] = property{c.Name, v}
	}
	return out
}

// collection and feature are GeoJSON's; a geometry is nil, or what marshals to one.
type collection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
}

type feature struct {
	Type       string     `json:"type"`
	ID         kg.ID      `json:"id,omitempty"`
	Geometry   any        `json:"geometry"`
	Properties properties `json:"properties"`
}

func point(p geo.Point) any {
	return map[string]any{"type": "Point", "coordinates": [2]float64{p.Lon, p.Lat}}
}

// properties are an object whose members keep their order.
type properties []property

type property struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler.
func (p properties) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, m := range p {
		if i > 0 {
			out = append(out, ',')
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		out = append(strconv.AppendQuote(out, m.name), ':')
		out = append(out, value...)
	}
	return append(out, '}'), nil
}
