package town

import (
	"strings"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
)

// Profile is the state of a person's responder profile.
type Profile uint8

// The states.
const (
	NoProfile    Profile = iota
	Cleared              // consent and vetting hold
	Unvetted             // consent holds, nobody has vetted the person yet
	Lapsed               // planted: the consent has ended
	VettingEnded         // planted: the vetting has ended
)

// Colours are the seven specialties of the town's volunteers by colour: care for the elderly, culture and sport,
// everyday affairs, the young, security, policy and law, women's rights.
var Colours = []string{"红", "橙", "黄", "绿", "青", "蓝", "紫"}

// Trades are other things that people can do.
var Trades = []string{"医护", "水电维修", "心理疏导", "急救", "法律", "驾驶", "开锁"}

// drawProfiles draws who has a responder profile: most members, and some of their neighbours.
func (w *World) drawProfiles() {
	var with []int
	for ai := range w.Areas {
		s := w.Stream("profiles/" + w.Areas[ai].Code)
		for pi := w.Areas[ai].People.From; pi < w.Areas[ai].People.To; pi++ {
			p := &w.People[pi]
			w.drawSkills(s, p)
			share := 0
			switch {
			case p.Age < 20 || p.Age > 72 || p.flags[0] != 0:
			case p.Member():
				share = 720
			default:
				share = w.Neighbour
			}
			if s.Chance(share) {
				p.Profile = Cleared
				with = append(with, pi)
				if s.Chance(50) {
					p.Profile = Unvetted
				}
			}
		}
	}
	w.plantProfiles(with)
}

func (w *World) drawSkills(s *draw.Stream, p *Person) {
	if p.Member() && w.Teams.Colours {
		p.Colour = s.N(len(Colours))
	}
	switch {
	case p.Unit != None && w.Units[p.Unit].Kind == "hospital":
		p.Trade = 0
	case p.Age >= 20 && s.Chance(25):
		p.Trade = 1 + s.N(len(Trades)-1)
	}
}

func (w *World) plantProfiles(with []int) {
	lapsed, ended := w.Broken(figures.ConsentExpired, with), w.Broken(figures.VettingExpired, with)
	for _, pi := range with {
		p := &w.People[pi]
		switch {
		case lapsed[pi]:
			p.Profile = Lapsed
			w.Plant(figures.ConsentExpired, p.ID(), p.Name()+": the consent to respond has ended")
		case ended[pi]:
			p.Profile = VettingEnded
			w.Plant(figures.VettingExpired, p.ID(), p.Name()+": the vetting has ended")
		}
	}
}

// profile makes the person's responder profile; nil where there is none.
func (w *World) profile(s *draw.Stream, p *Person, by string) *kg.Responder {
	if p.Profile == NoProfile {
		return nil
	}
	consent := kg.Consent{Purpose: kg.ConsentToRespond, Span: Since(s, 2021, 2023)}
	vetting := kg.Vetting{By: by, Span: kg.Span{From: consent.From + kg.Date(s.N(40))}}
	if s.Chance(300) {
		vetting.To = kg.NewDate(2037, 1, 1) + kg.Date(s.N(1000))
	}
	ended := kg.NewDate(2025, 1, 1) + kg.Date(s.N(300))
	r := &kg.Responder{Weekly: w.weekly(s, p), Limits: limits(s, p)}
	switch p.Profile {
	case Lapsed:
		consent.To = ended
	case VettingEnded:
		vetting.To = ended
	}
	r.Consents = []kg.Consent{consent}
	if p.Profile != Unvetted {
		r.Vettings = []kg.Vetting{vetting}
	}
	switch x := s.N(1000); {
	case x < 20:
		r.Pauses = []kg.Absence{{Reason: "本人暂停", Span: Since(s, 2024, 2025)}}
	case x < 35:
		r.Leaves = []kg.Absence{{Reason: "长期外出", Span: Since(s, 2024, 2025)}}
	case x < 60:
		from := kg.NewDate(2024, 3, 1) + kg.Date(s.N(300))
		r.Leaves = []kg.Absence{{Reason: "请假", Span: kg.Span{From: from, To: from + kg.Date(s.Between(5, 60))}}}
	}
	return r
}

func limits(s *draw.Stream, p *Person) kg.Limits {
	var l kg.Limits
	if s.Chance(300) {
		l.AlertsPerWeek = s.Between(2, 6)
	}
	if p.Age >= 60 && s.Chance(400) {
		l.MaxFloor = s.Between(2, 4)
	}
	if s.Chance(120) {
		l.MaxDistance = 100 * s.Between(2, 8)
	}
	return l
}

// weekly is the weekly pattern of one in ten: shifts, shops, grandparents who fetch children; empty otherwise.
func (w *World) weekly(s *draw.Stream, p *Person) string {
	switch x := s.N(1000); {
	case p.Unit != None && x < 40:
		return week(func(day, slot int) byte { // early and late shifts by turns
			early := day%2 == 0
			if (early && slot >= 14 && slot < 30) || (!early && slot >= 30 && slot < 46) {
				return 'W'
			}
			return 'H'
		})
	case p.Unit != None && x < 70:
		return week(func(day, slot int) byte { // nights, from Monday to Friday
			if day < 5 && (slot < 13 || slot >= 42) {
				return 'W'
			}
			return 'H'
		})
	case p.Unit != None && x < 100:
		return week(func(day, slot int) byte { // every day of the week from seven to nine
			if slot >= 14 && slot < 42 {
				return 'W'
			}
			return 'H'
		})
	case p.Unit == None && x < 90:
		return week(func(day, slot int) byte { // out in the morning and when school is over
			if (slot >= 13 && slot < 18) || (day < 5 && slot >= 31 && slot < 35) {
				return 'A'
			}
			return 'H'
		})
	}
	return ""
}

// week writes a weekly pattern; day is 0 on Monday, slot a half hour from 00:00.
func week(at func(day, slot int) byte) string {
	var b strings.Builder
	for i := range kg.WeekSlots {
		b.WriteByte(at(i/48, i%48))
	}
	return b.String()
}
