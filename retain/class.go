package retain

import (
	"fmt"
	"time"
)

// Class is what is kept for one time. The names are those of the settings, behind "retention-".
type Class string

// The classes.
const (
	Rings       Class = "rings"
	Presence    Class = "presence"
	Ended       Class = "ended"
	Consents    Class = "consents"
	Corrections Class = "corrections"
)

// day is what periods are measured in, but for presence.
const day = 24 * time.Hour

// ClassDef is a row of the table of classes.
type ClassDef struct {
	Class Class
	// Default is how long it is kept where nothing is set; Least and Most bound what can be set.
	Default, Least, Most time.Duration
	EN, ZH               string // what is kept so long, and what becomes of it then
	Basis                string
}

// Classes is the table of classes, in the order in which they are worked off.
var Classes = []ClassDef{
	{Rings, 90 * day, 30 * day, 180 * day, "Details of a ring from its press on: then only what figures count, without its door.", "呼叫明细，其后仅存统计", "PIPL 19, 47"},
	{Presence, 24 * time.Hour, time.Hour, 72 * time.Hour, "What people said of where they are, from its end on: then nothing.", "在位声明，其后删除", "PIPL 19, 28, 47"},
	{Ended, 1095 * day, 30 * day, 3650 * day, "People and households, from the end of their life on: then a tombstone.", "已终止的人员与住户，其后仅存墓碑", "PIPL 47"},
	{Consents, 1095 * day, 1095 * day, 3650 * day, "Consents with their evidence, from their end on: then nothing.", "已结束的同意及凭证，其后删除", "PIPL 14, 15, 56"},
	{Corrections, 1095 * day, 1095 * day, 3650 * day, "Corrections, from their decision on: then nothing.", "已处理的更正请求，其后删除", "PIPL 46, 56"},
}

// Def is the class's row; nil where there is none.
func (c Class) Def() *ClassDef {
	for i := range Classes {
		if Classes[i].Class == c {
			return &Classes[i]
		}
	}
	return nil
}

// Periods say how long each class is kept. A class that is missing is kept for its default.
type Periods map[Class]time.Duration

// Of is the period of a class.
func (p Periods) Of(c Class) time.Duration {
	if d, ok := p[c]; ok {
		return d
	}
	return c.Def().Default
}

// Check refuses periods out of bounds.
func (p Periods) Check() error {
	for c, d := range p {
		def := c.Def()
		if def == nil {
			return fmt.Errorf("retain: no class %q", c)
		}
		if d < def.Least || d > def.Most {
			return fmt.Errorf("retain: %s are kept from %s to %s, not %s", c, Period(def.Least), Period(def.Most), Period(d))
		}
	}
	return nil
}

// Period writes a period in days, or in hours where it is shorter than two days.
func Period(d time.Duration) string {
	if d < 2*day || d%day != 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dd", d/day)
}
