package doorbell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// simulated is a small town in which people press, answer, forget to answer and change their minds, on a store that
// goes away and with processes that die, all from one seed.
type simulated struct {
	t     testing.TB
	dice  *rand.Rand
	store store.Store
	key   store.Key
	town  *storetest.Fixture

	at     time.Duration // since the start, as a stopwatch has it
	offset time.Duration // of the clock of the machines
	agenda []task        // by time
	order  int

	down      time.Duration      // until when the store is away
	alone     *rand.Rand         // when processes are cut off alone, while the others have the store; nil: never
	answers   map[kg.ID]answered // of named presses that a journal took
	named     int
	calm      bool // nothing goes wrong
	depth     int  // of moves that come in between
	processes []*process
	journals  []*simJournal // of the processes; they outlive them
	snapshot  *reach.Snapshot

	revision  store.Revision // up to which records were checked
	delivered map[string]string
	cutOff    map[kg.ID]map[kg.ID]bool // presses that only a journal had when they were answered, with who was called
	rings     map[kg.ID]bool
	open      map[kg.ID]bool // of them, and those with something left to be said
	tally     map[string]int
}

type task struct {
	at    time.Duration
	order int
	do    func()
}

var simStart = time.Date(2026, 9, 1, 2, 0, 0, 0, time.UTC) // a Tuesday, 10:00 there

// process is a Doorbell that dies.
type process struct {
	sim  *simulated
	name string
	bell *Doorbell
	dead bool
	down time.Duration // until when it is cut off alone
}

var errCrash = errors.New("the process died")

// Now implements Clock; Elapsed too.
func (s *simulated) Now() time.Time         { return simStart.Add(s.at + s.offset) }
func (s *simulated) Elapsed() time.Duration { return s.at }

// Read gives door words.
func (s *simulated) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(s.dice.Uint32())
	}
	return len(b), nil
}

var _ io.Reader = (*simulated)(nil)

// start makes a process; one that died is followed by another.
func (s *simulated) start(i int) {
	p := &process{sim: s, name: fmt.Sprintf("process %d", i)}
	if last := s.processes[i]; last != nil {
		p.down = last.down
	}
	s.journals[i].owner = p
	bell, err := New(Options{
		Store: faulty{s.store, p}, Key: s.key, Snapshot: func() *reach.Snapshot { return s.snapshot }, Clock: s, Notifier: p, Process: p.name, Random: s, Journal: s.journals[i],
	})
	if err != nil {
		s.t.Fatal(err)
	}
	p.bell, bell.inline = bell, true
	s.processes[i] = p
}

// cutOff says that the process does not reach the store.
func (p *process) cutOff() bool { return p.sim.at < max(p.sim.down, p.down) }

// faulty is the store as a process has it.
type faulty struct {
	store.Store
	p *process
}

func (f faulty) away() error {
	if f.p.dead {
		return errCrash
	}
	if f.p.cutOff() {
		return fmt.Errorf("simulated: %w", kg.ErrUnavailable)
	}
	return nil
}

func (f faulty) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	if err := f.away(); err != nil {
		return nil, err
	}
	return f.Store.Nodes(ctx, v, groups)
}

func (f faulty) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	if err := f.away(); err != nil {
		return nil, err
	}
	return f.Store.Expand(ctx, v, sources, p)
}

func (f faulty) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	if err := f.away(); err != nil {
		return nil, err
	}
	return f.Store.List(ctx, v, q)
}

func (f faulty) Count(ctx context.Context, v store.View, q store.CountQuery) ([]store.GroupCount, error) {
	if err := f.away(); err != nil {
		return nil, err
	}
	return f.Store.Count(ctx, v, q)
}

func (f faulty) Ancestry(ctx context.Context, v store.View, q store.AncestryQuery) (map[kg.ID][]store.Relative, error) {
	if err := f.away(); err != nil {
		return nil, err
	}
	return f.Store.Ancestry(ctx, v, q)
}

