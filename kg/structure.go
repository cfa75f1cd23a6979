package kg

import (
	"fmt"
	"strings"
	"time"
)

// validStructures checks the fields of a node that hold structures. The error names the place: responder.leaves[1].
func validStructures(n Node) error {
	switch n := n.(type) {
	case *Division:
		return each("formerCodes", n.FormerCodes, func(at string, c DatedCode) error {
			return firstOf(notBlank(at+".code", c.Code), validSpan(at, c.Span))
		})
	case *Household:
		return each("refusals", n.Refusals, func(at string, r Refusal) error {
			if r.Person.Kind() != KindPerson {
				return Invalid(at+".person", fmt.Sprintf("%q", clip(string(r.Person))), "the id of a PERSON")
			}
			return validSpan(at, r.Span)
		})
	case *Measure:
		return n.validate()
	case *Place:
		return each("openingHours", n.OpeningHours, validOpening)
	case *Person:
		if err := each("specialties", n.Specialties, func(at string, s Specialty) error {
			return firstOf(notBlank(at+".scheme", s.Scheme), notBlank(at+".value", s.Value))
		}); err != nil {
			return err
		}
		if n.Responder != nil {
			if err := n.Responder.validate(); err != nil {
				return err
			}
		}
		return firstOf(each("consents", n.Consents, validConsent), each("corrections", n.Corrections, validCorrection))
	}
	return nil
}

func (r *Responder) validate() error {
	if r.Weekly != "" && (len(r.Weekly) != WeekSlots || strings.Trim(r.Weekly, "HWA") != "") {
		return Invalid("responder.weekly", "not a weekly pattern", "336 letters H, W or A from Monday 00:00, or empty")
	}
	absence := func(at string, a Absence) error { return validSpan(at, a.Span) }
	return firstOf(
		each("responder.consents", r.Consents, validConsent),
		each("responder.vettings", r.Vettings, func(at string, v Vetting) error {
			return firstOf(notBlank(at+".by", v.By), validSpan(at, v.Span))
		}),
		each("responder.pauses", r.Pauses, absence),
		each("responder.leaves", r.Leaves, absence),
		each("responder.overrides", r.Overrides, func(at string, o Override) error {
			if !Presences.Has(string(o.Presence)) || o.Until.IsZero() || !o.From.Before(o.Until) {
				return Invalid(at, "without a presence, or holding for no time", "HOME, WORK or AWAY until an instant after its beginning")
			}
			return nil
		}),
		notNegative("responder.limits.alertsPerWeek", r.Limits.AlertsPerWeek),
		notNegative("responder.limits.maxFloor", r.Limits.MaxFloor),
		notNegative("responder.limits.maxDistance", r.Limits.MaxDistance),
	)
}

func validOpening(at string, o Opening) error {
	if len(o.Weekdays) == 0 {
		return Invalid(at+".weekdays", "is empty", "1 Monday to 7 Sunday")
	}
	err := each(at+".weekdays", o.Weekdays, validWeekday)
	if err == nil {
		err = validHours(at, o.From, o.To)
	}
	if err == nil && (o.SeasonFrom != "" || o.SeasonTo != "") {
		err = firstOf(validMonthDay(at+".seasonFrom", o.SeasonFrom), validMonthDay(at+".seasonTo", o.SeasonTo))
	}
	return err
}

// validDuty checks the hours and instants of a tie.
func validDuty(t *Tie) error {
	if err := each("hours", t.Hours, func(at string, d Duty) error {
		return firstOf(validWeekday(at+".weekday", d.Weekday), validHours(at, d.From, d.To))
	}); err != nil {
		return err
	}
	if !t.StartsAt.IsZero() && !t.EndsAt.IsZero() && !t.StartsAt.Before(t.EndsAt) {
		return Invalid("endsAt", t.EndsAt.Format(time.RFC3339), "an instant after startsAt")
	}
	return notNegative("rank", t.Rank)
}

func validWeekday(at string, day int) error {
	if day < 1 || day > 7 {
		return Invalid(at, fmt.Sprint(day), "1 Monday to 7 Sunday")
	}
	return nil
}

// validHours checks a time of the day: it begins before it ends, at 24:00 at the latest.
func validHours(at, from, to string) error {
	for _, clock := range [][2]string{{".from", from}, {".to", to}} {
		if _, err := time.Parse("15:04", clock[1]); (err != nil || len(clock[1]) != 5) && clock[1] != "24:00" {
			return Invalid(at+clock[0], fmt.Sprintf("%q", clip(clock[1])), "local time such as 08:30, at most 24:00")
		}
	}
	if from >= to {
		return Invalid(at+".to", to, "a time after from; what goes past midnight is two entries")
	}
	return nil
}

func validMonthDay(at, s string) error {
	if _, err := time.Parse("2006-01-02", "2024-"+s); err != nil {
		return Invalid(at, fmt.Sprintf("%q", clip(s)), "month and day such as 05-01, both ends of the season")
	}
	return nil
}

func validSpan(at string, s Span) error {
	if s.Empty() {
		return Invalid(at+".validTo", s.To.String(), "a day after validFrom")
	}
	return nil
}

func notBlank(at, s string) error {
	if strings.TrimSpace(s) == "" {
		return Invalid(at, "is empty", "a text that is not blank")
	}
	return nil
}

func notNegative(at string, n int) error {
	if n < 0 {
		return Invalid(at, fmt.Sprint(n), "0 or more")
	}
	return nil
}

// each checks the elements of a list.
func each[E any](field string, list []E, check func(at string, e E) error) error {
	for i, e := range list {
		if err := check(fmt.Sprintf("%s[%d]", field, i), e); err != nil {
			return err
		}
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
