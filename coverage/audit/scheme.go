package audit

import (
	"slices"

	"lintu/kg"
)

// Scheme is what one way of sharing out responsibility demands. Towns differ: a scheme that is not in the table demands
// nothing, and its duties are looked at all the same.
type Scheme struct {
	Name   string
	EN     string
	Source string // the published source, as docs/schemes.md lists them

	// EveryElder demands a named person, by any scheme, for each household of the audit's targets.
	EveryElder bool
	// Slots are each to be filled: of every household that has somebody by the scheme, or, with On, of every node of
	// that kind (of that level) in a town that has the scheme.
	Slots []string
	On    kg.Kind
	Level kg.Level
	// Most is the most households that one person is responsible for; 0: no limit.
	Most int
}

// Schemes is the table of schemes.
var Schemes = []Scheme{
	{Name: "一人包一户", EN: "Every household in need has a named person.", Source: "Huangshi: 每户有人包, 一人包一户或多人包一户", EveryElder: true},
	{Name: "1+10", EN: "One member for about ten households.", Source: "Luancheng: 每名党员联系10户左右", Most: 15},
	{Name: "1+N", EN: "One member for N households, by contract or in the 41N5 teams, where 10 to 15 each are told.", Source: "Chengzihe: 党员包联户; 41N5: 1+N", Most: 15},
	{Name: "1+1+1", EN: "A registered member, a member of the community and a volunteer of the building for one household.", Source: "Huangshi: 下沉党员、社区党员、楼栋志愿者", Slots: []string{"报到党员", "社区党员", "楼栋志愿者"}},
	{Name: "41N5", EN: "Four kinds of people in a compound's team: cadre, member, police, medic.", Source: "Shishou: 41N5包保责任", Slots: []string{"干部", "党员", "民警", "医务"}, On: kg.KindCompound, Most: 15},
	fiveOnes,
}

// fiveOnes is the scheme of a community's five ones, which the structure audit looks at too.
var fiveOnes = Scheme{
	Name: "五个一", EN: "One leader, one paired unit, one street cadre, one community cadre, one group of resident members for a community.",
	Source: "Shishou: “五个一”包保体系", Slots: []string{"市领导", "结对单位", "街道干部", "社区干部", "居住党员"}, On: kg.KindDivision, Level: kg.LevelCommunity,
}

// SchemeOf is the table's scheme of a name; false where the table has none.
func SchemeOf(name string) (Scheme, bool) {
	i := slices.IndexFunc(Schemes, func(s Scheme) bool { return s.Name == name })
	if i < 0 {
		return Scheme{Name: name}, false
	}
	return Schemes[i], true
}

// by is the condition that somebody, or some body, is responsible for a node by the scheme, in a slot if one is named.
func (s *Scheme) by(slot string) kg.Filter {
	tie := kg.And{kg.Compare{Field: "scheme", Op: kg.EQ, Value: s.Name}}
	if slot != "" {
		tie = append(tie, kg.Compare{Field: "slot", Op: kg.EQ, Value: slot})
	}
	return kg.Linked{Relation: kg.ResponsibleFor, Direction: kg.In, Tie: tie, Min: 1, Max: -1}
}

// of is the condition on the nodes of On that need every slot.
func (s *Scheme) of() kg.Filter {
	if s.Level == "" {
		return nil
	}
	return kg.Compare{Field: "level", Op: kg.EQ, Value: string(s.Level)}
}

// rule is the scheme's demand on the nodes of On, as the structure audit runs it.
func (s *Scheme) rule(code Code) rule {
	r := rule{code: code, kind: s.On, of: s.of(), use: &use{s.On, s.by("")}}
	for _, slot := range s.Slots {
		r.parts = append(r.parts, part{slot, s.by(slot)})
	}
	return r
}
