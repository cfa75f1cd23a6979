package model

import "lintu/kg"

// HeartbeatPayload is the GraphQL type HeartbeatPayload.
type HeartbeatPayload struct {
	Doorbell *Doorbell
	Now      kg.Moment
}

// DoorbellFaultPage is the GraphQL type DoorbellFaultPage.
type DoorbellFaultPage struct {
	Doorbells []*FaultyDoorbell
	Next      *kg.ID
}

// FaultyDoorbell is the GraphQL type FaultyDoorbell.
type FaultyDoorbell struct {
	Doorbell *Doorbell
	Faults   []DoorbellFault
}
