package reach

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach/barrier"
	"lintu/store"
)

// MaxRadius is the largest radius that is answered, in metres.
const MaxRadius = 5000

// Target is whom or what people are asked to come to; exactly one field is set. A household stands at its entrance's
// own point if there is one, else at its building's; a doorbell at its household's.
type Target struct {
	Household, Doorbell, Building kg.ID
	Point                         *geo.Point
}

// NearQuery asks who could come to a target.
type NearQuery struct {
	To     Target
	Radius float64 // metres, more than 0, at most MaxRadius
	At     time.Time
	Where  ResponderWhere
	Scope  store.Scope
	After  *store.Position // NearHit.Position of the last hit of the page before
	Limit  int             // 0: no hits, only totals
}

// NearAnswer is a page of the people who could come, and how many there are.
type NearAnswer struct {
	Hits     []NearHit // nearest first, then by id; those across a barrier after all others
	Total    int       // all responders within the radius, whatever After and Limit
	Across   int       // those of them who are across a barrier
	Barriers bool      // whether any barriers were loaded; without them nobody is across
	HasNext  bool
	LeftOut  []LeftOut // in the order of LeftOutReasons; none with a count of 0
	Revision store.Revision
}

// NearHit is a responder within the radius.
type NearHit struct {
	Person         kg.ID
	Distance       float64 // metres
	WalkingMinutes float64
	Presence       kg.Presence
	AcrossBarrier  bool // the straight way crosses a barrier where no crossing is: such a hit covers nobody
	Reasons        []Reason
}

// Position is the hit's place in the order of hits.
func (h NearHit) Position() store.Position {
	// Floats from 0 up are in the order of their bits, and leave the sign free: those across are the positive ones.
	value := int64(math.Float64bits(h.Distance))
	if !h.AcrossBarrier {
		value += math.MinInt64
	}
	return store.Position{Value: value, ID: h.Person}
}

// LeftOut counts the party members and the people with a responder profile whose home or work is within the radius
// and who are not responders there now, by reason.
type LeftOut struct {
	Reason LeftOutReason
	Count  int
}

// Near answers who could come to a target, nearest first. The error is kg.ErrInvalid for a malformed question or a
// target without a point, kg.ErrNotFound for a target, team or unit that does not exist or is out of scope; both
// name the argument.
func (s *Snapshot) Near(q NearQuery) (*NearAnswer, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	a, err := s.newAsker(s.moment(q.At), &q.Where, q.Scope)
	if err != nil {
		return nil, err
	}
	door, err := a.target(&q.To)
	if err != nil {
		return nil, err
	}
	c := &circle{asker: a, door: door, limit: geo.MaxChord2(q.Radius)}
	c.search(q.Radius)
	return c.answer(&q), nil
}

func (q *NearQuery) check() error {
	if err := checkCircle(q.Radius, q.At); err != nil {
		return err
	}
	if q.Limit < 0 {
		return kg.Invalid("first", fmt.Sprint(q.Limit), "0 or more")
	}
	if q.After != nil {
		if _, ok := q.After.Value.(int64); !ok {
			return kg.Invalid("after", "not a position among people by distance", "the cursor of a hit")
		}
	}
	return nil
}

func checkCircle(radius float64, at time.Time) error {
	if !(radius > 0 && radius <= MaxRadius) {
		return kg.Invalid("radius", fmt.Sprint(radius), fmt.Sprintf("more than 0 and at most %d metres", MaxRadius))
	}
	if y := at.Year(); at.IsZero() || y < 1 || y > 9998 {
		return kg.Invalid("at", "is missing or out of range", "an instant from the year 1 to 9998")
	}
	return nil
}

// doorstep is a target: a point and the nodes that it belongs to.
type doorstep struct {
	point     geo.Point
	household ref // zero where only a building or a point was asked for
	entrance  ref
	building  ref
}

// target finds the target's point.
func (a *asker) target(to *Target) (*doorstep, error) {
	set := 0
	for _, given := range []bool{to.Household != "", to.Doorbell != "", to.Building != "", to.Point != nil} {
		if given {
			set++
		}
	}
	switch {
	case set != 1:
		return nil, kg.Invalid("to", fmt.Sprintf("%d targets", set), "exactly one of household, doorbell, building, point")
	case to.Point != nil:
		if err := to.Point.Validate(); err != nil {
			return nil, kg.Invalid("to.point", err.Error(), "WGS-84 degrees, latitude -90 to 90, longitude -180 to 180")
		}
		return &doorstep{point: *to.Point}, nil
	case to.Building != "":
		b, err := a.argument("to.building", to.Building, buildings)
		if err != nil {
			return nil, err
		}
		return a.located(&doorstep{building: b}, b)
	case to.Doorbell != "":
		bell, err := a.argument("to.doorbell", to.Doorbell, doorbells)
		if err != nil {
			return nil, err
		}
		for t := range a.s.ties(bell) {
			if t.relation == installedAt && t.valid.Holds(a.m.date) && a.s.lives(t.to, a.m.date) && a.scope.sees(t.to) {
				return a.household(t.to)
			}
		}
		return nil, kg.Invalid("to.doorbell", "is installed nowhere on that day", "a doorbell that is installed at a household")
	}
	h, err := a.argument("to.household", to.Household, households)
	if err != nil {
		return nil, err
	}
	return a.household(h)
}

