package audit_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"lintu/coverage/audit"
	"lintu/geo"
	"lintu/kg"
	"lintu/store"
	"lintu/store/storetest"
)

// hamlet is a random small place: buildings with and without points, people who move, work and die, duties of several
// schemes that begin and end. It is kept as plain nodes and ties, over which the definitions are written down again.
type hamlet struct {
	*rand.Rand
	nodes map[kg.ID]kg.Node
	ties  []*kg.Tie
	order []store.Mutation

	community, other              kg.ID
	grids, compounds, buildings   []kg.ID
	entrances, households, people []kg.ID
	units                         []kg.ID
}

const today = kg.Date(739680)

func newHamlet(seed uint64) *hamlet {
	h := &hamlet{Rand: rand.New(rand.NewPCG(seed, 11)), nodes: map[kg.ID]kg.Node{}}
	h.community = h.add(&kg.Division{Name: "东社区", Code: "1", CodeScheme: "stat-12", Level: kg.LevelCommunity})
	h.other = h.add(&kg.Division{Name: "西社区", Code: "2", CodeScheme: "stat-12", Level: kg.LevelCommunity})
	for i := range 3 {
		g := h.add(&kg.Grid{Name: fmt.Sprint("网格", i), Code: fmt.Sprint("G", i)})
		h.tie(kg.Tie{Relation: kg.PartOf, From: g, To: h.pick(h.community, h.community, h.other)})
		c := h.add(&kg.Compound{Name: fmt.Sprint("小区", i), Code: fmt.Sprint("C", i)})
		h.tie(kg.Tie{Relation: kg.InCompound, From: c, To: h.pick(h.community, h.other)})
		h.grids, h.compounds = append(h.grids, g), append(h.compounds, c)
	}
	for i := range 7 {
		b := &kg.Building{Name: fmt.Sprint("楼", i), Code: fmt.Sprint("B", i)}
		if h.IntN(6) > 0 {
			b.Point = &geo.Point{Lat: 30 + float64(h.IntN(12))*0.001, Lon: 112 + float64(h.IntN(12))*0.001}
		}
		h.building(h.add(b))
	}
	for i := range 3 {
		u := h.add(&kg.Unit{Name: fmt.Sprint("单位", i), Code: fmt.Sprint("U", i)})
		h.units = append(h.units, u)
		for range h.IntN(3) {
			h.tie(kg.Tie{Relation: kg.LocatedIn, From: u, To: h.pick(h.buildings...), Valid: h.span()})
		}
	}
	for i := range 10 {
		h.person(i)
	}
	for _, c := range h.compounds {
		h.duties(c, 5, "41N5", "干部", "党员", "民警", "医务")
	}
	for _, e := range append(slices.Clone(h.entrances), h.buildings[0], h.buildings[1]) {
		h.duties(e, 1, "一人包一户", "")
	}
	for _, home := range h.households {
		h.duties(home, 2, []string{"一人包一户", "1+10", "自创"}[h.IntN(3)], "")
		h.duties(home, 3, "1+1+1", "报到党员", "社区党员", "楼栋志愿者")
	}
	return h
}

func (h *hamlet) building(b kg.ID) {
	h.buildings = append(h.buildings, b)
	h.tie(kg.Tie{Relation: kg.PartOf, From: b, To: h.pick(h.grids...)})
	h.tie(kg.Tie{Relation: kg.InCompound, From: b, To: h.pick(h.compounds...), Valid: h.span()})
	for k := range 3 {
		home, in := h.add(&kg.Household{Number: fmt.Sprint(k)}), b
		if k == 2 {
			e := &kg.Entrance{Number: "1"}
			if h.IntN(2) == 0 {
				e.Point = &geo.Point{Lat: 30.002, Lon: 112 + float64(h.IntN(12))*0.001}
			}
			in = h.add(e)
			h.entrances = append(h.entrances, in)
			h.tie(kg.Tie{Relation: kg.PartOf, From: in, To: b})
		}
		h.tie(kg.Tie{Relation: kg.PartOf, From: home, To: in})
		h.households = append(h.households, home)
	}
}

