// Package clitest runs the program inside a test, from its command line to its exit code, and asks it over HTTP.
package clitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/internal/httpapi"
)

// Run is the program: it executes one command and returns the code to exit with.
type Run func(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int

// patience is how long a test waits for what has to happen; it only ends a test that hangs.
const patience = 10 * time.Minute

// Output is what a program wrote; it may be read while the program runs.
type Output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// Told is what was written, without the access log.
func (o *Output) Told() string {
	var told strings.Builder
	for line := range strings.Lines(o.String()) {
		if !strings.Contains(line, " msg=request ") {
			told.WriteString(line)
		}
	}
	return told.String()
}

// Once runs a command that ends by itself.
func Once(t *testing.T, run Run, environ []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs Output
	code = run(ctx, args, environ, &out, &errs)
	if ctx.Err() != nil {
		t.Fatalf("lintu %s did not end by itself:\n%s%s", strings.Join(args, " "), &out, &errs)
	}
	return code, out.String(), errs.String()
}

// Running is a server that runs, on a port of its own.
type Running struct {
	Out, Err Output
	Token    string // shown with every question, where set

	t    *testing.T
	stop context.CancelFunc
	done chan struct{}
	code int
}

// Start runs a command that serves. It ends with the test.
func Start(t *testing.T, run Run, environ []string, args ...string) *Running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &Running{t: t, stop: stop, done: make(chan struct{})}
	args = append(args, "--addr", "127.0.0.1:0", "--log-level", "info")
	go func() {
		defer close(r.done)
		r.code = run(ctx, args, environ, &r.Out, &r.Err)
	}()
	t.Cleanup(func() { r.Stop() })
	return r
}

// Stop does what Ctrl-C does, and returns the code that the program exits with.
func (r *Running) Stop() int {
	r.stop()
	<-r.done
	return r.code
}

// Ended says whether the program has ended by itself.
func (r *Running) Ended() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// Wait returns the code of a program that ends by itself.
func (r *Running) Wait() int {
	r.t.Helper()
	select {
	case <-r.done:
	case <-time.After(patience):
		r.t.Fatalf("the program did not end:\n%s%s", r.Out.Told(), r.Err.Told())
	}
	return r.code
}

// Until waits until something holds, while the program runs.
func (r *Running) Until(what string, holds func() bool) {
	r.t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(50 * time.Millisecond) {
		if r.Ended() {
			r.t.Fatalf("the program ended with %d before %s:\n%s%s", r.code, what, r.Out.Told(), r.Err.Told())
		}
		if time.Now().After(end) {
			r.t.Fatalf("waited in vain until %s:\n%s%s", what, r.Out.Told(), r.Err.Told())
		}
	}
}

var listening = regexp.MustCompile(`msg=listening addr=(\S+)`)

// Addr is where the program listens.
func (r *Running) Addr() string {
	r.t.Helper()
	var found []string
	r.Until("it listens", func() bool {
		found = listening.FindStringSubmatch(r.Err.String())
		return found != nil
	})
	return found[1]
}

// URL is the address of a path.
func (r *Running) URL(path string) string { r.t.Helper(); return "http://" + r.Addr() + path }

// Get asks for a path.
func (r *Running) Get(path string) (status int, body string) {
	r.t.Helper()
	return r.do(http.MethodGet, path, nil)
}

// Post sends a body to /graphql.
func (r *Running) Post(body string) (status int, answer string) {
	r.t.Helper()
	return r.do(http.MethodPost, "/graphql", strings.NewReader(body))
}

func (r *Running) do(method, path string, body io.Reader) (int, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.URL(path), body)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if r.Token != "" {
		req.Header.Set("Authorization", "Bearer "+r.Token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatalf("%v\n%s%s", err, r.Out.Told(), r.Err.Told())
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// Readiness is what /readyz tells.
func (r *Running) Readiness() httpapi.Readiness {
	r.t.Helper()
	status, body := r.Get("/readyz")
	var told httpapi.Readiness
	if err := json.Unmarshal([]byte(body), &told); err != nil {
		r.t.Fatalf("/readyz: %v in %s", err, body)
	}
	if told.Ready != (status == http.StatusOK) {
		r.t.Fatalf("/readyz: status %d with %s", status, body)
	}
	return told
}

// UntilReady waits until the program is ready.
func (r *Running) UntilReady() {
	r.t.Helper()
	r.Until("it is ready", func() bool { return r.Readiness().Ready })
}

// Answer is what a GraphQL question gives.
type Answer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
}

// Code is the code of the first error, "" where there is none.
func (a Answer) Code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	return a.Errors[0].Extensions.Code
}

// Ask puts a GraphQL question.
func (r *Running) Ask(query string, variables map[string]any) Answer {
	r.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		r.t.Fatal(err)
	}
	_, text := r.Post(string(body))
	var answer Answer
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		r.t.Fatalf("%v in %s", err, text)
	}
	return answer
}

// At takes a value out of the data, by a path such as "divisions.totalCount".
func (a Answer) At(path string) any {
	var value any = a.Data
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// FreePort is an address that nobody listens on.
func FreePort(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// Scrape is what Prometheus reads at an address.
func Scrape(ctx context.Context, address string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	return string(text), err
}
