package doorbell

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lintu/internal/effort"
	"lintu/kg"
	"lintu/store"
	"lintu/store/storetest"
)

// ringsARun is how many rings a simulated town has before it ends.
const ringsARun = 8

// run lives in the town until so many rings are over, and checks everything on the way.
func (s *simulated) run(rings int) {
	for range rings {
		s.later(time.Duration(s.dice.IntN(1800))*time.Second, s.press)
	}
	for range 6 {
		s.later(time.Duration(s.dice.IntN(2400))*time.Second, s.trouble)
		s.later(time.Duration(s.dice.IntN(2400))*time.Second, s.changeOfMind)
	}
	for range 4 {
		if s.alone != nil {
			s.later(time.Duration(s.alone.IntN(2400))*time.Second, s.cutAlone)
		}
	}
	for end := 2 * time.Hour; ; {
		next := s.wake()
		if len(s.agenda) > 0 && s.agenda[0].at <= next {
			task := s.agenda[0]
			s.agenda = s.agenda[1:]
			s.at = max(s.at, task.at)
			task.do()
		} else {
			s.at = max(s.at, next)
			s.work()
		}
		s.check()
		if len(s.agenda) == 0 && s.allClosed() {
			break
		}
		if s.at > end { // somebody tidies up
			s.beCalm()
			s.closeAll()
			if s.at > end+time.Hour {
				s.t.Fatalf("rings are open for ever")
			}
		}
	}
	s.beCalm()
	for range 20 { // whatever is still to be said
		s.at += time.Minute
		s.work()
	}
	s.check()
	s.checkEnd()
}

// wake is when a worker looks again: within a second of what is due, at the latest in half a minute.
func (s *simulated) wake() time.Duration {
	next := s.at + 30*time.Second
	for _, id := range sortedIDs(s.open) {
		r := s.ring(id)
		if r.DueAt == "" {
			continue
		}
		if due := r.DueAt.Time().Sub(s.Now()); due < next-s.at {
			next = s.at + max(due, 0) + time.Duration(50+s.dice.IntN(900))*time.Millisecond
		}
	}
	return next
}

// work lets a process do what is due. In a healthy one nothing that was due may be left.
func (s *simulated) work() {
	p := s.any()
	now := kg.MomentOf(p.bell.clock.now()) // before: the clock may jump meanwhile
	before := map[kg.ID]int64{}
	for id := range s.open {
		before[id] = s.ring(id).Version
	}
	err := p.bell.once(context.Background())
	if p.dead || p.cutOff() {
		return
	}
	if err != nil && !errors.Is(err, kg.ErrTimeout) && !errors.Is(err, kg.ErrConflict) {
		s.t.Fatalf("what is due: %v", err)
	}
	if err != nil {
		return
	}
	for _, id := range sortedIDs(s.open) {
		if r := s.ring(id); r.DueAt != "" && r.DueAt <= now && r.Version == before[id] { // else somebody moved it meanwhile
			s.t.Fatalf("%s is still due at %s after the work of %s", s.tell(id), r.DueAt, now)
		} else if r.State != kg.RingClosed && r.DueAt == "" {
			s.t.Fatalf("%s is open and nothing is due", s.tell(id))
		}
		if s.dice.IntN(3) == 0 {
			s.checkSteps(id, now)
		}
	}
}

func (s *simulated) ring(id kg.ID) *kg.Ring {
	items, err := s.store.Nodes(context.Background(), store.Everything, []store.Group{{IDs: []kg.ID{id}}})
	if err != nil || items[0][id] == nil {
		s.t.Fatalf("%s: %v", id, err)
	}
	return items[0][id].Node.(*kg.Ring)
}

// allClosed says whether no ring is open, and none is in a journal alone.
func (s *simulated) allClosed() bool {
	for i := range s.processes {
		if s.processes[i].dead {
			s.start(i)
		}
		if len(s.processes[i].bell.off.rings) > 0 {
			return false
		}
	}
	for id := range s.open {
		if s.ring(id).State != kg.RingClosed {
			return false
		}
	}
	return true
}

func (s *simulated) closeAll() {
	for _, id := range sortedIDs(s.open) {
		if s.ring(id).State != kg.RingClosed {
			_, err := s.any().bell.Close(context.Background(), id, kg.NoAccess, "")
			s.allow(err)
		}
	}
}

// allow takes the errors that can happen here: what is illegal where things stand, and what faults lead to.
func (s *simulated) allow(err error) {
	switch {
	case err == nil, errors.Is(err, errCrash), errors.Is(err, kg.ErrUnavailable), errors.Is(err, kg.ErrTimeout):
		return
	}
	var illegal *IllegalError
	var conflict *kg.ConflictError
	if errors.As(err, &illegal) {
		s.tally["illegal moves refused"]++
		return
	}
	if !errors.As(err, &conflict) {
		s.t.Fatalf("%v", err)
	}
}

