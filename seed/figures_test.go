package seed_test

import (
	"testing"

	"lintu/kg"
)

// figure is a number that an article or the brief of a preset gives, and how it is counted.
type figure struct {
	what string
	got  int
	want int
}

func compare(t *testing.T, figures []figure) {
	t.Helper()
	for _, f := range figures {
		if f.got != f.want {
			t.Errorf("%s: %d, want %d", f.what, f.got, f.want)
		}
	}
}

func (g *graph) divisions(level kg.Level, form kg.TownshipForm) int {
	return count(g, func(d *kg.Division) bool { return d.Level == level && d.Form == form })
}

func (g *graph) tier(scheme, kind string, tier int) int {
	return count(g, func(o *kg.PartyOrg) bool { return o.Scheme == scheme && o.OrgKind == kind && o.Tier == tier })
}

func (g *graph) joint(kind string) int {
	return count(g, func(j *kg.JointCommittee) bool { return j.CommitteeKind == kind })
}

func (g *graph) managed(kind kg.ManagementKind) int {
	return count(g, func(c *kg.Compound) bool { return c.ManagementKind == kind })
}

func (g *graph) bodies(kind string) int {
	return count(g, func(b *kg.ResidentBody) bool { return b.BodyKind == kind })
}

func (g *graph) places(kind string) int {
	return count(g, func(p *kg.Place) bool { return p.PlaceKind == kind })
}

// distinctOf counts the distinct ends of the ties that satisfy a test.
func (g *graph) distinctOf(r kg.Relation, end func(*kg.Tie) kg.ID, test func(*kg.Tie) bool) int {
	seen := map[kg.ID]bool{}
	for _, tie := range g.ties[r] {
		if test(tie) {
			seen[end(tie)] = true
		}
	}
	return len(seen)
}

func (g *graph) orgKind(id kg.ID) string {
	if o, ok := g.nodes[id].(*kg.PartyOrg); ok {
		return o.OrgKind
	}
	return ""
}

func (g *graph) teamKind(id kg.ID) string { return g.nodes[id].(*kg.Team).TeamKind }

func (g *graph) unitKind(id kg.ID) string {
	if u, ok := g.nodes[id].(*kg.Unit); ok {
		return u.UnitKind
	}
	return ""
}

func TestTheCityMeetsThePublishedFiguresExactly(t *testing.T) {
	g := city()
	ofUnit := func(tie *kg.Tie) bool {
		k := g.orgKind(tie.From)
		return k == "unit branch" || k == "unit committee"
	}
	post := func(role, status string) func(*kg.Tie) bool {
		return func(tie *kg.Tie) bool { return tie.Role == role && (status == "" || tie.Status == status) }
	}
	inTeam := func(kind string) func(*kg.Tie) bool {
		return func(tie *kg.Tie) bool { return g.teamKind(tie.To) == kind }
	}
	member := func(tie *kg.Tie) bool { return g.person(tie.From).PartyMember() }
	compare(t, []figure{
		{"streets", g.divisions(kg.LevelTownship, kg.FormStreet), 2},
		{"communities", g.divisions(kg.LevelCommunity, ""), 13},
		{"大工委", g.joint("大工委"), 2},
		{"大党委", g.joint("大党委"), 13},
		{"联席会议 of three levels", g.joint("联席会议"), 1 + 2 + 13},
		{"street working committees", g.tier("city-5", "working committee", 1), 2},
		{"community committees", g.tier("city-5", "committee", 2), 13},
		{"branches", g.tier("city-5", "branch", 3), 272},
		{"groups", g.tier("city-5", "group", 4), 702},
		{"hub households", g.tier("city-5", "hub household", 5), 5860},
		{"hub households, distinct", g.distinctOf(kg.SetUpOn, to, func(x *kg.Tie) bool { return g.orgKind(x.From) == "hub household" }), 5860},
		{"compounds", len(g.kinds[kg.KindCompound]), 550},
		{"property-run compounds", g.managed(kg.ManagedByProperty), 53},
		{"unit-run compounds", g.managed(kg.ManagedByUnit), 244},
		{"compounds that companies serve", g.distinctOf(kg.Serves, to, func(x *kg.Tie) bool { return g.unitKind(x.From) == "property company" }), 53},
		{"业委会", g.bodies("业委会"), 47},
		{"自治委员会", g.bodies("自治委员会"), 210},
		{"居委会", g.bodies("居委会"), 13},
		{"property firms", count(g, func(u *kg.Unit) bool { return u.UnitKind == "property company" }), 34},
		{"branches of property firms", count(g, func(o *kg.PartyOrg) bool { return o.OrgKind == "property branch" }), 9},
		{"units with party organizations", g.distinctOf(kg.SetUpOn, to, ofUnit), 87},
		{"deployed members", g.distinctOf(kg.DeployedTo, from, member), 5000},
		{"deployments", len(g.ties[kg.DeployedTo]), 5000},
		{"units that deploy", g.distinctOf(kg.DeployedTo, ref, member), 87},
		{"temporary teams", count(g, func(x *kg.Team) bool { return x.Temporary }), 897},
		{"people in temporary teams", g.distinctOf(kg.InTeam, from, inTeam("vanguard")), 11040},
		{"supervision groups", count(g, func(x *kg.Team) bool { return x.TeamKind == "supervision group" }), 10},
		{"people in work groups", g.distinctOf(kg.InTeam, from, inTeam("working group")), 104},
		{"posts of community workers", g.distinctOf(kg.HoldsPost, from, post("社区工作者", "")), 254},
		{"of them from committees", g.distinctOf(kg.HoldsPost, from, post("社区工作者", "两委转任")), 164},
		{"of them by examination", g.distinctOf(kg.HoldsPost, from, post("社区工作者", "考试录用")), 30},
		{"stewards", g.distinctOf(kg.HoldsPost, from, post("社区大管家", "")), 100},
		{"booths", g.places("booth"), 10},
		{"members on duty at booths", g.distinctOf(kg.OnDutyAt, from, func(x *kg.Tie) bool { return x.Role == "志愿岗亭" && member(x) }), 1260},
		{"pavilions", g.places("pavilion"), 4},
		{"people", len(g.kinds[kg.KindPerson]), 160000},
		{"households", len(g.kinds[kg.KindHousehold]), 60000},
		{"buildings", len(g.kinds[kg.KindBuilding]), 3500},
		{"grids", len(g.kinds[kg.KindGrid]), 180},
		{"members", count(g, (*kg.Person).PartyMember), 8000},
		{"elderly people alone", g.flagged(kg.ElderlyAlone), 3200},
	})
	if old := g.managed(kg.ManagedOld) + g.managed(kg.ManagedByNone); old <= 100 {
		t.Errorf("old and 三无 compounds: %d, want more than 100", old)
	}
}

