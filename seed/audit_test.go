package seed_test

import (
	"slices"

	"lintu/kg"
	"lintu/seed"
	"lintu/seed/figures"
)

// audits read each rule out of a gathered graph, by the rule's meaning and not by how the generator breaks it.
var audits = map[figures.Code]func(*graph) finding{
	figures.ElderUnnamed:       elderUnnamed,
	figures.ElderUnflagged:     elderUnflagged,
	figures.DoorbellNoContact:  doorbellNoContact,
	figures.MemberOverloaded:   memberOverloaded,
	figures.MemberUnregistered: memberUnregistered,
	figures.MemberUnplaced:     memberUnplaced,
	figures.MemberNoTeam:       memberNoTeam,
	figures.CompoundUnmanaged:  compoundUnmanaged,
	figures.SlotMissing41N5:    slotsMissing(kg.KindCompound, "41N5", "干部", "党员", "民警", "医务"),
	figures.SlotMissing111:     slotsMissing(kg.KindHousehold, "1+1+1", "报到党员", "社区党员", "楼栋志愿者"),
	figures.SlotMissingFive:    slotsMissing(kg.KindDivision, "五个一", "市领导", "结对单位", "街道干部", "社区干部", "居住党员"),
	figures.UnitNoSeat:         unitNoSeat,
	figures.UnitUnpaired:       unitUnpaired,
	figures.UnitNoBuilding:     unitNoBuilding,
	figures.EntranceNoHead:     entranceNoHead,
	figures.GridNoWorker:       gridNoWorker,
	figures.GridNoLevel:        gridNoLevel,
	figures.AreaNoLawyer:       areaNoLawyer,
	figures.PostsApart:         postsApart,
	figures.BranchNoGroup:      branchNoGroup,
	figures.HubNoMember:        hubNoMember,
	figures.AreaNoMember:       areaNoMember,
	figures.BuildingNoPoint:    buildingNoPoint,
	figures.BuildingNoGrid:     buildingNoGrid,
	figures.ConsentExpired:     consentExpired,
	figures.VettingExpired:     vettingExpired,
	figures.BoothShiftEmpty:    boothShiftEmpty,
	figures.TieEndsEarly:       tieEndsEarly,
	figures.CompoundNoHead:     compoundNoHead,
	figures.BuildingNoHead:     buildingNoHead,
	figures.CompoundNoStation:  compoundNoStation,
	figures.StationShiftEmpty:  stationShiftEmpty,
	figures.DelegateNoGrid:     delegateNoGrid,
}

// holds says whether a flag is valid on the reference date.
func holds(flags []kg.Flag, value string) bool {
	return slices.ContainsFunc(flags, func(f kg.Flag) bool { return f.Value == value && f.Holds(seed.Reference) })
}

func elderUnnamed(g *graph) (f finding) {
	named := by(g.now(kg.ResponsibleFor), to)
	for home, residents := range g.homes {
		for _, id := range residents {
			if holds(g.person(id).CareFlags, kg.ElderlyAlone) {
				f.see(home, len(named[home]) > 0)
			}
		}
	}
	return f
}

func elderUnflagged(g *graph) (f finding) {
	for _, residents := range g.homes {
		p := g.person(residents[0])
		if len(residents) == 1 && p.BirthDate.Age(seed.Reference) >= 60 {
			f.see(p.ID, holds(p.CareFlags, kg.ElderlyAlone))
		}
	}
	return f
}

func doorbellNoContact(g *graph) (f finding) {
	contacts := by(g.now(kg.ContactOf), to)
	for _, tie := range g.now(kg.InstalledAt) {
		f.see(tie.To, len(contacts[tie.To]) > 0)
	}
	return f
}

func memberOverloaded(g *graph) (f finding) {
	load := map[kg.ID]int{}
	for _, tie := range g.now(kg.ResponsibleFor) {
		if tie.Scheme == "1+10" {
			load[tie.From]++
		}
	}
	for id, n := range load {
		f.see(id, n <= 15)
	}
	return f
}

// memberUnregistered asks the members in service at units with a party organization, where communities are urban.
func memberUnregistered(g *graph) (f finding) {
	urban := count(g, func(d *kg.Division) bool { return d.Level == kg.LevelCommunity }) > 0
	registered := by(g.now(kg.RegisteredWith), from)
	party := map[kg.ID]bool{}
	for _, tie := range g.now(kg.SetUpOn) {
		if k := g.orgKind(tie.From); k == "unit branch" || k == "unit committee" {
			party[tie.To] = true
		}
	}
	for _, tie := range g.now(kg.WorksAt) {
		if p := g.person(tie.From); urban && p.PartyMember() && !p.Retired && party[tie.To] {
			f.see(p.ID, len(registered[p.ID]) > 0)
		}
	}
	return f
}

func memberUnplaced(g *graph) (f finding) {
	orgs := by(g.now(kg.BelongsTo), from)
	for _, tie := range g.now(kg.RegisteredWith) {
		placed := slices.ContainsFunc(orgs[tie.From], func(o *kg.Tie) bool { return o.Kind == "PLACED" })
		f.see(tie.From, placed)
	}
	return f
}

