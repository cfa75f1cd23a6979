package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lintu/doorbell"
	"lintu/doorbell/feed"
	"lintu/graph/generated"
	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/trust"
)

// watch is the edge over the village, without a transport.
type watch struct {
	*storetest.Fixture
	exec  *executor.Executor
	bell  *doorbell.Doorbell
	store store.Store
	at    time.Time
	scope store.Scope
	reads *storetest.Counter
	feed  *feed.Feed
}

func (w *watch) Now() time.Time         { return w.at }
func (w *watch) Elapsed() time.Duration { return w.at.Sub(time.Unix(0, 0)) }

func newWatch(t *testing.T, o feed.Options) *watch {
	t.Helper()
	w := &watch{Fixture: storetest.Village(), store: storetest.NewOracle(storetest.Options{}), at: storetest.Today.Time(time.UTC).Add(4 * time.Hour), scope: store.Scope{All: true}}
	if _, err := w.store.Apply(t.Context(), w.Batch()); err != nil {
		t.Fatal(err)
	}
	w.reads = storetest.Counting(w.store)
	snapshot, err := reach.Build(t.Context(), reach.Options{Store: w.store})
	if err != nil {
		t.Fatal(err)
	}
	o.Store, o.Now, o.Poll = w.store, w.Now, 5*time.Millisecond
	w.feed = feed.New(o)
	w.bell, err = doorbell.New(doorbell.Options{
		Store: w.store, Snapshot: func() *reach.Snapshot { return snapshot }, Clock: w, Process: "test", Moved: func(doorbell.Moved) { w.feed.Wake() },
	})
	if err != nil {
		t.Fatal(err)
	}
	sessions := &loaders.Sessions{Store: w.reads, Zone: time.UTC, Now: w.Now, Viewer: func(context.Context) loaders.Viewer {
		return loaders.Viewer{Name: "test", Roles: []trust.Role{trust.Operator}, Purpose: trust.Operation, Scope: w.scope}
	}}
	r := &resolver{bell: w.bell, feed: w.feed, sessions: sessions, log: slog.New(slog.DiscardHandler), now: w.Now, zone: time.UTC}
	w.exec = executor.New(generated.NewExecutableSchema(generated.Config{Resolvers: r}))
	w.exec.SetErrorPresenter(presenter(r.log, func(context.Context) string { return "" }))
	w.exec.SetQueryCache(lru.New[*ast.QueryDocument](100))
	w.exec.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		return next(sessions.Begin(ctx))
	})
	ctx, end := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { w.feed.Follow(ctx); close(done) }()
	t.Cleanup(func() { end(); <-done })
	return w
}

// flow is a running subscription.
type flow struct {
	t      *testing.T
	ctx    context.Context
	answer graphql.ResponseHandler
	end    context.CancelFunc
}

func (w *watch) start(t *testing.T, query string, vars map[string]any) *flow {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := w.exec.CreateOperationContext(ctx, &graphql.RawParams{Query: query, Variables: vars})
	if errs != nil {
		t.Fatal(errs)
	}
	answer, ctx := w.exec.DispatchOperation(ctx, op)
	return &flow{t, ctx, answer, cancel}
}

// message is the next message of a stream; nil at its end.
func (f *flow) message() *graphql.Response { return f.answer(f.ctx) }

type ringNews struct {
	RingEvents struct {
		Cursor string
		Event  struct {
			ID, Event string
			Number    int
		}
		Ring   struct{ ID, State string }
		Status struct{ Called int }
		Now    string
	}
	MyAlerts struct {
		Cursor string
		Event  struct{ Event string }
		Alert  struct {
			State   string
			AlertTo struct{ Nodes []struct{ ID string } }
		}
	}
}

func (f *flow) news() (n ringNews) {
	f.t.Helper()
	r := f.message()
	if r == nil || len(r.Errors) > 0 {
		f.t.Fatalf("no message: %+v", r)
	}
	if err := json.Unmarshal(r.Data, &n); err != nil {
		f.t.Fatal(err)
	}
	return n
}

const ringStream = `subscription($area: ID, $after: String) { ringEvents(area: $area, after: $after) {
	cursor now status { called } event { id event number } ring { id state rangAt { nodes { id } } } } }`

