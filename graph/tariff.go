package graph

import (
	"lintu/graph/limits"
	"lintu/kg"
	"lintu/loaders"
)

// mostAncestors is how many containing nodes a node has at most: the levels of divisions and grids, and the levels below.
const mostAncestors = 12

// ringMutations move a ring: some hundred changes at most. No viewer's rate is to keep an emergency waiting, so a move
// counts as one operation.
var ringMutations = []string{
	"ring", "cancelRing", "callAmbulance", "acceptAlert", "declineAlert", "withdrawAlert", "onMyWay", "arrive", "handOver", "closeRing", "reopenRing",
}

const ofRing = 100

// tariff is what the schema's fields cost beside the objects that they show. An object of an answer takes some
// microseconds; a unit of work is about as much.
func tariff(maxPage int) *limits.Tariff {
	first := []string{"first"}
	t := &limits.Tariff{
		DefaultPage: loaders.DefaultPage, MaxPage: maxPage,
		Work: map[string]int{
			"Query.search":            20,
			"Query.nearby":            50,
			"Query.path":              500,
			"Query.unitCoverage":      200,
			"Query.whoSaw":            500,
			"Query.whoSawMe":          500,
			"Query.breakGlass":        100,
			"Query.toTell":            100,
			"Query.coverage":          200,
			"Coverage.week":           200,
			"Coverage.by":             50,
			"Coverage.worstAreas":     50,
			"Coverage.fragility":      200,
			"Coverage.advice":         500,
			"Coverage.dutyMismatch":   200,
			"Coverage.contractAudit":  200,
			"Coverage.structureAudit": 500,
			"Coverage.trend":          50,
			"Query.tonight":           2000, // rings every doorbell of an area
			"Query.responseMetrics":   1000,
			"Query.doorbellFaults":    200,
			"Mutation.edit":           100,
		},
		Sized: map[string]limits.Sizing{
			"Advice":       {Arguments: []string{"budget"}, Lists: []string{"steps"}},
			"Fragility":    {Arguments: first, Lists: []string{"people", "units"}},
			"DutyMismatch": {Arguments: first, Lists: []string{"late", "unnamed"}},

			"Tonight":           {Arguments: first, Lists: []string{"worst"}},
			"DoorbellFaultPage": {Arguments: first, Lists: []string{"doorbells"}},
		},
		Lists: map[string]int{
			"Coverage.children": 20,
			"Coverage.by":       10,
			"Coverage.week":     7 * 24,
			"Trend.points":      31,
			"Path.nodes":        1 + 6,

			"TonightDoor.who":        5,
			"ResponseMetrics.groups": 24,
			"ResponseFigures.burden": 31,
		},
		Most: map[string]int{},
	}
	for _, m := range ringMutations {
		t.Work["Mutation."+m] = ofRing
	}
	for _, k := range kg.Kinds {
		t.Most[k.Type+".ancestors"] = mostAncestors
	}
	for i := range kg.Relations {
		r := &kg.Relations[i]
		if !r.One {
			continue
		}
		for _, k := range r.Froms() {
			t.Most[k.Def().Type+"."+r.Forward] = 1
		}
	}
	return t
}
