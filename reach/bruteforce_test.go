package reach_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
)

// near answers a NearQuery by the definitions; the target must have a point.
func (w *world) near(q *reach.NearQuery) *reach.NearAnswer {
	on := kg.DateOf(q.At, w.loc)
	household := q.To.Household
	if q.To.Doorbell != "" {
		household = w.out(q.To.Doorbell, kg.InstalledAt, on)[0].To
	}
	var entrance, building kg.ID
	point := q.To.Point
	switch {
	case household != "":
		entrance, building, point = w.door(household, on)
	case q.To.Building != "":
		building, point = q.To.Building, w.nodes[q.To.Building].(*kg.Building).Point
	}
	within := func(p *geo.Point) bool { return p != nil && haversine(*p, *point) <= q.Radius }

	out := &reach.NearAnswer{}
	left := map[reach.LeftOutReason]int{}
	for _, id := range w.of(kg.KindPerson) {
		p := w.nodes[id].(*kg.Person)
		if !w.lives(id, on) || !w.visible(id, q.Scope) || !w.asked(id, &q.Where, on) || (!p.PartyMember() && p.Responder == nil) {
			continue
		}
		var home *geo.Point
		if h := w.home(id, on); h != "" {
			_, _, home = w.door(h, on)
		}
		_, work := w.workplace(id, on)
		if !within(home) && !within(work) {
			continue
		}
		presence, at, e, b := w.whereabouts(id, q.At)
		why := w.unfit(id, on, q.Where.IncludeCareFlagged)
		if household != "" {
			if w.home(id, on) == household {
				why = reach.SameHousehold
			} else if w.refuses(household, id, on) {
				why = reach.Refused
			}
		}
		switch {
		case why != "":
		case presence == kg.Away:
			why = reach.IsAway
		case at == nil:
			why = reach.NoPlace
		case !within(at):
			why = reach.Elsewhere
		case p.Responder.Limits.MaxDistance > 0 && haversine(*at, *point) > float64(p.Responder.Limits.MaxDistance):
			why = reach.BeyondOwnLimit
		}
		if why != "" {
			left[why]++
			continue
		}
		across := w.barriers.Across(*point, *at)
		if across {
			out.Across++
		}
		out.Hits = append(out.Hits, reach.NearHit{
			Person: id, Distance: haversine(*at, *point), Presence: presence, AcrossBarrier: across,
			Reasons: w.reasons(q, id, on, household, [2]kg.ID{entrance, building}, [2]kg.ID{e, b}),
		})
	}
	slices.SortFunc(out.Hits, func(a, b reach.NearHit) int {
		if a.AcrossBarrier != b.AcrossBarrier {
			return map[bool]int{true: 1, false: -1}[a.AcrossBarrier]
		}
		if math.Abs(a.Distance-b.Distance) > 1e-6 {
			return cmp.Compare(a.Distance, b.Distance)
		}
		return cmp.Compare(a.Person, b.Person)
	})
	out.Total, out.Barriers = len(out.Hits), w.barriers != nil
	for _, why := range reach.LeftOutReasons {
		if left[why] > 0 {
			out.LeftOut = append(out.LeftOut, reach.LeftOut{Reason: why, Count: left[why]})
		}
	}
	return out
}

func (w *world) reasons(q *reach.NearQuery, id kg.ID, on kg.Date, household kg.ID, target, here [2]kg.ID) []reach.Reason {
	seen := map[reach.Reason]bool{}
	switch {
	case here[0] != "" && here[0] == target[0]:
		seen[reach.Reason{Kind: reach.SameEntrance}] = true
	case here[1] != "" && here[1] == target[1]:
		seen[reach.Reason{Kind: reach.SameBuilding}] = true
	}
	for _, t := range w.out(id, kg.ResponsibleFor, on) {
		if t.To == household || t.To == target[0] || t.To == target[1] {
			seen[reach.Reason{Kind: reach.Responsible, Scheme: t.Scheme, Slot: t.Slot}] = true
		}
	}
	for relation, kind := range map[kg.Relation]reach.ReasonKind{kg.KeyholderOf: reach.Keyholder, kg.ContactOf: reach.Contact} {
		for _, t := range w.out(id, relation, on) {
			if t.To == household {
				seen[reach.Reason{Kind: kind}] = true
			}
		}
	}
	for _, s := range w.nodes[id].(*kg.Person).Specialties {
		if len(q.Where.Specialties) == 0 || slices.Contains(q.Where.Specialties, s.Value) {
			seen[reach.Reason{Kind: reach.HasSpecialty, Scheme: s.Scheme, Value: s.Value}] = true
		}
	}
	var out []reach.Reason
	for r := range seen {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b reach.Reason) int {
		return cmp.Or(cmp.Compare(slices.Index(reach.ReasonKinds, a.Kind), slices.Index(reach.ReasonKinds, b.Kind)),
			cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Value, b.Value))
	})
	return out
}