func (a *asker) household(h ref) (*doorstep, error) {
	d := &a.day.ground.doors[h.row()]
	return a.located(&doorstep{household: h, entrance: d.entrance, building: d.building}, d.spot)
}

func (a *asker) located(d *doorstep, spot ref) (*doorstep, error) {
	if spot == 0 || a.s.spots.at(spot.row()).point == nil {
		return nil, kg.Invalid("to", "has no point", "a household or building whose place is known, or a point")
	}
	d.point = *a.s.spots.at(spot.row()).point
	return d, nil
}

// circle is a search around a door.
type circle struct {
	*asker
	door    *doorstep
	center  geo.Unit
	limit   float64 // squared chord
	lines   barrier.View
	hits    []hit
	across  int // of them
	leftOut map[LeftOutReason]int
}

type hit struct {
	person   int32
	distance float64
	station  int32
	presence kg.Presence
	across   bool // a barrier
}

// search looks at everybody whose home or work is in the circle, once.
func (c *circle) search(radius float64) {
	c.center, c.leftOut = c.door.point.Unit(), map[LeftOutReason]int{}
	c.lines = c.s.barriers.Around(c.door.point, radius)
	crowd := c.day.crowd
	crowd.grid.Within(c.door.point, radius, func(i int, _ float64) bool {
		for _, n := range crowd.homes.of(int32(i)) {
			c.look(&crowd.candidates[n])
		}
		for _, n := range crowd.works.of(int32(i)) {
			if cd := &crowd.candidates[n]; !c.holds(cd.home) { // else met at home
				c.look(cd)
			}
		}
		return true
	})
}

// holds says whether a station is in the circle.
func (c *circle) holds(station int32) bool {
	return station >= 0 && c.chord2(station) <= c.limit
}

func (c *circle) chord2(station int32) float64 {
	return geo.Chord2(c.center, c.day.crowd.stations[station].unit)
}

// look makes a candidate a hit, or counts why they are none.
func (c *circle) look(cd *candidate) {
	if !c.asked(cd.person) {
		return
	}
	h, why := c.judge(cd)
	if why != "" {
		c.leftOut[why]++
		return
	}
	if h.across = c.lines.Across(c.day.crowd.grid.Point(int(h.station))); h.across {
		c.across++
	}
	c.hits = append(c.hits, h)
}

func (c *circle) judge(cd *candidate) (hit, LeftOutReason) {
	p := c.s.people.at(cd.person)
	if c.door.household != 0 {
		if c.day.crowd.home[cd.person] == c.door.household.row() {
			return hit{}, SameHousehold
		}
		if c.s.refuses(c.door.household.row(), cd.person, c.m.date) {
			return hit{}, Refused
		}
	}
	if why := c.unfit(p); why != "" {
		return hit{}, why
	}
	station, at := c.stands(cd)
	switch {
	case at == kg.Away:
		return hit{}, IsAway
	case station < 0:
		return hit{}, NoPlace
	case !c.holds(station):
		return hit{}, Elsewhere
	}
	chord2 := c.chord2(station)
	if chord2 > p.ownLimit() {
		return hit{}, BeyondOwnLimit
	}
	return hit{person: cd.person, distance: geo.Metres(chord2), station: station, presence: at}, ""
}

// ownLimit is how far a person goes, by the limit that they set themselves, as a squared chord; +Inf without one.
func (p *person) ownLimit() float64 {
	if limit := p.responder().Limits.MaxDistance; limit > 0 {
		return geo.MaxChord2(float64(limit))
	}
	return math.Inf(1)
}

// refuses says whether a household does not want a person on a day.
func (s *Snapshot) refuses(row, who int32, on kg.Date) bool {
	care := s.households.at(row).care
	if care == nil || len(care.refusals) == 0 {
		return false
	}
	person := s.personID(who)
	return slices.ContainsFunc(care.refusals, func(r kg.Refusal) bool { return r.Person == person && r.Holds(on) })
}

