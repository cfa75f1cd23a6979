package lab

import (
	"hash/fnv"
	"math"
	"time"

	"lintu/doorbell"
	"lintu/kg"
)

// Answers is what people are supposed to answer. Studies of neighbours and volunteers who are called by telephone have
// 17 to 47 in 100 say yes; nobody has published figures of contacts and of those on duty.
type Answers struct {
	Least, Most float64 // share of calls to which a neighbour says yes: each has one of their own in between
	Ladder      float64 // that of everybody else who is called
	Refuse      float64 // of who does not say yes, this share says no at once; the others are silent
	TakeBack    float64 // share of the yes that are taken back
	Fail        float64 // share of messages that do not arrive
}

// DefaultAnswers are those of the studies, and an even chance for those of the ladder.
var DefaultAnswers = Answers{Least: 0.17, Most: 0.47, Ladder: 0.5, Refuse: 0.4, TakeBack: 0.03, Fail: 0.02}

// Check refuses shares that are none.
func (a Answers) Check() error {
	for name, share := range map[string]float64{"least": a.Least, "most": a.Most, "ladder": a.Ladder, "refuse": a.Refuse, "takeBack": a.TakeBack, "fail": a.Fail} {
		if !(share >= 0 && share <= 1) {
			return kg.Invalid("answers."+name, "is no share", "0 to 1")
		}
	}
	if a.Least > a.Most {
		return kg.Invalid("answers.least", "is more than most", "a range, the smaller share first")
	}
	return nil
}

// Who answers takes a while: a moment to find the telephone, and then so long that most have answered within a minute.
const (
	firstAnswer = 5 * time.Second
	meanAnswer  = 30 * time.Second
	lastAnswer  = 4 * time.Minute
)

// within is the share of answers that have come so long after a call.
func within(d time.Duration) float64 {
	if d <= firstAnswer {
		return 0
	}
	return 1 - math.Exp(-float64(d-firstAnswer)/float64(meanAnswer))
}

// delay is the time to an answer of somebody at a place between 0 and 1 of all answers.
func delay(u float64) time.Duration {
	d := firstAnswer + time.Duration(-math.Log(1-u)*float64(meanAnswer))
	return min(d, lastAnswer).Truncate(time.Millisecond)
}

// luck gives even numbers from 0 to 1 that depend on the seed, what they are for and nothing else: two policies meet
// people in the same mood.
type luck uint64

func (l luck) of(ring int, who kg.ID, what string) float64 {
	h := fnv.New64a()
	var b [16]byte
	for i := range 8 {
		b[i], b[8+i] = byte(uint64(l)>>(8*i)), byte(uint64(ring)>>(8*i))
	}
	_, _ = h.Write(b[:])
	_, _ = h.Write([]byte(who))
	_, _ = h.Write([]byte(what))
	x := h.Sum64() // its low bits are good, its high ones are mixed once more
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	x ^= x >> 31
	return float64(x>>11) / (1 << 53)
}

// Answer is what somebody does who is asked to come: they say yes or no after a while, or neither.
type Answer struct {
	Yes, No bool
	After   time.Duration
}

// To is the answer to a message that asks its person to come to a ring. The duty desk sees rings and does not go.
func (a Answers) To(seed uint64, ring int, m doorbell.Message) Answer {
	if !m.Asks() || m.Role == kg.RoleDutyDesk {
		return Answer{}
	}
	l := luck(seed)
	out := Answer{After: delay(l.of(ring, m.Person, "delay"))}
	out.Yes = l.of(ring, m.Person, "yes") < a.share(l, m.Person, m.Role)
	out.No = !out.Yes && l.of(ring, m.Person, "no") < a.Refuse
	return out
}

// reader makes luck a source of random bytes, for door words.
type reader struct {
	luck
	n int
}

func (r *reader) Read(b []byte) (int, error) {
	for i := range b {
		r.n++
		b[i] = byte(256 * r.of(r.n, "", "word"))
	}
	return len(b), nil
}

// share is the share of calls to which somebody says yes.
func (a Answers) share(l luck, who kg.ID, role kg.AlertRole) float64 {
	if role != kg.RoleNeighbour {
		return a.Ladder
	}
	return a.Least + (a.Most-a.Least)*l.of(0, who, "share")
}

// travel is the time from a yes to the door: on foot a neighbour's, who needs a moment to leave; the others come from
// wherever they are, and nobody knows from where.
func travel(l luck, ring int, who kg.ID, a *kg.Alert) time.Duration {
	u := l.of(ring, who, "travel")
	between := func(from, to float64) time.Duration {
		return time.Duration((from + u*(to-from)) * float64(time.Second)).Truncate(time.Second)
	}
	switch {
	case a.Seconds > 0 || a.Role == kg.RoleNeighbour:
		return between(30, 120) + time.Duration(a.Seconds)*time.Second
	case a.Role == kg.RoleGridWorker || a.Role == kg.RoleBuildingHead:
		return between(180, 900)
	}
	return between(600, 1800)
}
