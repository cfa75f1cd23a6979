package figures

import (
	"context"
	"fmt"

	"lintu/kg"
	"lintu/store"
)

// values are the values that each ring has in a dimension; Unknown where it has none.
func (r *Reader) values(ctx context.Context, by Dimension, rings []*ring, today kg.Date) ([][]string, error) {
	out := make([][]string, len(rings))
	switch by {
	case "":
		return out, nil
	case ByGrid:
		return out, r.grids(ctx, rings, today, out)
	case ByAgeBand, BySex, ByHour:
		for i, one := range rings {
			out[i] = []string{r.value(by, one)}
		}
		return out, nil
	}
	return nil, kg.Invalid("by", string(by), "GRID, AGE_BAND, SEX, HOUR")
}

func (r *Reader) value(by Dimension, one *ring) string {
	switch p := one.oldest; {
	case by == ByHour:
		return one.pressed.Format("15")
	case p == nil:
		return Unknown
	case by == BySex && p.Sex != "":
		return string(p.Sex)
	case by == ByAgeBand && p.BirthDate != 0:
		return band(p.BirthDate.Age(kg.DateOf(one.pressed, r.Zone)))
	}
	return Unknown
}

// band is the age band of an age.
func band(age int) string {
	switch {
	case age < 60:
		return "under 60"
	case age >= 90:
		return "90 and over"
	}
	return fmt.Sprintf("%d-%d", age/10*10, age/10*10+9)
}

// grids puts in the grids in which rings are today; a grid and those above it each count.
func (r *Reader) grids(ctx context.Context, rings []*ring, today kg.Date, out [][]string) error {
	if len(rings) == 0 {
		return nil
	}
	at := make(map[kg.ID]int, len(rings))
	ids := make([]kg.ID, len(rings))
	for i, one := range rings {
		ids[i], at[one.ID] = one.ID, i
	}
	groups, err := r.Store.Count(ctx, store.View{Scope: store.Scope{All: true}, AsOf: today}, store.CountQuery{
		From: &store.CountFrom{Sources: ids, Step: &store.Step{Relation: kg.RangAt, Direction: kg.Out}}, By: store.GroupBy{AreaKind: kg.KindGrid},
	})
	if err != nil {
		return err
	}
	for _, g := range groups {
		i := at[g.Source]
		out[i] = append(out[i], g.Key)
	}
	for i := range out {
		if len(out[i]) == 0 {
			out[i] = []string{Unknown}
		}
	}
	return nil
}
