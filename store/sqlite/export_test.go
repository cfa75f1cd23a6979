package sqlite

// BoundsOfOne makes statements take every turn that otherwise only a large graph brings about: more than "few" nodes
// on a way, terms and hits of a search in several statements. The returned function undoes it.
func BoundsOfOne() func() {
	fewBefore, termsBefore, spareBefore := few, termsAtOnce, spareHits
	few, termsAtOnce, spareHits = 1, 1, 0
	return func() { few, termsAtOnce, spareHits = fewBefore, termsBefore, spareBefore }
}
