package storetest

import (
	"testing"

	"lintu/kg"
	"lintu/store"
)

// testAreas is about who is in which area after edits, on any day. The store keeps spans; the oracle walks.
func testAreas(t *testing.T, h Harness) {
	inArea := func(t *testing.T, g *graph, v store.View, k kg.Kind, area string) string {
		t.Helper()
		return g.found(t, v, k, kg.InArea{Areas: g.f.IDs(area)})
	}
	t.Run("areas_follow_a_building_that_moves_to_another_grid", func(t *testing.T) {
		g := openVillage(t, h)
		tie := g.tie("b12", kg.PartOf, "grid1", Since("2026-07-01"))
		done := g.mustApply(t, endTie(g.f.ID("b12 PART_OF grid3"), "2026-07-01"), putTie(tie))
		equal(t, "versions made", len(done.Versions), 2)
		equal(t, "households of grid1", inArea(t, g, today, kg.KindHousehold, "grid1"), "h3, h6")
		equal(t, "units of grid1", inArea(t, g, today, kg.KindUnit, "grid1"), "clinic, gov")
		equal(t, "households of grid3", inArea(t, g, today, kg.KindHousehold, "grid3"), "h1, h2, h4, h8")
		equal(t, "households of the compound", inArea(t, g, today, kg.KindHousehold, "sunny"), "h1, h2, h3, h4, h8")
		equal(t, "of grid3 the day before", inArea(t, g, on("2026-06-30"), kg.KindHousehold, "grid3"), "h1, h2, h3, h4, h8")
		equal(t, "of grid1 the day before", inArea(t, g, on("2026-06-30"), kg.KindHousehold, "grid1"), "h6")
		equal(t, "a person who lived there", inArea(t, g, on("2022-01-01"), kg.KindPerson, "grid1"), "zhou")
		equal(t, "version of h3", g.nodes(t, today, store.Group{IDs: g.f.IDs("h3")})[0][g.f.ID("h3")].Node.Common().Version, 1)
		g.everyArea(t)
		// The move was a mistake: it is taken back, for the past as well.
		g.mustApply(t, removeTie(tie.ID), putTie(g.f.TieNamed("b12 PART_OF grid3")))
		equal(t, "households of grid1 again", inArea(t, g, today, kg.KindHousehold, "grid1"), "h6")
		g.everyArea(t)
	})
	t.Run("areas_follow_a_grid_with_everything_below_it", func(t *testing.T) {
		g := openVillage(t, h)
		g.mustApply(t, endTie(g.f.ID("grid3 PART_OF community"), "2026-01-01"), putTie(g.tie("grid3", kg.PartOf, "village", Since("2026-01-01"))))
		equal(t, "people of the village", inArea(t, g, today, kg.KindPerson, "village"), "child, grandpa, li, lihong, shan, wang1, wang2, xie, zeng, zhou")
		equal(t, "people of the community, by their compound", inArea(t, g, today, kg.KindPerson, "community"), "shan, wang1, wang2, xie, zeng")
		equal(t, "teams of the village", inArea(t, g, today, kg.KindTeam, "village"), "flood, volunteers")
		equal(t, "teams of the community", inArea(t, g, today, kg.KindTeam, "community"), "")
		equal(t, "doorbells of the village", inArea(t, g, today, kg.KindDoorbell, "village"), "bell1, bell2")
		g.everyArea(t)
	})
	t.Run("an_ended_tie_ends_the_areas_on_its_day", func(t *testing.T) {
		g := openVillage(t, h)
		g.mustApply(t, endTie(g.f.ID("h1 PART_OF e1"), "2026-09-01"))
		equal(t, "today", inArea(t, g, today, kg.KindPerson, "b3"), "shan, wang2, xie, zeng")
		equal(t, "the day before", inArea(t, g, on("2026-08-31"), kg.KindPerson, "b3"), "shan, wang1, wang2, xie, zeng")
		equal(t, "in itself for ever", inArea(t, g, today, kg.KindHousehold, "h1"), "h1")
		g.everyArea(t)
	})
	t.Run("a_person_without_a_home_is_where_they_registered", func(t *testing.T) {
		g := openVillage(t, h)
		equal(t, "who lives counts by home", inArea(t, g, today, kg.KindPerson, "grid1"), "grandpa, zhou")
		g.mustApply(t, endTie(g.f.ID("zeng LIVES_IN h4"), "2026-09-01"))
		equal(t, "the community", inArea(t, g, today, kg.KindPerson, "community"), "shan, wang1, wang2, xie, zeng")
		equal(t, "the grid", inArea(t, g, today, kg.KindPerson, "grid3"), "shan, wang1, wang2, xie")
		equal(t, "zhou once at home", inArea(t, g, on("2027-01-01"), kg.KindPerson, "grid1"), "grandpa")
		g.mustApply(t, removeTie(g.f.ID("zeng REGISTERED_WITH community")))
		equal(t, "the community without registration", inArea(t, g, today, kg.KindPerson, "community"), "shan, wang1, wang2, xie")
		g.everyArea(t)
	})
	t.Run("a_party_organization_of_a_unit_is_where_the_unit_is", func(t *testing.T) {
		g := openVillage(t, h)
		g.mustApply(t, putTie(g.tie("school", kg.LocatedIn, "barn")))
		equal(t, "grid2", inArea(t, g, today, kg.KindPartyOrg, "grid2"), "schoolbranch")
		equal(t, "community", inArea(t, g, today, kg.KindPartyOrg, "community"), "schoolbranch")
		g.mustApply(t, endTie(g.f.ID("school PAIRED_WITH community"), "2026-02-01"))
		equal(t, "community after the pairing", inArea(t, g, today, kg.KindPartyOrg, "community"), "")
		equal(t, "community during it", inArea(t, g, on("2026-01-31"), kg.KindPartyOrg, "community"), "schoolbranch")
		g.everyArea(t)
	})
	t.Run("a_whole_tree_made_in_one_batch_in_any_order_has_its_areas", func(t *testing.T) {
		g := open(t, h)
		g.f = Village()
		backwards := make([]store.Mutation, 0, len(g.f.Changes))
		for i := range g.f.Changes {
			backwards = append(backwards, g.f.Changes[len(g.f.Changes)-1-i])
		}
		g.mustApply(t, backwards...)
		equal(t, "people", inArea(t, g, today, kg.KindPerson, "grid3"), "shan, wang1, wang2, xie, zeng")
		g.everyArea(t)
		g.wholeGraph(t)
	})
	t.Run("a_tree_made_tie_by_tie_has_the_same_areas", func(t *testing.T) {
		g := open(t, h)
		g.f = Village()
		var nodes []store.Mutation
		for _, m := range g.f.Changes {
			if m.Op == store.PutNode {
				nodes = append(nodes, m)
			}
		}
		g.mustApply(t, nodes...)
		for _, m := range g.f.Changes {
			if m.Op == store.PutTie && kg.MakesArea(m.Tie.From.Kind(), m.Tie.Relation) {
				g.mustApply(t, m)
			}
		}
		g.everyArea(t)
	})
	t.Run("areas_that_would_contain_each_other_are_refused", func(t *testing.T) {
		g := openVillage(t, h)
		free := endTie(g.f.ID("grid1 PART_OF village"), "2026-01-01")
		g.refuse(t, kg.ErrInvalid, free, putTie(g.tie("grid1", kg.PartOf, "micro", Since("2026-01-01"))))
		g.mustApply(t, free, endTie(g.f.ID("micro PART_OF grid1"), "2026-02-01"), putTie(g.tie("grid1", kg.PartOf, "micro", Since("2026-02-01"))))
		equal(t, "grids of micro since", inArea(t, g, today, kg.KindGrid, "micro"), "grid1, micro")
		equal(t, "grids of grid1 before", inArea(t, g, on("2026-01-31"), kg.KindGrid, "grid1"), "grid1, micro")
		g.everyArea(t)
		g.refuse(t, kg.ErrInvalid, endTie(g.f.ID("village PART_OF township"), "2026-03-01"), endTie(g.f.ID("township PART_OF county"), "2026-03-01"),
			putTie(g.tie("village", kg.PartOf, "district", Since("2026-03-01"))), putTie(g.tie("township", kg.PartOf, "village", Since("2026-03-01"))))
	})
	t.Run("deleting_takes_the_areas_along", func(t *testing.T) {
		g := openVillage(t, h)
		g.mustApply(t, removeTie(g.f.ID("bell1 INSTALLED_AT h1")), remove(g.f.ID("bell1")))
		equal(t, "doorbells", inArea(t, g, today, kg.KindDoorbell, "grid3"), "bell2")
		g.mustApply(t, removeTie(g.f.ID("yard IN_COMPOUND village")), removeTie(g.f.ID("barn IN_COMPOUND yard")), remove(g.f.ID("yard")))
		equal(t, "of what is gone", inArea(t, g, always, kg.KindBuilding, "yard"), "")
		equal(t, "in 2020 the barn was of the old village only", inArea(t, g, on("2020-06-06"), kg.KindBuilding, "village"), "hall, shed, twin")
		g.everyArea(t)
	})
}
