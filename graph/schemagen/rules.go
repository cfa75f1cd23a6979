package main

import (
	"fmt"
	"strings"

	"lintu/kg"
	"lintu/trust"
)

// needs is the directive that says which rights show something, one of them being enough.
func needs(rights trust.Right) string {
	return fmt.Sprintf(" @needs(any: [%s])", strings.Join(rights.Names(), ", "))
}

// shown is the rule of what shows nodes of a kind.
func shown(k kg.Kind) string { return needs(trust.Showing(k)) }

// typeRule is the rule of the fields of a kind's type.
func typeRule(k kg.Kind) string {
	rights := trust.Showing(k)
	switch k {
	case kg.KindPerson, kg.KindHousehold:
		rights |= trust.Own | trust.Alerts
	case kg.KindRing:
		rights |= trust.Alerts | trust.Press
	case kg.KindAlert:
		rights |= trust.Alerts
	case kg.KindDoorbell:
		rights |= trust.Press
	case kg.KindBuilding, kg.KindEntrance:
		rights |= trust.Alerts | trust.Own
	}
	return needs(rights)
}

// asking is the rule of a condition, an order or a grouping by a field: none for what is open.
func asking(f *kg.Field) string {
	if f.Class == kg.Open {
		return ""
	}
	return needs(trust.Detail)
}

// titleRule is the rule of a condition on titles, or of an order by them: those of people and doors are personal, and a
// list of nodes of any kind may hold them.
func titleRule(k kg.Kind) string {
	if k == "" || k == kg.KindPerson || k == kg.KindHousehold {
		return needs(trust.Detail)
	}
	return ""
}

// linkRule is the rule of a link's field. What leads from an alert to a door and who lives there is also for who was called;
// what of it they see, the session's scope says.
func linkRule(l kg.Link) string {
	rights := trust.Following(l.Relation, l.Far)
	switch l.Relation {
	case kg.AlertOf, kg.RangAt:
		rights |= trust.Alerts | trust.Press
	case kg.LivesIn:
		rights |= trust.Alerts | trust.Own
	}
	return needs(rights)
}
