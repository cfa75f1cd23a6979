package neo4jtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
)

// Logf tells a human what takes long.
type Logf func(format string, args ...any)

// startLimit is how long a server may take until it answers. A fresh store needs 6 to 9 s on two quiet cores;
// recovery after Kill reads the log again, and a machine with much else to do takes many times as long.
const startLimit = 10 * time.Minute

// Server is a Neo4j for tests. Its methods are not safe for concurrent use.
type Server struct {
	URI      string // bolt://HOST:PORT of a single server
	User     string
	Password string
	Database string
	Source   string // which way of finding it worked, for humans

	run     runner // nil if the server runs already and is not ours to end
	driver  driver.DriverWithContext
	release func() // gives back the lock of a server that runs already
	asked   bool   // whether a password was set of which no answer came
	down    bool
	paused  bool
}

// runner is a server's process, or its container.
type runner interface {
	start() error
	terminate(ctx context.Context) error // in an orderly way
	kill(ctx context.Context) error      // at once, as a power cut does
	pause() error                        // it keeps its connections and answers nothing
	resume() error
	running() bool
	log() string // the end of what it said, for error messages
	remove()     // kills it and deletes its data
}

// ErrNotOurs is what a server that was given or lent answers to Kill, Restart, Pause and the like.
var ErrNotOurs = errors.New("this Neo4j was given or lent and is not ended or stopped by tests; take neo4jtest.Own")

// Start gives a server: the one of LINTU_TEST_NEO4J_URI, else one that is lent, else one of its own. The caller closes it.
// An *Unavailable error says that this machine has nothing to start one with.
func Start(ctx context.Context, logf Logf) (*Server, error) {
	if os.Getenv("LINTU_TEST_NEO4J_URI") != "" {
		return connect(ctx, logf)
	}
	if os.Getenv(lentVariable) != "" {
		return borrow(ctx)
	}
	return StartOwn(ctx, logf)
}

// StartOwn starts a server that the caller may also kill, restart and pause, and closes in the end.
func StartOwn(ctx context.Context, logf Logf) (*Server, error) {
	why := &Unavailable{}
	for _, start := range []func(context.Context, Logf) (*Server, error){startContainer, startJava} {
		server, err := start(ctx, logf)
		if err == nil {
			return server, nil
		}
		why.Reasons = append(why.Reasons, err)
	}
	return nil, why
}

// connect uses the server of LINTU_TEST_NEO4J_URI, alone among the test processes of this machine.
func connect(ctx context.Context, logf Logf) (*Server, error) {
	s := &Server{
		URI:      os.Getenv("LINTU_TEST_NEO4J_URI"),
		User:     envOr("LINTU_TEST_NEO4J_USER", "neo4j"),
		Password: os.Getenv("LINTU_TEST_NEO4J_PASSWORD"),
		Database: envOr("LINTU_TEST_NEO4J_DATABASE", "neo4j"),
		Source:   "LINTU_TEST_NEO4J_URI",
	}
	logf("tests use the Neo4j at %s and delete everything in its database %q", s.URI, s.Database)
	path, err := lockPath(s.URI)
	if err != nil {
		return nil, err
	}
	if _, s.release, err = lock(ctx, path); err != nil {
		return nil, err
	}
	if s.driver, err = open(s.URI, s.User, s.Password); err == nil {
		err = s.ping(ctx)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("LINTU_TEST_NEO4J_URI: %w", err)
	}
	return s, nil
}

// lockPath is the file by which the test processes of this user agree on who uses a given server.
func lockPath(uri string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder: %w", err)
	}
	hash := fnv.New64a()
	hash.Write([]byte(uri))
	folder := filepath.Join(cache, "lintu")
	return filepath.Join(folder, fmt.Sprintf("given-%x.lock", hash.Sum64())), os.MkdirAll(folder, 0o755)
}

