package importer

import (
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"

	"lintu/geo"
	"lintu/importer/sheet"
	"lintu/kg"
)

// record is a row, its cells by the columns of the layout.
type record struct {
	layout *layout
	line   int
	start  int64
	text   []string
	has    []bool
	datum  []geo.Datum // that the cell's header is marked with
	shapes []sheet.Shape
}

func newRecord(l *layout) *record {
	n := len(l.columns)
	return &record{layout: l, text: make([]string, n), has: make([]bool, n), datum: make([]geo.Datum, n), shapes: make([]sheet.Shape, n)}
}

// cell is the trimmed text of the column with a role; "" where the row has none.
func (r *record) cell(role role) string {
	if i := r.layout.of(role); i >= 0 && r.has[i] {
		return strings.TrimSpace(r.text[i])
	}
	return ""
}

// given says whether the row has a cell, empty or not, for the role.
func (r *record) given(role role) bool {
	i := r.layout.of(role)
	return i >= 0 && r.has[i]
}

// reading is how rows are read.
type reading struct {
	datum  geo.Datum // of degrees whose columns and rows name none; "": none
	scheme string    // of codes of divisions without one
}

// problems gathers what is wrong with a row.
type problems []Problem

func (p *problems) add(code Code, column, value, detail string) {
	*p = append(*p, problem(code, column, value, detail))
}

// cellShape refuses values of NDJSON that are no text where text is wanted.
func (r *record) wrongShape(i int) bool {
	c := &r.layout.columns[i]
	switch r.shapes[i] {
	case sheet.JSON:
		return c.shape != sheet.JSON
	case sheet.Bool:
		return c.shape != sheet.Bool
	}
	return false
}

// fill sets what the row has cells for on a node, and checks the node if it has an id. What the row has no cells for
// stays as it is.
func (r *record) fill(n kg.Node, in reading) (bad problems) {
	b := n.Common()
	r.fillScheme(n, in)
	for i := range r.layout.columns {
		c := &r.layout.columns[i]
		if !r.has[i] {
			continue
		}
		if r.wrongShape(i) {
			bad.add(BadValue, c.name, r.text[i], "")
			continue
		}
		switch c.role {
		case roleField:
			r.fillField(n, i, in, &bad)
		case roleLat:
			r.fillPoint(n, c.field, in, &bad)
		default:
			r.fillBase(i, &b.Life, &b.Source, &b.Confidence, &bad)
		}
	}
	if len(bad) == 0 && b.ID != "" {
		if err := kg.Validate(n); err != nil {
			bad = append(bad, r.validation(err))
		}
	}
	return bad
}

// fillScheme gives a division that is named by its code alone the scheme that the code is taken to be of.
func (r *record) fillScheme(n kg.Node, in reading) {
	if d, ok := n.(*kg.Division); ok && r.cell(roleID) == "" && !r.schemeGiven() {
		d.CodeScheme = in.scheme
	}
}

func (r *record) schemeGiven() bool {
	return r.has[r.layout.fields["codeScheme"]]
}

// validation is what package kg refused, in the column that it is about.
func (r *record) validation(err error) Problem {
	var invalid *kg.InvalidError
	if !errors.As(err, &invalid) {
		return problem(BadValue, "", "", err.Error())
	}
	name, _, _ := strings.Cut(invalid.Argument, ".")
	value := ""
	if i, ok := r.layout.byName[plain(name)]; ok && r.has[i] {
		value = r.text[i]
	}
	return fieldProblem(r.layout, name, value, err)
}

