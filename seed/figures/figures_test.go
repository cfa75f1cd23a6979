package figures

import (
	"strings"
	"testing"

	"lintu/kg"
)

func TestDivisionsHaveTheirParentsAndCodesOfTheRegistersForm(t *testing.T) {
	for _, f := range []*Figures{&Village, &City, &County, &District, &Town, &quanlin, &jinzhuang, &Sample, &sampleVillages} {
		known := map[string]bool{"": true}
		check := func(d Division) {
			digits := map[kg.Level]int{kg.LevelProvince: 2, kg.LevelCity: 4, kg.LevelCounty: 6, kg.LevelTownship: 9, kg.LevelCommunity: 12, kg.LevelVillage: 12}[d.Level]
			if len(d.Code) != digits || !known[d.Parent] || known[d.Code] || !strings.HasPrefix(d.Code, d.Parent) {
				t.Errorf("%s: %s %s under %q", f.Preset, d.Code, d.Name, d.Parent)
			}
			if village := digits == 12 && d.Code[9:] >= "200" && d.Code[9:] <= "399"; village != (d.Level == kg.LevelVillage) && d.Source == "" {
				t.Errorf("%s: %s is a %s", f.Preset, d.Code, d.Level)
			}
			known[d.Code] = true
		}
		for _, d := range f.Parents {
			check(d)
		}
		for _, a := range f.Areas {
			check(a.Division)
		}
	}
}

func TestFiguresOfTheCityFitEachOther(t *testing.T) {
	compounds := 0
	for _, c := range City.Compounds {
		compounds += c.Count
	}
	names := map[string]bool{}
	for _, u := range City.Units.List {
		names[u.Name] = true
	}
	if compounds != 550 || len(names) != 87 || len(City.Areas) != 13 || City.Homes+City.Offices != 3500 {
		t.Errorf("%d compounds, %d units, %d communities, %d buildings", compounds, len(names), len(City.Areas), City.Homes+City.Offices)
	}
	m := City.Members
	if m.InUnits+m.InCommunities+m.InFirms > m.All-m.Retired || m.RetiredInUnit > m.Retired {
		t.Errorf("more members in posts than in service: %+v", m)
	}
	if needed := len(City.Units.List) + 2*len(City.Areas); City.Offices < needed {
		t.Errorf("%d offices for %d units, service centres and canteens", City.Offices, needed)
	}
}

func TestQuotasBreakOneRuleAtLeastWhereThereAreTen(t *testing.T) {
	for code, rate := range rates {
		if rate < 10 || rate > 50 {
			t.Errorf("%s is broken in %d of a thousand cases, want 10 to 50", code, rate)
		}
		if Quota(code, 9) != 0 || Quota(code, 10) != 1 || Quota(code, 1000) != rate {
			t.Errorf("%s: %d of 9, %d of 10, %d of 1000", code, Quota(code, 9), Quota(code, 10), Quota(code, 1000))
		}
	}
}