func (h *hamlet) person(i int) {
	p := &kg.Person{Name: fmt.Sprint("人", i), RegisterNo: fmt.Sprint(i)}
	if h.IntN(5) == 0 {
		p.Life = h.span()
	}
	if h.IntN(2) == 0 {
		p.CareFlags = []kg.Flag{{Value: kg.ElderlyAlone, Span: h.span()}}
	}
	id := h.add(p)
	h.people = append(h.people, id)
	from := kg.Date(0)
	for range 1 + h.IntN(3) { // homes, one after the other
		to := kg.Date(0)
		if h.IntN(2) == 0 {
			to = h.day()
		}
		v := kg.Span{From: from, To: to}
		if v.Empty() {
			break
		}
		h.tie(kg.Tie{Relation: kg.LivesIn, From: id, To: h.pick(h.households...), Valid: v})
		if from = to; to == 0 {
			break
		}
	}
	for range h.IntN(2) {
		t := kg.Tie{Relation: kg.WorksAt, From: id, To: h.pick(h.units...), Valid: h.span()}
		if h.IntN(3) == 0 {
			t.Ref = h.pick(h.buildings...)
		}
		h.tie(t)
	}
}

func (h *hamlet) duties(to kg.ID, n int, scheme string, slots ...string) {
	for range h.IntN(n + 1) {
		h.tie(kg.Tie{Relation: kg.ResponsibleFor, From: h.pick(h.people...), To: to, Scheme: scheme, Slot: slots[h.IntN(len(slots))], Valid: h.span()})
	}
}

func (h *hamlet) add(n kg.Node) kg.ID {
	id := storetest.NameID(n.Kind(), fmt.Sprint(len(h.nodes)))
	n.Common().ID = id
	h.nodes[id] = n
	h.order = append(h.order, store.Mutation{Op: store.PutNode, Node: n})
	return id
}

func (h *hamlet) tie(t kg.Tie) {
	t.ID = kg.DeriveTieID([]byte("hamlet"), &t)
	if slices.ContainsFunc(h.ties, func(o *kg.Tie) bool { return o.Key() == t.Key() }) {
		return
	}
	h.ties = append(h.ties, &t)
	h.order = append(h.order, store.Mutation{Op: store.PutTie, Tie: &t})
}

func (h *hamlet) pick(ids ...kg.ID) kg.ID { return ids[h.IntN(len(ids))] }

func (h *hamlet) day() kg.Date { return today - 40 + kg.Date(h.IntN(80)) }

func (h *hamlet) span() kg.Span {
	s := kg.Span{}
	if h.IntN(3) == 0 {
		s.From = h.day()
	}
	if h.IntN(3) == 0 {
		s.To = max(h.day(), s.From+1)
	}
	return s
}

// to are the far ends of the ties of a relation that are valid on a day and whose far end exists.
func (h *hamlet) to(from kg.ID, r kg.Relation, on kg.Date) (out []*kg.Tie) {
	for _, t := range h.ties {
		if t.From == from && t.Relation == r && t.Valid.Holds(on) && h.lives(t.To, on) {
			out = append(out, t)
		}
	}
	return out
}

func (h *hamlet) lives(id kg.ID, on kg.Date) bool { return h.nodes[id].Common().Life.Holds(on) }

// inside says whether a node is in an area.
func (h *hamlet) inside(id, area kg.ID) bool {
	if id == area {
		return true
	}
	for _, r := range []kg.Relation{kg.PartOf, kg.InCompound} {
		for _, t := range h.to(id, r, today) {
			if h.inside(t.To, area) {
				return true
			}
		}
	}
	return false
}

// point is where a household, entrance or building is, nil where nobody knows.
func (h *hamlet) point(id kg.ID) *geo.Point {
	switch n := h.nodes[id].(type) {
	case *kg.Building:
		return n.Point
	case *kg.Entrance:
		if n.Point != nil {
			return n.Point
		}
	}
	for _, t := range h.to(id, kg.PartOf, today) {
		if k := t.To.Kind(); k == kg.KindEntrance || k == kg.KindBuilding {
			return h.point(t.To)
		}
	}
	return nil
}

