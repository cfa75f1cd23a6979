package coverage

import (
	"cmp"
	"context"
	"encoding/binary"
	"hash/maphash"
	"runtime"
	"slices"
	"sync"
	"time"

	"lintu/kg"
	"lintu/reach"
)

// moment is the instants at which the same people stand at the same places.
type moment struct {
	scene *reach.Scene
	at    []int // by their place among those asked, ascending
}

// moments goes through the different standings at some instants, on all processors, and gives them in the order of the
// first of each. The scene of a date is found once, and those that are the same are taken for one. What count returns
// is called by one at a time. Standings are large: nobody keeps one whose count is done.
func (c *Coverage) moments(ctx context.Context, at []time.Time, sceneOn func(kg.Date) (*reach.Scene, error), count func(m *moment, st *reach.Standing) (then func(), _ error)) ([]*moment, error) {
	scenes, err := c.scenes(ctx, at, sceneOn)
	if err != nil {
		return nil, err
	}
	var (
		mu    sync.Mutex // guards known and the instants of each
		known = map[standing]*moment{}
	)
	err = each(ctx, len(at), func(i int) (func(), error) {
		sc := scenes[c.dateOf(at[i])]
		st := sc.Stand(at[i])
		key := c.standing(sc, st)
		mu.Lock()
		m := known[key]
		first := m == nil
		if first {
			m = &moment{scene: sc}
			known[key] = m
		}
		m.at = append(m.at, i)
		mu.Unlock()
		if !first {
			return nil, nil
		}
		return count(m, st)
	})
	if err != nil {
		return nil, err
	}
	out := make([]*moment, 0, len(known))
	for _, m := range known {
		slices.Sort(m.at)
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b *moment) int { return cmp.Compare(a.at[0], b.at[0]) })
	return out, nil
}

func (c *Coverage) dateOf(at time.Time) kg.Date { return kg.DateOf(at, c.snapshot.Location()) }

// standing tells standings of a scene apart by two hashes of where everybody is: 128 bits that nobody chooses.
type standing struct {
	scene   *reach.Scene
	hashes  [2]uint64
	present int
	at      int64 // the instant, where people's places are not all that counts
}

var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func (c *Coverage) standing(sc *reach.Scene, st *reach.Standing) standing {
	key := standing{scene: sc, present: st.Present}
	if c.body.query.Provider.Duty != nil {
		key.at = st.At.UnixNano()
		return key
	}
	var h [2]maphash.Hash
	h[0].SetSeed(seeds[0])
	h[1].SetSeed(seeds[1])
	var bytes [1024]byte
	for part := range slices.Chunk(st.Station, len(bytes)/4) {
		for i, at := range part {
			binary.LittleEndian.PutUint32(bytes[4*i:], uint32(at))
		}
		for i := range h {
			h[i].Write(bytes[:4*len(part)])
		}
	}
	key.hashes = [2]uint64{h[0].Sum64(), h[1].Sum64()}
	return key
}

// scenes are those of the dates of some instants; of those that are the same, one.
func (c *Coverage) scenes(ctx context.Context, at []time.Time, sceneOn func(kg.Date) (*reach.Scene, error)) (map[kg.Date]*reach.Scene, error) {
	var dates []kg.Date
	for _, t := range at {
		if d := c.dateOf(t); !slices.Contains(dates, d) {
			dates = append(dates, d)
		}
	}
	made := make([]*reach.Scene, len(dates))
	err := each(ctx, len(dates), func(i int) (func(), error) {
		var err error
		made[i], err = sceneOn(dates[i])
		return nil, err
	})
	if err != nil {
		return nil, err
	}
	out := map[kg.Date]*reach.Scene{}
	distinct := []*reach.Scene{c.scene}
	duty := c.body.query.Provider.Duty != nil // which scenes that are the same do not tell
	for i, sc := range made {
		same := slices.IndexFunc(distinct, func(o *reach.Scene) bool { return !duty && o.Same(sc) })
		if same < 0 {
			same = len(distinct)
			distinct = append(distinct, sc)
		}
		out[dates[i]] = distinct[same]
	}
	return out, nil
}

// each does n things on all processors. What do returns is called by one at a time. The first error ends it.
func each(ctx context.Context, n int, do func(i int) (then func(), _ error)) error {
	var (
		mu    sync.Mutex // guards the following, and lets one do its then
		next  int
		first error
		group sync.WaitGroup
	)
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		if first == nil {
			first = ctx.Err()
		}
		next++
		return next - 1, first == nil && next <= n
	}
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i, more := take(); more; i, more = take() {
				then, err := do(i)
				mu.Lock()
				if err != nil && first == nil {
					first = err
				}
				if err == nil && then != nil {
					then()
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return first
}
