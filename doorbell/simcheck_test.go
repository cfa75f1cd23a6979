package doorbell

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lintu/kg"
	"lintu/store"
)

// checkMessage holds what is said to the promises about it.
func (s *simulated) checkMessage(m Message) {
	if text, again := s.delivered[m.ID]; again && text != m.Text {
		s.t.Fatalf("the message %s is %s and %s", m.ID, text, m.Text)
	}
	if !strings.HasPrefix(m.ZH, "有生命危险先拨120") || !strings.HasPrefix(m.EN, "Life in danger: dial 120 first") || !strings.Contains(m.ZH, "演练") || !m.Drill {
		s.t.Fatalf("the message %s begins with %q, %q", m.ID, m.ZH, m.EN)
	}
	if door := strings.Contains(m.ZH, "01室") || strings.Contains(m.ZH, "长街"); door != (m.Text == textDoor) {
		s.t.Fatalf("the message %s names the door: %s", m.Text, m.ZH)
	}
	if m.LastKnown {
		s.tally["calls while the store was away"]++
		if s.cutOff[m.Ring] == nil {
			s.cutOff[m.Ring] = map[kg.ID]bool{}
		}
		if m.Person != "" { // else it is told to the elder's device
			s.cutOff[m.Ring][m.Person] = true
		}
		return
	}
	switch m.Text {
	case textCall:
		s.tally["calls"]++
		if m.Role != kg.RoleNeighbour {
			break
		}
		items, err := s.store.Nodes(context.Background(), store.Everything, []store.Group{{IDs: []kg.ID{m.Person}}})
		if err != nil {
			s.t.Fatal(err)
		}
		// at the moment of calling is when the batch stood; what was handed over at once counted on the person's record
		if why := unwilling(items[0][m.Person].Node.(*kg.Person), kg.DateOf(simStart, s.processes[0].bell.o.Zone)); why != "" && s.depth == 0 {
			s.t.Fatalf("%s is called although %s", m.Person, why)
		}
	case textDoor:
		if a := s.alert(m.Alert); !coming(a.State) || len(a.Word) != 4 || !strings.Contains(m.ZH, a.Word) {
			if s.depth == 0 {
				s.t.Fatalf("%s is told the door while the alert is %s", m.Person, a.State)
			}
		}
	}
}

func (s *simulated) alert(id kg.ID) *kg.Alert {
	items, err := s.store.Nodes(context.Background(), store.Everything, []store.Group{{IDs: []kg.ID{id}}})
	if err != nil || items[0][id] == nil {
		s.t.Fatalf("%s: %v", id, err)
	}
	return items[0][id].Node.(*kg.Alert)
}

// record is a ring with all that belongs to it.
type simRecord struct {
	*kg.Ring
	household kg.ID
	alerts    []*kg.Alert
	people    []kg.ID // of the alerts
	timeline  []*kg.RingEvent
}

func (s *simulated) record(id kg.ID) *simRecord {
	plan := &store.Plan{Steps: append(slices.Clone(ringPlan.Steps), &store.Step{
		Key: "events", Relation: kg.EventOf, Direction: kg.In, Window: store.Window{Limit: store.NoLimit},
	})}
	items, err := s.store.Nodes(context.Background(), store.Everything, []store.Group{{IDs: []kg.ID{id}, Plan: plan}})
	if err != nil || items[0][id] == nil {
		s.t.Fatalf("%s: %v", id, err)
	}
	item := items[0][id]
	r := &simRecord{Ring: item.Node.(*kg.Ring)}
	for _, e := range item.Tree["at"].Edges {
		r.household = e.Tie.To
	}
	for _, e := range item.Tree["alerts"].Edges {
		r.alerts = append(r.alerts, e.Item.Node.(*kg.Alert))
		r.people = append(r.people, e.Item.Tree["to"].Edges[0].Tie.To)
	}
	for _, e := range item.Tree["events"].Edges {
		r.timeline = append(r.timeline, e.Item.Node.(*kg.RingEvent))
	}
	return r
}

