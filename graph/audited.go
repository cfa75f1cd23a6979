package graph

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lintu/kg"
	"lintu/loaders"
	"lintu/trail"
	"lintu/trust"
)

// Trail is the part of a trail.Trail that the edge writes to.
type Trail interface {
	Append(ctx context.Context, r trail.Record) error
	Aside(r trail.Record)
	Expect() (done func())
	Fingerprint(b []byte) string
}

var _ Trail = (*trail.Trail)(nil)

// auditor keeps a record of every operation that shows or writes anything of a person or a household, before its answer is
// sent. What cannot be recorded is not answered.
type auditor struct {
	trail     Trail
	present   graphql.ErrorPresenterFunc
	requestID func(context.Context) string
}

// emergency are the mutations that nobody waits for the trail with: the moves of rings.
var emergency = []string{
	"ring", "cancelRing", "callAmbulance", "acceptAlert", "declineAlert", "withdrawAlert", "onMyWay", "arrive", "handOver", "closeRing", "reopenRing",
}

// patience is how long such a move waits for its record.
const patience = 500 * time.Millisecond

// operation records what will write, and streams, before they begin: whatever they do, it is known that they tried.
func (a *auditor) operation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation == ast.Query || a.urgent(op) {
		return next(ctx)
	}
	r := a.record(ctx, op)
	r.Result = trail.Begun
	if err := a.trail.Append(ctx, r); err != nil {
		return graphql.OneShot(a.refusal(ctx, err))
	}
	return next(ctx)
}

func (a *auditor) refusal(ctx context.Context, err error) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{a.present(ctx, err)}}
}

// urgent says whether an operation moves rings and nothing else.
func (a *auditor) urgent(op *graphql.OperationContext) bool {
	return op.Operation.Operation == ast.Mutation && !slices.ContainsFunc(rootsOf(op), func(name string) bool { return !slices.Contains(emergency, name) })
}

// short says that an operation is over with its answer; a document that was refused is none.
func short(op *graphql.OperationContext) bool {
	return op.Operation != nil && op.Operation.Operation != ast.Subscription
}

// response records an answer, a part of one, or a message of a stream.
func (a *auditor) response(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) && short(graphql.GetOperationContext(ctx)) {
		defer a.trail.Expect()()
	}
	resp := next(ctx)
	if resp == nil || resp.Data == nil { // nothing was run
		return resp
	}
	op, session := graphql.GetOperationContext(ctx), loaders.From(ctx)
	ids, writes := a.subjects(op, session), op.Operation.Operation == ast.Mutation
	if len(ids) == 0 && !writes && session.Viewer().Purpose != trust.BreakGlass {
		return resp
	}
	r := a.record(ctx, op)
	r.Subjects, r.Result = trail.SubjectsOf(ids), "ok"
	if len(resp.Errors) > 0 {
		r.Result, _ = resp.Errors[0].Extensions["code"].(string)
	}
	cost := session.Cost()
	r.Cost = &trail.Cost{Calls: cost.Calls(), Statements: cost.Statements()}
	if a.urgent(op) {
		waiting, enough := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer enough()
		_ = a.trail.Append(waiting, r) // counted and logged there; a ring goes on
		return resp
	}
	if err := a.trail.Append(ctx, r); err != nil {
		return a.refusal(ctx, err)
	}
	return resp
}

// subjects are whom an answer shows something of, or whom it wrote.
func (a *auditor) subjects(op *graphql.OperationContext, session *loaders.Session) []kg.ID {
	saw, named, wrote := session.Subjects()
	if len(saw) == 0 && len(named) == 0 {
		return wrote
	}
	shown := exposed(op)
	return slices.Concat(wrote, shown.of(saw), slices.DeleteFunc(named, func(kg.ID) bool { return !shown.names }))
}

// record is what is known of an operation before it is run.
func (a *auditor) record(ctx context.Context, op *graphql.OperationContext) trail.Record {
	r := trail.Record{
		Kind: trail.Operation, Via: "graphql", Name: op.Operation.Name, Document: digest(op.RawQuery), Fields: rootsOf(op),
		Write: op.Operation.Operation == ast.Mutation, Request: a.requestID(ctx),
	}
	r.By(loaders.From(ctx).Viewer())
	if len(op.Variables) > 0 {
		if text, err := json.Marshal(op.Variables); err == nil { // it came as JSON
			r.Variables = a.trail.Fingerprint(text)
		}
	}
	return r
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

var rootTypes = map[ast.Operation][]string{ast.Query: {"Query"}, ast.Mutation: {"Mutation"}, ast.Subscription: {"Subscription"}}

// rootsOf are the names of an operation's root fields.
func rootsOf(op *graphql.OperationContext) []string {
	var names []string
	for _, f := range graphql.CollectFields(op, op.Operation.SelectionSet, rootTypes[op.Operation.Operation]) {
		if f.Name != "__typename" {
			names = append(names, f.Name)
		}
	}
	return names
}

// exposure is of whom a document shows more than that there is an id.
type exposure struct {
	people, households bool
	names              bool // people that stand in fields of other things
	spread             map[*ast.FragmentDefinition]bool
}

// abouts are types that tell something of people or households whose id alone may be shown below them.
var abouts = map[string]kg.Kind{
	"NearbyEdge": kg.KindPerson, "CoverageMemberEdge": kg.KindPerson,
	"CoverageTargetConnection": kg.KindHousehold, "CoverageTargetEdge": kg.KindHousehold, "GapConnection": kg.KindHousehold, "GapEdge": kg.KindHousehold,
	"AdviceStep": kg.KindHousehold, "LateTarget": kg.KindHousehold, "UnnamedTarget": kg.KindHousehold, "TonightDoor": kg.KindHousehold,
}

// exposed looks through an operation once.
func exposed(op *graphql.OperationContext) *exposure {
	e := &exposure{spread: map[*ast.FragmentDefinition]bool{}}
	e.selection(op.Operation.SelectionSet)
	return e
}

func (e *exposure) selection(set ast.SelectionSet) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			e.field(sel)
			e.selection(sel.SelectionSet)
		case *ast.InlineFragment:
			e.selection(sel.SelectionSet)
		case *ast.FragmentSpread:
			if !e.spread[sel.Definition] {
				e.spread[sel.Definition] = true
				e.selection(sel.Definition.SelectionSet)
			}
		}
	}
}

func (e *exposure) field(f *ast.Field) {
	if f.ObjectDefinition == nil || f.Name == "__typename" {
		return
	}
	of := f.ObjectDefinition.Name
	if kind, ok := abouts[of]; ok {
		e.kind(kind)
	}
	switch of {
	case "Refusal", "RingCandidate", "RingOmission":
		e.names = true
	case "RingEvent":
		e.names = e.names || f.Name == "actor"
	}
	if f.Name == "id" || f.Name == "kind" {
		return
	}
	switch {
	case of == "Node" || f.ObjectDefinition.Kind == ast.Union:
		e.people, e.households = true, true
	case of == kg.KindPerson.Def().Type:
		e.kind(kg.KindPerson)
	case of == kg.KindHousehold.Def().Type:
		e.kind(kg.KindHousehold)
	}
}

func (e *exposure) kind(k kg.Kind) {
	e.people = e.people || k == kg.KindPerson
	e.households = e.households || k == kg.KindHousehold
}

// of are the ids of those whom the document shows something of.
func (e *exposure) of(ids []kg.ID) []kg.ID {
	return slices.DeleteFunc(ids, func(id kg.ID) bool {
		if id.Kind() == kg.KindPerson {
			return !e.people
		}
		return !e.households
	})
}
