package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// What a batch with Forget takes away is gone from the files, too. Rows that are deleted are overwritten where they stood
// (secure_delete); pages that are free, of this batch or of earlier ones, are filled with zeros and freed again; and when
// the batch stands, the file takes the pages over from the WAL, which is then empty. Until that is done the table meta says
// so, and whoever opens the file next does it.

// metaForgetting is in the table meta while pages of the file may hold what was forgotten.
const metaForgetting = "forgetting"

// How often, and after which pauses, it is tried to take the WAL into the file, and how many milliseconds readers are waited
// for each time.
const (
	copyTries = 12
	copyPause = 50 * time.Millisecond
	copyWait  = "250"
)

// scrubSize is the largest piece in which free pages are filled.
const scrubSize = 16 << 20

// forget makes a batch's deletions thorough; it comes before they are made.
func (t *tx) forget(ctx context.Context) error {
	if err := t.pragma(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return err
	}
	return setMeta(ctx, t.conn, metaForgetting, "1")
}

// pragma runs a pragma that answers with a row.
func (c *conn) pragma(ctx context.Context, text string) error {
	var answer any
	return c.c.QueryRowContext(ctx, text).Scan(&answer)
}

// writeErased notes tombstones, and takes their ties out of the results of batches that were applied before.
func (t *tx) writeErased(ctx context.Context, w *store.Writes, _ *rows) error {
	if len(w.Erased) == 0 {
		return nil
	}
	if err := t.exec(ctx, "INSERT OR IGNORE INTO tombstone (id) SELECT value FROM json_each(?)", list(w.Erased)); err != nil {
		return err
	}
	return t.forgetResults(ctx, w.Erased)
}

// forgotten ends the writing of a batch that forgets.
func (t *tx) forgotten(ctx context.Context) error {
	if err := t.fillFreePages(ctx); err != nil {
		return err
	}
	return t.pragma(ctx, "PRAGMA secure_delete = FAST")
}

// forgetResults takes ties of the erased out of the results of batches that were applied before.
func (t *tx) forgetResults(ctx context.Context, ids []kg.ID) error {
	var batches []string
	q := new(statement).add("SELECT id FROM batch ORDER BY id")
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		batches = append(batches, id)
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range batches {
		done, err := t.Result(ctx, id)
		if err != nil {
			return err
		}
		if done == nil || !done.Forget(ids) {
			continue
		}
		data, err := packResult(done)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, "UPDATE batch SET result = ? WHERE id = ?", data, id); err != nil {
			return err
		}
	}
	return nil
}

// fillFreePages writes zeros into every page that is free, and frees them again.
func (t *tx) fillFreePages(ctx context.Context) error {
	var free, size int64
	if err := t.c.QueryRowContext(ctx, "PRAGMA freelist_count").Scan(&free); err != nil {
		return err
	}
	if err := t.c.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size); err != nil {
		return err
	}
	for left := free * size; left > 0; left -= scrubSize {
		if err := t.exec(ctx, "INSERT INTO scrub (data) VALUES (zeroblob(?))", min(left, scrubSize)); err != nil {
			return err
		}
	}
	return t.exec(ctx, "DELETE FROM scrub")
}

// finishForgetting takes what was forgotten out of the file and the WAL, unless a reader holds on to it: then the next
// batch that forgets, or whoever opens the file next, does it.
func (s *Store) finishForgetting(ctx context.Context, c *conn) error {
	if err := c.pragma(ctx, "PRAGMA busy_timeout = "+copyWait); err != nil {
		return err
	}
	busy := 1
	// Who meets another copying of the WAL is turned away at once, without the wait that readers are given.
	for try := 0; busy != 0 && try < copyTries; try++ {
		if try > 0 {
			time.Sleep(copyPause)
		}
		var log, moved int
		if err := c.c.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved); err != nil {
			return err
		}
	}
	if err := c.pragma(ctx, "PRAGMA busy_timeout = "+lockWait); err != nil {
		return err
	}
	if busy != 0 {
		s.log.Warn("what was erased is still in the file, because somebody reads; it goes with the next erasure or the next start")
		return nil
	}
	return c.exec(ctx, "DELETE FROM meta WHERE name = '"+metaForgetting+"'")
}

