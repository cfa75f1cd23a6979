package doorbell

import (
	"cmp"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
)

// place is where a ring is: the door and what contains it.
type place struct {
	household *kg.Household
	entrance  *kg.Entrance
	building  *kg.Building
	grids     []kg.ID
	community kg.ID // or village
	village   bool
	township  kg.ID
}

// where reads the place of the ring.
func (in *incident) where() (*place, error) {
	if in.place != nil {
		return in.place, nil
	}
	view := in.d.view(in.now)
	item := &store.Item{Node: in.home}
	if in.home == nil {
		items, err := in.d.o.Store.Nodes(in.ctx, view, []store.Group{{IDs: []kg.ID{in.household}}})
		if err != nil {
			return nil, err
		}
		item = items[0][in.household]
	}
	above, err := in.d.o.Store.Ancestry(in.ctx, view, store.AncestryQuery{Starts: []kg.ID{in.household}, Direction: kg.Out})
	if err != nil {
		return nil, err
	}
	in.place = placeOf(item, above[in.household])
	return in.place, nil
}

// placeOf is the place of a household and what contains it.
func placeOf(item *store.Item, above []store.Relative) *place {
	p := &place{}
	if item != nil {
		p.household, _ = item.Node.(*kg.Household)
	}
	p.lieIn(above)
	return p
}

// lieIn takes from what contains the door what matters to a ring.
func (p *place) lieIn(above []store.Relative) {
	for _, r := range above {
		switch n := r.Node.(type) {
		case *kg.Entrance:
			p.entrance = n
		case *kg.Building:
			p.building = n
		case *kg.Grid:
			p.grids = append(p.grids, n.ID)
		case *kg.Division:
			switch n.Level {
			case kg.LevelCommunity, kg.LevelVillage:
				if p.community == "" {
					p.community, p.village = n.ID, n.Level == kg.LevelVillage
				}
			case kg.LevelTownship:
				p.township = n.ID
			}
		}
	}
}

// heads are what the heads of the building hold their posts at.
func (p *place) heads() (ids []kg.ID) {
	if p.entrance != nil {
		ids = append(ids, p.entrance.ID)
	}
	if p.building != nil {
		ids = append(ids, p.building.ID)
	}
	return ids
}

// holders are the people who hold a level of the ladder now, in the order in which they are called.
func (in *incident) holders(l *Level) ([]kg.ID, error) {
	p, err := in.where()
	if err != nil {
		return nil, err
	}
	agreed := kg.Compare{Field: "consent", Op: kg.EQ, Value: true}
	onDuty := kg.OnDuty(in.now, in.d.o.Zone)
	switch l.Role {
	case kg.RoleContact:
		return in.far([]kg.ID{in.household}, kg.ContactOf, agreed)
	case kg.RoleKeyholder:
		return in.far([]kg.ID{in.household}, kg.KeyholderOf, agreed)
	case kg.RoleDutyDesk, kg.RoleCommunityDuty:
		return in.far([]kg.ID{p.community}, kg.OnDutyAt, onDuty)
	case kg.RoleTownshipDuty:
		return in.far([]kg.ID{p.township}, kg.OnDutyAt, onDuty)
	case kg.RoleGridWorker:
		return in.far(p.grids, kg.HoldsPost, posts(l))
	case kg.RoleBuildingHead:
		return in.far(p.heads(), kg.HoldsPost, posts(l))
	case kg.RoleEmergencyTeam:
		return in.teams(p)
	}
	return nil, nil
}

func posts(l *Level) kg.Filter {
	f := kg.OneOf{Field: "role"}
	for _, p := range l.Posts {
		f.Values = append(f.Values, p)
	}
	return f
}

// far are the people at the far ends of ties that lead to some nodes, by rank, then by the nodes, then by id.
func (in *incident) far(to []kg.ID, r kg.Relation, tie kg.Filter) ([]kg.ID, error) {
	to = slices.DeleteFunc(to, func(id kg.ID) bool { return id == "" })
	if len(to) == 0 {
		return nil, nil
	}
	read := in.leading
	if in.stage != nil {
		read = in.stage.leading
	}
	edges, err := read(to, r, tie, in.now)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(edges, func(a, b store.Edge) int { return cmp.Compare(rank(a.Tie), rank(b.Tie)) })
	return peopleOf(edges), nil
}

// atFar is the most people that are read at the far ends of ties to one node.
const atFar = 50

// leading are the ties of people that lead to some nodes, in the order of the nodes.
func (in *incident) leading(to []kg.ID, r kg.Relation, tie kg.Filter, now time.Time) (edges []store.Edge, err error) {
	step := &store.Step{Key: "far", Relation: r, Direction: kg.In, Kinds: []kg.Kind{kg.KindPerson}, Tie: tie, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: atFar}}
	trees, err := in.d.o.Store.Expand(in.ctx, in.d.view(now), to, &store.Plan{Steps: []*store.Step{step}})
	if err != nil {
		return nil, err
	}
	for _, id := range to {
		if page := trees[id]["far"]; page != nil {
			edges = append(edges, page.Edges...)
		}
	}
	return edges, nil
}

// rank is the order in which contacts want to be called; those without one come last.
func rank(t *kg.Tie) int {
	if t.Rank == 0 {
		return 1 << 20
	}
	return t.Rank
}

func peopleOf(edges []store.Edge) (ids []kg.ID) {
	for _, e := range edges {
		if !slices.Contains(ids, e.Tie.From) {
			ids = append(ids, e.Tie.From)
		}
	}
	return ids
}

// teams are the people in the teams of the area that are called at a mass event.
func (in *incident) teams(p *place) ([]kg.ID, error) {
	areas := slices.DeleteFunc(append(slices.Clone(p.grids), p.community, p.township), func(id kg.ID) bool { return id == "" })
	if len(areas) == 0 {
		return nil, nil
	}
	if in.stage != nil {
		edges, err := in.stage.teams(areas, in.policy.Mass.Teams, in.now)
		return peopleOf(edges), err
	}
	trees, err := in.d.o.Store.Expand(in.ctx, in.d.view(in.now), areas, teamPlan(in.policy.Mass.Teams))
	return peopleOf(membersOf(areas, trees)), err
}

// Of an area, so many teams are called, and of each so many members.
const (
	teamsCalled   = 10
	membersCalled = 50
)

const teamsKey, membersKey = "teams", "members"

// teamPlan asks for the teams of some kinds that serve areas, and for their members.
func teamPlan(kinds []string) *store.Plan {
	of := kg.OneOf{Field: "teamKind"}
	for _, k := range kinds {
		of.Values = append(of.Values, k)
	}
	return plan(teamStep(of, teamsCalled))
}

func teamStep(of kg.Filter, most int) *store.Step {
	members := &store.Step{Key: membersKey, Relation: kg.InTeam, Direction: kg.In, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: membersCalled}}
	return &store.Step{
		Key: teamsKey, On: []kg.Kind{kg.KindDivision, kg.KindGrid}, Relation: kg.Serves, Direction: kg.In, Kinds: []kg.Kind{kg.KindTeam}, Node: of,
		Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: most}, Plan: plan(members),
	}
}

func plan(steps ...*store.Step) *store.Plan { return &store.Plan{Steps: steps} }

// membersOf are the members of the teams of areas, in the order of the areas.
func membersOf(areas []kg.ID, trees map[kg.ID]store.Tree) (edges []store.Edge) {
	for _, area := range areas {
		page := trees[area][teamsKey]
		if page == nil {
			continue
		}
		for _, team := range page.Edges {
			edges = append(edges, team.Item.Tree[membersKey].Edges...)
		}
	}
	return edges
}
