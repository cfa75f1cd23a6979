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
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/coverage"
	"lintu/doorbell"
	"lintu/graph/generated"
	"lintu/loaders"
	"lintu/reach"
	"lintu/records"
)

// Options is what the edge needs.
type Options struct {
	Sessions      *loaders.Sessions // how resolvers read; its clock and zone are also this package's
	Reach         *reach.Reach
	Coverage      *coverage.Engine // nil: one of its own over Reach
	Records       *records.Records // how the graph is edited
	Doorbell      *doorbell.Doorbell
	Timeout       time.Duration // of one operation
	ElderAge      int           // from which people are elders here; 0: DefaultElderAge
	Introspection bool
	Logger        *slog.Logger
	RequestID     func(context.Context) string
}

// DefaultElderAge is the age from which people are elders where nothing else is set.
const DefaultElderAge = 60

// maxTokens is the longest document, in tokens; the introspection query has about 200.
const maxTokens = 2000

// New is the handler of /graphql. It takes POST with a JSON body; the body's size is limited before it.
func New(o Options) http.Handler {
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
	r := &resolver{
		coverage: o.Coverage, elderAge: o.ElderAge, reach: o.Reach, records: o.Records, bell: o.Doorbell, now: o.Sessions.Now, zone: o.Sessions.Zone,
	}
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: r})
	present := presenter(o.Logger, o.RequestID)
	srv := handler.New(schema)
	srv.AddTransport(post{})
	srv.SetQueryCache(lru.New[*ast.QueryDocument](500))
	srv.SetParserTokenLimit(maxTokens)
	srv.SetErrorPresenter(present)
	srv.SetRecoverFunc(func(ctx context.Context, v any) error {
		o.Logger.ErrorContext(ctx, "panic in a resolver", "panic", v)
		return errPanic
	})
	if o.Introspection {
		srv.Use(extension.Introspection{})
	} else {
		srv.SetDisableSuggestion(true)
	}
	srv.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		return next(o.Sessions.Begin(ctx))
	})
	srv.AroundOperations(checkArguments(schema.Schema(), present))
	srv.AroundResponses(showCost)
	return limitTime(srv, o.Timeout)
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

// limitTime ends an operation after its time; the store sees the deadline.
func limitTime(h http.Handler, d time.Duration) http.Handler {
	if d <= 0 {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), d)
		defer cancel()
		h.ServeHTTP(w, r.WithContext(ctx))
	})
}
