package reach

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"lintu/kg"
	"lintu/reach/calendar"
	"lintu/store"
)

// Options of a Reach.
type Options struct {
	Store    store.Store
	Location *time.Location     // the site's time zone; nil: Asia/Shanghai
	Calendar *calendar.Calendar // nil: that of China
	Logger   *slog.Logger       // nil: nothing is logged
	Poll     time.Duration      // how often the journal is asked; 0: every 400 ms

	// Progress, where set, is called while a snapshot is read: how many nodes of a kind out of how many.
	Progress func(kind kg.Kind, done, total int)
}

const defaultPoll = 400 * time.Millisecond

func (o Options) withDefaults() (Options, error) {
	if o.Location == nil {
		loc, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			return o, fmt.Errorf("reach: time zone of the site: %w", err)
		}
		o.Location = loc
	}
	if o.Calendar == nil {
		o.Calendar = calendar.China()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Poll <= 0 {
		o.Poll = defaultPoll
	}
	return o, nil
}

const (
	buildPage  = 1000 // nodes that are read at once
	buildTries = 3    // builds, where a large change was made while one was reading
	maxReaders = 4    // pages that are read at the same time
)

// Build reads a whole snapshot from a store. It shows the revision that it is stamped with: what changed while it
// was reading is read again. The error is kg.ErrUnavailable for a store that cannot be reached, is being loaded, or
// changes too much to be read.
func Build(ctx context.Context, o Options) (*Snapshot, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	for range buildTries {
		s, err := read(ctx, o)
		if err != nil {
			return nil, err
		}
		s, rebuild, err := level(ctx, o.Store, s)
		if err != nil {
			return nil, err
		}
		if !rebuild {
			return s, nil
		}
	}
	return nil, fmt.Errorf("reach: the store changed too much while it was read: %w", kg.ErrUnavailable)
}

// read streams every kind, in the order in which ties lead upwards.
func read(ctx context.Context, o Options) (*Snapshot, error) {
	status, err := o.Store.Ready(ctx)
	if err != nil {
		return nil, fmt.Errorf("reach: %w", err)
	}
	if status.State != store.StateReady {
		return nil, fmt.Errorf("reach: the store is %s: %w", status.State, kg.ErrUnavailable)
	}
	d := newDraft(&Snapshot{revision: status.Revision, location: o.Location, calendar: o.Calendar, days: &days{}})
	d.s.index = newIndex(d.by)
	for k := divisions; k < kindCount; k++ {
		if err := d.stream(ctx, o, kinds[k]); err != nil {
			return nil, fmt.Errorf("reach: reading %s: %w", kinds[k], err)
		}
	}
	return d.s, nil
}

// stream reads the nodes of a kind with their ties. Ids are spread evenly over their letters, so that several
// readers can each take a range of them.
func (d *draft) stream(ctx context.Context, o Options, k kg.Kind) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	st := &streaming{draft: d, options: o, kind: k}
	cuts := idCuts(k, min(runtime.GOMAXPROCS(0), maxReaders))
	var readers sync.WaitGroup
	for i := range len(cuts) - 1 {
		readers.Go(func() {
			if err := st.read(ctx, cuts[i], cuts[i+1]); err != nil {
				cancel(err)
			}
		})
	}
	readers.Wait()
	return context.Cause(ctx)
}

// idCuts are n+1 ends of ranges of a kind's ids; nil is an open end.
func idCuts(k kg.Kind, n int) []*store.Position {
	const letters = "234567abcdefghijklmnopqrstuvwxyz" // of ids, in their order
	cuts := make([]*store.Position, n+1)
	for i := 1; i < n; i++ {
		at := k.Prefix() + "_" + letters[len(letters)*i/n:][:1]
		cuts[i] = &store.Position{Value: at, ID: kg.ID(at)}
	}
	return cuts
}

// streaming is the reading of one kind by several readers.
type streaming struct {
	kind    kg.Kind
	options Options

	mu    sync.Mutex // guards the following
	draft *draft
	done  int
	total int
}

