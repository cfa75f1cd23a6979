package neo4j

import (
	"fmt"
	"strings"

	"lintu/geo"
	"lintu/kg"
)

// asInt, asText and asList read a value of a record; null reads as zero.
func asInt(v any) int64 {
	n, _ := v.(int64)
	return n
}

func asText(v any) string {
	s, _ := v.(string)
	return s
}

func asList(v any) []any {
	l, _ := v.([]any)
	return l
}

// nodeColumns is the list that decodeNode reads.
func nodeColumns(n string) string {
	return columns(n, propID, propVersion, propFrom, propTo, propData)
}

// tieColumns is the list that decodeTie reads.
func tieColumns(t string) string {
	return columns(t, propID, propVersion, propFrom, propTo, propRef, propData)
}

// wholeTie is tieColumns with what decodeWholeTie reads before it: the type and the ends, two variables.
func wholeTie(t, from, to string) string {
	return fmt.Sprintf("type(%s), %s.%s, %s.%s, %s", t, from, propID, to, propID, tieColumns(t))
}

func columns(v string, props ...string) string {
	for i, p := range props {
		props[i] = v + "." + p
	}
	return strings.Join(props, ", ")
}

func decodeNode(row []any) (kg.Node, error) {
	id := kg.ID(asText(row[0]))
	n, err := kg.Decode(id.Kind(), []byte(asText(row[4])))
	if err != nil {
		return nil, fmt.Errorf("neo4j: %s: %w", id, err)
	}
	b := n.Common()
	b.ID, b.Version, b.Life = id, version(row[1]), span(row[2], row[3])
	return n, nil
}

func decodeTie(row []any, r kg.Relation, from, to kg.ID) (*kg.Tie, error) {
	t := &kg.Tie{ID: kg.ID(asText(row[0])), Version: version(row[1]), Relation: r, From: from, To: to, Valid: span(row[2], row[3]), Ref: kg.ID(asText(row[4]))}
	if err := decodeFields(t, row[5]); err != nil {
		return nil, err
	}
	return t, nil
}

// decodeFields reads the fields of a tie, of which there may be none.
func decodeFields(t *kg.Tie, data any) error {
	if data == nil {
		return nil
	}
	if err := kg.DecodeTie(t, []byte(asText(data))); err != nil {
		return fmt.Errorf("neo4j: %w", err)
	}
	return nil
}

func decodeWholeTie(row []any) (*kg.Tie, error) {
	return decodeTie(row[3:], kg.Relation(asText(row[0])), kg.ID(asText(row[1])), kg.ID(asText(row[2])))
}

// version reads a stored version back.
func version(v any) int64 {
	if v == nil {
		return 1
	}
	return asInt(v)
}

// storedVersion is a version as it is stored: most are the first, which is not.
func storedVersion(n int64) any {
	if n == 1 {
		return nil
	}
	return n
}

// span reads a stored span back: an end at forever is open, and so are both that are absent.
func span(from, to any) kg.Span {
	s := kg.Span{From: kg.Date(asInt(from))}
	if end := asInt(to); end != forever {
		s.To = kg.Date(end)
	}
	return s
}

// storedSpan are the days of a span as they are stored: none where both ends are open, as of most.
func storedSpan(s kg.Span) (from, to any) {
	if s == (kg.Span{}) {
		return nil, nil
	}
	return int64(s.From), storedEnd(s.To)
}

// storedEnd is the end of a span that is stored.
func storedEnd(d kg.Date) int64 {
	if d.IsZero() {
		return forever
	}
	return int64(d)
}

// decodeSpans reads area spans from their three parallel lists; the two of days are absent where all are open.
func decodeSpans(ids, from, to any) []kg.AreaSpan {
	areas, starts, ends := asList(ids), asList(from), asList(to)
	var out []kg.AreaSpan
	for i := range areas {
		a := kg.AreaSpan{Area: kg.ID(asText(areas[i]))}
		if len(starts) > 0 {
			a.Span = span(starts[i], ends[i])
		}
		out = append(out, a)
	}
	return out
}

// corners are a box's corners as parameters of a statement.
func corners(b geo.Box) []any {
	return []any{b.Min.Lon, b.Min.Lat, b.Max.Lon, b.Max.Lat}
}

// texts are ids as a parameter of a statement.
func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
