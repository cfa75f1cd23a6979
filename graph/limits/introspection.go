package limits

import "github.com/vektah/gqlparser/v2/ast"

// What a look at the schema costs. One whole description, as tools ask for it, is within every limit; the same several
// times over, or types inside of types, which grow with every level, are not.
const (
	introspectionCost = 1000
	introspectionMore = 5000  // for each alias inside of it
	introspectionDeep = 50000 // for each list below a list of the same kind
)

// introspection is the cost of a root field __schema or __type.
func introspection(f *ast.Field) int {
	if f.Name == "__typename" {
		return 0
	}
	i := inspector{fragments: map[spreadBelow]int{}}
	return add(introspectionCost, i.selection(f.SelectionSet, 0))
}

// inspector goes through a selection of the schema's description; a fragment is looked at once a depth.
type inspector struct{ fragments map[spreadBelow]int }

type spreadBelow struct {
	name  string
	lists int
}

func (i *inspector) selection(set ast.SelectionSet, lists int) int {
	cost := 0
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			below := lists
			switch sel.Name {
			case "fields", "inputFields", "interfaces", "possibleTypes":
				below = min(lists+1, 2)
			}
			if below == 2 {
				cost = add(cost, introspectionDeep)
			}
			if sel.Alias != sel.Name {
				cost = add(cost, introspectionMore)
			}
			cost = add(cost, i.selection(sel.SelectionSet, below))
		case *ast.InlineFragment:
			cost = add(cost, i.selection(sel.SelectionSet, lists))
		case *ast.FragmentSpread:
			key := spreadBelow{sel.Name, lists}
			known, seen := i.fragments[key]
			if !seen && sel.Definition != nil {
				i.fragments[key] = 0
				known = i.selection(sel.Definition.SelectionSet, lists)
				i.fragments[key] = known
			}
			cost = add(cost, known)
		}
	}
	return cost
}
