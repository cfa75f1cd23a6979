package trend

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lintu/coverage"
	"lintu/kg"
	"lintu/store"
)

// Store is the part of the contract that measures are kept through.
type Store interface {
	Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error)
	List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error)
	Apply(ctx context.Context, b *store.Batch) (*store.Applied, error)
}

// Keeper keeps measures.
type Keeper struct {
	Store  Store
	Engine *coverage.Engine
	Key    store.Key // of the installation: the ids of measures are made under it
}

// Keeping says what is measured.
type Keeping struct {
	Area  kg.ID // with the divisions below it
	Day   kg.Date
	Grids bool // the grids below it too
	Scope store.Scope
	// Missing keeps only what is not kept yet; else what is kept is brought up to date. Of several processes that ask
	// at once for what is missing, each measure is kept by one.
	Missing bool
}

// Kept is what was done.
type Kept struct {
	Areas                     int
	Created, Changed, Present int // measures; Present were there and stayed as they were
}

// maxBatch is how many measures are written at once: with their ties few enough for the store's journal to list them, so
// that no snapshot has to be built anew.
const maxBatch = store.MaxTouched / 4

// Keep asks every standing question of an area and the areas below it, and keeps the answers. Keeping twice changes
// nothing: there is one measure of an area, a day and a question, and none of a question whose band has no hour in the
// seven days from that day on. The errors are those of coverage.Engine.Ask and of
// the store.
func (k *Keeper) Keep(ctx context.Context, o Keeping) (Kept, error) {
	var kept Kept
	for i := range Questions {
		q := &Questions[i]
		query := q.Query(o.Area, o.Day)
		query.Scope = o.Scope
		c, err := k.Engine.Ask(ctx, query)
		if noHour(err) {
			continue
		}
		if err != nil {
			return kept, fmt.Errorf("measuring %s: %w", q.Name, err)
		}
		answers := below(nil, c, o.Grids)
		kept.Areas = len(answers)
		for part := range slices.Chunk(answers, maxBatch) {
			if err := k.write(ctx, q, &o, part, &kept); err != nil {
				return kept, err
			}
		}
	}
	return kept, nil
}

// noHour says that a question's band has no hour in the seven days, as workdays in a week of holidays: then there is
// nothing to measure on that day.
func noHour(err error) bool {
	var invalid *kg.InvalidError
	return errors.As(err, &invalid) && invalid.Argument == "when.band"
}

// below are a coverage and those of the divisions, and grids if asked, below it.
func below(list []*coverage.Coverage, c *coverage.Coverage, grids bool) []*coverage.Coverage {
	list = append(list, c)
	for _, child := range c.Children() {
		if k := child.Area.Kind(); k == kg.KindDivision || grids && k == kg.KindGrid {
			list = below(list, child, grids)
		}
	}
	return list
}

// conflicts is how often a batch is tried whose measures others are keeping too.
const conflicts = 3

// write keeps the answers to one question.
func (k *Keeper) write(ctx context.Context, q *Question, o *Keeping, answers []*coverage.Coverage, kept *Kept) error {
	for try := 1; ; try++ {
		b, present, err := k.batch(ctx, q, o, answers)
		if err != nil {
			return err
		}
		if len(b.Changes) == 0 {
			kept.Present += present
			return nil
		}
		done, err := k.Store.Apply(ctx, b)
		if errors.Is(err, kg.ErrConflict) && o.Missing && try < conflicts {
			continue // another process has kept some of them since
		}
		if err != nil {
			return fmt.Errorf("keeping measures: %w", err)
		}
		// A measure and its tie are two changes; a tie of a measure never changes.
		created, changed := done.Created/2, done.Changed
		kept.Created, kept.Changed, kept.Present = kept.Created+created, kept.Changed+changed, kept.Present+present+len(b.Changes)/2-created-changed
		return nil
	}
}

// batch are the changes that keep answers, and how many of them are kept already where only missing ones are asked for.
func (k *Keeper) batch(ctx context.Context, q *Question, o *Keeping, answers []*coverage.Coverage) (*store.Batch, int, error) {
	measures := make([]*kg.Measure, len(answers))
	ids := make([]kg.ID, len(answers))
	for i, c := range answers {
		measures[i] = measure(k.Key, q, o.Day, c)
		ids[i] = measures[i].ID
	}
	there := map[kg.ID]*store.Item{}
	expect := int64(0)
	if o.Missing {
		found, err := k.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: ids}})
		if err != nil {
			return nil, 0, fmt.Errorf("reading measures: %w", err)
		}
		there, expect = found[0], store.MustNotExist
	}
	b := &store.Batch{Today: o.Day}
	for i, m := range measures {
		if there[m.ID] != nil {
			continue
		}
		t := &kg.Tie{Relation: kg.MeasureOf, From: m.ID, To: answers[i].Area}
		t.ID = kg.DeriveTieID(k.Key[:], t)
		b.Changes = append(b.Changes, store.Mutation{Op: store.PutNode, Node: m, Expect: expect}, store.Mutation{Op: store.PutTie, Tie: t, Expect: expect})
	}
	return b, len(there), nil
}

// measure is what is kept of an answer.
func measure(key store.Key, q *Question, day kg.Date, c *coverage.Coverage) *kg.Measure {
	m := c.Measures()
	code := kg.MeasureCode(c.Area, day, q.Name)
	return &kg.Measure{
		Base: kg.Base{ID: kg.DeriveID(key[:], kg.KindMeasure, code), Source: "lintu measure"},
		Code: code, Question: q.Name, Day: day, Targets: m.Targets, Covered: m.Covered,
		Figures: &kg.Figures{
			AtLeast: m.AtLeast, Backup: m.Backup.Numerator, SinglePoint: m.SinglePoint.Numerator,
			NearestP50: m.Nearest.P50, NearestP90: m.Nearest.P90,
		},
	}
}

// Tops are the divisions that are part of no other on a day: what a whole store is measured by.
func (k *Keeper) Tops(ctx context.Context, day kg.Date) ([]kg.ID, error) {
	page, err := k.Store.List(ctx, store.View{Scope: store.Scope{All: true}, AsOf: day}, store.ListQuery{
		Kind: kg.KindDivision, Filter: kg.Linked{Relation: kg.PartOf, Direction: kg.Out, Max: 0}, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit},
	})
	if err != nil {
		return nil, err
	}
	out := make([]kg.ID, len(page.Edges))
	for i, e := range page.Edges {
		out[i] = e.Item.Node.Common().ID
	}
	return out, nil
}
