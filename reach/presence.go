package reach

import (
	"time"

	"lintu/kg"
	"lintu/reach/calendar"
)

// Presence is read in half hours of the site's local time: an instant counts as the start of its half hour.
const (
	slotMinutes = 30
	slotsPerDay = 24 * 60 / slotMinutes

	// By default people work on workdays from 08:30 to 17:30.
	workFrom = 17
	workTo   = 35
)

// moment is an instant as presence sees it.
type moment struct {
	start    time.Time // of the half hour
	date     kg.Date
	slot     int  // of the week, 0 is Monday 00:00
	workTime bool // of people without a pattern of their own
}

func (s *Snapshot) moment(at time.Time) moment {
	local := at.In(s.location)
	into := time.Duration(local.Minute()%slotMinutes)*time.Minute + time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	m := moment{start: local.Add(-into), date: kg.DateOf(at, s.location)}
	ofDay := (local.Hour()*60 + local.Minute()) / slotMinutes
	m.slot = calendar.Weekday(m.date)*slotsPerDay + ofDay
	m.workTime = workFrom <= ofDay && ofDay < workTo && s.calendar.Workday(m.date)
	return m
}

// presence is where a person is: their own override, else leave and pause, else the weekly pattern, else at work
// in work time for those who have a workplace, else at home. Of several overrides that hold, the one that began
// last counts, of equal ones the last listed.
func presence(r *kg.Responder, works bool, m moment) kg.Presence {
	if r != nil {
		if o := override(r.Overrides, m.start); o != nil {
			return o.Presence
		}
		if absent(r.Leaves, m.date) || absent(r.Pauses, m.date) {
			return kg.Away
		}
		if len(r.Weekly) == kg.WeekSlots {
			return byLetter[r.Weekly[m.slot]]
		}
	}
	if works && m.workTime {
		return kg.AtWork
	}
	return kg.AtHome
}

var byLetter = map[byte]kg.Presence{'H': kg.AtHome, 'W': kg.AtWork, 'A': kg.Away}

func letterOf(p kg.Presence) letter {
	switch p {
	case kg.AtHome:
		return atHome
	case kg.AtWork:
		return atWork
	}
	return away
}

func override(list []kg.Override, at time.Time) *kg.Override {
	var best *kg.Override
	for i := range list {
		o := &list[i]
		if holds := (o.From.IsZero() || !at.Before(o.From)) && at.Before(o.Until); holds && (best == nil || !o.From.Before(best.From)) {
			best = o
		}
	}
	return best
}

func absent(list []kg.Absence, on kg.Date) bool {
	for _, a := range list {
		if a.Holds(on) {
			return true
		}
	}
	return false
}

// workplace is the WORKS_AT tie that counts on the window's day: of several the latest validFrom, then the smallest
// id. false for a person who works nowhere.
func (s *Snapshot) workplace(person int32, w *window) (tie, bool) {
	for t := range s.ties(newRef(people, person)) { // the one that counts first stands first
		if t.relation == worksAt && w.holds(t.valid) && w.lives(s.node(t.to)) {
			return t, true
		}
	}
	return tie{}, false
}

// site is the building where work is done: the tie's own, else the unit's one building. The zero ref where the unit
// has none or several, or where the building has no point.
func (s *Snapshot) site(t tie, w *window) ref {
	found := t.by
	if found == 0 {
		for l := range s.ties(t.to) {
			if l.relation != locatedIn || l.to == found || !w.holds(l.valid) || !w.lives(s.node(l.to)) {
				continue
			}
			if found != 0 {
				return 0
			}
			found = l.to
		}
	}
	if found == 0 || found.kind() != buildings {
		return 0
	}
	if b := s.spots.at(found.row()); !w.lives(&b.node) || b.point == nil {
		return 0
	}
	return found
}

// Presence is where a person is at an instant; false for an unknown person and for one who does not live on that
// day. It does not say whether the place has a point.
func (s *Snapshot) Presence(id kg.ID, at time.Time) (kg.Presence, bool) {
	r, ok := s.find(id)
	if !ok || r.kind() != people {
		return "", false
	}
	p, m := s.people.at(r.row()), s.moment(at)
	if !s.lives(r, m.date) {
		return "", false
	}
	_, works := s.workplace(r.row(), s.window(m.date))
	return presence(p.responder(), works, m), true
}