func (s *simulated) tell(id kg.ID) string {
	r := s.record(id)
	var b strings.Builder
	fmt.Fprintf(&b, "at %s: ring %s %s, due %s\n", kg.MomentOf(s.Now()), r.Code, r.State, r.DueAt)
	for _, d := range r.Deadlines {
		fmt.Fprintf(&b, "  %+v\n", d)
	}
	for _, e := range r.timeline {
		fmt.Fprintf(&b, "  %s %s %s %s %s\n", e.At, e.Name, e.Step, e.Actor, e.Note)
	}
	return b.String()
}

// check looks at every ring that was touched since the last time.
func (s *simulated) check() {
	changes, err := s.store.Changes(context.Background(), s.revision, 10_000)
	if err != nil {
		s.t.Fatal(err)
	}
	touched, called := map[kg.ID]bool{}, map[kg.ID]bool{}
	for _, c := range changes {
		s.revision = c.Revision
		for _, id := range c.Nodes {
			if id.Kind() == kg.KindRing {
				touched[id] = true
				if !s.rings[id] { // nobody was told of it: it came from a journal, or from a process that died
					s.later(time.Duration(900+s.dice.IntN(1800))*time.Second, func() { s.end(id) })
				}
				s.ringSeen(id)
				s.open[id] = true
			}
		}
		for _, t := range c.Ties {
			if t.Relation == kg.AlertTo {
				called[t.To] = true
			}
		}
	}
	for _, id := range sortedIDs(touched) {
		s.checkRing(id)
	}
	for _, id := range sortedIDs(called) {
		s.checkPerson(id)
	}
}

// ringSeen counts a ring once, whoever presses how often.
func (s *simulated) ringSeen(id kg.ID) {
	if !s.rings[id] {
		s.rings[id] = true
		s.tally["rings"]++
	}
}

func (s *simulated) checkRing(id kg.ID) {
	r := s.record(id)
	if r.State == kg.RingClosed && r.DueAt == "" {
		delete(s.open, id)
	}
	fail := func(format string, args ...any) { s.t.Fatalf("%s\n%s", fmt.Sprintf(format, args...), s.tell(id)) }
	steps := map[string]bool{}
	for i, e := range r.timeline {
		if e.Number != i+1 {
			fail("entry %d of the timeline is number %d", i+1, e.Number)
		}
		if e.Step != "" && steps[e.Step] {
			fail("the step %s was done twice", e.Step)
		}
		steps[e.Step] = true
	}
	if len(r.timeline) != r.Events {
		fail("%d entries, the ring says %d", len(r.timeline), r.Events)
	}
	for _, d := range r.Deadlines {
		if d.DoneAt != "" && d.Note != "the ring was closed" && !steps[fmt.Sprintf("%d/%s", d.Round, d.Step)] {
			fail("the timeline does not say that %s was done", d.Step)
		}
	}
	if r.State != kg.RingClosed && r.DueAt == "" {
		fail("it is open, and nothing is due")
	}
	once, words := map[string]bool{}, map[string]bool{}
	yes, asked := 0, 0
	for i, a := range r.alerts {
		key := fmt.Sprint(r.people[i], a.Round)
		if once[key] {
			fail("%s was called twice", r.people[i])
		}
		once[key] = true
		if said := r.said(a); said != a.State {
			fail("the alert %s is %s, its timeline says %s", a.Code, a.State, said)
		}
		if a.Word != "" && words[a.Word] {
			fail("two people have the word %s", a.Word)
		}
		words[a.Word] = true
		if a.Round == r.Round && coming(a.State) && a.Role != kg.RoleDutyDesk {
			yes++
		}
		if a.Round == r.Round && waiting(a.State) && a.Role != kg.RoleDutyDesk {
			asked++
		}
		if r.State == kg.RingClosed && live(a.State) {
			fail("it is closed, and the alert %s is %s", a.Code, a.State)
		}
	}
	if r.State != kg.RingClosed && yes >= 2 && asked > 0 {
		fail("%d are coming, and %d are still asked", yes, asked)
	}
	if r.State == kg.RingAcknowledged && yes == 0 {
		fail("nobody is coming")
	}
}

