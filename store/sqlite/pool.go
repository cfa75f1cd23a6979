package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

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

// take waits for a connection.
func (p *pool) take(ctx context.Context) (*conn, error) {
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
