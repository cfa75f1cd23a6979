package trust

import "strings"

// Right is one thing that a viewer may do. Rights are a set of bits; the names are those of GraphQL's enum Right.
type Right uint16

// The rights.
const (
	// Areas: what areas there are, and their measures that were kept.
	Areas Right = 1 << iota
	// Shares: measures of coverage, as counts and shares of an area.
	Shares
	// Graph: organizations, units, teams, places, buildings, and how they are linked.
	Graph
	// People: people and households, with masks.
	People
	// Detail: people and households as they are, once a purpose is stated; near, nearby, and lists of who is not covered.
	Detail
	// Rings: rings of the areas served, and every move on them.
	Rings
	// Alerts: the viewer's own alerts, and the moves of one who was called.
	Alerts
	// Edit: changes of the graph.
	Edit
	// Audit: who saw whom, and what emergencies released.
	Audit
	// Own: the viewer's own record, who saw it, and how to have it corrected or erased.
	Own
	// Press: the rings of the viewer's own doorbell.
	Press
	// Anyone: whoever may call at all: the schema's own words, pages and edges.
	Anyone
)

// All are all of them.
const All = Anyone<<1 - 1

var rightNames = []string{"AREAS", "SHARES", "GRAPH", "PEOPLE", "DETAIL", "RINGS", "ALERTS", "EDIT", "AUDIT", "OWN", "PRESS", "ANYONE"}

// ParseRight is a right by its name; false where there is none of it.
func ParseRight(name string) (Right, bool) {
	for i, n := range rightNames {
		if n == name {
			return 1 << i, true
		}
	}
	return 0, false
}

// Names are the names of the rights in a set, in the table's order.
func (r Right) Names() []string {
	var out []string
	for i, n := range rightNames {
		if r&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}

// String is the names of the rights in a set.
func (r Right) String() string { return strings.Join(r.Names(), ", ") }