func (r *record) fillField(n kg.Node, i int, in reading, bad *problems) {
	c, text := &r.layout.columns[i], r.text[i]
	if c.field.Type != kg.Text {
		text = strings.TrimSpace(text)
	}
	if n.Kind() == kg.KindPerson && c.field.Type == kg.Text && isIdentityNumber(strings.TrimSpace(text)) {
		bad.add(ForbiddenValue, c.name, text[:3]+"…", "")
		return
	}
	switch {
	case isLevel(c.field):
		text = r.level(text)
	case c.field.Name == "codeScheme" && text == "" && r.cell(roleID) == "":
		text = in.scheme
	}
	if err := c.field.SetText(n, text); err != nil {
		*bad = append(*bad, fieldProblem(r.layout, c.name, text, err))
		return
	}
	if isShape(c.field) && text != "" {
		r.convertShape(n, i, in, bad)
	}
}

func isLevel(f *kg.Field) bool { return f.Name == "level" && f.Enum == kg.Levels }

// villageCode is a code of the statistical register whose digits 10 to 12 are from 200 to 399.
var villageCode = regexp.MustCompile(`^[0-9]{9}[23][0-9]{2}$`)

// level reads the levels of the statistical register: STREET stands for every TOWNSHIP, and a COMMUNITY is a village if
// its code says so. What comes with an id, as an export does, is taken as it is.
func (r *record) level(text string) string {
	if r.cell(roleID) != "" {
		return text
	}
	switch {
	case text == "STREET":
		return string(kg.LevelTownship)
	case text == string(kg.LevelCommunity) && villageCode.MatchString(r.named("code")):
		return string(kg.LevelVillage)
	}
	return text
}

// named is the trimmed text of a column by its name in the layout.
func (r *record) named(name string) string {
	if i, ok := r.layout.fields[name]; ok && r.has[i] {
		return strings.TrimSpace(r.text[i])
	}
	return ""
}

// datumOf is the datum of the degrees in a column: that of its header, else of the row, else of the whole import.
func (r *record) datumOf(i int, in reading, bad *problems) (geo.Datum, bool) {
	if r.datum[i] != "" {
		return r.datum[i], true
	}
	if text := r.cell(roleDatum); text != "" {
		d, err := geo.ParseDatum(text)
		if err != nil {
			bad.add(BadEnum, "datum", text, "WGS84, CGCS2000, GCJ02, BD09")
		}
		return d, err == nil
	}
	if in.datum == "" {
		bad.add(DatumMissing, r.layout.columns[i].name, r.text[i], "")
	}
	return in.datum, in.datum != ""
}

func (r *record) convertShape(n kg.Node, i int, in reading, bad *problems) {
	datum, ok := r.datumOf(i, in, bad)
	division, isDivision := n.(*kg.Division)
	if !ok || !isDivision || division.Boundary == nil {
		return
	}
	shape, err := division.Boundary.Convert(datum)
	if err != nil {
		bad.add(OutOfRange, r.layout.columns[i].name, "", err.Error())
		return
	}
	division.Boundary = &shape
}

// fillPoint sets a point from the columns lat and lon, of which a row has both or none.
func (r *record) fillPoint(n kg.Node, f *kg.Field, in reading, bad *problems) {
	latAt, lonAt := r.layout.of(roleLat), r.layout.of(roleLon)
	lat, lon := strings.TrimSpace(r.text[latAt]), ""
	if r.has[lonAt] {
		lon = strings.TrimSpace(r.text[lonAt])
	}
	if lat == "" && lon == "" {
		_ = f.SetText(n, "")
		return
	}
	var p geo.Point
	for _, d := range []struct {
		text, column string
		into         *float64
	}{{lat, "lat", &p.Lat}, {lon, "lon", &p.Lon}} {
		v, err := strconv.ParseFloat(d.text, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			bad.add(BadValue, d.column, d.text, "29.7213")
			return
		}
		*d.into = v
	}
	if err := p.Validate(); err != nil {
		column, value := "lat", lat
		if math.Abs(p.Lat) <= 90 {
			column, value = "lon", lon
		}
		bad.add(OutOfRange, column, value, err.Error())
		return
	}
	datum, ok := r.datumOf(latAt, in, bad)
	if !ok {
		return
	}
	p, err := geo.ToWGS84(p, datum)
	if err != nil {
		bad.add(OutOfRange, "lat", lat, err.Error())
		return
	}
	if err := f.Set(n, &p); err != nil {
		bad.add(BadValue, "lat", lat, err.Error())
	}
}