// answer cuts the page out of the hits.
func (c *circle) answer(q *NearQuery) *NearAnswer {
	out := &NearAnswer{Total: len(c.hits), Across: c.across, Barriers: c.s.barriers.Loaded(), Revision: c.s.revision}
	hits := c.hits
	if q.After != nil {
		hits = slices.DeleteFunc(hits, func(h hit) bool {
			at := NearHit{Person: c.s.personID(h.person), Distance: h.distance, AcrossBarrier: h.across}.Position()
			return store.ComparePositions(at, *q.After) <= 0
		})
	}
	out.HasNext = len(hits) > q.Limit
	for _, h := range first(hits, q.Limit, c.compare) {
		hit := NearHit{Person: c.s.personID(h.person), Distance: h.distance, AcrossBarrier: h.across}
		hit.WalkingMinutes, hit.Presence = geo.WalkingMinutes(h.distance), h.presence
		hit.Reasons = c.reasons(&h)
		out.Hits = append(out.Hits, hit)
	}
	for _, why := range LeftOutReasons {
		if n := c.leftOut[why]; n > 0 {
			out.LeftOut = append(out.LeftOut, LeftOut{Reason: why, Count: n})
		}
	}
	return out
}

// compare puts hits in order: those across a barrier last, nearest first, then by id.
func (c *circle) compare(a, b hit) int {
	if a.across != b.across {
		if b.across {
			return -1
		}
		return 1
	}
	if a.distance != b.distance {
		return cmp.Compare(a.distance, b.distance)
	}
	return compareTokens(&c.s.people.at(a.person).token, &c.s.people.at(b.person).token)
}

// ReasonKind is what ties a hit to the target, beside the distance.
type ReasonKind string

// The kinds of reasons, in the order in which a hit lists them.
const (
	SameEntrance ReasonKind = "SAME_ENTRANCE" // is at home behind the same entrance
	SameBuilding ReasonKind = "SAME_BUILDING" // is in the same building, not behind the same entrance
	Responsible  ReasonKind = "RESPONSIBLE"   // for the household, its entrance or its building
	Keyholder    ReasonKind = "KEYHOLDER"
	Contact      ReasonKind = "CONTACT"
	HasSpecialty ReasonKind = "SPECIALTY" // that was asked for; any, where none was
)

// ReasonKinds are the kinds of reasons in order.
var ReasonKinds = []ReasonKind{SameEntrance, SameBuilding, Responsible, Keyholder, Contact, HasSpecialty}

// Reason is a reason with what goes with it.
type Reason struct {
	Kind   ReasonKind
	Scheme string // of a responsibility or a specialty
	Slot   string // of a responsibility
	Value  string // of a specialty
}

// reasons are the reasons of a hit, by kind, then scheme, slot and value, each once.
func (c *circle) reasons(h *hit) []Reason {
	p := c.s.people.at(h.person)
	out := c.neighbour(h)
	for t := range c.s.ties(newRef(people, h.person)) {
		if !t.valid.Holds(c.m.date) || !c.s.lives(t.to, c.m.date) {
			continue
		}
		switch {
		case t.relation == responsibleFor && (t.to == c.door.household || t.to == c.door.entrance || t.to == c.door.building):
			out = append(out, Reason{Kind: Responsible, Scheme: c.s.notes.at(t.note).scheme, Slot: c.s.notes.at(t.note).slot})
		case t.relation == keyholderOf && t.to == c.door.household:
			out = append(out, Reason{Kind: Keyholder})
		case t.relation == contactOf && t.to == c.door.household:
			out = append(out, Reason{Kind: Contact})
		}
	}
	if p.profile != nil {
		for _, sp := range p.profile.specialties {
			if len(c.where.Specialties) == 0 || slices.Contains(c.where.Specialties, sp.Value) {
				out = append(out, Reason{Kind: HasSpecialty, Scheme: sp.Scheme, Value: sp.Value})
			}
		}
	}
	slices.SortFunc(out, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(slices.Index(ReasonKinds, a.Kind), slices.Index(ReasonKinds, b.Kind)),
			cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Value, b.Value))
	})
	return slices.Compact(out)
}

// neighbour says whether a hit is, now, behind the target's entrance or else in its building.
func (c *circle) neighbour(h *hit) []Reason {
	entrance, building := ref(0), c.day.crowd.stations[h.station].spot
	if h.presence == kg.AtHome {
		door := &c.day.ground.doors[c.day.crowd.home[h.person]]
		entrance, building = door.entrance, door.building
	}
	switch {
	case entrance != 0 && entrance == c.door.entrance:
		return []Reason{{Kind: SameEntrance}}
	case building != 0 && building == c.door.building:
		return []Reason{{Kind: SameBuilding}}
	}
	return nil
}
