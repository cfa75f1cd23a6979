package graph

import (
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"lintu/doorbell/feed"
)

// newsKept is how many messages are kept for the streams that have not asked for them yet.
const newsKept = 256

// question is what streams ask that get the same messages.
type question struct {
	field     *ast.Field
	variables string
	viewer    string
}

// news are messages that streams share: what many clients watch is read once for each event.
type news struct {
	mu   sync.Mutex
	made map[newsKey]*message
	last [newsKept]newsKey // a ring: the oldest goes when another one comes
	next int
}

type newsKey struct {
	event *feed.Event
	asked question
}

type message struct {
	once  sync.Once
	value any
	err   error
}

// of is the message of an event for a question. Who comes first makes it and the others wait; an error is theirs too, and
// is not kept.
func (n *news) of(e *feed.Event, q question, write func() (any, error)) (any, error) {
	key := newsKey{e, q}
	m := n.message(key)
	m.once.Do(func() {
		m.err = errPanic // where write panics
		if m.value, m.err = write(); m.err != nil {
			n.forget(key)
		}
	})
	return m.value, m.err
}

func (n *news) message(key newsKey) *message {
	n.mu.Lock()
	defer n.mu.Unlock()
	if m := n.made[key]; m != nil {
		return m
	}
	if n.made == nil {
		n.made = map[newsKey]*message{}
	}
	delete(n.made, n.last[n.next])
	n.last[n.next] = key
	n.next = (n.next + 1) % newsKept
	m := new(message)
	n.made[key] = m
	return m
}

func (n *news) forget(key newsKey) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.made, key)
}
