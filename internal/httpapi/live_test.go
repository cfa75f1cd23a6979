package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// live is a running server on a port of its own.
type live struct {
	*Server
	addr string
	stop context.CancelFunc
	done chan error // Run's result
}

func run(t *testing.T, opts Options) *live {
	t.Helper()
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	l := &live{newServer(t, opts), ln.Addr().String(), stop, make(chan error, 1)}
	ended := make(chan struct{})
	go func() {
		l.done <- l.Run(ctx, ln)
		close(ended)
	}()
	t.Cleanup(func() { stop(); <-ended })
	return l
}

func (l *live) url(path string) string { return "http://" + l.addr + path }

// raw sends text on a fresh connection and returns it for reading.
func (l *live) raw(t *testing.T, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil { // a hang fails the test
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestAHeaderThatTricklesInIsCutOff(t *testing.T) {
	l := run(t, Options{GraphQL: echo, Timeouts: Timeouts{ReadHeader: 100 * time.Millisecond}})
	conn := l.raw(t, "POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("the connection was not closed by the server: %v", err)
	}
	if strings.Contains(string(got), "200 OK") {
		t.Errorf("answered %q", got)
	}
}

func TestABodyThatTricklesInIsATimeout(t *testing.T) {
	l := run(t, Options{GraphQL: echo, Timeouts: Timeouts{Read: 150 * time.Millisecond}})
	conn := l.raw(t, "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, res, 408, "TIMEOUT")
}

func TestABodyThatBreaksOffIsBadInput(t *testing.T) {
	l := run(t, Options{GraphQL: echo})
	conn := l.raw(t, "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, res, 400, "BAD_USER_INPUT")
}

func TestAnOversizeBodyOnARealConnectionIsAnsweredAndTheConnectionClosed(t *testing.T) {
	l := run(t, Options{GraphQL: echo, BodyLimit: 64})
	for _, head := range []string{"Content-Length: 1000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n50\r\n" + strings.Repeat("x", 0x50) + "\r\n"} {
		conn := l.raw(t, "POST /graphql HTTP/1.1\r\nHost: localhost\r\n"+head)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, res, 413, "LIMIT_EXCEEDED")
		if !res.Close {
			t.Error("the connection stays open")
		}
	}
}

func TestAnOperationMayTakeLongerThanItsRequestMayTakeToArrive(t *testing.T) {
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
			w.WriteHeader(http.StatusTeapot)
		case <-time.After(400 * time.Millisecond):
			fmt.Fprint(w, "whole")
		}
	})
	l := run(t, Options{GraphQL: slow, Timeouts: Timeouts{Read: 100 * time.Millisecond, Write: 100 * time.Millisecond}})
	for range 2 { // the second one on the same connection, past the first one's deadlines
		res, err := http.Post(l.url("/graphql"), "application/json", strings.NewReader("q"))
		if err != nil {
			t.Fatal(err)
		}
		if got := text(t, res); got != "whole" {
			t.Errorf("got %d %q", res.StatusCode, got)
		}
		res.Body.Close()
	}
}

func TestAStreamReachesTheClientPieceByPiece(t *testing.T) {
	next := make(chan struct{})
	l := run(t, Options{GraphQL: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "one\n")
		w.(http.Flusher).Flush()
		<-next
		fmt.Fprint(w, "two\n")
	})})
	res, err := http.Post(l.url("/graphql"), "application/json", strings.NewReader("q"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	for _, want := range []string{"one\n", "two\n"} {
		if got, err := lines.ReadString('\n'); err != nil || got != want {
			t.Fatalf("got %q, %v", got, err)
		}
		if want == "one\n" {
			close(next)
		}
	}
}

func TestAPanicAfterPartOfTheAnswerCutsTheConnection(t *testing.T) {
	l := run(t, Options{GraphQL: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "half")
		w.(http.Flusher).Flush()
		panic("in the middle")
	})})
	res, err := http.Post(l.url("/graphql"), "application/json", strings.NewReader("q"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("the client takes %q for whole", got)
	}
}

