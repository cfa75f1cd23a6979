package wire

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lintu/kg"
)

// requests takes one operation a request, and answers it whole, in parts or as a stream of events.
type requests struct{ *runner }

var _ graphql.Transport = requests{}

// Supports takes every request but an upgrade, so that every refusal is this transport's.
func (requests) Supports(r *http.Request) bool { return !upgrade(r) }

// Do answers one request.
func (t requests) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	takes := readAccept(r)
	params, status, err := readParams(r)
	if err != nil {
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, POST")
		}
		writeWhole(w, takes.whole, status, exec.DispatchError(r.Context(), gqlerror.List{gqlerror.Wrap(err)}))
		return
	}
	ctx := withParts(r.Context(), takes.parts)
	o, errs := t.create(ctx, exec, params)
	defer o.end()
	if errs == nil {
		errs = fits(o, r, takes)
	}
	refusal, refused := refusalOf(errs)
	switch {
	case refused:
		if wait := refusal.RetryAfter(); wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		}
		if refusal.Status() == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "POST")
		}
		fallthrough
	case errs != nil && (takes.json || !takes.events):
		writeWhole(w, takes.whole, statusOf(errs, takes.whole), exec.DispatchError(o.ctx, errs))
	case errs != nil: // a stream's client reads errors in its stream only
		t.stream(w, r, only(exec.DispatchError(o.ctx, errs)))
	case takes.events && (o.subscription() || !takes.json):
		o.begin(exec)
		t.stream(w, r, o)
	default:
		o.begin(exec)
		first := o.answer()
		if first != nil && first.HasNext != nil && *first.HasNext {
			writeParts(w, first, o)
			return
		}
		writeWhole(w, takes.whole, http.StatusOK, first)
	}
}

// fits refuses operations that this way of asking is not for.
func fits(o *operation, r *http.Request, takes accepted) gqlerror.List {
	switch {
	case o.Operation.Operation == ast.Mutation && r.Method == http.MethodGet:
		return gqlerror.List{gqlerror.Wrap(wrongMethod{kg.Invalid("method", "GET of a mutation", "POST")})}
	case o.subscription() && !takes.events:
		return gqlerror.List{gqlerror.Wrap(kg.Invalid("Accept", "cannot carry a subscription",
			mediaEvents+", or a WebSocket with the protocol "+protocol))}
	}
	return nil
}

// wrongMethod refuses an operation by GET that changes something: links and pictures must not.
type wrongMethod struct{ error }

func (wrongMethod) Status() int { return http.StatusMethodNotAllowed }

func (wrongMethod) RetryAfter() time.Duration { return 0 }

func (e wrongMethod) Unwrap() error { return e.error }

// only is an operation of one answer.
func only(a *graphql.Response) *operation {
	return &operation{ctx: context.Background(), next: graphql.OneShot(a)}
}

// writeWhole sends an answer as one JSON document.
func writeWhole(w http.ResponseWriter, media string, status int, a *graphql.Response) {
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(marshal(a)) // a client that is gone needs no answer
}
