package neo4j

import (
	"cmp"
	"context"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// Ancestry implements store.Store. A relative that many starts share comes once.
func (s *Store) Ancestry(ctx context.Context, v store.View, q store.AncestryQuery) (map[kg.ID][]store.Relative, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	out := map[kg.ID][]store.Relative{}
	if len(q.Starts) == 0 {
		return out, ctx.Err()
	}
	st := &store.Step{Relation: kg.PartOf, Walk: true, Direction: q.Direction, Depth: q.Depth, Kinds: q.Kinds}
	w := newStepWriter(newQuery(v), v, st)
	w.params["ids"] = texts(distinct(q.Starts))
	row, err := s.read(ctx, matchSources+"CALL (s) { "+w.match()+"RETURN n, depth } WITH n, collect([sid, depth]) AS starts RETURN collect(["+nodeColumns("n")+", starts])", w.params)
	if err != nil {
		return nil, err
	}
	for _, r := range asList(row[0]) {
		n, err := decodeNode(asList(r))
		if err != nil {
			return nil, err
		}
		for _, start := range asList(asList(r)[5]) {
			id := kg.ID(asText(asList(start)[0]))
			out[id] = append(out[id], store.Relative{Node: n, Depth: int(asInt(asList(start)[1]))})
		}
	}
	for _, relatives := range out {
		slices.SortFunc(relatives, func(a, b store.Relative) int {
			return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Node.Common().ID, b.Node.Common().ID))
		})
	}
	return out, nil
}
