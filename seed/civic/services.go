package civic

import (
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/sink"
	"lintu/seed/town"
)

// emitServiceTeams emits the errand teams of communities, the keeper teams of their stations, and the brigade of a
// town's officers; then service centres of streets.
func (c *Town) emitServiceTeams() {
	s := c.Stream("teams/service")
	n := 0
	for ai, size := range draw.Share(c.Services.ErrandTeams, draw.Even(len(c.Areas))) {
		for k := range size {
			n++
			t := &kg.Team{Code: c.code("D", n), Name: fmt.Sprintf("%s红色代办服务队%d", c.Areas[ai].Short, k+1), TeamKind: "errand service"}
			c.errandTeams = append(c.errandTeams, areaTeam{c.team(t, c.Areas[ai].ID, town.Since(s, 2021, 2021)), ai})
		}
	}
	weights := make([]int, len(c.Areas))
	areas := 0 // with a station: each has a team
	for _, st := range c.stations {
		if weights[st.area] == 0 {
			areas++
		}
		weights[st.area]++
	}
	for ai, size := range draw.Share(max(c.Services.KeeperTeams-areas, 0), weights) {
		if weights[ai] == 0 {
			continue
		}
		size++
		first := len(c.keeperTeams)
		for k := range size {
			t := &kg.Team{Code: c.code("M", first+k+1), Name: fmt.Sprintf("%s红帆驿站管理员队%d", c.Areas[ai].Short, k+1), TeamKind: "station keepers"}
			c.keeperTeams = append(c.keeperTeams, areaTeam{c.team(t, c.Areas[ai].ID, town.Since(s, 2021, 2021)), ai})
		}
		turn := 0
		for i := range c.stations {
			if c.stations[i].area == ai {
				c.stations[i].team = first + turn%size
				turn++
			}
		}
	}
	if e := c.Services.Enforcement; e.Officers > 0 {
		t := &kg.Team{Code: brigadeCode(e.Brigade), Name: c.townName(e.Brigade) + "综合执法大队", TeamKind: "law enforcement"}
		c.team(t, c.Divisions[e.Brigade], kg.Span{From: kg.MustDate("2020-05-15")})
	}
	if c.Services.StreetCentres {
		c.emitStreetCentres(s)
	}
}

// areaTeam is a team of an area.
type areaTeam struct {
	id   kg.ID
	area int
}

func brigadeCode(township string) string { return "EB-" + township }

func (c *Town) townName(code string) string {
	for _, d := range c.Parents {
		if d.Code == code {
			return d.Name
		}
	}
	return ""
}

// emitServicePeople fills errand teams with registered and retired members, applicants and neighbours, and keeper
// teams with members and neighbours. Those who are planted to be in no team stay out.
func (c *Town) emitServicePeople() {
	if len(c.errandTeams) == 0 {
		return
	}
	s := c.Stream("teams/service/people")
	broken := c.Broken(figures.MemberNoTeam, c.registered)
	registered, retired, applicants := make([][]int, len(c.Areas)), make([][]int, len(c.Areas)), make([][]int, len(c.Areas))
	for _, pi := range c.registered {
		if !broken[pi] {
			registered[c.AreaOf(pi)] = append(registered[c.AreaOf(pi)], pi)
		}
	}
	for pi := range c.People {
		p := &c.People[pi]
		switch {
		case p.Member() && p.Retired && p.Age <= 74:
			retired[c.AreaOf(pi)] = append(retired[c.AreaOf(pi)], pi)
		case p.Party() == kg.PartyApplicant:
			applicants[c.AreaOf(pi)] = append(applicants[c.AreaOf(pi)], pi)
		}
	}
	fill := func(team areaTeam, serving, old, young, neighbours int) []int {
		people := slices.Concat(draw.Sample(s, registered[team.area], serving), draw.Sample(s, retired[team.area], old),
			draw.Sample(s, applicants[team.area], young), draw.Sample(s, c.residentsOf(team.area), neighbours))
		for k, pi := range people {
			c.inTeam(pi, team.id, leader(k), town.Since(s, 2021, 2024))
		}
		return people
	}
	for _, t := range c.errandTeams {
		c.errands = append(c.errands, fill(t, 4, 4, 2, 4))
	}
	for _, t := range c.keeperTeams {
		c.keepers = append(c.keepers, fill(t, 3, 5, 0, 6))
	}
}

