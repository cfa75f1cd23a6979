package floor

import (
	"context"
	"database/sql"
	"time"
)

// Inserts puts rows into a SQLite file of its own, one a transaction, each on the disk before the next: what the
// machine's disk makes every write cost. It does so at a rate until the context ends, and gives the times.
func Inserts(ctx context.Context, path string, every time.Duration) (times []time.Duration, err error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE r (id INTEGER PRIMARY KEY, body BLOB)"); err != nil {
		return nil, err
	}
	body := make([]byte, 200)
	for ticker := time.NewTicker(every); ; {
		select {
		case <-ctx.Done():
			ticker.Stop()
			return times, nil
		case <-ticker.C:
		}
		began := time.Now()
		if _, err := db.Exec("INSERT INTO r (body) VALUES (?)", body); err != nil {
			return times, err
		}
		times = append(times, time.Since(began))
	}
}
