package coverage_test

import (
	"math"
	"slices"
	"time"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/reach/calendar"
	"lintu/store"
)

// truth is a town as plain nodes and ties, and what MEANINGS says of it, written down pair by pair and slowly: what
// coverage has to answer.
type truth struct {
	*town
	nodes map[kg.ID]kg.Node
	from  map[kg.ID][]*kg.Tie
	areas map[kg.ID][]kg.AreaSpan
	zone  *time.Location
}

func newTruth(t *town) *truth {
	w := &truth{town: t, nodes: map[kg.ID]kg.Node{}, from: map[kg.ID][]*kg.Tie{}, areas: map[kg.ID][]kg.AreaSpan{}, zone: local(evening).Location()}
	for _, m := range t.changes {
		if m.Op == store.PutNode {
			w.nodes[m.Node.Common().ID] = m.Node
		} else {
			w.from[m.Tie.From] = append(w.from[m.Tie.From], m.Tie)
		}
	}
	for _, ties := range w.from {
		slices.SortFunc(ties, func(a, b *kg.Tie) int { return compareIDs(a.ID, b.ID) })
	}
	return w
}

func compareIDs(a, b kg.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (w *truth) lives(id kg.ID, on kg.Date) bool {
	n := w.nodes[id]
	return n != nil && n.Common().Life.Holds(on)
}

// out are the ties of a relation that hold on a day, to what lives then.
func (w *truth) out(from kg.ID, r kg.Relation, on kg.Date) []*kg.Tie {
	var out []*kg.Tie
	for _, t := range w.from[from] {
		if t.Relation == r && t.Valid.Holds(on) && w.lives(t.To, on) {
			out = append(out, t)
		}
	}
	return out
}

func (w *truth) spans(id kg.ID) []kg.AreaSpan {
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

func (w *truth) in(id, area kg.ID, on kg.Date) bool {
	return slices.ContainsFunc(w.spans(id), func(s kg.AreaSpan) bool { return s.Area == area && s.Holds(on) })
}

func (w *truth) sees(id kg.ID, sc store.Scope) bool {
	return sc.All || slices.ContainsFunc(sc.Areas, func(a kg.ID) bool { return w.in(id, a, sc.Today) })
}

// door is the point of a household.
func (w *truth) door(household kg.ID, on kg.Date) *geo.Point {
	for _, t := range w.out(household, kg.PartOf, on) {
		switch n := w.nodes[t.To].(type) {
		case *kg.Building:
			return n.Point
		case *kg.Entrance:
			if n.Point != nil {
				return n.Point
			}
			for _, up := range w.out(t.To, kg.PartOf, on) {
				return w.nodes[up.To].(*kg.Building).Point
			}
		}
	}
	return nil
}

func (w *truth) home(person kg.ID, on kg.Date) kg.ID {
	for _, t := range w.out(person, kg.LivesIn, on) {
		return t.To
	}
	return ""
}

func (w *truth) flags(household kg.ID, on kg.Date) []string {
	var out []string
	add := func(flags []kg.Flag) {
		for _, f := range flags {
			if f.Holds(on) && !slices.Contains(out, f.Value) {
				out = append(out, f.Value)
			}
		}
	}
	add(w.nodes[household].(*kg.Household).CareFlags)
	for _, p := range w.ids[kg.KindPerson] {
		if w.lives(p, on) && w.home(p, on) == household {
			add(w.nodes[p].(*kg.Person).CareFlags)
		}
	}
	return out
}

// targets are the households that a question is about, on a day.
func (w *truth) targets(q *coverage.Query, on kg.Date) []kg.ID {
	flags := []string{kg.ElderlyAlone}
	if q.Targets != nil {
		flags = q.Targets.CareFlags
	}
	var out []kg.ID
	for _, h := range w.ids[kg.KindHousehold] {
		has := len(flags) == 0 || slices.ContainsFunc(w.flags(h, on), func(f string) bool { return slices.Contains(flags, f) })
		if w.lives(h, on) && w.in(h, q.Area, on) && w.sees(h, q.Scope) && has {
			out = append(out, h)
		}
	}
	return out
}

// presence is where somebody is, and the point of that.
func (w *truth) presence(person kg.ID, on kg.Date, at time.Time) (kg.Presence, *geo.Point) {
	local := at.In(w.zone)
	start := local.Truncate(30 * time.Minute)
	var job *kg.Tie
	for _, t := range w.out(person, kg.WorksAt, on) {
		if job == nil || t.Valid.From > job.Valid.From {
			job = t
		}
	}
	is := kg.AtHome
	if minute := local.Hour()*60 + local.Minute(); job != nil && calendar.China().Workday(kg.DateOf(at, w.zone)) && minute >= 510 && minute < 1050 {
		is = kg.AtWork
	}
	if r := w.nodes[person].(*kg.Person).Responder; r != nil {
		day := kg.DateOf(at, w.zone)
		if r.Weekly != "" {
			is = map[byte]kg.Presence{'H': kg.AtHome, 'W': kg.AtWork, 'A': kg.Away}[r.Weekly[kg.Slot(at, w.zone)]]
		}
		for _, a := range append(slices.Clone(r.Leaves), r.Pauses...) {
			if a.Holds(day) {
				is = kg.Away
			}
		}
		for _, o := range r.Overrides { // at most one here
			if start.Before(o.Until) {
				is = o.Presence
			}
		}
	}
	switch {
	case is == kg.AtHome:
		if h := w.home(person, on); h != "" {
			return is, w.door(h, on)
		}
	case is == kg.AtWork && job != nil:
		return is, w.site(job, on)
	}
	return is, nil
}

func (w *truth) site(job *kg.Tie, on kg.Date) *geo.Point {
	b := job.Ref
	if b == "" {
		seen := map[kg.ID]bool{}
		for _, t := range w.out(job.To, kg.LocatedIn, on) {
			seen[t.To] = true
			b = t.To
		}
		if len(seen) != 1 {
			return nil
		}
	}
	if !w.lives(b, on) {
		return nil
	}
	return w.nodes[b].(*kg.Building).Point
}

// fit says whether a person is a responder on a day, wherever they are.
func (w *truth) fit(id kg.ID, q *coverage.Query, on kg.Date) bool {
	p := w.nodes[id].(*kg.Person)
	r := p.Responder
	if !w.lives(id, on) || !w.asked(id, q) || r == nil || p.BirthDate.Age(on) < 18 {
		return false
	}
	holds := func(list []kg.Absence) bool {
		return slices.ContainsFunc(list, func(a kg.Absence) bool { return a.Holds(on) })
	}
	flagged := slices.ContainsFunc(p.CareFlags, func(f kg.Flag) bool { return f.Holds(on) })
	return slices.ContainsFunc(r.Consents, func(c kg.Consent) bool { return c.Holds(on) }) &&
		slices.ContainsFunc(r.Vettings, func(v kg.Vetting) bool { return v.Holds(on) }) &&
		!holds(r.Leaves) && !holds(r.Pauses) && (q.Where.IncludeCareFlagged || !flagged)
}

func (w *truth) asked(id kg.ID, q *coverage.Query) bool {
	m := q.Where.PartyMember
	return (m == nil || *m == w.nodes[id].(*kg.Person).PartyMember()) && w.sees(id, q.Scope)
}

// server is somebody, or a place, that could serve targets at an instant.
type server struct {
	id     kg.ID
	at     *geo.Point // nil where nobody knows
	limit  float64    // metres
	home   kg.ID
	person bool
}

// servers are those who are there at an instant, by a date's facts.
func (w *truth) servers(q *coverage.Query, on kg.Date, at time.Time) []server {
	var out []server
	if q.Provider.Places != nil {
		for _, id := range w.ids[kg.KindPlace] {
			p := w.nodes[id].(*kg.Place)
			wanted := len(q.Provider.Places.Kinds) == 0 || slices.Contains(q.Provider.Places.Kinds, p.PlaceKind)
			if w.lives(id, on) && wanted && w.sees(id, q.Scope) && (q.Provider.Places.AnyHour || w.open(p, at)) {
				out = append(out, server{id: id, at: w.venue(id, on), limit: math.Inf(1)})
			}
		}
		return out
	}
	for _, id := range w.ids[kg.KindPerson] {
		if !w.fit(id, q, on) {
			continue
		}
		if is, point := w.presence(id, on, at); is != kg.Away {
			s := server{id: id, at: point, limit: math.Inf(1), home: w.home(id, on), person: true}
			if m := w.nodes[id].(*kg.Person).Responder.Limits.MaxDistance; m > 0 {
				s.limit = float64(m)
			}
			out = append(out, s)
		}
	}
	return out
}

func (w *truth) venue(id kg.ID, on kg.Date) *geo.Point {
	if p := w.nodes[id].(*kg.Place).Point; p != nil {
		return p
	}
	seen := map[kg.ID]bool{}
	for _, t := range w.out(id, kg.LocatedIn, on) {
		seen[t.To] = true
	}
	if len(seen) != 1 {
		return nil
	}
	for b := range seen {
		return w.nodes[b].(*kg.Building).Point
	}
	return nil
}

func (w *truth) open(p *kg.Place, at time.Time) bool {
	at = at.In(w.zone)
	minutes := func(clock string) int {
		t, err := time.Parse("15:04", clock)
		if err != nil {
			panic(err)
		}
		return t.Hour()*60 + t.Minute()
	}
	monthDay := func(text string) int {
		t, err := time.Parse("01-02", text)
		if err != nil {
			panic(err)
		}
		return int(t.Month())*100 + t.Day()
	}
	today, now := int(at.Month())*100+at.Day(), at.Hour()*60+at.Minute()
	return slices.ContainsFunc(p.OpeningHours, func(o kg.Opening) bool {
		if o.SeasonFrom != "" {
			from, to := monthDay(o.SeasonFrom), monthDay(o.SeasonTo)
			if after, before := today >= from, today <= to; from <= to && !(after && before) || from > to && !after && !before {
				return false
			}
		}
		day := int(at.Weekday())
		if day == 0 {
			day = 7
		}
		return slices.Contains(o.Weekdays, day) && minutes(o.From) <= now && now < minutes(o.To)
	})
}

// named are those who are responsible for a household.
func (w *truth) named(q *coverage.Query, duty *reach.DutyWhere, household kg.ID, on kg.Date) []kg.ID {
	levels := map[reach.DutyLevel]kg.Kind{reach.DutyHousehold: kg.KindHousehold, reach.DutyEntrance: kg.KindEntrance, reach.DutyBuilding: kg.KindBuilding,
		reach.DutyCompound: kg.KindCompound, reach.DutyGrid: kg.KindGrid, reach.DutyDivision: kg.KindDivision}
	level := duty.Level
	if level == "" {
		level = reach.DutyBuilding
	}
	var kinds []kg.Kind
	for _, l := range reach.DutyLevels {
		if kinds = append(kinds, levels[l]); l == level {
			break
		}
	}
	var out []kg.ID
	for _, k := range []kg.Kind{kg.KindPerson, kg.KindUnit, kg.KindTeam, kg.KindPartyOrg} {
		for _, id := range w.ids[k] {
			if !w.lives(id, on) || k == kg.KindPerson && !w.asked(id, q) || k != kg.KindPerson && (q.Where.PartyMember != nil || !w.sees(id, q.Scope)) {
				continue
			}
			ties := w.out(id, kg.ResponsibleFor, on)
			if duty.IncludePosts {
				ties = append(slices.Clone(ties), w.out(id, kg.HoldsPost, on)...)
			}
			if slices.ContainsFunc(ties, func(t *kg.Tie) bool {
				return slices.Contains(kinds, t.To.Kind()) && w.in(household, t.To, on)
			}) {
				out = append(out, id)
			}
		}
	}
	return out
}

// serves says whether somebody counts for a household at all, and how far away they are; apart says that a barrier is
// between.
func (w *truth) serves(s *server, household kg.ID, door *geo.Point, on kg.Date) (metres float64, counts, apart bool) {
	if s.at == nil || door == nil || s.person && s.home == household {
		return 0, false, false
	}
	for _, r := range w.nodes[household].(*kg.Household).Refusals {
		if r.Person == s.id && r.Holds(on) {
			return 0, false, false
		}
	}
	m := geo.Distance(*door, *s.at)
	return m, m <= s.limit, w.lines.Across(*door, *s.at)
}
