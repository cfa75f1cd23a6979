package lab

import (
	"container/heap"
	"context"
	"errors"
	"time"

	"lintu/doorbell"
	"lintu/kg"
	"lintu/store"
)

// Ring is a press that an experiment plays.
type Ring struct {
	doorbell.Door
	At time.Time
}

// Experiment plays rings by policies, each by each, from the same presses and with people in the same mood: a person
// who says yes to a ring by one policy does so by the other, if both call them.
type Experiment struct {
	World    *doorbell.World
	Policies []*doorbell.Policy
	Rings    []Ring // by time
	Answers  Answers
	Seed     uint64
	Done     func(rings int) // of so many more, of any policy; called from several goroutines
}

// How a ring ends: a while after the first arrival, or when nobody has come for an hour.
const (
	helpTakes = 10 * time.Minute
	nobodyFor = time.Hour
)

// Run plays all rings by each policy. Errors are those of kg.
func (e Experiment) Run(ctx context.Context) ([]*Outcome, error) {
	if err := e.Answers.Check(); err != nil {
		return nil, err
	}
	if len(e.Rings) == 0 {
		return nil, kg.Invalid("rings", "there are none", "an area with doorbells in service, or one whose rings are on record")
	}
	for doors := e.doors(); len(doors) > 0; {
		n := min(len(doors), loadChunk)
		if err := loadDoors(ctx, e.World, doors[:n], kg.DateOf(e.Rings[0].At, e.World.Snapshot().Location())); err != nil {
			return nil, err
		}
		doors = doors[n:]
	}
	out, errs := make([]*Outcome, len(e.Policies)), make([]error, len(e.Policies))
	done := make(chan int)
	for i, p := range e.Policies {
		go func() {
			out[i], errs[i] = e.by(ctx, p)
			done <- i
		}()
	}
	for range e.Policies {
		<-done
	}
	return out, errors.Join(errs...)
}

// doors are the doors of the rings, each once.
func (e Experiment) doors() (doors []doorbell.Door) {
	seen := map[kg.ID]bool{}
	for _, r := range e.Rings {
		if !seen[r.Household] {
			seen[r.Household] = true
			doors = append(doors, r.Door)
		}
	}
	return doors
}

// theatre plays the rings by one policy, in the order of time.
type theatre struct {
	Experiment
	luck   luck
	r      *doorbell.Rehearsal
	agenda agenda
	order  int
	now    time.Time
	rings  map[*doorbell.Play]*running
	doors  map[kg.ID]*running // the open ring of a household
	out    *Outcome
}

// running is a ring that is played.
type running struct {
	*doorbell.Play
	number int
	at     time.Time
	tale   tale
}

// event is something that happens to a ring: something is due, somebody moves, it ends.
type event struct {
	at    time.Time
	order int
	ring  *running
	alert kg.ID // whose, of a move
	move  func(*theatre, *running, kg.ID) error
}

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if !a[i].at.Equal(a[j].at) {
		return a[i].at.Before(a[j].at)
	}
	return a[i].order < a[j].order
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	old[len(old)-1] = event{}
	*a = old[:len(old)-1]
	return last
}

func (t *theatre) later(at time.Time, r *running, alert kg.ID, move func(*theatre, *running, kg.ID) error) {
	t.order++
	heap.Push(&t.agenda, event{at, t.order, r, alert, move})
}

// by plays all rings by a policy.
func (e Experiment) by(ctx context.Context, p *doorbell.Policy) (*Outcome, error) {
	t := &theatre{Experiment: e, luck: luck(e.Seed), rings: map[*doorbell.Play]*running{}, doors: map[kg.ID]*running{}, out: newOutcome(p)}
	var err error
	t.r, err = doorbell.NewRehearsal(ctx, doorbell.Rehearsing{World: e.World, Policy: p, Random: &reader{luck: t.luck}, Told: t.told})
	if err != nil {
		return nil, err
	}
	next, told := 0, 0
	for next < len(e.Rings) || len(t.agenda) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if next < len(e.Rings) && (len(t.agenda) == 0 || !t.agenda[0].at.Before(e.Rings[next].At)) {
			t.now = e.Rings[next].At
			if err := t.press(next); err != nil {
				return nil, err
			}
			if next++; next-told == 100 || next == len(e.Rings) {
				if e.Done != nil {
					e.Done(next - told)
				}
				told = next
			}
			continue
		}
		now := heap.Pop(&t.agenda).(event)
		t.now = now.at
		if err := t.do(now); err != nil {
			return nil, err
		}
	}
	t.out.sum()
	return t.out, nil
}

// press rings, where the household has no ring open.
func (t *theatre) press(number int) error {
	ring := t.Rings[number]
	if t.doors[ring.Household] != nil {
		t.out.Joined++
		return nil
	}
	r := &running{number: number, at: t.now}
	t.pressing(r)
	play, err := t.r.Press(t.now, ring.Door)
	if err != nil {
		return err
	}
	r.Play, t.doors[ring.Household] = play, r
	t.rings[play] = r
	t.out.begun(r)
	t.look(r)
	t.later(t.now.Add(nobodyFor), r, "", (*theatre).giveUp)
	return nil
}

// pressing makes the ring known to which the messages of its first move belong.
func (t *theatre) pressing(r *running) { t.rings[nil] = r }

