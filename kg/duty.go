package kg

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Who is on duty at an instant is asked of fields of the tie that are computed from its hours and instants: engines
// store them beside the others, so that filters compare them as any field. They are no part of what a tie is told by.

// Slot is the half hour of the week that holds an instant in a zone, from 0 on Monday at 00:00 to WeekSlots-1.
func Slot(at time.Time, zone *time.Location) int {
	at = at.In(zone)
	return (int(at.Weekday())+6)%7*48 + at.Hour()*2 + at.Minute()/30
}

// OnDuty is the filter on ties that holds for a duty at the instant. As for presence, an instant counts as the start
// of its half hour: weekly hours hold where they begin at or before it and end after it, in the site's zone; duties
// from one instant to another likewise. A duty without hours and instants holds at no instant.
func OnDuty(at time.Time, zone *time.Location) Filter {
	start := at.Truncate(30 * time.Minute).Unix()
	return Or{
		Compare{Field: "dutySlots", Op: Contains, Value: "," + strconv.Itoa(Slot(at, zone)) + ","},
		And{Compare{Field: "dutyFrom", Op: LTE, Value: start}, Compare{Field: "dutyTo", Op: GT, Value: start}},
	}
}

// computedTieFields is the table of fields of ties that are computed from others, for relations that name them.
var computedTieFields = []TieField{
	{Name: "dutySlots", Type: Text, Filterable: true, EN: "Half hours of the week on duty.", ZH: "每周值班时段", get: func(t *Tie) any { return dutySlots(t.Hours) }},
	{Name: "dutyFrom", Type: Int, Filterable: true, EN: "First second on duty.", ZH: "值班开始", get: func(t *Tie) any { return seconds(t.StartsAt) }},
	{Name: "dutyTo", Type: Int, Filterable: true, EN: "Second at which the duty ends.", ZH: "值班结束", get: func(t *Tie) any {
		if !t.StartsAt.IsZero() && t.EndsAt.IsZero() {
			return int64(math.MaxInt64) // it has no end
		}
		return seconds(t.EndsAt)
	}},
}

// dutySlots are the half hours at whose start one of the hours holds, between commas: ",17,18,"; empty for none.
func dutySlots(hours []Duty) string {
	var b strings.Builder
	for slot := range WeekSlots {
		clock := time.Duration(slot%48) * 30 * time.Minute
		text := time.Time{}.Add(clock).Format("15:04")
		for _, h := range hours {
			if h.Weekday == slot/48+1 && h.From <= text && text < h.To {
				if b.Len() == 0 {
					b.WriteByte(',')
				}
				b.WriteString(strconv.Itoa(slot) + ",")
				break
			}
		}
	}
	return b.String()
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// ComputedTieFields is the table of the fields of ties that are computed from others.
func ComputedTieFields() []TieField { return computedTieFields }

// Stored are the fields that engines store of the relation's ties so that filters can compare them, beside their
// validity: the filterable ones that it carries, then the computed ones.
func (d *RelationDef) Stored() []*TieField {
	var out []*TieField
	for _, name := range append(append([]string(nil), d.Fields...), d.Computed...) {
		if f := TieFieldOf(name); f.Filterable {
			out = append(out, f)
		}
	}
	return out
}