// target says whether a household is chosen.
func (w *world) target(h kg.ID, where *reach.TargetWhere, on kg.Date) bool {
	n := w.nodes[h].(*kg.Household)
	flags := slices.Clone(n.CareFlags)
	oldest := -1
	for _, id := range w.of(kg.KindPerson) {
		if w.lives(id, on) && w.home(id, on) == h {
			p := w.nodes[id].(*kg.Person)
			flags = append(flags, p.CareFlags...)
			if !p.BirthDate.IsZero() {
				oldest = max(oldest, p.BirthDate.Age(on))
			}
		}
	}
	if len(where.CareFlags) > 0 && !slices.ContainsFunc(flags, func(f kg.Flag) bool { return slices.Contains(where.CareFlags, f.Value) && f.Holds(on) }) {
		return false
	}
	if len(where.CareLevels) > 0 && !slices.Contains(where.CareLevels, n.CareLevel) {
		return false
	}
	if where.MinAge != nil && oldest < *where.MinAge {
		return false
	}
	if where.MinFloor != nil && n.Floor < *where.MinFloor {
		return false
	}
	if where.HasDoorbell != nil {
		has := false
		for _, b := range w.of(kg.KindDoorbell) {
			has = has || (w.lives(b, on) && slices.ContainsFunc(w.out(b, kg.InstalledAt, on), func(t *kg.Tie) bool { return t.To == h }))
		}
		if has != *where.HasDoorbell {
			return false
		}
	}
	if where.NoLift != nil {
		e, _, _ := w.door(h, on)
		if lift := e != "" && w.nodes[e].(*kg.Entrance).HasLift; lift == *where.NoLift {
			return false
		}
	}
	return len(where.CompoundKinds) == 0 || slices.ContainsFunc(w.of(kg.KindCompound), func(c kg.ID) bool {
		return w.in(h, c, on) && slices.Contains(where.CompoundKinds, w.nodes[c].(*kg.Compound).ManagementKind)
	})
}

// coverage is a UnitCoverage as text, by the definitions.
func (w *world) coverage(q *reach.UnitCoverageQuery) string {
	on := kg.DateOf(q.At, w.loc)
	var targets []kg.ID
	for _, h := range w.of(kg.KindHousehold) {
		if w.lives(h, on) && w.visible(h, q.Scope) && w.in(h, q.Area, on) && w.target(h, q.Targets, on) {
			targets = append(targets, h)
		}
	}
	located := 0
	for _, h := range targets {
		if _, _, p := w.door(h, on); p != nil {
			located++
		}
	}
	type member struct {
		id    kg.ID
		point geo.Point
		limit float64
	}
	units := map[kg.ID][]member{}
	pairings := map[kg.ID][]*kg.Tie{}
	consent, population, responders, standing := 0, 0, 0, 0
	for _, u := range w.of(kg.KindUnit) {
		for _, t := range w.out(u, kg.PairedWith, on) {
			if w.visible(t.To, q.Scope) && slices.ContainsFunc(targets, func(h kg.ID) bool { return w.in(h, t.To, on) }) {
				pairings[u] = append(pairings[u], t)
			}
		}
	}
	inQuestion := func(u kg.ID) bool {
		return w.lives(u, on) && w.visible(u, q.Scope) && (q.AnyUnit || len(pairings[u]) > 0)
	}
	for _, id := range w.of(kg.KindPerson) {
		if !w.lives(id, on) || !w.visible(id, q.Scope) || !w.asked(id, q.Where, on) {
			continue
		}
		of := slices.DeleteFunc(w.unitsOf(id, q.By, on), func(u kg.ID) bool { return !inQuestion(u) })
		if len(of) == 0 {
			continue
		}
		population++
		p := w.nodes[id].(*kg.Person)
		if p.Responder != nil {
			consent++
		}
		if w.unfit(id, on, q.Where.IncludeCareFlagged) != "" || w.presence(id, q.At) == kg.Away {
			continue
		}
		responders++
		_, at, _, _ := w.whereabouts(id, q.At)
		if at == nil {
			continue
		}
		standing++
		m := member{id: id, point: *at, limit: float64(p.Responder.Limits.MaxDistance)}
		for _, u := range of {
			units[u] = append(units[u], m)
		}
	}
	// crosses says whether the way crosses a barrier; reaches gives the distance at which a responder counts for a target.
	crosses := func(m member, h kg.ID) bool {
		_, _, p := w.door(h, on)
		return w.barriers.Across(*p, m.point)
	}
	reaches := func(m member, h kg.ID) (float64, bool) {
		_, _, p := w.door(h, on)
		if p == nil || w.home(m.id, on) == h || w.refuses(h, m.id, on) {
			return 0, false
		}
		d := haversine(*p, m.point)
		return d, d <= q.Radius && (m.limit <= 0 || d <= m.limit)
	}
	coveredBy, beyond := map[kg.ID][]kg.ID{}, map[kg.ID]bool{}
	var report []coverLine
	for u, of := range units {
		line := coverLine{unit: u}
		counts := map[kg.ID]bool{}
		for _, h := range targets {
			var paired []kg.ID
			for _, t := range pairings[u] {
				if w.in(h, t.To, on) {
					paired = append(paired, t.ID)
				}
			}
			if len(paired) == 0 && !q.AnyUnit {
				continue
			}
			ct := reach.CoverTarget{Household: h}
			for _, m := range of {
				if d, ok := reaches(m, h); ok && crosses(m, h) {
					beyond[h] = true
				} else if ok {
					if ct.MemberCount == 0 || d < ct.Distance-1e-6 || (math.Abs(d-ct.Distance) <= 1e-6 && m.id < ct.NearestMember) {
						ct.NearestMember, ct.Distance = m.id, d
					}
					ct.MemberCount++
				}
			}
			if ct.MemberCount > 0 {
				line.targets = append(line.targets, ct)
				coveredBy[h] = append(coveredBy[h], u)
				for _, id := range paired {
					counts[id] = true
				}
			}
		}
		for _, m := range of {
			n := 0
			for _, h := range targets {
				if _, ok := reaches(m, h); ok && !crosses(m, h) {
					n++
				}
			}
			if n > 0 {
				line.members = append(line.members, reach.CoverMember{Person: m.id, TargetsInReach: n})
			}
		}
		for id := range counts {
			line.pairings = append(line.pairings, id)
		}
		if len(line.targets) > 0 {
			report = append(report, line)
		}
	}
	for i := range report {
		for _, t := range report[i].targets {
			if len(coveredBy[t.Household]) == 1 {
				report[i].only++
			}
		}
		report[i].sort()
	}
	slices.SortFunc(report, func(a, b coverLine) int {
		return cmp.Or(cmp.Compare(len(b.targets), len(a.targets)), cmp.Compare(a.unit, b.unit))
	})
	text := fmt.Sprintf("targets %d covered %d located %d/%d standing %d/%d consent %d/%d\n", len(targets), len(coveredBy), located, len(targets), standing, responders, consent, population)
	for _, l := range report {
		text += l.text(len(l.members), len(l.targets))
	}
	for _, h := range targets {
		if len(coveredBy[h]) == 0 {
			reason := reach.Nobody
			if beyond[h] {
				reason = reach.BeyondBarrier
			}
			if _, _, p := w.door(h, on); p == nil {
				reason = reach.NoPoint
			}
			text += fmt.Sprintf("uncovered %s %s\n", h, reason)
		}
	}
	return text
}

