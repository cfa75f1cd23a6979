package reach_test

import (
	"cmp"
	"math"
	"slices"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/reach/barrier"
	"lintu/reach/calendar"
	"lintu/store"
)

// world is the graph as plain nodes and ties, and the definitions of MEANINGS written down over it, slowly: what the
// snapshot has to answer.
type world struct {
	nodes map[kg.ID]kg.Node
	ties  map[kg.ID]*kg.Tie
	loc   *time.Location
	cal   *calendar.Calendar

	barriers *barrier.Set

	from  map[kg.ID][]*kg.Tie // made from ties, by id
	areas map[kg.ID][]kg.AreaSpan
}

func newWorld(changes []store.Mutation) *world {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	w := &world{nodes: map[kg.ID]kg.Node{}, ties: map[kg.ID]*kg.Tie{}, loc: loc, cal: calendar.China()}
	w.apply(changes)
	return w
}

func (w *world) apply(changes []store.Mutation) {
	for _, m := range changes {
		switch m.Op {
		case store.PutNode:
			w.nodes[m.Node.Common().ID] = kg.Clone(m.Node)
		case store.EndNode:
			n := kg.Clone(w.nodes[m.ID])
			n.Common().Life.To = m.On
			w.nodes[m.ID] = n
		case store.DeleteNode:
			delete(w.nodes, m.ID)
			for id, t := range w.ties {
				if t.From == m.ID || t.To == m.ID || t.Ref == m.ID {
					delete(w.ties, id)
				}
			}
		case store.PutTie:
			t := *m.Tie
			w.ties[t.ID] = &t
		case store.EndTie:
			t := *w.ties[m.ID]
			t.Valid.To = m.On
			w.ties[m.ID] = &t
		case store.DeleteTie:
			delete(w.ties, m.ID)
		}
	}
	w.from, w.areas = map[kg.ID][]*kg.Tie{}, map[kg.ID][]kg.AreaSpan{}
	for _, t := range w.ties {
		w.from[t.From] = append(w.from[t.From], t)
	}
	for _, ties := range w.from {
		slices.SortFunc(ties, func(a, b *kg.Tie) int { return cmp.Compare(a.ID, b.ID) })
	}
}

