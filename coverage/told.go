package coverage

import (
	"fmt"
	"math"
	"slices"

	"lintu/kg"
	"lintu/reach"
	"lintu/trust"
)

// CoarseRadii are the radii in metres that a viewer without detail may ask for. Circles of any size would let two of them be
// subtracted.
var CoarseRadii = []float64{300, 500, 800, 1000}

// coarseMetres is the step in which distances are told without detail.
const coarseMetres = 100

// Told are measures as a viewer is told them: nil is a count that is withheld.
type Told struct {
	Targets, Covered *int
	Share            *float64
	AtLeast          []int
	Nearest, Minutes Quantiles
	Backup           *int
	SinglePoint      *int
	Across           *int
	Located          *int
	Suppressed       bool // something is withheld

	// The shares of Completeness; nil where nothing is counted.
	TargetsLocated, RespondersLocated, ConsentKnown *float64
}

// CheckCoarse refuses what only who sees detail may ask: circles of any size and instants would let two answers be subtracted
// until one door is left.
func (q *Query) CheckCoarse() error {
	switch {
	case q.When.Band == "":
		return kg.Invalid("when", "an instant, or nothing, is for who may see detail", "a band of the week: "+fmt.Sprint(Bands))
	case q.Minutes > 0:
		return kg.Invalid("minutes", "is for who may see detail", "a radius")
	}
	if err := CoarseTargets(q.Targets); err != nil {
		return err
	}
	return CoarseRadius(q.Radius)
}

// CoarseTargets refuses to choose households by what is known of children: without detail that is not told in any number.
func CoarseTargets(w *reach.TargetWhere) error {
	if w != nil && slices.Contains(w.CareFlags, kg.LeftBehindChild) {
		return fmt.Errorf("targets.careFlags: %s: children's flags are for who may see detail: %w", kg.LeftBehindChild, kg.ErrForbidden)
	}
	return nil
}

// CoarseGroups are groups without those of children's flags.
func CoarseGroups(groups []Group) []Group {
	return slices.DeleteFunc(slices.Clone(groups), func(g Group) bool { return g.Dimension == ByCareFlag && g.Value == kg.LeftBehindChild })
}

// CoarseRadius refuses a radius that only who sees detail may ask for.
func CoarseRadius(metres float64) error {
	if !slices.Contains(CoarseRadii, metres) {
		return kg.Invalid("radius", fmt.Sprintf("%g is for who may see detail", metres), fmt.Sprint(CoarseRadii))
	}
	return nil
}

// Tell are the measures for who may see detail, or coarse: counts rounded to 5 and those under 5 withheld, shares of what
// is told, distances in steps of 100 m and no largest one, since that is one door's.
func (m Measures) Tell(coarse bool) Told {
	c := m.Completeness
	if !coarse {
		located := c.TargetsLocated.Numerator
		return Told{
			Targets: &m.Targets, Covered: &m.Covered, Share: m.Share, AtLeast: m.AtLeast, Nearest: m.Nearest, Minutes: m.Minutes,
			Backup: &m.Backup.Numerator, SinglePoint: &m.SinglePoint.Numerator, Across: &m.Across, Located: &located,
			TargetsLocated: c.TargetsLocated.Value(), RespondersLocated: c.RespondersLocated.Value(), ConsentKnown: c.ConsentKnown.Value(),
		}
	}
	t := Told{AtLeast: []int{}}
	if t.Targets = t.blur(m.Targets); t.Targets == nil { // of so few doors nothing is told
		return t
	}
	t.Covered, t.Backup, t.SinglePoint, t.Across = t.blur(m.Covered), t.blur(m.Backup.Numerator), t.blur(m.SinglePoint.Numerator), t.blur(m.Across)
	t.Located = t.blur(c.TargetsLocated.Numerator)
	t.Share, t.TargetsLocated = share(t.Covered, *t.Targets), share(t.Located, *t.Targets)
	t.RespondersLocated, t.ConsentKnown = twentieth(c.RespondersLocated.Value()), twentieth(c.ConsentKnown.Value())
	t.Nearest = Quantiles{P50: step(m.Nearest.P50), P90: step(m.Nearest.P90)}
	t.Minutes = Quantiles{minutes(t.Nearest.P50), minutes(t.Nearest.P90), nil}
	for _, n := range m.AtLeast {
		blurred, _ := trust.Blur(n)
		t.AtLeast = append(t.AtLeast, blurred)
	}
	return t
}

func (t *Told) blur(n int) *int {
	told := trust.Told(n)
	t.Suppressed = t.Suppressed || told == nil
	return told
}

// share is the share of a blurred count in a blurred whole; nil where the count is withheld.
func share(n *int, of int) *float64 {
	if n == nil {
		return nil
	}
	s := min(1, float64(*n)/float64(of))
	return &s
}

func twentieth(v *float64) *float64 {
	if v == nil {
		return nil
	}
	r := math.Round(*v*20) / 20
	return &r
}

func step(metres *float64) *float64 {
	if metres == nil {
		return nil
	}
	r := math.Max(coarseMetres, math.Round(*metres/coarseMetres)*coarseMetres)
	return &r
}

// CoarseSupply rounds a ratio to two decimals.
func CoarseSupply(v *float64) *float64 {
	if v == nil {
		return nil
	}
	r := math.Round(*v*100) / 100
	return &r
}
