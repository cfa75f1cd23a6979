package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// ErrSlow ends a listener who has fallen so far behind that the log has dropped what they have not read.
var ErrSlow = fmt.Errorf("what happened since was not read in time; listen again after the last cursor: %w", kg.ErrLimit)

// Subscription is one listener. Next is for one goroutine; the others are for any.
type Subscription struct {
	f     *Feed
	topic Topic
	done  chan struct{}

	// Until it is attached to the log a listener reads the journal for itself.
	rev     store.Revision // everything up to it was read before
	skip    kg.ID          // of the revision after it what comes up to this event was read too
	at      kg.Moment
	pending []*Event

	// The feed's lock guards these.
	attached bool
	next     int // number of the event in the log that is read next
	err      error
}

// Subscribe begins to listen to a topic, from now on or after what was read before. An area of the topic must be one.
func (f *Feed) Subscribe(ctx context.Context, t Topic, after *Mark) (*Subscription, error) {
	if t.Area != "" && !kg.AreaRules[t.Area.Kind()].Self {
		return nil, kg.Invalid("area", fmt.Sprintf("the id of a %s", t.Area.Kind()), "the id of a DIVISION, GRID, COMPOUND, BUILDING, ENTRANCE, HOUSEHOLD")
	}
	now := kg.MomentOf(f.o.Now())
	status, err := f.o.Store.Ready(ctx)
	if err != nil {
		return nil, err
	}
	if after == nil {
		after = &Mark{Revision: status.Revision, At: now}
	}
	if after.Revision > status.Revision {
		return nil, kg.Invalid("after", "is ahead of the store, which was loaded anew", "a cursor of this store, or none")
	}
	s := &Subscription{f: f, topic: t, done: make(chan struct{}), rev: after.Revision, at: after.At}
	if after.Event != "" {
		s.rev, s.skip = after.Revision-1, after.Event
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.subs) >= f.o.Most {
		return nil, fmt.Errorf("%d listen already, which is the most: %w", len(f.subs), kg.ErrLimit)
	}
	if len(f.subs) == 0 {
		f.from, f.head = status.Revision, Mark{Revision: status.Revision, At: now}
	}
	f.subs[s] = true
	if t.Area != "" {
		if f.known[t.Area] == nil {
			f.known[t.Area] = &asked{}
		}
		f.known[t.Area].listeners++
	}
	s.attach() // where the log begins early enough; else it first reads what it missed
	return s, nil
}

// Done is closed when the feed has ended the listener; Next says why.
func (s *Subscription) Done() <-chan struct{} { return s.done }

// Close ends listening.
func (s *Subscription) Close() {
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	s.stop(context.Canceled)
}

// stop takes the listener off the feed, whose lock is held.
func (s *Subscription) stop(why error) {
	f := s.f
	if !f.subs[s] {
		return
	}
	delete(f.subs, s)
	s.err = why
	close(s.done)
	if k := f.known[s.topic.Area]; k != nil {
		if k.listeners--; k.listeners == 0 {
			delete(f.known, s.topic.Area)
		}
	}
	if len(f.subs) == 0 {
		f.idle()
	}
}

// Next waits for the next event of the topic. Its error is why the feed has ended the listener, the context's, or the
// store's while the listener still reads what it missed.
func (s *Subscription) Next(ctx context.Context) (*Event, error) {
	for {
		if len(s.pending) > 0 {
			e := s.pending[0]
			s.pending = s.pending[1:]
			return e, nil
		}
		grown := s.f.grown() // asked for first: what comes after it was looked is not missed
		e, attached, err := s.take()
		if e != nil || err != nil {
			return e, err
		}
		if !attached {
			more, err := s.catchUp(ctx)
			if err != nil {
				return nil, err
			}
			if more {
				continue
			}
		}
		select {
		case <-grown:
		case <-s.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// fresh says whether an event is of the topic and was not read before.
func (s *Subscription) fresh(e *Event) bool {
	switch {
	case e.revision <= s.rev:
		return false
	case s.skip != "" && e.revision == s.rev+1:
		if e.ID == s.skip {
			s.skip = ""
		}
		return false
	}
	s.skip = ""
	return s.topic.holds(e)
}

// take is the next event in the log, nil where there is none yet; a listener who is not attached has to read the journal.
func (s *Subscription) take() (e *Event, attached bool, err error) {
	f := s.f
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.err != nil {
		return nil, false, s.err
	}
	if !s.attached && !s.attach() {
		return nil, false, nil
	}
	for s.next < f.first+len(f.log) {
		e := f.log[s.next-f.first]
		s.next++
		if s.fresh(e) {
			return e, true, nil
		}
	}
	return nil, true, nil
}

// attach makes the listener read from the log, if that holds everything that it has not read.
func (s *Subscription) attach() bool {
	f := s.f
	from := f.from
	if s.topic.Area != "" {
		k := f.known[s.topic.Area]
		if !k.told {
			return false
		}
		from = max(from, k.since)
	}
	if s.rev < from {
		return false
	}
	i := slices.IndexFunc(f.log, func(e *Event) bool { return e.revision > s.rev })
	if i < 0 {
		i = len(f.log)
	}
	s.attached, s.next = true, f.first+i
	return true
}

// catchUp reads a page of what the listener has missed, and says whether it may be there now.
func (s *Subscription) catchUp(ctx context.Context) (bool, error) {
	visit, cancel := context.WithTimeout(ctx, visitTimeout)
	defer cancel()
	var areas []kg.ID
	if s.topic.Area != "" {
		areas = []kg.ID{s.topic.Area}
	}
	events, upTo, err := s.f.page(visit, s.rev, areas)
	listed := errors.Is(err, errNotTold)
	if listed {
		events, upTo, err = s.f.listed(visit, Mark{Revision: s.rev, At: s.at}, areas)
		s.skip = ""
	}
	if err != nil || upTo == s.rev {
		return false, err
	}
	if n := len(events); n > 0 {
		s.at = events[n-1].At
	}
	s.pending = slices.DeleteFunc(events, func(e *Event) bool { return !s.fresh(e) })
	if listed {
		finish(s.pending, upTo)
	}
	s.rev = upTo
	return true, nil
}

// grown is closed when the log has grown.
func (f *Feed) grown() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}
