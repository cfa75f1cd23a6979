package trail

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"lintu/kg"
	"lintu/trust"
)

// ToldWithin is how long after a release its person is to be told.
const ToldWithin = 7 * 24 * time.Hour

// rare are the records of emergencies, and what became of them.
type rare struct {
	uses         map[string]*Record // of break-glass, by id
	acknowledged map[string]*Record // by the use's id
	tasks        map[string]*Task
	told         map[string]*Record // by the task's id
}

func newRare() rare {
	return rare{uses: map[string]*Record{}, acknowledged: map[string]*Record{}, tasks: map[string]*Task{}, told: map[string]*Record{}}
}

var rareMarks = [][]byte{
	[]byte(`"purpose":"` + string(trust.BreakGlass) + `"`), []byte(`"kind":"` + string(Release) + `"`),
	[]byte(`"kind":"` + string(Told) + `"`), []byte(`"kind":"` + string(Acknowledged) + `"`),
}

func (*rare) is(text []byte) bool {
	return slices.ContainsFunc(rareMarks, func(m []byte) bool { return bytes.Contains(text, m) })
}

func (x *rare) add(r Record) {
	switch {
	case r.Kind == Acknowledged:
		keepFirst(x.acknowledged, r.Of, &r)
	case r.Kind == Told:
		keepFirst(x.told, r.Of, &r)
	case r.Kind == Release:
		x.release(&r, "ring", string(r.Ring))
	case breaksGlass(&r):
		x.uses[r.ID()] = &r
		x.release(&r, "break-glass", r.Viewer+"\n"+r.Reason+"\n"+dayOf(r.At))
	}
}

// breaksGlass says whether a record is a use of break-glass: not where it only says that one has begun, whose end, or whose
// messages, have records of their own.
func breaksGlass(r *Record) bool {
	return r.Kind == Operation && r.Purpose == trust.BreakGlass && r.Result != Begun
}

func keepFirst(m map[string]*Record, key string, r *Record) {
	if have := m[key]; have == nil || r.Mark().compare(have.Mark()) > 0 {
		m[key] = r
	}
}

// release makes the tasks to tell those of whom an emergency has shown something: one a person and ring, and one a person,
// viewer, reason and day of break-glass. Where a record does not list people, there is one for its households, or for all.
func (x *rare) release(r *Record, why, key string) {
	whom := r.People
	if len(whom) == 0 && r.PeopleCount == 0 {
		whom = r.Households
	}
	if r.Unlisted != "" && len(whom) == 0 {
		whom = []kg.ID{""}
	}
	for _, id := range whom {
		task := &Task{ID: taskID(why, key, id), Whom: id, BreakGlass: why != "ring", Ring: r.Ring, Alert: r.Alert, By: r.Viewer, Reason: r.Reason, At: r.At, Record: r.ID()}
		if id == "" {
			task.Many = r.PeopleCount + r.HouseholdCount
		}
		if have := x.tasks[task.ID]; have == nil || task.At < have.At {
			x.tasks[task.ID] = task
		}
	}
}

func taskID(why, key string, whom kg.ID) string {
	sum := sha256.Sum256([]byte(why + "\n" + key + "\n" + string(whom)))
	return "tell_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}

// Task is to tell a person that something of them was shown in an emergency.
type Task struct {
	ID         string
	Whom       kg.ID // a person, or a household of which nobody is known; "": more than a record lists
	Many       int   // then: how many
	BreakGlass bool  // else because of a ring
	Ring       kg.ID
	Alert      kg.ID
	By         string // who was shown it
	Reason     string
	At         kg.Moment
	Record     string // the id of the release's
	// Done is the record that they were told; nil: not yet.
	Done *Record
}

// Due is when the person is to be told at the latest.
func (t *Task) Due() kg.Moment { return kg.MomentOf(t.At.Time().Add(ToldWithin)) }

// Mark is the task's place, the newest release first.
func (t *Task) Mark() Mark { return Mark{At: t.At, Process: t.ID} }

// Use is one use of break-glass.
type Use struct {
	Record
	Acknowledged *Record // nil: not yet
}

// Uses are uses of break-glass; acknowledged, open, or, for nil, all.
func (r *Reader) Uses(ctx context.Context, acknowledged *bool, w Window) (uses []Use, more bool, err error) {
	if _, err := r.catchUp(ctx); err != nil {
		return nil, false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, u := range r.rare.uses {
		ack := r.rare.acknowledged[id]
		if acknowledged != nil && *acknowledged != (ack != nil) || !w.holds(u.Mark()) {
			continue
		}
		uses = append(uses, Use{*u, ack})
	}
	slices.SortFunc(uses, func(a, b Use) int { return a.Record.Mark().compare(b.Record.Mark()) })
	n := min(len(uses), w.Limit)
	return uses[:n], n < len(uses), nil
}

// Use is one use of break-glass by its id. The error is kg.ErrNotFound where there is none.
func (r *Reader) Use(ctx context.Context, id string) (*Use, error) {
	if _, err := r.catchUp(ctx); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if u := r.rare.uses[id]; u != nil {
		return &Use{*u, r.rare.acknowledged[id]}, nil
	}
	return nil, fmt.Errorf("use: %.80q: %w", id, kg.ErrNotFound)
}

// Tasks are the tasks to tell people; done, open, or, for nil, all.
func (r *Reader) Tasks(ctx context.Context, done *bool, w Window) (tasks []Task, more bool, err error) {
	if _, err := r.catchUp(ctx); err != nil {
		return nil, false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, t := range r.rare.tasks {
		told := r.rare.told[id]
		if done != nil && *done != (told != nil) || !w.holds(t.Mark()) {
			continue
		}
		task := *t
		task.Done = told
		tasks = append(tasks, task)
	}
	slices.SortFunc(tasks, func(a, b Task) int { return cmp.Or(a.Mark().compare(b.Mark()), cmp.Compare(a.ID, b.ID)) })
	n := min(len(tasks), w.Limit)
	return tasks[:n], n < len(tasks), nil
}

// Task is a task by its id. The error is kg.ErrNotFound where there is none.
func (r *Reader) Task(ctx context.Context, id string) (*Task, error) {
	if _, err := r.catchUp(ctx); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.rare.tasks[id]; t != nil {
		task := *t
		task.Done = r.rare.told[id]
		return &task, nil
	}
	return nil, fmt.Errorf("task: %.80q: %w", id, kg.ErrNotFound)
}
