package coverage

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"sync"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// GapKind is why a target has too few.
type GapKind string

// The kinds, in the order in which a gap lists them. But for NoPoint, NobodyNear and NobodyNamed they count people whose
// home or work is within the radius, as what nearby leaves out.
const (
	NoPoint     GapKind = "NO_POINT"              // nobody knows where the household is
	NobodyNamed GapKind = "NOBODY_NAMED"          // fewer than K are responsible for it, where duty covers
	Across      GapKind = "ACROSS_BARRIER"        // responders who are across a river, railway or motorway
	AllAtWork   GapKind = "ALL_AT_WORK"           // responders who live there and are at work elsewhere now
	NoConsent   GapKind = "NO_CONSENT_OR_VETTING" // without a consent or a vetting that holds
	OnLeave     GapKind = "ON_LEAVE"              // on leave
	NobodyNear  GapKind = "NOBODY_NEAR"           // fewer than K who are asked about live or work there at all
	OtherReason GapKind = "OTHER"                 // away, paused, a closed place, refused, of the household, beyond their own limit, ...
)

// GapKinds are the kinds in order.
var GapKinds = []GapKind{NoPoint, NobodyNamed, Across, AllAtWork, NoConsent, OnLeave, NobodyNear, OtherReason}

// Gap is a target that fewer than K cover. Of a band, the reasons are those of its hour with the fewest targets covered;
// a target that is covered in that hour, and not in another, has OTHER alone.
type Gap struct {
	Household  kg.ID
	Nearest    *float64 // metres to the nearest who comes, beyond the radius or within; nil for nobody
	Minutes    *float64 // the same walk
	Responders int      // within the radius: fewer than K
	Across     int      // across a barrier
	Reasons    []GapReason
}

// GapReason is a reason with the number of people for whom it holds; 0 where it is not about people.
type GapReason struct {
	Kind   GapKind
	People int
}

// GapCount is how many gaps have a reason.
type GapCount struct {
	Kind    GapKind
	Targets int
}

// Gaps are the targets of a coverage that are not covered: those whose nearest is farthest first, those with nobody
// before all, then by household.
type Gaps struct {
	c       *Coverage
	targets []int32
	judge   func() *judge
}

// Gaps are those of the coverage's targets.
func (c *Coverage) Gaps() *Gaps {
	g := &Gaps{c: c, judge: sync.OnceValue(func() *judge { return newJudge(c) })}
	for _, i := range c.targets() {
		if int(c.tally.count[i]) < c.Query.K {
			g.targets = append(g.targets, i)
		}
	}
	ids := make(map[int32]kg.ID, len(g.targets))
	for _, i := range g.targets {
		ids[i] = c.scene.Household(int(i))
	}
	slices.SortFunc(g.targets, func(a, b int32) int {
		return cmp.Or(cmp.Compare(c.tally.nearest[b], c.tally.nearest[a]), cmp.Compare(ids[a], ids[b]))
	})
	return g
}

// Total is how many gaps there are.
func (g *Gaps) Total() int { return len(g.targets) }

// Households are those of all gaps, in the order of gaps.
func (g *Gaps) Households() []kg.ID {
	ids := make([]kg.ID, len(g.targets))
	for i, t := range g.targets {
		ids[i] = g.c.scene.Household(int(t))
	}
	return ids
}

// Page are at most limit gaps after a position, and whether there are more.
func (g *Gaps) Page(after *store.Position, limit int) ([]Gap, bool) {
	from := 0
	if after != nil {
		from = sort.Search(len(g.targets), func(i int) bool {
			return store.ComparePositions(g.place(g.targets[i]).Position(), *after) > 0
		})
	}
	to := min(len(g.targets), from+max(0, limit))
	out := make([]Gap, 0, to-from)
	for _, i := range g.targets[from:to] {
		gap := g.place(i)
		gap.Reasons = g.judge().reasons(i)
		out = append(out, gap)
	}
	return out, to < len(g.targets)
}

// place is a gap without its reasons.
func (g *Gaps) place(target int32) Gap {
	t := g.c.tally
	gap := Gap{Household: g.c.scene.Household(int(target)), Nearest: metres(t.nearest[target]), Responders: int(t.count[target])}
	gap.Minutes = minutes(gap.Nearest)
	if t.across != nil {
		gap.Across = int(t.across[target])
	}
	return gap
}

// Position is the gap's place in the order of gaps.
func (g Gap) Position() store.Position {
	value := int64(math.MinInt64)
	if g.Nearest != nil { // floats from 0 up are in the order of their bits
		value = -int64(math.Float64bits(*g.Nearest))
	}
	return store.Position{Value: value, ID: g.Household}
}

