package layer

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"lintu/geo"
	"lintu/kg"
)

func TestNoCellOfACSVFileIsAFormula(t *testing.T) {
	dangerous := []string{"=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|'/c calc'!A1"}
	table := Table{Name: "x", Columns: []Column{{"title", "名称"}, {"n", "数"}}}
	for _, text := range append(dangerous, "晓港社区", `says "no", twice`) {
		table.Rows = append(table.Rows, []any{text, -2.5})
	}
	var out bytes.Buffer
	if err := table.WriteCSV(&out); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(out.String(), "\ufeff")
	if !marked {
		t.Error("a spreadsheet would not know that this is UTF-8")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range dangerous {
		if got := rows[i+1][0]; !strings.HasPrefix(got, "'") || strings.TrimPrefix(got, "'") != strings.TrimPrefix(d, "\r") {
			t.Errorf("%q became %q", d, got)
		}
	}
	for i, want := range []string{"晓港社区", `says "no", twice`} {
		if got := rows[len(dangerous)+1+i]; got[0] != want || got[1] != "-2.5" {
			t.Errorf("%q became %q", want, got)
		}
	}
}

func TestATableAsGeoJSONHasAFeatureARow(t *testing.T) {
	table := Table{
		Name: "x", Columns: []Column{{"title", "名称"}, {"share", "率"}}, Rows: [][]any{{"甲", 1.0 / 3}, {"乙", nil}},
		Points: []*geo.Point{{Lat: 23.123456, Lon: 113.2}, nil},
	}
	var out bytes.Buffer
	if err := table.WriteGeoJSON(&out); err != nil {
		t.Fatal(err)
	}
	want := `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"coordinates":[113.2,23.123456],"type":"Point"},"properties":{"title":"甲","share":0.333}},{"type":"Feature","geometry":null,"properties":{"title":"乙","share":null}}]}`
	if got := strings.TrimSpace(out.String()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	table.Points = nil
	if err := table.WriteGeoJSON(&out); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("a table without places: %v", err)
	}
}

func TestAnEmptyTableIsAnEmptyList(t *testing.T) {
	var out bytes.Buffer
	if err := (&Table{}).WriteJSON(&out); err != nil || strings.TrimSpace(out.String()) != "[]" || !json.Valid(out.Bytes()) {
		t.Errorf("%s %v", out.String(), err)
	}
}
