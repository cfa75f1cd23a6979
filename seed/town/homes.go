package town

import (
	"slices"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/sink"
)

// household is a make of household: who lives together, and how many of a thousand households are so. With these shares
// a household has 2.6 people; drawHomes turns couples into families until the people are exactly as many as asked.
type household struct {
	name   string
	people int
	share  int
}

// The makes, by index.
const (
	elderAlone = iota
	adultAlone
	elderCouple
	couple
	family3
	family4
	three4
	three5
	skip3
	parent2
	three6
)

var makes = []household{
	elderAlone:  {"an elderly person alone", 1, 0}, // as many as the preset says
	adultAlone:  {"an adult alone", 1, 100},
	elderCouple: {"an elderly couple", 2, 150},
	couple:      {"a couple", 2, 215},
	family3:     {"parents and a child", 3, 290},
	family4:     {"parents and two children", 4, 100},
	three4:      {"parents, a child and a grandparent", 4, 45},
	three5:      {"parents, a child and grandparents", 5, 62},
	skip3:       {"grandparents and a grandchild", 3, 25},
	parent2:     {"a parent and a child", 2, 13},
	three6:      {"parents, two children and grandparents", 6, 0},
}

// drawHomes draws which doors are households, and who lives there.
func (w *World) drawHomes() {
	weights := make([]int, len(w.Areas))
	caps := make([]int, len(w.Areas))
	for ai, a := range w.Areas {
		for bi := a.Buildings.From; bi < a.Buildings.To; bi++ {
			caps[ai] += w.doors(bi)
		}
		weights[ai] = a.Weight
	}
	homes := draw.ShareCapped(w.Figures.Households, weights, caps)
	people := draw.Share(w.Figures.People, homes)
	alone := draw.Share(w.Care.Alone, homes)
	unflagged := w.drawUnflagged(alone)
	for ai := range w.Areas {
		s := w.Stream("homes/" + w.Areas[ai].Code)
		from := len(w.Homes)
		w.openDoors(s, ai, homes[ai])
		w.Areas[ai].Homes = Range{from, len(w.Homes)}
		w.drawMakes(s, ai, alone[ai], unflagged[ai], people[ai])
	}
}

// drawUnflagged is how many elderly people live alone without the flag in each area: areas round their shares down,
// unless that would leave fewer than one in a hundred.
func (w *World) drawUnflagged(alone []int) []int {
	quota := figures.Quota(figures.ElderUnflagged, w.Care.Alone)
	out, total := make([]int, len(alone)), 0
	for ai, n := range alone {
		out[ai] = quota * n / max(w.Care.Alone, 1)
		total += out[ai]
	}
	if total*100 < w.Care.Alone+total {
		return draw.Share(quota, alone)
	}
	return out
}

// openDoors draws the doors that are households: more of them in buildings with more doors.
func (w *World) openDoors(s *draw.Stream, ai, homes int) {
	a := w.Areas[ai]
	if w.Rural() {
		for bi := a.Buildings.From; bi < a.Buildings.To; bi++ {
			w.openHouse(s, bi)
		}
		return
	}
	first := w.Buildings[a.Buildings.From].Entrances.From
	var weights, caps []int
	for bi := a.Buildings.From; bi < a.Buildings.To; bi++ {
		for e := w.Buildings[bi].Entrances.From; e < w.Buildings[bi].Entrances.To; e++ {
			weights = append(weights, w.Entrances[e].Doors*s.Between(70, 130))
			caps = append(caps, w.Entrances[e].Doors)
		}
	}
	open := draw.ShareCapped(homes, weights, caps)
	for bi := a.Buildings.From; bi < a.Buildings.To; bi++ {
		b := &w.Buildings[bi]
		b.Homes.From = len(w.Homes)
		for e := b.Entrances.From; e < b.Entrances.To; e++ {
			w.openEntrance(s, e, open[e-first])
		}
		b.Homes.To = len(w.Homes)
	}
}