// said is the state of an alert as the timeline tells it.
func (r *simRecord) said(a *kg.Alert) kg.AlertState {
	var state kg.AlertState
	for _, e := range r.timeline {
		if e.Alert != string(a.ID) {
			continue
		}
		switch e.Event {
		case kg.EventDelivered:
			if state == kg.AlertCalled && (strings.HasPrefix(e.Note, textCall) || strings.HasPrefix(e.Note, textDuty)) {
				state = kg.AlertDelivered
			}
		case kg.EventFailed:
			if waiting(state) && a.State == kg.AlertFailed {
				state = kg.AlertFailed
			}
		default:
			state = kg.AlertState(e.Event)
		}
	}
	return state
}

// checkPerson holds a person's alerts together: nobody is asked to two doors at once, or more often than they may be.
func (s *simulated) checkPerson(p kg.ID) {
	items, err := s.store.Nodes(context.Background(), store.Everything, []store.Group{{IDs: []kg.ID{p}, Plan: alertsPlan}})
	if err != nil {
		s.t.Fatal(err)
	}
	limit := 5
	if r := items[0][p].Node.(*kg.Person).Responder; r != nil && r.Limits.AlertsPerWeek > 0 {
		limit = min(limit, r.Limits.AlertsPerWeek)
	}
	here, week := 0, 0
	for _, e := range items[0][p].Tree["alerts"].Edges {
		a := e.Item.Node.(*kg.Alert)
		if a.Role != kg.RoleNeighbour {
			continue
		}
		if a.LastKnown {
			continue // what was on record could not be asked
		}
		week++ // the simulation is shorter than a week
		if live(a.State) {
			here++
		}
	}
	if here > 1 {
		s.t.Fatalf("%s is asked to %d doors", s.town.Name(p), here)
	}
	if week > limit {
		s.t.Fatalf("%s was called %d times, and may be %d times", s.town.Name(p), week, limit)
	}
}

// checkSteps works out by itself which waves and levels must have been called by now in a ring that nobody has answered.
func (s *simulated) checkSteps(id kg.ID, now kg.Moment) {
	r := s.record(id)
	if r.State == kg.RingClosed || r.Round > 1 || slices.ContainsFunc(r.timeline, func(e *kg.RingEvent) bool { return e.Event == kg.EventAccepted || e.Event == kg.EventAmbulanceArrived }) {
		return
	}
	policy := s.processes[0].bell.o.Policies[r.Policy]
	waited := now.Time().Sub(r.BeganAt.Time())
	must := func(step string, after int) {
		if waited < time.Duration(after)*time.Second {
			return
		}
		if !slices.ContainsFunc(r.timeline, func(e *kg.RingEvent) bool { return e.Step == "1/"+step }) {
			s.t.Fatalf("%s has waited for %s, and %s was not done\n%s", r.Code, waited, step, s.tell(id))
		}
	}
	for i, w := range policy.Waves {
		must(waveStep(i+1), w.After)
	}
	for _, l := range policy.Ladder {
		must(string(l.Role), l.After)
	}
	var last kg.Moment // of the levels
	for _, d := range r.Deadlines {
		if kg.AlertRoles.Has(d.Step) {
			last = max(last, d.DoneAt)
		}
	}
	must("repeat-1", int(last.Time().Sub(r.BeganAt.Time())/time.Second)+policy.RepeatSeconds+1)
}

// checkEnd looks back: everything that was written down was handed over or is known to have failed, every household has
// one ring at a time, and counts what was seen.
func (s *simulated) checkEnd() {
	s.checkCutOff()
	for id := range s.rings {
		r := s.record(id)
		if len(r.Outbox) > 0 || r.DueAt != "" {
			s.t.Fatalf("something is left to be said\n%s", s.tell(id))
		}
		for _, a := range r.alerts {
			if len(a.Outbox) > 0 {
				s.t.Fatalf("something is left to be said to %s\n%s", a.Code, s.tell(id))
			}
		}
		for _, e := range r.timeline {
			if e.Late {
				s.tally["late steps"]++
			}
			switch e.Event {
			case kg.EventAccepted:
				s.tally["accepted"]++
			case kg.EventSkipped:
				s.tally["levels skipped"]++
			}
		}
		if r.Outcome == "" {
			s.t.Fatalf("it has no outcome\n%s", s.tell(id))
		}
	}
}
