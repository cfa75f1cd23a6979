package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"lintu/doorbell"
	"lintu/doorbell/device"
	"lintu/doorbell/feed"
	"lintu/doorbell/invite"
	"lintu/doorbell/journal"
	"lintu/graph"
	"lintu/internal/httpapi"
	"lintu/internal/prom"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// doorbell makes the rings of the store and wakes those who watch them; its work is done beside the answering of questions.
// The journal, where there is one, is closed by end.
func (s *service) doorbell(st store.Store, snapshot *reach.Reach, key store.Key, live *feed.Feed, numbers *prom.Metrics) (bell *doorbell.Doorbell, end func(), err error) {
	clock := machineClock{time.Now(), s.now}
	notifier, err := s.notifier(clock)
	if err != nil {
		return nil, nil, err
	}
	var link func(*kg.Ring, *kg.Alert) string
	if base := s.public(); base != "" {
		link = invite.NewLinks(key, base).Address
	}
	o := doorbell.Options{
		Store:    st,
		Key:      key,
		Snapshot: snapshot.Snapshot,
		Clock:    clock,
		Notifier: notifier,
		Link:     link,
		Zone:     s.cfg.Zone,
		Process:  fmt.Sprintf("process %d", os.Getpid()),
		Logger:   s.log,
		Moved: func(m doorbell.Moved) {
			live.Wake()
			numbers.Moved(m)
			s.released(st, m)
		},
	}
	end = func() {}
	if dir := s.cfg.JournalFolder(); dir == "" {
		s.log.Warn("no journal is set: while the store does not answer, doorbells are not answered either", "setting", "journal")
	} else {
		kept, err := journal.Open(dir)
		if err != nil {
			return nil, nil, err
		}
		if n := kept.Damaged(); n > 0 {
			s.log.Error("the journal of rings has damaged lines, which were left out", "lines", n, "folder", dir)
		}
		o.Journal, end = kept, func() { _ = kept.Close() } // every record was synced when it was written
	}
	if bell, err = doorbell.New(o); err != nil {
		end()
		return nil, nil, err
	}
	numbers.Doors(bell.Remembered)
	return bell, end, nil
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

// notifier is who hands messages over; nil: the log does.
func (s *service) notifier(clock doorbell.Clock) (doorbell.Notifier, error) {
	n := s.cfg.Notify
	switch {
	case n.Form == "" && s.links != nil:
		return shownLinks{doorbell.Log{Logger: s.log}, s.links}, nil
	case n.Form == "":
		return nil, nil
	}
	return doorbell.NewWebhook(n.Address, doorbell.Form(n.Form), n.Secret.Reveal(), clock)
}

// public is where people who are called reach this server: as the settings say, and in a demo here. It is "" where messages
// hold no links.
func (s *service) public() string {
	if s.cfg.PublicURL == "" && s.links != nil {
		return s.base
	}
	return s.cfg.PublicURL
}

// shownLinks is the log of a demo, whose people are made up: it shows the links of messages besides.
type shownLinks struct {
	doorbell.Log
	to io.Writer
}

// Notify implements doorbell.Notifier.
func (l shownLinks) Notify(ctx context.Context, m doorbell.Message) error {
	if m.Link != "" && m.Text != "remind" {
		fmt.Fprintf(l.to, "drill message 演练消息 %s, %s: %s\n", m.Text, m.Role, m.Link)
	}
	return l.Log.Notify(ctx, m)
}

// invitations are the pages behind the links in messages.
func (s *service) invitations(bell *doorbell.Doorbell, key store.Key) http.Handler {
	var shown invite.Bell = bell
	if s.trail != nil {
		shown = shownDoors{bell, s.trail}
	}
	return invite.Handler(invite.NewLinks(key, s.public()), shown, time.Now, s.log)
}

// measureRings serves the numbers of rings where the settings say so, until the context ends. An address that is taken is
// logged: the server answers without it.
func (s *service) measureRings(ctx context.Context, numbers *prom.Metrics) {
	if s.cfg.MetricsAddr == "" {
		return
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.cfg.MetricsAddr)
	if err != nil {
		s.log.Error("metrics are not served; choose another metrics-addr", "error", err)
		return
	}
	server := &http.Server{Handler: numbers.Handler(), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	s.log.Info("metrics", "addr", "http://"+listener.Addr().String()+"/metrics")
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		s.log.Error("metrics are served no more", "error", err)
	}
}

// machineClock is the clock of the machine, or one that is set instead.
type machineClock struct {
	start time.Time
	set   func() time.Time // nil: the machine's
}

// Now is without the monotonic reading, which Elapsed gives.
func (c machineClock) Now() time.Time {
	if c.set != nil {
		return c.set().Round(0)
	}
	return time.Now().Round(0)
}

func (c machineClock) Elapsed() time.Duration { return time.Since(c.start) }
