package store

import (
	"slices"

	"lintu/kg"
)

// keyFields are the fields that are a kind's natural key by themselves; a division's goes with its scheme. Where a
// kind has none of them, or a node leaves it empty, the key is the title and what the node directly hangs on; a
// person's the name, birth date and household.
var keyFields = map[kg.Kind]string{
	kg.KindDivision: "code", kg.KindGrid: "code", kg.KindCompound: "code", kg.KindBuilding: "code", kg.KindPlace: "code",
	kg.KindPartyOrg: "code", kg.KindJointCommittee: "code", kg.KindUnit: "code", kg.KindResidentBody: "code", kg.KindTeam: "code",
	kg.KindPerson: "registerNo", kg.KindDoorbell: "serial", kg.KindMeasure: "code",
	kg.KindRing: "code", kg.KindAlert: "code", kg.KindRingEvent: "code",
}

// ownKey is a node's natural key, "" where it is of its title and place.
func ownKey(n kg.Node) string {
	field := keyFields[n.Kind()]
	if field == "" {
		return ""
	}
	value, _ := kg.FieldOf(n.Kind(), field).Get(n).(string)
	return value
}

// sameOwnKey says whether two nodes of a kind with equal key fields have one key.
func sameOwnKey(a, b kg.Node) bool {
	d, ok := a.(*kg.Division)
	return !ok || d.CodeScheme == b.(*kg.Division).CodeScheme
}

// checkUnique refuses nodes whose natural key another node has.
func (r *run) checkUnique() error {
	if !r.batch.UniqueKeys {
		return nil
	}
	byKind := map[kg.Kind]map[string][]kg.ID{} // what the batch puts, by its own key
	var placed []kg.ID                         // what has its key from its title and place
	for _, id := range r.order {
		n := r.nodes[id]
		if n == nil {
			if t := r.ties[id]; t != nil && r.brings(t) {
				placed = append(placed, t.From)
			}
			continue
		}
		value := ownKey(n)
		switch old := r.oldNodes[id]; {
		case old != nil && sameKeys(old, n):
			continue
		case value == "":
			placed = append(placed, id)
			continue
		}
		if byKind[n.Kind()] == nil {
			byKind[n.Kind()] = map[string][]kg.ID{}
		}
		byKind[n.Kind()][value] = append(byKind[n.Kind()][value], id)
	}
	for _, d := range kg.Kinds {
		if err := r.checkOwnKeys(d.Kind, byKind[d.Kind]); err != nil {
			return err
		}
	}
	return r.checkPlaced(distinctIDs(placed))
}

// sameKeys says that a change has left a node's natural key as it was.
func sameKeys(old, n kg.Node) bool {
	before := ownKey(old)
	after := ownKey(n)
	return before == after && sameOwnKey(old, n) && (after != "" || samePlace(old, n))
}

// brings says that a tie brings its source into a place, on days on which it was not there by this tie.
func (r *run) brings(t *kg.Tie) bool {
	if !slices.Contains(kg.AreaRules[t.From.Kind()].Via, t.Relation) {
		return false
	}
	old := r.oldTies[t.ID]
	return old == nil || len(t.Valid.Minus(old.Valid)) > 0
}

// checkOwnKeys compares the keys that the batch gives to nodes of a kind with each other and with those on record.
func (r *run) checkOwnKeys(k kg.Kind, given map[string][]kg.ID) error {
	if len(given) == 0 {
		return nil
	}
	field := keyFields[k]
	var values []string
	for v := range given {
		values = append(values, v)
	}
	slices.Sort(values)
	stored, err := r.tx.Keyed(r.ctx, k, field, values)
	if err != nil {
		return err
	}
	var others []kg.ID
	for _, ids := range stored {
		others = append(others, ids...)
	}
	nodes, err := r.asLeft(others)
	if err != nil {
		return err
	}
	for _, v := range values {
		for _, id := range given[v] {
			for _, other := range append(slices.Clone(given[v]), stored[v]...) {
				n := nodes[other]
				if batch := r.nodes[other]; batch != nil {
					n = batch
				}
				if other == id || n == nil {
					continue
				}
				if now := ownKey(n); now == v && sameOwnKey(r.nodes[id], n) {
					return r.duplicate(id, other, field, v)
				}
			}
		}
	}
	return nil
}

