package coverage

import (
	"context"
	"fmt"
	"strings"

	"lintu/kg"
	"lintu/reach"
)

// Dimension is what the targets of a coverage can be grouped by.
type Dimension string

// The dimensions.
const (
	ByCompoundKind Dimension = "COMPOUND_KIND" // by how their compound is managed
	ByCareFlag     Dimension = "CARE_FLAG"     // by the care flags of the household or its people
	ByCareLevel    Dimension = "CARE_LEVEL"    //
	ByWeekBand     Dimension = "WEEK_BAND"     // all targets, in each band of the week
	ByLevel        Dimension = "LEVEL"         // those in areas of each level below
)

// Dimensions are the dimensions in order.
var Dimensions = []Dimension{ByCompoundKind, ByCareFlag, ByCareLevel, ByWeekBand, ByLevel}

// Group is the coverage of the targets that have a value.
type Group struct {
	Dimension Dimension
	Value     string // "" for those that have none
	Measures  Measures

	// Of a level: the areas that have targets, and those of them that have uncovered ones. Else 0.
	Areas, WithGaps int

	coverage *Coverage
}

// Coverage is the group's answer, to be asked further.
func (g *Group) Coverage() *Coverage { return g.coverage }

// By groups the targets. A target with several values is in several groups; groups without targets are left out, and
// bands that have no hour in the seven days. They are in the order of the domain's tables.
func (c *Coverage) By(ctx context.Context, d Dimension) ([]Group, error) {
	switch d {
	case ByWeekBand:
		return c.byBand(ctx)
	case ByLevel, ByCompoundKind, ByCareFlag, ByCareLevel:
	default:
		return nil, kg.Invalid("dimension", fmt.Sprintf("%q", d), dimensionNames())
	}
	p := c.part
	p.mu.Lock()
	known, ok := p.groups[d]
	p.mu.Unlock()
	if ok {
		return known, nil
	}
	var made []Group
	if d == ByLevel {
		made = c.byLevel()
	} else {
		made = c.byValue(d)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.groups == nil {
		p.groups = map[Dimension][]Group{}
	}
	p.groups[d] = made
	return made, nil
}

func dimensionNames() string {
	names := make([]string, len(Dimensions))
	for i, d := range Dimensions {
		names[i] = string(d)
	}
	return strings.Join(names, ", ")
}

// byValue groups by what targets have themselves.
func (c *Coverage) byValue(d Dimension) []Group {
	order, values := c.values(d)
	groups := map[string][]int32{}
	for _, i := range c.targets() {
		found := values(int(i))
		for _, v := range found {
			groups[v] = append(groups[v], i)
		}
		if len(found) == 0 {
			groups[""] = append(groups[""], i)
		}
	}
	var out []Group
	for _, v := range append(order, "") {
		if targets := groups[v]; len(targets) > 0 {
			part := c.among(targets)
			out = append(out, Group{Dimension: d, Value: v, Measures: part.Measures(), coverage: part})
		}
	}
	return out
}

// values are all values of a dimension in order, and those of a target.
func (c *Coverage) values(d Dimension) (order []string, of func(target int) []string) {
	switch d {
	case ByCompoundKind:
		return kg.ManagementKinds.Names(), func(i int) []string {
			var out []string
			for _, m := range c.scene.Management(i) {
				if m != "" {
					out = append(out, string(m))
				}
			}
			return out
		}
	case ByCareFlag:
		return kg.CareFlags.Names(), c.scene.CareFlags
	}
	return kg.CareLevels.Names(), func(i int) []string {
		if level := c.scene.CareLevel(i); level != "" {
			return []string{string(level)}
		}
		return nil
	}
}

// byLevel groups by the levels of the areas below.
func (c *Coverage) byLevel() []Group {
	var out []Group
	for _, level := range reach.AreaLevels {
		areas := c.Areas(level)
		if len(areas) == 0 {
			continue
		}
		g := Group{Dimension: ByLevel, Value: string(level), Areas: len(areas)}
		in := newBits(len(c.scene.Targets))
		for _, a := range areas {
			if a.uncovered() > 0 {
				g.WithGaps++
			}
			for _, i := range a.targets() {
				in.set(int(i))
			}
		}
		var targets []int32
		for _, i := range c.targets() {
			if in.has(i) {
				targets = append(targets, i)
			}
		}
		g.coverage = c.among(targets)
		g.Measures = g.coverage.Measures()
		out = append(out, g)
	}
	return out
}

// byBand asks the same of each band in the seven days that begin with the question's.
func (c *Coverage) byBand(ctx context.Context) ([]Group, error) {
	q := c.body.query
	from := q.When.date(c.snapshot.Location())
	var out []Group
	for _, b := range Bands {
		if len(hours(b, from, c.snapshot.Calendar(), c.snapshot.Location())) == 0 {
			continue
		}
		q.When = When{Band: b, From: from}
		whole, err := c.engine.askOf(ctx, c.snapshot, q)
		if err != nil {
			return nil, err
		}
		part := whole
		if len(c.targets()) != len(whole.targets()) {
			part = whole.among(c.targets()) // the same scene: the band's targets are those of its first day
			part.Area, part.part.group = c.Area, c.part.group
			part.Query.Area = c.Query.Area
		}
		if m := part.Measures(); m.Targets > 0 {
			out = append(out, Group{Dimension: ByWeekBand, Value: string(b), Measures: m, coverage: part})
		}
	}
	return out, nil
}