// read takes the ids between two positions, page by page.
func (st *streaming) read(ctx context.Context, after, before *store.Position) error {
	q := store.ListQuery{Kind: st.kind, Order: store.Order{By: store.OrderID}, Plan: planOf(st.kind)}
	q.Window = store.Window{Limit: buildPage, After: after, Before: before, Count: st.options.Progress != nil && after == nil}
	for {
		page, err := st.options.Store.List(ctx, store.Everything, q)
		if err != nil {
			return err
		}
		st.take(page)
		if !page.HasNext || len(page.Edges) == 0 {
			return nil
		}
		q.Window.Count = false
		q.Window.After = &page.Edges[len(page.Edges)-1].Position
	}
}

func (st *streaming) take(page *store.Page) {
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, e := range page.Edges {
		st.draft.put(e.Item)
	}
	st.done += len(page.Edges)
	st.total = max(st.total, st.done, page.Total)
	if st.options.Progress != nil {
		st.options.Progress(st.kind, st.done, st.total)
	}
}

// draft is a snapshot in the making: a new one, or a copy that shares everything until it is written to.
type draft struct {
	s     *Snapshot
	by    *token
	notes map[note]*note

	// What the views of days are derived from was written: of areas, buildings, entrances and households; of the rest.
	placesChanged, peopleChanged bool
}

func newDraft(base *Snapshot) *draft {
	s := *base
	return &draft{s: &s, by: new(token), notes: map[note]*note{}}
}

// plan asks for the outgoing ties that a snapshot keeps; it serves sources of all kinds at once.
var plan = func() *store.Plan {
	p := &store.Plan{}
	for _, r := range relations {
		s := &store.Step{Key: string(r), Relation: r, Direction: kg.Out, Window: store.Window{Limit: store.NoLimit}}
		s.Order.By = store.OrderID
		for _, pair := range r.Def().Pairs {
			if kindNums[pair.From] == noKind || kindNums[pair.To] == noKind {
				continue
			}
			if !slices.Contains(s.On, pair.From) && keeps(pair.From, r) {
				s.On = append(s.On, pair.From)
			}
			if !slices.Contains(s.Kinds, pair.To) && reads(pair.To, r) {
				s.Kinds = append(s.Kinds, pair.To)
			}
		}
		p.Steps = append(p.Steps, s)
	}
	return p
}()

// planOf is the part of the plan for sources of one kind.
func planOf(k kg.Kind) *store.Plan {
	p := &store.Plan{}
	for _, s := range plan.Steps {
		if s.Applies(k) {
			p.Steps = append(p.Steps, s)
		}
	}
	return p
}

// keeps says whether a snapshot keeps ties of the relation that start at the kind.
func keeps(from kg.Kind, r kg.Relation) bool {
	if kindNums[from] == noKind || !slices.Contains(relations[:], r) {
		return false
	}
	return r != kg.ResponsibleFor || from == kg.KindPerson
}

// reads says whether a snapshot keeps ties of the relation that end at the kind.
func reads(to kg.Kind, r kg.Relation) bool {
	switch r {
	case kg.ResponsibleFor: // what is on the way up from a door to its building
		return to == kg.KindHousehold || to == kg.KindEntrance || to == kg.KindBuilding
	case kg.SetUpOn:
		return to == kg.KindUnit
	}
	return true
}

// ensure is the ref of an id, made if the id is new: then the node is unknown until it is put. The zero ref for an
// id of a kind that is not kept.
func (d *draft) ensure(id kg.ID) ref {
	if id == "" {
		return 0
	}
	if r, ok := d.s.index.find(id); ok {
		return r
	}
	k := kindNums[id.Kind()]
	var row int32
	switch k {
	case noKind:
		return 0
	case people:
		row = d.s.people.add(d.by)
	case households:
		row = d.s.households.add(d.by)
	case buildings, entrances:
		row = d.s.spots.add(d.by)
	default:
		row = d.s.others[k].add(d.by)
	}
	r := newRef(k, row)
	d.s.index.put(d.by, id, r)
	d.edit(r).id = id
	d.changed(r)
	return r
}

func (d *draft) changed(r ref) {
	if r.kind() <= households {
		d.placesChanged = true
	} else {
		d.peopleChanged = true
	}
}

