package layer

import (
	"bytes"
	"fmt"

	"lintu/kg"
	"lintu/trail"
)

// contentTypes are those of the formats in which a table goes out.
var contentTypes = map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json", "geojson": "application/geo+json"}

// export makes a table in a format.
func (r *request) export(m *Maker, format string) (*answer, error) {
	if m.Detail && r.Question.Coarse {
		return nil, fmt.Errorf("table %s shows single households: %w", m.Name, kg.ErrForbidden)
	}
	t, err := m.Make(r.ctx, &r.Question)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	switch format {
	case "csv":
		err = t.WriteCSV(&out)
	case "geojson":
		err = t.WriteGeoJSON(&out)
	default:
		err = t.WriteJSON(&out)
	}
	a := newAnswer(contentTypes[format], m.Name+"."+format, out.Bytes())
	a.subjects = trail.SubjectsOf(t.Subjects())
	a.personal = m.Detail || a.subjects.PeopleCount+a.subjects.HouseholdCount > 0
	return a, err
}

// Subjects are the people and households that the rows name.
func (t *Table) Subjects() []kg.ID {
	var ids []kg.ID
	for _, row := range t.Rows {
		for _, v := range row {
			if id, ok := v.(kg.ID); ok && (id.Kind() == kg.KindPerson || id.Kind() == kg.KindHousehold) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}
