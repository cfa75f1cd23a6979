package coverage

import (
	"context"
	"fmt"
	"slices"

	"lintu/coverage/advice"
	"lintu/kg"
	"lintu/reach"
)

// AdviceKind is something that can be done.
type AdviceKind string

// The kinds, in the order that decides between steps that add as much; after it, ids decide.
const (
	RecruitOne AdviceKind = "RECRUIT" // win one more of the people who live in a building as a responder
	PairUnit   AdviceKind = "PAIR"    // pair a unit with a community or village, so that its people count there
	OpenPlace  AdviceKind = "PLACE"   // open a place in a building
)

// AdviceKinds are the kinds in order.
var AdviceKinds = []AdviceKind{RecruitOne, PairUnit, OpenPlace}

// Basis is whom an advice counts.
type Basis string

// The bases.
const (
	OfResponders  Basis = "RESPONDERS"   // every responder, as the coverage itself
	OfPairedUnits Basis = "PAIRED_UNITS" // those of units that are paired with an area which contains the target, as unitCoverage; and who is recruited
	OfPlaces      Basis = "PLACES"       // places
)

// MaxBudget is the largest number of steps that is answered.
const MaxBudget = 1000

// AdviceQuery asks what to do next.
type AdviceQuery struct {
	Budget int          // how many steps at most, 0 to MaxBudget
	Kinds  []AdviceKind // none: RECRUIT where people cover, PLACE where places do
	Fixed  []FixedStep  // done in any case, before the steps and besides the budget
	By     []reach.UnitTie

	// Names says whether the viewer may see the names of the people who could be recruited in a grid, "" being none: its own worker may.
	// Nil: nobody's.
	Names func(grid kg.ID) bool
}

// FixedStep is a step that is decided: a Building for RECRUIT and PLACE, a Unit with an Area (a division, grid or
// compound) for PAIR.
type FixedStep struct {
	Kind                 AdviceKind
	Building, Unit, Area kg.ID
}

// Advice is what to do next, step by step: each step is what adds most to the steps before. Of a band it is judged at
// its hour with the fewest targets covered. The value that steps add to is the sum over the targets of how many cover
// them, at most K each.
type Advice struct {
	Basis         Basis
	Targets       int
	Before, After Score // of the targets; After all steps
	Fixed, Steps  []AdviceStep
}

// Score is how well targets are covered, before or after steps.
type Score struct {
	Value   int // the sum of min(those who cover, K)
	Covered int // targets that K or more cover
}

// AdviceStep is something to do.
type AdviceStep struct {
	Kind     AdviceKind
	Building kg.ID // of RECRUIT and PLACE, with the grid and the community or village that it is in, "" for none
	Grid     kg.ID
	Unit     kg.ID // of PAIR
	Area     kg.ID // of PAIR the area to pair the unit with; else the community or village of the building

	// People are, of RECRUIT, those who live in the building, are at home, and could become responders (who refused could
	// not); of PAIR the unit's people who would count for a target of the area.
	People int
	Names  []kg.ID // those of RECRUIT, by id, where the viewer may see them

	Adds    int // to the value
	Gainers int // targets that have one more, or more than one
	Covers  int // targets that have K with this step, and had fewer

	scene   *reach.Scene
	gainers []int32
}

// Households are the targets that gain, by id.
func (s *AdviceStep) Households() []kg.ID { return households(s.scene, s.gainers) }

// Advise says what to do next for the coverage's targets. The error is kg.ErrInvalid for a malformed question,
// kg.ErrNotFound for a unit or area that does not exist or is out of scope; both name the argument.
func (c *Coverage) Advise(ctx context.Context, q AdviceQuery) (*Advice, error) {
	basis, err := q.basis(&c.body.query)
	if err != nil {
		return nil, err
	}
	if len(q.By) == 0 {
		q.By = []reach.UnitTie{reach.Staff, reach.Party}
	}
	o := newOptions(c, basis, q)
	for _, kind := range AdviceKinds {
		if !slices.Contains(q.Kinds, kind) && !slices.ContainsFunc(q.Fixed, func(f FixedStep) bool { return f.Kind == kind }) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		o.offer(kind)
	}
	fixed, err := o.fixed()
	if err != nil {
		return nil, err
	}
	o.keepOnly(q.Kinds)
	done, steps, err := advice.Greedy(ctx, &o.problem, fixed, q.Budget)
	if err != nil {
		return nil, err
	}
	out := &Advice{Basis: basis, Targets: len(o.targets), Before: o.before(), Fixed: o.tell(done), Steps: o.tell(steps)}
	o.learnPeople(out.Fixed, out.Steps)
	out.After = out.Before
	for _, s := range append(slices.Clone(out.Fixed), out.Steps...) {
		out.After.Value += s.Adds
		out.After.Covered += s.Covers
	}
	return out, nil
}

// basis checks the question and says whom it counts; it fills in the kinds.
func (q *AdviceQuery) basis(of *Query) (Basis, error) {
	if q.Budget < 0 || q.Budget > MaxBudget {
		return "", kg.Invalid("budget", fmt.Sprint(q.Budget), fmt.Sprintf("0 to %d", MaxBudget))
	}
	basis, allowed := OfResponders, []AdviceKind{RecruitOne, PairUnit}
	switch {
	case of.Provider.Duty != nil:
		return "", kg.Invalid("provider.duty", "has no advice", "responders or places")
	case of.Provider.Places != nil:
		basis, allowed = OfPlaces, []AdviceKind{OpenPlace}
	}
	if len(q.Kinds) == 0 {
		q.Kinds = allowed[:1]
	}
	kinds := slices.Clone(q.Kinds)
	for _, f := range q.Fixed {
		kinds = append(kinds, f.Kind)
	}
	for i, kind := range kinds {
		if !slices.Contains(allowed, kind) {
			argument := "kinds"
			if i >= len(q.Kinds) {
				argument = "fixed"
			}
			return "", kg.Invalid(argument, fmt.Sprintf("%q with the provider %s", kind, basis), fmt.Sprint(allowed))
		}
		if kind == PairUnit {
			basis = OfPairedUnits
		}
	}
	for _, by := range q.By {
		if !slices.Contains(reach.UnitTies, by) {
			return "", kg.Invalid("by", fmt.Sprintf("%q", by), fmt.Sprint(reach.UnitTies))
		}
	}
	return basis, nil
}
