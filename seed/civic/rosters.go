package civic

import (
	"fmt"
	"time"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/town"
)

func (c *Town) onDuty(pi int, at kg.ID, role string, hours []kg.Duty, valid kg.Span) {
	c.Out.Tie(kg.Tie{Relation: kg.OnDutyAt, From: c.People[pi].ID(), To: at, Valid: valid, Role: role, Hours: hours})
}

// day is a span of hours on some days of the week, one entry a day.
func day(from, to string, weekdays ...int) []kg.Duty {
	var out []kg.Duty
	for _, d := range weekdays {
		out = append(out, kg.Duty{Weekday: d, From: from, To: to})
	}
	return out
}

// night is the night that begins on a day of the week and ends next morning.
func night(weekday int) []kg.Duty {
	return []kg.Duty{{Weekday: weekday, From: "17:30", To: "24:00"}, {Weekday: weekday%7 + 1, From: "00:00", To: "08:30"}}
}

// emitRosters puts community workers on duty at the desk of their centre and, night by night, for their community;
// street staff for the street; in a village members at the hall. The emergency teams have one person a night.
func (c *Town) emitRosters() {
	s := c.Stream("rosters")
	for ai, a := range c.Areas {
		pool := c.workers[ai]
		if len(pool) == 0 {
			pool = c.memberWorkers(ai)
		}
		since := town.Since(s, 2022, 2024)
		for k, pi := range pool {
			weekday := k%7 + 1
			c.onDuty(pi, c.desks[ai], "窗口", day("08:30", "17:30", weekday), since)
			if k < 7 {
				c.onDuty(pi, a.ID, "夜间值班", night(weekday), since)
			}
			if k >= 7 && k < 14 {
				c.onDuty(pi, c.crews[ai], "备勤", night(k-6), since)
			}
		}
		c.holiday(pool[0], a.ID)
	}
	for _, d := range c.Townships() {
		staff := c.staffOf(func(u *town.Unit) bool { return u.Class == town.StreetOffice && c.Areas[u.Area].Parent == d.Code })
		for k, pi := range draw.Sample(s, staff, 7) {
			c.onDuty(pi, c.Divisions[d.Code], "街道值班", append(day("08:30", "17:30", k+1), night(k+1)...), town.Since(s, 2022, 2024))
		}
	}
}

// holiday is a duty by instants, at the national holiday of 2025; it is past.
func (c *Town) holiday(pi int, at kg.ID) {
	east8 := time.FixedZone("UTC+8", 8*3600)
	c.Out.Tie(kg.Tie{
		Relation: kg.OnDutyAt, From: c.People[pi].ID(), To: at, Role: "节日值班",
		Valid:    kg.Span{From: kg.MustDate("2025-10-01"), To: kg.MustDate("2025-10-09")},
		StartsAt: time.Date(2025, 10, 1, 8, 30, 0, 0, east8), EndsAt: time.Date(2025, 10, 8, 17, 30, 0, 0, east8),
	})
}

// emitBoothShifts deals the booths' members to shifts of two hours, five a day; on one planted booth nobody comes on
// Sundays.
func (c *Town) emitBoothShifts() {
	if len(c.booths) == 0 {
		return
	}
	s := c.Stream("rosters/booths")
	var members []int
	for pi := range c.People {
		if p := &c.People[pi]; p.Member() && p.Age <= 72 {
			members = append(members, pi)
		}
	}
	members = draw.Sample(s, members, c.Places.BoothPeople)
	bare := s.N(len(c.booths))
	c.Plant(figures.BoothShiftEmpty, c.booths[bare], "nobody is on duty on Sundays")
	next := 0
	for n, size := range draw.Share(len(members), draw.Even(len(c.booths))) {
		days := 7
		if n == bare {
			days = 6
		}
		for k, pi := range members[next : next+size] {
			hour := 8 + 2*(k/days%5)
			hours := day(fmt.Sprintf("%02d:00", hour), fmt.Sprintf("%02d:00", hour+2), k%days+1)
			c.onDuty(pi, c.booths[n], "志愿岗亭", hours, town.Since(s, 2020, 2024))
		}
		next += size
	}
}