func (w *World) openEntrance(s *draw.Stream, e, n int) {
	en := &w.Entrances[e]
	doors := make([]int, en.Doors)
	for i := range doors {
		doors[i] = i
	}
	doors = draw.Sample(s, doors, n)
	slices.Sort(doors)
	en.Homes.From = len(w.Homes)
	for _, d := range doors {
		w.addHome(s, en.Building, e, d)
	}
	en.Homes.To = len(w.Homes)
}

func (w *World) openHouse(s *draw.Stream, bi int) {
	b := &w.Buildings[bi]
	b.Homes = Range{len(w.Homes), len(w.Homes) + 1}
	w.addHome(s, bi, None, 0)
}

func (w *World) addHome(s *draw.Stream, bi, e, door int) {
	b := &w.Buildings[bi]
	year := s.Between(b.Built+1, 2024)
	w.Homes = append(w.Homes, Home{
		Building: bi, Entrance: e, Door: uint8(door), //nolint:gosec // an entrance has some dozens of doors
		Moved: kg.NewDate(year, 1, 1) + kg.Date(s.N(365)), Refuses: None,
	})
	h := len(w.Homes) - 1
	w.Homes[h].token = sink.NodeToken(kg.KindHousehold, string(b.ID), w.Number(h))
}

// drawMakes gives each household of an area its make. Elderly people who live alone come by the weights of their
// compounds: most of them live in old ones.
func (w *World) drawMakes(s *draw.Stream, ai, alone, unflagged, people int) {
	a := w.Areas[ai]
	others := w.markAlone(s, ai, alone)
	draw.Shuffle(s, others)
	for _, h := range others[:unflagged] {
		w.Homes[h].Make = elderAlone // without the flag: a planted fault, noted when the person is drawn
	}
	others = others[unflagged:]
	shares := make([]int, len(makes))
	for i, m := range makes {
		shares[i] = m.share
	}
	if w.Figures.Makes != nil {
		shares = w.Figures.Makes
	}
	k := 0
	for m, n := range draw.Share(len(others), shares) {
		for range n {
			w.Homes[others[k]].Make = uint8(m) //nolint:gosec // the makes are a dozen
			k++
		}
	}
	missing := people
	for h := a.Homes.From; h < a.Homes.To; h++ {
		missing -= makes[w.Homes[h].Make].people
	}
	w.fitPeople(others, missing)
}

// fitPeople turns couples into families of three, or the other way round, until nobody is missing; where that does not
// suffice, families of three into those of four as well.
func (w *World) fitPeople(homes []int, missing int) {
	for _, step := range [][2]uint8{{couple, family3}, {family3, family4}} {
		for _, h := range homes {
			switch m := &w.Homes[h].Make; {
			case missing > 0 && *m == step[0]:
				*m = step[1]
				missing--
			case missing < 0 && *m == step[1]:
				*m = step[0]
				missing++
			}
		}
	}
}

// markAlone chooses the households of elderly people who live alone, and gives the other ones.
func (w *World) markAlone(s *draw.Stream, ai, alone int) []int {
	a := w.Areas[ai]
	type group struct{ homes []int }
	var groups []group
	var weights, caps []int
	add := func(homes Range, weight int) {
		g := group{}
		for h := homes.From; h < homes.To; h++ {
			g.homes = append(g.homes, h)
		}
		groups = append(groups, g)
		weights = append(weights, weight*len(g.homes))
		caps = append(caps, len(g.homes)/2)
	}
	if w.Rural() {
		add(a.Homes, 1)
	}
	for ci := a.Compounds.From; ci < a.Compounds.To; ci++ {
		c := w.Compounds[ci]
		add(Range{w.Buildings[c.Buildings.From].Homes.From, w.Buildings[c.Buildings.To-1].Homes.To}, c.Elder*s.Between(40, 160))
	}
	var others []int
	for i, n := range draw.ShareCapped(alone, weights, caps) {
		draw.Shuffle(s, groups[i].homes)
		for _, h := range groups[i].homes[:n] {
			w.Homes[h].Make, w.Homes[h].Alone = elderAlone, true
		}
		others = append(others, groups[i].homes[n:]...)
	}
	return others
}
