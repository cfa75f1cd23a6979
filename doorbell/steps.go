package doorbell

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lintu/kg"
)

// The steps beside waves and levels of the ladder.
const (
	stepRepeat    = "repeat"    // those on duty are reminded, again and again
	stepArrival   = "arrival"   // somebody said yes and should have arrived
	stepAttend    = "attend"    // somebody is at the door, and the ring is still open
	stepAmbulance = "ambulance" // an ambulance was called and should have arrived
)

// begin opens a round: who could come is put in order, the first wave and the levels that are called at once are
// called, the others get their deadlines.
func (in *incident) begin() error {
	in.ring.BeganAt = in.stamp()
	if err := in.rank(); err != nil {
		return err
	}
	for _, l := range in.ladder() { // first, so that who is called by duty is not called as a neighbour too
		in.plan(string(l.Role), l.After)
	}
	for i := range in.policy.Waves {
		in.plan(waveStep(i+1), in.policy.Waves[i].After)
	}
	return nil
}

// ladder are the levels that hold for the ring: at a mass event the teams and the township are called at once.
func (in *incident) ladder() []Level {
	levels := slices.Clone(in.policy.Ladder)
	if !in.ring.Mass {
		return levels
	}
	for i := range levels {
		if levels[i].Role == kg.RoleTownshipDuty {
			levels[i].After = 0
		}
	}
	return append([]Level{{Role: kg.RoleEmergencyTeam}}, levels...)
}

// plan adds a step of the round, so many seconds from now.
func (in *incident) plan(step string, after int) {
	in.ring.Deadlines = append(in.ring.Deadlines, kg.Deadline{Step: step, Round: in.ring.Round, DueAt: kg.MomentOf(in.now.Add(seconds(after)))})
	in.dirty = true
}

// replan adds a numbered step that comes again and again: repeat-3. Those before it that are done stand in the timeline.
func (in *incident) replan(step string, after int) {
	n := 1
	for _, s := range in.ring.Deadlines {
		if name, number := numbered(s.Step); name == step && s.Round == in.ring.Round {
			n = max(n, number+1)
		}
	}
	in.ring.Deadlines = slices.DeleteFunc(in.ring.Deadlines, func(s kg.Deadline) bool {
		name, number := numbered(s.Step)
		return name == step && s.Round == in.ring.Round && s.DoneAt != "" && number < n-1
	})
	in.plan(fmt.Sprintf("%s-%d", step, n), after)
}

// numbered takes the name of a step apart.
func numbered(step string) (name string, number int) {
	name, digits, ok := strings.Cut(step, "-")
	if !ok {
		return step, 0
	}
	if _, err := fmt.Sscanf(digits, "%d", &number); err != nil {
		return step, 0
	}
	return name, number
}

// drop takes away the pending steps of a name.
func (in *incident) drop(step string) {
	in.ring.Deadlines = slices.DeleteFunc(in.ring.Deadlines, func(s kg.Deadline) bool {
		name, _ := numbered(s.Step)
		return name == step && s.DoneAt == ""
	})
}

func (in *incident) pending(step string) bool {
	return slices.ContainsFunc(in.ring.Deadlines, func(s kg.Deadline) bool {
		name, _ := numbered(s.Step)
		return name == step && s.DoneAt == ""
	})
}

// held says that a step waits: calling more people, while somebody is coming who is not overdue.
func (in *incident) held(s *kg.Deadline) bool {
	if in.ring.State == kg.RingClosed {
		return true
	}
	switch name, _ := numbered(s.Step); name {
	case stepArrival, stepAttend, stepAmbulance:
		return false
	}
	switch in.ring.State {
	case kg.RingAttended:
		return true
	case kg.RingAcknowledged:
		return !in.overdue()
	}
	return false
}

// overdue says that nobody has arrived of those who said yes, long enough ago that others are needed.
func (in *incident) overdue() bool {
	return slices.ContainsFunc(in.ring.Deadlines, func(s kg.Deadline) bool {
		name, _ := numbered(s.Step)
		return name == stepArrival && s.Round == in.ring.Round && s.DoneAt != ""
	})
}

// open says whether the ring is not over.
func (in *incident) open() bool { return in.ring.State != kg.RingClosed }

// maxSteps bounds the steps of one move; the others follow in the next, which is due at once.
const maxSteps = 40

