package graph

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/vektah/gqlparser/v2/ast"

	"lintu/geo"
	"lintu/kg"
	"lintu/loaders"
	"lintu/records"
)

// given is an argument's value as the document gives it: an object's key whose variable was not sent is not given,
// which is another thing than null.
func given(v *ast.Value, vars map[string]any) (any, error) {
	switch v.Kind {
	case ast.ObjectValue:
		m := make(map[string]any, len(v.Children))
		for _, child := range v.Children {
			if child.Value.Kind == ast.Variable {
				if _, sent := vars[child.Value.Raw]; !sent {
					continue
				}
			}
			x, err := given(child.Value, vars)
			if err != nil {
				return nil, err
			}
			m[child.Name] = x
		}
		return m, nil
	case ast.ListValue:
		list := make([]any, 0, len(v.Children))
		for _, child := range v.Children {
			x, err := given(child.Value, vars)
			if err != nil {
				return nil, err
			}
			list = append(list, x)
		}
		return list, nil
	}
	return v.Value(vars)
}

// editArgs turns the argument changes of the field edit into the changes of package records. That every @oneOf has
// exactly one key, and what schema types say, was checked before.
type editArgs struct {
	changes  []records.Change
	problems []records.Problem
}

func readEdit(field *ast.Field, vars map[string]any) (*editArgs, error) {
	v, err := given(field.Arguments.ForName("changes").Value, vars)
	if err != nil {
		return nil, err
	}
	out := &editArgs{}
	for _, x := range listOf(v) {
		m, _ := x.(map[string]any)
		for name, v := range m {
			input, _ := v.(map[string]any)
			out.change(records.Op(name), input)
		}
	}
	return out, nil
}

