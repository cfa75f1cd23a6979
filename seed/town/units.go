package town

import (
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/sink"
)

// Unit is an employer.
type Unit struct {
	ID       kg.ID
	Code     string
	Name     string
	Kind     string
	Staff    int // its size in proportion
	Area     int // where it is
	Building int
	Homeless bool // its tie to the building is left out: a planted fault
	Class    UnitClass
	Party    bool   // it has a party organization
	Paired   []int  // areas; the first one is where it is resident, if Resident
	Resident bool   // it is a unit of the first of them
	Staffed  []int  // people who work there, filled by drawJobs
	Members  []int  // those of them and of its retired who belong to its party organization
	OrgID    kg.ID  // of the party organization
	OrgKind  string // branch, committee
}

// UnitClass is what a unit is to the preset.
type UnitClass uint8

// The classes.
const (
	Listed UnitClass = iota // on the preset's list: those with party organizations, which are paired
	Firm                    // a property firm
	Shop
	StreetOffice
	Social // a social organization of a community
)

// drawUnits draws the units and where they are, who manages which compound, and which areas they are paired with.
func (w *World) drawUnits() {
	s := w.Stream("units")
	w.listedUnits(s)
	w.drawFirms(s)
	w.drawShops(s)
	w.drawStreetOffices()
	w.drawSocial(s)
	w.drawManagers(s)
	w.drawPairings(s)
	var all []int
	for u := range w.Units {
		if w.Units[u].Class == Shop || w.Units[u].Class == Social {
			all = append(all, u)
		}
	}
	for u := range w.Broken(figures.UnitNoBuilding, all) {
		w.Units[u].Homeless = true
	}
	for _, u := range all {
		if w.Units[u].Homeless {
			w.Plant(figures.UnitNoBuilding, w.Units[u].ID, w.Units[u].Name+" is located in no building")
		}
	}
}

func (w *World) addUnit(n string, r figures.UnitRow, class UnitClass, area, building int) {
	code := fmt.Sprintf("%s-%s%03d", w.Mark, n, w.countUnits(class)+1)
	w.Units = append(w.Units, Unit{
		ID: sink.NodeID(kg.KindUnit, code), Code: code, Name: r.Name, Kind: r.Kind, Staff: r.Staff,
		Area: area, Building: building, Class: class, Party: class == Listed,
	})
}

func (w *World) countUnits(class UnitClass) int {
	n := 0
	for u := range w.Units {
		if w.Units[u].Class == class {
			n++
		}
	}
	return n
}

// listedUnits deals the listed units to areas; each takes an office building, in a village a house.
func (w *World) listedUnits(s *draw.Stream) {
	list := append([]figures.UnitRow(nil), w.Figures.Units.List...)
	draw.Shuffle(s, list)
	next := 0
	for ai, n := range draw.Share(len(list), w.areaWeights()) {
		a := w.Areas[ai]
		for k := range n {
			b := a.Centre + 1 + k
			if w.Rural() {
				b = a.Buildings.From + s.N(a.Buildings.Len())
			}
			w.addUnit("U", list[next], Listed, ai, b)
			next++
		}
	}
}

// drawFirms deals the property-run compounds to firms; each firm sits in the first compound that it serves.
func (w *World) drawFirms(s *draw.Stream) {
	if w.Figures.Units.RedCompounds > 0 {
		w.drawRedFirms(s)
		return
	}
	var run []int
	for ci := range w.Compounds {
		if w.Compounds[ci].Kind == kg.ManagedByProperty {
			run = append(run, ci)
		}
	}
	draw.Shuffle(s, run)
	base := len(w.Units)
	for f, ci := range run {
		if f < w.Figures.Units.Firms {
			w.addFirm(f, ci)
		}
		u := base + f%max(w.Figures.Units.Firms, 1)
		w.Compounds[ci].Unit = u
		w.Compounds[ci].Red = w.Units[u].Party
	}
}

// addFirm adds the firm with the number, from 0, with its seat in a compound; the first ones have a party branch.
func (w *World) addFirm(f, ci int) {
	c := w.Compounds[ci]
	row := figures.UnitRow{Name: fmt.Sprintf("%s示例物业公司%d", w.Town, f+1), Kind: "property company", Staff: 3}
	w.addUnit("F", row, Firm, c.Area, c.Buildings.From)
	w.Units[len(w.Units)-1].Party = f < w.Figures.Units.FirmBranches
}

// drawRedFirms deals the property-run compounds to the firms with a branch, and all others to the other firms.
func (w *World) drawRedFirms(s *draw.Stream) {
	var red, others []int
	for ci := range w.Compounds {
		if w.Compounds[ci].Kind == kg.ManagedByProperty {
			red = append(red, ci)
		} else {
			others = append(others, ci)
		}
	}
	draw.Shuffle(s, red)
	draw.Shuffle(s, others)
	base, branches, firms := len(w.Units), w.Figures.Units.FirmBranches, w.Figures.Units.Firms
	for f := range firms {
		if f < branches {
			w.addFirm(f, red[f])
		} else {
			w.addFirm(f, others[f-branches])
		}
	}
	for k, ci := range red {
		w.Compounds[ci].Unit, w.Compounds[ci].Red = base+k%branches, true
	}
	for k, ci := range others {
		w.Compounds[ci].Unit = base + branches + k%(firms-branches)
	}
}

