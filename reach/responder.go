package reach

import (
	"fmt"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
)

// ResponderWhere chooses among the people who could be asked. Who does not satisfy it is neither a hit nor left
// out. All conditions hold; an absent one asks nothing.
type ResponderWhere struct {
	PartyMember    *bool
	Specialties    []string // values of specialties of any scheme; any of them
	TeamIDs        []kg.ID  // in one of the teams
	UnitIDs        []kg.ID  // of one of the units, in any of the ways of UnitTies
	MinAge, MaxAge *int     // whole years; an unknown age satisfies neither

	IncludeCareFlagged bool // also people who carry a care flag themselves
}

// IsZero says whether nothing is asked of people.
func (w *ResponderWhere) IsZero() bool {
	return w.PartyMember == nil && len(w.Specialties)+len(w.TeamIDs)+len(w.UnitIDs) == 0 && w.MinAge == nil && w.MaxAge == nil && !w.IncludeCareFlagged
}

func (w *ResponderWhere) check() error {
	if err := checkAge("where.minAge", w.MinAge); err != nil {
		return err
	}
	return checkAge("where.maxAge", w.MaxAge)
}

func checkAge(argument string, age *int) error {
	if age != nil && *age < 0 {
		return kg.Invalid(argument, fmt.Sprint(*age), "0 or more")
	}
	return nil
}

// LeftOutReason says why somebody is not a responder now.
type LeftOutReason string

// The reasons. A person is counted once, by the first that applies, in this order.
const (
	SameHousehold  LeftOutReason = "SAME_HOUSEHOLD"   // of the target household
	Refused        LeftOutReason = "REFUSED"          // the household does not want them
	UnderAge       LeftOutReason = "UNDER_AGE"        // under 18, or the age is unknown
	NoConsent      LeftOutReason = "NO_CONSENT"       // no consent to respond is valid
	NotVetted      LeftOutReason = "NOT_VETTED"       // no approval by a named body is valid
	CareFlagged    LeftOutReason = "CARE_FLAG"        // carries a care flag, and the question does not include such people
	Paused         LeftOutReason = "PAUSED"           //
	OnLeave        LeftOutReason = "ON_LEAVE"         //
	IsAway         LeftOutReason = "AWAY"             // presence AWAY
	NoPlace        LeftOutReason = "NO_PLACE"         // where they are now has no point
	Elsewhere      LeftOutReason = "ELSEWHERE"        // at work or at home outside the circle now
	BeyondOwnLimit LeftOutReason = "BEYOND_OWN_LIMIT" // farther than they said they would go
)

// LeftOutReasons are the reasons in their order of precedence.
var LeftOutReasons = []LeftOutReason{SameHousehold, Refused, UnderAge, NoConsent, NotVetted, CareFlagged, Paused, OnLeave, IsAway, NoPlace, Elsewhere, BeyondOwnLimit}

// Adult is the age from which a person can be a responder.
const Adult = 18

// asker is a question about people at a moment: who of them is asked about, and who could come.
type asker struct {
	s      *Snapshot
	m      moment
	day    *day
	roll   *roll
	where  *ResponderWhere
	teams  []ref
	units  []ref
	scope  *scope
	picky  bool   // asks for more than membership
	open   int    // 1 where people with care flags are asked, too
	worked letter // where people without a pattern are who work somewhere
}

func (s *Snapshot) newAsker(m moment, where *ResponderWhere, sc store.Scope) (*asker, error) {
	if err := where.check(); err != nil {
		return nil, err
	}
	a := &asker{s: s, m: m, where: where, scope: s.newScope(sc), worked: atHome}
	var err error
	if a.teams, err = a.refs("where.teams", where.TeamIDs, teams); err != nil {
		return nil, err
	}
	if a.units, err = a.refs("where.units", where.UnitIDs, units); err != nil {
		return nil, err
	}
	a.picky = !a.scope.all || len(where.Specialties)+len(a.teams)+len(a.units) > 0 || where.MinAge != nil || where.MaxAge != nil
	if where.IncludeCareFlagged {
		a.open = 1
	}
	if m.workTime {
		a.worked = atWork
	}
	a.day = s.day(m.date)
	a.roll = s.roll(a.day.crowd, m.date)
	return a, nil
}