// Apply dies before or after it has applied, answers that nobody knows, or lets somebody else be faster.
func (f faulty) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	if err := f.away(); err != nil {
		return nil, err
	}
	s := f.p.sim
	if !s.calm {
		switch roll := s.dice.IntN(1000); {
		case roll < 10:
			f.p.dead = true
			return nil, errCrash
		case roll < 20:
			_, err := f.Store.Apply(ctx, b)
			f.p.dead = true
			return nil, errors.Join(errCrash, err)
		case roll < 30:
			if _, err := f.Store.Apply(ctx, b); err != nil {
				return nil, err
			}
			return nil, fmt.Errorf("simulated: the answer was lost: %w", kg.ErrTimeout)
		case roll < 90 && s.depth == 0:
			s.depth++
			s.somebody()
			s.depth--
		}
	}
	return f.Store.Apply(ctx, b)
}

// simJournal is the journal of a process, and of those that follow it when it dies.
type simJournal struct {
	sim     *simulated
	owner   *process
	records [][]byte
}

// Append dies before or after it has written.
func (j *simJournal) Append(records ...[]byte) error {
	roll := 1000
	if !j.sim.calm {
		roll = j.sim.dice.IntN(1000)
	}
	if j.owner.dead = j.owner.dead || roll < 8; j.owner.dead {
		return errCrash
	}
	j.records = append(j.records, records...)
	if j.owner.dead = roll < 16; j.owner.dead {
		return errCrash
	}
	return nil
}

func (j *simJournal) Records() [][]byte { return j.records }

func (j *simJournal) Clear() error {
	if j.owner.dead {
		return errCrash
	}
	j.records = nil
	return nil
}

// Drill implements Notifier.
func (p *process) Drill() bool { return true }

// Notify implements Notifier: it checks what is said to whom, loses some messages, and dies on some.
func (p *process) Notify(_ context.Context, m Message) error {
	s := p.sim
	if p.dead {
		return errCrash
	}
	s.checkMessage(m)
	if !s.calm {
		switch roll := s.dice.IntN(1000); {
		case roll < 60:
			s.tally["messages lost"]++
			return errors.New("simulated: the line is busy")
		case roll < 65:
			s.delivered[m.ID] = m.Text
			p.dead = true
			return errCrash
		}
	}
	s.delivered[m.ID] = m.Text
	s.react(m)
	return nil
}

