package sqlite

import (
	"context"
	"database/sql"
	"log/slog"
	"sync/atomic"
)

// keeper copies what small batches have written from the WAL into the file, beside the writing. Left to SQLite, a commit
// does so every 128 MB and takes a good part of a second for it, while everybody waits. Large batches leave it at that:
// there it is the least work in all.
type keeper struct {
	db      *sql.DB // of one connection, which never waits long for a lock
	log     *slog.Logger
	changes atomic.Int64 // since the last round was begun
	every   atomic.Int64 // after how many of them there is the next
	left    int64        // pages in the WAL after the last round, where it could not begin anew
	wake    chan struct{}
	stop    context.CancelFunc
	ended   chan struct{}
	rounds  atomic.Int64
}

// keptEvery is after how many changes of small batches there is the first round, and the most before any other. A change
// writes a part of a page or five pages: the rounds learn after how many the WAL has keptPages (100 MB), and there is one then,
// well before SQLite would copy it in a commit, and seldom enough that the writer rests for a hundredth of the time. Whatever
// they learn, they come no more than keptLeast times as often.
var keptEvery int64 = 16_000

const keptPages, keptLeast = 24_000, 8

// keeperWait is how long a round waits for those who read from the WAL, in milliseconds: the writer waits with it.
const keeperWait = "20"

// newKeeper begins to keep the file behind the WAL of a store.
func (s *Store) newKeeper(path string) (*keeper, error) {
	db, err := sql.Open("sqlite", dsn(path, false, keeperWait, []string{"synchronous(FULL)", "cache_size(-1024)"}))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	ctx, stop := context.WithCancel(context.Background())
	k := &keeper{db: db, log: s.log, wake: make(chan struct{}, 1), stop: stop, ended: make(chan struct{})}
	k.every.Store(keptEvery)
	go func() {
		defer close(k.ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-k.wake:
				k.round(ctx, s.writer)
			}
		}
	}()
	return k, nil
}

// wrote counts changes of small batches that were committed.
func (k *keeper) wrote(changes int) {
	if k == nil || k.changes.Add(int64(changes)) < k.every.Load() {
		return
	}
	select {
	case k.wake <- struct{}{}:
	default: // a round is to come anyway
	}
}

// round copies what there is while others write, then twice what they wrote meanwhile, and last, while the writer rests, the little
// that is left: only then may the WAL begin anew. Where somebody still reads from it, the next round tries again.
func (k *keeper) round(ctx context.Context, writer *pool) {
	defer k.rounds.Add(1)
	changes := k.changes.Swap(0)
	pages, _, err := k.checkpoint(ctx, "PASSIVE")
	if err != nil {
		return
	}
	k.learn(changes, pages)
	for range 2 { // the sync after the one that brought much takes its time, and nobody shall wait for it
		if _, _, err := k.checkpoint(ctx, "PASSIVE"); err != nil {
			return
		}
	}
	c, err := writer.take(ctx)
	if err != nil {
		return // the store is being closed
	}
	defer writer.give(c, false)
	k.left = 0
	if pages, busy, err := k.checkpoint(ctx, "RESTART"); err == nil && busy {
		k.left = pages
	}
}

// learn sets when the next round is, where enough changes have been made to tell: they have brought the WAL to so many pages.
func (k *keeper) learn(changes, pages int64) {
	if pages > k.left {
		pages -= k.left
	}
	if changes >= k.every.Load()/2 && pages > 0 {
		k.every.Store(min(keptEvery, max(keptEvery/keptLeast, changes*keptPages/pages)))
	}
}

// checkpoint copies; it says how many pages are in the WAL, and whether somebody kept it from doing all.
func (k *keeper) checkpoint(ctx context.Context, mode string) (pages int64, busy bool, err error) {
	var copied int64
	err = k.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &pages, &copied)
	if err != nil && ctx.Err() == nil {
		k.log.WarnContext(ctx, "what was written is not copied from the WAL into the file; the next commits do it", "error", err)
	}
	return pages, busy, err
}

// close ends the keeping.
func (k *keeper) close() error {
	if k == nil {
		return nil
	}
	k.stop()
	<-k.ended
	return k.db.Close()
}
