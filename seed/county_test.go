package seed_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/seed/figures"
)

func TestTheCountyMeetsThePublishedFiguresExactly(t *testing.T) {
	g := county()
	post := func(role string) int {
		return g.distinctOf(kg.HoldsPost, to, func(x *kg.Tie) bool { return x.Role == role })
	}
	served := map[kg.ID]bool{} // by any company
	red := map[kg.ID]int{}     // compounds by company with a party organization
	party := map[kg.ID]bool{}
	for _, tie := range g.now(kg.SetUpOn) {
		if g.orgKind(tie.From) == "property branch" {
			party[tie.To] = true
		}
	}
	for _, tie := range g.now(kg.Serves) {
		if g.unitKind(tie.From) == "property company" {
			served[tie.To] = true
			if party[tie.From] {
				red[tie.From]++
			}
		}
	}
	redCompounds := 0
	for _, n := range red {
		redCompounds += n
	}
	villages := count(g, func(d *kg.Division) bool {
		return d.Level == kg.LevelCommunity && d.Code[9:] >= "200" && d.Code[9:] <= "399" && d.Source != figures.RegisterSource
	})
	compare(t, []figure{
		{"communities", g.divisions(kg.LevelCommunity, ""), 19},
		{"of them villages in the register, which their source says", villages, 5},
		{"people", len(g.kinds[kg.KindPerson]), 65675},
		{"dwellings", len(g.kinds[kg.KindHousehold]), 16418},
		{"grids", len(g.kinds[kg.KindGrid]), 131},
		{"buildings", len(g.kinds[kg.KindBuilding]), 2600},
		{"compounds", len(g.kinds[kg.KindCompound]), 119},
		{"compounds with a company", len(served), 119},
		{"companies", count(g, func(u *kg.Unit) bool { return u.UnitKind == "property company" }), 41},
		{"companies with a party organization", len(red), 11},
		{"compounds that these run", redCompounds, 83},
		{"of them red", count(g, func(c *kg.Compound) bool { return c.RedProperty && c.ManagementKind == kg.ManagedByProperty }), 83},
		{"registered members of offices", g.distinctOf(kg.RegisteredWith, from, func(x *kg.Tie) bool { return g.person(x.From).PartyMember() && x.Ref != "" }), 1660},
		{"registrations", len(g.ties[kg.RegisteredWith]), 1660},
		{"heads of compounds", post("院长"), 119},
		{"heads of buildings", post("楼栋长"), 2400},
		{"service centres", g.places("service centre"), 19},
		{"service centres open on workdays to nine, in winter to eight, and at the weekend", g.openLate(), 19},
		{"members with households by 1+10", g.distinctOf(kg.ResponsibleFor, from, func(x *kg.Tie) bool { return x.Scheme == "1+10" }), 1640},
		{"联席会议 of three levels", g.joint("联席会议"), 1 + 4 + 19},
		{"居委会", g.bodies("居委会"), 19},
		{"members", count(g, (*kg.Person).PartyMember), 3284},
		{"elderly people alone", g.flagged(kg.ElderlyAlone), 1313},
	})
}

// openLate counts the service centres with the opening hours that the article gives.
func (g *graph) openLate() int {
	return count(g, func(p *kg.Place) bool {
		summer, winter, weekend := false, false, map[int]bool{}
		for _, o := range p.OpeningHours {
			for _, day := range o.Weekdays {
				switch {
				case day > 5:
					weekend[day] = true
				case o.To == "21:00" && o.SeasonFrom != "":
					summer = true
				case o.To == "20:00" && o.SeasonFrom != "":
					winter = true
				}
			}
		}
		return summer && winter && len(weekend) == 2
	})
}

func TestPublishedNumbersNameTheirSourceAndHowTheyAreTaken(t *testing.T) {
	page, err := os.ReadFile("../docs/presets.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []*figures.Figures{&figures.County, &figures.District} {
		if len(f.Published) == 0 {
			t.Errorf("%s keeps no published number", f.Preset)
		}
		for _, p := range f.Published {
			if p.What == "" || p.Count <= 0 || p.Source == "" || p.Note == "" {
				t.Errorf("%s: %+v is not whole", f.Preset, p)
			}
			if row := fmt.Sprintf("\n| %s | %s |", p.What, grouped(p.Count)); !strings.Contains(string(page), row) {
				t.Errorf("the page of presets does not hold %q", row)
			}
		}
	}
}

// grouped writes a number as pages do: 94,000.
func grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/1000), n%1000)
}
