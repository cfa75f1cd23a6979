package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"lintu/internal/who"
)

// Options says what a Server serves and how. The zero value is a server that is alive and never ready.
type Options struct {
	// GraphQL answers /graphql. While it is nil, and until Open brings another, /graphql is UNAVAILABLE.
	GraphQL http.Handler
	// Layers answers GET /map/... and GET /export/..., under the same rules as /graphql. While it is nil, and until
	// OpenLayers brings one, they are UNAVAILABLE.
	Layers http.Handler
	// Devices answers /v1/..., which devices call with keys of their own: it is open by these, not by those of viewers. While
	// it is nil, and until OpenDevices brings one, they are UNAVAILABLE.
	Devices http.Handler
	// Pages answers /r/..., which are open by their signed links. While it is nil, and until OpenPages
	// brings one, they are UNAVAILABLE.
	Pages http.Handler
	// Board answers /board and all below it. Nil switches the page off.
	Board http.Handler
	// Playground answers /playground and all below it, and sees the whole path. Nil switches the page off.
	Playground http.Handler
	// Ready tells whether the server can answer questions. It may take up to Timeouts.Ready; a call
	// that takes longer counts as not ready. It is never called twice at a time.
	Ready func(context.Context) Readiness
	// Who lets viewers in. Where it asks nobody who they are, or is nil, only requests to a loopback name are
	// answered, so that a page whose name was pointed at this machine reads nothing.
	Who *who.Desk
	// CORSOrigins are the origins (scheme://host[:port]) whose pages may call /graphql besides the
	// server's own. There is no wildcard.
	CORSOrigins []string
	// BodyLimit is the largest request body in bytes; 256 KiB when zero.
	BodyLimit int64
	// Grace is how long Run waits for running requests after its end was asked for.
	Grace time.Duration
	// Timeouts bound slow clients.
	Timeouts Timeouts
	// Logger gets the access log and what goes wrong. Nil discards both.
	Logger *slog.Logger
}

// Timeouts bound the phases of a connection. A zero means the default named with each.
type Timeouts struct {
	ReadHeader time.Duration // for the request's header; 5 s
	Read       time.Duration // for the header and the body; 15 s
	Idle       time.Duration // between two requests of a connection; 90 s
	Write      time.Duration // for one piece of a response to be taken, streams included; 30 s
	Ready      time.Duration // for one call of Options.Ready; 1 s
}

func (t Timeouts) withDefaults() Timeouts {
	for _, d := range []struct {
		field    *time.Duration
		fallback time.Duration
	}{
		{&t.ReadHeader, 5 * time.Second}, {&t.Read, 15 * time.Second}, {&t.Idle, 90 * time.Second},
		{&t.Write, 30 * time.Second}, {&t.Ready, time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.fallback
		}
	}
	return t
}

const (
	defaultBodyLimit = 256 << 10
	maxHeaderBytes   = 64 << 10 // room for a GET with a query in its address
)

// Server is the HTTP server. Use New to make one.
type Server struct {
	opts     Options
	log      *slog.Logger
	who      *who.Desk
	http     *http.Server
	graphql  atomic.Pointer[http.Handler]
	layers   atomic.Pointer[http.Handler]
	devices  atomic.Pointer[http.Handler]
	pages    atomic.Pointer[http.Handler]
	ready    readyCheck
	draining atomic.Bool
	ending   chan struct{}  // closed when the end was asked for
	running  sync.WaitGroup // requests to /graphql, sockets among them
}

// New puts the server together. Its error is about a CORS origin that is none.
func New(opts Options) (*Server, error) {
	opts.Timeouts = opts.Timeouts.withDefaults()
	if opts.BodyLimit == 0 {
		opts.BodyLimit = defaultBodyLimit
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{opts: opts, log: opts.Logger, who: desk(opts.Who), ending: make(chan struct{})}
	s.ready.limit, s.ready.now = opts.Timeouts.Ready, time.Now
	s.Open(opts.GraphQL, opts.Ready)
	s.OpenLayers(opts.Layers)
	s.OpenDevices(opts.Devices)
	s.OpenPages(opts.Pages)
	handler, err := s.routes()
	if err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: opts.Timeouts.ReadHeader,
		ReadTimeout:       opts.Timeouts.Read,
		IdleTimeout:       opts.Timeouts.Idle,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(opts.Logger.Handler(), slog.LevelWarn),
	}
	return s, nil
}