// settle brings the ring to where it has to stand now: states, steps that are due, refills.
func (in *incident) settle() error {
	for range maxSteps {
		in.reconsider()
		if !in.open() {
			return nil
		}
		step := in.next()
		if step == nil {
			more, err := in.refill()
			if err != nil {
				return err
			}
			if !more {
				return nil
			}
			continue
		}
		if err := in.do(step); err != nil {
			return err
		}
	}
	return nil
}

// next is the first step that is due; of those due at once the one that was planned first.
func (in *incident) next() *kg.Deadline {
	var first *kg.Deadline
	for i := range in.ring.Deadlines {
		s := &in.ring.Deadlines[i]
		if s.DoneAt == "" && s.Round == in.ring.Round && s.DueAt <= in.stamp() && !in.held(s) && (first == nil || s.DueAt < first.DueAt) {
			first = s
		}
	}
	return first
}

// do does a step that is due.
func (in *incident) do(step *kg.Deadline) error {
	name, number := numbered(step.Step)
	switch name {
	case "wave":
		return in.wave(step, number)
	case stepRepeat:
		in.done(step, "")
		in.remind(step, "nobody has said yes")
		in.replan(stepRepeat, in.policy.RepeatSeconds)
		return nil
	case stepArrival:
		in.done(step, "")
		in.remind(step, "nobody has arrived")
		in.resume()
		in.replan(stepArrival, in.policy.ArriveSeconds)
		return nil
	case stepAttend:
		in.done(step, "")
		in.remind(step, "the ring is still open")
		in.replan(stepAttend, in.policy.AttendSeconds)
		return nil
	case stepAmbulance:
		in.done(step, "")
		in.remind(step, "the ambulance has not arrived")
		in.replan(stepAmbulance, in.policy.AmbulanceSeconds)
		return nil
	}
	for _, l := range in.ladder() {
		if string(l.Role) == step.Step {
			if err := in.climb(step, &l); err != nil {
				return err
			}
			break
		}
	}
	in.remindFromNow()
	return nil
}

// remindFromNow sees to it that those on duty are reminded where no level of the ladder is left.
func (in *incident) remindFromNow() {
	left := slices.ContainsFunc(in.ring.Deadlines, func(s kg.Deadline) bool { return s.Round == in.ring.Round && s.DoneAt == "" && in.isLevel(s.Step) })
	if !left && !in.pending(stepRepeat) {
		in.replan(stepRepeat, in.policy.RepeatSeconds)
	}
}

func (in *incident) isLevel(step string) bool { return kg.AlertRoles.Has(step) }

// remind tells everybody on duty who has been called, and the elder, how things stand.
func (in *incident) remind(step *kg.Deadline, why string) {
	told := 0
	for _, c := range in.calls {
		if c.alert.Round == in.ring.Round && c.alert.Role != kg.RoleNeighbour && (waiting(c.alert.State) || coming(c.alert.State)) {
			in.write(c, textRemind, true)
			told++
		}
	}
	in.tell(textDial)
	in.note(kg.EventReminded, doing(step), saying("%s; %d reminded", why, told))
}

// reconsider works out the ring's state from its alerts.
func (in *incident) reconsider() {
	if !in.open() {
		return
	}
	r := in.ring
	yes, there := in.yes(), in.count(func(a *kg.Alert) bool { return a.ArrivedAt != "" })
	state := kg.RingOpen
	switch {
	case there > 0 || r.AttendedAt != "":
		state = kg.RingAttended
	case yes > 0:
		state = kg.RingAcknowledged
	case r.Round > 1:
		state = kg.RingReopened
	}
	if state == r.State {
		return
	}
	r.State, in.dirty = state, true
	switch state {
	case kg.RingAcknowledged:
		if r.AcceptedAt == "" {
			r.AcceptedAt = in.stamp()
		}
		if !in.pending(stepArrival) {
			in.replan(stepArrival, in.policy.ArriveSeconds)
		}
	case kg.RingAttended:
		if r.AttendedAt == "" {
			r.AttendedAt = in.stamp()
		}
		in.drop(stepArrival)
		if !in.pending(stepAttend) {
			in.replan(stepAttend, in.policy.AttendSeconds)
		}
	default: // nobody is coming any more
		in.drop(stepArrival)
		in.resume()
	}
}

