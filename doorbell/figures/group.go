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
	past := r.past(one)
	switch {
	case by == ByHour:
		return one.pressed.Format("15")
	case by == BySex && past.Sex != "":
		return past.Sex
	case by == ByAgeBand && past.AgeBand != "":
		return past.AgeBand
	}
	return Unknown
}

// past is what figures need of a ring's details: what was kept of a reduced ring, else what the records say.
func (r *Reader) past(one *ring) kg.PastRing {
	if one.Reduced && one.Past != nil {
		return *one.Past
	}
	past := kg.PastRing{Candidates: one.candidates()}
	if p := one.oldest; p != nil {
		past.Sex = string(p.Sex)
		if p.BirthDate != 0 {
			past.AgeBand = band(p.BirthDate.Age(kg.DateOf(one.pressed, r.Zone)))
		}
	}
	return past
}

// candidates is how many neighbours could have been called: also those whose entries are gone.
func (r *ring) candidates() int {
	if r.Past != nil {
		return max(len(r.Candidates), r.Past.Candidates)
	}
	return len(r.Candidates)
}

// Plan asks for what Past reads of a ring.
func Plan() *store.Plan { return ringPlan }

// Past is what figures need of the details of a ring that was read with Plan, before they go.
func (r *Reader) Past(item *store.Item) kg.PastRing { return r.past(r.ring(item)) }

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
	var doors []kg.ID
	for _, one := range rings {
		if one.door != "" {
			doors = append(doors, one.door)
		}
	}
	if len(doors) > 0 {
		above, err := r.Store.Ancestry(ctx, store.View{Scope: store.Scope{All: true}, AsOf: today}, store.AncestryQuery{Starts: doors, Direction: kg.Out, Kinds: []kg.Kind{kg.KindGrid}})
		if err != nil {
			return err
		}
		for i, one := range rings {
			for _, grid := range above[one.door] {
				out[i] = append(out[i], string(grid.Node.Common().ID))
			}
		}
	}
	for i := range out {
		if len(out[i]) == 0 {
			out[i] = []string{Unknown}
		}
	}
	return nil
}