func (h *hamlet) home(person kg.ID, on kg.Date) kg.ID {
	for _, t := range h.to(person, kg.LivesIn, on) {
		return t.To
	}
	return ""
}

// work is the building where a person works.
func (h *hamlet) work(person kg.ID) kg.ID {
	jobs := h.to(person, kg.WorksAt, today)
	if len(jobs) == 0 {
		return ""
	}
	job := slices.MinFunc(jobs, func(a, b *kg.Tie) int {
		return cmp.Or(cmp.Compare(b.Valid.From, a.Valid.From), cmp.Compare(a.ID, b.ID))
	})
	if job.Ref != "" {
		return job.Ref
	}
	seats := map[kg.ID]bool{}
	for _, t := range h.to(job.To, kg.LocatedIn, today) {
		seats[t.To] = true
	}
	if len(seats) != 1 {
		return ""
	}
	for id := range seats {
		return id
	}
	return ""
}

// contract is what the audit has to find, by its definitions.
func (h *hamlet) contract(area kg.ID, name string, radius float64) []audit.Finding {
	scheme, _ := audit.SchemeOf(name)
	var out []audit.Finding
	for _, id := range h.households {
		if scheme.EveryElder && h.inside(id, area) && h.elder(id) && !h.named(id) {
			out = append(out, audit.Finding{Code: audit.Unnamed, Subject: id})
		}
	}
	for _, p := range h.people {
		homes, here := 0, false
		for _, t := range h.to(p, kg.ResponsibleFor, today) {
			if t.Scheme == name && h.lives(p, today) {
				here = here || t.To.Kind() != kg.KindCompound && h.inside(t.To, area)
				if t.To.Kind() == kg.KindHousehold {
					homes++
				}
				if t.To.Kind() != kg.KindCompound && h.inside(t.To, area) {
					out = append(out, h.duty(t, radius)...)
				}
			}
		}
		if here && scheme.Most > 0 && homes > scheme.Most {
			out = append(out, audit.Finding{Code: audit.Overloaded, Subject: p, Count: &homes})
		}
	}
	for _, subjects := range [][]kg.ID{h.households, h.entrances, h.buildings, h.compounds} {
		for _, id := range subjects {
			if h.inside(id, area) {
				out = append(out, h.slots(id, &scheme)...)
			}
		}
	}
	slices.SortFunc(out, func(a, b audit.Finding) int { return audit.Compare(&a, &b) })
	return out
}

func (h *hamlet) duty(t *kg.Tie, radius float64) (out []audit.Finding) {
	least := -1.0
	for _, at := range []kg.ID{h.home(t.From, today), h.work(t.From)} {
		if at == "" {
			continue
		}
		if a, b := h.point(at), h.point(t.To); a != nil && b != nil {
			if d := geo.Distance(*a, *b); least < 0 || d < least {
				least = d
			}
		}
	}
	if least > radius {
		out = append(out, audit.Finding{Code: audit.OutOfReach, Subject: t.To, Person: t.From, Metres: &least})
	}
	if t.Valid.From != 0 {
		if then := h.home(t.From, t.Valid.From); then != "" && then != h.home(t.From, today) {
			out = append(out, audit.Finding{Code: audit.Moved, Subject: t.To, Person: t.From})
		}
	}
	return out
}

func (h *hamlet) elder(household kg.ID) bool {
	return slices.ContainsFunc(h.people, func(p kg.ID) bool {
		flags := h.nodes[p].(*kg.Person).CareFlags
		return h.lives(p, today) && h.home(p, today) == household && slices.ContainsFunc(flags, func(f kg.Flag) bool { return f.Holds(today) })
	})
}