// edit is the row of a ref, to write.
func (d *draft) edit(r ref) *node {
	switch r.kind() {
	case people:
		return &d.s.people.edit(d.by, r.row()).node
	case households:
		return &d.s.households.edit(d.by, r.row()).node
	case buildings, entrances:
		return &d.s.spots.edit(d.by, r.row()).node
	}
	return &d.s.others[r.kind()].edit(d.by, r.row()).node
}

// forget makes a node unknown, as after its deletion.
func (d *draft) forget(id kg.ID) {
	if r, ok := d.s.index.find(id); ok {
		d.write(r, nil, nil)
	}
}

// put writes a node with its ties, as the plan gives them.
func (d *draft) put(item *store.Item) {
	if r := d.ensure(item.Node.Common().ID); r != 0 {
		d.write(r, item.Node, d.ties(item.Tree))
	}
}

// write replaces a row; without a node it makes it unknown.
func (d *draft) write(r ref, n kg.Node, ties []tie) {
	before := d.s.essence(r)
	d.replace(r, n, ties)
	if !before.equal(d.s.essence(r)) {
		d.changed(r)
	}
}

// replace writes a row.
func (d *draft) replace(r ref, n kg.Node, ties []tie) {
	clean := node{id: d.s.node(r).id, ties: ties}
	if n != nil {
		clean.known, clean.life = true, n.Common().Life
	}
	switch r.kind() {
	case people:
		p := d.s.people.edit(d.by, r.row())
		*p = person{node: clean}
		if n, ok := n.(*kg.Person); ok {
			p.birth, p.member = n.BirthDate, n.PartyMember()
			if n.Responder != nil || len(n.CareFlags) > 0 || len(n.Specialties) > 0 {
				p.profile = &profile{responder: n.Responder, flags: n.CareFlags, specialties: n.Specialties}
			}
		}
	case households:
		h := d.s.households.edit(d.by, r.row())
		*h = household{node: clean}
		if n, ok := n.(*kg.Household); ok {
			h.floor = int32(n.Floor)
			if n.CareLevel != "" || len(n.CareFlags) > 0 || len(n.Refusals) > 0 {
				h.care = &care{level: n.CareLevel, flags: n.CareFlags, refusals: n.Refusals}
			}
		}
	case buildings, entrances:
		sp := d.s.spots.edit(d.by, r.row())
		*sp = spot{node: clean}
		switch n := n.(type) {
		case *kg.Building:
			sp.point = n.Point
		case *kg.Entrance:
			sp.point, sp.lift = n.Point, n.HasLift
		}
	default:
		p := d.s.others[r.kind()].edit(d.by, r.row())
		*p = plain{node: clean}
		if n, ok := n.(*kg.Compound); ok {
			p.management = n.ManagementKind
		}
	}
}

// ties are the ties of a tree, by relation. Of several workplaces the one of the latest validFrom stands first, of
// equal ones that of the smallest id.
func (d *draft) ties(tree store.Tree) []tie {
	total := 0
	for _, page := range tree {
		total += len(page.Edges)
	}
	if total == 0 {
		return nil
	}
	out := make([]tie, 0, total)
	for i, name := range relations {
		page := tree[string(name)]
		if page == nil {
			continue
		}
		edges := page.Edges
		if relation(i) == worksAt && len(edges) > 1 {
			edges = slices.Clone(edges)
			slices.SortFunc(edges, func(a, b store.Edge) int {
				return cmp.Or(cmp.Compare(b.Tie.Valid.From, a.Tie.Valid.From), cmp.Compare(a.Tie.ID, b.Tie.ID))
			})
		}
		for _, e := range edges {
			out = append(out, d.tie(relation(i), e.Tie))
		}
	}
	return out
}

func (d *draft) tie(r relation, t *kg.Tie) tie {
	out := tie{relation: r, to: d.ensure(t.To), by: d.ensure(t.Ref), valid: t.Valid}
	switch r {
	case pairedWith:
		out.note = &note{id: t.ID}
	case responsibleFor:
		n := note{scheme: t.Scheme, slot: t.Slot}
		if d.notes[n] == nil {
			d.notes[n] = &n
		}
		out.note = d.notes[n]
	}
	return out
}
