package who_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/internal/who"
	"lintu/kg"
	"lintu/trust"
)

// TestMain lets the program of the tests be one of several processes that make keys; see TestKeysOfSeveralProcessesAreAllKept.
func TestMain(m *testing.M) {
	if path := os.Getenv("WHO_TEST_MAKES_KEYS_IN"); path != "" {
		for n := range 10 {
			err := who.ChangeKeys(context.Background(), path, func(keys []who.Key) ([]who.Key, error) {
				k, _ := who.NewKey(who.Key{Label: fmt.Sprint(n), Roles: []trust.Role{trust.Dashboard}, AllAreas: true})
				return append(keys, k), nil
			})
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// start is the moment at which the clocks of tests stand.
var start = time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)

// clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: start} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// journal is a log that a test reads.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.String()
}

func (j *journal) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// scene is a desk with keys in a file of its own.
type scene struct {
	t    *testing.T
	desk *who.Desk
	keys *who.Keys
	path string
	log  *journal
	*clock
}

const token = "0123456789abcdef0123456789abcdef"

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, path: filepath.Join(t.TempDir(), "keys.json"), log: &journal{}, clock: newClock()}
	var err error
	if s.keys, err = who.OpenKeys(s.path, s.log.logger()); err != nil {
		t.Fatal(err)
	}
	s.desk = who.New(who.Options{Token: token, Keys: s.keys, Now: s.now, Logger: s.log.logger()})
	return s
}

// add puts a new key into the file.
func (s *scene) add(k who.Key) (text, id string) {
	s.t.Helper()
	if k.Roles == nil {
		k.Roles, k.AllAreas = []trust.Role{trust.Analyst}, true
	}
	k, text = who.NewKey(k)
	s.change(func(keys []who.Key) []who.Key { return append(keys, k) })
	return text, k.ID
}

func (s *scene) change(change func([]who.Key) []who.Key) {
	s.t.Helper()
	if err := who.ChangeKeys(s.t.Context(), s.path, func(keys []who.Key) ([]who.Key, error) { return change(keys), nil }); err != nil {
		s.t.Fatal(err)
	}
}

// follow looks at the file again and again until the test ends.
func (s *scene) follow() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.keys.Follow(ctx)
	}()
	s.t.Cleanup(func() { stop(); <-done })
}

// admit shows a credential from some address.
func (s *scene) admit(credential string) (trust.Viewer, error) {
	return s.desk.Admit(context.Background(), "192.0.2.1", credential)
}

// wantRefused asserts the one answer to whatever is wrong.
func wantRefused(t *testing.T, what string, v trust.Viewer, err error) {
	t.Helper()
	if !errors.Is(err, kg.ErrUnauthenticated) || err.Error() != "the credential opens nothing: unauthenticated" || v.Name != "" || v.Rights() != 0 {
		t.Errorf("%s: %+v, %v", what, v, err)
	}
}

// until waits for what happens in the background.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// wantSilent asserts that no log line holds a text.
func (j *journal) wantSilent(t *testing.T, texts ...string) {
	t.Helper()
	said := j.String()
	for _, text := range texts {
		if strings.Contains(said, text) {
			t.Errorf("the log holds %q: %s", text, said)
		}
	}
}
