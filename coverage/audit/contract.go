package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// The codes of the contract audit.
const (
	Unnamed    Code = "UNNAMED"
	SlotEmpty  Code = "SLOT_EMPTY"
	Overloaded Code = "OVERLOADED"
	OutOfReach Code = "OUT_OF_REACH"
	Moved      Code = "MOVED"
	Ended      Code = "ENDED"
)

var contractCodes = []CodeInfo{
	{Unnamed, "A household in need without a named person.", "无人包保"},
	{SlotEmpty, "A slot of the scheme with nobody in it.", "岗位空缺"},
	{Overloaded, "A person who is responsible for more households than the scheme allows.", "包户过多"},
	{OutOfReach, "The named person neither lives nor works near the household.", "责任人过远"},
	{Moved, "The named person has moved since the duty began.", "责任人搬离"},
	{Ended, "Nobody has followed the last named person.", "责任已终止"},
}

// ContractQuery asks how far a scheme's demands are met.
type ContractQuery struct {
	Query
	Scheme  string
	Targets *reach.TargetWhere // the households that need a named person; nil: those of elderly people who live alone
	Radius  float64            // metres within which a named person lives or works; more than 0
}

// Contract answers which demands of a scheme are not met, in the order of findings:
//
//   - UNNAMED: a target for which, its entrance and its building nobody is responsible, by any scheme;
//   - SLOT_EMPTY: a slot of the scheme is empty, of a household that has somebody by the scheme, or of any compound or
//     community where the scheme says so and the town has it;
//   - OVERLOADED: a person with more households by the scheme than it allows, of those who have one in the area;
//   - OUT_OF_REACH: the nearer of the named person's home and workplace is farther than the radius;
//   - MOVED: the named person has another home than on the duty's first day, or none any more;
//   - ENDED: the duty that was the last in its slot is over, by its own end or the person's, and none has followed.
//
// The error is kg.ErrInvalid for a scheme that neither the table nor anything in force has, and for a radius out of
// bounds; kg.ErrNotFound for an area that does not exist or is out of scope.
func Contract(ctx context.Context, st Reader, snap Snapshot, q ContractQuery) ([]Finding, error) {
	if !(q.Radius > 0 && q.Radius <= reach.MaxRadius) {
		return nil, kg.Invalid("radius", fmt.Sprint(q.Radius), fmt.Sprintf("more than 0, at most %d", reach.MaxRadius))
	}
	if err := q.check(ctx, st); err != nil {
		return nil, err
	}
	contracts, err := snap.Contracts(reach.ContractsQuery{Area: q.Area, On: q.On, Scheme: q.Scheme, Targets: q.Targets, Scope: q.Scope})
	if err != nil {
		return nil, err
	}
	scheme, known := SchemeOf(q.Scheme)
	if !known && !slices.Contains(contracts.Schemes, q.Scheme) {
		if err := q.inForce(ctx, st, &scheme); err != nil {
			return nil, err
		}
	}
	c := contract{query: &q, scheme: &scheme, contracts: contracts}
	c.households()
	if scheme.On != "" {
		if err := c.areas(ctx, st); err != nil {
			return nil, err
		}
	}
	return sorted(c.found), nil
}

// inForce refuses a scheme by which nobody is responsible for anything.
func (q *ContractQuery) inForce(ctx context.Context, st Reader, s *Scheme) error {
	for _, k := range kg.ResponsibleFor.Def().Tos() {
		if ok, err := q.any(ctx, st, k, s.by("")); ok || err != nil {
			return err
		}
	}
	var names []string
	for i := range Schemes {
		names = append(names, Schemes[i].Name)
	}
	return kg.Invalid("scheme", fmt.Sprintf("%q is in force nowhere", s.Name), strings.Join(names, ", ")+", or one in force")
}

// contract is one audit under way.
type contract struct {
	query     *ContractQuery
	scheme    *Scheme
	contracts *reach.Contracts
	found     []Finding
}

func (c *contract) add(f Finding) { c.found = append(c.found, f) }

// households audits what the snapshot knows.
func (c *contract) households() {
	for _, h := range c.contracts.Households {
		if c.scheme.EveryElder && h.Named == 0 {
			c.add(Finding{Code: Unnamed, Subject: h.Household})
		}
	}
	for _, l := range c.contracts.Loads {
		if c.scheme.Most > 0 && l.Households > c.scheme.Most {
			c.add(Finding{Code: Overloaded, Subject: l.Person, Count: &l.Households})
		}
	}
	for duties := range bySubject(c.contracts.Duties) {
		c.subject(duties)
	}
}

