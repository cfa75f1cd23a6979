package importer

import (
	"fmt"
	"slices"
	"strings"

	"lintu/geo"
	"lintu/importer/sheet"
	"lintu/kg"
)

// role is what a column of a file is for.
type role int

const (
	roleField role = iota // a field of the kind
	roleTie               // a field of the relation
	roleID
	roleFrom // ends of a tie: an id or a natural key
	roleTo
	roleRef
	roleLat
	roleLon
	roleDatum
	roleValidFrom
	roleValidTo
	roleSource
	roleConfidence
	roleParent     // shorthand: what the thing is in, as an id or a natural key
	roleParentCode // shorthand: the code of the division that it is in
	roleContainer  // what a natural key begins with where it needs it: the division, building or household
)

// column is a column that files of a kind or relation may have.
type column struct {
	name   string
	role   role
	field  *kg.Field
	tie    *kg.TieField
	geo    bool // its degrees are measured against a datum
	canon  bool // exports have it
	shape  sheet.Shape
	labels []string // other names
}

// layout is the columns that files of one kind or relation may have, in the order of exports.
type layout struct {
	kind     kg.Kind
	relation kg.Relation
	columns  []column
	byName   map[string]int         // as plain writes the names
	fields   map[string]int         // by the names of the columns themselves
	at       [roleContainer + 1]int // the place of the column with a role, from 1
}

// datumMark stands in a header between a column's name and the datum of its degrees: lat@WGS84.
const datumMark = "@"

func kindLayout(k kg.Kind) *layout {
	l := &layout{kind: k}
	l.add(column{name: "id", role: roleID, canon: true})
	fields := kg.FieldsOf(k)
	for i := range fields {
		f := &fields[i]
		switch {
		case !f.Importable:
		case f.Type == kg.Spot:
			l.add(column{name: "lat", role: roleLat, field: f, geo: true, canon: true, shape: sheet.Number, labels: []string{"latitude", "纬度"}})
			l.add(column{name: "lon", role: roleLon, field: f, geo: true, canon: true, shape: sheet.Number, labels: []string{"lng", "longitude", "经度"}})
		default:
			l.add(column{name: f.Name, field: f, geo: isShape(f), canon: true, shape: shapeOf(f.Type), labels: []string{f.ZH}})
		}
	}
	l.addCommon()
	rule := kg.AreaRules[k]
	if len(rule.Via) > 0 {
		l.add(column{name: "parent", role: roleParent, labels: []string{"上级"}})
		if parentMayBe(k, kg.KindDivision) {
			l.add(column{name: "parentCode", role: roleParentCode, labels: []string{"上级代码"}})
		}
	}
	if container := containerOf(k); container != "" && (len(codeFields(k)) > 0 || k == kg.KindHousehold) {
		l.add(column{name: container.Def().One, role: roleContainer, labels: []string{container.Def().ZH}})
	}
	if slices.ContainsFunc(l.columns, func(c column) bool { return c.geo }) {
		l.add(column{name: "datum", role: roleDatum, labels: []string{"坐标系"}})
	}
	return l.index()
}

func relationLayout(d *kg.RelationDef) *layout {
	l := &layout{relation: d.Relation}
	l.add(column{name: "id", role: roleID, canon: true})
	l.add(column{name: "from", role: roleFrom, canon: true})
	l.add(column{name: "to", role: roleTo, canon: true})
	if d.RefKind != "" {
		l.add(column{name: d.RefName, role: roleRef, canon: true})
	}
	for _, name := range d.Fields {
		f := kg.TieFieldOf(name)
		l.add(column{name: name, role: roleTie, tie: f, canon: true, shape: tieShape(f), labels: []string{f.ZH}})
	}
	l.addCommon()
	return l.index()
}

func (l *layout) addCommon() {
	l.add(column{name: "validFrom", role: roleValidFrom, canon: true, labels: []string{"生效日期"}})
	l.add(column{name: "validTo", role: roleValidTo, canon: true, labels: []string{"失效日期"}})
	l.add(column{name: "source", role: roleSource, canon: true, labels: []string{"来源"}})
	l.add(column{name: "confidence", role: roleConfidence, canon: true, shape: sheet.Number, labels: []string{"可信度"}})
}

func (l *layout) add(c column) {
	if c.shape == 0 {
		c.shape = sheet.Text
	}
	l.columns = append(l.columns, c)
}

func (l *layout) index() *layout {
	l.byName, l.fields = map[string]int{}, map[string]int{}
	for i, c := range l.columns {
		l.at[c.role], l.fields[c.name] = i+1, i
		for _, name := range append([]string{c.name}, c.labels...) {
			if _, taken := l.byName[plain(name)]; !taken {
				l.byName[plain(name)] = i
			}
		}
	}
	return l
}

