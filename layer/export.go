package layer

import (
	"bytes"
	"fmt"

	"lintu/kg"
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
	return newAnswer(contentTypes[format], m.Name+"."+format, out.Bytes()), err
}
