package coverage

import (
	"fmt"
	"slices"

	"lintu/coverage/advice"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
)

// options is what can be done for the targets of a coverage, as a problem of package advice.
type options struct {
	c       *Coverage
	basis   Basis
	query   AdviceQuery
	scene   *reach.Scene
	problem advice.Problem
	actions []action // by item

	targets []int32 // by the problem's numbers
	number  []int32 // by the scene's targets: the problem's, -1
	open    *geo.Grid
	spots   []int32 // of the points of open: spots with a target that has too few
	sites   map[siteKey]int32

	come *coming
	ties *reach.SceneUnits
}

// action is what an item stands for.
type action struct {
	kind           AdviceKind
	building, unit kg.ID
	area           kg.ID
	people         int
}

type siteKey struct {
	point geo.Point
	limit float64
}

func newOptions(c *Coverage, basis Basis, q AdviceQuery) *options {
	o := &options{c: c, basis: basis, query: q, scene: c.worst, targets: c.targets(), sites: map[siteKey]int32{}}
	o.number = make([]int32, len(o.scene.Targets))
	for i := range o.number {
		o.number[i] = -1
	}
	for n, t := range o.targets {
		o.number[t] = int32(n)
	}
	lists := advice.Lists{Starts: make([]int32, 1, len(o.scene.Spots)+1)}
	for i := range o.scene.Spots {
		for t := o.scene.Spots[i].From; t < o.scene.Spots[i].To; t++ {
			if n := o.number[t]; n >= 0 {
				lists.Items = append(lists.Items, n)
			}
		}
		lists.Starts = append(lists.Starts, int32(len(lists.Items)))
	}
	o.come = newComing(c)
	if basis == OfPairedUnits {
		o.ties = o.scene.Units(q.By)
	}
	o.problem = advice.Problem{K: int32(c.Query.K), Have: o.have(), Spots: lists}
	o.narrow()
	return o
}

// have is how many count for each target now.
func (o *options) have() []int32 {
	have := make([]int32, len(o.targets))
	if o.ties == nil {
		counts := o.c.tally.count
		if o.c.hours > 1 { // the hour of the standing, not the least of all
			counts = o.c.around.on(o.scene).count(o.c.stand).count
		}
		for n, t := range o.targets {
			have[n] = counts[t]
		}
		return have
	}
	spot, here := int32(-1), []int32(nil)
	for n, t := range o.targets { // targets at one spot stand together
		switch at := o.scene.Targets[t].Spot; {
		case at < 0:
			continue
		case at != spot:
			paired := o.ties.Paired(t)
			spot, here = at, slices.DeleteFunc(o.come.to(at), func(c int32) bool { return !o.paired(c, paired) })
		}
		have[n] = int32(len(here))
		for _, c := range o.scene.Targets[t].Without {
			if slices.Contains(here, c) {
				have[n]--
			}
		}
	}
	return have
}

// paired says whether somebody is of one of the units.
func (o *options) paired(candidate int32, units []int32) bool {
	return slices.ContainsFunc(o.ties.Of(candidate), func(u int32) bool {
		_, found := slices.BinarySearch(units, u)
		return found
	})
}

// narrow finds the spots at which something can be gained.
func (o *options) narrow() {
	var points []geo.Point
	for i := range o.scene.Spots {
		if slices.ContainsFunc(o.problem.Spots.Of(int32(i)), func(t int32) bool { return o.problem.Have[t] < o.problem.K }) {
			o.spots = append(o.spots, int32(i))
			points = append(points, o.scene.Spots[i].Point)
		}
	}
	o.open = geo.NewGrid(points, max(o.c.Query.Radius/2, 100))
}

// offer adds the items of a kind.
func (o *options) offer(kind AdviceKind) {
	switch kind {
	case RecruitOne:
		o.offerRecruits()
	case PairUnit:
		o.offerPairings()
	case OpenPlace:
		for _, s := range o.scene.Sites(o.c.Area) {
			o.add(advice.Item{Site: o.site(s.Point, 4), Times: 1}, action{kind: OpenPlace, building: s.Building})
		}
	}
}

func (o *options) add(it advice.Item, a action) {
	o.problem.Items = append(o.problem.Items, it)
	o.actions = append(o.actions, a)
}

// site is the number of the site at a point, whose one provider comes as far as a limit.
func (o *options) site(p geo.Point, limit float64) int32 {
	key := siteKey{p, limit}
	if n, ok := o.sites[key]; ok {
		return n
	}
	var adds []advice.Add
	lines := o.scene.Barriers.Around(p, o.c.Query.Radius)
	o.open.Within(p, o.c.Query.Radius, func(i int, chord2 float64) bool {
		if chord2 <= limit && !lines.Across(o.open.Point(i)) {
			adds = append(adds, advice.Add{Spot: o.spots[i], Count: 1})
		}
		return true
	})
	n := int32(len(o.problem.Sites))
	o.problem.Sites = append(o.problem.Sites, adds)
	o.sites[key] = n
	return n
}