// lastAdult is the last day on which people were born who are of age on a day.
func lastAdult(on kg.Date) kg.Date {
	y, m, d := on.Time(time.UTC).Date()
	born := kg.NewDate(y-Adult, m, d)
	for born.Age(on) < Adult && born > 0 { // 29 February is 1 March in other years
		born--
	}
	return born
}

func (a *asker) refs(argument string, ids []kg.ID, k kindNum) ([]ref, error) {
	var out []ref
	for _, id := range ids {
		r, err := a.argument(argument, id, k)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// argument is the ref of a node that an argument names; what does not exist or is out of scope is not found.
func (a *asker) argument(name string, id kg.ID, allowed ...kindNum) (ref, error) {
	r, ok := a.s.find(id)
	if !ok || !slices.Contains(allowed, r.kind()) || !a.scope.sees(r) {
		return 0, fmt.Errorf("%s: %s: %w", name, id, kg.ErrNotFound)
	}
	return r, nil
}

// asked says whether a person satisfies the question's conditions and is in scope.
func (a *asker) asked(row int32) bool {
	p, w := a.s.people.at(row), a.where
	if w.PartyMember != nil && *w.PartyMember != (p.is&member != 0) {
		return false
	}
	if len(w.Specialties) > 0 && !p.has(w.Specialties) {
		return false
	}
	if w.MinAge != nil && (p.birth.IsZero() || p.age(a.m.date) < *w.MinAge) {
		return false
	}
	if w.MaxAge != nil && (p.birth.IsZero() || p.age(a.m.date) > *w.MaxAge) {
		return false
	}
	return (len(a.teams) == 0 || a.inTeam(row)) && (len(a.units) == 0 || a.ofUnit(row)) && a.scope.sees(newRef(people, row))
}

func (p *person) has(values []string) bool {
	return p.profile != nil && slices.ContainsFunc(p.profile.specialties, func(sp kg.Specialty) bool { return slices.Contains(values, sp.Value) })
}

func (a *asker) inTeam(person int32) bool {
	for t := range a.s.ties(newRef(people, person)) {
		if t.relation == inTeam && slices.Contains(a.teams, t.to) && t.valid.Holds(a.m.date) && a.s.lives(t.to, a.m.date) {
			return true
		}
	}
	return false
}

func (a *asker) ofUnit(person int32) bool {
	found := false
	a.s.unitsOf(person, a.s.window(a.m.date), func(unit ref, _ uint8) { found = found || slices.Contains(a.units, unit) })
	return found
}

// wants says whether a candidate satisfies the question's conditions and is in scope.
func (a *asker) wants(n int32, e entry) bool {
	if w := a.where.PartyMember; w != nil && *w != (e.is&member != 0) {
		return false
	}
	return !a.picky || a.asked(a.day.crowd.candidates[n].person)
}

// unfit is why a candidate is no responder, whoever the target is and wherever they are; fit for a responder.
func (a *asker) unfit(e entry) reason { return e.why[a.open] }

func consents(r *kg.Responder, on kg.Date) bool {
	return slices.ContainsFunc(r.Consents, func(c kg.Consent) bool { return c.Purpose == kg.ConsentToRespond && c.Holds(on) })
}

func vetted(r *kg.Responder, on kg.Date) bool {
	return slices.ContainsFunc(r.Vettings, func(v kg.Vetting) bool { return v.By != "" && v.Holds(on) })
}

// presence is where a candidate is now.
func (a *asker) presence(n int32, e entry) letter {
	switch {
	case e.is&special != 0:
		c := &a.day.crowd.candidates[n]
		return letterOf(presence(a.s.people.at(c.person).responder(), c.works, a.m))
	case e.pattern >= ownPatterns:
		return letter(a.roll.patterns[e.pattern][a.m.slot])
	case e.pattern == workTimes:
		return a.worked
	}
	return atHome
}
