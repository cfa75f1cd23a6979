package acceptance

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"lintu/reach/barrier"
)

func TestNearbySaysWhoIsAcrossABarrierAndPutsThemLast(t *testing.T) {
	engines(t, villageData, func(t *testing.T, plain *edge) {
		to := plain.elder(t)
		var door struct {
			Household struct {
				Ancestors struct {
					Nodes []struct {
						Point struct{ Latitude, Longitude float64 }
					}
				}
			}
		}
		where := plain.data(t, `query($to: ID!) { household(id: $to) { ancestors(kinds: [BUILDING]) { nodes { ... on Building { point { latitude longitude } } } } } }`, map[string]any{"to": to})
		if err := json.Unmarshal(where.Data, &door); err != nil {
			t.Fatal(err)
		}
		point := door.Household.Ancestors.Nodes[0].Point
		lines, err := barrier.Parse(fmt.Appendf(nil, `{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"kind": "railway"},
			"geometry": {"type": "LineString", "coordinates": [[%[1]v, %[2]v], [%[1]v, %[3]v]]}}]}`, point.Longitude+0.0002, point.Latitude-0.1, point.Latitude+0.1))
		if err != nil {
			t.Fatal(err)
		}
		behind := newEdgeBehind(t, plain.store, lines)

		type hit struct {
			AcrossBarrier bool
			Distance      float64
			Node          struct{ ID string }
		}
		type connection struct {
			TotalCount, AcrossBarrier int
			BarriersLoaded            bool
			PageInfo                  struct{ EndCursor *string }
			Edges                     []hit
		}
		ask := func(e *edge, first int, after any) connection {
			var c struct{ Nearby connection }
			a := e.data(t, `query($to: ID!, $at: DateTime, $first: Int!, $after: String) { nearby(to: {household: $to}, at: $at, radius: 1500, first: $first, after: $after) {
				totalCount acrossBarrier barriersLoaded pageInfo { endCursor } edges { acrossBarrier distance node { id } } } }`,
				map[string]any{"to": to, "at": evening, "first": first, "after": after})
			if err := json.Unmarshal(a.Data, &c); err != nil {
				t.Fatal(err)
			}
			return c.Nearby
		}
		without, with := ask(plain, 200, nil), ask(behind, 200, nil)
		if without.BarriersLoaded || without.AcrossBarrier != 0 || !with.BarriersLoaded || with.TotalCount != without.TotalCount {
			t.Fatalf("without lines %+v\nwith one %+v", without, with)
		}
		if n := with.AcrossBarrier; n == 0 || n == with.TotalCount {
			t.Fatalf("%d of %d are across", n, with.TotalCount)
		}
		for i, h := range with.Edges {
			if want := i >= with.TotalCount-with.AcrossBarrier; h.AcrossBarrier != want {
				t.Errorf("place %d of %d is across: %v", i, with.TotalCount, h.AcrossBarrier)
			}
		}
		var walked []hit
		for after := any(nil); len(walked) < with.TotalCount; {
			page := ask(behind, 2, after)
			if len(page.Edges) == 0 {
				break
			}
			walked, after = append(walked, page.Edges...), *page.PageInfo.EndCursor
		}
		if !reflect.DeepEqual(walked, with.Edges) {
			t.Errorf("pages of two give %v, the whole %v", walked, with.Edges)
		}
	})
}
