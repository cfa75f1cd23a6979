package doorbell

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
)

// write puts a letter into an alert's outbox. The process that writes it hands it over when the move stands; after a
// while anybody may.
func (in *incident) write(c *call, text string, voice bool) {
	c.alert.Outbox = append(c.alert.Outbox, in.letter(string(c.alert.ID), text, voice))
	in.touch(c)
}

// tell puts a letter into the outbox of the elder's device, in the place of one that says the same.
func (in *incident) tell(text string) {
	if in.device == "" {
		return
	}
	in.ring.Outbox = slices.DeleteFunc(in.ring.Outbox, func(l kg.Letter) bool { return l.Text == text })
	in.ring.Outbox = append(in.ring.Outbox, in.letter(string(in.ring.ID), text, false))
	in.dirty = true
}

// letter has an id of its own: the number of the timeline's entries grows with every move.
func (in *incident) letter(to, text string, voice bool) kg.Letter {
	id := fmt.Sprintf("%s-%s-%d", to, text, in.ring.Events)
	in.fresh[id] = true
	return kg.Letter{ID: id, Text: text, Voice: voice, SendAt: kg.MomentOf(in.now.Add(seconds(in.policy.RetrySeconds))), Attempts: 1}
}

// claim takes the letters whose time has come upon this process: nobody else hands them over for a while. What nobody
// needs to hear any more is dropped, and so is what could not be delivered so many times.
func (in *incident) claim() error {
	for _, c := range in.calls {
		if err := in.claimOf(c); err != nil {
			return err
		}
	}
	kept := in.ring.Outbox[:0]
	for _, l := range in.ring.Outbox {
		if l.SendAt > in.stamp() {
			kept = append(kept, l)
			continue
		}
		in.dirty = true
		if l.Attempts >= in.policy.Attempts {
			in.note(kg.EventFailed, saying("%s to the elder's device: %d attempts", l.Text, l.Attempts))
			continue
		}
		kept = append(kept, in.again(l))
	}
	in.ring.Outbox = kept
	return nil
}

func (in *incident) claimOf(c *call) error {
	var kept []kg.Letter
	for _, l := range c.alert.Outbox {
		if l.SendAt > in.stamp() {
			kept = append(kept, l)
			continue
		}
		in.touch(c)
		if l.Attempts >= in.policy.Attempts {
			in.note(kg.EventFailed, about(c), saying("%s: %d attempts", l.Text, l.Attempts))
			if asks(l.Text) && c.alert.State == kg.AlertCalled {
				c.alert.State, c.alert.EndedAt = kg.AlertFailed, in.stamp()
			}
			continue
		}
		if l.Text == textCall {
			if why, err := in.stillFit(c); err != nil || why != "" {
				if err != nil {
					return err
				}
				in.leaveOut(c.person, why)
				c.alert.Outbox = nil
				in.end(c, kg.AlertStoodDown, kg.EventStoodDown, "")
				return nil
			}
		}
		kept = append(kept, in.again(l))
	}
	c.alert.Outbox = kept
	return nil
}

// stillFit is why a neighbour whose message was not handed over at once is not called any more; where nothing keeps them,
// the batch counts on their record being still the same.
func (in *incident) stillFit(c *call) (string, error) {
	people, err := in.known([]kg.ID{c.person})
	if err != nil {
		return "", err
	}
	p := people[c.person]
	if p == nil {
		return leftGone, nil
	}
	why := unwilling(p, kg.DateOf(in.now, in.d.o.Zone))
	if why == "" {
		in.checks = append(in.checks, store.Mutation{Op: store.ChangeNode, ID: c.person, Expect: p.Version})
	}
	return why, nil
}

// again is a letter for another attempt. Each pause is twice the one before and up to a quarter longer, by chance, so
// that what failed together does not come again together.
func (in *incident) again(l kg.Letter) kg.Letter {
	pause := seconds(in.policy.RetrySeconds) << min(l.Attempts, 6)
	if n, err := random(in.d.o.Random, 250); err == nil {
		pause += pause * time.Duration(n) / 1000
	}
	l.Attempts++
	l.SendAt = kg.MomentOf(in.now.Add(pause))
	in.fresh[l.ID] = true
	return l
}

