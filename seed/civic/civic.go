// Package civic ties organizations and duties to a drawn town: the ladder of party organizations, joint committees,
// bodies of residents, teams and places; then memberships, posts, responsibilities, contacts and rosters. It plants
// the faults that concern them.
package civic

import (
	"fmt"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/town"
)

// Town is a drawn town with its organizations.
type Town struct {
	*town.World

	residents  [][]int // grown-up residents of a building
	members    [][]int // members who live in a building
	workers    [][]int // community workers of an area
	unnamed    map[int]bool
	registered []int // members who are registered where they live, in order

	branches []branch
	groups   []group
	groupOf  []int // by building
	branchOf []int
	hubs     []hub
	areas    []respArea
	areaOf   map[int]int // the responsibility area of a member
	tops     []kg.ID     // party organization of each area: community committee, village branch
	streets  map[string]kg.ID

	bodies  []kg.ID // residents' committee of each area
	teams   [][]kg.ID
	crews   []kg.ID // emergency team of each area
	task    []kg.ID // work group of each area
	desks   []kg.ID // service centre, or hall, of each area
	booths  []kg.ID
	joints  []kg.ID // joint committee of each area, else its joint meeting
	meeting kg.ID   // the county's joint meeting

	gridWorkers              []gridWorker
	stations                 []station
	errandTeams, keeperTeams []areaTeam
	errands, keepers         [][]int // people of these teams
	women                    []kg.ID // women's workstation of each area

	lawyered    []int    // areas that lawyers of law firms serve
	officers    []int    // secretary of each area's organization, or None
	afterPeople []kg.Tie // ties of people that were drawn before people were emitted
}

// New prepares a town whose body is drawn.
func New(w *town.World) *Town {
	c := &Town{World: w, streets: map[string]kg.ID{}}
	c.residents, c.members = make([][]int, len(w.Buildings)), make([][]int, len(w.Buildings))
	c.workers = make([][]int, len(w.Areas))
	for pi := range w.People {
		p := &w.People[pi]
		bi := w.Homes[p.Home].Building
		if p.Age >= 26 && p.Age <= 74 {
			c.residents[bi] = append(c.residents[bi], pi)
		}
		if p.Member() {
			c.members[bi] = append(c.members[bi], pi)
		}
		if p.Job == town.CommunityWorker {
			c.workers[w.Buildings[bi].Area] = append(c.workers[w.Buildings[bi].Area], pi)
		}
		if c.registers(p) {
			c.registered = append(c.registered, pi)
		}
	}
	c.drawUnnamed()
	return c
}

// registers says whether the person is a member who is registered with the community at home.
func (c *Town) registers(p *town.Person) bool {
	if !p.Member() || p.NotRegistered {
		return false
	}
	switch c.Members.Register {
	case figures.EverybodyRegisters:
		return true
	case figures.ServingRegister:
		return p.Job == town.UnitStaff
	default:
		return false
	}
}

// EmitBodies emits organizations, teams and places.
func (c *Town) EmitBodies() {
	c.emitTops()
	c.emitLadder()
	c.emitUnitOrgs()
	c.emitJointCommittees()
	c.emitResidentBodies()
	c.emitTeams()
	c.emitPlaces()
	c.emitStationsOfAll()
	c.emitServiceTeams()
	c.emitWomenBodies()
	c.emitPlaceSets()
}

// EmitTies emits the ties of people to organizations and of whoever is responsible to what they are responsible for.
func (c *Town) EmitTies() {
	for _, emit := range []func(){
		c.emitMemberships, c.emitDeployments, c.emitTeamMembers, c.emitTemporaryTeams,
		c.emitOfficers, c.emitAreaHeads, c.emitWorkers, c.emitGridLevels, c.emitHeads, c.emitSpecialPosts, c.emitLegalPosts, c.emitSeats, c.emitCoOpted,
		c.emitNamed, c.emitTen, c.emit41N5, c.emitFive, c.emitAreaDuties,
		c.emitContacts, c.emitDoorbells, c.emitRosters, c.emitBoothShifts,
		c.emitWomen, c.emitServicePeople, c.emitErrands, c.emitStationShifts, c.emitDelegates, c.emitOfficersSent,
	} {
		if c.Out.Failed() {
			return
		}
		emit()
	}
}

// code is a code of the town: SS-P3-0042.
func (c *Town) code(letter string, n int) string { return fmt.Sprintf("%s-%s-%04d", c.Mark, letter, n) }

// someone draws a person out of lists, the first list that is not empty; None if all are.
func someone(s *draw.Stream, lists ...[]int) int {
	for _, list := range lists {
		if len(list) > 0 {
			return draw.Pick(s, list)
		}
	}
	return town.None
}

// membersOf are the members who live in an area, in order.
func (c *Town) membersOf(ai int) []int {
	var out []int
	for bi := c.Areas[ai].Buildings.From; bi < c.Areas[ai].Buildings.To; bi++ {
		out = append(out, c.members[bi]...)
	}
	return out
}

// without is the list without the people of a household.
func (c *Town) without(list []int, home int) []int {
	var out []int
	for _, pi := range list {
		if c.People[pi].Home != home {
			out = append(out, pi)
		}
	}
	return out
}

// staffOf are the staff of the units that a test picks, members first.
func (c *Town) staffOf(pick func(*town.Unit) bool) []int {
	var members, others []int
	for ui := range c.Units {
		if !pick(&c.Units[ui]) {
			continue
		}
		for _, pi := range c.Units[ui].Staffed {
			if c.People[pi].Member() {
				members = append(members, pi)
			} else {
				others = append(others, pi)
			}
		}
	}
	return append(members, others...)
}
