package seed_test

import (
	"strings"
	"testing"

	"lintu/kg"
	"lintu/seed"
)

func TestTheTownMeetsThePublishedFiguresExactly(t *testing.T) {
	g := sishui()
	now := func(r kg.Relation, end func(*kg.Tie) kg.ID, test func(*kg.Tie) bool) int {
		seen := map[kg.ID]bool{}
		for _, tie := range g.now(r) {
			if test(tie) {
				seen[end(tie)] = true
			}
		}
		return len(seen)
	}
	role := func(roles ...string) func(*kg.Tie) bool {
		return func(tie *kg.Tie) bool { return strings.Contains(strings.Join(roles, " "), tie.Role) && tie.Role != "" }
	}
	every := func(*kg.Tie) bool { return true }
	sent := func(tie *kg.Tie) bool { return tie.Status == "执法下沉" && tie.FullTime }
	toTown := func(code string) func(*kg.Tie) bool {
		return func(tie *kg.Tie) bool { return sent(tie) && g.nodes[tie.To].(*kg.Division).Code == code }
	}
	brigade := func(r string) func(*kg.Tie) bool {
		return func(tie *kg.Tie) bool {
			return tie.Role == r && g.teamKind(tie.To) == "law enforcement" && strings.HasPrefix(g.title(tie.To), "泉林镇")
		}
	}
	teams := func(kind string) int {
		return count(g, func(x *kg.Team) bool { return x.TeamKind == kind && !x.Temporary })
	}
	compare(t, []figure{
		{"streets", g.divisions(kg.LevelTownship, kg.FormStreet), 2},
		{"rural towns", g.divisions(kg.LevelTownship, kg.FormTown), 11},
		{"urban communities", g.divisions(kg.LevelCommunity, ""), 12},
		{"villages of 泉林镇 and 金庄镇", g.divisions(kg.LevelVillage, ""), 44 + 35},
		{"street working committees", g.tier("city-5", "working committee", 1), 2},
		{"community committees", g.tier("city-5", "committee", 2), 12},
		{"branches", g.tier("city-5", "branch", 3), 101},
		{"branches on compounds", now(kg.SetUpOn, to, func(x *kg.Tie) bool { return x.To.Kind() == kg.KindCompound }), 101},
		{"groups", g.tier("city-5", "group", 4), 671},
		{"hub households", g.tier("city-5", "hub household", 5), 1768},
		{"village branches", g.tier("village-3", "branch", 1), 79},
		{"grid groups", g.tier("village-3", "group", 2), 158},
		{"hub households of villages", g.tier("village-3", "hub household", 3), 316},
		{"heads of compounds", now(kg.HoldsPost, to, role("小区长")), 96},
		{"heads of buildings", now(kg.HoldsPost, to, role("楼栋长")), 1171},
		{"heads of entrances", now(kg.HoldsPost, to, role("单元长")), 2566},
		{"paired units", now(kg.PairedWith, from, every), 118},
		{"paired communities", now(kg.PairedWith, to, every), 12},
		{"联席会议 of three levels", g.joint("联席会议"), 1 + 13 + 12 + 79},
		{"departments on the county's", now(kg.SitsOn, ref, func(x *kg.Tie) bool { return strings.HasPrefix(g.title(x.To), "泗水县") }), 22},
		{"community workers", now(kg.HoldsPost, from, role("社区工作者")), 80},
		{"stations", g.places("station"), 101},
		{"errand teams", teams("errand service"), 24},
		{"keeper teams", teams("station keepers"), 33},
		{"keeper teams on duty", len(g.keepersOnDuty()), 33},
		{"women's federations of towns", teams("women's federation"), 13},
		{"women's workstations", teams("women's federation workstation"), 12 + 79},
		{"women and children's homes", g.places("women and children's home"), 10},
		{"women who work for grids", now(kg.HoldsPost, from, func(x *kg.Tie) bool { return x.Role == "网格员" && g.person(x.From).Sex == kg.Female }), 265},
		{"delegates", now(kg.HoldsPost, from, role("人大代表", "党代表", "政协委员")), 898},
		{"officers sent", now(kg.DeployedTo, from, sent), 120},
		{"their departments", now(kg.DeployedTo, ref, sent), 5},
		{"their towns", now(kg.DeployedTo, to, sent), 13},
		{"officers in 泉林镇", now(kg.DeployedTo, from, toTown("370831101")), 9},
		{"officers in its brigade", now(kg.InTeam, from, brigade("下沉执法人员")), 9},
		{"its own people there", now(kg.InTeam, from, brigade("镇配队员")), 14},
	})
	if n := len(g.kinds[kg.KindGrid]); n >= 758 {
		t.Errorf("%d grids, want a part of the county's 758", n)
	}
}

// keepersOnDuty are the keeper teams whose people are on duty at stations.
func (g *graph) keepersOnDuty() map[kg.ID]bool {
	onDuty, out := map[kg.ID]bool{}, map[kg.ID]bool{}
	for _, tie := range g.now(kg.OnDutyAt) {
		if tie.Role == "驿站值班" && len(tie.Hours) == 1 {
			onDuty[tie.From] = true
		}
	}
	for _, tie := range g.now(kg.InTeam) {
		if onDuty[tie.From] && g.teamKind(tie.To) == "station keepers" {
			out[tie.To] = true
		}
	}
	return out
}

func TestInTheTownHeadsOfCompoundsAreSecretariesOfTheirBranches(t *testing.T) {
	g := sishui()
	heads, branch, secretary := g.held("小区长"), map[kg.ID]kg.ID{}, g.held("书记")
	for _, tie := range g.now(kg.SetUpOn) {
		branch[tie.To] = tie.From
	}
	for compound, head := range heads {
		if secretary[branch[compound]] != head {
			t.Errorf("%s has the head %s and the secretary %s", g.title(compound), g.title(head), g.title(secretary[branch[compound]]))
		}
	}
}

func TestEveryVillageOfTheTownStandsUnderItsRuralTown(t *testing.T) {
	g := sishui()
	above := by(g.now(kg.ChildOf), from)
	for _, o := range all[*kg.PartyOrg](g) {
		if o.Scheme != "village-3" || o.Tier != 1 {
			continue
		}
		up := above[o.ID]
		if len(up) != 1 || !strings.HasSuffix(g.title(up[0].To), "镇委员会") {
			t.Fatalf("%s stands under %v", o.Name, up)
		}
		if top := above[up[0].To]; len(top) != 1 || g.title(top[0].To) != "中共泗水县委员会" {
			t.Fatalf("%s does not stand under the county's committee", g.title(up[0].To))
		}
	}
}

func TestTheTownCountsPeopleAsElderlyFromSeventyOn(t *testing.T) {
	for name, want := range map[string]int{"town": 70, "city": 0, "village": 0} {
		if got := preset(t, name).ElderAge(); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	g := sishui()
	residents := by(g.now(kg.LivesIn), to)
	for _, tie := range g.now(kg.ResponsibleFor) {
		if tie.Scheme != "红色代办" {
			continue
		}
		for _, lives := range residents[tie.To] {
			if age := g.person(lives.From).BirthDate.Age(seed.Reference); age < 70 {
				t.Fatalf("an errand team looks after somebody of %d", age)
			}
		}
	}
}
