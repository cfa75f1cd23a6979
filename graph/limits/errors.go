package limits

import (
	"fmt"
	"net/http"
	"time"

	"lintu/kg"
)

// Exceeded says that a document, or what it asks for, is more than is answered at once. Asking again does not help.
type Exceeded struct {
	Limit   string // by name, such as depth
	Asked   int
	Allowed int
}

func (e *Exceeded) Error() string {
	return fmt.Sprintf("%s: %d; allowed: at most %d", e.what(), e.Asked, e.Allowed)
}

func (e *Exceeded) what() string {
	if text, ok := measured[e.Limit]; ok {
		return text
	}
	return e.Limit
}

// measured is what each limit counts, in the words of an error.
var measured = map[string]string{
	TokenLimit:       "tokens in the document",
	DepthLimit:       "levels of fields below each other",
	AliasLimit:       "aliases, those of fragments wherever they are spread",
	RootLimit:        "fields at the root",
	DirectiveLimit:   "directives, those of fragments wherever they are spread",
	CostLimit:        "objects and work that the answer may take",
	AnalystCostLimit: "objects and work that the answer may take",
	NodeLimit:        "nodes that the answer may hold",
	repeatLimit:      "fields that repeat each other, pair by pair",
	nameLimit:        "letters of a name",
}

// Unwrap makes errors.Is(err, kg.ErrLimit) hold.
func (*Exceeded) Unwrap() error { return kg.ErrLimit }

// Busy says that the server, or this viewer's share of it, has no room at the moment.
type Busy struct {
	Limit string        // by name, such as rate
	Text  string        // what is full
	Wait  time.Duration // after which it is worth to ask again
	Code  int           // the HTTP status
}

func (e *Busy) Error() string { return e.Text }

// Unwrap makes errors.Is(err, kg.ErrLimit) hold.
func (*Busy) Unwrap() error { return kg.ErrLimit }

// Status is the HTTP status of the refusal.
func (e *Busy) Status() int { return e.Code }

// RetryAfter is when it is worth to ask again.
func (e *Busy) RetryAfter() time.Duration { return e.Wait }

// Full says that something of which there are so many at most is taken.
func Full(limit, what string, most int) error {
	return &Busy{Limit: limit, Text: fmt.Sprintf("%s: all %d are taken; ask again in a moment", what, most), Wait: time.Second, Code: http.StatusServiceUnavailable}
}
