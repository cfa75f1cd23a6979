package reach

import (
	"fmt"
	"math"
	"time"

	"lintu/geo"
	"lintu/kg"
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

	LeftOutPeople int // how many of those left out are named, nearest first

	// Class, if there is one, puts hits in order before anything else does: by what it makes of their reasons, the
	// smallest number first. It goes with no After.
	Class func([]Reason) int
}

// NearAnswer is a page of the people who could come, and how many there are.
type NearAnswer struct {
	Hits     []NearHit // by Class; nearest first, then by id; those across a barrier after all others
	Total    int       // all responders within the radius, whatever After and Limit
	Across   int       // those of them who are across a barrier
	Barriers bool      // whether any barriers were loaded; without them nobody is across
	HasNext  bool
	LeftOut  []LeftOut // in the order of LeftOutReasons; none with a count of 0
	Revision store.Revision

	LeftPeople []LeftPerson // as many as were asked for
}

// LeftPerson is somebody who was left out, with the distance of the nearer of home and work.
type LeftPerson struct {
	Person   kg.ID
	Reason   LeftOutReason
	Distance float64 // metres
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
	c := newCircle(a, door, &q)
	c.search()
	return c.answer(), nil
}

func (q *NearQuery) check() error {
	if err := checkCircle(q.Radius, q.At); err != nil {
		return err
	}
	if q.Limit < 0 || q.LeftOutPeople < 0 {
		return kg.Invalid("first", fmt.Sprint(q.Limit), "0 or more")
	}
	if q.After != nil {
		if q.Class != nil {
			return kg.Invalid("after", "in an order by classes", "pages in the order of distance")
		}
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
