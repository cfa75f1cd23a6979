package town

import (
	"slices"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
)

// drawCare draws the other care flags of people, what households need, and which of them have a doorbell.
func (w *World) drawCare() {
	w.drawImpaired()
	for ai := range w.Areas {
		s := w.Stream("care/" + w.Areas[ai].Code)
		for h := w.Areas[ai].Homes.From; h < w.Areas[ai].Homes.To; h++ {
			w.flagHousehold(s, h)
		}
	}
	s := w.Stream("doorbells")
	for _, h := range draw.Sample(s, w.AloneHomes(), w.Care.Doorbells) {
		w.Homes[h].Doorbell = true
	}
}

// AloneHomes are the households of elderly people who live alone and are flagged so, in order.
func (w *World) AloneHomes() []int {
	var out []int
	for h := range w.Homes {
		if w.Homes[h].Alone {
			out = append(out, h)
		}
	}
	return out
}

func (w *World) flagHousehold(s *draw.Stream, h int) {
	home := &w.Homes[h]
	for pi := home.People.From; pi < home.People.To; pi++ {
		w.flagPerson(s, pi)
	}
	home.Hard = s.Chance(18) || (home.Alone && s.Chance(60))
	home.Martyr = s.Chance(1)
	home.Level = w.careLevel(h)
}

// flagPerson adds the flags that fit the person's age and household to those drawn so far.
func (w *World) flagPerson(s *draw.Stream, pi int) {
	p := &w.People[pi]
	kind := w.Homes[p.Home].Make
	switch {
	case w.Homes[p.Home].Alone && s.Chance(40):
		p.flag(s, kg.NoKin)
	case kind == elderCouple && s.Chance(30):
		p.flag(s, kg.LeftBehindElder)
	case kind == skip3 && p.Age < 16 && s.Chance(450):
		p.flag(s, kg.LeftBehindChild)
	}
	if p.Age >= 70 && s.Chance(60) {
		p.flag(s, kg.SelfCareDifficulty)
	}
	switch {
	case w.Care.VisuallyImpaired == 0 && s.Chance(3+p.Age/25):
		p.flag(s, kg.VisuallyImpaired)
	case s.Chance(12):
		p.flag(s, kg.Disabled)
	}
}

// careFlag is a care flag in a byte: an index of careFlags; 0 is none.
type careFlag uint8

var careFlags = []string{"", kg.ElderlyAlone, kg.NoKin, kg.LeftBehindElder, kg.LeftBehindChild, kg.SelfCareDifficulty, kg.VisuallyImpaired, kg.Disabled}

// Flags are the person's care flags.
func (p *Person) Flags() []string {
	var out []string
	for _, f := range p.flags {
		if f != 0 {
			out = append(out, careFlags[f])
		}
	}
	return out
}

func (p *Person) setFlag(value string) {
	if free := slices.Index(p.flags[:], 0); free >= 0 {
		p.flags[free] = careFlag(slices.Index(careFlags, value))
	}
}

func (p *Person) flag(s *draw.Stream, value string) {
	p.setFlag(value)
	if p.Flagged == 0 {
		p.Flagged = max(kg.NewDate(2016, 1, 1)+kg.Date(s.N(9*365)), p.Birth+400)
		if p.Flagged >= figures.Reference {
			p.Flagged = figures.Reference - 30
		}
	}
}

// HasFlag says whether the person has the care flag.
func (p *Person) HasFlag(value string) bool {
	for _, f := range p.flags {
		if f != 0 && careFlags[f] == value {
			return true
		}
	}
	return false
}

// careLevel is red around the clock, yellow regularly, blue on request; empty where nobody needs care.
func (w *World) careLevel(h int) kg.CareLevel {
	home := w.Homes[h]
	level := kg.CareLevel("")
	if home.Hard {
		level = kg.CareBlue
	}
	for pi := home.People.From; pi < home.People.To; pi++ {
		p := &w.People[pi]
		switch {
		case p.HasFlag(kg.NoKin), home.Alone && p.HasFlag(kg.SelfCareDifficulty):
			return kg.CareRed
		case home.Alone && p.Age >= 75, p.HasFlag(kg.SelfCareDifficulty), p.HasFlag(kg.LeftBehindChild):
			level = kg.CareYellow
		case p.flags[0] != 0 && level == "":
			level = kg.CareBlue
		}
	}
	return level
}

// Needy says whether anything about the household asks for care.
func (w *World) Needy(h int) bool { return w.Homes[h].Level != "" || w.Homes[h].Martyr }

// drawRefusals draws a few cared-for households that refuse one neighbour as a responder.
func (w *World) drawRefusals() {
	for ai := range w.Areas {
		s := w.Stream("refusals/" + w.Areas[ai].Code)
		near := w.respondersByBuilding(ai)
		for h := w.Areas[ai].Homes.From; h < w.Areas[ai].Homes.To; h++ {
			home := &w.Homes[h]
			if !home.Alone || !s.Chance(15) {
				continue
			}
			for _, pi := range near[home.Building-w.Areas[ai].Buildings.From] {
				if w.People[pi].Home != h {
					home.Refuses = pi
				}
			}
		}
	}
}

// respondersByBuilding are the people of an area who have a profile, by building, in order.
func (w *World) respondersByBuilding(ai int) [][]int {
	a := w.Areas[ai]
	out := make([][]int, a.Buildings.Len())
	for pi := a.People.From; pi < a.People.To; pi++ {
		if w.People[pi].Profile != NoProfile {
			b := w.Homes[w.People[pi].Home].Building - a.Buildings.From
			out[b] = append(out[b], pi)
		}
	}
	return out
}