func (g *graph) flagged(flag string) int {
	return count(g, func(p *kg.Person) bool { return hasFlag(p.CareFlags, flag) })
}

func hasFlag(flags []kg.Flag, value string) bool {
	for _, f := range flags {
		if f.Value == value {
			return true
		}
	}
	return false
}

func TestTheVillageMeetsItsFigures(t *testing.T) {
	g := village()
	contract := func(tie *kg.Tie) bool { return tie.Scheme == "1+N" && tie.Slot == "每周遍访" }
	compare(t, []figure{
		{"villages", g.divisions(kg.LevelVillage, ""), 1},
		{"grids", len(g.kinds[kg.KindGrid]), 6},
		{"people", len(g.kinds[kg.KindPerson]), 1000},
		{"households", len(g.kinds[kg.KindHousehold]), 370},
		{"houses", len(g.kinds[kg.KindBuilding]), 370},
		{"units", len(g.kinds[kg.KindUnit]), 2},
		{"members", count(g, (*kg.Person).PartyMember), 35},
		{"village branch", g.tier("village-3", "branch", 1), 1},
		{"grid groups", g.tier("village-3", "group", 2), 6},
		{"hub households", g.tier("village-3", "hub household", 3), 37},
		{"contracted households", g.distinctOf(kg.ResponsibleFor, to, contract), 37},
		{"members with a contract", g.distinctOf(kg.ResponsibleFor, from, contract), 35},
		{"halls", g.places("hall"), 1},
		{"村委会", g.bodies("村委会"), 1},
	})
	if village := g.nodes[g.ties[kg.PartOf][4].To]; village == nil {
		t.Error("the village has no parent")
	}
}

func TestTheLadderPassesThroughEveryTierToTheTop(t *testing.T) {
	eachTown(t, func(t *testing.T, name string, g *graph) {
		above := by(g.now(kg.ChildOf), from)
		for _, o := range all[*kg.PartyOrg](g) {
			if o.OrgKind != "hub household" {
				continue
			}
			tier, steps := o.Tier, 0
			for at := o.ID; len(above[at]) == 1 && tier > 1; steps++ {
				at = above[at][0].To
				next := g.nodes[at].(*kg.PartyOrg).Tier
				if next != tier-1 {
					t.Fatalf("%s: tier %d stands under tier %d", name, tier, next)
				}
				tier = next
			}
			if tier != 1 {
				t.Fatalf("%s: the ladder from %s ends at tier %d", name, o.Name, tier)
			}
		}
		for _, j := range all[*kg.JointCommittee](g) {
			if len(by(g.now(kg.FormedFrom), from)[j.ID]) != 1 || len(by(g.now(kg.Leads), from)[j.ID]) != 1 {
				t.Errorf("%s is formed from one organization and leads one division", j.Name)
			}
		}
	})
}

func TestWhatIsOver2020IsPast(t *testing.T) {
	g := city()
	over := 0
	for _, tie := range g.ties[kg.InTeam] {
		if g.teamKind(tie.To) == "vanguard" {
			over++
			if tie.Valid.To == 0 || tie.Valid.To > kg.MustDate("2020-06-01") || !tie.Valid.Holds(kg.MustDate("2020-03-01")) {
				t.Fatalf("a vanguard tie holds from %s to %s", tie.Valid.From, tie.Valid.To)
			}
		}
	}
	for _, team := range all[*kg.Team](g) {
		if team.Temporary && team.Life.Holds(kg.MustDate("2020-06-01")) {
			t.Fatalf("%s still lives in June 2020", team.Name)
		}
	}
	if over != 11040 {
		t.Errorf("%d past ties in vanguard teams", over)
	}
}