// named says whether anybody is responsible for a household, its entrance or its building.
func (h *hamlet) named(id kg.ID) bool {
	for _, t := range h.ties {
		if t.Relation == kg.ResponsibleFor && t.To == id && t.Valid.Holds(today) && h.lives(t.From, today) {
			return true
		}
	}
	for _, t := range h.to(id, kg.PartOf, today) {
		if k := t.To.Kind(); (k == kg.KindEntrance || k == kg.KindBuilding) && h.named(t.To) {
			return true
		}
	}
	return false
}

// slots audits the slots of one household, entrance, building or compound.
func (h *hamlet) slots(id kg.ID, scheme *audit.Scheme) (out []audit.Finding) {
	filled, last := map[string]bool{}, map[string]audit.Finding{}
	inUse := false
	for _, t := range h.ties {
		if t.Relation != kg.ResponsibleFor || t.Scheme != scheme.Name {
			continue
		}
		valid := t.Valid.Meet(h.nodes[t.From].Common().Life)
		inUse = inUse || t.To.Kind() == id.Kind() && valid.Holds(today)
		if t.To != id || valid.Empty() {
			continue
		}
		if valid.Holds(today) {
			filled[t.Slot] = true
		} else if valid.To != 0 && valid.To <= today {
			f := audit.Finding{Code: audit.Ended, Subject: id, Person: t.From, Since: valid.To}
			if t.Slot != "" {
				f.Missing = []string{t.Slot}
			}
			if l, ok := last[t.Slot]; !ok || f.Since > l.Since || f.Since == l.Since && f.Person < l.Person {
				last[t.Slot] = f
			}
		}
	}
	compound := id.Kind() == kg.KindCompound
	if compound && (scheme.On != kg.KindCompound || !inUse) {
		return nil // areas are looked at where the table says so
	}
	var missing []string
	for _, slot := range scheme.Slots {
		if !filled[slot] {
			missing = append(missing, slot)
		}
	}
	for slot, f := range last {
		if !filled[slot] {
			out = append(out, f)
		}
	}
	if len(missing) > 0 && (compound || id.Kind() == kg.KindHousehold && len(filled) > 0) {
		out = append(out, audit.Finding{Code: audit.SlotEmpty, Subject: id, Missing: missing})
	}
	return out
}

func TestContractFindingsAreThoseOfTheDefinitions(t *testing.T) {
	seen := map[audit.Code]int{}
	for seed := range uint64(120) {
		h := newHamlet(seed)
		st := storetest.NewOracle(storetest.Options{Key: store.Key{1}})
		if _, err := st.Apply(t.Context(), &store.Batch{Changes: h.order}); err != nil {
			t.Fatal(err)
		}
		w := world{st, snapshot(t, st)}
		for _, area := range []kg.ID{h.community, h.grids[0], h.compounds[1], h.buildings[2], h.entrances[0], h.households[0]} {
			for _, scheme := range []string{"一人包一户", "1+1+1", "41N5", "1+10"} {
				want := h.contract(area, scheme, 500)
				got, err := audit.Contract(t.Context(), w, w, audit.ContractQuery{
					Query: audit.Query{Area: area, On: today, Scope: store.Scope{All: true}}, Scheme: scheme, Radius: 500,
				})
				if err != nil {
					t.Fatal(err)
				}
				if describe(got) != describe(want) {
					t.Fatalf("hamlet %d, %s in %s:\n%s\nwant\n%s", seed, scheme, area, describe(got), describe(want))
				}
				for _, f := range got {
					seen[f.Code]++
				}
			}
		}
	}
	for _, c := range audit.ContractCodes() {
		if c.Code != audit.Overloaded && seen[c.Code] < 20 {
			t.Errorf("%s was found %d times only", c.Code, seen[c.Code])
		}
	}
}

func describe(findings []audit.Finding) (out string) {
	for _, f := range findings {
		out += fmt.Sprintf("%s %s %v %s %s", f.Code, f.Subject, f.Missing, f.Person, f.Since)
		if f.Count != nil {
			out += fmt.Sprint(" ", *f.Count)
		}
		if f.Metres != nil {
			out += fmt.Sprintf(" %.6f m", *f.Metres)
		}
		out += "\n"
	}
	return out
}