// resume makes the steps due now that waited while somebody was coming, and whose time has passed.
func (in *incident) resume() {
	now := in.stamp()
	for i := range in.ring.Deadlines {
		if s := &in.ring.Deadlines[i]; s.DoneAt == "" && s.DueAt < now {
			s.DueAt, in.dirty = now, true
		}
	}
}

// yes counts the people who are coming; the duty desk sees rings and does not go.
func (in *incident) yes() int {
	return in.count(func(a *kg.Alert) bool { return coming(a.State) && a.Role != kg.RoleDutyDesk })
}

// refill calls who is called without a deadline: instead of those who said no, could not be reached or took their yes
// back. It says whether something changed. With nobody left it brings the ladder forward.
func (in *incident) refill() (bool, error) {
	r := in.ring
	yes := in.yes()
	if yes >= in.policy.Enough {
		return in.standDown(), nil
	}
	if r.Enough {
		r.Enough, in.dirty = false, true
	}
	if r.State == kg.RingAttended {
		return false, nil
	}
	asked := in.count(func(a *kg.Alert) bool { return a.Role == kg.RoleNeighbour && waiting(a.State) })
	want := in.wanted(yes) - asked
	radius, wave := in.reached()
	if yes == 0 && asked == 0 && len(in.uncalled(radius)) == 0 {
		radius = in.policy.radius() // nobody near is left: whoever is farther away is called before their wave
	}
	if want > 0 && len(in.uncalled(radius)) > 0 {
		n, err := in.callNext(want, radius, wave)
		return n > 0 || err != nil || len(in.uncalled(radius)) == 0, err
	}
	if yes == 0 && asked == 0 && len(in.uncalled(in.policy.radius())) == 0 {
		return in.advance(), nil
	}
	return false, nil
}

// wanted is how many neighbours should be asked or coming: those of the waves so far while nobody is coming, as many as
// are missing once somebody is.
func (in *incident) wanted(yes int) int {
	if yes > 0 {
		return in.policy.Enough - yes
	}
	n := 0
	for _, w := range in.ring.Waves {
		if w.Round == in.ring.Round {
			n += w.People
		}
	}
	return n
}

// advance brings the next level of the ladder forward to now, and those above it by as much; once a round.
func (in *incident) advance() bool {
	now := in.stamp()
	var first kg.Moment
	for _, s := range in.ring.Deadlines {
		if s.Round == in.ring.Round && s.DoneAt == "" && in.isLevel(s.Step) && (first == "" || s.DueAt < first) {
			first = s.DueAt
		}
	}
	if first <= now || in.advanced() {
		return false
	}
	ahead := first.Time().Sub(now.Time())
	for i := range in.ring.Deadlines {
		if s := &in.ring.Deadlines[i]; s.Round == in.ring.Round && s.DoneAt == "" && in.isLevel(s.Step) {
			s.DueAt = kg.MomentOf(s.DueAt.Time().Add(-ahead))
		}
	}
	in.ring.Deadlines = append(in.ring.Deadlines, kg.Deadline{Step: stepNobody, Round: in.ring.Round, DueAt: now, DoneAt: now})
	step := &in.ring.Deadlines[len(in.ring.Deadlines)-1]
	in.note(kg.EventNobody, doing(step), saying("the ladder begins %s earlier", ahead.Round(time.Second)))
	return true
}

// stepNobody stands for the moment at which no candidate was left.
const stepNobody = "nobody"

func (in *incident) advanced() bool {
	return slices.ContainsFunc(in.ring.Deadlines, func(s kg.Deadline) bool { return s.Round == in.ring.Round && s.Step == stepNobody })
}

// standDown tells those who wait that they are no longer needed, but for the duty desk; it says whether anybody was.
func (in *incident) standDown() bool {
	changed := !in.ring.Enough
	in.ring.Enough = true
	in.dirty = in.dirty || changed
	for _, c := range in.calls {
		if c.alert.Round == in.ring.Round && waiting(c.alert.State) && c.alert.Role != kg.RoleDutyDesk {
			in.end(c, kg.AlertStoodDown, kg.EventStoodDown, textStandDown)
			changed = true
		}
	}
	return changed
}

// end brings an alert to an end; what was still to be said is not said any more, but for text.
func (in *incident) end(c *call, state kg.AlertState, event kg.EventKind, text string) {
	c.alert.State, c.alert.EndedAt, c.alert.Outbox = state, in.stamp(), nil
	in.touch(c)
	in.note(event, about(c))
	if text != "" {
		in.write(c, text, false)
	}
}
