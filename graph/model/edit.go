package model

import (
	"lintu/kg"
)

// EditedTie is the GraphQL type EditedTie: a tie of any relation, with what look-ahead has read of its ends.
type EditedTie struct {
	t             *kg.Tie
	from, to, ref Node
}

// NewEditedTie is a tie with its ends and what it refers to, nil where they were not asked for or are gone.
func NewEditedTie(t *kg.Tie, from, to, ref Node) *EditedTie { return &EditedTie{t, from, to, ref} }

// The tie's own fields and its ends.
func (e *EditedTie) ID() kg.ID             { return e.t.ID }
func (e *EditedTie) Relation() kg.Relation { return e.t.Relation }
func (e *EditedTie) From() Node            { return e.from }
func (e *EditedTie) To() Node              { return e.to }
func (e *EditedTie) Reference() Node       { return e.ref }
func (e *EditedTie) ValidFrom() kg.Date    { return e.t.Valid.From }
func (e *EditedTie) ValidTo() kg.Date      { return e.t.Valid.To }
func (e *EditedTie) Source() *string       { return some(e.t.Source) }
func (e *EditedTie) Confidence() *float64  { return some(e.t.Confidence) }

// The fields that some relations carry; null where this one does not.
func (e *EditedTie) Role() *string      { return some(e.t.Role) }
func (e *EditedTie) Scheme() *string    { return some(e.t.Scheme) }
func (e *EditedTie) Slot() *string      { return some(e.t.Slot) }
func (e *EditedTie) Status() *string    { return some(e.t.Status) }
func (e *EditedTie) Post() *string      { return some(e.t.Post) }
func (e *EditedTie) Kind() *string      { return some(e.t.Kind) }
func (e *EditedTie) Form() *string      { return some(e.t.Form) }
func (e *EditedTie) Agreement() *string { return some(e.t.Agreement) }
func (e *EditedTie) Kinship() *string   { return some(e.t.Kinship) }
func (e *EditedTie) Rank() *int         { return some(e.t.Rank) }
func (e *EditedTie) FullTime() *bool    { return e.carried("fullTime", e.t.FullTime) }
func (e *EditedTie) PartTime() *bool    { return e.carried("partTime", e.t.PartTime) }
func (e *EditedTie) Consent() *bool     { return e.carried("consent", e.t.Consent) }
func (e *EditedTie) Hours() []kg.Duty   { return e.t.Hours }
func (e *EditedTie) StartsAt() *Instant { return instant(e.t.StartsAt) }
func (e *EditedTie) EndsAt() *Instant   { return instant(e.t.EndsAt) }

// carried is a truth value that only ties of some relations have.
func (e *EditedTie) carried(field string, v bool) *bool {
	if d := e.t.Relation.Def(); d == nil || !d.Carries(field) {
		return nil
	}
	return &v
}
