package lab

import (
	"cmp"
	"math"
	"slices"
	"time"

	"lintu/doorbell"
	"lintu/kg"
)

// Outcome is how a policy fared. Times are seconds from the press; shares have all rings below them. A measure that
// nothing can be said of is null.
type Outcome struct {
	Policy string `json:"policy"`
	Rings  int    `json:"rings"`
	Joined int    `json:"joined"` // presses while the household had a ring open; they are in nothing else
	Nobody int    `json:"nobody"` // rings without a neighbour who could be called

	FirstYesP50     *float64 `json:"firstYesP50"`
	FirstYesP90     *float64 `json:"firstYesP90"`
	YesIn60         *float64 `json:"yesIn60"`
	YesIn180        *float64 `json:"yesIn180"`
	AtLeastOne      *float64 `json:"atLeastOne"`  // share of rings with a yes at all
	ByNeighbour     *float64 `json:"byNeighbour"` // share of rings with a neighbour's yes
	FirstArrivalP50 *float64 `json:"firstArrivalP50"`
	FirstArrivalP90 *float64 `json:"firstArrivalP90"`

	Alerts       *float64 `json:"alerts"`       // neighbours called, a ring
	LadderAlerts *float64 `json:"ladderAlerts"` // others called, a ring
	Redundant    *float64 `json:"redundant"`    // arrivals after the first, a ring

	People       int      `json:"people"`       // neighbours who stood among the candidates of a ring
	Called       int      `json:"called"`       // of them, called at least once
	AlertsPerson *float64 `json:"alertsPerson"` // of those, on average
	AlertsMost   int      `json:"alertsMost"`   // of the one who was called most often
	BusiestTenth *float64 `json:"busiestTenth"` // share of all alerts that go to the busiest tenth of the people
	Gini         *float64 `json:"gini"`         // of alerts over the people: 0 all alike, 1 one has them all
	LeftOutLimit int      `json:"leftOutLimit"` // times a neighbour was passed over at the week's limit
	LeftOutBusy  int      `json:"leftOutBusy"`  // or at another ring

	yes, arrivals        []float64
	neighbour, redundant int
	alerts, ladder       int
	counts               map[kg.ID]int
}

func newOutcome(p *doorbell.Policy) *Outcome {
	return &Outcome{Policy: p.ID(), counts: map[kg.ID]int{}}
}

// tale is what is told of a ring while it is played.
type tale struct {
	due       time.Time // on the agenda
	asks      map[kg.ID]bool
	firstYes  time.Duration
	neighbour bool
	first     time.Duration
	arrivals  int
}

// asked says whether an alert has asked its person already.
func (t *tale) asked(alert kg.ID) bool {
	if t.asks == nil {
		t.asks = map[kg.ID]bool{}
	}
	was := t.asks[alert]
	t.asks[alert] = true
	return was
}

func (t *tale) yes(after time.Duration, role kg.AlertRole) {
	if t.firstYes == 0 {
		t.firstYes = after
	}
	t.neighbour = t.neighbour || role == kg.RoleNeighbour
}

// arrived counts an arrival.
func (t *tale) arrived(after time.Duration) int {
	if t.arrivals++; t.arrivals == 1 {
		t.first = after
	}
	return t.arrivals
}

// begun counts a ring and its candidates.
func (o *Outcome) begun(r *running) {
	o.Rings++
	candidates := r.Ring().Candidates
	if len(candidates) == 0 {
		o.Nobody++
	}
	for _, c := range candidates {
		o.counts[c.Person] += 0
	}
}

// ended counts what became of a ring.
func (o *Outcome) ended(r *running) {
	if r.tale.firstYes > 0 {
		o.yes = append(o.yes, r.tale.firstYes.Seconds())
	}
	if r.tale.neighbour {
		o.neighbour++
	}
	if r.tale.arrivals > 0 {
		o.arrivals = append(o.arrivals, r.tale.first.Seconds())
		o.redundant += r.tale.arrivals - 1
	}
	ring := r.Ring()
	for _, a := range ring.Alerts {
		if a.Role != kg.RoleNeighbour {
			o.ladder++
			continue
		}
		o.alerts++
		o.counts[r.Person(a.ID)]++
	}
	for _, left := range ring.LeftOut {
		switch left.Reason {
		case doorbell.LeftAtLimit:
			o.LeftOutLimit++
		case doorbell.LeftBusy:
			o.LeftOutBusy++
		}
	}
}

// sum works the measures out.
func (o *Outcome) sum() {
	share := func(n float64) *float64 {
		if o.Rings == 0 {
			return nil
		}
		v := n / float64(o.Rings)
		return &v
	}
	in := func(limit float64) float64 {
		n := 0
		for _, y := range o.yes {
			if y <= limit {
				n++
			}
		}
		return float64(n)
	}
	slices.Sort(o.yes)
	slices.Sort(o.arrivals)
	o.FirstYesP50, o.FirstYesP90 = quantile(o.yes, 0.5), quantile(o.yes, 0.9)
	o.FirstArrivalP50, o.FirstArrivalP90 = quantile(o.arrivals, 0.5), quantile(o.arrivals, 0.9)
	o.YesIn60, o.YesIn180, o.AtLeastOne = share(in(60)), share(in(180)), share(float64(len(o.yes)))
	o.ByNeighbour, o.Redundant = share(float64(o.neighbour)), share(float64(o.redundant))
	o.Alerts, o.LadderAlerts = share(float64(o.alerts)), share(float64(o.ladder))
	o.fairness()
}

// fairness works out how the alerts are spread over the people.
func (o *Outcome) fairness() {
	counts := make([]int, 0, len(o.counts))
	for _, n := range o.counts {
		counts = append(counts, n)
	}
	slices.Sort(counts)
	o.People = len(counts)
	total, weighted := 0, 0
	for i, n := range counts {
		total += n
		weighted += (i + 1) * n
		if n > 0 {
			o.Called++
		}
	}
	if total == 0 {
		return
	}
	n := float64(len(counts))
	each, gini := float64(total)/float64(o.Called), 2*float64(weighted)/(n*float64(total))-(n+1)/n
	o.AlertsPerson, o.AlertsMost, o.Gini = &each, counts[len(counts)-1], &gini
	busiest := 0
	for _, c := range counts[len(counts)-int(math.Ceil(n/10)):] {
		busiest += c
	}
	tenth := float64(busiest) / float64(total)
	o.BusiestTenth = &tenth
}

// quantile is the smallest value that so large a share of the sorted values does not exceed; nil without any.
func quantile(sorted []float64, q float64) *float64 {
	if len(sorted) == 0 {
		return nil
	}
	return &sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

func sortRings(rings []Ring) {
	slices.SortStableFunc(rings, func(a, b Ring) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Household, b.Household))
	})
}
