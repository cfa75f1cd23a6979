package doorbell

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/internal/effort"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// side is a process of a town in which nobody answers: one whose store is there, or one whose store is away. Both have
// the town's people as they are when it begins.
type side struct {
	*simulated
	bell  *Doorbell
	at    time.Duration
	seed  uint64
	said  map[kg.ID][]string // lines of what was said, by household
	homes map[kg.ID]kg.ID    // households by ring
}

func (s *side) Now() time.Time         { return simStart.Add(s.at) }
func (s *side) Elapsed() time.Duration { return s.at }
func (s *side) Drill() bool            { return true }

// Read makes the pauses between attempts the same whoever asks for them first.
func (s *side) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// Notify writes down what is said to whom at what time, and does not reach some: the same on both sides.
func (s *side) Notify(_ context.Context, m Message) error {
	line := fmt.Sprintf("%s %s to %s%s as %q, voice %v: %s", s.at, m.Text, m.Person, m.Device, m.Role, m.Voice, m.ZH)
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, s.seed, line)
	if h.Sum64()%8 == 0 {
		line += ": no line"
	}
	s.said[m.Ring] = append(s.said[m.Ring], line)
	if strings.HasSuffix(line, "no line") {
		return errors.New("no line")
	}
	return nil
}

// newSide is a process of a town, on a store of its own.
func newSide(t *testing.T, seed uint64, away bool) *side {
	town := newSimulated(t, seed, storetest.NewOracle(storetest.Options{}), townKey)
	s := &side{simulated: town, seed: seed, said: map[kg.ID][]string{}, homes: map[kg.ID]kg.ID{}}
	s.anybody(t)
	st := &leaving{Store: town.store}
	policy, village := *Policies()["city@1"], *Policies()["village@1"]
	policy.Mass.Open += int(seed % 2 * 100)
	policy.Mass.Open -= int((seed + 1) % 2 * uint64(policy.Mass.Open-3)) // a mass event begins with the third ring, or never
	o := Options{
		Store: st, Key: townKey, Snapshot: func() *reach.Snapshot { return town.snapshot }, Clock: s, Notifier: s, Process: "here", Random: s,
		Policies: map[string]*Policy{policy.ID(): &policy, village.ID(): &village},
	}
	if away {
		o.Journal = &simJournal{sim: town, owner: new(process)}
		town.calm = true
	}
	var err error
	if s.bell, err = New(o); err != nil {
		t.Fatal(err)
	}
	s.bell.inline = true
	if away {
		if err := s.bell.remember(t.Context()); err != nil {
			t.Fatal(err)
		}
		st.set(true, nil)
	}
	return s
}

// anybody takes the limits of people away that only a store knows of.
func (s *side) anybody(t *testing.T) {
	b := &store.Batch{}
	for _, id := range s.town.Of(kg.KindPerson) {
		items, err := s.store.Nodes(t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{id}}})
		if err != nil {
			t.Fatal(err)
		}
		p := kg.Clone(items[0][id].Node).(*kg.Person)
		if p.Responder != nil {
			p.Responder.Limits = kg.Limits{}
			b.Changes = append(b.Changes, store.Mutation{Op: store.PutNode, Node: p})
		}
	}
	if _, err := s.store.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	s.crews(t)
}

// crews are two teams of the community: one that is called at mass events, and one that is not.
func (s *side) crews(t *testing.T) {
	before := len(s.town.Changes)
	for _, kind := range []string{"emergency", "choir"} {
		s.town.Add(kind, &kg.Team{Name: kind, TeamKind: kind})
		s.town.Tie(kind, kg.Serves, "community")
		for i := range 3 {
			member := fmt.Sprint(kind, i)
			s.town.Add(member, &kg.Person{Name: member, BirthDate: kg.MustDate("1985-01-01")})
			s.town.Tie(member, kg.InTeam, kind)
		}
	}
	if _, err := s.store.Apply(t.Context(), &store.Batch{Changes: s.town.Changes[before:]}); err != nil {
		t.Fatal(err)
	}
}

// press rings at a household.
func (s *side) press(t *testing.T, home, name string, away bool) {
	r, err := s.bell.Press(t.Context(), Press{Doorbell: s.town.ID("bell" + home), Name: name})
	if err != nil {
		t.Fatal(err)
	}
	if r.CutOff != away {
		t.Fatalf("the store is away: %v, the ring is in the journal: %v", away, r.CutOff)
	}
	s.homes[r.ID] = r.Household
}

