package graph

import (
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"lintu/coverage"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
	"lintu/trust"
)

// level answers a field of type Coverage for all areas that stand at its place of the answer.
func (b *covered) level(f graphql.CollectedField, covs []*coverage.Coverage) []*model.Coverage {
	if b.areas += len(covs); b.areas > maxAreas {
		b.fail(fmt.Errorf("%s: more than %d areas in one answer: %w", f.Alias, maxAreas, kg.ErrLimit))
	}
	if b.err != nil {
		return nil
	}
	out := make([]*model.Coverage, len(covs))
	for i, c := range covs {
		out[i] = model.NewCoverage(c, b.env.AsOf, b.coarse)
	}
	for _, c := range b.fields(f) {
		if b.err != nil {
			return nil
		}
		b.part(c, covs, out)
	}
	return out
}

// part answers one field below a Coverage.
func (b *covered) part(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	switch f.Name {
	case "area":
		b.area(f, covs, out)
	case "children":
		b.children(f, covs, out)
	case "direct":
		for i, c := range covs {
			n := c.Direct()
			if out[i].Direct = &n; b.coarse {
				out[i].Direct = trust.Told(n)
			}
		}
	case "worstAreas":
		b.worst(f, covs, out)
	case "by":
		b.groupsOf(f, covs, out)
	case "week":
		b.week(f, covs, out)
	case "supplyRatio", "gini":
		b.supply(f, covs, out)
	case "gaps":
		b.gaps(f, covs, out)
	case "fragility":
		b.fragility(f, covs, out)
	case "advice":
		b.advice(f, covs, out)
	case "dutyMismatch":
		b.mismatch(f, covs, out)
	case "contractAudit", "structureAudit":
		b.audits(f, covs, out)
	case "trend":
		b.trends(f, covs, out)
	}
}

func (b *covered) area(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	ids := make([]kg.ID, len(covs))
	for i, c := range covs {
		ids[i] = c.Area
	}
	p := b.placeFor(ids, f.Selections)
	b.then(func() {
		for i, id := range ids {
			out[i].Area = model.Wrap(b.env, p.item(id))
		}
	})
}

// children answers for the children of all areas at once. One that is gone since the snapshot has no place.
func (b *covered) children(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	var all []*coverage.Coverage
	ends := make([]int, len(covs))
	for i, c := range covs {
		all = append(all, c.Children()...)
		ends[i] = len(all)
	}
	made := b.level(f, all)
	b.then(func() {
		from := 0
		for i, to := range ends {
			if made != nil {
				out[i].Children = b.standing(f, made[from:to])
			}
			from = to
		}
	})
}

// standing are the areas that are there, where the selection shows them.
func (b *covered) standing(f graphql.CollectedField, list []*model.Coverage) []*model.Coverage {
	if len(b.selection(f, "area")) == 0 {
		return list
	}
	out := make([]*model.Coverage, 0, len(list))
	for _, c := range list {
		if c.Area != nil {
			out = append(out, c)
		}
	}
	return out
}

func (b *covered) worst(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	level, err := named[reach.AreaLevel]("level", b.args(f)["level"])
	b.fail(err)
	most := b.most(f)
	var all []*coverage.Coverage
	ends := make([]int, len(covs))
	for i, c := range covs {
		areas := c.Areas(level)
		all = append(all, areas[:min(most, len(areas))]...)
		ends[i] = len(all)
	}
	made := b.level(f, all)
	b.then(func() {
		from := 0
		for i, to := range ends {
			if made != nil {
				out[i].Pages[b.key(f)] = b.standing(f, made[from:to])
			}
			from = to
		}
	})
}

func (b *covered) groupsOf(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	dimension, err := named[coverage.Dimension]("dimension", b.args(f)["dimension"])
	b.fail(err)
	for i, c := range covs {
		groups, err := c.By(b.ctx, dimension)
		if err != nil {
			b.fail(err)
			return
		}
		if b.coarse {
			groups = coverage.CoarseGroups(groups)
		}
		made := make([]*model.CoverageGroup, len(groups))
		for j := range groups {
			made[j] = model.NewCoverageGroup(&groups[j], b.coarse)
		}
		out[i].Pages[b.key(f)] = made
	}
}

func (b *covered) week(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	var day kg.Date
	if from := b.args(f)["from"]; from != nil {
		var err error
		if day, err = loaders.ToDate(f.Alias+".from", from); err != nil {
			b.fail(err)
			return
		}
	}
	for i, c := range covs {
		hours, err := c.Week(b.ctx, day)
		if err != nil {
			b.fail(err)
			return
		}
		made := make([]*model.WeekHour, len(hours))
		for j := range hours {
			h := &hours[j]
			made[j] = &model.WeekHour{Hour: model.Instant(h.At), Targets: &h.Targets, Covered: &h.Covered, Share: h.Share}
		}
		out[i].Pages[b.key(f)] = made
	}
}

func (b *covered) supply(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	decay, err := loaders.ToBool(f.Alias+".decay", b.args(f)["decay"])
	b.fail(err)
	for i, c := range covs {
		s := c.Supply(decay)
		v := s.Ratio
		if f.Name == "gini" {
			v = s.Gini
		}
		if b.coarse {
			if v = coverage.CoarseSupply(v); out[i].Targets == nil {
				v = nil
			}
		}
		out[i].Pages[b.key(f)] = v
	}
}
