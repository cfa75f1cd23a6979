package graph

import (
	"context"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/doorbell/lab"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
)

// mostTonight is the most failing doors that are shown.
const mostTonight = 500

// Tonight rehearses the doorbells of an area, and shows the worst doors.
func (r *query) Tonight(ctx context.Context, area kg.ID, at *model.Instant, sure float64, first int) (*model.Tonight, error) {
	if err := r.served(); err != nil {
		return nil, err
	}
	if first < 1 || first > mostTonight {
		return nil, kg.Invalid("first", fmt.Sprint(first), fmt.Sprintf("1 to %d", mostTonight))
	}
	h := newHydration(ctx, loaders.From(ctx).Today())
	if err := isArea(ctx, "area", area); err != nil {
		return nil, err
	}
	when := at.At(time.Time{})
	if when.IsZero() {
		day := r.instant(when).In(r.zone)
		when = time.Date(day.Year(), day.Month(), day.Day(), 20, 0, 0, 0, r.zone)
	}
	world, err := r.bell.World()
	if err != nil {
		return nil, err
	}
	found, err := lab.Evening{World: world, Area: area, At: when, Sure: sure, Answers: lab.DefaultAnswers}.Rehearse(ctx)
	if err != nil {
		return nil, err
	}
	out := &model.Tonight{At: model.Instant(when), Doors: found.Doors, Failing: len(found.Failing), Revision: int64(found.Revision)}
	return out, h.worst(ctx, found.Failing[:min(first, len(found.Failing))], out)
}

// isArea says that an id is that of an area that exists.
func isArea(ctx context.Context, argument string, id kg.ID) error {
	switch id.Kind() {
	case kg.KindDivision, kg.KindGrid, kg.KindCompound, kg.KindBuilding, kg.KindEntrance, kg.KindHousehold:
	default:
		return kg.Invalid(argument, fmt.Sprintf("the id of a %s", id.Kind()), "the id of a division, grid, compound, building, entrance or household")
	}
	_, err := existing(ctx, argument, id, "")
	return err
}

// worst shows doors, read in one visit.
func (h *hydration) worst(ctx context.Context, doors []lab.Failing, out *model.Tonight) error {
	var sets [3]ast.SelectionSet // of doorbells, households and people
	for _, f := range h.fields(graphql.GetFieldContext(ctx).Field) {
		if f.Name != "worst" {
			continue
		}
		for _, c := range h.fields(f) {
			for i, name := range []string{"doorbell", "household", "who"} {
				if c.Name == name {
					sets[i] = append(sets[i], c.Selections...)
				}
			}
		}
	}
	var places [3]place
	for i, k := range []kg.Kind{kg.KindDoorbell, kg.KindHousehold, kg.KindPerson} {
		var err error
		if places[i], err = h.place(ctx, []kg.Kind{k}, sets[i]); err != nil {
			return err
		}
	}
	for _, d := range doors {
		if len(sets[0]) > 0 {
			places[0].want(d.Doorbell)
		}
		if len(sets[1]) > 0 {
			places[1].want(d.Household)
		}
		if len(sets[2]) > 0 {
			places[2].want(d.Fix.People...)
		}
	}
	if err := h.fetch(ctx); err != nil {
		return err
	}
	for _, d := range doors {
		shown := &model.TonightDoor{
			Doorbell: model.To[*model.Doorbell](h.env, places[0].item(d.Doorbell)), Household: model.To[*model.Household](h.env, places[1].item(d.Household)),
			Chance: d.Chance, Neighbours: d.Neighbours, Contacts: d.Contacts, Others: d.Ladder - d.Contacts, Fix: model.TonightFix(d.Fix.Kind), People: d.Fix.Number, After: d.After,
			Who: []*model.Person{},
		}
		for _, id := range d.Fix.People {
			if p := model.To[*model.Person](h.env, places[2].item(id)); p != nil {
				shown.Who = append(shown.Who, p)
			}
		}
		out.Worst = append(out.Worst, shown)
	}
	return nil
}