// asLeft are nodes as the batch leaves them; deleted ones are absent.
func (r *run) asLeft(ids []kg.ID) (map[kg.ID]kg.Node, error) {
	out := map[kg.ID]kg.Node{}
	var ask []kg.ID
	for _, id := range distinctIDs(ids) {
		n, touched := r.nodes[id]
		switch {
		case n != nil:
			out[id] = n
		case !touched && r.oldNodes[id] != nil:
			out[id] = r.oldNodes[id]
		case !touched:
			ask = append(ask, id)
		}
	}
	if len(ask) == 0 {
		return out, nil
	}
	stored, err := r.tx.Nodes(r.ctx, ask)
	if err != nil {
		return nil, err
	}
	for id, n := range stored {
		out[id] = n
	}
	return out, nil
}

// checkPlaced compares nodes that have their key from title and place with those beside them.
func (r *run) checkPlaced(ids []kg.ID) error {
	if len(ids) == 0 {
		return nil
	}
	mine, err := r.asLeft(ids)
	if err != nil {
		return err
	}
	up, err := r.tiesFrom(ids, areaRelations)
	if err != nil {
		return err
	}
	var parents []kg.ID
	for _, id := range ids {
		for _, t := range up[id] {
			parents = append(parents, t.To)
		}
	}
	beside, err := r.tiesTo(distinctIDs(parents), areaRelations)
	if err != nil {
		return err
	}
	others, err := r.asLeft(sources(beside))
	if err != nil {
		return err
	}
	for _, id := range ids {
		n := mine[id]
		if n == nil {
			continue
		}
		if own := ownKey(n); own != "" {
			continue
		}
		for _, t := range up[id] {
			if !slices.Contains(kg.AreaRules[id.Kind()].Via, t.Relation) {
				continue
			}
			for _, o := range beside[t.To] {
				other := others[o.From]
				if o.From != id && o.Relation == t.Relation && other != nil && !o.Valid.Meet(t.Valid).Empty() && samePlace(n, other) {
					return r.duplicate(id, o.From, titleOf(n), n.Title())
				}
			}
		}
	}
	return nil
}

// samePlace says whether two nodes in one place are the same thing by title.
func samePlace(a, b kg.Node) bool {
	if a.Kind() != b.Kind() || a.Title() != b.Title() || a.Common().Life.Meet(b.Common().Life).Empty() {
		return false
	}
	p, ok := a.(*kg.Person)
	return !ok || p.BirthDate == b.(*kg.Person).BirthDate
}

func titleOf(n kg.Node) string {
	switch n.Kind() {
	case kg.KindEntrance, kg.KindHousehold:
		return "number"
	case kg.KindDoorbell:
		return "serial"
	}
	return "name"
}

func sources(byTarget map[kg.ID][]kg.Tie) (out []kg.ID) {
	for _, ties := range byTarget {
		for _, t := range ties {
			out = append(out, t.From)
		}
	}
	return out
}

// tiesTo are the ties that end at nodes, as the batch leaves them, by target.
func (r *run) tiesTo(ids []kg.ID, relations []kg.Relation) (map[kg.ID][]kg.Tie, error) {
	out := map[kg.ID][]kg.Tie{}
	wanted := make(map[kg.ID]bool, len(ids))
	var stored []kg.ID
	for _, id := range ids {
		wanted[id] = true
		if _, created := r.nodes[id]; !created || r.oldNodes[id] != nil {
			stored = append(stored, id)
		}
	}
	if len(stored) > 0 {
		ties, err := r.tx.TiesTo(r.ctx, stored, relations)
		if err != nil {
			return nil, err
		}
		for _, t := range ties {
			if _, touched := r.ties[t.ID]; !touched {
				out[t.To] = append(out[t.To], t)
			}
		}
	}
	for _, id := range r.order {
		if t := r.ties[id]; t != nil && wanted[t.To] && slices.Contains(relations, t.Relation) {
			out[t.To] = append(out[t.To], *t)
		}
	}
	return out, nil
}

// duplicate refuses the change that gave id a key that other has; who may not see the other is not told its id.
func (r *run) duplicate(id, other kg.ID, field, value string) error {
	by := id
	if _, touched := r.by[id]; !touched { // it came beside the other by a tie
		for _, t := range r.order {
			if r.ties[t] != nil && r.ties[t].From == id {
				by = t
			}
		}
	}
	if s := r.batch.Scope; s != nil && !s.All {
		if r.areas == nil {
			r.areas = map[kg.ID][]kg.AreaSpan{}
		}
		if err := r.loadAreas([]kg.ID{other}); err != nil {
			return err
		}
		if !s.holds(r.areas[other]) && r.nodes[other] == nil {
			other = ""
		}
	}
	return &RefusedError{Change: r.by[by], ID: id, Err: &kg.DuplicateError{Field: field, Value: value, Other: other}}
}
