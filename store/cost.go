package store

import (
	"context"
	"sync/atomic"
)

// Cost counts the visits to the store that one operation makes: calls of the contract, and the statements that
// engines run inside them.
type Cost struct {
	calls, statements atomic.Int64
}

// Calls is the number of calls of the contract's methods.
func (c *Cost) Calls() int { return int(c.calls.Load()) }

// Statements is the number of statements that the engine ran.
func (c *Cost) Statements() int { return int(c.statements.Load()) }

// AddCall counts one call; loaders.Session does it, and records by CountCall.
func (c *Cost) AddCall() { c.calls.Add(1) }

type costKey struct{}

// WithCost makes statements under ctx count into c.
func WithCost(ctx context.Context, c *Cost) context.Context {
	return context.WithValue(ctx, costKey{}, c)
}

// CountCall counts a call of the contract into the operation of ctx.
func CountCall(ctx context.Context) {
	if c, ok := ctx.Value(costKey{}).(*Cost); ok {
		c.AddCall()
	}
}

// CountStatement is called by an engine for each statement that it sends.
func CountStatement(ctx context.Context) {
	if c, ok := ctx.Value(costKey{}).(*Cost); ok {
		c.statements.Add(1)
	}
}
