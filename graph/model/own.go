package model

import (
	"lintu/kg"
	"lintu/own"
)

// ConsentPayload is the GraphQL type ConsentPayload.
type ConsentPayload struct {
	Person   *Person
	Consents []kg.Consent
}

// CorrectionPayload is the GraphQL type CorrectionPayload.
type CorrectionPayload struct {
	Person     *Person
	Correction *kg.Correction
}

// OpenCorrections is the GraphQL type OpenCorrections.
type OpenCorrections struct {
	Person      *Person
	Corrections []kg.Correction
}

// ErasePayload is the GraphQL type ErasePayload.
type ErasePayload own.Erased
