package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"lintu/store"
)

// conn is a connection with the statements that were prepared on it. It is used by one goroutine at a time.
type conn struct {
	c        *sql.Conn
	prepared map[string]*prepared
}

// maxPrepared bounds the statements kept on a connection. Their texts depend on the shapes of questions, of which
// there are few; past the bound they are all dropped.
const maxPrepared = 300

func connect(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{c: c, prepared: map[string]*prepared{}}, nil
}

func (c *conn) close() error {
	c.forget()
	return c.c.Close()
}

func (c *conn) forget() {
	for _, st := range c.prepared {
		_ = st.Close()
	}
	clear(c.prepared)
}

// prepared is a statement that lives as long as its connection.
type prepared struct{ *sql.Stmt }

func (c *conn) prepare(ctx context.Context, text string) (*prepared, error) {
	if st := c.prepared[text]; st != nil {
		return st, nil
	}
	if len(c.prepared) >= maxPrepared {
		c.forget()
	}
	st, err := c.c.PrepareContext(ctx, text)
	if isDeferred(err) {
		st, err = c.c.PrepareContext(ctx, withoutDeferred(text))
	}
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", text, err)
	}
	c.prepared[text] = &prepared{st}
	return c.prepared[text], nil
}

// exec runs a statement without rows.
func (c *conn) exec(ctx context.Context, text string, args ...any) error {
	st, err := c.prepare(ctx, text)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(ctx, args...)
	return err
}

// query runs a statement and hands over each row.
func (c *conn) query(ctx context.Context, q *statement, each func(rows *sql.Rows) error) error {
	text := q.text.String()
	if err := c.explain(ctx, text, q.args); err != nil {
		return err
	}
	st, err := c.prepare(ctx, text)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, q.args...)
	if isDeferred(err) { // the index went away after the statement was prepared
		_ = st.Close()
		delete(c.prepared, text)
		if st, err = c.prepare(ctx, text); err != nil {
			return err
		}
		rows, err = st.QueryContext(ctx, q.args...)
	}
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// reader is a connection inside a read transaction; it is the store.Stepper of the contract's reads.
type reader struct {
	*conn
	s *Store
}

var _ store.Stepper = (*reader)(nil)

// query counts a statement of a read and runs it.
func (r *reader) query(ctx context.Context, q *statement, each func(rows *sql.Rows) error) error {
	store.CountStatement(ctx)
	return r.conn.query(ctx, q, each)
}

// read runs one method of the contract in one read transaction.
func (s *Store) read(ctx context.Context, what string, f func(r *reader) error) error {
	c, err := s.readers.take(ctx)
	if err != nil {
		return fail(ctx, what, err)
	}
	err = c.inTransaction(ctx, "BEGIN", func() error { return f(&reader{c, s}) })
	s.readers.give(c, isBroken(err))
	return fail(ctx, what, err)
}

// inTransaction runs f in a transaction. Beginning and ending do not hang on the context alone: what was begun is
// always ended.
func (c *conn) inTransaction(ctx context.Context, begin string, f func() error) error {
	if err := c.exec(ctx, begin); err != nil {
		return err
	}
	err := f()
	if err == nil {
		err = ctx.Err()
	}
	return c.end(ctx, err)
}

// end commits a transaction, or takes it back where err says that it failed, and gives that error.
func (c *conn) end(ctx context.Context, err error) error {
	end := "COMMIT"
	if err != nil {
		end = "ROLLBACK"
	}
	if ended := c.exec(context.WithoutCancel(ctx), end); ended != nil {
		if end == "COMMIT" {
			_ = c.exec(context.WithoutCancel(ctx), "ROLLBACK")
		}
		if err == nil {
			err = ended
		}
		err = &brokenError{err}
	}
	return err
}

// brokenError says that a transaction could not be ended as meant; its connection is not used again.
type brokenError struct{ error }

func (e *brokenError) Unwrap() error { return e.error }

func isBroken(err error) bool {
	var broken *brokenError
	return errors.As(err, &broken)
}

// pool lends connections. The one that came back last goes out first, since its cache is the warmest; a connection
// is opened when it is first needed.
type pool struct {
	db     *sql.DB
	free   chan struct{} // one token for each connection that may be lent
	closed chan struct{}

	mu   sync.Mutex
	idle []*conn
}

func newPool(db *sql.DB, size int) *pool {
	p := &pool{db: db, free: make(chan struct{}, size), closed: make(chan struct{})}
	for range size {
		p.free <- struct{}{}
	}
	return p
}

// errServed says that no connection is needed any more.
var errServed = errors.New("sqlite: served by another")

// take waits for a connection.
func (p *pool) take(ctx context.Context) (*conn, error) { return p.takeUnless(ctx, nil) }

// takeUnless is take, until a channel is closed: then the error is errServed, or there is a connection all the same.
func (p *pool) takeUnless(ctx context.Context, served <-chan struct{}) (*conn, error) {
	select {
	case <-p.closed:
		return nil, errClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-p.free:
	case <-served:
		return nil, errServed
	case <-p.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		c := p.idle[last]
		p.idle = p.idle[:last]
		return c, nil
	}
	c, err := connect(ctx, p.db)
	if err != nil {
		p.free <- struct{}{}
	}
	return c, err
}

// give takes a connection back; one that must not be used again is closed.
func (p *pool) give(c *conn, broken bool) {
	if broken {
		_ = c.close()
	} else {
		p.mu.Lock()
		p.idle = append(p.idle, c)
		p.mu.Unlock()
	}
	p.free <- struct{}{}
}

// close waits until all connections are back, and closes them.
func (p *pool) close() error {
	close(p.closed)
	for range cap(p.free) {
		<-p.free
	}
	var errs []error
	for _, c := range p.idle {
		errs = append(errs, c.close())
	}
	return errors.Join(append(errs, p.db.Close())...)
}