// offerRecruits adds an item for all people at a point who bring the same.
func (o *options) offerRecruits() {
	useful := func(p geo.Point) bool { return len(o.problem.Sites[o.site(p, 4)]) > 0 }
	for _, r := range o.scene.Recruits(o.c.Area, o.c.stand, useful) {
		it := advice.Item{Site: o.site(r.Point, min(r.Limit, 4)), Times: int32(r.People)}
		for _, t := range r.Except {
			if n := o.number[t]; n >= 0 && o.brings(it.Site, o.scene.Targets[t].Spot) {
				it.Except = append(it.Except, advice.Lack{Target: n, Count: 1})
			}
		}
		o.add(it, action{kind: RecruitOne, building: r.Building})
	}
}

// brings says whether a site has a spot.
func (o *options) brings(site, spot int32) bool {
	return slices.ContainsFunc(o.problem.Sites[site], func(a advice.Add) bool { return a.Spot == spot })
}

// learnPeople gives the steps the number of the people who could be recruited, and the names that the viewer may see.
func (o *options) learnPeople(lists ...[]AdviceStep) {
	buildings := map[kg.ID]bool{}
	for _, steps := range lists {
		for i := range steps {
			if steps[i].Kind == RecruitOne {
				buildings[steps[i].Building] = true
			}
		}
	}
	if len(buildings) == 0 {
		return
	}
	people := o.scene.RecruitsOf(o.c.Area, o.c.stand, buildings)
	for _, steps := range lists {
		for i := range steps {
			s := &steps[i]
			if s.Kind != RecruitOne {
				continue
			}
			s.People = len(people[s.Building])
			if o.query.Names != nil && o.query.Names(s.Grid) {
				s.Names = people[s.Building]
			}
		}
	}
}

// keepOnly takes what is only there to be fixed out of the choice: it can be done no more.
func (o *options) keepOnly(kinds []AdviceKind) {
	for i := range o.problem.Items {
		if !slices.Contains(kinds, o.actions[i].kind) {
			o.problem.Items[i].Times = 0
		}
	}
}

// fixed are the items of the fixed steps.
func (o *options) fixed() ([][]int32, error) {
	var out [][]int32
	left := map[kg.ID]int32{} // by building: how many more could be fixed; one more than there are
	for n, f := range o.query.Fixed {
		at := fmt.Sprintf("fixed[%d]", n)
		if f.Kind == PairUnit {
			item, err := o.fixedPairing(at, f)
			if err != nil {
				return nil, err
			}
			out = append(out, []int32{item})
			continue
		}
		choice, times := o.inBuilding(f)
		if left[f.Building] == 0 {
			left[f.Building] = times + 1
		}
		if left[f.Building]--; left[f.Building] == 0 {
			allowed := "a building of the area that has a point"
			if f.Kind == RecruitOne {
				allowed = "a building of the area with people at home who could still become responders"
			}
			return nil, kg.Invalid(at+".building", fmt.Sprintf("%q", f.Building), allowed)
		}
		out = append(out, choice)
	}
	return out, nil
}

// inBuilding are the items of a kind of step in a building, and how often they can be taken together.
func (o *options) inBuilding(f FixedStep) (choice []int32, times int32) {
	for i := range o.actions {
		if a := &o.actions[i]; a.kind == f.Kind && a.building == f.Building {
			choice = append(choice, int32(i))
			times += o.problem.Items[i].Times
		}
	}
	return choice, times
}

// before is how the targets stand now.
func (o *options) before() Score {
	var out Score
	for _, n := range o.problem.Have {
		out.Value += int(min(n, o.problem.K))
		if n >= o.problem.K {
			out.Covered++
		}
	}
	return out
}

// tell puts steps into words.
func (o *options) tell(steps []advice.Step) []AdviceStep {
	out := make([]AdviceStep, len(steps))
	for i, s := range steps {
		a := &o.actions[s.Item]
		out[i] = AdviceStep{
			Kind: a.kind, Building: a.building, Unit: a.unit, Area: a.area, People: a.people,
			Adds: s.Adds, Gainers: len(s.Gainers), Covers: len(s.Covered), scene: o.scene,
		}
		for _, n := range s.Gainers {
			out[i].gainers = append(out[i].gainers, o.targets[n])
		}
		if a.kind == PairUnit {
			continue
		}
		out[i].Grid = o.scene.Over(a.building, reach.LevelGrid)
		out[i].Area = o.scene.Over(a.building, communityLevels...)
	}
	return out
}

// communityLevels are the areas with which units are paired.
var communityLevels = []reach.AreaLevel{reach.AreaLevel(kg.LevelCommunity), reach.AreaLevel(kg.LevelVillage)}
