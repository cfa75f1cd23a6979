package town

import (
	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/sink"
)

// EmitEstates emits compounds, buildings and entrances.
func (w *World) EmitEstates() {
	for ci := range w.Compounds {
		c := &w.Compounds[ci]
		address := w.Buildings[c.Buildings.From].Address
		w.Out.Node(&kg.Compound{Base: kg.Base{ID: c.ID}, Code: c.Code, Name: c.Name, Address: address, ManagementKind: c.Kind, RedProperty: c.Red})
		w.Out.Tie(kg.Tie{Relation: kg.InCompound, From: c.ID, To: w.Areas[c.Area].ID})
	}
	s := w.Stream("estates/dates")
	for bi := range w.Buildings {
		b := &w.Buildings[bi]
		node := &kg.Building{Base: kg.Base{ID: b.ID}, Code: b.Code, Name: b.Name, Address: b.Address, Floors: b.Floors}
		if !b.Hidden {
			node.Point = w.Ground.Point(b.East, b.North)
		}
		w.Out.Node(node)
		since := kg.Span{From: kg.NewDate(b.Built, 1, 1) + kg.Date(s.N(365))}
		above := w.Grids[b.Grid].ID
		if b.Loose {
			above = w.Areas[b.Area].ID
		}
		w.Out.Tie(kg.Tie{Relation: kg.PartOf, From: b.ID, To: above, Valid: since})
		if b.Compound != None {
			w.Out.Tie(kg.Tie{Relation: kg.InCompound, From: b.ID, To: w.Compounds[b.Compound].ID, Valid: since})
		}
		w.emitEntrances(s, b)
	}
}

// emitEntrances emits the entrances of a building; where there are several, seven of ten have a point of their own.
func (w *World) emitEntrances(s *draw.Stream, b *Building) {
	own := b.Entrances.Len() > 1 && !b.Hidden && s.Chance(700)
	for e := b.Entrances.From; e < b.Entrances.To; e++ {
		node := &kg.Entrance{Base: kg.Base{ID: w.Entrances[e].ID}, Number: w.Entrances[e].Number, HasLift: b.Lift || w.Entrances[e].Lift}
		if own {
			east := (2*(e-b.Entrances.From) - b.Entrances.Len() + 1) * w.plan.EntranceW / 2
			node.Point = w.Ground.Point(b.East+east, b.North)
		}
		w.Out.Node(node)
		w.Out.Tie(kg.Tie{Relation: kg.PartOf, From: node.ID, To: b.ID})
	}
}

// EmitHomes emits households.
func (w *World) EmitHomes() {
	for h := range w.Homes {
		if w.Out.Failed() {
			return
		}
		home := &w.Homes[h]
		node := &kg.Household{Base: kg.Base{ID: home.ID()}, Number: w.Number(h), Floor: home.Floor(), Room: home.Room(), CareLevel: home.Level}
		if home.Hard {
			node.CareFlags = append(node.CareFlags, kg.Flag{Value: kg.Hardship, Span: kg.Span{From: home.flagged(1)}})
		}
		if home.Martyr {
			node.CareFlags = append(node.CareFlags, kg.Flag{Value: kg.MartyrFamily, Span: kg.Span{From: home.flagged(2)}})
		}
		if home.Refuses != None {
			node.Refusals = []kg.Refusal{{Person: w.People[home.Refuses].ID(), Span: kg.Span{From: home.flagged(3)}}}
		}
		if home.Recorded {
			node.Source = sink.RecordedSource
		}
		w.Out.Node(node)
		above := w.Buildings[home.Building].ID
		if home.Entrance != None {
			above = w.Entrances[home.Entrance].ID
		}
		w.Out.Tie(kg.Tie{Relation: kg.PartOf, From: node.ID, To: above})
	}
}

// flagged is a day of the last years that depends on the household and what is flagged.
func (h *Home) flagged(what int) kg.Date {
	return max(h.Moved, kg.NewDate(2019, 1, 1)) + kg.Date(h.People.From*31%300+what)
}

// EmitPeople emits people with where they live and work.
func (w *World) EmitPeople() {
	for ai := range w.Areas {
		s := w.Stream("people/emit/" + w.Areas[ai].Code)
		for pi := w.Areas[ai].People.From; pi < w.Areas[ai].People.To; pi++ {
			if w.Out.Failed() {
				return
			}
			w.emitPerson(s, ai, pi)
		}
	}
}

func (w *World) emitPerson(s *draw.Stream, ai, pi int) {
	p := &w.People[pi]
	node := &kg.Person{
		Base: kg.Base{ID: p.ID()}, RegisterNo: w.registerNo(pi + 1), Name: p.Name(), Sex: p.Sex(), BirthDate: p.Birth,
		PartyStatus: p.Party(), Retired: p.Retired,
	}
	if p.Age >= 14 && s.Chance(960) {
		node.Phone = draw.Phone(w.Numbered + pi + 1)
	}
	for _, value := range p.Flags() {
		node.CareFlags = append(node.CareFlags, kg.Flag{Value: value, Span: kg.Span{From: p.Flagged}})
	}
	if p.Colour != None {
		node.Specialties = append(node.Specialties, kg.Specialty{Scheme: "七色", Value: Colours[p.Colour]})
	}
	if p.Trade != None {
		node.Specialties = append(node.Specialties, kg.Specialty{Scheme: "行业", Value: Trades[p.Trade]})
	}
	node.Responder = w.profile(s, p, w.Areas[ai].Short+"党组织")
	w.Out.Node(node)
	w.Out.Tie(kg.Tie{Relation: kg.LivesIn, From: node.ID, To: w.Homes[p.Home].ID(), Valid: kg.Span{From: max(w.Homes[p.Home].Moved, p.Birth)}})
	if p.Unit != None {
		w.emitJob(s, p, node.ID)
	}
}

var posts = map[Job][]string{
	UnitStaff:       {"科员", "科长", "职员", "主管", "工程师", "技术员"},
	FirmStaff:       {"保安", "保洁", "项目经理", "维修工"},
	ShopStaff:       {"店员", "店主"},
	CommunityWorker: {"社区工作者"},
}

func (w *World) emitJob(s *draw.Stream, p *Person, id kg.ID) {
	u := &w.Units[p.Unit]
	post := draw.Pick(s, posts[p.Job])
	switch {
	case u.Kind == "school":
		post = "教师"
	case u.Kind == "hospital":
		post = draw.Pick(s, []string{"医生", "护士", "药师"})
	}
	since := max(kg.NewDate(2025-max(p.Age-22, 1), 1, 1)+kg.Date(s.N(300)), kg.NewDate(2001, 1, 1))
	t := kg.Tie{Relation: kg.WorksAt, From: id, To: u.ID, Valid: kg.Span{From: since}, Post: post}
	if p.Site != None {
		t.Ref = w.Buildings[p.Site].ID
	}
	w.Out.Tie(t)
}
