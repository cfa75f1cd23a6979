package trust

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"lintu/geo"
	"lintu/kg"
)

// Small is the size below which a count of people or doors is withheld from viewers without detail; others are rounded to
// a multiple of it.
const Small = 5

// Blur rounds a count to the nearest multiple of Small; false where it is withheld.
func Blur(n int) (int, bool) {
	if n < Small {
		return 0, false
	}
	return (n + Small/2) / Small * Small, true
}

// Told is a count as it is told without detail; nil where it is withheld.
func Told(n int) *int {
	blurred, told := Blur(n)
	if !told {
		return nil
	}
	return &blurred
}

// Mask is a node as it is shown without detail: people keep surname, sex, decade of birth and the end of their telephone
// number, doors their building, points their cell, rings their times. The node itself is left as it is. Every field of the
// field table with a privacy class is changed, which a test holds it to.
func Mask(n kg.Node) kg.Node {
	switch n := n.(type) {
	case *kg.Person:
		m := *n
		m.RegisterNo, m.Name, m.Phone, m.BirthDate = "", maskName(n.Name), maskPhone(n.Phone), decade(n.BirthDate)
		m.CareFlags, m.Responder, m.Consents, m.Corrections = nil, nil, nil, nil
		return &m
	case *kg.Household:
		m := *n
		m.Number, m.Room, m.Floor, m.CareLevel, m.CareFlags, m.Refusals, m.PastRings = maskDoor, "", 0, "", nil, nil, 0
		return &m
	case *kg.Building:
		m := *n
		m.Point = cell(n.Point)
		return &m
	case *kg.Entrance:
		m := *n
		m.Point = cell(n.Point)
		return &m
	case *kg.Doorbell:
		m := *n
		m.KeyHash = ""
		return &m
	case *kg.Ring:
		m := *n
		m.Candidates, m.LeftOut, m.Outbox = nil, nil, nil
		return &m
	case *kg.Alert:
		m := *n
		m.Metres, m.Seconds, m.Reasons, m.Word, m.Outbox = 0, 0, "", "", nil
		return &m
	case *kg.Measure: // a small count is of doors that are known
		m := *n
		m.Targets, _ = Blur(n.Targets)
		m.Covered, _ = Blur(n.Covered)
		m.Figures = nil
		return &m
	case *kg.RingEvent:
		m := *n
		m.Actor = ""
		return &m
	}
	return n
}

const maskDoor = "某户"

// compound are the surnames of two characters that are met.
var compound = []string{"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "宇文", "长孙", "端木", "呼延", "南宫", "独孤", "申屠", "太史", "澹台", "轩辕"}

// maskName is the surname followed by 某. Of a name in another script it is the first letter.
func maskName(name string) string {
	if name == "" {
		return ""
	}
	for _, s := range compound {
		if strings.HasPrefix(name, s) && utf8.RuneCountInString(name) > 2 {
			return s + "某"
		}
	}
	first, _ := utf8.DecodeRuneInString(name)
	return string(first) + "某"
}

// maskPhone keeps the last four digits of a number that is long enough to stay unknown.
func maskPhone(phone string) string {
	if len(phone) < 8 || !utf8.ValidString(phone[len(phone)-4:]) {
		return ""
	}
	return "***" + phone[len(phone)-4:]
}

// decade is the first day of the decade of a day: of births, all that is shown.
func decade(d kg.Date) kg.Date {
	if d == 0 {
		return 0
	}
	return kg.NewDate(d.Time(time.UTC).Year()/10*10, time.January, 1)
}

// cellMetres is the side of the cells that points are moved to the middle of.
const cellMetres = 100

// cell is the middle of the cell that a point is in. Cells are a fixed grid, so that many asks tell no more than one.
func cell(p *geo.Point) *geo.Point {
	if p == nil {
		return nil
	}
	const metresOfDegree = 111_320
	lat := (math.Floor(p.Lat*metresOfDegree/cellMetres) + 0.5) * cellMetres / metresOfDegree
	wide := metresOfDegree * math.Max(math.Cos(lat*math.Pi/180), 0.01)
	lon := (math.Floor(p.Lon*wide/cellMetres) + 0.5) * cellMetres / wide
	return &geo.Point{Lat: lat, Lon: lon}
}
