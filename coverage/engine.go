package coverage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"lintu/kg"
	"lintu/reach"
)

// Engine answers questions from the latest snapshot. It is safe for concurrent use.
type Engine struct {
	source func() *reach.Snapshot
	kept   *kept
}

// New makes an Engine; source gives the latest snapshot, nil while there is none.
func New(source func() *reach.Snapshot) *Engine {
	return &Engine{source: source, kept: &kept{entries: map[string]*entry{}}}
}

// Latest is the snapshot from which the next question is answered. The error is kg.ErrUnavailable while there is none.
func (e *Engine) Latest() (*reach.Snapshot, error) {
	if s := e.source(); s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("coverage: no snapshot yet: %w", kg.ErrUnavailable)
}

// maxKept is how many bytes of answers are kept, about.
const maxKept = 192 << 20

// kept are the answers to the questions that were asked lately of the latest snapshot, and the scenes that they were
// counted over. Where the same is asked twice at a time, it is made once.
type kept struct {
	mu       sync.Mutex // guards the following
	snapshot *reach.Snapshot
	entries  map[string]*entry
	clock    uint64
}

// sized is what can be kept: it knows how many bytes it holds, about. What is found later makes it larger.
type sized interface{ size() int }

type entry struct {
	making chan struct{} // closed when it is made
	made   sized
	err    error
	used   uint64
}

// get is what was kept under a key, or is made. An error is not kept.
func (k *kept) get(ctx context.Context, s *reach.Snapshot, key string, answer func() (sized, error)) (sized, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e, mine := k.enter(s, key)
		if mine {
			return k.fill(key, e, answer)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-e.making:
		}
		// Whoever made it may have given up; that is no answer to somebody else.
		if !errors.Is(e.err, context.Canceled) && !errors.Is(e.err, context.DeadlineExceeded) {
			return e.made, e.err
		}
	}
}

var errBroken = errors.New("coverage: an answer could not be made")

func (k *kept) fill(key string, e *entry, answer func() (sized, error)) (sized, error) {
	e.err = errBroken // for those who wait, if answer panics
	defer k.made(key, e)
	e.made, e.err = answer()
	return e.made, e.err
}

// enter finds a key's entry, or makes an empty one that the caller has to fill.
func (k *kept) enter(s *reach.Snapshot, key string) (_ *entry, mine bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.snapshot != s {
		k.snapshot, k.entries = s, map[string]*entry{}
	}
	k.clock++
	e := k.entries[key]
	if e == nil {
		e, mine = &entry{making: make(chan struct{})}, true
		k.entries[key] = e
	}
	e.used = k.clock
	return e, mine
}

// made lets others see an entry, and lets go of the least used where there is too much.
func (k *kept) made(key string, e *entry) {
	k.mu.Lock()
	defer k.mu.Unlock()
	close(e.making)
	if e.err != nil {
		if k.entries[key] == e {
			delete(k.entries, key)
		}
		return
	}
	for {
		total, oldest := 0, ""
		for name, x := range k.entries {
			if x.made == nil || x.err != nil {
				continue // in the making
			}
			total += x.made.size()
			if x != e && (oldest == "" || x.used < k.entries[oldest].used) {
				oldest = name
			}
		}
		if total <= maxKept || oldest == "" {
			return
		}
		delete(k.entries, oldest)
	}
}

// stage is a scene with what is near its spots, by radius.
type stage struct {
	scene *reach.Scene

	mu     sync.Mutex // guards around
	around map[float64]*around
}

func (st *stage) within(radius float64) *around {
	st.mu.Lock()
	defer st.mu.Unlock()
	a := st.around[radius]
	if a == nil {
		a = newAround(st.scene, radius)
		st.around[radius] = a
	}
	return a
}

func (st *stage) size() int {
	st.mu.Lock()
	defer st.mu.Unlock()
	n := 40*len(st.scene.Targets) + 64*len(st.scene.Spots) + 40*len(st.scene.Candidates) + 64*len(st.scene.Stations)
	for _, a := range st.around {
		n += a.size()
	}
	return n
}

// size is that of the answer with its areas, not with its scene.
func (c *Coverage) size() int { return 40*len(c.part.targets) + 8*len(c.scene.Candidates) }

// key tells questions apart that are answered differently by the same snapshot.
func (q *Query) key(zone *time.Location) string {
	k := q.sceneKey(q.When.date(zone))
	k.number(int64(q.K))
	k.text(strconv.FormatFloat(q.Radius, 'g', -1, 64))
	k.text(string(q.When.Band))
	if q.When.Band == "" {
		at := q.When.At.In(zone)
		minute := at.Minute()
		if q.Provider.Places == nil {
			minute -= minute % 30 // people are counted in half hours
		}
		_, offset := at.Zone()
		k.number(int64(offset))
		k.number(int64(at.Hour()*60 + minute))
	}
	if d := q.Provider.Duty; d != nil {
		k.text("duty " + string(d.Level))
		k.flag(&d.IncludePosts)
	}
	return k.b.String()
}

// sceneKey tells scenes apart.
func (q *Query) sceneKey(date kg.Date) *keyText {
	k := &keyText{}
	k.text(string(q.Area))
	k.number(int64(date))
	t := q.Targets
	list(k, t.CareFlags)
	list(k, t.CareLevels)
	list(k, t.CompoundKinds)
	k.flag(t.HasDoorbell)
	k.flag(t.NoLift)
	k.count(t.MinAge)
	k.count(t.MinFloor)
	w := q.Where
	k.flag(w.PartyMember)
	k.flag(&w.IncludeCareFlagged)
	list(k, w.Specialties)
	list(k, w.TeamIDs)
	list(k, w.UnitIDs)
	k.count(w.MinAge)
	k.count(w.MaxAge)
	if p := q.Provider.Places; p != nil {
		k.text("places")
		list(k, p.Kinds)
		k.flag(&p.AnyHour)
	}
	k.flag(&q.Scope.All)
	list(k, q.Scope.Areas)
	k.number(int64(q.Scope.Today))
	return k
}

// keyText writes parts so that no two lists of parts are written alike.
type keyText struct{ b strings.Builder }

func (k *keyText) number(n int64) {
	var digits [20]byte
	k.b.Write(strconv.AppendInt(digits[:0], n, 10))
	k.b.WriteByte(';')
}

func (k *keyText) text(s string) {
	k.number(int64(len(s)))
	k.b.WriteString(s)
}

func (k *keyText) flag(v *bool) {
	switch {
	case v == nil:
		k.b.WriteByte('-')
	case *v:
		k.b.WriteByte('y')
	default:
		k.b.WriteByte('n')
	}
}

func (k *keyText) count(v *int) {
	if v == nil {
		k.b.WriteByte('-')
		return
	}
	k.number(int64(*v))
}

func list[T ~string](k *keyText, values []T) {
	k.number(int64(len(values)))
	for _, v := range values {
		k.text(string(v))
	}
}
