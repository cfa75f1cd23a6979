package kg

import (
	"testing"
	"time"
)

var east8 = time.FixedZone("UTC+8", 8*3600)

func TestADutyHoldsFromTheHalfHourThatItBeginsInUntilItsEnd(t *testing.T) {
	weekly := &Tie{Relation: OnDutyAt, Hours: []Duty{{Weekday: 3, From: "08:30", To: "17:30"}, {Weekday: 7, From: "17:30", To: "24:00"}, {Weekday: 1, From: "00:00", To: "08:15"}}}
	holiday := &Tie{Relation: OnDutyAt, StartsAt: time.Date(2025, 10, 1, 8, 30, 0, 0, east8), EndsAt: time.Date(2025, 10, 8, 17, 30, 0, 0, east8)}
	open := &Tie{Relation: OnDutyAt, StartsAt: time.Date(2025, 10, 1, 8, 30, 0, 0, east8)}
	bare := &Tie{Relation: OnDutyAt}
	for _, c := range []struct {
		tie  *Tie
		at   string
		want bool
	}{
		{weekly, "2026-03-04T08:29:59+08:00", false}, // a Wednesday
		{weekly, "2026-03-04T08:30:00+08:00", true},
		{weekly, "2026-03-04T17:29:59+08:00", true},
		{weekly, "2026-03-04T17:30:00+08:00", false},
		{weekly, "2026-03-05T10:00:00+08:00", false},
		{weekly, "2026-03-08T23:59:00+08:00", true}, // the night from Sunday to Monday
		{weekly, "2026-03-09T08:14:00+08:00", true},
		{weekly, "2026-03-09T08:29:00+08:00", true}, // its half hour began within the duty
		{weekly, "2026-03-09T08:30:00+08:00", false},
		{weekly, "2026-03-04T00:30:00Z", true}, // another zone, the same instant
		{holiday, "2025-10-01T08:29:00+08:00", false},
		{holiday, "2025-10-01T08:30:00+08:00", true},
		{holiday, "2025-10-08T17:29:00+08:00", true},
		{holiday, "2025-10-08T17:30:00+08:00", false},
		{open, "2035-01-01T00:00:00+08:00", true},
		{open, "2025-09-30T00:00:00+08:00", false},
		{bare, "2026-03-04T10:00:00+08:00", false},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := TestTie(OnDuty(at, east8), c.tie); got != c.want {
			t.Errorf("%v, %s: on duty %v, want %v", c.tie.Hours, c.at, got, c.want)
		}
	}
}

func TestComputedFieldsAreNamedByRelationsAndCarriedByNoTie(t *testing.T) {
	named := map[string]bool{}
	for i := range Relations {
		for _, name := range Relations[i].Computed {
			named[name] = true
			if Relations[i].Carries(name) {
				t.Errorf("%s carries %s, which is computed", Relations[i].Relation, name)
			}
		}
	}
	for _, f := range ComputedTieFields() {
		if !named[f.Name] || !f.Filterable {
			t.Errorf("%s is computed for nothing", f.Name)
		}
	}
}
