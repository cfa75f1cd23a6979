package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
)

// BoundsOfOne makes statements take every turn that otherwise only a large graph brings about: more than "few" nodes
// on a way, terms and hits of a search in several statements, suffixes in runs that are merged, terms worked
// out ahead. The returned function undoes it.
func BoundsOfOne() func() {
	fewBefore, termsBefore, spareBefore, countedBefore, runBefore, levelBefore, aheadBefore := few, termsAtOnce, spareHits, countedAtOnce, suffixesOfRun, runsOfLevel, aheadFrom
	few, termsAtOnce, spareHits, countedAtOnce, suffixesOfRun, runsOfLevel, aheadFrom = 1, 1, 0, 1, 1, 2, 1
	return func() {
		few, termsAtOnce, spareHits, countedAtOnce, suffixesOfRun, runsOfLevel, aheadFrom = fewBefore, termsBefore, spareBefore, countedBefore, runBefore, levelBefore, aheadBefore
	}
}

// ShortLockWait makes stores that are opened from now on give up after 20 milliseconds. The returned function undoes
// it.
func ShortLockWait() func() {
	before := lockWait
	lockWait = "20"
	return func() { lockWait = before }
}

// Endless runs a read that does not end by itself.
func (s *Store) Endless(ctx context.Context, started chan<- struct{}) error {
	return s.read(ctx, "Endless", func(r *reader) error {
		if started != nil {
			close(started)
		}
		q := new(statement).add("WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT max(i) FROM c")
		return r.query(ctx, q, func(*sql.Rows) error { return nil })
	})
}

// Room limits the file to so many pages more than it has.
func (s *Store) Room(t testing.TB, pages int) {
	t.Helper()
	c, err := s.writer.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.writer.give(c, false)
	var have int
	if err := c.c.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&have); err != nil {
		t.Fatal(err)
	}
	if _, err := c.c.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", have+pages)); err != nil {
		t.Fatal(err)
	}
}
