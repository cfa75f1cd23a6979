package neo4j

import (
	"slices"

	"lintu/kg"
)

// What is in an area is found from the area, down the ties that bring nodes into areas, at all times; the exact test
// is that of the nodes' own area spans.

// populous are the kinds of which a graph has so many that an area is the way to a part of them. Of the others all
// are walked through.
var populous = []kg.Kind{kg.KindBuilding, kg.KindEntrance, kg.KindHousehold, kg.KindPerson, kg.KindDoorbell}

// wideLevels are the levels of divisions that hold so much that walking an order is the faster way to a page.
var wideLevels = []string{string(kg.LevelProvince), string(kg.LevelCity), string(kg.LevelCounty), string(kg.LevelTownship), string(kg.LevelServiceDistrict)}

// area is the area that leads to what is asked, the filter's own before the scope's; without areas where there is none.
func (q *query) area(k kg.Kind, f kg.Filter) kg.InArea {
	if !slices.Contains(populous, k) {
		return kg.InArea{}
	}
	for _, c := range append(conjuncts(f), conjuncts(q.view.Scope.Filter(k))...) {
		if area, ok := c.(kg.InArea); ok && len(area.Areas) > 0 {
			return area
		}
	}
	return kg.InArea{}
}

// divisions says whether one of the areas is a division: only these can be wide.
func divisions(area kg.InArea) bool {
	return slices.ContainsFunc(area.Areas, func(id kg.ID) bool { return id.Kind() == kg.KindDivision })
}

// onlyAreas says whether a filter asks for nothing but areas.
func onlyAreas(f kg.Filter) bool {
	return !slices.ContainsFunc(conjuncts(f), func(c kg.Filter) bool {
		_, ok := c.(kg.InArea)
		return !ok && c != nil
	})
}

// matchAreas finds areas a. It unwinds the ids: after "a.id IN $ids" Neo4j 5.26 takes what a pruning walk from a finds
// for distinct, drops the DISTINCT behind it, and gives what is in two of the areas twice.
func (q *query) matchAreas(area kg.InArea) string {
	return "UNWIND " + q.param(texts(area.Areas)) + " AS aid MATCH (a:" + nodeLabel + " {id: aid}) USING INDEX a:" + nodeLabel + "(id)"
}

// matchInside finds the nodes n of a kind in an area that are shown and pass a filter, which says the area again.
func (q *query) matchInside(k kg.Kind, f kg.Filter, area kg.InArea, more string) string {
	kinds := []kg.Kind{k}
	match := q.matchAreas(area) + " MATCH (a)<-[:" + types(containerRelations) + "*0..]-"
	if kg.AreaRules[k].Self {
		match += "(n:" + label(k) + ")"
	} else {
		rule := kg.AreaRules[k]
		match += "(c) WITH DISTINCT c MATCH (c)<-[:" + types(append(slices.Clone(rule.Via), rule.Else...)) + "]-(n:" + label(k) + ")"
	}
	return match + " WITH DISTINCT n" + whereClause(and(more, q.shown("n", kinds), q.node(f, "n", kinds)))
}
