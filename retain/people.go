package retain

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"lintu/kg"
	"lintu/own"
	"lintu/store"
)

// scan finds who is due, class by class, in one reading of all people and households.
func (k *Keeper) scan(ctx context.Context) (map[Class][]kg.ID, error) {
	found := finding{k, map[Class][]kg.ID{}}
	err := store.Scan(ctx, k.Store, store.ScanQuery{Nodes: []store.NodeScan{
		{Kind: kg.KindPerson, Fields: []string{"responder", "consents", "corrections", "erased"}},
		{Kind: kg.KindHousehold, Fields: []string{"erased"}},
	}}, found)
	for _, ids := range found.due {
		slices.Sort(ids)
	}
	return found.due, err
}

// finding is what a scan has found.
type finding struct {
	*Keeper
	due map[Class][]kg.ID
}

// Expect, Ties and Nodes implement store.ScanSink.
func (f finding) Expect(int)                    {}
func (f finding) Ties([]store.ScannedTie) error { return nil }
func (f finding) Nodes(batch []store.ScannedNode) error {
	for _, n := range batch {
		b := n.Node.Common()
		if kg.IsErased(n.Node) {
			continue
		}
		if b.Life.To != 0 && b.Life.To <= f.dayBefore(Ended) {
			f.due[Ended] = append(f.due[Ended], b.ID)
			continue // the rest goes with it
		}
		p, ok := n.Node.(*kg.Person)
		if !ok {
			continue
		}
		for _, c := range []Class{Presence, Consents, Corrections} {
			if len(f.trim(c, p)) > 0 {
				f.due[c] = append(f.due[c], b.ID)
			}
		}
	}
	return nil
}

// trim is what a person's record loses of a class; nothing where nothing is due.
func (k *Keeper) trim(c Class, p *kg.Person) []kg.Setting {
	switch c {
	case Presence:
		return k.trimPresence(p)
	case Consents:
		return k.trimConsents(p)
	case Corrections:
		return k.trimCorrections(p)
	}
	return nil
}

func (k *Keeper) trimPresence(p *kg.Person) []kg.Setting {
	if p.Responder == nil {
		return nil
	}
	limit := k.before(Presence)
	left := slices.DeleteFunc(slices.Clone(p.Responder.Overrides), func(o kg.Override) bool { return o.Until.Before(limit) })
	if len(left) == len(p.Responder.Overrides) {
		return nil
	}
	return []kg.Setting{{Field: "responder", Value: part("overrides", left)}}
}

func (k *Keeper) trimConsents(p *kg.Person) (set []kg.Setting) {
	limit := k.dayBefore(Consents)
	over := func(c kg.Consent) bool {
		return c.To != 0 && c.To <= limit || c.Withdrawn != 0 && c.Withdrawn <= limit
	}
	if left := slices.DeleteFunc(slices.Clone(p.Consents), over); len(left) < len(p.Consents) {
		set = append(set, kg.Setting{Field: "consents", Value: text(left)})
	}
	if p.Responder != nil {
		if left := slices.DeleteFunc(slices.Clone(p.Responder.Consents), over); len(left) < len(p.Responder.Consents) {
			set = append(set, kg.Setting{Field: "responder", Value: part("consents", left)})
		}
	}
	return set
}

func (k *Keeper) trimCorrections(p *kg.Person) []kg.Setting {
	limit := kg.MomentOf(k.before(Corrections))
	left := slices.DeleteFunc(slices.Clone(p.Corrections), func(c kg.Correction) bool {
		return c.State != kg.CorrectionOpen && c.DecidedAt < limit
	})
	if len(left) == len(p.Corrections) {
		return nil
	}
	set := []kg.Setting{{Field: "corrections", Value: text(left)}}
	if len(left) == 0 {
		set = append(set, kg.Setting{Field: "correction"})
	}
	return set
}

// text is a list as its field holds it: nothing where it is empty.
func text[T any](list []T) any {
	if len(list) == 0 {
		return nil
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // plain data that was read from the store
	}
	return string(b)
}

// part is a list of a responder's profile.
func part[T any](name string, list []T) kg.Merge {
	v := text(list)
	if v == nil {
		return kg.Merge(`{"` + name + `":null}`)
	}
	return kg.Merge(`{"` + name + `":` + v.(string) + `}`)
}

// peopleAtOnce is how many people a batch trims.
const peopleAtOnce = 200

// trimPeople takes from people's records what is due of a class.
func (k *Keeper) trimPeople(ctx context.Context, d *Due) error {
	found, err := k.scan(ctx)
	if err != nil {
		return err
	}
	for ids := range slices.Chunk(found[d.Class], peopleAtOnce) {
		items, err := k.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: ids}})
		if err != nil {
			return err
		}
		var changes []store.Mutation
		for _, id := range ids {
			item := items[0][id]
			if item == nil {
				continue
			}
			if set := k.trim(d.Class, item.Node.(*kg.Person)); len(set) > 0 {
				changes = append(changes, store.Mutation{Op: store.ChangeNode, ID: id, Expect: item.Node.Common().Version, Set: set})
			}
		}
		done, err := k.apply(ctx, changes)
		if err != nil {
			return err
		}
		if done != nil {
			k.step(d, len(changes))
		}
	}
	return nil
}

// eraseEnded makes tombstones of people and households that ended long ago.
func (k *Keeper) eraseEnded(ctx context.Context, d *Due) error {
	found, err := k.scan(ctx)
	if err != nil {
		return err
	}
	by := own.Asker{Name: "retention", Scope: store.Scope{All: true}}
	for _, id := range found[Ended] {
		switch _, err := k.Own.Erase(ctx, by, id, own.TimeOver); {
		case errors.Is(err, kg.ErrConflict), errors.Is(err, kg.ErrNotFound): // an open ring needs it, or it is gone: another time
		case err != nil:
			return err
		default:
			k.step(d, 1)
		}
	}
	return nil
}