func memberNoTeam(g *graph) (f finding) {
	teams := by(g.now(kg.InTeam), from)
	for _, tie := range g.now(kg.RegisteredWith) {
		f.see(tie.From, len(teams[tie.From]) > 0)
	}
	return f
}

func compoundUnmanaged(g *graph) (f finding) {
	served := map[kg.ID]bool{}
	for _, tie := range g.now(kg.Serves) {
		if k := tie.From.Kind(); k == kg.KindUnit || k == kg.KindResidentBody {
			served[tie.To] = true
		}
	}
	for _, c := range all[*kg.Compound](g) {
		f.see(c.ID, served[c.ID])
	}
	return f
}

// slotsMissing audits a scheme: whatever of the kind has it at all has somebody in each slot; compounds and urban
// communities have to have it where the town has the scheme.
func slotsMissing(kind kg.Kind, scheme string, slots ...string) func(*graph) finding {
	return func(g *graph) (f finding) {
		filled := map[kg.ID]map[string]bool{}
		for _, tie := range g.now(kg.ResponsibleFor) {
			if tie.Scheme == scheme {
				if filled[tie.To] == nil {
					filled[tie.To] = map[string]bool{}
				}
				filled[tie.To][tie.Slot] = true
			}
		}
		if len(filled) == 0 {
			return f // the town does not have the scheme
		}
		for _, n := range g.kinds[kind] {
			id := n.Common().ID
			must := kind == kg.KindCompound
			if d, ok := n.(*kg.Division); ok {
				must = d.Level == kg.LevelCommunity
			}
			if must && len(filled) > 0 || filled[id] != nil {
				f.see(id, !slices.ContainsFunc(slots, func(s string) bool { return !filled[id][s] }))
			}
		}
		return f
	}
}

func unitNoSeat(g *graph) (f finding) {
	seats := by(g.now(kg.SitsOn), ref)
	for id := range by(g.now(kg.PairedWith), from) {
		if len(g.kinds[kg.KindJointCommittee]) > 0 {
			f.see(id, len(seats[id]) > 0)
		}
	}
	return f
}

func unitUnpaired(g *graph) (f finding) {
	paired := by(g.now(kg.PairedWith), from)
	for _, tie := range g.now(kg.SetUpOn) {
		if k := g.orgKind(tie.From); k == "unit branch" || k == "unit committee" {
			f.see(tie.To, len(paired[tie.To]) > 0)
		}
	}
	return f
}

func unitNoBuilding(g *graph) (f finding) {
	located := by(g.now(kg.LocatedIn), from)
	for _, u := range all[*kg.Unit](g) {
		f.see(u.ID, len(located[u.ID]) > 0)
	}
	return f
}

// held are the nodes at which somebody holds a post by the role.
func (g *graph) held(role string) map[kg.ID]kg.ID {
	held := map[kg.ID]kg.ID{}
	for _, tie := range g.now(kg.HoldsPost) {
		if tie.Role == role {
			held[tie.To] = tie.From
		}
	}
	return held
}

func entranceNoHead(g *graph) (f finding) {
	heads := g.held("单元长")
	if len(heads) == 0 { // a town without this post
		return f
	}
	for _, e := range all[*kg.Entrance](g) {
		f.see(e.ID, heads[e.ID] != "")
	}
	return f
}

func gridNoWorker(g *graph) (f finding) {
	workers := g.held("网格员")
	for _, n := range all[*kg.Grid](g) {
		f.see(n.ID, workers[n.ID] != "")
	}
	return f
}

// gridNoLevel asks where the secretaries are the first level of grids for them and for the second, the committee's.
func gridNoLevel(g *graph) (f finding) {
	first, second := g.held("书记"), g.held("两委委员")
	for _, n := range all[*kg.Grid](g) {
		if len(second) > 0 {
			f.see(n.ID, first[n.ID] != "" && second[n.ID] != "")
		}
	}
	return f
}

func areaNoLawyer(g *graph) (f finding) {
	lawyers := g.held("律师")
	for _, d := range all[*kg.Division](g) {
		if d.Level == kg.LevelCommunity {
			f.see(d.ID, lawyers[d.ID] != "")
		}
	}
	return f
}

func postsApart(g *graph) (f finding) {
	directors, secretaries := g.held("主任"), g.held("书记")
	orgOf := map[kg.ID]kg.ID{}
	for _, tie := range g.now(kg.SetUpOn) {
		orgOf[tie.To] = tie.From
	}
	for _, tie := range g.now(kg.Serves) {
		b, ok := g.nodes[tie.From].(*kg.ResidentBody)
		if ok && tie.To.Kind() == kg.KindDivision {
			f.see(b.ID, directors[b.ID] != "" && directors[b.ID] == secretaries[orgOf[tie.To]])
		}
	}
	return f
}

