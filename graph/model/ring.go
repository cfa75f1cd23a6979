package model

import (
	"lintu/doorbell"
	"lintu/kg"
)

// RingPayload is the GraphQL type RingPayload.
type RingPayload struct {
	Ring   *Ring
	CutOff *RingCutOff
	Status *RingStatus
	Now    kg.Moment
}

// RingCutOff is the GraphQL type RingCutOff.
type RingCutOff struct{ *doorbell.Ring }

// Wave and Deadlines are as a device is told.
func (r *RingCutOff) Wave() *kg.Wave           { return r.FirstWave() }
func (r *RingCutOff) Deadlines() []kg.Deadline { return r.Pending() }

// RingStatus is the GraphQL type RingStatus.
type RingStatus struct{ doorbell.Status }

// State and Minutes are as the schema shows them.
func (s *RingStatus) State() string { return string(s.Status.State) }
func (s *RingStatus) Minutes() *int { return some(s.Status.Minutes) }
