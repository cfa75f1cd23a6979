//go:build linux || darwin

package neo4jtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorder stands for a test and notes how it was ended.
type recorder struct {
	testing.TB
	outcome string
}

func (r *recorder) Helper() {}
func (r *recorder) Skipf(format string, args ...any) {
	r.outcome = "not run"
	panic(r.outcome)
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.outcome = "failed"
	panic(r.outcome)
}

// tools makes a folder of small scripts that alone make up PATH, besides the system's sh and coreutils.
func tools(t *testing.T, scripts map[string]string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, body := range scripts {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+body), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"sh", "sleep", "rm", "mkdir", "touch", "cat"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", folder)
	t.Setenv("JAVA_HOME", "")
	t.Setenv("LINTU_TEST_NEO4J_URI", "")
	t.Setenv(lentVariable, "")
	return folder
}

// emptyCache gives the test a cache folder of its own.
func emptyCache(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
}

func TestWithoutAnyNeo4jTestsAreNotRunAloudOrFailIfItIsRequired(t *testing.T) {
	tools(t, nil)
	for require, want := range map[string]string{"": "not run", "1": "failed"} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "NEO4JTEST_CHILD=ask", startVariable+"=start", "LINTU_REQUIRE_NEO4J="+require)
		var loud strings.Builder
		cmd.Stderr = &loud
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, loud.String())
		}
		if got := strings.TrimSpace(string(out)); got != want {
			t.Errorf("LINTU_REQUIRE_NEO4J=%q: the test was %q, want %q", require, got, want)
		}
		for _, part := range []string{"NEO4J WAS NOT TESTED", "no docker command", "no java", "LINTU_TEST_NEO4J_URI"} {
			if !strings.Contains(loud.String(), part) {
				t.Errorf("stderr does not say %q:\n%s", part, loud.String())
			}
		}
	}
}

func TestGoTestAloneLeavesNeo4jOutAndSaysHowToHaveIt(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "NEO4JTEST_CHILD=ask", startVariable+"=", lentVariable+"=", "LINTU_TEST_NEO4J_URI=", "LINTU_REQUIRE_NEO4J=")
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if got := strings.TrimSpace(string(out)); err != nil || got != "not run" {
		t.Errorf("the test was %q, %v", got, err)
	}
	if !strings.Contains(said.String(), "make test") || !strings.Contains(said.String(), startVariable) {
		t.Errorf("%q does not say how to have one", said.String())
	}
}

