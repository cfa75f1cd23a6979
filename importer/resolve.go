package importer

import (
	"context"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// resolver finds out which nodes references name: first among those that the index knows, then in the store. Whatever
// it finds there is in the index afterwards.
type resolver struct {
	store store.Store
	empty bool // the store holds nothing
	x     *index
	// erased are the ids met so far at which the store has a tombstone.
	erased map[kg.ID]bool
}

// resolve gives the number of each reference's node, or none. A nil reference is none.
func (r *resolver) resolve(ctx context.Context, refs []*ref) ([]int32, error) {
	numbers := make([]int32, len(refs))
	if len(refs) == 0 {
		return numbers, nil
	}
	containers, err := r.containers(ctx, refs)
	if err != nil {
		return nil, err
	}
	var ids []kg.ID
	missing := map[kg.Kind][]wanted{}
	for i, ref := range refs {
		numbers[i] = none
		switch {
		case ref == nil:
		case ref.id != "":
			if numbers[i] = r.x.number(ref.id); numbers[i] == none {
				ids = append(ids, ref.id)
			}
		case ref.in == nil || containers[i] != "":
			w := wanted{ref: ref, container: containers[i]}
			if numbers[i] = r.x.key(digestOf(ref.kind, w.natural())); numbers[i] == none {
				missing[ref.kind] = append(missing[ref.kind], w)
			}
		}
	}
	if r.empty || (len(ids) == 0 && len(missing) == 0) {
		return numbers, nil
	}
	if _, err := r.nodes(ctx, ids); err != nil {
		return nil, err
	}
	for k, keys := range missing {
		if err := r.find(ctx, k, keys); err != nil {
			return nil, err
		}
	}
	for i, ref := range refs {
		switch {
		case ref == nil || numbers[i] != none:
		case ref.id != "":
			numbers[i] = r.x.number(ref.id)
		case ref.in == nil || containers[i] != "":
			numbers[i] = r.x.key(digestOf(ref.kind, ref.natural(containers[i])))
		}
	}
	return numbers, nil
}

// containers are the ids of the containers of keys, "" where there is none or it is not known.
func (r *resolver) containers(ctx context.Context, refs []*ref) ([]kg.ID, error) {
	ids := make([]kg.ID, len(refs))
	var at []int
	var in []*ref
	for i, ref := range refs {
		if ref != nil && ref.in != nil {
			at, in = append(at, i), append(in, ref.in)
		}
	}
	numbers, err := r.resolve(ctx, in)
	if err != nil {
		return nil, err
	}
	for j, n := range numbers {
		if n != none {
			ids[at[j]] = r.x.id(n)
		}
	}
	return ids, nil
}

// nodes reads nodes of the store by id, and notes those that are there.
func (r *resolver) nodes(ctx context.Context, ids []kg.ID) (map[kg.ID]*store.Item, error) {
	if r.empty || len(ids) == 0 {
		return nil, nil
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	answer, err := r.store.Nodes(ctx, store.Everything, []store.Group{{IDs: slices.Compact(ids)}})
	if err != nil {
		return nil, err
	}
	for id, item := range answer[0] {
		if kg.IsErased(item.Node) {
			if r.erased == nil {
				r.erased = map[kg.ID]bool{}
			}
			r.erased[id] = true
		}
		if r.x.number(id) == none {
			r.x.add(id, place{})
		}
	}
	return answer[0], nil
}

// find looks keys up in the store, and notes what is there.
func (r *resolver) find(ctx context.Context, k kg.Kind, keys []wanted) error {
	ids, err := lookup(ctx, r.store, k, keys)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if id == "" {
			continue
		}
		n := r.x.number(id)
		if n == none {
			n = r.x.add(id, place{})
		}
		r.x.remember(digestOf(k, keys[i].natural()), n)
	}
	return nil
}