// plain is how names of columns are compared: parent_code and parentCode are one.
func plain(name string) string { return separators.Replace(strings.ToLower(name)) }

var separators = strings.NewReplacer("_", "", "-", "", " ", "")

// find is the column with the name, and the datum that the name is marked with; -1 where there is none.
func (l *layout) find(name string) (i int, datum geo.Datum, err error) {
	bare, mark, marked := strings.Cut(name, datumMark)
	i, ok := l.byName[plain(bare)]
	if !ok {
		return -1, "", nil
	}
	if !marked {
		return i, "", nil
	}
	if !l.columns[i].geo {
		return -1, "", nil
	}
	datum, err = geo.ParseDatum(mark)
	return i, datum, err
}

// of is the place of the column with a role, -1 where there is none.
func (l *layout) of(r role) int { return l.at[r] - 1 }

// header is the names and shapes of an export's columns.
func (l *layout) header() (names []string, shapes []sheet.Shape) {
	for _, c := range l.columns {
		if !c.canon {
			continue
		}
		name := c.name
		if c.geo {
			name += datumMark + string(geo.WGS84)
		}
		names, shapes = append(names, name), append(shapes, c.shape)
	}
	return names, shapes
}

// listed is the names that a file may use, for messages.
func (l *layout) listed() string {
	var names []string
	for _, c := range l.columns {
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}

// isShape says that a field is an area on the map.
func isShape(f *kg.Field) bool { return f.Name == "boundary" }

func shapeOf(t kg.FieldType) sheet.Shape {
	switch t {
	case kg.Int:
		return sheet.Number
	case kg.Bool:
		return sheet.Bool
	case kg.Flags, kg.Data:
		return sheet.JSON
	}
	return sheet.Text
}

func tieShape(f *kg.TieField) sheet.Shape {
	if f.Name == "hours" {
		return sheet.JSON
	}
	if f.Type == kg.Data {
		return sheet.Text // an instant
	}
	return shapeOf(f.Type)
}

// parentRelation is the relation that the shorthand column parent makes a tie of.
func parentRelation(k kg.Kind) kg.Relation {
	if via := kg.AreaRules[k].Via; len(via) > 0 {
		return via[0]
	}
	return ""
}

func parentMayBe(k, parent kg.Kind) bool {
	d := parentRelation(k).Def()
	return d != nil && d.Allows(k, parent)
}

var (
	kindLayouts     = map[kg.Kind]*layout{}
	relationLayouts = map[kg.Relation]*layout{}
)

func init() {
	for _, d := range kg.Kinds {
		kindLayouts[d.Kind] = kindLayout(d.Kind)
	}
	for i := range kg.Relations {
		relationLayouts[kg.Relations[i].Relation] = relationLayout(&kg.Relations[i])
	}
}

// subject is what a file holds: nodes of one kind, or ties of one relation.
type subject struct {
	kind     kg.Kind
	relation kg.Relation
}

func (s subject) layout() *layout {
	if s.kind != "" {
		return kindLayouts[s.kind]
	}
	return relationLayouts[s.relation]
}

// fileName is the name of the subject's file in an export, without ending: people, part_of.
func (s subject) fileName() string {
	if s.kind != "" {
		return s.kind.Def().Many
	}
	return strings.ToLower(string(s.relation))
}

func (s subject) String() string {
	if s.kind != "" {
		return string(s.kind)
	}
	return string(s.relation)
}

// subjects are all kinds and then all relations, in the order in which they are written into a store.
var subjects = func() []subject {
	var all []subject
	for _, d := range kg.Kinds {
		all = append(all, subject{kind: d.Kind})
	}
	for _, d := range kg.Relations {
		all = append(all, subject{relation: d.Relation})
	}
	return all
}()

// parseSubject reads a kind or relation as people write it: PARTY_ORG, partyOrg, party_orgs, PART_OF, part-of.
func parseSubject(s string) (subject, error) {
	for _, sub := range subjects {
		names := []string{sub.String(), sub.fileName()}
		if sub.kind != "" {
			names = append(names, sub.kind.Def().One, sub.kind.Def().Type)
		}
		for _, name := range names {
			if plain(name) == plain(s) {
				return sub, nil
			}
		}
	}
	var allowed []string
	for _, sub := range subjects {
		allowed = append(allowed, sub.fileName())
	}
	return subject{}, kg.Invalid("kind", fmt.Sprintf("%q is neither a kind nor a relation", s), strings.Join(allowed, ", "))
}
