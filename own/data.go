package own

import (
	"context"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// Data is everything that is held about a person.
type Data struct {
	Person      kg.ID           `json:"person"`
	On          kg.Date         `json:"on"`     // the day on which it was put together
	Fields      []Value         `json:"fields"` // of the record, those that hold something
	Household   []Value         `json:"household"`
	Consents    []kg.Consent    `json:"consents"`
	Corrections []kg.Correction `json:"corrections"`
	Ties        []Tied          `json:"ties"`   // of all times
	Alerts      []Called        `json:"alerts"` // that the person has had, latest first
	Rings       []Rang          `json:"rings"`  // at the person's door while they lived there, latest first
	// Candidate are rings in whose details the person stands as one who could be called, or was left out.
	Candidate []kg.ID `json:"candidate"`
}

// Value is a field that holds something.
type Value struct {
	Field  string `json:"field"`
	EN     string `json:"en"`
	ZH     string `json:"zh"`
	Class  string `json:"class"`
	Value  string `json:"value"`
	Source string `json:"source,omitempty"` // where the record comes from
}

// Tied is a tie of the person.
type Tied struct {
	ID        kg.ID       `json:"id"`
	Relation  kg.Relation `json:"relation"`
	EN        string      `json:"en"`
	ZH        string      `json:"zh"`
	To        kg.ID       `json:"to"`
	Kind      kg.Kind     `json:"kind"`
	Title     string      `json:"title"`
	ValidFrom kg.Date     `json:"validFrom,omitzero"`
	ValidTo   kg.Date     `json:"validTo,omitzero"`
	Fields    []Value     `json:"fields,omitempty"`
	Source    string      `json:"source,omitempty"`
}

// Called is an alert of the person.
type Called struct {
	Alert    kg.ID     `json:"alert"`
	At       kg.Moment `json:"at"`
	Role     string    `json:"role"`
	State    string    `json:"state"`
	Answered kg.Moment `json:"answered,omitempty"`
	Arrived  kg.Moment `json:"arrived,omitempty"`
}

// Rang is a ring at the person's door.
type Rang struct {
	Ring    kg.ID     `json:"ring"`
	At      kg.Moment `json:"at"`
	State   string    `json:"state"`
	Outcome string    `json:"outcome,omitempty"`
	Drill   bool      `json:"drill,omitempty"`
}

// dataSteps ask for what hangs on a person.
var dataSteps = func() (steps []*store.Step) {
	for i := range kg.Relations {
		d := &kg.Relations[i]
		switch {
		case len(d.Far(kg.KindPerson, kg.Out)) == 0:
		case d.Relation == kg.LivesIn:
			steps = append(steps, all(string(d.Relation), d.Relation, kg.Out, all("rings", kg.RangAt, kg.In)))
		default:
			steps = append(steps, all(string(d.Relation), d.Relation, kg.Out))
		}
	}
	steps = append(steps, all("alerts", kg.AlertTo, kg.In))
	return steps
}()

// About is everything that is held about a person. Others are in it only as what the person is tied to.
func (o *Own) About(ctx context.Context, id kg.ID) (*Data, error) {
	p, item, err := o.person(ctx, "person", id, nil)
	if err != nil {
		return nil, err
	}
	if err := o.around(ctx, item, dataSteps); err != nil {
		return nil, err
	}
	_, today := o.now()
	d := &Data{Person: id, On: today, Fields: values(p), Corrections: p.Corrections}
	if p.Responder != nil {
		d.Consents = append(d.Consents, p.Responder.Consents...)
	}
	d.Consents = append(d.Consents, p.Consents...)
	for _, step := range dataSteps {
		for _, e := range edges(item, step.Key) {
			switch n := e.Item.Node.(type) {
			case *kg.Alert:
				d.Alerts = append(d.Alerts, Called{n.ID, n.CalledAt, string(n.Role), string(n.State), n.AnsweredAt, n.ArrivedAt})
			default:
				d.Ties = append(d.Ties, tied(&e))
			}
			if step.Key == string(kg.LivesIn) {
				o.home(d, &e)
			}
		}
	}
	slices.SortFunc(d.Alerts, func(a, b Called) int { return later(a.At, b.At) })
	slices.SortFunc(d.Rings, func(a, b Rang) int { return later(a.At, b.At) })
	err = o.mentions(ctx, id, func(r *kg.Ring) { d.Candidate = append(d.Candidate, r.ID) })
	return d, err
}

// home adds what is held of a household in which the person lives or lived.
func (o *Own) home(d *Data, e *store.Edge) {
	if e.Tie.Valid.Holds(d.On) {
		d.Household = values(e.Item.Node)
	}
	for _, ring := range edges(e.Item, "rings") {
		r, ok := ring.Item.Node.(*kg.Ring)
		if ok && e.Tie.Valid.Holds(kg.DateOf(r.PressedAt.Time(), o.o.Zone)) {
			d.Rings = append(d.Rings, Rang{r.ID, r.PressedAt, string(r.State), string(r.Outcome), r.Drill})
		}
	}
}

func later(a, b kg.Moment) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

// apart are fields that are shown in a form of their own, and such as are about other people.
var apart = []string{"consents", "corrections", "correction", "refusals"}

// values are the fields of a node that hold something.
func values(n kg.Node) []Value {
	var out []Value
	for _, f := range kg.FieldsOf(n.Kind()) {
		if text := f.Text(n); text != "" && !f.Hidden && !slices.Contains(apart, f.Name) {
			out = append(out, Value{f.Name, f.EN, f.ZH, string(f.Class), text, n.Common().Source})
		}
	}
	return out
}

// tied is a tie as its person is shown it.
func tied(e *store.Edge) Tied {
	t, n, d := e.Tie, e.Item.Node, e.Tie.Relation.Def()
	out := Tied{ID: t.ID, Relation: t.Relation, EN: d.EN, ZH: d.ZH, To: t.To, Kind: n.Kind(), Title: n.Title(), ValidFrom: t.Valid.From, ValidTo: t.Valid.To, Source: t.Source}
	for _, name := range d.Fields {
		f := kg.TieFieldOf(name)
		if text := f.Text(t); text != "" {
			out.Fields = append(out.Fields, Value{Field: name, EN: f.EN, ZH: f.ZH, Class: string(kg.Personal), Value: text})
		}
	}
	return out
}

// mentions gives every ring in whose details a person stands. Details are kept for some months, and rings without them are
// passed over.
func (o *Own) mentions(ctx context.Context, id kg.ID, take func(*kg.Ring)) error {
	q := store.ListQuery{
		Kind: kg.KindRing, Filter: kg.Compare{Field: "reduced", Op: kg.EQ, Value: false},
		Order: store.Order{By: "pressedAt", Desc: true}, Window: store.Window{Limit: 500},
	}
	for {
		page, err := o.o.Store.List(ctx, store.Everything, q)
		if err != nil {
			return err
		}
		for i := range page.Edges {
			if r := page.Edges[i].Item.Node.(*kg.Ring); standsIn(r, id) {
				take(r)
			}
			q.Window.After = &page.Edges[i].Position
		}
		if !page.HasNext {
			return nil
		}
	}
}

// standsIn says whether a person stands in a ring's details.
func standsIn(r *kg.Ring, id kg.ID) bool {
	return slices.ContainsFunc(r.Candidates, func(c kg.Candidate) bool { return c.Person == id }) ||
		slices.ContainsFunc(r.LeftOut, func(l kg.Omission) bool { return l.Person == id })
}
