// Package graph is the GraphQL edge: it translates between the schema and the packages that know things. It holds
// no store, engine or driver; resolvers read through loaders.Session and reach.
package graph

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"

	"lintu/coverage"
	"lintu/doorbell"
	"lintu/doorbell/feed"
	"lintu/doorbell/figures"
	"lintu/graph/generated"
	"lintu/graph/limits"
	"lintu/graph/trusted"
	"lintu/graph/wire"
	"lintu/loaders"
	"lintu/own"
	"lintu/reach"
	"lintu/records"
	"lintu/trail"
)

// Options is what the edge needs.
type Options struct {
	Sessions      *loaders.Sessions // how resolvers read; its clock and zone are also this package's
	Reach         *reach.Reach
	Coverage      *coverage.Engine // nil: one of its own over Reach
	Records       *records.Records // how the graph is edited
	Doorbell      *doorbell.Doorbell
	Own           *own.Own        // what people may ask for about themselves
	Feed          *feed.Feed      // what happens to rings; nil: no streams
	Figures       *figures.Reader // how rings were answered; nil: not told
	Timeout       time.Duration   // of one operation
	ElderAge      int             // from which people are elders here; 0: DefaultElderAge
	Introspection bool
	Logger        *slog.Logger
	RequestID     func(context.Context) string
	// Limits bound what is asked at once; nil: limits.Default.
	Limits *limits.Limits
	// Documents are those that are known by name; nil: everything is answered and nothing kept.
	Documents *trusted.Documents
	// Viewer is who asks, as far as limits count; nil: one analyst, whose operations are not counted.
	Viewer func(context.Context) limits.Viewer
	// Draining is closed when the server is about to end; nil: never.
	Draining func(context.Context) <-chan struct{}
	Sockets  wire.SocketOptions
	// Trail is where it is kept who saw and changed what of whom; nil: nowhere.
	Trail Trail
	// Audits reads the records of all processes; nil: nobody is told of them.
	Audits *trail.Reader
}

// DefaultElderAge is the age from which people are elders where nothing else is set.
const DefaultElderAge = 60

func (o *Options) fill() {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.RequestID == nil {
		o.RequestID = func(context.Context) string { return "" }
	}
	if o.ElderAge == 0 {
		o.ElderAge = DefaultElderAge
	}
	if o.Coverage == nil {
		o.Coverage = coverage.New(o.Reach.Snapshot)
	}
	if o.Limits == nil {
		l := limits.Default()
		o.Limits = &l
	}
	if o.Documents == nil {
		o.Documents = trusted.New(trusted.Options{})
	}
	if o.Viewer == nil {
		o.Viewer = func(context.Context) limits.Viewer { return limits.Viewer{Analyst: true} }
	}
}

// New is the handler of /graphql: by GET, POST and WebSocket. The size of a body is limited before it.
func New(o Options) http.Handler {
	o.fill()
	r := &resolver{
		coverage: o.Coverage, elderAge: o.ElderAge, reach: o.Reach, records: o.Records, bell: o.Doorbell, now: o.Sessions.Now, zone: o.Sessions.Zone,
		own: o.Own, feed: o.Feed, figures: o.Figures, sessions: o.Sessions, log: o.Logger, trail: o.Trail, audits: o.Audits,
	}
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: r})
	present := presenter(o.Logger, o.RequestID)
	srv := handler.New(schema)
	for _, t := range wire.Transports(wire.Options{
		Timeout: o.Timeout, Admit: limits.NewRoom(o.Limits.Concurrency).Enter, Draining: o.Draining, Sockets: o.Sockets,
	}) {
		srv.AddTransport(t)
	}
	parsed := newParsedDocuments()
	srv.SetQueryCache(parsed)
	srv.Use(newGuard(&o, schema.Schema(), parsed))
	srv.SetErrorPresenter(present)
	srv.SetRecoverFunc(func(ctx context.Context, v any) error {
		o.Logger.ErrorContext(ctx, "panic in a resolver", "panic", v)
		return errPanic
	})
	srv.SetDisableSuggestion(!o.Introspection)
	srv.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		return next(o.Sessions.Begin(ctx))
	})
	srv.AroundOperations(checkArguments(schema.Schema(), present))
	if o.Trail != nil {
		a := &auditor{trail: o.Trail, present: present, requestID: o.RequestID}
		srv.AroundOperations(a.operation)
		srv.AroundResponses(a.response)
	}
	srv.AroundResponses(showCost)
	return srv
}

// showCost puts the number of visits to the store into extensions.cost.
func showCost(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	resp := next(ctx)
	if resp == nil || resp.Data == nil {
		return resp
	}
	cost := loaders.From(ctx).Cost()
	if resp.Extensions == nil {
		resp.Extensions = map[string]any{}
	}
	resp.Extensions["cost"] = map[string]int{"storeCalls": cost.Calls(), "statements": cost.Statements()}
	return resp
}
