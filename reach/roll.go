package reach

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"lintu/geo"
	"lintu/kg"
)

// roll is what a date says of every candidate, whoever asks: whether they are fit to come, how their week looks, how
// far they go. A question reads it from one end to the other, where it would have to look into each person's profile.
type roll struct {
	crowd    *crowd
	on       kg.Date
	adults   kg.Date // who was born by then is of age
	entries  []entry // by candidate
	workers  []entry // the same by crowd.works
	patterns []string
	numbers  map[string]uint16 // of patterns
}

// entry is a candidate's line of a roll.
type entry struct {
	why      [2]reason // why they are no responder, whoever the target is; second: where those with care flags are asked, too
	is       trait     // member, special
	distance uint16    // how many metres they go; 0: as far as is asked
	pattern  uint16    // number in patterns; 0: at home, 1: at work in work time, else at home
}

// Patterns of people who gave none.
const (
	alwaysHome uint16 = iota
	workTimes
	ownPatterns // the first of those who gave one
)

// reason numbers the reasons: 0 is none, the others are those of LeftOutReasons in their order.
type reason uint8

const (
	fit reason = iota
	sameHousehold
	refused
	underAge
	noConsent
	notVetted
	careFlagged
	paused
	onLeave
	isAway
	noPlace
	elsewhere
	beyondOwnLimit
	reasonCount
)

// shown is the reason as answers name it; "" for fit.
func (r reason) shown() LeftOutReason {
	if r == fit {
		return ""
	}
	return LeftOutReasons[r-1]
}

// letter is a presence as weekly patterns write it.
type letter byte

const (
	atHome letter = 'H'
	atWork letter = 'W'
	away   letter = 'A'
)

func (l letter) presence() kg.Presence { return byLetter[byte(l)] }

// newRoll reads the profiles of all candidates.
func (s *Snapshot) newRoll(c *crowd, on kg.Date) *roll {
	r := &roll{
		crowd: c, on: on, adults: lastAdult(on), entries: make([]entry, len(c.candidates)), workers: make([]entry, len(c.works.items)),
		patterns: make([]string, ownPatterns), numbers: map[string]uint16{},
	}
	for i := range r.entries {
		r.enter(s, int32(i))
	}
	return r
}

// amended is the roll with the lines of some people read again.
func (r *roll) amended(s *Snapshot, people []int32) *roll {
	out := &roll{crowd: r.crowd, on: r.on, adults: r.adults, entries: slices.Clone(r.entries), workers: slices.Clone(r.workers),
		patterns: slices.Clip(r.patterns), numbers: map[string]uint16{}}
	for i, p := range out.patterns[ownPatterns:] {
		out.numbers[p] = ownPatterns + uint16(i)
	}
	for _, row := range people {
		if n := r.crowd.candidateOf(row); n >= 0 {
			out.enter(s, n)
		}
	}
	return out
}

// enter writes a candidate's line.
func (r *roll) enter(s *Snapshot, n int32) {
	c := &r.crowd.candidates[n]
	p := s.people.at(c.person)
	e := entry{is: p.is & member}
	e.why[1] = r.unfit(p)
	e.why[0] = e.why[1]
	if p.flagged(r.on) && (e.why[0] == fit || e.why[0] > careFlagged) {
		e.why[0] = careFlagged
	}
	if c.works {
		e.pattern = workTimes
	}
	if p := p.responder(); p != nil {
		if far := p.Limits.MaxDistance; far > 0 && far < MaxRadius {
			e.distance = uint16(far)
		}
		if len(p.Weekly) == kg.WeekSlots {
			if e.pattern = r.pattern(p.Weekly); e.pattern == 0 {
				e.is |= special
			}
		}
		if len(p.Overrides) > 0 {
			e.is |= special
		}
	}
	r.entries[n] = e
	if c.work < 0 {
		return
	}
	from, to := r.crowd.works.starts[c.work], r.crowd.works.starts[c.work+1]
	at, _ := slices.BinarySearchFunc(r.crowd.works.items[from:to], n, func(w worker, n int32) int { return cmp.Compare(w.candidate, n) })
	r.workers[int(from)+at] = e
}

// pattern is the number of a weekly pattern; 0 where there are no more numbers.
func (r *roll) pattern(weekly string) uint16 {
	n, known := r.numbers[weekly]
	if !known && len(r.patterns) <= math.MaxUint16 {
		n = uint16(len(r.patterns))
		r.patterns = append(r.patterns, weekly)
		r.numbers[weekly] = n
	}
	return n
}

// unfit is why a person is no responder on the roll's day, whoever the target is and wherever they are, care flags
// apart; fit for a responder.
func (r *roll) unfit(p *person) reason {
	profile := p.responder()
	switch {
	case p.birth.IsZero() || p.birth > r.adults:
		return underAge
	case profile == nil || !consents(profile, r.on):
		return noConsent
	case !vetted(profile, r.on):
		return notVetted
	case absent(profile.Pauses, r.on):
		return paused
	case absent(profile.Leaves, r.on):
		return onLeave
	}
	return fit
}

// ownLimit is how far a candidate goes, by the limit that they set themselves, as a squared chord; +Inf without one,
// or with one that no question reaches.
func (e entry) ownLimit() float64 {
	if e.distance == 0 {
		return math.Inf(1)
	}
	return geo.MaxChord2(float64(e.distance))
}

// rolls keeps the rolls that a snapshot was asked for lately.
type rolls struct {
	mu   sync.Mutex // guards kept; held while one is made, which whoever asks waits for
	kept []*roll    // the latest asked last

	old     []*roll // of the snapshots before
	touched []int32 // people whose rows were written since
}

const (
	maxRolls   = 4
	maxTouched = 2000 // people above which a roll is made anew
)

// roll is the roll of a date.
func (s *Snapshot) roll(c *crowd, on kg.Date) *roll {
	all := s.rolls
	all.mu.Lock()
	defer all.mu.Unlock()
	same := func(r *roll) bool { return r.crowd == c && r.on == on }
	if i := slices.IndexFunc(all.kept, same); i >= 0 {
		return all.kept[i]
	}
	var r *roll
	if i := slices.IndexFunc(all.old, same); i >= 0 {
		r = all.old[i].amended(s, all.touched)
	} else {
		r = s.newRoll(c, on)
	}
	if len(all.kept) == maxRolls {
		all.kept = slices.Delete(all.kept, 0, 1)
	}
	all.kept = append(all.kept, r)
	return r
}

// after are the rolls of a snapshot in which the rows of some people were written.
func (r *rolls) after(people []int32) *rolls {
	r.mu.Lock()
	defer r.mu.Unlock()
	next := &rolls{old: slices.Clone(r.kept), touched: people}
	if len(next.old) == 0 { // nobody asked the snapshot between
		next.old, next.touched = r.old, slices.Concat(r.touched, people)
	}
	if len(next.touched) > maxTouched {
		return &rolls{}
	}
	return next
}
