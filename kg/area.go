package kg

import (
	"cmp"
	"slices"
)

// AreaSpan says that a node is in an area, or below it, on the days of the span. The list of a node's area spans
// is its area paths with dates, flattened: one entry an ancestor.
type AreaSpan struct {
	Area ID
	Span
}

// AreaRule says which ties bring a kind into areas: those of Via, and on days without any of them those of Else.
type AreaRule struct {
	Self bool // the kind is an area itself
	Via  []Relation
	Else []Relation
}

// AreaRules is the table of how each kind comes into areas (MEANINGS section 3). Ties point from the node to what
// it takes its areas from.
var AreaRules = map[Kind]AreaRule{
	KindDivision:       {Self: true, Via: []Relation{PartOf}},
	KindGrid:           {Self: true, Via: []Relation{PartOf}},
	KindCompound:       {Self: true, Via: []Relation{InCompound}},
	KindBuilding:       {Self: true, Via: []Relation{PartOf, InCompound}},
	KindEntrance:       {Self: true, Via: []Relation{PartOf}},
	KindHousehold:      {Self: true, Via: []Relation{PartOf}},
	KindPlace:          {Via: []Relation{Serves, LocatedIn}},
	KindPartyOrg:       {Via: []Relation{SetUpOn}},
	KindJointCommittee: {Via: []Relation{Leads}},
	KindUnit:           {Via: []Relation{LocatedIn, PairedWith, Serves}},
	KindResidentBody:   {Via: []Relation{Serves}},
	KindTeam:           {Via: []Relation{Serves}},
	KindPerson:         {Via: []Relation{LivesIn}, Else: []Relation{RegisteredWith}},
	KindDoorbell:       {Via: []Relation{InstalledAt}},
	KindMeasure:        {Via: []Relation{MeasureOf}},
	KindRing:           {Via: []Relation{RangAt}},
	KindAlert:          {Via: []Relation{AlertOf}},
	KindRingEvent:      {Via: []Relation{EventOf}},
}

// MakesArea says whether a tie of the relation from a node of the kind brings that node into areas.
func MakesArea(from Kind, r Relation) bool {
	rule := AreaRules[from]
	return slices.Contains(rule.Via, r) || slices.Contains(rule.Else, r)
}

// AreaSpans are the area spans of node n, from its outgoing ties (others than those of its rule are ignored) and
// the area spans of what they lead to. Sorted by area and day, without overlaps.
func AreaSpans(n ID, ties []Tie, of func(ID) []AreaSpan) []AreaSpan {
	rule := AreaRules[n.Kind()]
	var spans []AreaSpan
	if rule.Self {
		spans = append(spans, AreaSpan{Area: n})
	}
	gaps := []Span{{}} // the days without any tie of Via
	for i := range ties {
		if t := &ties[i]; t.From == n && slices.Contains(rule.Via, t.Relation) {
			spans = appendSpans(spans, t.Valid, of(t.To))
			gaps = minus(gaps, t.Valid)
		}
	}
	for i := range ties {
		if t := &ties[i]; t.From == n && slices.Contains(rule.Else, t.Relation) {
			for _, gap := range gaps {
				spans = appendSpans(spans, t.Valid.Meet(gap), of(t.To))
			}
		}
	}
	return mergeSpans(spans)
}

func appendSpans(spans []AreaSpan, valid Span, above []AreaSpan) []AreaSpan {
	if valid.Empty() {
		return spans
	}
	for _, a := range above {
		if m := a.Meet(valid); !m.Empty() {
			spans = append(spans, AreaSpan{Area: a.Area, Span: m})
		}
	}
	return spans
}

func minus(spans []Span, o Span) []Span {
	var out []Span
	for _, s := range spans {
		if s.Meet(o).Empty() {
			out = append(out, s)
			continue
		}
		out = append(out, s.Minus(o)...)
	}
	return out
}

// mergeSpans sorts the spans and joins those of one area that overlap or touch.
func mergeSpans(spans []AreaSpan) []AreaSpan {
	slices.SortFunc(spans, func(a, b AreaSpan) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	out := spans[:0]
	for _, s := range spans {
		last := len(out) - 1
		if last < 0 || out[last].Area != s.Area || (out[last].To != 0 && out[last].To < s.From) {
			out = append(out, s)
			continue
		}
		if out[last].To != 0 && (s.To == 0 || s.To > out[last].To) {
			out[last].To = s.To
		}
	}
	return out
}
