package trail

import (
	"os"
	"path/filepath"

	"lintu/kg"
)

// write writes what waits, batch by batch, until nothing does.
func (t *Trail) write(idle chan struct{}) {
	defer close(idle)
	for {
		t.gather()
		t.mu.Lock()
		batch := t.queue
		t.queue, t.enough, t.lately = nil, nil, t.expected
		if len(batch) == 0 {
			t.writing = false
			t.mu.Unlock()
			return
		}
		t.mu.Unlock()
		err := t.put(batch)
		if err != nil {
			t.refused.Add(int64(len(batch)))
			t.o.Logger.Error("the audit trail cannot be written; what needs it is refused", "error", err, "records", len(batch))
			err = ErrUnwritten
		} else {
			t.written.Add(int64(len(batch)))
			t.alarm(batch)
		}
		for _, w := range batch {
			w.done <- err
		}
	}
}

// alarm tells of uses of break-glass.
func (t *Trail) alarm(batch []*waiting) {
	for _, w := range batch {
		if r := &w.record; breaksGlass(r) {
			t.broke.Add(1)
			t.o.Logger.Warn("break-glass: personal detail was opened in an emergency; an auditor has to look at it",
				"viewer", r.Viewer, "record", r.ID(), "request_id", r.Request, "people", r.PeopleCount, "households", r.HouseholdCount)
		}
	}
}

// put writes a batch, in a new file where the last one is full, of another day, or broken.
func (t *Trail) put(batch []*waiting) error {
	if t.file != nil && (t.size >= t.o.Size || t.day != dayOf(t.now())) {
		if err := t.end(); err != nil {
			return err
		}
	}
	if t.file == nil {
		if err := t.begin(&Opening{Number: t.number + 1, After: t.own()}); err != nil {
			return err
		}
	}
	records := make([]*Record, len(batch))
	for i, w := range batch {
		records[i] = &w.record
	}
	return t.lines(records...)
}

// own is the head of the chain; none before the first file.
func (t *Trail) own() []Head {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.heads[max(len(t.heads)-1, 0):]
}

// begin makes the next file, and leaves nothing of it where its first record cannot be written.
func (t *Trail) begin(o *Opening) error {
	t.number = o.Number
	t.name = fileName(t.process, t.number)
	path := filepath.Join(t.o.Dir, t.name)
	file, err := t.o.Create(path)
	if err != nil {
		return err
	}
	t.file, t.size, t.day = file, 0, dayOf(t.now())
	if err := t.lines(&Record{Kind: Opened, File: o}); err != nil {
		_ = os.Remove(path) // else a full disk would be filled with empty files
		return err
	}
	return nil
}

// end writes the file's last record.
func (t *Trail) end() error {
	if t.file == nil {
		return nil
	}
	err := t.lines(&Record{Kind: Closed})
	if t.file != nil {
		_ = t.file.Close() // all of it was synced
		t.file = nil
	}
	return err
}

// lines writes records in one write, with one sync. When that fails the file is given up: nobody knows what of it is on the
// disk.
func (t *Trail) lines(records ...*Record) error {
	at, seq, head, b := t.now(), t.seq, t.head, t.buffer[:0]
	for _, r := range records {
		seq++
		r.Process, r.Sequence, r.At = t.process, seq, at
		var err error
		if b, head, err = appendLine(b, &t.text, head, r); err != nil {
			return err
		}
	}
	t.buffer = b
	n, err := t.file.Write(b)
	t.size += int64(n)
	if err == nil {
		err = t.file.Sync()
	}
	if err != nil {
		_ = t.file.Close()
		t.file = nil
		return err
	}
	t.at, t.seq, t.head = at, seq, head
	t.mu.Lock()
	defer t.mu.Unlock()
	now := Head{t.name, seq, head.String()}
	if i := len(t.heads) - 1; i >= 0 && t.heads[i].File == t.name {
		t.heads[i] = now
	} else {
		t.heads = append(t.heads, now)
	}
	return nil
}

// now is the time of the next record.
func (t *Trail) now() kg.Moment { return max(kg.MomentOf(t.o.Now()), t.at) }

func dayOf(m kg.Moment) string { return string(m[:len("2006-01-02")]) }
