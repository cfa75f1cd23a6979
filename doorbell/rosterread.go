package doorbell

import (
	"context"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// readDoors reads doorbells, and the homes where they are that are new.
func (d *Doorbell) readDoors(ctx context.Context, ids []kg.ID) error {
	r := &d.roster
	for part := range slices.Chunk(ids, rosterPage) {
		items, err := d.o.Store.Nodes(ctx, d.view(d.clock.now()), []store.Group{{IDs: part, Plan: installed}})
		if err != nil {
			return err
		}
		var homes []kg.ID
		r.mu.Lock()
		for _, id := range part {
			item := items[0][id]
			if item == nil {
				delete(r.doors, id)
				continue
			}
			door := knownDoor{hash: item.Node.(*kg.Doorbell).KeyHash}
			for _, e := range item.Tree["at"].Edges {
				door.household = e.Tie.To
			}
			r.doors[id] = door
			if door.household != "" && r.homes[door.household] == nil {
				homes = append(homes, door.household)
			}
		}
		r.mu.Unlock()
		if err := d.readHomes(ctx, homes); err != nil {
			return err
		}
	}
	return nil
}

// homePlan asks for the contacts and key holders of a household.
var homePlan = func() *store.Plan {
	p := &store.Plan{}
	for _, r := range []kg.Relation{kg.ContactOf, kg.KeyholderOf} {
		p.Steps = append(p.Steps, &store.Step{
			Key: string(r), On: []kg.Kind{kg.KindHousehold}, Relation: r, Direction: kg.In, Kinds: []kg.Kind{kg.KindPerson}, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 50},
		})
	}
	return p
}()

// readHomes reads households with what contains them, and the duties of what is new among that.
func (d *Doorbell) readHomes(ctx context.Context, ids []kg.ID) error {
	r := &d.roster
	view := d.view(d.clock.now())
	for part := range slices.Chunk(ids, rosterPage) {
		trees, err := d.o.Store.Expand(ctx, view, part, homePlan)
		if err != nil {
			return err
		}
		above, err := d.o.Store.Ancestry(ctx, view, store.AncestryQuery{Starts: part, Direction: kg.Out})
		if err != nil {
			return err
		}
		var areas []kg.ID
		r.mu.Lock()
		for _, id := range part {
			h := &knownHome{}
			for _, rel := range []kg.Relation{kg.ContactOf, kg.KeyholderOf} {
				h.ties = append(h.ties, tiesOf(trees[id][string(rel)])...)
			}
			h.place.lieIn(above[id])
			for _, n := range above[id] {
				up := n.Node.Common().ID
				if _, known := r.duties[up]; !known {
					r.duties[up] = nil
					areas = append(areas, up)
				}
			}
			r.homes[id] = h
		}
		r.mu.Unlock()
		if err := d.readDuties(ctx, areas); err != nil {
			return err
		}
	}
	return nil
}

// dutyPlan asks who is on duty, who holds a post, and which teams serve an area.
var dutyPlan = func() *store.Plan {
	p := &store.Plan{}
	for _, r := range []kg.Relation{kg.OnDutyAt, kg.HoldsPost} {
		p.Steps = append(p.Steps, &store.Step{
			Key: string(r), Relation: r, Direction: kg.In, Kinds: []kg.Kind{kg.KindPerson}, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 200},
		})
	}
	p.Steps = append(p.Steps, teamStep(nil, teamsKnown))
	return p
}()

func (d *Doorbell) readDuties(ctx context.Context, ids []kg.ID) error {
	for part := range slices.Chunk(ids, rosterPage) {
		trees, err := d.o.Store.Expand(ctx, d.view(d.clock.now()), part, dutyPlan)
		if err != nil {
			return err
		}
		d.roster.mu.Lock()
		for _, id := range part {
			d.roster.duties[id] = append(tiesOf(trees[id][string(kg.OnDutyAt)]), tiesOf(trees[id][string(kg.HoldsPost)])...)
			d.roster.keepTeams(id, trees[id][teamsKey])
		}
		d.roster.mu.Unlock()
	}
	return nil
}

// keepTeams notes which teams serve an area. The caller holds the lock.
func (r *roster) keepTeams(area kg.ID, page *store.Page) {
	delete(r.teams, area)
	if page == nil {
		return
	}
	for _, e := range page.Edges {
		team := e.Item.Node.(*kg.Team)
		r.teams[area] = append(r.teams[area], knownTeam{team.ID, team.TeamKind, e.Tie, tiesOf(e.Item.Tree[membersKey])})
	}
}

func tiesOf(p *store.Page) (out []*kg.Tie) {
	if p == nil {
		return nil
	}
	for _, e := range p.Edges {
		out = append(out, e.Tie)
	}
	return out
}