// Open brings the parts that need an open store. A server may run before that: it is then alive and
// not ready. A nil leaves the part as it is.
func (s *Server) Open(graphql http.Handler, ready func(context.Context) Readiness) {
	if ready != nil {
		s.ready.use(ready)
	}
	if graphql != nil {
		s.graphql.Store(&graphql)
	}
}

// OpenLayers brings the layers, which need an open store as well. A nil leaves them as they are.
func (s *Server) OpenLayers(layers http.Handler) {
	if layers != nil {
		s.layers.Store(&layers)
	}
}

// OpenDevices brings what answers devices, which needs an open store as well. A nil leaves it as it is.
func (s *Server) OpenDevices(devices http.Handler) {
	if devices != nil {
		s.devices.Store(&devices)
	}
}

// Handler returns everything the server answers, for a test or another listener.
func (s *Server) Handler() http.Handler { return s.http.Handler }

// Run serves ln until ctx ends. Then /readyz fails, no connection is accepted any more, running
// requests get Options.Grace to finish, and Run returns nil; what still runs is cut off. Another
// error means that serving failed. A Server runs once.
func (s *Server) Run(ctx context.Context, ln net.Listener) error {
	// Requests outlive ctx: its end is what they are given time after.
	base, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	s.http.BaseContext = func(net.Listener) context.Context { return base }

	served := make(chan error, 1)
	go func() { served <- s.http.Serve(ln) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}

	s.draining.Store(true)
	close(s.ending)
	s.log.Info("shutting down", "grace", s.opts.Grace)
	grace, done := context.WithTimeout(base, s.opts.Grace)
	defer done()
	if err := errors.Join(s.http.Shutdown(grace), s.finished(grace)); err != nil {
		s.log.Warn("requests were cut off at the end of the grace period", "grace", s.opts.Grace)
		cutOff()
		_ = s.http.Close() // the listener is closed already, and nothing else can fail
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		s.log.Warn("serving ended otherwise than by the shutdown", "error", err)
	}
	return nil
}

// finished waits until nothing runs, sockets included, or ctx ends.
func (s *Server) finished(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.running.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Server) routes() (http.Handler, error) {
	graphql, err := s.guarded(http.HandlerFunc(s.serveGraphQL), true)
	if err != nil {
		return nil, err
	}
	layers, err := s.guarded(http.HandlerFunc(s.serveLayers), false)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", graphql)
	mux.Handle("GET /map/", layers)
	mux.Handle("GET /export/", layers)
	mux.Handle("OPTIONS /map/", layers) // what a page of another origin asks first
	mux.Handle("OPTIONS /export/", layers)
	mux.Handle("/v1/", s.recovered(http.HandlerFunc(s.serveDevices)))
	mux.Handle(pagePath, s.linked(http.HandlerFunc(s.servePages)))
	if s.opts.Board != nil {
		board := s.recovered(s.opts.Board)
		mux.Handle("/board", board)
		mux.Handle("/board/", board)
	}
	mux.HandleFunc("GET /healthz", s.serveHealth)
	mux.Handle("GET /readyz", s.recovered(http.HandlerFunc(s.serveReady)))
	if s.opts.Playground != nil {
		page := s.recovered(s.opts.Playground)
		mux.Handle("/playground", page)
		mux.Handle("/playground/", page)
		mux.Handle("GET /{$}", http.RedirectHandler("/playground", http.StatusTemporaryRedirect))
	}
	var h http.Handler = mux
	if s.who.Open() {
		h = loopbackOnly(h)
	}
	return s.identified(s.logged(secured(h))), nil
}
