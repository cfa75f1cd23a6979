package neo4jtest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/internal/effort"
)

// findLimit bounds the search for a server with all its downloads.
const findLimit = 15 * time.Minute

// brief is set in a process that tests, and in its short form: its server keeps the plans of statements while tests fill
// and clear it; ForgetPlans is for those that look at plans. hasty is set besides where the server lives for a minute or
// two: compiling less, Java needs half the time until it answers, and is the slower one after that.
var brief, hasty bool

// shared are the server of all tests of the process, and its own one where the first is not.
var shared struct {
	once   sync.Once
	server *Server
	err    error
	own    *Server
}

// Main runs a package's tests and then ends the server that they shared, if one was started:
//
//	func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }
//
// Should the process end in another way, the server ends too (see the package comment); Main does it in order.
func Main(m *testing.M) int { return runTests(m, true) }

// MainOfMany is Main for packages with so many tests that their server lives for minutes: the conformance suite takes it
// three fifths of the time.
func MainOfMany(m *testing.M) int { return runTests(m, false) }

func runTests(m *testing.M, soon bool) int {
	flag.Parse()
	brief = !effort.Long() && flag.Lookup("test.bench").Value.String() == ""
	hasty = brief && (soon || os.Getenv(lentVariable) != "")
	defer func() {
		for _, s := range []*Server{shared.server, shared.own} {
			if s != nil {
				s.Close()
			}
		}
	}()
	return m.Run()
}

// For gives the server that the tests of this process share, and finds it for the first that asks. It comes as the
// last test left it: Clear it first. One that was left killed or paused is brought back.
// Where there is no Neo4j, or none was asked for, the test is not run, or fails if LINTU_REQUIRE_NEO4J is 1.
func For(t testing.TB) *Server {
	t.Helper()
	shared.once.Do(func() {
		if !asked() {
			shared.err = errNotAsked
			stderr("%v", errNotAsked)
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), findLimit)
		defer cancel()
		shared.server, shared.err = Start(ctx, stderr)
		if shared.err != nil {
			fmt.Fprint(os.Stderr, Box(shared.err))
		}
	})
	giveUp(t, shared.err)
	if err := shared.server.revive(t.Context()); err != nil {
		t.Fatalf("bringing back the Neo4j that an earlier test left: %v", err)
	}
	return shared.server
}

// Own gives a server that the tests of this process may kill, restart and pause: the shared one if it is ours, else
// another. It comes as the last test left it, awake.
func Own(t testing.TB) *Server {
	t.Helper()
	if s := For(t); s.Ours() {
		return s
	}
	if shared.own == nil {
		server, err := StartOwn(t.Context(), stderr)
		giveUp(t, err)
		shared.own = server
	}
	if err := shared.own.revive(t.Context()); err != nil {
		t.Fatalf("bringing back the Neo4j that an earlier test left: %v", err)
	}
	return shared.own
}

// giveUp ends a test that has no server: by not running it where that is allowed, else as a failure.
func giveUp(t testing.TB, err error) {
	t.Helper()
	var unavailable *Unavailable
	switch {
	case err == nil:
	case errors.Is(err, errNotAsked), errors.As(err, &unavailable) && !Required():
		t.Skipf("not run: %v", err)
	default:
		t.Fatalf("no Neo4j to test with: %v", err)
	}
}

// startVariable lets each test process start a server of its own. The Makefile sets it.
const startVariable = "LINTU_TEST_NEO4J"

var errNotAsked = errors.New("go test alone leaves Neo4j out; make test brings one, and " + startVariable + "=start starts one for each package")

// asked says whether the tests are to run on Neo4j: a server takes ten seconds to start and as long again to be quick, in
// every package that asks for one.
func asked() bool {
	if Required() {
		return true
	}
	return slices.ContainsFunc([]string{"LINTU_TEST_NEO4J_URI", lentVariable, startVariable}, func(name string) bool { return os.Getenv(name) != "" })
}

// Required says whether LINTU_REQUIRE_NEO4J makes the lack of a Neo4j a failure.
func Required() bool { return os.Getenv("LINTU_REQUIRE_NEO4J") == "1" }

// Unavailable says that a machine has nothing to start a Neo4j with, and why each way failed.
type Unavailable struct{ Reasons []error }

func (u *Unavailable) Error() string { return errors.Join(u.Reasons...).Error() }

// Probe names the way by which Start would find a server, without starting one. A reason that shows only in the
// doing, such as a network that is down, it does not see. Its error is an *Unavailable.
func Probe(ctx context.Context) (string, error) {
	if uri := os.Getenv("LINTU_TEST_NEO4J_URI"); uri != "" {
		return uri, nil
	}
	if os.Getenv(lentVariable) != "" {
		return "lent by neo4jrun", nil
	}
	noContainer := containerUsable(ctx)
	if noContainer == nil {
		return "container " + Image(), nil
	}
	noJava := javaUsable(ctx)
	if noJava == nil {
		return "java with the jars of Neo4j " + Version(), nil
	}
	return "", &Unavailable{Reasons: []error{
		fmt.Errorf("container: %w", noContainer), fmt.Errorf("java: %w", noJava)}}
}

// Box is the loud form of the news that there is no Neo4j to test with.
func Box(err error) string {
	lines := []string{"NEO4J WAS NOT TESTED: no Neo4j was found.", ""}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		lines = append(lines, "- "+line)
	}
	lines = append(lines, "",
		"Any one of these is enough: a running Docker; a Java from 17 and Maven;",
		"LINTU_TEST_NEO4J_URI and LINTU_TEST_NEO4J_PASSWORD of a server to clear.",
		"LINTU_REQUIRE_NEO4J=1 makes this a failure.")
	edge := strings.Repeat("#", 80)
	return "\n" + edge + "\n# " + strings.Join(lines, "\n# ") + "\n" + edge + "\n\n"
}

func stderr(format string, args ...any) { fmt.Fprintf(os.Stderr, "neo4jtest: "+format+"\n", args...) }
