package trend

import (
	"context"
	"fmt"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// Reader is the part of the contract that lines are read through.
type Reader interface {
	Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error)
}

// Point is a measure of a line.
type Point struct {
	Measure *kg.Measure
	Share   *float64 // of the targets that were covered; nil where there were none
}

// Line is what a question counted in an area from a day to another, both in it, by day. Days that were not measured are
// not in it.
type Line struct {
	Area     kg.ID
	Question string
	From, To kg.Date
	Points   []Point
}

// MaxDays is the longest line that is read.
const MaxDays = 3660

// Read reads a line in one visit. The error is kg.ErrInvalid for days that are none, or too far apart; whether the area
// exists is the caller's to know.
func Read(ctx context.Context, st Reader, v store.View, area kg.ID, question string, from, to kg.Date) (*Line, error) {
	switch {
	case from <= 0 || from == kg.Always:
		return nil, kg.Invalid("from", "is no day", "a day")
	case to < from || to == kg.Always:
		return nil, kg.Invalid("to", fmt.Sprintf("%s is before %s", to, from), "the day from, or later")
	case to-from >= MaxDays:
		return nil, kg.Invalid("to", fmt.Sprintf("%d days", to-from+1), fmt.Sprintf("at most %d days from the first to the last", MaxDays))
	}
	step := &store.Step{
		Key: "measures", Relation: kg.MeasureOf, Direction: kg.In, Order: store.Order{By: "day"}, Window: store.Window{Limit: store.NoLimit},
		Node: kg.And{
			kg.Compare{Field: "question", Op: kg.EQ, Value: question},
			kg.Compare{Field: "day", Op: kg.GTE, Value: int64(from)}, kg.Compare{Field: "day", Op: kg.LTE, Value: int64(to)},
		},
	}
	trees, err := st.Expand(ctx, v, []kg.ID{area}, &store.Plan{Steps: []*store.Step{step}})
	if err != nil {
		return nil, err
	}
	line := &Line{Area: area, Question: question, From: from, To: to}
	if page := trees[area]["measures"]; page != nil {
		for _, e := range page.Edges {
			m, ok := e.Item.Node.(*kg.Measure)
			if !ok {
				continue
			}
			line.Points = append(line.Points, Point{Measure: m, Share: reach.Share{Numerator: m.Covered, Denominator: m.Targets}.Value()})
		}
	}
	return line, nil
}

// Change is what is different between two points: later less earlier.
type Change struct {
	From, To               Point
	Targets, Covered       int
	Share                  *float64 // nil where one of the two has no targets
	NearestP50, NearestP90 *float64 // metres; nil where one of the two is not known
}

// Change compares the first and the last point; nil for a line of fewer than two.
func (l *Line) Change() *Change {
	if len(l.Points) < 2 {
		return nil
	}
	c := Compare(l.Points[0], l.Points[len(l.Points)-1])
	return &c
}

// Compare compares two points.
func Compare(a, b Point) Change {
	c := Change{From: a, To: b, Targets: b.Measure.Targets - a.Measure.Targets, Covered: b.Measure.Covered - a.Measure.Covered, Share: less(a.Share, b.Share)}
	if x, y := a.Measure.Figures, b.Measure.Figures; x != nil && y != nil {
		c.NearestP50, c.NearestP90 = less(x.NearestP50, y.NearestP50), less(x.NearestP90, y.NearestP90)
	}
	return c
}

func less(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	d := *b - *a
	return &d
}