func TestServersThatAreLentAreTakenInTurnAndHandedOnEmpty(t *testing.T) {
	own := Own(t)
	t.Setenv("LINTU_TEST_NEO4J_URI", "")
	t.Setenv(lentVariable, strings.Replace(own.URI, "://", "://"+own.User+":"+own.Password+"@", 1))
	first, err := Start(t.Context(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	must(t, first, "CREATE (:Thing {id: 1})", "CREATE INDEX thing_id FOR (n:Thing) ON (n.id)")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if second, err := Start(ctx, t.Logf); err == nil {
		second.Close()
		t.Error("two processes got the same server at once")
	}
	if err := first.Kill(t.Context()); !errors.Is(err, ErrNotOurs) {
		t.Errorf("Kill of a server that is lent: %v", err)
	}
	first.Close()
	second, err := Start(t.Context(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if nodes, indexes := count(t, second, "MATCH (n) RETURN count(n) AS n"), count(t, second, "SHOW INDEXES YIELD type WHERE type <> 'LOOKUP' RETURN count(*) AS n"); nodes != 0 || indexes != 0 {
		t.Errorf("the next one finds %d nodes and %d indexes", nodes, indexes)
	}
}

func TestProbeNamesWhatStartWouldTake(t *testing.T) {
	emptyCache(t)
	modern := `echo 'openjdk version "21.0.2" 2024-01-16' >&2`
	for _, c := range []struct {
		name    string
		scripts map[string]string
		want    string // of the source, or of the error
	}{
		{"engine", map[string]string{"docker": "exit 0"}, "container " + Image()},
		{"engine that is down", map[string]string{"docker": "echo no daemon; exit 1"}, "no daemon"},
		{"java and maven", map[string]string{"docker": "exit 1", "java": modern, "mvn": "exit 0"}, "java with the jars of Neo4j " + Version()},
		{"java alone", map[string]string{"java": modern}, "no Maven"},
		{"old java", map[string]string{"java": `echo 'java version "1.8.0_402"' >&2`, "mvn": "exit 0"}, "needs 17 or later"},
		{"broken java", map[string]string{"java": "echo broken; exit 1", "mvn": "exit 0"}, "broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tools(t, c.scripts)
			source, err := Probe(t.Context())
			var unavailable *Unavailable
			if err != nil && !errors.As(err, &unavailable) {
				t.Errorf("error %v, want an Unavailable", err)
			}
			if got := source + fmt.Sprint(err); !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q in it", got, c.want)
			}
		})
	}
	t.Setenv("LINTU_TEST_NEO4J_URI", "bolt://elsewhere:7687")
	if source, err := Probe(t.Context()); err != nil || source != "bolt://elsewhere:7687" {
		t.Errorf("a given server: %q, %v", source, err)
	}
}

func TestJarsAreFetchedOnceByWhoeverComesFirst(t *testing.T) {
	emptyCache(t)
	// A Maven that fills the folder of its last argument, slowly, and counts its runs.
	runs := filepath.Join(t.TempDir(), "runs")
	tools(t, map[string]string{"mvn": fmt.Sprintf(`
for last; do :; done
dir=${last#-DoutputDirectory=}
mkdir -p "$dir"
echo run >>%q
sleep 0.3
touch "$dir/neo4j-server-%s.jar"
`, runs, Version())})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			dir, err := jars(t.Context(), t.Logf)
			if err != nil {
				t.Error(err)
			}
			if found, _ := filepath.Glob(filepath.Join(dir, "*.jar")); len(found) != 1 {
				t.Errorf("jars in %s: %v, want one", dir, found)
			}
		})
	}
	all.Wait()
	if said, _ := os.ReadFile(runs); string(said) != "run\n" {
		t.Errorf("Maven ran %d times, want once", strings.Count(string(said), "run"))
	}
}

func TestAFetchThatFailsLeavesNoFolderBehind(t *testing.T) {
	for name, body := range map[string]string{
		"maven fails":     "echo no network; exit 1",
		"wrong jars":      `for last; do :; done; mkdir -p "${last#-DoutputDirectory=}"`,
		"nothing fetched": "exit 0",
	} {
		t.Run(name, func(t *testing.T) {
			emptyCache(t)
			tools(t, map[string]string{"mvn": body})
			if dir, err := jars(t.Context(), t.Logf); err == nil {
				t.Errorf("no error, and the folder %s", dir)
			}
			dir, filled, err := jarFolder()
			if filled || err != nil {
				t.Errorf("the folder %s stands, error %v", dir, err)
			}
			if left, _ := filepath.Glob(dir + ".partial*"); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestAContainerIsPublishedOnLoopbackAndRemovedWithItsData(t *testing.T) {
	// A docker that notes its command lines, and whose containers run until they are removed.
	state := t.TempDir()
	calls := filepath.Join(state, "calls")
	tools(t, map[string]string{"docker": fmt.Sprintf(`
echo "$@" >>%[1]q/calls
case $1 in
	start) touch %[1]q/running ;;
	wait) while [ -e %[1]q/running ]; do sleep 0.05; done ;;
	kill | stop | rm) rm -f %[1]q/running ;;
esac
`, state)})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { // nothing answers behind this docker, so give up once it has started
		for ; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
			if _, err := os.Stat(filepath.Join(state, "running")); err == nil {
				cancel()
			}
		}
	}()
	if s, err := startContainer(ctx, t.Logf); err == nil {
		s.Close()
		t.Fatal("a container without a server was taken for one")
	}
	said, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"--publish 127.0.0.1:", ":7687 ", "/conf:/conf:ro", Image(), "start lintu-neo4j-", "rm --force --volumes lintu-neo4j-"} {
		if !strings.Contains(string(said), part) {
			t.Errorf("docker was not asked for %q:\n%s", part, said)
		}
	}
}