func (w *World) drawShops(s *draw.Stream) {
	kinds := []string{"便民超市", "药店", "早餐店", "理发店", "五金店", "快递驿站", "家政服务部", "修理铺"}
	for n := range w.Figures.Units.Shops {
		ai := n % len(w.Areas)
		a := w.Areas[ai]
		row := figures.UnitRow{Name: fmt.Sprintf("示例%s%d号店", kinds[n%len(kinds)], n/len(kinds)+1), Kind: "enterprise", Staff: 1}
		homes := a.Buildings.Len()
		if a.Centre != None {
			homes = a.Centre - a.Buildings.From
		}
		w.addUnit("S", row, Shop, ai, a.Buildings.From+s.N(homes))
	}
}

// Townships are the streets, towns and townships that areas of the preset lie in.
func (w *World) Townships() []figures.Division {
	var out []figures.Division
	for _, d := range w.Parents {
		if d.Form != "" && slices.ContainsFunc(w.Figures.Areas, func(a figures.Area) bool { return a.Parent == d.Code }) {
			out = append(out, d)
		}
	}
	return out
}

// drawStreetOffices adds the office of each street, or the government of a town, in the first of its communities.
func (w *World) drawStreetOffices() {
	if !w.Figures.Units.StreetOffice {
		return
	}
	for _, d := range w.Townships() {
		name := d.Name + "办事处"
		if d.Form != kg.FormStreet {
			name = d.Name + "人民政府"
		}
		for ai, a := range w.Areas {
			if a.Parent == d.Code {
				w.addUnit("T", figures.UnitRow{Name: name, Kind: "government", Staff: 4}, StreetOffice, ai, a.Buildings.To-1)
				break
			}
		}
	}
}

// drawManagers gives each unit-run compound the unit that runs it.
func (w *World) drawManagers(s *draw.Stream) {
	listed := len(w.Figures.Units.List)
	for ci := range w.Compounds {
		if w.Compounds[ci].Kind == kg.ManagedByUnit {
			w.Compounds[ci].Unit = s.N(listed)
		}
	}
}

// drawPairings pairs each listed unit with one to five areas, the one where it is among them in seven of ten cases.
func (w *World) drawPairings(s *draw.Stream) {
	var listed []int
	for u := range w.Units {
		if w.Units[u].Class == Listed {
			listed = append(listed, u)
		}
	}
	broken := w.Broken(figures.UnitUnpaired, listed)
	for _, ui := range listed {
		u := &w.Units[ui]
		if broken[ui] {
			w.Plant(figures.UnitUnpaired, u.ID, u.Name+" is paired with no area")
			continue
		}
		u.Resident = s.Chance(700) || len(w.Areas) == 1
		n := min(1+s.Weighted([]int{60, 25, 10, 4, 1}), len(w.Areas))
		var others []int
		for ai := range w.Areas {
			if ai != u.Area {
				others = append(others, ai)
			}
		}
		if u.Resident {
			u.Paired = append([]int{u.Area}, draw.Sample(s, others, n-1)...)
		} else {
			u.Paired = draw.Sample(s, others, n)
		}
	}
}

// EmitUnits emits units with where they are, what they manage and what they are paired with.
func (w *World) EmitUnits() {
	s := w.Stream("units/dates")
	for ui := range w.Units {
		u := &w.Units[ui]
		w.Out.Node(&kg.Unit{Base: kg.Base{ID: u.ID}, Code: u.Code, Name: u.Name, UnitKind: u.Kind})
		if !u.Homeless {
			w.Out.Tie(kg.Tie{Relation: kg.LocatedIn, From: u.ID, To: w.Buildings[u.Building].ID, Valid: Since(s, 2000, 2018)})
		}
		for k, ai := range u.Paired {
			form := "PAIRED"
			if k == 0 && u.Resident {
				form = "RESIDENT"
			}
			t := kg.Tie{Relation: kg.PairedWith, From: u.ID, To: w.Areas[ai].ID, Valid: Since(s, 2020, 2023), Form: form,
				Agreement: fmt.Sprintf("共驻共建协议%s-%d", u.Code, k+1)}
			if ui == w.earlyUnit() && k == len(u.Paired)-1 {
				t.Valid.To = kg.MustDate("2026-06-30")
				w.Plant(figures.TieEndsEarly, sink.TieID(&t), u.Name+": the pairing with "+w.Areas[ai].Name+" ends on 2026-06-30")
			}
			w.Out.Tie(t)
		}
	}
	for ci := range w.Compounds {
		c := &w.Compounds[ci]
		if c.Unit == None {
			continue
		}
		role := "自管"
		if w.Units[c.Unit].Class == Firm {
			role = "物业服务"
		}
		w.Out.Tie(kg.Tie{Relation: kg.Serves, From: w.Units[c.Unit].ID, To: c.ID, Valid: Since(s, 2016, 2024), Role: role})
	}
}

// earlyUnit is the unit whose last pairing is planted to end early: the first one that has several pairings, in a
// village the first one that has any.
func (w *World) earlyUnit() int {
	for ui := range w.Units {
		if n := len(w.Units[ui].Paired); n > 1 || (n == 1 && len(w.Areas) == 1) {
			return ui
		}
	}
	return None
}

// Since is a validity that begins on a day of the years from low to high, both included, and has no end.
func Since(s *draw.Stream, low, high int) kg.Span {
	return kg.Span{From: kg.NewDate(s.Between(low, high), 1, 1) + kg.Date(s.N(365))}
}