// trouble is a store that goes away, or a clock that jumps.
func (s *simulated) trouble() {
	if s.calm {
		return
	}
	switch s.dice.IntN(4) {
	case 0:
		s.tally["clock jumps"]++
		s.offset += time.Duration(s.dice.IntN(300)) * time.Second
	case 1:
		s.tally["clock jumps"]++
		s.offset -= time.Duration(s.dice.IntN(1800)) * time.Second
	default:
		s.tally["outages"]++
		s.down = s.at + time.Duration(1+s.dice.IntN(30))*time.Second
		if s.dice.IntN(2) == 0 { // it is then that somebody falls
			s.later(time.Duration(s.dice.IntN(10))*time.Second, s.press)
		}
	}
}

// changeOfMind lets a neighbour withdraw a consent, pause, or come back.
func (s *simulated) changeOfMind() {
	people := s.town.Of(kg.KindPerson)
	id := people[s.dice.IntN(len(people))]
	items, err := s.store.Nodes(context.Background(), store.Everything, []store.Group{{IDs: []kg.ID{id}}})
	if err != nil {
		s.t.Fatal(err)
	}
	p := kg.Clone(items[0][id].Node).(*kg.Person)
	if p.Responder == nil {
		return
	}
	switch s.dice.IntN(3) {
	case 0:
		p.Responder.Consents = nil
	case 1:
		p.Responder.Pauses = []kg.Absence{{}}
	case 2:
		p.Responder.Consents, p.Responder.Pauses = []kg.Consent{{Purpose: kg.ConsentToRespond}}, nil
	}
	if _, err := s.store.Apply(context.Background(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: p}}}); err != nil {
		s.t.Fatal(err)
	}
}

// press rings, in most cases by the device; most rings are closed after a while.
func (s *simulated) press() {
	i := s.dice.IntN(8)
	p := Press{Doorbell: s.town.ID(fmt.Sprint("bell", i))}
	if s.dice.IntN(5) == 0 {
		p = Press{Household: s.town.ID(fmt.Sprint("h", i))}
	}
	p = s.name(p)
	r, err := s.any().bell.Press(context.Background(), p)
	s.allow(err)
	if err != nil {
		s.later(time.Duration(1+s.dice.IntN(5))*time.Second, func() { s.again(p) }) // the device tries again
		return
	}
	s.tally["presses answered"]++
	if r.CutOff {
		s.answeredCutOff(p, r)
		return
	}
	s.ringSeen(r.ID)
	switch s.dice.IntN(10) {
	case 0:
		s.later(time.Duration(s.dice.IntN(14))*time.Second, func() { s.allow(s.onRing(r.ID, (*Doorbell).Cancel)) })
	case 1, 2:
		s.later(time.Duration(s.dice.IntN(200))*time.Second, func() { s.again(s.name(p)) })
	case 3:
		s.later(time.Duration(s.dice.IntN(400))*time.Second, func() {
			_, err := s.any().bell.CallAmbulance(context.Background(), r.ID, "")
			s.allow(err)
		})
		s.later(time.Duration(600+s.dice.IntN(900))*time.Second, func() {
			_, err := s.any().bell.AmbulanceArrived(context.Background(), r.ID, "")
			s.allow(err)
		})
	case 4:
		s.later(time.Duration(1500+s.dice.IntN(1200))*time.Second, func() {
			_, err := s.any().bell.Reopen(context.Background(), r.ID, "")
			s.allow(err)
		})
		s.later(4000*time.Second, func() { s.end(r.ID) })
	}
	s.later(time.Duration(900+s.dice.IntN(1800))*time.Second, func() { s.end(r.ID) })
}

// again is a press of somebody who does not know whether the one before was heard.
func (s *simulated) again(p Press) {
	r, err := s.any().bell.Press(context.Background(), p)
	s.allow(err)
	if err == nil && r.CutOff {
		s.answeredCutOff(p, r)
		return
	}
	if err == nil && !s.rings[r.ID] {
		s.ringSeen(r.ID)
		s.later(time.Duration(900+s.dice.IntN(1800))*time.Second, func() { s.end(r.ID) })
	}
}

func (s *simulated) end(ring kg.ID) {
	outcomes := kg.Outcomes.Names()
	_, err := s.any().bell.Close(context.Background(), ring, kg.Outcome(outcomes[s.dice.IntN(len(outcomes))]), "")
	s.allow(err)
}

