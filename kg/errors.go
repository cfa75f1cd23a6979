package kg

import (
	"errors"
	"fmt"
)

// The kinds of errors that leave a package of Lintu. Test for them with errors.Is; graph/errors.go maps each to
// one GraphQL code. Anything else is a defect and is shown to clients as INTERNAL.
var (
	// ErrInvalid: the caller's input is wrong. See InvalidError.
	ErrInvalid = errors.New("invalid input")
	// ErrNotFound: an argument names something that does not exist, or is out of the viewer's scope.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the version on record is not the expected one. See ConflictError.
	ErrConflict = errors.New("conflict")
	// ErrForbidden: the viewer may not do this.
	ErrForbidden = errors.New("forbidden")
	// ErrUnauthenticated: nobody has said who they are.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrLimit: the request asks for more than is served at once.
	ErrLimit = errors.New("limit exceeded")
	// ErrUnavailable: the store cannot be reached or is being loaded.
	ErrUnavailable = errors.New("store unavailable")
	// ErrTimeout: the operation's time is over.
	ErrTimeout = errors.New("timed out")
	// ErrTooOld: the journal no longer reaches back to the asked revision.
	ErrTooOld = errors.New("revision is older than the journal")
)

// InvalidError names the argument that is wrong and what is allowed.
type InvalidError struct {
	Argument string
	Problem  string
	Allowed  string
}

// Invalid makes an InvalidError.
func Invalid(argument, problem, allowed string) error {
	return &InvalidError{Argument: argument, Problem: problem, Allowed: allowed}
}

func (e *InvalidError) Error() string {
	if e.Allowed == "" {
		return fmt.Sprintf("%s: %s", e.Argument, e.Problem)
	}
	return fmt.Sprintf("%s: %s; allowed: %s", e.Argument, e.Problem, e.Allowed)
}

// Unwrap makes errors.Is(err, ErrInvalid) hold.
func (e *InvalidError) Unwrap() error { return ErrInvalid }

// ConflictError carries the version on record.
type ConflictError struct {
	ID       ID
	Expected int64
	Current  int64
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s: version %d was expected, %d is on record", e.ID, e.Expected, e.Current)
}

// Unwrap makes errors.Is(err, ErrConflict) hold.
func (e *ConflictError) Unwrap() error { return ErrConflict }

// DuplicateError says that another node has the same natural key.
type DuplicateError struct {
	Field string // by which the two are the same
	Value string
	Other ID // the one that has it; empty where the caller may not see it
}

func (e *DuplicateError) Error() string {
	who := "something that you may not see"
	if e.Other != "" {
		who = string(e.Other)
	}
	return fmt.Sprintf("%s %q: %s has it already", e.Field, clip(e.Value), who)
}

// Unwrap makes errors.Is(err, ErrInvalid) hold.
func (e *DuplicateError) Unwrap() error { return ErrInvalid }

// clip shortens what is echoed of a caller's input.
func clip(s string) string {
	r := []rune(s)
	if len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
