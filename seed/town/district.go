package town

import (
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
)

// drawSocial gives every community its social organizations; each meets in some residential building.
func (w *World) drawSocial(s *draw.Stream) {
	kinds := []string{"志愿服务队", "舞蹈队", "合唱团", "书画社", "太极拳队", "助老服务社", "调解室", "粤剧社", "环保小组", "亲子会", "读书会", "义诊队"}
	n := 0
	for ai, count := range draw.Share(w.Figures.Units.Social, draw.Even(len(w.Areas))) {
		a := w.Areas[ai]
		for k := range count {
			n++
			name := fmt.Sprintf("%s示例%s", a.Short, kinds[k%len(kinds)])
			if k >= len(kinds) {
				name = fmt.Sprintf("%s%d", name, k/len(kinds)+1)
			}
			w.addUnit("N", figures.UnitRow{Name: name, Kind: "social organization"}, Social, ai, a.Buildings.From+s.N(a.Centre-a.Buildings.From))
		}
	}
}

// drawRecorded marks the households that are among the recorded dwellings, spread over the areas by their households.
func (w *World) drawRecorded() {
	weights := make([]int, len(w.Areas))
	for ai := range w.Areas {
		weights[ai] = w.Areas[ai].Homes.Len()
	}
	for ai, n := range draw.Share(w.Figures.Recorded, weights) {
		for _, h := range draw.Sample(w.Stream("recorded/"+w.Areas[ai].Code), indices(w.Areas[ai].Homes), n) {
			w.Homes[h].Recorded = true
		}
	}
}

func indices(r Range) []int {
	out := make([]int, 0, r.Len())
	for i := r.From; i < r.To; i++ {
		out = append(out, i)
	}
	return out
}

// drawLifts adds lifts to entrances of older buildings of five floors and more.
func (w *World) drawLifts() {
	var fit []int
	for e := range w.Entrances {
		if b := &w.Buildings[w.Entrances[e].Building]; !b.Lift && b.Floors >= 5 {
			fit = append(fit, e)
		}
	}
	for _, e := range draw.Sample(w.Stream("lifts"), fit, w.Care.AddedLifts) {
		w.Entrances[e].Lift = true
	}
}

// drawImpaired gives one person in each of so many households the flag of the visually impaired: the oldest.
func (w *World) drawImpaired() {
	weights := make([]int, len(w.Areas))
	for ai := range w.Areas {
		weights[ai] = w.Areas[ai].Homes.Len()
	}
	for ai, n := range draw.Share(w.Care.VisuallyImpaired, weights) {
		s := w.Stream("impaired/" + w.Areas[ai].Code)
		for _, h := range draw.Sample(s, indices(w.Areas[ai].Homes), n) {
			people := indices(w.Homes[h].People)
			w.People[slices.MaxFunc(people, func(a, b int) int { return w.People[a].Age - w.People[b].Age })].flag(s, kg.VisuallyImpaired)
		}
	}
}
