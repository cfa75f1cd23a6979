package feed

import (
	"cmp"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// Event is an entry of a ring's timeline with where it belongs. It is read-only.
type Event struct {
	*kg.RingEvent
	Ring      kg.ID
	Household kg.ID
	Person    kg.ID // of the alert that it is about; none where it is about none
	Mark      Mark  // how far a listener has read who has read it

	revision store.Revision
	areas    []kg.ID // those of the asked areas that hold the household
}

// Mark is how far a listener has read: everything up to a revision, and of this one up to an event where one is named.
type Mark struct {
	Revision store.Revision
	Event    kg.ID     // the last one that was read of the revision; none: all of it
	At       kg.Moment // about when that was
}

// Topic is what is listened to: all rings, or those of an area, of a person's alerts, or one ring.
type Topic struct {
	Area   kg.ID
	Person kg.ID
	Ring   kg.ID
}

// holds says whether an event belongs to the topic.
func (t Topic) holds(e *Event) bool {
	return (t.Area == "" || slices.Contains(e.areas, t.Area)) && (t.Person == "" || t.Person == e.Person) && (t.Ring == "" || t.Ring == e.Ring)
}

// inOrder puts the events of one revision in order.
func inOrder(events []*Event) {
	slices.SortFunc(events, func(a, b *Event) int { return cmp.Or(cmp.Compare(a.Ring, b.Ring), cmp.Compare(a.Number, b.Number)) })
}
