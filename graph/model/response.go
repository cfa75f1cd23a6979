package model

import (
	"lintu/coverage"
	"lintu/doorbell/figures"
)

// ResponseMetrics is the GraphQL type ResponseMetrics.
type ResponseMetrics struct {
	All    *ResponseFigures
	Groups []*ResponseGroup
}

// ResponseGroup is the GraphQL type ResponseGroup.
type ResponseGroup struct {
	Value   string
	Grid    *Grid
	Figures *ResponseFigures
}

// ResponseFigures is the GraphQL type ResponseFigures.
type ResponseFigures struct{ *figures.Figures }

// FirstYes and the others are as the schema shows them.
func (f *ResponseFigures) FirstYes() *coverage.Quantiles     { return &f.Figures.FirstYes }
func (f *ResponseFigures) FirstArrival() *coverage.Quantiles { return &f.Figures.FirstArrival }
func (f *ResponseFigures) Within60Share() *float64           { return f.Share(f.Within60) }
func (f *ResponseFigures) Within180Share() *float64          { return f.Share(f.Within180) }

// Burden is the distribution of alerts.
func (f *ResponseFigures) Burden() []*ResponseBurden {
	out := make([]*ResponseBurden, len(f.Figures.Burden))
	for i := range f.Figures.Burden {
		b := ResponseBurden(f.Figures.Burden[i])
		out[i] = &b
	}
	return out
}

// ResponseBurden is the GraphQL type ResponseBurden.
type ResponseBurden figures.Burden