func (w *watch) press(t *testing.T) *doorbell.Ring {
	t.Helper()
	r, err := w.bell.Press(t.Context(), doorbell.Press{Household: w.ID("h3")})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAStreamShowsWhatHappensToRingsAndGoesOnAfterItsCursor(t *testing.T) {
	w := newWatch(t, feed.Options{})
	all := w.start(t, ringStream, nil)
	r := w.press(t)
	first := all.news()
	if first.RingEvents.Event.Event != "RANG" || first.RingEvents.Ring.ID != string(r.ID) || first.RingEvents.Event.Number != 1 || first.RingEvents.Now == "" {
		t.Errorf("the first message is %+v", first)
	}
	want := []string{}
	cursors := []string{first.RingEvents.Cursor}
	for n := 2; n <= r.Events; n++ {
		m := all.news()
		want = append(want, m.RingEvents.Event.ID)
		cursors = append(cursors, m.RingEvents.Cursor)
		if m.RingEvents.Event.Number != n {
			t.Fatalf("entry %d comes after %d", m.RingEvents.Event.Number, n-1)
		}
	}
	for from := range cursors[:len(cursors)-1] {
		again := w.start(t, ringStream, map[string]any{"after": cursors[from]})
		for _, id := range want[from:] {
			if m := again.news(); m.RingEvents.Event.ID != id {
				t.Fatalf("after cursor %d comes %s, want %s", from, m.RingEvents.Event.ID, id)
			}
		}
		again.end()
	}
	other := w.start(t, ringStream, map[string]any{"area": w.ID("hall"), "after": cursors[0]})
	if m := other.message(); m == nil || len(m.Errors) != 1 || m.Errors[0].Extensions["code"] != codeBadInput {
		t.Errorf("a cursor of another question: %+v", m)
	}
}

func TestAPersonsStreamShowsTheirAlertsOnly(t *testing.T) {
	w := newWatch(t, feed.Options{})
	r := w.press(t)
	if len(r.Alerts) == 0 {
		t.Fatal("the village has nobody to call")
	}
	a := r.Alerts[0]
	_, person := w.alert(t, a.ID)
	mine := w.start(t, `subscription($p: ID!) { myAlerts(person: $p) { cursor event { event } alert { state alertTo { nodes { id } } } } }`, map[string]any{"p": string(person)})
	if _, err := w.bell.Accept(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	m := mine.news().MyAlerts
	if m.Event.Event != "ACCEPTED" || m.Alert.State != "ACCEPTED" || len(m.Alert.AlertTo.Nodes) != 1 || m.Alert.AlertTo.Nodes[0].ID != string(person) {
		t.Errorf("the message is %+v", m)
	}
}

// alert is the ring and the person of an alert.
func (w *watch) alert(t *testing.T, id kg.ID) (ring, person kg.ID) {
	t.Helper()
	step := func(key string, r kg.Relation) *store.Step {
		return &store.Step{Key: key, Relation: r, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}}
	}
	items, err := w.store.Nodes(t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{id}, Plan: &store.Plan{Steps: []*store.Step{step("of", kg.AlertOf), step("to", kg.AlertTo)}}}})
	if err != nil {
		t.Fatal(err)
	}
	tree := items[0][id].Tree
	return tree["of"].Edges[0].Tie.To, tree["to"].Edges[0].Tie.To
}

func TestStreamsThatAskTheSameAreReadForOnce(t *testing.T) {
	w := newWatch(t, feed.Options{})
	const clients = 200
	begun := make(chan ringNews, clients)
	for range clients {
		f := w.start(t, ringStream, nil)
		go func() { begun <- f.news() }()
	}
	before := w.reads.Total()
	w.press(t)
	for range clients {
		if m := <-begun; m.RingEvents.Event.Number != 1 {
			t.Fatalf("the message is %+v", m)
		}
	}
	if n := w.reads.Total() - before; n > 5 {
		t.Errorf("%d clients cost %d visits to the store", clients, n)
	}
}

func TestAClientThatReadsTooSlowlyGetsAnErrorAndTheEnd(t *testing.T) {
	w := newWatch(t, feed.Options{Keep: 4})
	slow := w.start(t, ringStream, nil)
	for w.feed.Listeners() == 0 {
		time.Sleep(time.Millisecond)
	}
	w.press(t) // far more than four entries
	for w.feed.Listeners() > 0 {
		time.Sleep(time.Millisecond)
	}
	r := slow.message()
	for r != nil && len(r.Errors) == 0 {
		r = slow.message()
	}
	if r == nil || string(r.Data) != `{"ringEvents":null}` || code(r.Errors) != codeLimit {
		t.Fatalf("the slow client reads %+v", r)
	}
	if r := slow.message(); r != nil {
		t.Errorf("after the end comes %+v", r)
	}
}

func TestStreamsAreForTheAreasServedAndForWhatExists(t *testing.T) {
	w := newWatch(t, feed.Options{})
	nowhere := kg.DeriveID([]byte("k"), kg.KindGrid, "nowhere")
	for _, c := range []struct {
		query string
		vars  map[string]any
		part  bool
		code  string
	}{
		{ringStream, nil, true, codeBadInput},
		{ringStream, map[string]any{"area": string(w.ID("grid3"))}, true, codeNotFound},
		{ringStream, map[string]any{"area": string(nowhere)}, false, codeNotFound},
		{ringStream, map[string]any{"area": "nowhere"}, false, codeBadInput},
		{ringStream, map[string]any{"area": string(w.ID("bell1"))}, false, codeBadInput},
		{ringStream, map[string]any{"after": "abc"}, false, codeBadInput},
		{`subscription($p: ID!) { myAlerts(person: $p) { cursor } }`, map[string]any{"p": string(w.ID("bell1"))}, false, codeBadInput},
	} {
		w.scope = store.Scope{All: !c.part}
		if m := w.start(t, c.query, c.vars).message(); m == nil || code(m.Errors) != c.code {
			t.Errorf("%s %v: %+v, want %s", c.query[:30], c.vars, m, c.code)
		}
	}
}

func code(errs gqlerror.List) string {
	codes := map[string]bool{}
	for _, e := range errs {
		codes[fmt.Sprint(e.Extensions["code"])] = true
	}
	var all []string
	for c := range codes {
		all = append(all, c)
	}
	return strings.Join(all, ",")
}
