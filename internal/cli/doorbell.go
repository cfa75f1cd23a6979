package cli

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"lintu/doorbell"
	"lintu/doorbell/device"
	"lintu/doorbell/feed"
	"lintu/graph"
	"lintu/internal/httpapi"
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

// devices is the handler of /v1, for doorbells.
func (s *service) devices(bell *doorbell.Doorbell) http.Handler {
	return device.New(device.Options{
		Doorbell: bell,
		Timeout:  s.cfg.OperationTimeout,
		Fail: func(w http.ResponseWriter, r *http.Request, err error) {
			code, message := graph.Describe(err)
			switch code {
			case "INTERNAL":
				s.log.ErrorContext(r.Context(), "internal error", "error", err, "path", r.URL.Path)
			case "UNAUTHENTICATED":
				message = "show the key of the doorbell: Authorization: Bearer KEY, or key in the body"
			}
			httpapi.Fail(w, r, code, message)
		},
	})
}

// machineClock is the clock of the machine.
type machineClock struct{ start time.Time }

func (machineClock) Now() time.Time           { return time.Now().Round(0) } // without the monotonic reading, which Elapsed gives
func (c machineClock) Elapsed() time.Duration { return time.Since(c.start) }
