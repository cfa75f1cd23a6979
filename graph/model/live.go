package model

import "lintu/kg"

// RingNews is the GraphQL type RingNews. With Err it is the last of a stream: whatever is asked of it is that error.
type RingNews struct {
	Err      error
	Mark     string
	Entry    *RingEvent
	Whole    *Ring
	Standing *RingStatus
	Clock    kg.Moment
}

// Cursor and the others are the fields.
func (n *RingNews) Cursor() (string, error)      { return n.Mark, n.Err }
func (n *RingNews) Event() (*RingEvent, error)   { return n.Entry, n.Err }
func (n *RingNews) Ring() (*Ring, error)         { return n.Whole, n.Err }
func (n *RingNews) Status() (*RingStatus, error) { return n.Standing, n.Err }
func (n *RingNews) Now() (kg.Moment, error)      { return n.Clock, n.Err }

// AlertNews is the GraphQL type AlertNews; see RingNews.
type AlertNews struct {
	Err   error
	Mark  string
	Entry *RingEvent
	Whole *Alert
	Clock kg.Moment
}

// Cursor and the others are the fields.
func (n *AlertNews) Cursor() (string, error)    { return n.Mark, n.Err }
func (n *AlertNews) Event() (*RingEvent, error) { return n.Entry, n.Err }
func (n *AlertNews) Alert() (*Alert, error)     { return n.Whole, n.Err }
func (n *AlertNews) Now() (kg.Moment, error)    { return n.Clock, n.Err }