func TestAConnectionCanBeTakenOverForAWebSocket(t *testing.T) {
	l := run(t, Options{GraphQL: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello")
	})})
	conn := l.raw(t, "GET /graphql HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	if got, err := io.ReadAll(conn); err != nil || !strings.HasSuffix(string(got), "\r\n\r\nhello") {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTheEndWaitsForARunningRequest(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	l := run(t, Options{Grace: time.Minute, Ready: alwaysReady, GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-release
		if r.Context().Err() != nil {
			w.WriteHeader(http.StatusTeapot)
		}
		fmt.Fprint(w, "whole")
	})})
	answer := make(chan string, 1)
	go func() {
		res, err := http.Post(l.url("/graphql"), "application/json", strings.NewReader("q"))
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		answer <- fmt.Sprint(res.StatusCode, " ", string(body), " ", err)
	}()
	<-entered
	l.stop()
	for { // no connection is accepted any more
		conn, err := net.Dial("tcp", l.addr)
		if err != nil {
			break
		}
		conn.Close()
		time.Sleep(5 * time.Millisecond)
	}
	res := ask(l.Server, "GET", "/readyz", "")
	if got := text(t, res); res.StatusCode != 503 || !strings.Contains(got, "shutting down") {
		t.Errorf("/readyz while draining: %d %s", res.StatusCode, got)
	}
	select {
	case err := <-l.done:
		t.Fatalf("Run returned with a request in flight: %v", err)
	default:
	}
	close(release)
	if got := <-answer; got != "200 whole <nil>" {
		t.Errorf("the request in flight got %q", got)
	}
	if err := <-l.done; err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestTheEndOfTheGracePeriodCutsOffWhatStillRuns(t *testing.T) {
	entered, cut := make(chan struct{}), make(chan struct{})
	l := run(t, Options{Grace: 50 * time.Millisecond, GraphQL: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
		close(cut)
	})})
	go func() {
		if res, err := http.Post(l.url("/graphql"), "application/json", strings.NewReader("q")); err == nil {
			res.Body.Close()
		}
	}()
	<-entered
	l.stop()
	if err := <-l.done; err != nil {
		t.Errorf("Run: %v", err)
	}
	<-cut
}

func TestATakenPortIsExplained(t *testing.T) {
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	for addr, want := range map[string]string{
		ln.Addr().String(): "port " + port + " on 127.0.0.1 is taken by another program: end that one, or choose another port with --addr or LINTU_ADDR",
		"192.0.2.1:0":      "192.0.2.1 is no address of this machine: choose another with --addr or LINTU_ADDR",
		"127.0.0.1:99999":  "cannot listen on 127.0.0.1:99999: choose another address with --addr or LINTU_ADDR",
	} {
		again, err := Listen(t.Context(), addr)
		if err == nil {
			again.Close()
			t.Errorf("%s was opened", addr)
		} else if !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

const childEnv = "LINTU_TEST_SIGNAL_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		waitForSignals()
	}
	os.Exit(m.Run())
}

// waitForSignals is a process that cannot finish its work in time.
func waitForSignals() {
	ctx, stop := Signals(context.Background())
	defer stop()
	fmt.Println("waiting")
	<-ctx.Done()
	// The context ends just before the signals have their usual meaning again.
	fmt.Println("draining")
	time.Sleep(time.Minute)
	os.Exit(3)
}

func TestTheFirstSignalEndsTheContextAndASecondOneTheProcess(t *testing.T) {
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childEnv+"=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for _, want := range []string{"waiting\n", "draining\n"} {
		if got, err := lines.ReadString('\n'); err != nil || got != want {
			t.Fatalf("got %q, %v", got, err)
		}
		if err := child.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	for {
		select {
		case err := <-ended:
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
				t.Errorf("the process ended with %v", err)
			}
			return
		case <-time.After(50 * time.Millisecond): // the second signal may have come a moment too early
			_ = child.Process.Signal(syscall.SIGTERM)
		}
	}
}
