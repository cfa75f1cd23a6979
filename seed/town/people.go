package town

import (
	"fmt"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/sink"
)

// drawPeople draws the people of every household: names, sexes and dates of birth by the household's make.
func (w *World) drawPeople() {
	w.People = make([]Person, 0, w.Figures.People)
	for ai := range w.Areas {
		a := &w.Areas[ai]
		s := w.Stream("people/" + a.Code)
		a.People.From = len(w.People)
		for h := a.Homes.From; h < a.Homes.To; h++ {
			w.Homes[h].People.From = len(w.People)
			w.drawHousehold(s, h)
			w.Homes[h].People.To = len(w.People)
		}
		a.People.To = len(w.People)
	}
}

func (w *World) drawHousehold(s *draw.Stream, h int) {
	name := s.Surname()
	switch w.Homes[h].Make {
	case elderAlone:
		female := !s.Chance(380)
		w.addPerson(s, h, name, female, s.Between(62, 92))
		w.markElder(s, h)
	case adultAlone:
		w.addPerson(s, h, name, s.Chance(490), s.Between(22, 55))
	case elderCouple:
		w.addCouple(s, h, name, s.Between(60, 86))
	case couple:
		w.addCouple(s, h, name, s.Between(24, 58))
	case family3, family4:
		age := s.Between(26, 54)
		w.addCouple(s, h, name, age)
		w.addChildren(s, h, name, makes[w.Homes[h].Make].people-2, age)
	case three4, three5, three6:
		age := s.Between(26, 50)
		w.addCouple(s, h, name, age)
		w.addChildren(s, h, name, max(makes[w.Homes[h].Make].people-4, 1), age)
		elder := min(age+s.Between(24, 32), 92)
		if w.Homes[h].Make != three4 {
			w.addCouple(s, h, name, elder)
		} else {
			w.addPerson(s, h, name, s.Chance(490), elder)
		}
	case skip3:
		w.addCouple(s, h, name, s.Between(60, 74))
		w.addPerson(s, h, name, s.Chance(490), s.Between(2, 15))
	case parent2:
		age := s.Between(26, 50)
		w.addPerson(s, h, name, s.Chance(490), age)
		w.addChildren(s, h, name, 1, age)
	}
}

// addCouple adds a man of about the age and his wife, who keeps her own surname.
func (w *World) addCouple(s *draw.Stream, h int, name uint16, age int) {
	w.addPerson(s, h, name, false, age)
	w.addPerson(s, h, s.Surname(), true, max(age-s.Between(-2, 4), 20))
}

// addChildren adds children who were born when the parent was 22 to 36.
func (w *World) addChildren(s *draw.Stream, h int, name uint16, n, parent int) {
	for range n {
		w.addPerson(s, h, name, s.Chance(490), max(parent-s.Between(22, 36), 0))
	}
}

func (w *World) addPerson(s *draw.Stream, h int, surname uint16, female bool, age int) {
	serial := len(w.People) + 1
	p := Person{
		token: sink.NodeToken(kg.KindPerson, w.registerNo(serial)), Home: h, named: s.Name(surname), Female: female, Age: age,
		Birth: kg.NewDate(2025-age, 1, 1) + kg.Date(s.N(365)),
		Unit:  None, Site: None, FullOrgUnit: None, Colour: None, Trade: None,
	}
	p.Retired = age >= 60 || (age >= 55 && female)
	w.People = append(w.People, p)
}

// registerNo is the register number of the person with the serial number, from 1.
func (w *World) registerNo(serial int) string { return fmt.Sprintf("DEMO-%s-%07d", w.Mark, serial) }

// markElder gives the elderly person who lives alone the flag, or notes that it was left out.
func (w *World) markElder(s *draw.Stream, h int) {
	p := &w.People[len(w.People)-1]
	p.Flagged = kg.NewDate(2017, 1, 1) + kg.Date(s.N(8*365))
	if w.Homes[h].Alone {
		p.setFlag(kg.ElderlyAlone)
		return
	}
	w.Plant(figures.ElderUnflagged, p.ID(), p.Name()+" lives alone without the flag ELDERLY_ALONE")
}

// Grown says whether the person is of working age.
func (p *Person) Grown() bool { return p.Age >= 20 && !p.Retired }

// AreaOf is the area where the person lives.
func (w *World) AreaOf(pi int) int { return w.Buildings[w.Homes[w.People[pi].Home].Building].Area }
