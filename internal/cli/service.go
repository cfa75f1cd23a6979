package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lintu/coverage"
	"lintu/coverage/trend"
	"lintu/doorbell"
	"lintu/doorbell/feed"
	"lintu/doorbell/figures"
	"lintu/graph"
	"lintu/graph/trusted"
	"lintu/graph/wire"
	"lintu/internal/config"
	"lintu/internal/httpapi"
	"lintu/internal/prom"
	"lintu/kg"
	"lintu/layer"
	"lintu/loaders"
	"lintu/own"
	"lintu/reach"
	"lintu/records"
	"lintu/store"
	"lintu/store/tail"
	"lintu/trail"
	"lintu/trust"
	"lintu/web"
)

// Opening says which store to open, and how.
type Opening struct {
	Store    config.Store
	Key      *store.Key    // of a store that is created; nil: a random one
	Timeout  time.Duration // of one operation
	Logger   *slog.Logger
	ReadOnly bool // nothing in a SQLite file is changed, not even its schema
	Load     bool // an empty store is loaded next; in Neo4j it gets its indexes then
}

// service is one server, from listening to its end.
type service struct {
	open func(ctx context.Context, opening Opening) (store.Store, error)
	cfg  *config.Config
	log  *slog.Logger
	http *httpapi.Server
	who  *front
	work *work
	// documents are those that clients may name.
	documents *trusted.Documents

	now func() time.Time // of doorbells

	links io.Writer // of a demo: where the links of its messages are shown, so that the page can be tried; nil: nowhere
	base  string    // the address that the service listens on, as http://127.0.0.1:8080

	mu      sync.Mutex
	doing   string // what it is about, or what keeps it from being ready
	current store.Store
	trail   *trail.Trail   // nil: none is kept
	beside  sync.WaitGroup // what goes on for the trail beside rings
	reach   *reach.Reach   // nil until the snapshot stands
}

func newService(p Program, cfg *config.Config) (*service, error) {
	s := &service{open: p.Open, cfg: cfg, log: cfg.Logger(p.Stderr), now: p.Now, doing: "the store is not open yet"}
	var err error
	if s.who, err = s.front(); err != nil {
		return nil, &failure{exitUsage, err}
	}
	opts := httpapi.Options{
		Ready:       s.ready,
		Who:         s.who.desk,
		CORSOrigins: cfg.CORSOrigins,
		BodyLimit:   cfg.BodyLimit,
		Grace:       cfg.ShutdownGrace,
		Logger:      s.log,
	}
	if cfg.Playground {
		opts.Playground = web.Handler()
	}
	opts.Board = web.Board(cfg.Zone.String())
	if s.documents, err = s.readDocuments(); err != nil {
		return nil, &failure{exitUsage, err}
	}
	s.http, err = httpapi.New(opts)
	if err := periods(cfg).Check(); err != nil {
		return nil, &failure{exitUsage, err}
	}
	s.work = &work{say: func(what string) { s.say("%s", what) }}
	return s, err
}

// run listens and serves until ctx ends. Meanwhile prepare brings an open store that holds a whole graph; then the
// snapshot is built, questions are answered, and open is told the address. An error of these ends the server; what
// fails because ctx has ended is no error.
func (s *service) run(ctx context.Context, prepare func(context.Context) (store.Store, error), open func(context.Context, net.Addr) error) error {
	listener, err := httpapi.Listen(ctx, s.cfg.Addr)
	if err != nil {
		return err
	}
	defer httpapi.Processors()()
	s.log.Info("listening", "addr", listener.Addr().String())
	s.base = baseURL(listener.Addr())
	s.tellWho()
	group, within := errgroup.WithContext(ctx)
	group.Go(func() error { s.who.follow(within); return nil })
	group.Go(func() error { return s.http.Run(within, listener) })
	group.Go(func() error {
		err := s.answer(within, prepare, func() error { return open(within, listener.Addr()) })
		if ctx.Err() != nil {
			return nil
		}
		return err
	})
	err = group.Wait()
	if s.current != nil { // only now: requests that were running at the end needed it
		s.beside.Wait()
		err = errors.Join(err, s.endTrail(), s.current.Close())
	}
	return err
}