// coverLine is a unit's part of a coverage.
type coverLine struct {
	unit     kg.ID
	pairings []kg.ID
	members  []reach.CoverMember
	targets  []reach.CoverTarget
	only     int
}

func (l *coverLine) sort() {
	slices.Sort(l.pairings)
	slices.SortFunc(l.members, func(a, b reach.CoverMember) int {
		return cmp.Or(cmp.Compare(b.TargetsInReach, a.TargetsInReach), cmp.Compare(a.Person, b.Person))
	})
	slices.SortFunc(l.targets, func(a, b reach.CoverTarget) int {
		if math.Abs(a.Distance-b.Distance) > 1e-6 {
			return cmp.Compare(a.Distance, b.Distance)
		}
		return cmp.Compare(a.Household, b.Household)
	})
}

func (l *coverLine) text(memberCount, targetsCovered int) string {
	out := fmt.Sprintf("unit %s members %d targets %d only %d pairings %v\n", l.unit, memberCount, targetsCovered, l.only, l.pairings)
	for _, m := range l.members {
		out += fmt.Sprintf("  member %s %d\n", m.Person, m.TargetsInReach)
	}
	for _, t := range l.targets {
		out += fmt.Sprintf("  target %s %s %.3f %d\n", t.Household, t.NearestMember, t.Distance, t.MemberCount)
	}
	return out
}

// coverText is an answer in the same form.
func coverText(c *reach.UnitCoverage) string {
	k := c.Completeness
	text := fmt.Sprintf("targets %d covered %d located %d/%d standing %d/%d consent %d/%d\n", c.Targets, c.Covered,
		k.TargetsLocated.Numerator, k.TargetsLocated.Denominator, k.RespondersLocated.Numerator, k.RespondersLocated.Denominator,
		k.ConsentKnown.Numerator, k.ConsentKnown.Denominator)
	for _, u := range c.Units {
		l := coverLine{unit: u.Unit, pairings: u.Pairings, members: c.Members(u.Unit), targets: c.TargetsOf(u.Unit), only: u.OnlyThisUnit}
		text += l.text(u.MemberCount, u.TargetsCovered)
	}
	for _, u := range c.Uncovered() {
		text += fmt.Sprintf("uncovered %s %s\n", u.Household, u.Reason)
	}
	return text
}

// nearText is an answer as text, with distances to the millimetre.
func nearText(a *reach.NearAnswer) string {
	text := fmt.Sprintf("total %d across %d (%v) left out %v\n", a.Total, a.Across, a.Barriers, a.LeftOut)
	for _, h := range a.Hits {
		text += fmt.Sprintf("%s %.3f %v %s %v\n", h.Person, h.Distance, h.AcrossBarrier, h.Presence, h.Reasons)
	}
	return text
}
