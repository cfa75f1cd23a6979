package doorbell

import (
	"fmt"
	"strings"

	"lintu/kg"
	"lintu/store"
)

// chunk is how many candidates are read more than are to be called, since some turn out not to be fit.
const chunk = 8

// callNext calls the next candidates within a radius, so many as are fit, and gives how many it called. Consent,
// vetting, pause and leave are those on record now; the batch counts on the people's records being still the same.
func (in *incident) callNext(n int, radius float64, wave int) (int, error) {
	done := 0
	for done < n {
		next := in.uncalled(radius)
		if len(next) == 0 {
			return done, nil
		}
		next = next[:min(len(next), n-done+chunk)]
		people, err := in.people(candidateIDs(next))
		if err != nil {
			return done, err
		}
		where, err := in.where()
		if err != nil {
			return done, err
		}
		left := 0
		for i := range next {
			if done == n {
				break
			}
			c := &next[i]
			p := people[c.Person]
			if why := in.unfit(c.Person, p, where); why != "" {
				in.leaveOut(c.Person, why)
				left++
				continue
			}
			in.callNeighbour(c, p, wave)
			done++
		}
		if left > 0 {
			in.note(kg.EventLeftOut, saying("%d", left))
		}
	}
	return done, nil
}

func (in *incident) callNeighbour(c *kg.Candidate, p *person, wave int) {
	a := in.ask(c.Person, p)
	a.alert.Wave, a.alert.Metres, a.alert.Seconds, a.alert.Reasons = wave, c.Metres, c.Seconds, strings.Join(c.Reasons, ",")
	in.write(a, textCall, false)
	in.checks = append(in.checks, store.Mutation{Op: store.ChangeNode, ID: c.Person, Expect: p.Version})
}

// leaveOut lists somebody as left out of the round.
func (in *incident) leaveOut(person kg.ID, why string) {
	in.ring.LeftOut = append(in.ring.LeftOut, kg.Omission{Person: person, Reason: why, At: in.stamp()})
	in.dirty = true
}

// uncalled are the candidates within a radius who were neither called nor left out in this round, in order.
func (in *incident) uncalled(radius float64) (out []kg.Candidate) {
	gone := make(map[kg.ID]bool, len(in.calls)+len(in.ring.LeftOut))
	for _, c := range in.calls {
		if c.alert.Round == in.ring.Round {
			gone[c.person] = true
		}
	}
	for _, o := range in.ring.LeftOut {
		if o.At >= in.ring.BeganAt {
			gone[o.Person] = true
		}
	}
	for _, c := range in.ring.Candidates {
		if !gone[c.Person] && float64(c.Metres) <= radius {
			out = append(out, c)
		}
	}
	return out
}

// wave calls a wave of neighbours.
func (in *incident) wave(step *kg.Deadline, number int) error {
	w := in.policy.Waves[number-1]
	n, err := in.callNext(w.People, w.Radius, number)
	if err != nil {
		return err
	}
	in.ring.Waves = append(in.ring.Waves, kg.Wave{Number: number, Round: in.ring.Round, At: in.stamp(), Radius: int(w.Radius), People: w.People, Called: n})
	in.done(step, "")
	in.tell(textStatus)
	in.note(kg.EventWave, doing(step), saying("%d of %d within %d m", n, w.People, int(w.Radius)))
	return nil
}

// reached is the radius and the number of the last wave of the round.
func (in *incident) reached() (radius float64, number int) {
	radius, number = in.policy.Waves[0].Radius, 1
	for _, w := range in.ring.Waves {
		if w.Round == in.ring.Round {
			radius, number = float64(w.Radius), w.Number
		}
	}
	return radius, number
}

// climb calls a level of the ladder: everybody who holds it. Who has an alert of the round already is told again, by
// voice where the level says so. An empty level is skipped, and that is said.
func (in *incident) climb(step *kg.Deadline, l *Level) error {
	ids, err := in.holders(l)
	if err != nil {
		return err
	}
	people, err := in.known(ids)
	if err != nil {
		return err
	}
	fresh, again := 0, 0
	for _, id := range ids {
		c := in.called(id)
		switch {
		case people[id] == nil:
		case c == nil:
			in.write(in.call(id, l.Role), textDuty, l.Voice)
			fresh++
		case c.alert.CalledAt == in.stamp(): // by the level before, in this very move
			again++
		case waiting(c.alert.State) || coming(c.alert.State) && c.alert.Role == kg.RoleDutyDesk:
			if c.alert.Role == kg.RoleDutyDesk && waiting(c.alert.State) {
				c.alert.Role = l.Role // from now on their yes counts
			}
			in.write(c, textDuty, l.Voice)
			again++
		}
	}
	if l.Remind {
		in.tell(textDial)
	}
	if fresh+again == 0 {
		in.done(step, "skipped: nobody holds it")
		in.note(kg.EventSkipped, doing(step), saying("nobody can be called as %s", l.Role))
		return nil
	}
	in.done(step, "")
	in.note(kg.EventLevel, doing(step), saying("%s: %d called, %d called again", l.Role, fresh, again))
	return nil
}

// done crosses a step out, once.
func (in *incident) done(step *kg.Deadline, note string) {
	step.DoneAt, step.Note = in.stamp(), note
	step.Late = in.now.Sub(step.DueAt.Time()) > seconds(in.policy.LateSeconds)
	in.dirty = true
}

// waveStep and number name the step of a wave.
func waveStep(number int) string { return fmt.Sprintf("wave-%d", number) }
