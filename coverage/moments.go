package coverage

import (
	"context"
	"hash/maphash"
	"runtime"
	"slices"
	"sync"
	"time"

	"lintu/kg"
	"lintu/reach"
)

// moment is a standing that holds at one or several of the asked instants.
type moment struct {
	scene *reach.Scene
	stand *reach.Standing // of the first instant
	times int
	at    []int // the instants, by their place among those asked
}

var seed = maphash.MakeSeed()

// moments are the different standings at some instants, in the order of the first of each. The scene of a date is
// found once, and those that are the same are taken for one.
func (c *Coverage) moments(ctx context.Context, at []time.Time, sceneOn func(kg.Date) (*reach.Scene, error)) ([]moment, error) {
	scenes, err := c.scenes(ctx, at, sceneOn)
	if err != nil {
		return nil, err
	}
	type standing struct {
		scene *reach.Scene
		hash  uint64
	}
	var out []moment
	known := map[standing][]int{}
	stands := make([]*reach.Standing, len(at))
	err = each(ctx, len(at), func(i int) (func(), error) {
		stands[i] = scenes[c.dateOf(at[i])].Stand(at[i])
		return nil, nil
	})
	if err != nil {
		return nil, err
	}
	for i, st := range stands {
		sc := scenes[c.dateOf(at[i])]
		key := standing{sc, hashOf(st)}
		same := slices.IndexFunc(known[key], func(n int) bool { return c.sameAt(out[n].stand, st) })
		if same < 0 {
			known[key] = append(known[key], len(out))
			out = append(out, moment{scene: sc, stand: st, times: 1, at: []int{i}})
			continue
		}
		m := &out[known[key][same]]
		m.times++
		m.at = append(m.at, i)
	}
	return out, nil
}

func (c *Coverage) dateOf(at time.Time) kg.Date { return kg.DateOf(at, c.snapshot.Location()) }

// sameAt says whether the same is counted at two standings of a scene.
func (c *Coverage) sameAt(a, b *reach.Standing) bool {
	if c.Query.Provider.Duty != nil {
		return a.At.Equal(b.At)
	}
	return a.Same(b)
}

func hashOf(st *reach.Standing) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	var bytes [1024]byte
	for part := range slices.Chunk(st.Station, len(bytes)/4) {
		for i, at := range part {
			bytes[4*i], bytes[4*i+1], bytes[4*i+2], bytes[4*i+3] = byte(at), byte(at>>8), byte(at>>16), byte(at>>24)
		}
		h.Write(bytes[:4*len(part)])
	}
	return h.Sum64()
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