// fillBase sets what nodes and ties have in common.
func (r *record) fillBase(i int, valid *kg.Span, source *string, confidence *float64, bad *problems) {
	c, text := &r.layout.columns[i], r.text[i]
	switch c.role {
	case roleValidFrom:
		r.fillDay(c, text, &valid.From, bad)
	case roleValidTo:
		r.fillDay(c, text, &valid.To, bad)
	case roleSource:
		*source = text
	case roleConfidence:
		*confidence = 0
		if text = strings.TrimSpace(text); text == "" {
			return
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			bad.add(BadValue, c.name, text, "0, 1")
			return
		}
		*confidence = v
	}
}

func (r *record) fillDay(c *column, text string, into *kg.Date, bad *problems) {
	*into = 0
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	d, err := kg.ParseDate(text)
	if err != nil {
		bad.add(BadDate, c.name, text, "2026-01-31")
		return
	}
	*into = d
}

// fillTie sets what the row has cells for on a tie, but for its ends and its id.
func (r *record) fillTie(t *kg.Tie) (bad problems) {
	for i := range r.layout.columns {
		c := &r.layout.columns[i]
		if !r.has[i] {
			continue
		}
		if r.wrongShape(i) {
			bad.add(BadValue, c.name, r.text[i], "")
			continue
		}
		if c.role != roleTie {
			r.fillBase(i, &t.Valid, &t.Source, &t.Confidence, &bad)
			continue
		}
		text := r.text[i]
		if c.tie.Type != kg.Text {
			text = strings.TrimSpace(text)
		}
		if err := c.tie.SetText(t, text); err != nil {
			bad = append(bad, fieldProblem(r.layout, c.name, text, err))
		}
	}
	return bad
}

// nodeCells are the cells of a node in an export.
func (l *layout) nodeCells(n kg.Node, cells []string) []string {
	cells = cells[:0]
	b := n.Common()
	for i := range l.columns {
		c := &l.columns[i]
		if !c.canon {
			continue
		}
		switch c.role {
		case roleField:
			cells = append(cells, c.field.Text(n))
		case roleLat, roleLon:
			text := ""
			if p := c.field.Get(n).(*geo.Point); p != nil && c.role == roleLat {
				text = floatText(p.Lat)
			} else if p != nil {
				text = floatText(p.Lon)
			}
			cells = append(cells, text)
		default:
			cells = append(cells, baseText(c.role, b.ID, b.Life, b.Source, b.Confidence))
		}
	}
	return cells
}

// tieCells are the cells of a tie in an export.
func (l *layout) tieCells(t *kg.Tie, cells []string) []string {
	cells = cells[:0]
	for i := range l.columns {
		c := &l.columns[i]
		switch c.role {
		case roleTie:
			cells = append(cells, c.tie.Text(t))
		case roleFrom:
			cells = append(cells, string(t.From))
		case roleTo:
			cells = append(cells, string(t.To))
		case roleRef:
			cells = append(cells, string(t.Ref))
		default:
			cells = append(cells, baseText(c.role, t.ID, t.Valid, t.Source, t.Confidence))
		}
	}
	return cells
}

func baseText(r role, id kg.ID, valid kg.Span, source string, confidence float64) string {
	switch r {
	case roleID:
		return string(id)
	case roleValidFrom:
		return valid.From.String()
	case roleValidTo:
		return valid.To.String()
	case roleSource:
		return source
	case roleConfidence:
		if confidence != 0 {
			return floatText(confidence)
		}
	}
	return ""
}

// floatText is the shortest text that gives the number back, in the form of JSON.
func floatText(v float64) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // points and confidences are finite
	}
	return string(b)
}