// isForgetting says whether an earlier forgetting was not finished.
func isForgetting(ctx context.Context, c *conn) (bool, error) {
	var n int
	err := c.c.QueryRowContext(ctx, "SELECT count(*) FROM meta WHERE name = '"+metaForgetting+"'").Scan(&n)
	return n > 0, err
}

// afterForgetting finishes what a batch that forgets has begun. The batch stands whatever comes of it.
func (s *Store) afterForgetting(ctx context.Context) {
	c, err := s.writer.take(ctx)
	if err != nil {
		s.log.Warn("what was erased is still in the file; it goes with the next erasure or the next start", "error", err)
		return
	}
	if err := s.finishForgetting(ctx, c); err != nil {
		s.log.Warn("what was erased is still in the file; it goes with the next erasure or the next start", "error", err)
	}
	s.writer.give(c, false)
}

// Tombstones implements store.Tx.
func (t *tx) Tombstones(ctx context.Context, ids []kg.ID) (found []kg.ID, err error) {
	q := new(statement).add("SELECT d.id FROM json_each(?) j CROSS JOIN tombstone d ON d.id = j.value WHERE EXISTS (SELECT 1 FROM tombstone) ORDER BY d.id", list(ids))
	err = t.query(ctx, q, func(rows *sql.Rows) error {
		var id kg.ID
		err := rows.Scan(&id)
		found = append(found, id)
		return err
	})
	return found, err
}

// dropFromRuns is the most suffixes that are taken out of packed runs one by one. A batch that drops more leaves them there
// until runs are merged; they lead to nothing.
const dropFromRuns = 5000

// dropPacked takes suffixes of terms that are gone out of the runs.
func (t *tx) dropPacked(ctx context.Context, gone map[text.Class][]posting) error {
	total := 0
	for _, list := range gone {
		total += len(list)
	}
	if total > dropFromRuns {
		return nil
	}
	for _, class := range suffixClasses {
		for _, p := range gone[class] {
			if err := t.dropPosting(ctx, class, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// packedBlock is a block on record.
type packedBlock struct {
	no, run int64
	data    []byte
}

func (t *tx) dropPosting(ctx context.Context, class text.Class, p posting) error {
	// The first block of each run that can hold the text, and those behind it that may begin with it.
	q := new(statement).add("SELECT b.no, b.run, b.data FROM suffix_run r CROSS JOIN suffix_block b ON b.no >= "+
		"(SELECT f.no FROM suffix_block f WHERE f.run = r.no AND f.last >= ? ORDER BY f.last, f.no LIMIT 1) AND b.no <= "+
		"ifnull((SELECT f.no FROM suffix_block f WHERE f.run = r.no AND f.last > ? ORDER BY f.last, f.no LIMIT 1), r.last_block) WHERE r.class = ?", p.text, p.text, int64(class))
	var blocks []packedBlock
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var b packedBlock
		err := rows.Scan(&b.no, &b.run, &b.data)
		blocks = append(blocks, b)
		return err
	})
	if err != nil {
		return err
	}
	for _, b := range blocks {
		left, dropped, err := without(b.data, p)
		if err != nil {
			return err
		}
		if !dropped {
			continue
		}
		if err := t.exec(ctx, "UPDATE suffix_block SET last = ?, data = ? WHERE no = ?", left.last, left.data, b.no); err != nil {
			return err
		}
		if err := t.exec(ctx, "UPDATE suffix_run SET postings = postings - 1 WHERE no = ?", b.run); err != nil {
			return err
		}
	}
	return nil
}

// without is a block without a posting, and whether it held it. A block that held nothing else is empty, and stays where it
// is: the blocks of a run follow each other.
func without(data []byte, p posting) (left block, dropped bool, err error) {
	left.data = []byte{}
	pack := newPacker(func(b block) error {
		left = b
		return nil
	})
	u := unpacker{data: data}
	var terms []int64
	for {
		ok, err := u.next()
		if err != nil {
			return left, false, err
		}
		if !ok {
			return left, dropped, pack.flush()
		}
		if terms, err = u.terms(terms[:0]); err != nil {
			return left, false, err
		}
		if i := slices.Index(terms, p.term); i >= 0 && string(u.text) == p.text {
			terms, dropped = slices.Delete(terms, i, i+1), true
		}
		pack.join(string(u.text), terms)
	}
}