func (w *world) of(k kg.Kind) []kg.ID {
	var out []kg.ID
	for id := range w.nodes {
		if id.Kind() == k {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func (w *world) lives(id kg.ID, on kg.Date) bool {
	n := w.nodes[id]
	return n != nil && n.Common().Life.Holds(on)
}

// out are the ties of a relation from a node that hold on a day, to what lives then; by id.
func (w *world) out(from kg.ID, r kg.Relation, on kg.Date) []*kg.Tie {
	var out []*kg.Tie
	for _, t := range w.from[from] {
		if t.Relation == r && t.Valid.Holds(on) && w.lives(t.To, on) {
			out = append(out, t)
		}
	}
	return out
}

func (w *world) spans(id kg.ID) []kg.AreaSpan {
	if known, ok := w.areas[id]; ok {
		return known
	}
	var ties []kg.Tie
	for _, t := range w.from[id] {
		ties = append(ties, *t)
	}
	w.areas[id] = kg.AreaSpans(id, ties, w.spans)
	return w.areas[id]
}

func (w *world) in(id, area kg.ID, on kg.Date) bool {
	return slices.ContainsFunc(w.spans(id), func(s kg.AreaSpan) bool { return s.Area == area && s.Holds(on) })
}

func (w *world) visible(id kg.ID, sc store.Scope) bool {
	return sc.All || slices.ContainsFunc(sc.Areas, func(a kg.ID) bool { return w.in(id, a, sc.Today) })
}

func haversine(a, b geo.Point) float64 {
	rad := math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * 6371008.8 * math.Asin(math.Sqrt(h))
}

// door is a household's entrance, building and point on a day.
func (w *world) door(household kg.ID, on kg.Date) (entrance, building kg.ID, point *geo.Point) {
	for _, t := range w.out(household, kg.PartOf, on) {
		if t.To.Kind() == kg.KindBuilding {
			return "", t.To, w.nodes[t.To].(*kg.Building).Point
		}
		if t.To.Kind() == kg.KindEntrance {
			entrance = t.To
			for _, up := range w.out(entrance, kg.PartOf, on) {
				building = up.To
				point = w.nodes[building].(*kg.Building).Point
			}
			if own := w.nodes[entrance].(*kg.Entrance).Point; own != nil {
				point = own
			}
		}
	}
	return entrance, building, point
}

func (w *world) home(person kg.ID, on kg.Date) kg.ID {
	for _, t := range w.out(person, kg.LivesIn, on) {
		return t.To
	}
	return ""
}

// job is the WORKS_AT tie that counts.
func (w *world) job(person kg.ID, on kg.Date) *kg.Tie {
	var best *kg.Tie
	for _, t := range w.out(person, kg.WorksAt, on) { // by id
		if best == nil || t.Valid.From > best.Valid.From {
			best = t
		}
	}
	return best
}

func (w *world) workplace(person kg.ID, on kg.Date) (building kg.ID, point *geo.Point) {
	job := w.job(person, on)
	if job == nil {
		return "", nil
	}
	building = job.Ref
	if building == "" {
		seen := map[kg.ID]bool{}
		for _, t := range w.out(job.To, kg.LocatedIn, on) {
			seen[t.To] = true
			building = t.To
		}
		if len(seen) != 1 {
			return "", nil
		}
	}
	if !w.lives(building, on) || w.nodes[building].(*kg.Building).Point == nil {
		return "", nil
	}
	return building, w.nodes[building].(*kg.Building).Point
}

func (w *world) presence(person kg.ID, at time.Time) kg.Presence {
	local := at.In(w.loc)
	start := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute()/30*30, 0, 0, w.loc)
	on := kg.DateOf(at, w.loc)
	if r := w.nodes[person].(*kg.Person).Responder; r != nil {
		var best *kg.Override
		for i, o := range r.Overrides {
			if (o.From.IsZero() || !start.Before(o.From)) && start.Before(o.Until) && (best == nil || !o.From.Before(best.From)) {
				best = &r.Overrides[i]
			}
		}
		if best != nil {
			return best.Presence
		}
		for _, a := range append(slices.Clone(r.Leaves), r.Pauses...) {
			if a.Holds(on) {
				return kg.Away
			}
		}
		if r.Weekly != "" {
			weekday := (int(local.Weekday()) + 6) % 7
			return map[byte]kg.Presence{'H': kg.AtHome, 'W': kg.AtWork, 'A': kg.Away}[r.Weekly[weekday*48+local.Hour()*2+local.Minute()/30]]
		}
	}
	minute := local.Hour()*60 + local.Minute()
	if w.job(person, on) != nil && w.cal.Workday(on) && minute >= 8*60+30 && minute < 17*60+30 {
		return kg.AtWork
	}
	return kg.AtHome
}

// whereabouts is where a person is: presence, point, and what it belongs to.
func (w *world) whereabouts(person kg.ID, at time.Time) (p kg.Presence, point *geo.Point, entrance, building kg.ID) {
	on := kg.DateOf(at, w.loc)
	switch p = w.presence(person, at); p {
	case kg.AtHome:
		if h := w.home(person, on); h != "" {
			entrance, building, point = w.door(h, on)
		}
	case kg.AtWork:
		building, point = w.workplace(person, on)
	}
	return p, point, entrance, building
}

// unfit is why a person is no responder, target and place aside.
func (w *world) unfit(person kg.ID, on kg.Date, flaggedToo bool) reach.LeftOutReason {
	p := w.nodes[person].(*kg.Person)
	r := p.Responder
	if r == nil {
		r = &kg.Responder{}
	}
	if p.BirthDate.Age(on) < 18 {
		return reach.UnderAge
	}
	if !slices.ContainsFunc(r.Consents, func(c kg.Consent) bool { return c.Purpose == "respond" && c.Holds(on) }) {
		return reach.NoConsent
	}
	if !slices.ContainsFunc(r.Vettings, func(v kg.Vetting) bool { return v.By != "" && v.Holds(on) }) {
		return reach.NotVetted
	}
	if !flaggedToo && slices.ContainsFunc(p.CareFlags, func(f kg.Flag) bool { return f.Holds(on) }) {
		return reach.CareFlagged
	}
	if slices.ContainsFunc(r.Pauses, func(a kg.Absence) bool { return a.Holds(on) }) {
		return reach.Paused
	}
	if slices.ContainsFunc(r.Leaves, func(a kg.Absence) bool { return a.Holds(on) }) {
		return reach.OnLeave
	}
	return ""
}

func (w *world) refuses(household, person kg.ID, on kg.Date) bool {
	return slices.ContainsFunc(w.nodes[household].(*kg.Household).Refusals, func(r kg.Refusal) bool { return r.Person == person && r.Holds(on) })
}

// unitsOf are the units of a person, by the asked ways.
func (w *world) unitsOf(person kg.ID, by []reach.UnitTie, on kg.Date) []kg.ID {
	var out []kg.ID
	if slices.Contains(by, reach.Staff) {
		for _, t := range w.out(person, kg.WorksAt, on) {
			out = append(out, t.To)
		}
	}
	if slices.Contains(by, reach.Party) {
		for _, t := range w.out(person, kg.BelongsTo, on) {
			for _, set := range w.out(t.To, kg.SetUpOn, on) {
				if set.To.Kind() == kg.KindUnit {
					out = append(out, set.To)
				}
			}
		}
	}
	if slices.Contains(by, reach.Deployed) {
		for _, t := range w.out(person, kg.DeployedTo, on) {
			if w.lives(t.Ref, on) {
				out = append(out, t.Ref)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (w *world) asked(person kg.ID, where *reach.ResponderWhere, on kg.Date) bool {
	p := w.nodes[person].(*kg.Person)
	if where.PartyMember != nil && *where.PartyMember != p.PartyMember() {
		return false
	}
	if len(where.Specialties) > 0 && !slices.ContainsFunc(p.Specialties, func(s kg.Specialty) bool { return slices.Contains(where.Specialties, s.Value) }) {
		return false
	}
	if len(where.TeamIDs) > 0 && !slices.ContainsFunc(w.out(person, kg.InTeam, on), func(t *kg.Tie) bool { return slices.Contains(where.TeamIDs, t.To) }) {
		return false
	}
	if len(where.UnitIDs) > 0 && !slices.ContainsFunc(w.unitsOf(person, reach.UnitTies, on), func(u kg.ID) bool { return slices.Contains(where.UnitIDs, u) }) {
		return false
	}
	age := p.BirthDate.Age(on)
	if where.MinAge != nil && (p.BirthDate.IsZero() || age < *where.MinAge) {
		return false
	}
	return where.MaxAge == nil || (!p.BirthDate.IsZero() && age <= *where.MaxAge)
}