// Reasons count the gaps that have each reason, in the order of GapKinds; reasons that none has are absent.
func (g *Gaps) Reasons() []GapCount {
	counts := map[GapKind]int{}
	for _, i := range g.targets {
		for _, r := range g.judge().reasons(i) {
			counts[r.Kind]++
		}
	}
	var out []GapCount
	for _, k := range GapKinds {
		if counts[k] > 0 {
			out = append(out, GapCount{k, counts[k]})
		}
	}
	return out
}

// judge says why targets have too few. It keeps what it found at a spot.
type judge struct {
	c            *Coverage
	scene        *reach.Scene
	homes, works [][]int32 // by station: candidates
	unwanted     func(target int32) []int32

	mu    sync.Mutex // guards spots
	spots map[int32]*near
}

// near is who lives or works within the radius of a spot.
type near struct {
	verdicts map[int32]GapKind // by candidate; "" for one who covers
	count    map[GapKind]int
}

func newJudge(c *Coverage) *judge {
	sc := c.worst
	j := &judge{c: c, scene: sc, homes: make([][]int32, len(sc.Stations)), works: make([][]int32, len(sc.Stations)), unwanted: sc.Unwanted(), spots: map[int32]*near{}}
	for i := range sc.Candidates {
		cd := &sc.Candidates[i]
		if cd.Why == reach.NotAsked {
			continue
		}
		if cd.Home >= 0 {
			j.homes[cd.Home] = append(j.homes[cd.Home], int32(i))
		}
		if cd.Work >= 0 && cd.Work != cd.Home {
			j.works[cd.Work] = append(j.works[cd.Work], int32(i))
		}
	}
	return j
}

// reasons are those of a target, in order.
func (j *judge) reasons(target int32) []GapReason {
	spot := j.scene.Targets[target].Spot
	if spot < 0 {
		return []GapReason{{Kind: NoPoint}}
	}
	if j.c.body.query.Provider.Duty != nil {
		return []GapReason{{Kind: NobodyNamed}}
	}
	here := j.at(spot)
	count := map[GapKind]int{}
	for kind, n := range here.count {
		count[kind] = n
	}
	for _, c := range j.unwanted(target) {
		if kind, ok := here.verdicts[c]; ok {
			count[kind]--
			count[OtherReason]++
		}
	}
	if count[""] >= j.c.Query.K {
		return []GapReason{{Kind: OtherReason}}
	}
	var out []GapReason
	for _, kind := range GapKinds {
		switch n := count[kind]; {
		case kind == NobodyNear && len(here.verdicts) < j.c.Query.K:
			out = append(out, GapReason{Kind: kind})
		case n > 0:
			out = append(out, GapReason{kind, n})
		}
	}
	return out
}

// at judges everybody whose home or work is within the radius of a spot, once.
func (j *judge) at(spot int32) *near {
	j.mu.Lock()
	defer j.mu.Unlock()
	if known := j.spots[spot]; known != nil {
		return known
	}
	s, limit := &j.scene.Spots[spot], geo.MaxChord2(j.c.Query.Radius)
	lines := j.scene.Barriers.Around(s.Point, j.c.Query.Radius)
	out := &near{verdicts: map[int32]GapKind{}, count: map[GapKind]int{}}
	look := func(c int32) {
		if _, met := out.verdicts[c]; met {
			return // lives and works there
		}
		cd, kind := &j.scene.Candidates[c], GapKind("")
		switch at := j.c.stand.Station[c]; {
		case cd.Why != reach.Fit:
			kind = unfit(cd.Why)
		case at < 0:
			kind = OtherReason
		default:
			chord2 := geo.Chord2(s.Unit, j.scene.Stations[at])
			switch {
			case chord2 > limit && at == cd.Work:
				kind = AllAtWork
			case chord2 > limit || chord2 > cd.Limit:
				kind = OtherReason
			case lines.Across(j.scene.Grid.Point(int(at))):
				kind = Across
			}
		}
		out.verdicts[c] = kind
		out.count[kind]++
	}
	j.scene.Grid.Within(s.Point, j.c.Query.Radius, func(at int, _ float64) bool {
		for _, c := range j.homes[at] {
			look(c)
		}
		for _, c := range j.works[at] {
			look(c)
		}
		return true
	})
	j.spots[spot] = out
	return out
}

// unfit is the kind of a candidate who is no responder wherever they are.
func unfit(why uint8) GapKind {
	switch reach.SceneReasons[why] {
	case reach.NoConsent, reach.NotVetted:
		return NoConsent
	case reach.OnLeave:
		return OnLeave
	}
	return OtherReason
}