// asks says that a message asks a person to come.
func asks(text string) bool { return text == textCall || text == textDuty }

// sent is what became of a letter.
type sent struct {
	id  string
	err error
}

// deliver hands over what a move wrote, and records how it went; what that leads to, such as the call of somebody else,
// is handed over too. What cannot be recorded is handed over again later, with the same id.
func (d *Doorbell) deliver(ctx context.Context, in *incident) {
	for {
		results := in.send()
		if len(results) == 0 {
			return
		}
		next, err := d.commit(ctx, d.others, func() (*incident, error) {
			again, err := d.resume(ctx, in.ring.ID, d.o.Process)
			if err == nil {
				again.record(results)
			}
			return again, err
		})
		if err != nil {
			d.o.Logger.WarnContext(ctx, "doorbell: how messages went is not recorded; they are handed over again", "ring", in.ring.ID, "error", err)
			return
		}
		in = next
	}
}

// outgoing is a letter in words.
type outgoing struct {
	letter string
	m      Message
	err    error // why it could not be put into words
}

// outgoing puts the fresh letters into words; they are fresh no more.
func (in *incident) outgoing() (out []outgoing) {
	one := func(l *kg.Letter, c *call) {
		if in.fresh[l.ID] {
			m, err := in.message(l, c)
			out = append(out, outgoing{l.ID, m, err})
		}
	}
	for _, c := range in.calls {
		for i := range c.alert.Outbox {
			one(&c.alert.Outbox[i], c)
		}
	}
	for i := range in.ring.Outbox {
		one(&in.ring.Outbox[i], nil)
	}
	in.fresh = map[string]bool{}
	return out
}

// send hands the fresh letters over.
func (in *incident) send() []sent { return in.d.handOver(in.ctx, in.outgoing()) }

// handOver hands messages over, and says how that went.
func (d *Doorbell) handOver(ctx context.Context, letters []outgoing) (out []sent) {
	for _, l := range letters {
		err := l.err
		if errors.Is(err, kg.ErrUnavailable) || errors.Is(err, kg.ErrTimeout) {
			continue // it could not be put into words: the store is away, and the letter's time comes again
		}
		if err == nil {
			err = d.o.Notifier.Notify(ctx, l.m)
		}
		out = append(out, sent{l.letter, err})
	}
	return out
}

// record writes down how letters went. One that somebody else has recorded meanwhile is not there any more.
func (in *incident) record(results []sent) {
	for _, s := range results {
		of := func(l kg.Letter) bool { return l.ID == s.id }
		if i := slices.IndexFunc(in.ring.Outbox, of); i >= 0 && s.err == nil {
			in.note(kg.EventTold, saying("%s", in.ring.Outbox[i].Text))
			in.ring.Outbox = slices.Delete(in.ring.Outbox, i, i+1)
			continue
		}
		for _, c := range in.calls {
			if i := slices.IndexFunc(c.alert.Outbox, of); i >= 0 {
				in.recordOf(c, i, s.err)
				break
			}
		}
	}
}

func (in *incident) recordOf(c *call, i int, err error) {
	l := c.alert.Outbox[i]
	switch {
	case err == nil:
		c.alert.Outbox = slices.Delete(slices.Clone(c.alert.Outbox), i, i+1)
		if asks(l.Text) && c.alert.State == kg.AlertCalled {
			c.alert.State, c.alert.DeliveredAt = kg.AlertDelivered, in.stamp()
		}
		in.touch(c)
		in.note(kg.EventDelivered, about(c), saying("%s", l.Text))
	case l.Text == textCall && waiting(c.alert.State): // somebody else is called in their place
		c.alert.State, c.alert.EndedAt, c.alert.Outbox = kg.AlertFailed, in.stamp(), nil
		in.touch(c)
		in.note(kg.EventFailed, about(c), saying("%s: %v", l.Text, err))
	default: // its time comes again
	}
}

const defaultPoll = 250 * time.Millisecond