// told are the steps, waves and alerts of each household's rings as they stand, with all that was said.
func (s *side) told(away bool) map[kg.ID]string {
	out := map[kg.ID]string{}
	for ring, home := range s.homes {
		var r *kg.Ring
		var lines []string
		alert := func(person kg.ID, a *kg.Alert) {
			lines = append(lines, fmt.Sprintf("%s: %s %s wave %d, %d m %d s %s, called %s, delivered %s, ended %s", person, a.State, a.Role, a.Wave, a.Metres, a.Seconds, a.Reasons, a.CalledAt, a.DeliveredAt, a.EndedAt))
		}
		if away {
			off := s.bell.off.rings[ring]
			r = off.Ring
			for _, c := range off.Calls {
				alert(c.Person, c.Alert)
			}
		} else {
			on := s.record(ring)
			r = on.Ring
			for i, a := range on.alerts {
				alert(on.people[i], a)
			}
		}
		lines = append(lines, s.said[ring]...)
		slices.Sort(lines)
		due := ""
		for _, d := range r.Deadlines {
			due += fmt.Sprintf("%+v\n", d)
		}
		out[home] = fmt.Sprintf("%s %s, %d presses, mass %v, due %s, %d entries\n%s%+v\n%+v\n%s", r.State, r.Outcome, r.Presses, r.Mass, r.DueAt, r.Events, due, r.Waves, r.Candidates, strings.Join(lines, "\n"))
	}
	return out
}

// TestARingOfTheJournalTakesTheStepsOfARingOnRecord: the same presses at the same doors, in the same town, lead to the same
// waves, levels, reminders and messages at the same instants, whether the store is there or away, until somebody answers.
func TestARingOfTheJournalTakesTheStepsOfARingOnRecord(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(effort.Pick(8, 200)) {
		here, gone := newSide(t, seed+1, false), newSide(t, seed+1, true)
		for i := range 5 {
			pressed := time.Duration(i)*47*time.Second + time.Duration(i)*time.Millisecond
			cancelled := i == 4
			for _, s := range []*side{here, gone} {
				s.later(pressed, func() { s.press(t, fmt.Sprint(i), fmt.Sprint("first-", i), s == gone) })
				if i%2 == 1 { // somebody who waits presses again
					s.later(pressed+time.Duration(100+i*40)*time.Second, func() { s.press(t, fmt.Sprint(i), fmt.Sprint("again-", i), s == gone) })
				}
				if cancelled {
					s.later(pressed+8*time.Second, func() { s.cancel(t, fmt.Sprint(i), s == gone) })
				}
			}
		}
		for at := time.Duration(0); at < 900*time.Second; at += 3 * time.Second {
			for _, s := range []*side{here, gone} {
				s.turn(t, at, s == gone)
			}
		}
		want, got := here.told(false), gone.told(true)
		if len(want) != 5 {
			t.Fatalf("seed %d: %d rings", seed, len(want))
		}
		for home, w := range want {
			if g := got[home]; g != w {
				t.Fatalf("seed %d: on record\n%s\nin the journal\n%s", seed, w, g)
			}
			for _, what := range []string{"wave-3", "skipped", string(kg.AlertFailed), "repeat-1", stepNobody, "mass true", "CLOSED", textStandDown, string(kg.RoleTownshipDuty) + "\", voice", string(kg.RoleEmergencyTeam)} {
				seen[what] += strings.Count(w, what)
			}
		}
	}
	for what, n := range seen {
		if n == 0 {
			t.Errorf("nothing was seen of %s", what)
		}
	}
}

// turn does what is on the agenda up to a moment, and then what is due.
func (s *side) turn(t *testing.T, at time.Duration, away bool) {
	for len(s.agenda) > 0 && s.agenda[0].at <= at {
		s.at = s.agenda[0].at
		do := s.agenda[0].do
		s.agenda = s.agenda[1:]
		do()
	}
	s.at = at
	if away {
		_ = s.bell.workCutOff(t.Context()) // the store is away, which it tells
		return
	}
	if _, err := s.bell.Due(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// cancel is the elder's end of the ring of a household.
func (s *side) cancel(t *testing.T, home string, away bool) {
	for ring, h := range s.homes {
		if h != s.town.ID("h"+home) {
			continue
		}
		if !away {
			if _, err := s.bell.Cancel(t.Context(), ring); err != nil {
				t.Fatal(err)
			}
			continue
		}
		next, err := s.bell.altered(s.bell.off.rings[ring], "device", (*incident).cancel)
		if err == nil {
			err = s.bell.keep(next)
		}
		if err != nil {
			t.Fatal(err)
		}
		s.bell.tellCutOff(ring)
	}
}