// listOf is a list; a single value stands for a list of one, as GraphQL allows.
func listOf(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func (e *editArgs) change(op records.Op, m map[string]any) {
	c := records.Change{Op: op}
	at := len(e.changes)
	e.changes = append(e.changes, c)
	switch op {
	case records.Create, records.Alter:
		for name, v := range m {
			for _, d := range kg.Kinds {
				if d.One == name {
					c.Kind = d.Kind
				}
			}
			m, _ = v.(map[string]any)
		}
	case records.Tie:
		for name, v := range m {
			for i := range kg.Relations {
				if d := &kg.Relations[i]; d.Name() == name {
					c.Relation = d.Relation
				}
			}
			m, _ = v.(map[string]any)
		}
	}
	c.Key, _ = m["key"].(string)
	c.ID, c.From, c.To = toRef(m["id"]), toRef(m["from"]), toRef(m["to"])
	if v, ok := m["version"]; ok {
		c.Version, _ = loaders.ToInt("version", v)
	}
	if v, ok := m["on"]; ok {
		c.On, _ = loaders.ToDate("on", v)
	}
	e.changes[at] = c
	e.changes[at].Set = e.settings(at, m)
}

func toRef(v any) records.Ref {
	if v == nil {
		return ""
	}
	return records.Ref(fmt.Sprint(v))
}

// settings are the fields that an input gives, in the order of the tables.
func (e *editArgs) settings(at int, m map[string]any) []records.Setting {
	var out []records.Setting
	set := func(name string, read func(string, any) (any, error)) {
		v, ok := m[name]
		if !ok {
			return
		}
		if v == nil {
			out = append(out, records.Setting{Field: name})
			return
		}
		value, err := read(name, v)
		if err != nil {
			e.problem(at, name, err)
			return
		}
		out = append(out, records.Setting{Field: name, Value: value})
	}
	c := &e.changes[at]
	switch c.Op {
	case records.Create, records.Alter:
		for _, f := range kg.FieldsOf(c.Kind) {
			if !f.Kept {
				set(f.Name, fieldReader(f.Type, f.Name))
			}
		}
	case records.Tie, records.AlterTie:
		for _, f := range kg.TieFields() {
			set(f.Name, fieldReader(f.Type, f.Name))
		}
		for _, ref := range []string{"onBehalfOf", "site"} {
			set(ref, func(_ string, v any) (any, error) { return toRef(v), nil })
		}
	}
	set("validFrom", readDay)
	set("validTo", readDay)
	set("source", readText)
	set("confidence", func(name string, v any) (any, error) { return loaders.ToFloat(name, v) })
	return out
}

func (e *editArgs) problem(at int, field string, err error) {
	path := e.changes[at].Path(at, field)
	e.problems = append(e.problems, records.Problem{Change: at, Path: path, Err: err})
}

func readDay(name string, v any) (any, error)  { return loaders.ToDate(name, v) }
func readText(name string, v any) (any, error) { return loaders.ToText(name, v) }

// fieldReader reads the value of a field of a type, as kg.Setting has it.
func fieldReader(t kg.FieldType, field string) func(string, any) (any, error) {
	switch t {
	case kg.Int:
		return func(name string, v any) (any, error) { return loaders.ToInt(name, v) }
	case kg.Bool:
		return func(name string, v any) (any, error) { return loaders.ToBool(name, v) }
	case kg.Day:
		return readDay
	case kg.Flags:
		return readFlags
	case kg.Spot:
		return readPosition
	case kg.Data:
		return structures[field]
	}
	return readText
}

// structures read the fields that hold a structure.
var structures = map[string]func(string, any) (any, error){
	"boundary": readBoundary, "refusals": readRefusals, "responder": readResponder, "figures": readFigures,
	"formerCodes": readJSON, "openingHours": readJSON, "specialties": readJSON, "hours": readJSON,
	"startsAt": readText, "endsAt": readText,
}

// readJSON is a list of inputs whose fields are named as in the JSON of kg.
func readJSON(name string, v any) (any, error) {
	b, err := json.Marshal(listOf(v))
	if err != nil {
		return nil, kg.Invalid(name, err.Error(), "a list")
	}
	return string(b), nil
}

func readFlags(name string, v any) (any, error) {
	var flags []kg.Flag
	text, err := readJSON(name, v)
	if err == nil {
		err = json.Unmarshal([]byte(text.(string)), &flags)
	}
	return flags, err
}

func readPosition(name string, v any) (any, error) {
	m, _ := v.(map[string]any)
	lat, err := loaders.ToFloat(name+".latitude", m["latitude"])
	if err != nil {
		return nil, err
	}
	lon, err := loaders.ToFloat(name+".longitude", m["longitude"])
	if err != nil {
		return nil, err
	}
	p, err := geo.ToWGS84(geo.Point{Lat: lat, Lon: lon}, geo.Datum(fmt.Sprint(m["datum"])))
	if err != nil {
		return nil, kg.Invalid(name, err.Error(), "degrees, latitude -90 to 90, longitude -180 to 180, and their datum")
	}
	return &p, nil
}

func readBoundary(name string, v any) (any, error) {
	m, _ := v.(map[string]any)
	text, _ := m["geoJSON"].(string)
	shape, err := geo.ParseShape([]byte(text))
	if err == nil {
		shape, err = shape.Convert(geo.Datum(fmt.Sprint(m["datum"])))
	}
	var b []byte
	if err == nil {
		b, err = json.Marshal(shape)
	}
	if err != nil {
		return nil, kg.Invalid(name+".geoJSON", err.Error(), "GeoJSON text of a Polygon or MultiPolygon, and its datum")
	}
	return string(b), nil
}

func readRefusals(name string, v any) (any, error) {
	out := records.Refusals{}
	for i, x := range listOf(v) {
		m, _ := x.(map[string]any)
		r := records.Refusal{Person: toRef(m["person"])}
		for _, day := range []struct {
			name string
			at   *kg.Date
		}{{"validFrom", &r.From}, {"validTo", &r.To}} {
			if m[day.name] == nil {
				continue
			}
			var err error
			if *day.at, err = loaders.ToDate(fmt.Sprintf("%s[%d].%s", name, i, day.name), m[day.name]); err != nil {
				return nil, err
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// readResponder is a part of a profile: what is given replaces what is on record.
func readResponder(name string, v any) (any, error) {
	m, _ := v.(map[string]any)
	parts := map[string]any{}
	for part, x := range m {
		switch {
		case x == nil:
		case part == "overrides":
			x = overrides(x)
		case part != "weekly" && part != "limits":
			x = listOf(x)
		}
		parts[part] = x
	}
	b, err := json.Marshal(parts)
	if err != nil {
		return nil, kg.Invalid(name, err.Error(), "a profile")
	}
	return kg.Merge(b), nil
}

// readFigures is a part of a measure's figures: what is given replaces what is on record.
func readFigures(name string, v any) (any, error) {
	m, _ := v.(map[string]any)
	if list, given := m["atLeast"]; given && list != nil {
		m = maps.Clone(m)
		m["atLeast"] = listOf(list)
	}
	b, err := json.Marshal(m)
	if err != nil {
		return nil, kg.Invalid(name, err.Error(), "the figures of a measure")
	}
	return kg.Merge(b), nil
}

// overrides are statements of presence, whose since is the from of kg.
func overrides(v any) []any {
	var out []any
	for _, x := range listOf(v) {
		m, _ := x.(map[string]any)
		o := map[string]any{"presence": m["presence"], "until": m["until"]}
		if since := m["since"]; since != nil {
			o["from"] = since
		}
		out = append(out, o)
	}
	return out
}
