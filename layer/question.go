package layer

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lintu/coverage"
	"lintu/kg"
	"lintu/reach"
)

// Asker reads questions about coverage from names and values: the parameters of an address, or of a command line.
type Asker struct {
	ElderAge int // from which people are elders here
	Now      func() time.Time
	Location *time.Location // of instants without a zone
}

// Parameter is a part of a question. Names are those of the arguments of coverage in GraphQL, with dots.
type Parameter struct {
	Name   string
	EN, ZH string
	set    func(p *part) error
}

// part is a parameter as it was given.
type part struct {
	*Asker
	q      *coverage.Query
	name   string
	values []string
}

// Parameters are the parts of a question about coverage, in the order of the documentation.
var Parameters = []Parameter{
	{"area", "The id of the area: a division, grid, compound or building.", "区域", func(p *part) (err error) {
		p.q.Area, err = p.id()
		return err
	}},
	{"targets.careFlags", "Households with any of these care flags; ELDERLY_ALONE where nothing is said of targets, ANY for all of them.", "关爱标签", func(p *part) error {
		if !slices.Equal(p.values, []string{"ANY"}) {
			p.q.Targets.CareFlags = p.values
		}
		return nil
	}},
	{"targets.careLevel", "Households of any of these care levels.", "关爱等级", func(p *part) error {
		p.q.Targets.CareLevels = words[kg.CareLevel](p.values)
		return nil
	}},
	{"targets.hasDoorbell", "Households with a doorbell, or without.", "有无门铃", func(p *part) error { return p.truth(&p.q.Targets.HasDoorbell) }},
	{"targets.minAge", "Households with somebody at least so old.", "最小年龄", func(p *part) error { return p.number(&p.q.Targets.MinAge) }},
	{"targets.elder", "true: households with an elder.", "有老人", func(p *part) error {
		if p.values[0] != "true" {
			return kg.Invalid(p.name, p.values[0], "true, or left out")
		}
		if least := p.q.Targets.MinAge; least == nil || *least < p.ElderAge {
			p.q.Targets.MinAge = &p.ElderAge
		}
		return nil
	}},
	{"targets.minFloor", "Households at least so high.", "最低楼层", func(p *part) error { return p.number(&p.q.Targets.MinFloor) }},
	{"targets.noLift", "Households without a lift, or with.", "无电梯", func(p *part) error { return p.truth(&p.q.Targets.NoLift) }},
	{"targets.compoundKind", "Households in compounds managed so.", "小区类型", func(p *part) error {
		p.q.Targets.CompoundKinds = words[kg.ManagementKind](p.values)
		return nil
	}},
	{"radius", "Metres around a target; 500.", "半径（米）", func(p *part) error {
		v, err := strconv.ParseFloat(p.values[0], 64)
		if p.q.Radius = v; err != nil {
			return kg.Invalid(p.name, p.values[0], "a number of metres")
		}
		return nil
	}},
	{"minutes", "In place of a radius, as far as so many minutes on foot.", "步行分钟", func(p *part) error {
		v, err := strconv.ParseFloat(p.values[0], 64)
		if p.q.Minutes = v; err != nil || !(v > 0) {
			return kg.Invalid(p.name, p.values[0], "a number of minutes, more than 0")
		}
		return nil
	}},
	{"k", "How many responders cover a target; 1.", "需要人数", func(p *part) error {
		n, err := strconv.Atoi(p.values[0])
		if p.q.K = n; err != nil || n < 1 {
			return kg.Invalid(p.name, p.values[0], fmt.Sprintf("1 to %d", coverage.MaxK))
		}
		return nil
	}},
	{"at", "The instant, RFC 3339, or 2026-11-26T20:00 in the site's time; now.", "时刻", func(p *part) (err error) {
		p.q.When.At, err = p.instant()
		return err
	}},
	{"band", "In place of an instant a part of the week: WORKDAY_MORNING, WORKDAY_DAY, WORKDAY_EVENING, NIGHT, WEEKEND or HOLIDAY.", "时段", func(p *part) error {
		p.q.When.Band = coverage.Band(p.values[0])
		return nil
	}},
	{"from", "With a band, the first of its seven days; today.", "起始日期", func(p *part) (err error) {
		p.q.When.From, err = dateOf(p.name, p.values[0])
		return err
	}},
	{"provider.places", "In place of people, places of any of these kinds cover a target while they are open: canteen, service centre, station, ...", "以阵地计：类别", func(p *part) error {
		p.places().Kinds = p.values
		return nil
	}},
	{"provider.anyHour", "true: places whether they are open or not.", "不论是否开放", func(p *part) error {
		var b *bool
		err := p.truth(&b)
		p.places().AnyHour = b != nil && *b
		return err
	}},
	{"provider.duty", "In place of distance, a target is covered for which somebody is responsible, up to this level: HOUSEHOLD, ENTRANCE, BUILDING, COMPOUND, GRID or DIVISION.", "以责任计：层级", func(p *part) error {
		p.duty().Level = reach.DutyLevel(p.values[0])
		return nil
	}},
	{"provider.includePosts", "true: posts held there count as duties too.", "含岗位", func(p *part) error {
		var b *bool
		err := p.truth(&b)
		p.duty().IncludePosts = b != nil && *b
		return err
	}},
	{"where.partyMember", "Only party members, or only others.", "党员", func(p *part) error { return p.truth(&p.q.Where.PartyMember) }},
	{"where.specialties", "Only people with any of these specialties.", "专长", func(p *part) error {
		p.q.Where.Specialties = p.values
		return nil
	}},
	{"where.teams", "Only people in any of these teams (ids).", "队伍", func(p *part) error { return p.ids(&p.q.Where.TeamIDs) }},
	{"where.units", "Only people of any of these units (ids).", "单位", func(p *part) error { return p.ids(&p.q.Where.UnitIDs) }},
	{"where.minAge", "Only people at least so old.", "最小年龄", func(p *part) error { return p.number(&p.q.Where.MinAge) }},
	{"where.maxAge", "Only people at most so old.", "最大年龄", func(p *part) error { return p.number(&p.q.Where.MaxAge) }},
	{"where.includeCareFlagged", "Also people who carry a care flag themselves.", "包括有关爱标签的人", func(p *part) error {
		var b *bool
		err := p.truth(&b)
		p.q.Where.IncludeCareFlagged = b != nil && *b
		return err
	}},
}

