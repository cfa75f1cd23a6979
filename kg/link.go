package kg

// Link is a relation as seen from one kind: a field of its GraphQL type, and a relation filter of its where input.
type Link struct {
	Name      string // livesIn, residents, seats
	Relation  Relation
	Direction Direction
	Far       []Kind // that the link reaches, from any kind that has it
	EN, ZH    string
}

// LinksOf are the links of a kind: outgoing relations, incoming ones, then references to it; in the table's order.
func LinksOf(k Kind) []Link { return linksByKind[k] }

// LinkOf is a kind's link by name.
func LinkOf(k Kind, name string) (Link, bool) {
	for _, l := range linksByKind[k] {
		if l.Name == name {
			return l, true
		}
	}
	return Link{}, false
}

// AllLinks are the distinct links of all kinds.
func AllLinks() []Link { return allLinks }

var allLinks = func() []Link {
	var all []Link
	for i := range Relations {
		d := &Relations[i]
		all = append(all,
			Link{Name: d.Forward, Relation: d.Relation, Direction: Out, Far: d.Tos(), EN: d.EN, ZH: d.ZH},
			Link{Name: d.Reverse, Relation: d.Relation, Direction: In, Far: d.Froms(), EN: d.REN, ZH: d.RZH})
		if d.RefReverse != "" {
			all = append(all, Link{Name: d.RefReverse, Relation: d.Relation, Direction: ByRef, Far: d.Froms(), EN: d.RefEN, ZH: d.RefZH})
		}
	}
	return all
}()

var linksByKind = func() map[Kind][]Link {
	m := map[Kind][]Link{}
	for _, k := range kindNames {
		for _, l := range allLinks {
			if len(relationByName[l.Relation].Far(k, l.Direction)) > 0 {
				m[k] = append(m[k], l)
			}
		}
	}
	return m
}()
