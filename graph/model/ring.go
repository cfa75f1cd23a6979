package model

import (
	"lintu/doorbell"
	"lintu/kg"
)

// RingPayload is the GraphQL type RingPayload.
type RingPayload struct {
	Ring   *Ring
	Status *RingStatus
	Now    kg.Moment
}

// RingStatus is the GraphQL type RingStatus.
type RingStatus struct{ doorbell.Status }

// State and Minutes are as the schema shows them.
func (s *RingStatus) State() string { return string(s.Status.State) }
func (s *RingStatus) Minutes() *int { return some(s.Status.Minutes) }
