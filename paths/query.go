package paths

import (
	"fmt"

	"lintu/kg"
)

// MaxLength is the longest path that can be asked for, in ties.
const MaxLength = 10

// Query asks for a shortest path.
type Query struct {
	From, To  kg.ID         // different or the same; both must live on the view's date and be in its scope
	Relations []kg.Relation // that may be walked, both ways; none: every one but MEASURE_OF and those of rings
	MaxLength int           // in ties, 1 to MaxLength
	Limits    Limits
}

// Check refuses a malformed question.
func (q Query) Check() error {
	if q.MaxLength < 1 || q.MaxLength > MaxLength {
		return kg.Invalid("maxLength", fmt.Sprint(q.MaxLength), fmt.Sprintf("1 to %d", MaxLength))
	}
	for i, r := range q.Relations {
		if r.Def() == nil {
			return kg.Invalid(fmt.Sprintf("relations[%d]", i), fmt.Sprintf("%q", r), "relations of the relation table")
		}
	}
	return nil
}

// Limits bound the work of one search. A zero field stands for the default.
type Limits struct {
	Ties  int // that are read in all
	Calls int // of Expand
	First int // ties that are read of one node and relation at first; each further reading takes eight times as many
}

// The bounds of a search where nothing else is said: below a second on a warm store.
const (
	DefaultTies  = 40_000
	DefaultCalls = 60
	DefaultFirst = 64
)

func (l Limits) orDefault() Limits {
	if l.Ties == 0 {
		l.Ties = DefaultTies
	}
	if l.Calls == 0 {
		l.Calls = DefaultCalls
	}
	if l.First == 0 {
		l.First = DefaultFirst
	}
	return l
}

// Outcome says what a search came to.
type Outcome string

// The outcomes.
const (
	Found      Outcome = "FOUND"            // the path is a shortest one
	FoundSome  Outcome = "FOUND_NOT_PROVEN" // a bound was reached: there may be a shorter path
	None       Outcome = "NONE"             // there is no path of at most MaxLength ties
	Undecided  Outcome = "UNDECIDED"        // a bound was reached before any path was found: there may be one
	unfinished Outcome = ""
)

// Direction is how a tie is walked.
type Direction string

// A tie that refers to a third node links that node with the tie's From, too: a seat held on behalf of a unit links
// the unit with the person.
const (
	Out     Direction = "OUT"            // from the tie's From to its To
	In      Direction = "IN"             // from its To to its From
	ToRef   Direction = "TO_REFERENCE"   // from its From to the node that it refers to
	FromRef Direction = "FROM_REFERENCE" // from the node that it refers to to its From
)

var reverse = map[Direction]Direction{Out: In, In: Out, ToRef: FromRef, FromRef: ToRef}

// Path is an answer. Steps is empty where the outcome is None or Undecided, and where From is To.
type Path struct {
	Outcome Outcome
	Start   kg.ID
	Steps   []Step
}

// Step is one tie of a path, walked from the node before it to Node. Of what is hidden, Node is empty, and so are Tie and
// Direction.
type Step struct {
	Tie       *kg.Tie
	Direction Direction
	Node      kg.ID
}

// Found says whether there is a path.
func (p *Path) Found() bool { return p.Outcome == Found || p.Outcome == FoundSome }

// Nodes are the nodes of a path that was found, from the first to the last, an empty id where one is hidden; none where
// there is no path.
func (p *Path) Nodes() []kg.ID {
	if !p.Found() {
		return nil
	}
	out := []kg.ID{p.Start}
	for _, s := range p.Steps {
		out = append(out, s.Node)
	}
	return out
}

// Hide makes placeholders of the nodes that are hidden, and takes away every tie that has one of them as an end. The
// path's own ends are never hidden.
func (p *Path) Hide(hidden func(kg.ID) bool) {
	for i := range p.Steps {
		s := &p.Steps[i]
		if hidden(s.Tie.From) || hidden(s.Tie.To) {
			s.Tie, s.Direction = nil, ""
		}
		if hidden(s.Node) {
			s.Node = ""
		}
	}
}

// Beside is the path after another search for a shorter one, of which nothing better came: where that search ended at its
// bounds, there may be one.
func (p *Path) Beside(other *Path) *Path {
	if other != nil && (other.Outcome == Undecided || other.Outcome == FoundSome) {
		p.Outcome = map[Outcome]Outcome{Found: FoundSome, None: Undecided, FoundSome: FoundSome, Undecided: Undecided}[p.Outcome]
	}
	return p
}

// Usual are the relations that are walked where a query names none.
func Usual() []kg.Relation {
	var out []kg.Relation
	for i := range kg.Relations {
		if d := &kg.Relations[i]; !unasked(d) {
			out = append(out, d.Relation)
		}
	}
	return out
}