// do does what happens, and looks when the ring has something to do next.
func (t *theatre) do(e event) error {
	if e.move == nil { // something may be due
		due, is := e.ring.Next()
		if !is || due.After(t.now) {
			return nil
		}
		if err := e.ring.Work(t.now); err != nil {
			return err
		}
	} else {
		var illegal *doorbell.IllegalError // somebody who is not needed any more, or said no meanwhile
		if err := e.move(t, e.ring, e.alert); err != nil && !errors.As(err, &illegal) {
			return err
		}
	}
	t.look(e.ring)
	return nil
}

// look puts the ring's next deadline on the agenda, and lets go of a ring that is over.
func (t *theatre) look(r *running) {
	due, is := r.Next()
	if is {
		if due.Before(t.now) {
			due = t.now
		}
		if !due.Equal(r.tale.due) { // else it is on the agenda
			r.tale.due = due
			t.later(due, r, "", nil)
		}
	}
	if !r.Open() && t.doors[t.Rings[r.number].Household] == r {
		delete(t.doors, t.Rings[r.number].Household)
		t.out.ended(r)
	}
	if !r.Open() && !is {
		delete(t.rings, r.Play)
	}
}

// told is what a message leads to.
func (t *theatre) told(p *doorbell.Play, m doorbell.Message) error {
	r := t.rings[p]
	if r == nil {
		r = t.rings[nil] // the ring is being made
	}
	if t.luck.of(r.number, m.Person, m.ID) < t.Answers.Fail {
		return errLine
	}
	if !m.Asks() || m.Role == kg.RoleDutyDesk || r.tale.asked(m.Alert) {
		return nil
	}
	switch a := t.Answers.To(t.Seed, r.number, m); {
	case a.Yes:
		t.later(t.now.Add(a.After), r, m.Alert, (*theatre).accept)
	case a.No:
		t.later(t.now.Add(a.After), r, m.Alert, func(t *theatre, r *running, alert kg.ID) error { return r.Decline(t.now, alert) })
	}
	return nil
}

var errLine = errors.New("the line is busy")

// accept is a yes: the person sets out and arrives, or takes it back on the way.
func (t *theatre) accept(r *running, alert kg.ID) error {
	if err := r.Accept(t.now, alert); err != nil {
		return err
	}
	who := r.Person(alert)
	for _, a := range r.Ring().Alerts {
		if a.ID != alert {
			continue
		}
		r.tale.yes(t.now.Sub(r.at), a.Role)
		way := travel(t.luck, r.number, who, a)
		t.later(t.now.Add(15*time.Second), r, alert, func(t *theatre, r *running, alert kg.ID) error { return r.OnMyWay(t.now, alert) })
		if t.luck.of(r.number, who, "back") < t.Answers.TakeBack {
			half := time.Duration(float64(way) * t.luck.of(r.number, who, "when"))
			t.later(t.now.Add(half), r, alert, func(t *theatre, r *running, alert kg.ID) error { return r.Withdraw(t.now, alert) })
			return nil
		}
		t.later(t.now.Add(way), r, alert, (*theatre).arrive)
	}
	return nil
}

// arrive is somebody at the door. Who has said yes and meets a closed ring on the way has been told.
func (t *theatre) arrive(r *running, alert kg.ID) error {
	if err := r.Arrive(t.now, alert); err != nil {
		return err
	}
	if r.tale.arrived(t.now.Sub(r.at)) == 1 {
		t.later(t.now.Add(helpTakes), r, "", func(t *theatre, r *running, _ kg.ID) error { return r.Close(t.now, kg.HelpGiven) })
	}
	return nil
}

// giveUp ends a ring at whose door nobody is.
func (t *theatre) giveUp(r *running, _ kg.ID) error {
	if r.tale.arrivals > 0 {
		return nil
	}
	return r.Close(t.now, kg.NoAccess)
}

// Stored are the latest rings of an area that are on record, oldest first, at most so many; without an area of all.
func Stored(ctx context.Context, st store.Store, area kg.ID, most int) ([]Ring, error) {
	at := &store.Step{Key: "at", On: []kg.Kind{kg.KindRing}, Relation: kg.RangAt, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}}
	q := store.ListQuery{Kind: kg.KindRing, Order: store.Order{By: "pressedAt", Desc: true}, Plan: &store.Plan{Steps: []*store.Step{at}}}
	if area != "" {
		q.Filter = kg.InArea{Areas: []kg.ID{area}}
	}
	var rings []Ring
	for len(rings) < most {
		q.Window.Limit = min(most-len(rings), loadChunk)
		page, err := st.List(ctx, store.Everything, q)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Edges {
			for _, h := range e.Item.Tree["at"].Edges {
				rings = append(rings, Ring{doorbell.Door{Doorbell: h.Tie.Ref, Household: h.Tie.To}, e.Item.Node.(*kg.Ring).PressedAt.Time()})
			}
		}
		if !page.HasNext {
			break
		}
		q.Window.After = &page.Edges[len(page.Edges)-1].Position
	}
	for i, j := 0, len(rings)-1; i < j; i, j = i+1, j-1 {
		rings[i], rings[j] = rings[j], rings[i]
	}
	return rings, nil
}

// Draw makes presses by chance: at any of the doors and at any moment of so many days, all as likely; by time.
func Draw(doors []doorbell.Door, n int, from time.Time, days int, seed uint64) []Ring {
	if len(doors) == 0 {
		return nil
	}
	l, span := luck(seed), time.Duration(days)*24*time.Hour
	rings := make([]Ring, n)
	for i := range rings {
		rings[i] = Ring{doors[int(l.of(i, "", "door")*float64(len(doors)))], from.Add(time.Duration(l.of(i, "", "at") * float64(span)).Truncate(time.Second))}
	}
	sortRings(rings)
	return rings
}
