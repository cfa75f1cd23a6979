package civic

import (
	"fmt"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/sink"
	"lintu/seed/town"
)

// emitContacts gives elderly people who live alone their emergency contacts and key holders: every household with a
// doorbell but for planted ones, and most of the others. Kin may live in another community.
func (c *Town) emitContacts() {
	var bells []int
	for _, h := range c.AloneHomes() {
		if c.Homes[h].Doorbell {
			bells = append(bells, h)
		}
	}
	broken := c.Broken(figures.DoorbellNoContact, bells)
	s := c.Stream("contacts")
	for _, h := range c.AloneHomes() {
		b := c.Buildings[c.Homes[h].Building]
		if broken[h] {
			c.Plant(figures.DoorbellNoContact, c.Homes[h].ID(), b.Name+c.Number(h)+" has a doorbell and no emergency contact")
			continue
		}
		if c.Homes[h].Doorbell || s.Chance(800) {
			c.contactsOf(s, h, b.Area)
		}
		if s.Chance(450) {
			c.keyholderOf(s, h)
		}
	}
}

// contactsOf adds one or two contacts: kin, or where the elderly person has none a community worker or neighbour.
func (c *Town) contactsOf(s *draw.Stream, h, area int) {
	if c.noKin(h) {
		pi := someone(s, c.workers[area], c.without(c.membersOf(area), h))
		c.contact(s, pi, h, "社区工作者", 1)
		return
	}
	n := 1 + s.N(2)
	last := town.None
	for rank := 1; rank <= n; rank++ {
		where := area
		if s.Chance(400) {
			where = s.N(len(c.Areas))
		}
		pi := c.kin(s, h, where)
		if pi == town.None || pi == last {
			pi = someone(s, c.without(c.membersOf(area), h))
		}
		if pi == last {
			return
		}
		last = pi
		kinship := "儿子"
		if c.People[pi].Female {
			kinship = "女儿"
		}
		c.contact(s, pi, h, kinship, rank)
	}
}

func (c *Town) contact(s *draw.Stream, pi, h int, kinship string, rank int) {
	c.Out.Tie(kg.Tie{Relation: kg.ContactOf, From: c.People[pi].ID(), To: c.Homes[h].ID(), Valid: town.Since(s, 2019, 2024), Kinship: kinship, Rank: rank, Consent: s.Chance(920)})
}

// kin is a person who could be a child of the elderly one: 22 to 38 years younger and grown up; None if a few dozen
// draws find nobody.
func (c *Town) kin(s *draw.Stream, h, area int) int {
	elder := c.People[c.Homes[h].People.From]
	a := c.Areas[area]
	for range 60 {
		pi := a.People.From + s.N(a.People.Len())
		gap := elder.Age - c.People[pi].Age
		if gap >= 22 && gap <= 38 && c.People[pi].Age >= 22 {
			return pi
		}
	}
	return town.None
}

// keyholderOf gives a neighbour of the building the key.
func (c *Town) keyholderOf(s *draw.Stream, h int) {
	home := c.Homes[h]
	near := c.without(c.residents[home.Building], h)
	if c.Rural() { // the houses on both sides
		for _, bi := range []int{home.Building - 1, home.Building + 1} {
			if bi >= 0 && bi < len(c.Buildings) {
				near = append(near, c.residents[bi]...)
			}
		}
	}
	if pi := someone(s, near); pi != town.None {
		c.Out.Tie(kg.Tie{Relation: kg.KeyholderOf, From: c.People[pi].ID(), To: home.ID(), Valid: town.Since(s, 2020, 2024), Kinship: "邻居", Rank: 1, Consent: true})
	}
}

// emitDoorbells emits the doorbells: nearly all of them in service.
func (c *Town) emitDoorbells() {
	s := c.Stream("doorbells/devices")
	n := 0
	for h := range c.Homes {
		if !c.Homes[h].Doorbell {
			continue
		}
		n++
		serial := fmt.Sprintf("DEMO-%s-DB%05d", c.Mark, n)
		status := kg.DoorbellActive
		switch x := s.N(100); {
		case x < 2:
			status = kg.DoorbellFaulty
		case x < 4:
			status = kg.DoorbellInactive
		}
		id := sink.NodeID(kg.KindDoorbell, serial)
		c.Out.Node(&kg.Doorbell{Base: kg.Base{ID: id}, Serial: serial, Status: status, Model: fmt.Sprintf("爱心门铃%d型", 1+s.N(3))})
		c.Out.Tie(kg.Tie{Relation: kg.InstalledAt, From: id, To: c.Homes[h].ID(), Valid: town.Since(s, 2021, 2024)})
	}
}
