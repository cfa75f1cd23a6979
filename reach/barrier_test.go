package reach_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/reach"
	"lintu/reach/barrier"
	"lintu/store"
)

// rivers draws a file of lines through the towns of newTown, with crossings.
func (t *town) rivers() []byte {
	position := func() []float64 {
		return []float64{113.24 + float64(t.IntN(400))*0.000035, 23.12 + float64(t.IntN(400))*0.000035}
	}
	feature := func(kind, geometry string, coordinates any) any {
		properties := map[string]any{"kind": kind}
		if kind == "bridge" {
			properties["tolerance"] = 20 + t.IntN(300)
		}
		return map[string]any{"type": "Feature", "properties": properties, "geometry": map[string]any{"type": geometry, "coordinates": coordinates}}
	}
	var features []any
	for range 1 + t.IntN(2) {
		features = append(features, feature("river", "LineString", [][]float64{position(), position(), position()}))
	}
	for range t.IntN(3) {
		features = append(features, feature("bridge", "Point", position()))
	}
	b, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		panic(err)
	}
	return b
}

func buildWith(t testing.TB, st store.Store, file []byte) (*reach.Snapshot, *barrier.Set) {
	t.Helper()
	set, err := barrier.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := reach.Build(context.Background(), reach.Options{Store: st, Barriers: set})
	if err != nil {
		t.Fatal(err)
	}
	return s, set
}

func TestBehindBarriersAnswersAreThoseOfTheDefinitionsOnRandomTowns(t *testing.T) {
	across, beyond := 0, 0
	for seed := range uint64(8) {
		tw := newTown(seed)
		w := newWorld(tw.changes)
		var s *reach.Snapshot
		s, w.barriers = buildWith(t, load(t, tw.changes), tw.rivers())
		for range 60 {
			if compareNear(t, w, s, tw) {
				if a, err := s.Near(tw.nearQuery()); err == nil && a.Across > 0 {
					across++
				}
			}
			compareCoverage(t, w, s, tw)
			q := tw.coverQuery()
			q.AnyUnit = true
			if c, err := s.UnitCoverage(q); err == nil {
				beyond += strings.Count(coverText(c), "ACROSS_BARRIER")
			} else if !errors.Is(err, kg.ErrNotFound) {
				t.Fatal(err)
			}
		}
	}
	if across < 10 || beyond < 10 {
		t.Fatalf("%d answers with people across, %d targets that nobody else covers: the rivers run elsewhere", across, beyond)
	}
}

// riverside is a scene with a target, somebody 100 m to the north and somebody 300 m to the south of it; with a file, a
// river runs 50 m to the north.
func riverside(t *testing.T, bridges ...string) *scene {
	sc := doors(t)
	sc.building("south bank", -300)
	sc.household("bank", "south bank")
	sc.person("over the river", "flat")
	sc.person("on this side", "bank")
	if bridges != nil {
		lat := north(50).Lat
		river := fmt.Sprintf(`{"type":"Feature","properties":{"kind":"river"},"geometry":{"type":"LineString","coordinates":[[113.2,%[1]v],[113.3,%[1]v]]}}`, lat)
		file := `{"type":"FeatureCollection","features":[` + strings.Join(append([]string{river}, bridges...), ",") + `]}`
		sc.s, _ = buildWith(t, load(t, sc.Changes), []byte(file))
	}
	return sc
}

func TestWhoIsAcrossABarrierRanksLastAndCoversNobodyUnlessABridgeIsNear(t *testing.T) {
	bridge := func(east float64) string {
		return fmt.Sprintf(`{"type":"Feature","properties":{"kind":"bridge","tolerance":120},"geometry":{"type":"Point","coordinates":[%v,%v]}}`, 113.24+east/102400, north(50).Lat)
	}
	sc := riverside(t)
	sc.want("without lines", sc.people(sc.near("target", evening)), "over the river on this side")
	for name, c := range map[string]struct {
		bridge float64
		people string
		across int
	}{"a bridge 100 m away": {100, "over the river on this side", 0}, "a bridge 150 m away": {150, "on this side over the river", 1}} {
		a := riverside(t, bridge(c.bridge)).near("target", evening)
		sc.want(name, sc.people(a), c.people)
		if a.Across != c.across || a.Total != 2 || !a.Barriers {
			t.Errorf("%s: across %d of %d, barriers %v", name, a.Across, a.Total, a.Barriers)
		}
	}
}

func TestThePagesOfNearbyPutThoseAcrossABarrierLastAndLoseNobody(t *testing.T) {
	tw := newTown(3)
	s, _ := buildWith(t, load(t, tw.changes), tw.rivers())
	paged := 0
	for range 200 {
		q := tw.nearQuery()
		q.After, q.Limit = nil, 1000
		whole, err := s.Near(q)
		if err != nil || whole.Across == 0 || whole.Across == whole.Total {
			continue
		}
		paged++
		var got []reach.NearHit
		for q.Limit = 2; ; {
			page, err := s.Near(q)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, page.Hits...)
			if !page.HasNext {
				break
			}
			at := page.Hits[len(page.Hits)-1].Position()
			q.After = &at
		}
		if fmt.Sprint(got) != fmt.Sprint(whole.Hits) {
			t.Fatalf("pages %v\nwhole %v", got, whole.Hits)
		}
		for i, h := range got {
			if want := i >= len(got)-whole.Across; h.AcrossBarrier != want {
				t.Fatalf("hit %d of %d is across: %v", i, len(got), h.AcrossBarrier)
			}
		}
	}
	if paged < 3 {
		t.Fatalf("%d answers with people on both sides", paged)
	}
}

func TestWithoutLinesAnAnswerSaysThatThereAreNone(t *testing.T) {
	sc := riverside(t)
	if a := sc.near("target", evening); a.Barriers || a.Across != 0 || a.Total != 2 {
		t.Errorf("barriers %v, across %d, total %d", a.Barriers, a.Across, a.Total)
	}
}
