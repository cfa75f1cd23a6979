package cli

import (
	"fmt"
	"os"
	"time"

	"lintu/doorbell"
	"lintu/doorbell/feed"
	"lintu/reach"
	"lintu/store"
)

// doorbell makes the rings of the store and wakes those who watch them; its work is done beside the answering of questions.
func (s *service) doorbell(st store.Store, snapshot *reach.Reach, key store.Key, live *feed.Feed) (*doorbell.Doorbell, error) {
	return doorbell.New(doorbell.Options{
		Store:    st,
		Key:      key,
		Snapshot: snapshot.Snapshot,
		Clock:    machineClock{start: time.Now()},
		Zone:     s.cfg.Zone,
		Process:  fmt.Sprintf("process %d", os.Getpid()),
		Logger:   s.log,
		Moved:    func(doorbell.Moved) { live.Wake() },
	})
}

// machineClock is the clock of the machine.
type machineClock struct{ start time.Time }

func (machineClock) Now() time.Time           { return time.Now().Round(0) } // without the monotonic reading, which Elapsed gives
func (c machineClock) Elapsed() time.Duration { return time.Since(c.start) }