// begin starts a fresh server of ours and gives it a password.
func begin(ctx context.Context, source, address string, run runner) (*Server, error) {
	s := &Server{URI: "bolt://" + address, User: "neo4j", Password: rand.Text(), Database: "neo4j", Source: source, run: run}
	if err := s.begin(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	return s, nil
}

func (s *Server) begin(ctx context.Context) (err error) {
	if err = s.run.start(); err != nil {
		return err
	}
	if err = s.until(ctx, s.setPassword); err != nil {
		return err
	}
	if s.driver, err = open(s.URI, s.User, s.Password); err != nil {
		return err
	}
	return s.until(ctx, s.ping)
}

// RoutedURI is the same server by the scheme neo4j://, where drivers ask for a routing table first.
func (s *Server) RoutedURI() string {
	if _, rest, ok := strings.Cut(s.URI, "bolt://"); ok {
		return "neo4j://" + rest
	}
	return s.URI
}

// Ours says whether the server was started here, so that Kill, Restart, Pause and the like work.
func (s *Server) Ours() bool { return s.run != nil }

// Restart is Stop and then Start.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.Stop(ctx); err != nil {
		return err
	}
	return s.Start(ctx)
}

// Stop ends the server in an orderly way (about 10 s).
func (s *Server) Stop(ctx context.Context) error {
	if s.run == nil {
		return ErrNotOurs
	}
	if err := s.Resume(); err != nil {
		return err
	}
	s.down = true
	return s.run.terminate(ctx)
}

// Kill ends the server at once, as a power cut does: from then on its port refuses connections. What it had
// acknowledged is there again after Start.
func (s *Server) Kill(ctx context.Context) error {
	if s.run == nil {
		return ErrNotOurs
	}
	s.down, s.paused = true, false
	return s.run.kill(ctx)
}

// Start starts a server that was killed or stopped, on the same data and port, and returns when it answers.
func (s *Server) Start(ctx context.Context) error {
	if s.run == nil {
		return ErrNotOurs
	}
	if s.run.running() {
		return errors.New("this Neo4j is running already")
	}
	if err := s.run.start(); err != nil {
		return err
	}
	if err := s.until(ctx, s.ping); err != nil {
		return err
	}
	s.down = false
	return nil
}

// Pause makes the server silent: connections stay, new ones are accepted by the system, and nothing is answered.
func (s *Server) Pause() error {
	if s.run == nil {
		return ErrNotOurs
	}
	s.paused = true
	return s.run.pause()
}

// Resume ends what Pause began; without a Pause it does nothing.
func (s *Server) Resume() error {
	if !s.paused {
		return nil
	}
	s.paused = false
	return s.run.resume()
}

// revive brings back a server that an earlier test left killed or paused.
func (s *Server) revive(ctx context.Context) error {
	if err := s.Resume(); err != nil || !s.down {
		return err
	}
	return s.Start(ctx)
}

// Close ends a server of ours and deletes its data; one that was given stays.
func (s *Server) Close() {
	if s.driver != nil {
		s.driver.Close(context.Background())
	}
	if s.run != nil {
		s.run.remove()
	}
	if s.release != nil {
		s.release()
	}
}

// until tries again and again until the server is ready for the step, has ended, or startLimit is over.
func (s *Server) until(ctx context.Context, step func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("Neo4j gave no answer within %v", startLimit))
	defer cancel()
	for {
		err := step(ctx)
		if err == nil {
			return nil
		}
		if !s.run.running() {
			return fmt.Errorf("Neo4j ended by itself: %s", s.run.log())
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%w (%w): %s", context.Cause(ctx), err, s.run.log())
		}
	}
}

func open(uri, user, password string) (driver.DriverWithContext, error) {
	return driver.NewDriverWithContext(uri, driver.BasicAuth(user, password, ""), func(c *config.Config) {
		c.SocketConnectTimeout = 2 * time.Second
		c.TelemetryDisabled = true
	})
}