// lists are the parameters that take several values.
var lists = []string{"targets.careFlags", "targets.careLevel", "targets.compoundKind", "provider.places", "where.specialties", "where.teams", "where.units"}

// Read reads a question. Lists are values of a repeated name, or words between commas. The error is kg.ErrInvalid; it
// names the parameter and what is allowed.
func (a *Asker) Read(values url.Values, besides ...string) (coverage.Query, error) {
	q := coverage.Query{Targets: &reach.TargetWhere{}, Where: &reach.ResponderWhere{}, Radius: 500, K: 1}
	for name := range values {
		known := slices.ContainsFunc(Parameters, func(p Parameter) bool { return p.Name == name })
		if !known && !slices.Contains(besides, name) {
			return q, kg.Invalid(name, "is no parameter", strings.Join(append(names(), besides...), ", "))
		}
	}
	if !slices.ContainsFunc(Parameters, func(p Parameter) bool { return strings.HasPrefix(p.Name, "targets.") && values.Has(p.Name) }) {
		*q.Targets = reach.DefaultTargets()
	}
	for _, p := range Parameters {
		if !values.Has(p.Name) {
			continue
		}
		var list []string
		for _, v := range values[p.Name] {
			list = append(list, strings.Split(v, ",")...)
		}
		if slices.Contains(list, "") {
			return q, kg.Invalid(p.Name, "is empty", "a value, or leave the parameter out")
		}
		if len(list) > 1 && !slices.Contains(lists, p.Name) {
			return q, kg.Invalid(p.Name, strings.Join(list, ","), "one value")
		}
		if err := p.set(&part{a, &q, p.Name, list}); err != nil {
			return q, err
		}
	}
	if q.Area == "" {
		return q, kg.Invalid("area", "is missing", "the id of a division, grid, compound or building")
	}
	switch {
	case q.When.Band == "" && q.When.From != 0:
		return q, kg.Invalid("from", "goes with a band", "band=..., or leave it out")
	case q.When.Band == "" && q.When.At.IsZero():
		q.When.At = a.Now().In(a.Location)
	case q.When.Band != "" && q.When.From == 0:
		q.When.From = kg.DateOf(a.Now(), a.Location)
	}
	return q, nil
}

func names() []string {
	var out []string
	for _, p := range Parameters {
		out = append(out, p.Name)
	}
	return out
}

func (p *part) instant() (time.Time, error) {
	v := p.values[0]
	if at, err := time.Parse(time.RFC3339, v); err == nil {
		return at, nil
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", v, p.Location)
	if err != nil {
		return at, kg.Invalid(p.name, v, "an instant such as 2026-11-26T20:00 or 2026-11-26T20:00:00+08:00")
	}
	return at, nil
}

func (p *part) places() *reach.PlaceWhere {
	if p.q.Provider.Places == nil {
		p.q.Provider.Places = &reach.PlaceWhere{}
	}
	return p.q.Provider.Places
}

func (p *part) duty() *reach.DutyWhere {
	if p.q.Provider.Duty == nil {
		p.q.Provider.Duty = &reach.DutyWhere{}
	}
	return p.q.Provider.Duty
}

func (p *part) truth(at **bool) error {
	v := p.values[0]
	if v != "true" && v != "false" {
		return kg.Invalid(p.name, v, "true or false")
	}
	b := v == "true"
	*at = &b
	return nil
}

func (p *part) number(at **int) error {
	n, err := strconv.Atoi(p.values[0])
	if err != nil || n < 0 {
		return kg.Invalid(p.name, p.values[0], "a whole number, 0 or more")
	}
	*at = &n
	return nil
}

func (p *part) id() (kg.ID, error) { return kg.ParseID(p.name, p.values[0]) }

func (p *part) ids(at *[]kg.ID) error {
	for _, v := range p.values {
		id, err := kg.ParseID(p.name, v)
		if err != nil {
			return err
		}
		*at = append(*at, id)
	}
	return nil
}

func words[S ~string](values []string) []S {
	var out []S
	for _, v := range values {
		out = append(out, S(v))
	}
	return out
}
