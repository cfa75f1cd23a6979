package wire

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Refusal is an error that knows its HTTP status, because it is about the request and not about its document.
type Refusal interface {
	error
	// Status is the HTTP status.
	Status() int
	// RetryAfter is when it is worth to ask again; zero where it is not.
	RetryAfter() time.Duration
}

// refusalOf finds the refusal in what the executor says of a request.
func refusalOf(errs gqlerror.List) (Refusal, bool) {
	var r Refusal
	if len(errs) == 0 || !errors.As(errs[0], &r) {
		return nil, false
	}
	return r, true
}

type deferKey struct{}

// TakesParts says whether the operation's client takes an answer in parts: @defer means nothing elsewhere.
func TakesParts(ctx context.Context) bool {
	takes, _ := ctx.Value(deferKey{}).(bool)
	return takes
}

// runner runs operations for all transports.
type runner struct{ Options }

// operation is one that runs: an iterator of answers.
type operation struct {
	*graphql.OperationContext
	ctx  context.Context
	next graphql.ResponseHandler
	ends []func()
}

// create parses and checks an operation. Where there are errors, there is nothing to end. The time that an operation may
// take begins here.
func (r *runner) create(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams) (*operation, gqlerror.List) {
	if r.Timeout > 0 {
		waiting, enough := context.WithTimeout(ctx, r.Timeout)
		defer enough()
		return r.admit(ctx, waiting, exec, params)
	}
	return r.admit(ctx, ctx, exec, params)
}

func (r *runner) admit(ctx, waiting context.Context, exec graphql.GraphExecutor, params *graphql.RawParams) (*operation, gqlerror.List) {
	release, err := r.Admit(waiting)
	if err != nil {
		return &operation{ctx: ctx}, gqlerror.List{gqlerror.Wrap(err)}
	}
	oc, errs := exec.CreateOperationContext(ctx, params)
	o := &operation{OperationContext: oc, ctx: graphql.WithOperationContext(ctx, oc)}
	if errs != nil {
		release()
		return o, errs
	}
	if o.subscription() { // it waits most of the time, and may wait for days
		release()
		ctx, cancel := context.WithCancel(ctx)
		o.ctx, o.ends = ctx, []func(){cancel}
		return o, nil
	}
	var cancel context.CancelFunc
	if deadline, ok := waiting.Deadline(); ok {
		ctx, cancel = context.WithDeadline(ctx, deadline)
	} else {
		ctx, cancel = context.WithCancel(ctx)
	}
	o.ctx, o.ends = ctx, []func(){release, cancel}
	return o, nil
}

func (o *operation) subscription() bool { return o.Operation.Operation == ast.Subscription }

// begin runs the operation up to the point where answers can be taken.
func (o *operation) begin(exec graphql.GraphExecutor) {
	o.next, o.ctx = exec.DispatchOperation(o.ctx, o.OperationContext)
}

// answer is the next answer; nil where there is none, because all were given or the operation was ended.
func (o *operation) answer() *graphql.Response { return o.next(o.ctx) }

// end stops the operation, in the store too, and gives its room back.
func (o *operation) end() {
	for _, f := range o.ends {
		f()
	}
}

// answers are the operation's answers one by one as JSON, so that one can wait for something else besides; the channel is
// closed after the last. An answer is written out before the next is asked for, because a subscription's answers share
// their memory. The operation must be ended by whoever stops before the last.
func (o *operation) answers() <-chan []byte {
	c := make(chan []byte)
	go func() {
		defer close(c)
		for a := o.answer(); a != nil; a = o.answer() {
			select {
			case c <- marshal(a):
			case <-o.ctx.Done():
				return
			}
		}
	}()
	return c
}

// statusOf is the HTTP status of an operation that was not run. Clients that asked for plain JSON read 200, whatever is
// wrong with their document: that is how old ones tell an answer from a broken proxy.
func statusOf(errs gqlerror.List, media string) int {
	if r, ok := refusalOf(errs); ok {
		return r.Status()
	}
	if media == mediaResponse {
		return http.StatusBadRequest
	}
	return http.StatusOK
}

// withParts notes in the context whether the client takes an answer in parts.
func withParts(ctx context.Context, takes bool) context.Context {
	if !takes {
		return ctx
	}
	return context.WithValue(ctx, deferKey{}, true)
}
