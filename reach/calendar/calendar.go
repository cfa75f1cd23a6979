// Package calendar says which days are worked: Monday to Friday, less the national holidays, plus the Saturdays and
// Sundays that are worked in exchange (调休). The exceptions are data, one line a day, so that next year's notice is
// an edit of a text file.
package calendar

import (
	"bufio"
	_ "embed" // the data of China
	"fmt"
	"strings"
	"time"

	"lintu/kg"
)

//go:embed china.txt
var china string

// Calendar knows the workdays. It is immutable and safe for concurrent use.
type Calendar struct {
	first, last int // years covered
	exceptions  map[kg.Date]bool
}

var shipped = func() *Calendar {
	c, err := Parse(china)
	if err != nil {
		panic(err) // the embedded data is tested
	}
	return c
}()

// China is the calendar of mainland China that is shipped: national holidays and 调休. Outside the years that it
// covers a workday is Monday to Friday.
func China() *Calendar { return shipped }

// Parse reads a calendar: a line "years 2004 2026", then one exception a line, "-2026-01-01" for a weekday that is
// free and "+2026-01-04" for a Saturday or Sunday that is worked. Blank lines and lines that start with # are
// skipped. The error names the line.
func Parse(data string) (*Calendar, error) {
	c := &Calendar{exceptions: map[kg.Date]bool{}}
	lines := bufio.NewScanner(strings.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := c.read(line); err != nil {
			return nil, fmt.Errorf("calendar: line %d: %q: %w", n, line, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	if c.first == 0 {
		return nil, fmt.Errorf("calendar: no line \"years FIRST LAST\"")
	}
	return c, nil
}

func (c *Calendar) read(line string) error {
	if strings.HasPrefix(line, "years ") {
		if n, _ := fmt.Sscanf(line, "years %d %d", &c.first, &c.last); n != 2 || c.first > c.last {
			return fmt.Errorf("want \"years FIRST LAST\", not %q", line)
		}
		return nil
	}
	sign, day := line[0], line[1:]
	d, err := kg.ParseDate(day)
	if err != nil {
		return err
	}
	worked := sign == '+'
	switch year := d.Time(time.UTC).Year(); {
	case sign != '+' && sign != '-':
		return fmt.Errorf("want + or - before the day")
	case c.first == 0 || year < c.first || year > c.last:
		return fmt.Errorf("not in the years that are covered")
	case worked == weekday(d):
		return fmt.Errorf("no exception to Monday to Friday")
	}
	c.exceptions[d] = worked
	return nil
}

// Workday says whether the day is worked.
func (c *Calendar) Workday(d kg.Date) bool {
	if worked, exception := c.exceptions[d]; exception {
		return worked
	}
	return weekday(d)
}

// Holiday says whether the day belongs to a public holiday: it is off, and a Monday to Friday that is off is among the
// days off around it. A weekend that is nothing else is no holiday.
func (c *Calendar) Holiday(d kg.Date) bool {
	first, last := c.off(d)
	for ; first <= last; first++ {
		if weekday(first) {
			return true
		}
	}
	return false
}

// off are the first and the last of the days off in a row around a day; for a workday the last is before the first.
func (c *Calendar) off(d kg.Date) (first, last kg.Date) {
	first, last = d, d-1
	for !c.Workday(last + 1) {
		last++
	}
	for last >= d && !c.Workday(first-1) {
		first--
	}
	return first, last
}

// NextHoliday are the first and the last day of the public holiday that a day belongs to, or of the next one; false
// where the calendar knows none.
func (c *Calendar) NextHoliday(d kg.Date) (first, last kg.Date, known bool) {
	for ; d.Time(time.UTC).Year() <= c.last; d++ {
		if c.Holiday(d) {
			first, last = c.off(d)
			return first, last, true
		}
	}
	return 0, 0, false
}

// Years are the first and last year that the calendar covers.
func (c *Calendar) Years() (first, last int) { return c.first, c.last }

// weekday says whether the day is a Monday to Friday.
func weekday(d kg.Date) bool { return Weekday(d) < 5 }

// Weekday is the day of the week, 0 Monday to 6 Sunday.
func Weekday(d kg.Date) int {
	// Date 1, 0001-01-01, was a Monday.
	return int((d - 1) % 7)
}