// emitErrands has the errand teams look after elderly people who live alone and have no kin or cannot look after
// themselves, from the age that the town gives, and one of each team on duty each morning of a workday.
func (c *Town) emitErrands() {
	s := c.Stream("duties/errands")
	byArea := make([][]areaTeam, len(c.Areas))
	for i, t := range c.errandTeams {
		byArea[t.area] = append(byArea[t.area], t)
		for k, day5 := range workdays {
			pi := c.errands[i][k%len(c.errands[i])]
			c.onDuty(pi, t.id, "红色代办", day("09:00", "11:30", day5), town.Since(s, 2022, 2024))
		}
	}
	if len(c.errandTeams) == 0 {
		return
	}
	for _, h := range c.AloneHomes() {
		p := &c.People[c.Homes[h].People.From]
		frail := p.HasFlag(kg.NoKin) || p.HasFlag(kg.SelfCareDifficulty)
		if frail && p.Age >= c.World.Figures.ElderAge && !c.unnamed[h] {
			teams := byArea[c.AreaOf(c.Homes[h].People.From)]
			c.responsible(teams[h%len(teams)].id, c.Homes[h].ID(), "红色代办", "一对一", town.Since(s, 2022, 2024))
		}
	}
}

// emitOfficersSent deploys officers of departments to streets and towns, full time; those of one town form its brigade
// with people whom that town chose, which its own part of the preset adds.
func (c *Town) emitOfficersSent() {
	e := c.Services.Enforcement
	s := c.Stream("officers/sent")
	brigade := sink.NodeID(kg.KindTeam, brigadeCode(e.Brigade))
	since := kg.Span{From: kg.MustDate("2020-05-20")}
	if e.Own > 0 {
		var pool []int
		for ai := range c.Areas {
			pool = append(pool, c.residentsOf(ai)...)
		}
		for _, pi := range draw.Sample(s, pool, e.Own) {
			c.inTeam(pi, brigade, "镇配队员", since)
		}
	}
	if e.Officers == 0 {
		return
	}
	officers := c.officersOf(s, e)
	var townships []figures.Division
	for _, d := range c.Parents {
		if d.Level == kg.LevelTownship && d.Code != e.Brigade {
			townships = append(townships, d)
		}
	}
	send := func(list []int, code string) {
		for _, pi := range list {
			c.Out.Tie(kg.Tie{Relation: kg.DeployedTo, From: c.People[pi].ID(), To: c.Divisions[code], Ref: c.Units[c.People[pi].Unit].ID, Valid: since, Status: "执法下沉", FullTime: true})
		}
	}
	send(officers[:e.There], e.Brigade)
	for _, pi := range officers[:e.There] {
		c.inTeam(pi, brigade, "下沉执法人员", since)
	}
	next := e.There
	for i, n := range draw.Share(e.Officers-e.There, draw.Even(len(townships))) {
		send(officers[next:next+n], townships[i].Code)
		next += n
	}
}

// officersOf draws the officers, from each department as many: none is its head, and none is planted to be in no team.
func (c *Town) officersOf(s *draw.Stream, e figures.Enforcement) []int {
	noTeam := c.Broken(figures.MemberNoTeam, c.registered)
	var officers []int
	share := draw.Share(e.Officers, draw.Even(len(e.Departments)))
	for i, name := range e.Departments {
		for ui := range c.Units {
			u := &c.Units[ui]
			if u.Name != c.World.Town+name {
				continue
			}
			staff := slices.DeleteFunc(slices.Clone(u.Staffed[1:]), func(pi int) bool { return noTeam[pi] || c.People[pi].Age < 24 })
			officers = append(officers, draw.Sample(s, staff, share[i])...)
		}
	}
	draw.Shuffle(s, officers)
	return officers
}