func branchNoGroup(g *graph) (f finding) {
	below := by(g.now(kg.ChildOf), to)
	for _, o := range all[*kg.PartyOrg](g) {
		if o.OrgKind == "branch" {
			f.see(o.ID, len(below[o.ID]) > 0)
		}
	}
	return f
}

func hubNoMember(g *graph) (f finding) {
	member := map[kg.ID]bool{}
	for home, residents := range g.homes {
		for _, id := range residents {
			if g.person(id).PartyMember() {
				member[home] = true
			}
		}
	}
	for _, tie := range g.now(kg.SetUpOn) {
		if g.orgKind(tie.From) == "hub household" {
			f.see(tie.To, member[tie.To])
		}
	}
	return f
}

func areaNoMember(g *graph) (f finding) {
	members := by(g.now(kg.BelongsTo), to)
	for _, o := range all[*kg.PartyOrg](g) {
		if o.OrgKind == "responsibility area" {
			f.see(o.ID, len(members[o.ID]) > 0)
		}
	}
	return f
}

func buildingNoPoint(g *graph) (f finding) {
	for _, b := range all[*kg.Building](g) {
		f.see(b.ID, b.Point != nil)
	}
	return f
}

func buildingNoGrid(g *graph) (f finding) {
	for _, tie := range g.now(kg.PartOf) {
		if tie.From.Kind() == kg.KindBuilding {
			f.see(tie.From, tie.To.Kind() == kg.KindGrid)
		}
	}
	return f
}

func consentExpired(g *graph) (f finding) {
	for _, p := range all[*kg.Person](g) {
		if p.Responder != nil {
			f.see(p.ID, slices.ContainsFunc(p.Responder.Consents, func(c kg.Consent) bool { return c.Holds(seed.Reference) }))
		}
	}
	return f
}

// vettingExpired asks those who were vetted once; some wait for their first vetting.
func vettingExpired(g *graph) (f finding) {
	for _, p := range all[*kg.Person](g) {
		if p.Responder != nil && len(p.Responder.Vettings) > 0 {
			f.see(p.ID, slices.ContainsFunc(p.Responder.Vettings, func(v kg.Vetting) bool { return v.Holds(seed.Reference) }))
		}
	}
	return f
}

func boothShiftEmpty(g *graph) finding { return shiftsEmpty(g, "booth") }

func stationShiftEmpty(g *graph) finding { return shiftsEmpty(g, "station") }

// shiftsEmpty asks the places of a kind that have a roster.
func shiftsEmpty(g *graph, kind string) (f finding) {
	rosters := by(g.now(kg.OnDutyAt), to)
	for _, p := range all[*kg.Place](g) {
		if p.PlaceKind != kind || len(rosters[p.ID]) == 0 {
			continue
		}
		days := map[int]bool{}
		for _, tie := range rosters[p.ID] {
			for _, h := range tie.Hours {
				days[h.Weekday] = true
			}
		}
		f.see(p.ID, len(days) == 7)
	}
	return f
}

func tieEndsEarly(g *graph) (f finding) {
	for r := range g.ties {
		for _, tie := range g.now(r) {
			f.see(tie.ID, tie.Valid.To == 0 || tie.Valid.To >= seed.Horizon)
		}
	}
	return f
}

func compoundNoHead(g *graph) (f finding) {
	heads, others := g.held("小区长"), g.held("院长") // by the name that the town has for the post
	for _, c := range all[*kg.Compound](g) {
		f.see(c.ID, heads[c.ID] != "" || others[c.ID] != "")
	}
	return f
}

// buildingNoHead asks the buildings of compounds; offices and houses have no head.
func buildingNoHead(g *graph) (f finding) {
	heads := g.held("楼栋长")
	for _, tie := range g.now(kg.InCompound) {
		if tie.From.Kind() == kg.KindBuilding {
			f.see(tie.From, heads[tie.From] != "")
		}
	}
	return f
}

// compoundNoStation asks towns that have as many stations as compounds.
func compoundNoStation(g *graph) (f finding) {
	if g.places("station") < len(g.kinds[kg.KindCompound]) {
		return f
	}
	served := map[kg.ID]bool{}
	for _, tie := range g.now(kg.Serves) {
		if p, ok := g.nodes[tie.From].(*kg.Place); ok && p.PlaceKind == "station" {
			served[tie.To] = true
		}
	}
	for _, c := range all[*kg.Compound](g) {
		f.see(c.ID, served[c.ID])
	}
	return f
}

func delegateNoGrid(g *graph) (f finding) {
	grid := map[kg.ID]bool{}
	for _, tie := range g.now(kg.ResponsibleFor) {
		if tie.Scheme == "两代表一委员" && tie.To.Kind() == kg.KindGrid {
			grid[tie.From] = true
		}
	}
	for _, tie := range g.now(kg.HoldsPost) {
		if tie.Role == "人大代表" || tie.Role == "党代表" || tie.Role == "政协委员" {
			f.see(tie.From, grid[tie.From])
		}
	}
	return f
}
