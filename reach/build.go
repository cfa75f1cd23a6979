package reach

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"lintu/kg"
	"lintu/reach/barrier"
	"lintu/reach/calendar"
	"lintu/store"
)

// Options of a Reach.
type Options struct {
	Store    store.Store
	Location *time.Location     // the site's time zone; nil: Asia/Shanghai
	Calendar *calendar.Calendar // nil: that of China
	Barriers *barrier.Set       // nil: no lines are known that people cannot cross
	Logger   *slog.Logger       // nil: nothing is logged
	Poll     time.Duration      // how often the journal is asked; 0: every 400 ms
	Now      func() time.Time   // whose day a Reach makes ready before it is asked for; nil: none

	// Progress, where set, is called while a snapshot is read: how many nodes and ties out of about how many.
	Progress func(done, total int)
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

const buildTries = 3 // builds, where a large change was made while one was reading

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

// read scans the whole store.
func read(ctx context.Context, o Options) (*Snapshot, error) {
	status, err := o.Store.Ready(ctx)
	if err != nil {
		return nil, fmt.Errorf("reach: %w", err)
	}
	if status.State != store.StateReady {
		return nil, fmt.Errorf("reach: the store is %s: %w", status.State, kg.ErrUnavailable)
	}
	l := &loader{draft: newDraft(&Snapshot{revision: status.Revision, location: o.Location, calendar: o.Calendar, barriers: o.Barriers, days: &days{}, rolls: &rolls{}}), progress: o.Progress}
	l.s.refs, l.s.hows.table, l.s.notes.table, l.s.lifes.table = newTable(l.by, 1024), newTable(l.by, 64), newTable(l.by, 64), newTable(l.by, 64)
	if err := store.Scan(ctx, o.Store, scanned, l); err != nil {
		return nil, fmt.Errorf("reach: reading the store: %w", err)
	}
	l.finish()
	l.tie()
	return l.s, nil
}

// scanned is what a snapshot keeps.
var scanned = func() store.ScanQuery {
	var q store.ScanQuery
	fields := map[kindNum][]string{
		divisions: {"level"}, grids: {"level"}, places: {"placeKind", "point", "openingHours"},
		compounds: {"managementKind"}, buildings: {"point"}, entrances: {"point", "hasLift"},
		households: {"floor", "careLevel", "careFlags", "refusals"},
		people:     {"birthDate", "partyStatus", "careFlags", "specialties", "responder"},
	}
	for k := divisions; k < kindCount; k++ {
		q.Nodes = append(q.Nodes, store.NodeScan{Kind: kinds[k], Fields: fields[k]})
	}
	for i, r := range relations {
		of := relation(i)
		q.Ties = append(q.Ties, store.TieScan{Relation: r, IDs: of == pairedWith || of == worksAt, Slots: of == responsibleFor})
	}
	return q
}()

// loader fills a new snapshot from a scan.
type loader struct {
	*draft
	progress    func(done, total int)
	done, total int

	refs    []ref // by the scan's numbers
	started [relationCount][]startedTie
	works   []workTie
}

// startedTie is a tie with the node at which it starts.
type startedTie struct {
	from ref
	link
}

// workTie is a WORKS_AT tie; of several of a person, one counts.
type workTie struct {
	startedTie
	since kg.Date
	id    kg.ID
}

// Expect implements store.ScanSink.
func (l *loader) Expect(total int) {
	l.total = total
}

func (l *loader) step(n int) {
	l.done += n
	if l.total = max(l.total, l.done); l.progress != nil && n > 0 {
		l.progress(l.done, l.total)
	}
}

// finish tells that the reading has come to its end, where less came than was expected: engines count the ties that a
// snapshot does not keep, too.
func (l *loader) finish() {
	if l.done < l.total {
		l.total = l.done
		if l.progress != nil {
			l.progress(l.done, l.total)
		}
	}
}

// Nodes implements store.ScanSink.
func (l *loader) Nodes(batch []store.ScannedNode) error {
	for _, n := range batch {
		r := l.ensure(n.Node.Common().ID)
		if r == 0 {
			continue
		}
		l.replace(r, n.Node)
		for int64(len(l.refs)) <= n.No {
			l.refs = append(l.refs, 0)
		}
		l.refs[n.No] = r
	}
	l.step(len(batch))
	return nil
}

// Ties implements store.ScanSink.
func (l *loader) Ties(batch []store.ScannedTie) error {
	for i := range batch {
		t := &batch[i]
		from, to := l.ref(t.From), l.ref(t.To)
		of := relationNums[t.Relation]
		if from == 0 || to == 0 || !keeps(kinds[from.kind()], t.Relation) || !reads(kinds[to.kind()], t.Relation) {
			continue
		}
		started := startedTie{from, l.link(of, to, l.ref(t.Ref), t.Valid, t.ID, t.Scheme, t.Slot)}
		if of == worksAt {
			l.works = append(l.works, workTie{started, t.Valid.From, t.ID})
		} else {
			l.started[of] = append(l.started[of], started)
		}
	}
	l.step(len(batch))
	return nil
}

func (l *loader) ref(no int64) ref {
	if no >= int64(len(l.refs)) {
		return 0
	}
	return l.refs[no]
}

// tie gives every node its ties, in the order of Snapshot.links.
func (l *loader) tie() {
	slices.SortFunc(l.works, func(a, b workTie) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.since, a.since), cmp.Compare(a.id, b.id))
	})
	for _, w := range l.works {
		l.started[worksAt] = append(l.started[worksAt], w.startedTie)
	}
	l.works, l.refs = nil, nil
	var sizes [kindCount]int
	for k := divisions; k < kindCount; k++ {
		if k == k.column() {
			sizes[k] = l.s.rows(k)
		}
	}
	for k, size := range sizes {
		l.s.bundles[k] = newBundles(l.by, size, func(visit func(row int32, l link)) {
			for of := range l.started {
				for i := range l.started[of] {
					if t := &l.started[of][i]; t.from.kind().column() == kindNum(k) {
						visit(t.from.row(), t.link)
					}
				}
			}
		})
	}
	l.started = [relationCount][]startedTie{}
}
