package kg

import "fmt"

// ErasedTitle is the title of every tombstone.
const ErasedTitle = "已删除"

// Erasable says that nodes of a kind can be erased: those that are about people.
func (k Kind) Erasable() bool { return k == KindPerson || k == KindHousehold }

// Erased is when a node was erased: what is on record is a tombstone, and holds nothing but this day. Zero: it was not.
func Erased(n Node) Date {
	switch n := n.(type) {
	case *Person:
		return n.Erased
	case *Household:
		return n.Erased
	}
	return 0
}

// IsErased says whether a node is a tombstone 墓碑.
func IsErased(n Node) bool { return Erased(n) != 0 }

// Erase is the tombstone of a node that is erased on a day: its id, its kind and the day. It does not live any more. nil
// for kinds that are not about people.
func Erase(n Node, on Date) Node {
	base := Base{ID: n.Common().ID, Version: n.Common().Version, Life: Span{To: on}}
	switch n.(type) {
	case *Person:
		return &Person{Base: base, Erased: on}
	case *Household:
		return &Household{Base: base, Erased: on}
	}
	return nil
}

// OutlivesErasure says whether a tie may be at a tombstone: those of records, which are kept for what they count, and
// the place of an erased household, no closer than its grid.
func OutlivesErasure(t *Tie) bool {
	if t.Relation.Def().Record() {
		return true
	}
	return t.Relation == PartOf && t.From.Kind() == KindHousehold && (t.To.Kind() == KindGrid || t.To.Kind() == KindDivision)
}

func titleUnless(erased Date, title string) string {
	if erased != 0 {
		return ErasedTitle
	}
	return title
}

// validErased refuses a tombstone that holds more than its day.
func validErased(n Node) error {
	on := Erased(n)
	if on == 0 {
		return nil
	}
	if b := n.Common(); b.Life != (Span{To: on}) || b.Source != "" || b.Confidence != 0 {
		return Invalid("erased", "a tombstone with a life span, source or confidence of its own", "a life that ends on the day, and nothing else")
	}
	for i := range fieldTable[n.Kind()] {
		if f := &fieldTable[n.Kind()][i]; f.Name != "erased" && f.Text(n) != "" {
			return Invalid("erased", fmt.Sprintf("a tombstone that holds %s", f.Name), "nothing but the day")
		}
	}
	return nil
}
