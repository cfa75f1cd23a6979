package graph

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/doorbell/figures"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
)

// ResponseMetrics is how rings were answered.
func (r *query) ResponseMetrics(ctx context.Context, area *kg.ID, from, to kg.Date, by *model.ResponseDimension, drill *bool) (*model.ResponseMetrics, error) {
	if r.figures == nil {
		return nil, fmt.Errorf("no doorbell is served here: %w", kg.ErrUnavailable)
	}
	q := figures.Query{From: from, To: to, Drill: drill}
	id, err := inArea(ctx, "area", area)
	if err != nil {
		return nil, err
	}
	if id != "" {
		if !kg.AreaRules[id.Kind()].Self {
			return nil, kg.Invalid("area", fmt.Sprintf("the id of a %s", id.Kind()), "the id of a DIVISION, GRID, COMPOUND, BUILDING, ENTRANCE, HOUSEHOLD")
		}
		q.Area = id
	}
	if by != nil {
		q.By = figures.Dimension(*by)
	}
	answer, err := r.figures.Measure(ctx, q, loaders.From(ctx).Today())
	if err != nil {
		return nil, err
	}
	out := &model.ResponseMetrics{All: &model.ResponseFigures{Figures: answer.All}, Groups: []*model.ResponseGroup{}}
	for _, g := range answer.Groups {
		out.Groups = append(out.Groups, &model.ResponseGroup{Value: g.Value, Figures: &model.ResponseFigures{Figures: g.Figures}})
	}
	if q.By == figures.ByGrid {
		return out, showGrids(ctx, out.Groups)
	}
	return out, nil
}

// showGrids puts in the grids of groups, where the selection shows them.
func showGrids(ctx context.Context, groups []*model.ResponseGroup) error {
	h := newHydration(ctx, loaders.From(ctx).Today())
	var sets ast.SelectionSet
	for _, f := range h.fields(graphql.GetFieldContext(ctx).Field) {
		if f.Name != "groups" {
			continue
		}
		for _, g := range h.fields(f) {
			if g.Name == "grid" {
				sets = append(sets, g.Selections...)
			}
		}
	}
	if len(sets) == 0 {
		return nil
	}
	at, err := h.place(ctx, []kg.Kind{kg.KindGrid}, sets)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g.Value != figures.Unknown {
			at.want(kg.ID(g.Value))
		}
	}
	if err := h.fetch(ctx); err != nil || !at.asked() {
		return err
	}
	for _, g := range groups {
		if item := at.item(kg.ID(g.Value)); item != nil {
			g.Grid = model.To[*model.Grid](h.env, item)
		}
	}
	return nil
}