// newSimulated builds the town: a street of buildings, some with many neighbours and some with none, and who is on duty.
func newSimulated(t testing.TB, seed uint64, st store.Store, key store.Key) *simulated {
	s := &simulated{t: t, dice: rand.New(rand.NewPCG(seed, 7)), store: st, key: key, town: storetest.NewFixture(), processes: make([]*process, 3), cutOff: map[kg.ID]map[kg.ID]bool{}, answers: map[kg.ID]answered{}, delivered: map[string]string{}, rings: map[kg.ID]bool{}, open: map[kg.ID]bool{}, tally: map[string]int{}}
	f := s.town
	f.Add("street", &kg.Division{Name: "街道", Level: kg.LevelTownship})
	f.Add("community", &kg.Division{Name: "社区", Level: kg.LevelCommunity})
	f.Add("grid", &kg.Grid{Name: "网格"})
	f.Tie("community", kg.PartOf, "street")
	f.Tie("grid", kg.PartOf, "community")
	for i := range 6 {
		b := fmt.Sprint("b", i)
		f.Add(b, &kg.Building{Name: b, Address: "长街", Point: &geo.Point{Lat: 23.12 + float64(i*i)*70/geo.EarthRadius*180/math.Pi, Lon: 113.24}})
		f.Tie(b, kg.PartOf, "grid")
		f.Add("e"+b, &kg.Entrance{Number: "1单元"})
		f.Tie("e"+b, kg.PartOf, b)
	}
	for i := range 8 { // doors
		h, in := fmt.Sprint("h", i), fmt.Sprint("eb", i%6)
		f.Add(h, &kg.Household{Number: fmt.Sprintf("%d01室", i+1), Floor: i + 1})
		f.Tie(h, kg.PartOf, in)
		f.Add(fmt.Sprint("bell", i), &kg.Doorbell{Serial: fmt.Sprint("S-", i), Status: kg.DoorbellActive})
		f.Tie(fmt.Sprint("bell", i), kg.InstalledAt, h)
	}
	s.neighbours(4 + s.dice.IntN(40))
	s.duties()
	for _, b := range f.Batches() {
		if _, err := st.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	snapshot, err := reach.Build(t.Context(), reach.Options{Store: st})
	if err != nil {
		t.Fatal(err)
	}
	s.snapshot = snapshot
	status, err := st.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.revision = status.Revision
	for i := range s.processes {
		s.journals = append(s.journals, &simJournal{sim: s})
		s.start(i)
		if err := s.processes[i].bell.remember(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *simulated) neighbours(n int) {
	f := s.town
	home := make([]byte, kg.WeekSlots)
	for i := range home {
		home[i] = 'H'
	}
	for i := range n {
		p := &kg.Person{Name: fmt.Sprint("邻居", i), BirthDate: kg.MustDate("1980-05-05"), Responder: &kg.Responder{
			Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "街道"}}, Weekly: string(home)}}
		switch s.dice.IntN(12) {
		case 0:
			p.Responder.Limits.AlertsPerWeek = 1 + s.dice.IntN(2)
		case 1:
			p.Responder.Limits.MaxFloor = 1 + s.dice.IntN(4)
		case 2:
			p.Responder.Consents = nil
		case 3:
			p.Specialties = []kg.Specialty{{Scheme: "trade", Value: "护士"}}
		}
		name := fmt.Sprint("n", i)
		f.Add(name, p)
		flat := "flat" + name
		f.Add(flat, &kg.Household{Number: flat, Floor: 1})
		f.Tie(flat, kg.PartOf, fmt.Sprint("eb", s.dice.IntN(6)))
		f.Tie(name, kg.LivesIn, flat)
	}
}

func (s *simulated) duties() {
	f := s.town
	add := func(name string) { f.Add(name, &kg.Person{Name: name, BirthDate: kg.MustDate("1985-01-01")}) }
	always := func(t *kg.Tie) { t.StartsAt = simStart.Add(-time.Hour) }
	if s.dice.IntN(4) > 0 {
		add("desk")
		f.Tie("desk", kg.OnDutyAt, "community", always)
	}
	if s.dice.IntN(4) > 0 {
		add("official")
		f.Tie("official", kg.OnDutyAt, "street", always)
	}
	if s.dice.IntN(4) > 0 {
		add("worker")
		f.Tie("worker", kg.HoldsPost, "grid", storetest.Role("网格员"))
	}
	for i := range 8 {
		if s.dice.IntN(2) == 0 {
			name := fmt.Sprint("child", i)
			add(name)
			f.Tie(name, kg.ContactOf, fmt.Sprint("h", i), func(t *kg.Tie) { t.Rank, t.Consent = 1, s.dice.IntN(4) > 0 })
		}
	}
	if s.dice.IntN(2) == 0 {
		f.Tie("n0", kg.KeyholderOf, "h0", func(t *kg.Tie) { t.Consent = true })
	}
}

// later puts a task on the agenda.
func (s *simulated) later(after time.Duration, do func()) {
	s.order++
	n := task{s.at + after, s.order, do}
	i, _ := slices.BinarySearchFunc(s.agenda, n, func(a, b task) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return a.order - b.order
	})
	s.agenda = slices.Insert(s.agenda, i, n)
}

// any is a process that lives; one that has died is followed by another first.
func (s *simulated) any() *process {
	i := s.dice.IntN(len(s.processes))
	if s.processes[i].dead {
		s.tally["crashes"]++
		s.start(i)
	}
	return s.processes[i]
}