// bySubject cuts duties, which are in the order of what they are for, into those for one household, entrance or
// building each.
func bySubject(duties []reach.Contract) func(yield func([]reach.Contract) bool) {
	return func(yield func([]reach.Contract) bool) {
		for len(duties) > 0 {
			n := 1
			for n < len(duties) && duties[n].To == duties[0].To {
				n++
			}
			if !yield(duties[:n]) {
				return
			}
			duties = duties[n:]
		}
	}
}

// subject audits the duties for one household, entrance or building.
func (c *contract) subject(duties []reach.Contract) {
	on := c.query.On
	filled, last := map[string]bool{}, map[string]*reach.Contract{}
	var slots []string
	for i := range duties {
		d := &duties[i]
		switch {
		case d.Valid.Holds(on):
			filled[d.Slot] = true
			c.person(d)
		case d.Valid.To != 0 && d.Valid.To <= on:
			l := last[d.Slot]
			if l == nil {
				slots = append(slots, d.Slot)
			}
			if l == nil || d.Valid.To > l.Valid.To || d.Valid.To == l.Valid.To && d.Person < l.Person {
				last[d.Slot] = d
			}
		}
	}
	for _, slot := range slots {
		if l := last[slot]; !filled[slot] {
			c.add(Finding{Code: Ended, Subject: l.To, Person: l.Person, Missing: slotName(slot), Since: l.Valid.To})
		}
	}
	if len(filled) == 0 || duties[0].To.Kind() != kg.KindHousehold {
		return
	}
	var missing []string
	for _, slot := range c.scheme.Slots {
		if !filled[slot] {
			missing = append(missing, slot)
		}
	}
	if len(missing) > 0 {
		c.add(Finding{Code: SlotEmpty, Subject: duties[0].To, Missing: missing})
	}
}

// slotName is a slot as Finding.Missing has it; nil for schemes without slots.
func slotName(slot string) []string {
	if slot == "" {
		return nil
	}
	return []string{slot}
}

// person audits who is responsible now.
func (c *contract) person(d *reach.Contract) {
	if d.Apart != nil && *d.Apart > c.query.Radius {
		c.add(Finding{Code: OutOfReach, Subject: d.To, Person: d.Person, Metres: d.Apart})
	}
	if d.Moved {
		c.add(Finding{Code: Moved, Subject: d.To, Person: d.Person})
	}
}

// areas audits the scheme's demand on compounds or communities; of an empty slot it tells who was the last in it.
func (c *contract) areas(ctx context.Context, st Reader) error {
	r := c.scheme.rule(SlotEmpty)
	empty, err := r.run(ctx, st, &c.query.Query)
	if err != nil || len(empty) == 0 {
		return err
	}
	c.found = append(c.found, empty...)
	ids := make([]kg.ID, len(empty))
	for i := range empty {
		ids[i] = empty[i].Subject
	}
	step := &store.Step{
		Key: "was", Relation: kg.ResponsibleFor, Direction: kg.In, Order: store.Order{By: store.OrderID},
		Tie:    kg.Compare{Field: "scheme", Op: kg.EQ, Value: c.scheme.Name},
		Window: store.Window{Limit: store.NoLimit},
	}
	ever := store.View{Scope: c.query.Scope, AsOf: kg.Always}
	found, err := st.Nodes(ctx, ever, []store.Group{{IDs: ids, Plan: &store.Plan{Steps: []*store.Step{step}}}})
	if err != nil {
		return err
	}
	for _, f := range empty {
		if item := found[0][f.Subject]; item != nil {
			c.ended(f, item.Tree["was"])
		}
	}
	return nil
}

// ended adds the ends of duties whose slots are empty.
func (c *contract) ended(f Finding, was *store.Page) {
	if was == nil {
		return
	}
	for _, slot := range f.Missing {
		end := Finding{Code: Ended, Subject: f.Subject, Missing: []string{slot}}
		for _, e := range was.Edges {
			valid := e.Tie.Valid.Meet(e.Item.Node.Common().Life)
			if e.Tie.Slot != slot || valid.Empty() || valid.To == 0 || valid.To > c.query.On {
				continue
			}
			if valid.To > end.Since || valid.To == end.Since && e.Tie.From < end.Person {
				end.Since, end.Person = valid.To, e.Tie.From
			}
		}
		if end.Person != "" {
			c.add(end)
		}
	}
}
