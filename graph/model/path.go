package model

import (
	"slices"

	"lintu/kg"
	"lintu/paths"
)

// Path is the GraphQL type Path. A node that is hidden is nil.
type Path struct {
	Outcome paths.Outcome
	Length  *int
	Nodes   []Node
	Steps   []*PathStep
}

// PathStep is a tie of a path, as it is walked: without the tie where one of its ends is hidden, without the node where
// that is.
type PathStep struct {
	Tie       *Tie
	Direction *paths.Direction
	Node      Node
	Hidden    bool
}

// Tie is the GraphQL type Tie. Its nodes are those that were asked for.
type Tie struct {
	t          *kg.Tie
	From, To   Node
	OnBehalfOf *Unit
	Site       *Building
}

// NewTie is a tie; its nodes are set by the caller.
func NewTie(t *kg.Tie) *Tie { return &Tie{t: t} }

// What every tie has.
func (t *Tie) ID() kg.ID             { return t.t.ID }
func (t *Tie) Version() int64        { return t.t.Version }
func (t *Tie) Relation() kg.Relation { return t.t.Relation }
func (t *Tie) ValidFrom() kg.Date    { return t.t.Valid.From }
func (t *Tie) ValidTo() kg.Date      { return t.t.Valid.To }
func (t *Tie) Source() *string       { return some(t.t.Source) }
func (t *Tie) Confidence() *float64  { return some(t.t.Confidence) }

// The fields that some relations carry; null on ties of the others.
func (t *Tie) Role() *string      { return some(t.t.Role) }
func (t *Tie) Scheme() *string    { return some(t.t.Scheme) }
func (t *Tie) Slot() *string      { return some(t.t.Slot) }
func (t *Tie) Status() *string    { return some(t.t.Status) }
func (t *Tie) Post() *string      { return some(t.t.Post) }
func (t *Tie) Kind() *string      { return some(t.t.Kind) }
func (t *Tie) Form() *string      { return some(t.t.Form) }
func (t *Tie) Agreement() *string { return some(t.t.Agreement) }
func (t *Tie) Kinship() *string   { return some(t.t.Kinship) }
func (t *Tie) Rank() *int         { return some(t.t.Rank) }
func (t *Tie) FullTime() *bool    { return t.carried("fullTime", &t.t.FullTime) }
func (t *Tie) PartTime() *bool    { return t.carried("partTime", &t.t.PartTime) }
func (t *Tie) Consent() *bool     { return t.carried("consent", &t.t.Consent) }
func (t *Tie) Hours() []kg.Duty   { return t.t.Hours }
func (t *Tie) StartsAt() *Instant { return instant(t.t.StartsAt) }
func (t *Tie) EndsAt() *Instant   { return instant(t.t.EndsAt) }

// carried is a truth value where the tie's relation has the field: false and not said are two things.
func (t *Tie) carried(field string, v *bool) *bool {
	if d := t.t.Relation.Def(); d == nil || !slices.Contains(d.Fields, field) {
		return nil
	}
	return v
}
