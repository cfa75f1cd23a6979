package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Limits bound what clients may ask of the server. Each field is a row of the table below.
type Limits struct {
	Tokens, Depth, Aliases, Roots, Directives int
	Cost, AnalystCost, Nodes, Page            int
	Rate, Burst, Concurrency                  int
	Sockets, SocketOperations                 int
	Persisted                                 int
}

// limit is one row of the table of limits. A number of 0 means what the usage says.
type limit struct {
	name      string
	fallback  int
	low, high int
	usage     string
	field     func(l *Limits) *int
}

// limitTable lists the limits in the order of the documentation.
var limitTable = []limit{
	{"tokens", 1000, 100, 20000, "tokens of a document", func(l *Limits) *int { return &l.Tokens }},
	{"depth", 12, 3, 100, "fields below each other", func(l *Limits) *int { return &l.Depth }},
	{"aliases", 30, 1, 1000, "aliases of a document", func(l *Limits) *int { return &l.Aliases }},
	{"root-fields", 10, 1, 100, "fields at the root", func(l *Limits) *int { return &l.Roots }},
	{"directives", 20, 1, 1000, "directives of a document", func(l *Limits) *int { return &l.Directives }},
	{"cost", 5000, 100, 1000000, "objects and work of an answer", func(l *Limits) *int { return &l.Cost }},
	{"analyst-cost", 20000, 100, 1000000, "the same for those who may see people", func(l *Limits) *int { return &l.AnalystCost }},
	{"nodes", 10000, 100, 1000000, "nodes of an answer", func(l *Limits) *int { return &l.Nodes }},
	{"page", 200, 20, 1000, "the largest page", func(l *Limits) *int { return &l.Page }},
	{"rate", 50, 0, 100000, "operations a second of one viewer in the long run; 0: any", func(l *Limits) *int { return &l.Rate }},
	{"burst", 100, 1, 100000, "operations of one viewer at once", func(l *Limits) *int { return &l.Burst }},
	{"concurrency", 0, 0, 10000, "operations that run at a time; 0: four for each processor, at least 16", func(l *Limits) *int { return &l.Concurrency }},
	{"sockets", 1000, 1, 100000, "WebSockets at a time", func(l *Limits) *int { return &l.Sockets }},
	{"socket-operations", 20, 1, 1000, "operations at a time on one WebSocket", func(l *Limits) *int { return &l.SocketOperations }},
	{"persisted", 1000, 0, 100000, "documents that clients may leave with the server and name by their hash; 0: none", func(l *Limits) *int { return &l.Persisted }},
}

// Limit is a limit as it is documented.
type Limit struct {
	Name    string
	Default int
	Usage   string
}

// LimitList lists the limits.
func LimitList() []Limit {
	out := make([]Limit, len(limitTable))
	for i, l := range limitTable {
		out[i] = Limit{l.name, l.fallback, l.usage}
	}
	return out
}

// readLimits reads limits as name=number, separated by commas or spaces. Those that are not named keep their defaults.
func readLimits(c *Config, text string) error {
	c.Limits = Limits{}
	for _, l := range limitTable {
		*l.field(&c.Limits) = l.fallback
	}
	for _, item := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		name, value, found := strings.Cut(item, "=")
		l, known := limitCalled(name)
		switch {
		case !known:
			return fmt.Errorf("names a limit that there is not, %q: write %s", name, nearestLimit(name))
		case !found:
			return fmt.Errorf("has %s without a number: write for example %s=%d", name, name, l.fallback)
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < l.low || n > l.high {
			return fmt.Errorf("has %s=%s, which is not a number from %d to %d: write for example %s=%d", name, value, l.low, l.high, name, l.fallback)
		}
		*l.field(&c.Limits) = n
	}
	return nil
}

func limitCalled(name string) (limit, bool) {
	for _, l := range limitTable {
		if l.name == name {
			return l, true
		}
	}
	return limit{}, false
}

func nearestLimit(name string) string {
	best, distance := "", len(name)+1
	all := make([]string, len(limitTable))
	for i, l := range limitTable {
		all[i] = l.name
		if d := levenshtein.ComputeDistance(name, l.name); d < distance {
			best, distance = l.name, d
		}
	}
	if distance <= 3 && best != "" {
		return best
	}
	return "one of " + strings.Join(all, ", ")
}

// flatLimits writes the block of the settings file as readLimits reads it.
func flatLimits(v any) (string, bool) {
	block, ok := v.(map[string]any)
	if !ok {
		return flat(v)
	}
	items := make([]string, 0, len(block))
	for name, value := range block {
		text, ok := flat(value)
		if !ok {
			return "", false
		}
		items = append(items, name+"="+text)
	}
	slices.Sort(items)
	return strings.Join(items, ","), true
}
