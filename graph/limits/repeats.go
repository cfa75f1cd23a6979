package limits

import "github.com/vektah/gqlparser/v2/ast"

// maxRepeats bounds the pairs of fields that validation compares: all that are called the same in one object, whatever
// fragments they stand in. A document of 1,000 tokens can have half a million; those that people write have some dozens.
const maxRepeats = 50000

// repeats counts what validation compares. It stops above the bound.
type repeats struct {
	doc  *ast.QueryDocument
	work int
}

// checkRepeats refuses a document whose fields repeat each other too often.
func checkRepeats(doc *ast.QueryDocument) error {
	r := &repeats{doc: doc}
	for _, op := range doc.Operations {
		r.object([]ast.SelectionSet{op.SelectionSet})
	}
	for _, f := range doc.Fragments { // looked at by themselves, too
		r.object([]ast.SelectionSet{f.SelectionSet})
	}
	if r.work > maxRepeats {
		return &Exceeded{Limit: repeatLimit, Asked: maxRepeats + 1, Allowed: maxRepeats}
	}
	return nil
}

// object counts for one object the selections of which stand in several places, and for the objects below it.
func (r *repeats) object(sets []ast.SelectionSet) {
	fields := map[string][]ast.SelectionSet{} // the selections below the fields of a name
	var order []string
	fragments := map[string]bool{}
	leaves := map[string]int{}
	var collect func(set ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, sel := range set {
			if r.work++; r.work > maxRepeats {
				return
			}
			switch sel := sel.(type) {
			case *ast.Field:
				if leaves[sel.Alias]++; leaves[sel.Alias] == 1 {
					order = append(order, sel.Alias)
				}
				r.work += leaves[sel.Alias] - 1
				if len(sel.SelectionSet) > 0 {
					fields[sel.Alias] = append(fields[sel.Alias], sel.SelectionSet)
				}
			case *ast.InlineFragment:
				collect(sel.SelectionSet)
			case *ast.FragmentSpread:
				if fragments[sel.Name] {
					continue
				}
				fragments[sel.Name] = true
				r.work += len(fragments) - 1
				if def := r.doc.Fragments.ForName(sel.Name); def != nil {
					collect(def.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		collect(set)
	}
	for _, name := range order {
		if r.work > maxRepeats {
			return
		}
		if below := fields[name]; len(below) > 0 {
			r.object(below)
		}
	}
}
