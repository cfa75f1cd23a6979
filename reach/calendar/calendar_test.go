package calendar

import (
	"strings"
	"testing"
	"time"

	"lintu/kg"
)

func TestWorkdaysFollowTheNationalHolidaysAndTheDaysWorkedInExchange(t *testing.T) {
	for day, want := range map[string]bool{
		"2025-09-30": true, "2025-10-01": false, "2025-10-02": false, "2025-10-03": false, "2025-10-06": false, "2025-10-07": false,
		"2025-10-08": false, "2025-10-09": true, // National Day and Mid-autumn, eight days
		"2025-09-28": true, "2025-10-11": true, // a Sunday and a Saturday worked in exchange
		"2025-01-26": true, "2025-02-08": true, "2025-01-28": false, "2025-02-04": false, "2025-02-05": true, // Spring Festival
		"2025-10-12": false, "2025-10-18": false, // an ordinary Sunday and Saturday
		"2026-01-01": false, "2026-01-02": false, "2026-01-04": true, "2026-01-05": true,
		"2015-09-03": false, "2015-09-06": true, // the holiday of 2015
		"2020-01-31": false, "2020-02-03": true, // prolonged to Sunday 2 February
		"2004-01-01": false, "2004-01-17": true,
	} {
		if got := China().Workday(kg.MustDate(day)); got != want {
			t.Errorf("%s: workday %v, want %v", day, got, want)
		}
	}
}

func TestOutsideTheCoveredYearsMondayToFridayAreWorked(t *testing.T) {
	first, last := China().Years()
	if first != 2004 || last < 2026 {
		t.Fatalf("the data covers %d to %d", first, last)
	}
	for _, year := range []int{first - 1, last + 1, 1999, 2040} {
		for d := kg.NewDate(year, time.January, 1); d <= kg.NewDate(year, time.December, 31); d++ {
			wd := d.Time(time.UTC).Weekday()
			if got, want := China().Workday(d), wd != time.Saturday && wd != time.Sunday; got != want {
				t.Fatalf("%s (%s): workday %v", d, wd, got)
			}
		}
	}
}

func TestEveryCoveredYearHasItsHolidays(t *testing.T) {
	first, last := China().Years()
	for year := first; year <= last; year++ {
		worked := 0
		for d := kg.NewDate(year, time.January, 1); d <= kg.NewDate(year, time.December, 31); d++ {
			if China().Workday(d) {
				worked++
			}
		}
		// 10 or 11 statutory days on weekdays or moved to them since 1999, 13 from 2025
		if worked < 246 || worked > 253 {
			t.Errorf("%d has %d workdays", year, worked)
		}
	}
}

func TestWeekdayCountsFromMonday(t *testing.T) {
	for day, want := range map[string]int{"2026-01-01": 3, "2026-01-04": 6, "2026-01-05": 0, "1999-12-31": 4, "0001-01-01": 0} {
		if got := Weekday(kg.MustDate(day)); got != want {
			t.Errorf("%s: %d, want %d", day, got, want)
		}
	}
}

func TestAMalformedCalendarIsRefusedWithItsLine(t *testing.T) {
	for data, want := range map[string]string{
		"-2026-01-01":                    "line 1",
		"years 2026":                     "line 1",
		"years 2027 2026":                "line 1",
		"years 2026 2026\n2026-01-01":    "line 2",
		"years 2026 2026\n-2026-13-01":   "line 2",
		"years 2026 2026\n\n-2025-01-01": "line 3",
		"years 2026 2026\n+2026-01-01":   "no exception",
		"years 2026 2026\n-2026-01-03":   "no exception",
		"# nothing":                      "years FIRST LAST",
	} {
		if _, err := Parse(data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", data, err, want)
		}
	}
}

func TestAHolidayIsTheDaysOffAroundAWeekdayThatIsOff(t *testing.T) {
	for day, want := range map[string]bool{
		"2025-09-30": false, "2025-10-01": true, "2025-10-04": true, "2025-10-05": true, "2025-10-08": true, "2025-10-09": false,
		"2025-10-11": false,                                                                                  // worked in exchange
		"2025-10-12": false,                                                                                  // the Sunday after it
		"2025-09-27": false,                                                                                  // an ordinary Saturday
		"2025-04-03": false, "2025-04-04": true, "2025-04-05": true, "2025-04-06": true, "2025-04-07": false, // Friday to Sunday
		"2040-10-01": false, // nobody knows yet
	} {
		if got := China().Holiday(kg.MustDate(day)); got != want {
			t.Errorf("%s: holiday %v, want %v", day, got, want)
		}
	}
}

func TestTheNextHolidayIsTheOneOfTheDayOrAfterIt(t *testing.T) {
	for day, want := range map[string]string{
		"2025-09-24": "2025-10-01 2025-10-08", "2025-10-01": "2025-10-01 2025-10-08", "2025-10-08": "2025-10-01 2025-10-08",
		"2025-10-09": "2026-01-01 2026-01-03", "2025-04-01": "2025-04-04 2025-04-06",
	} {
		first, last, known := China().NextHoliday(kg.MustDate(day))
		if got := first.String() + " " + last.String(); !known || got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
	if _, _, known := China().NextHoliday(kg.MustDate("2040-01-01")); known {
		t.Error("a holiday of 2040 is known")
	}
}