// adopt makes st the store that is served, and closed in the end.
func (s *service) adopt(st store.Store) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = st
}

// say tells what the service is about, on /readyz.
func (s *service) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doing = fmt.Sprintf(format, args...)
}

// retryPause is the time between two attempts to do what a store that is away prevents.
const retryPause = 2 * time.Second

// patiently does something again and again until it works, ctx ends, or it fails for another reason than a store that
// is away. What keeps it is told on /readyz, and logged when it changes.
func (s *service) patiently(ctx context.Context, what string, do func(context.Context) error) error {
	last := ""
	for {
		err := do(ctx)
		if err == nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if !away(err) {
			return fmt.Errorf("%s: %w", what, err)
		}
		s.say("%s: %v; trying again every %s", what, err, retryPause)
		if err.Error() != last {
			last = err.Error()
			s.log.Warn(what+": trying again until it works", "error", err, "every", retryPause)
		}
		select {
		case <-time.After(retryPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// away says that a store cannot be reached, or is silent, at the moment.
func away(err error) bool { return errors.Is(err, kg.ErrUnavailable) || errors.Is(err, kg.ErrTimeout) }

// ready is what /readyz tells: the store's own word on itself each time, and the snapshot's revision.
func (s *service) ready(ctx context.Context) httpapi.Readiness {
	s.mu.Lock()
	st, snapshot, doing := s.current, s.reach, s.doing
	s.mu.Unlock()

	answer := httpapi.Readiness{Engine: s.cfg.Store.Engine}
	if st == nil {
		answer.State, answer.Reasons = "starting", []string{doing}
		return answer
	}
	status, err := st.Ready(ctx)
	if err != nil {
		answer.Store, answer.Reasons = storeWord(err), []string{"the store does not answer: " + err.Error()}
		return answer
	}
	answer.Store, answer.SchemaVersion, answer.State = "ok", status.Schema, string(status.State)
	switch {
	case snapshot == nil:
		answer.Reasons = []string{doing}
	case status.State != store.StateReady:
		answer.Reasons = []string{errHalf.Error()}
	}
	if snapshot != nil {
		told := snapshot.Status()
		answer.SnapshotRevision = int64(told.Revision)
		if told.LastError != nil {
			answer.Reasons = append(answer.Reasons, "the snapshot does not follow the store: "+told.LastError.Error())
		}
	}
	answer.Ready = len(answer.Reasons) == 0
	return answer
}

func storeWord(err error) string {
	if errors.Is(err, kg.ErrTimeout) || errors.Is(err, context.DeadlineExceeded) {
		return "silent"
	}
	return "unavailable"
}

// errHalf is why a store whose load was broken off, or still runs, is not served.
var errHalf = fmt.Errorf(`%w: it holds a part of a graph only, because a load runs or was broken off; "lintu demo" with the same store begins it anew, "lintu import" with the same files goes on with it`, kg.ErrUnavailable)

// answer makes the store that prepare brings answer questions, calls open when it does, and then keeps the snapshot
// level with the store until ctx ends.
func (s *service) answer(ctx context.Context, prepare func(context.Context) (store.Store, error), open func() error) error {
	st, err := prepare(ctx)
	if err != nil {
		return err
	}
	s.adopt(st)
	st = tail.New(st, time.Now) // all who follow the journal read it together
	s.say("the snapshot of who is where is being built")
	snapshot := reach.New(reach.Options{
		Store:    st,
		Location: s.cfg.Zone,
		Barriers: s.cfg.Barriers,
		Logger:   s.log,
		Progress: s.work.counting("reading the store for distances 读取图谱"),
		Now:      time.Now,
	})
	var key store.Key
	err = s.patiently(ctx, "building the snapshot", func(ctx context.Context) error {
		defer s.work.done()
		status, err := st.Ready(ctx)
		if err != nil {
			return err
		}
		key = status.Key
		return snapshot.Start(ctx)
	})
	if err != nil {
		return err
	}
	if err := s.openTrail(key); err != nil {
		return err
	}
	engine := coverage.New(snapshot.Snapshot)
	live := feed.New(feed.Options{Store: st, Now: time.Now, Zone: s.cfg.Zone, Logger: s.log})
	numbers := prom.New(st, live.Listeners, live.Dropped)
	if s.trail != nil {
		numbers.Audit(s.trail)
	}
	bell, done, err := s.doorbell(st, snapshot, key, live, numbers)
	if err != nil {
		return err
	}
	defer done()
	s.http.Open(s.questions(st, snapshot, engine, bell, live, key), s.ready)
	s.http.OpenLayers(s.layers(st, engine, key))
	s.http.OpenDevices(s.devices(bell))
	s.http.OpenPages(s.invitations(bell, key))
	s.mu.Lock()
	s.reach = snapshot // it is ready from now on, and not before its handlers are
	s.mu.Unlock()
	following, stop := context.WithCancel(ctx)
	var end sync.WaitGroup
	end.Go(func() { snapshot.Follow(following) })
	end.Go(func() { s.measureDaily(following, &trend.Keeper{Store: st, Engine: engine, Key: key}) })
	end.Go(func() { s.anchor(following, st) })
	end.Go(func() { s.retainDaily(following, s.keeping(st, snapshot, key)) })
	end.Go(func() { bell.Work(following) })
	end.Go(func() { live.Follow(following) })
	end.Go(func() { s.measureRings(following, numbers) })
	defer end.Wait()
	defer stop()
	if err := open(); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// questions is the handler of /graphql.
func (s *service) questions(st store.Store, snapshot *reach.Reach, engine *coverage.Engine, bell *doorbell.Doorbell, live *feed.Feed, key store.Key) http.Handler {
	edits := records.New(records.Options{
		Store:   st,
		Key:     key,
		Applied: func(ctx context.Context, c store.Change) error { return snapshot.Applied(ctx, c.Revision) },
		Logger:  s.log,
	})
	o := graph.Options{
		Sessions:      &loaders.Sessions{Store: st, Key: key, Zone: s.cfg.Zone, Now: time.Now, MaxPage: s.cfg.Limits.Page, Viewer: trust.From},
		Reach:         snapshot,
		Coverage:      engine,
		Records:       edits,
		Doorbell:      bell,
		Own:           s.own(st, snapshot, key),
		Feed:          live,
		Figures:       &figures.Reader{Store: st, Zone: s.cfg.Zone},
		ElderAge:      s.cfg.ElderAge,
		Introspection: s.cfg.Introspection,
		Timeout:       s.cfg.OperationTimeout,
		Logger:        s.log,
		RequestID:     httpapi.RequestID,
		Limits:        limitsOf(s.cfg.Limits),
		Documents:     s.documents,
		Draining:      httpapi.Draining,
		Viewer:        counted,
		Sockets: wire.SocketOptions{
			Login: httpapi.Login, Most: s.cfg.Limits.Sockets, Operations: s.cfg.Limits.SocketOperations,
		},
	}
	if s.trail != nil {
		o.Trail, o.Audits = s.trail, trail.NewReader(s.trail.Folder())
	}
	return graph.New(o)
}

// own answers people about themselves.
func (s *service) own(st store.Store, snapshot *reach.Reach, key store.Key) *own.Own {
	return own.New(own.Options{
		Store: st, Key: key, Zone: s.cfg.Zone, Now: time.Now, Logger: s.log,
		Applied: func(ctx context.Context, c store.Change) error { return snapshot.Applied(ctx, c.Revision) },
	})
}

// layers is the handler of /map and /export.
func (s *service) layers(st store.Store, engine *coverage.Engine, key store.Key) http.Handler {
	return layer.New(layer.Options{
		Sources:  layer.Sources{Engine: engine, Zone: s.cfg.Zone},
		Sessions: &loaders.Sessions{Store: st, Key: key, Zone: s.cfg.Zone, Now: time.Now, Viewer: trust.From},
		ElderAge: s.cfg.ElderAge,
		Timeout:  s.cfg.OperationTimeout,
		Audit:    s.auditOf(),
		Fail: func(w http.ResponseWriter, r *http.Request, err error) {
			code, message := graph.Describe(err)
			if code == "INTERNAL" {
				s.log.ErrorContext(r.Context(), "internal error", "error", err, "path", r.URL.Path)
			}
			httpapi.Fail(w, r, code, message)
		},
	})
}