func (s *simulated) onRing(ring kg.ID, f func(*Doorbell, context.Context, kg.ID) (*Ring, error)) error {
	_, err := f(s.any().bell, context.Background(), ring)
	return err
}

// react lets somebody whom a message reached do something about it.
func (s *simulated) react(m Message) {
	if !asks(m.Text) || m.LastKnown {
		return
	}
	after := time.Duration(3+s.dice.IntN(150)) * time.Second
	do := func(after time.Duration, f func(*Doorbell, context.Context, kg.ID) (*Ring, error)) {
		s.later(after, func() { s.allow(s.onRing(m.Alert, f)) })
	}
	switch roll := s.dice.IntN(100); {
	case roll < 30: // says yes
		do(after/2, (*Doorbell).Seen)
		do(after, (*Doorbell).Accept)
		switch s.dice.IntN(5) {
		case 0:
			do(after+time.Duration(s.dice.IntN(300))*time.Second, (*Doorbell).Withdraw)
		case 1: // and is not seen again
		default:
			do(after+10*time.Second, (*Doorbell).OnMyWay)
			do(after+time.Duration(60+s.dice.IntN(400))*time.Second, (*Doorbell).Arrive)
			do(after+time.Duration(500+s.dice.IntN(400))*time.Second, (*Doorbell).HandOver)
		}
	case roll < 55:
		do(after, (*Doorbell).Decline)
	case roll < 65:
		do(after, (*Doorbell).Seen)
	}
}

// somebody makes a move between another's read and write.
func (s *simulated) somebody() {
	s.tally["moves in between"]++
	if len(s.agenda) > 0 && s.dice.IntN(2) == 0 {
		task := s.agenda[0]
		s.agenda = s.agenda[1:]
		task.do()
		return
	}
	_, err := s.any().bell.Due(context.Background())
	s.allow(err)
}

// townCutAlone is a town in which single processes are cut off, too.
func townCutAlone(t *testing.T, seed uint64) *simulated {
	s := newSimulated(t, seed, storetest.NewOracle(storetest.Options{}), store.Key{})
	s.alone = rand.New(rand.NewPCG(seed, 11))
	return s
}

// simulate lives through towns until so many rings have been, each from a seed of its own.
func simulate(t *testing.T, first uint64, rings int) {
	total := map[string]int{}
	for seed := first; total["rings"] < rings; seed++ {
		s := townCutAlone(t, seed)
		failed := true
		func() {
			defer func() {
				if failed {
					t.Logf("the seed is %d", seed)
				}
			}()
			s.run(ringsARun)
			failed = t.Failed()
		}()
		for what, n := range s.tally {
			total[what] += n
		}
		if t.Failed() {
			return
		}
		if rings > 10_000 && seed%100 == 0 {
			t.Logf("seed %d: %v", seed, total)
		}
	}
	t.Logf("%v", total)
	for _, what := range []string{"rings", "crashes", "outages", "clock jumps", "messages lost", "moves in between", "calls", "accepted", "late steps", "levels skipped", "illegal moves refused", "presses in a journal", "calls while the store was away", "rings of journals merged", "rings of journals made", "processes cut off alone"} {
		if total[what] == 0 {
			t.Errorf("nothing was seen of: %s", what)
		}
	}
}

// number is a number from the environment.
func number(t *testing.T, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(strings.ReplaceAll(text, "_", ""))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func TestNoRingIsEverSilentWhateverGoesWrong(t *testing.T) {
	simulate(t, uint64(number(t, "LINTU_SIM_SEED", 1)), number(t, "LINTU_SIM_RINGS", effort.Pick(100, 2000)))
}

// TestWhatTheSimulationOnceFoundStaysMended lives again in the towns that broke a promise.
func TestWhatTheSimulationOnceFoundStaysMended(t *testing.T) {
	for what, seed := range map[string]uint64{
		"a consent withdrawn while a call was claimed that another process had left": 1000169,
		"a ladder that came to its end in a journal, and nobody was reminded":        20264062,
	} {
		t.Run(what, func(t *testing.T) {
			newSimulated(t, seed, storetest.NewOracle(storetest.Options{}), store.Key{}).run(ringsARun)
		})
	}
	for what, seed := range map[string]uint64{
		"a press that joined a journal's ring when the store's was over":                     11,
		"a press in one of two journals that had a ring of one press, at which both rang on": 802748,
	} {
		t.Run(what, func(t *testing.T) { townCutAlone(t, seed).run(ringsARun) })
	}
}

func sortedIDs(m map[kg.ID]bool) []kg.ID {
	var ids []kg.ID
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
