package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"lintu/kg"
	"lintu/store"
)

// MaxChanges is the most changes in one edit; more is for an import.
const MaxChanges = 500

// MaxBatchID is the longest id of an edit, in bytes.
const MaxBatchID = 100

// Options is what Records needs.
type Options struct {
	Store store.Store
	Key   store.Key // of the installation: what an edit with an id creates gets ids under it
	// Applied is told what every edit has changed, before Apply returns; nil: nobody is.
	Applied func(context.Context, store.Change) error
	Logger  *slog.Logger
}

// Records makes edits. It is safe for concurrent use.
type Records struct{ o Options }

// New makes a Records.
func New(o Options) *Records {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Applied == nil {
		o.Applied = func(context.Context, store.Change) error { return nil }
	}
	return &Records{o}
}

// Edit is what somebody wants to change.
type Edit struct {
	Editor  string      // who
	Scope   store.Scope // what they may see and edit; its Today is the day on which ties have ended or not
	Changes []Change
	BatchID string // makes it safe to send the edit again; empty: none
	// Try asks what the edit would do, and writes nothing.
	Try bool
	// Problems were met while the changes were read. The edit is not made, but told what else is wrong.
	Problems []Problem
}

// Outcome is what became of an edit: Applied, or Problems.
type Outcome struct {
	IDs      []kg.ID // of what each change is about; none where nothing was written
	Applied  *store.Applied
	Tried    bool // nothing was written; Applied tells what would be
	Problems []Problem
}

// Apply makes an edit, all of it, or nothing where there are problems. An error says that it could not be tried, or,
// where the store went away, that nobody knows; an edit with an id can then be sent again.
func (r *Records) Apply(ctx context.Context, e Edit) (*Outcome, error) {
	if len(e.Changes) > MaxChanges {
		return nil, fmt.Errorf("changes: %d in one edit, allowed: at most %d: %w", len(e.Changes), MaxChanges, kg.ErrLimit)
	}
	if problems := e.whole(); problems != nil {
		return &Outcome{Problems: problems}, nil
	}
	t := r.translate(&e)
	t.problems = append(t.problems, e.Problems...)
	if len(t.problems) > 0 {
		return &Outcome{Problems: t.problems}, nil
	}
	store.CountCall(ctx)
	applied, err := r.o.Store.Apply(ctx, t.batch)
	if err != nil {
		problems, err := e.refused(err, t.batch)
		return &Outcome{Problems: problems}, err
	}
	if applied.Change != nil {
		r.tell(ctx, *applied.Change)
	}
	if e.Try && !applied.Repeated {
		return &Outcome{Applied: applied, Tried: true}, nil
	}
	return &Outcome{IDs: t.ids, Applied: applied}, nil
}

// A hook that fails because the store is slow or away is called again, so often and after so long.
const (
	hookTries = 5
	hookPause = 50 * time.Millisecond
)

// tell calls the hook. Where it fails in the end the edit stands none the less: whoever was to be told follows the
// journal, and reads of it there.
func (r *Records) tell(ctx context.Context, c store.Change) {
	pause := hookPause
	for n := 1; ; n++ {
		err := r.o.Applied(ctx, c)
		if err == nil {
			return
		}
		passing := errors.Is(err, kg.ErrTimeout) || errors.Is(err, kg.ErrUnavailable)
		if !passing || n == hookTries || ctx.Err() != nil {
			r.o.Logger.WarnContext(ctx, "an edit is not in the snapshot yet", "revision", c.Revision, "error", err)
			return
		}
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
		}
	}
}

// whole checks what is not of one change.
func (e *Edit) whole() []Problem {
	var out []Problem
	if len(e.Changes) == 0 {
		out = append(out, Problem{Change: -1, Path: "changes", Err: kg.Invalid("changes", "is empty", fmt.Sprintf("1 to %d changes", MaxChanges))})
	}
	if len(e.BatchID) > MaxBatchID {
		out = append(out, Problem{Change: -1, Path: "batchId", Err: kg.Invalid("batchId", fmt.Sprintf("%d bytes long", len(e.BatchID)), fmt.Sprintf("at most %d bytes", MaxBatchID))})
	}
	for i := range e.Changes {
		if c := &e.Changes[i]; c.ofRecord() {
			out = append(out, Problem{Change: i, Path: c.Path(i, ""), ID: kg.ID(c.ID), Err: fmt.Errorf("records of what happened are not edited: %w", kg.ErrForbidden)})
		}
	}
	return out
}

// ofRecord says that a change is about a record of what happened: a ring, an alert, an entry of a timeline.
func (c *Change) ofRecord() bool {
	d := c.Relation.Def()
	return c.Kind.Record() || kg.ID(c.ID).Kind().Record() || d != nil && d.Record()
}

// refused turns the store's refusals into problems; another error stays one.
func (e *Edit) refused(err error, b *store.Batch) ([]Problem, error) {
	var out []Problem
	for _, x := range store.Refusals(err) {
		c := &e.Changes[x.Change]
		p := Problem{Change: x.Change, ID: x.ID, Path: c.Path(x.Change, ""), Err: x.Err}
		var invalid *kg.InvalidError
		var same *kg.DuplicateError
		switch {
		case errors.As(x.Err, &same):
			if c.Op == Create || c.Op == Alter {
				p.Path = c.Path(x.Change, same.Field)
			}
		case errors.As(x.Err, &invalid):
			p.Path = c.Path(x.Change, invalid.Argument)
		case errors.Is(x.Err, kg.ErrNotFound):
			p.Path = c.Path(x.Change, missing(x.ID, &b.Changes[x.Change]))
			p.Err = fmt.Errorf("%s: %w", x.ID, kg.ErrNotFound)
		}
		out = append(out, p)
	}
	if len(out) > 0 {
		return out, nil
	}
	var invalid *kg.InvalidError
	if errors.As(err, &invalid) && invalid.Argument == "batchId" {
		return []Problem{{Change: -1, Path: "batchId", Err: invalid}}, nil
	}
	return nil, err
}

// missing is the field of a change that names what does not exist.
func missing(id kg.ID, m *store.Mutation) string {
	for _, s := range m.Set {
		if s.Value == id {
			return s.Field
		}
	}
	switch t := m.Tie; {
	case t == nil:
		return "id"
	case t.From == id:
		return "from"
	case t.To == id:
		return "to"
	default:
		return t.Relation.Def().RefName
	}
}

// digest tells one list of changes from another.
func digest(changes []Change) (string, error) {
	b, err := json.Marshal(changes)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16]), nil
}
