package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"lintu/internal/cli/clitest"
	"lintu/internal/neo4jtest"
)

// childEnv makes the test's own executable the program itself, for what only a process of its own can show.
const childEnv = "LINTU_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		if file := os.Getenv(clockEnv); file != "" {
			os.Exit(byClock(file))
		}
		main()
	}
	os.Exit(neo4jtest.Main(m))
}

// child starts the program as a process and calls tell with each line that it writes, until it ends.
func child(t *testing.T, environ []string, tell func(process *os.Process, line string), args ...string) *os.ProcessState {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], append(args, "--addr", "127.0.0.1:0", "--log-level", "info")...)
	cmd.Env = slices.Concat(bare(), environ, []string{childEnv + "=1"})
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		tell(cmd.Process, lines.Text())
	}
	_ = cmd.Wait() // the state says how it ended
	return cmd.ProcessState
}

func TestAnEmptyStoreServesAnEmptyGraphAndItsPlayground(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "new.db")
	r := clitest.Start(t, run, nil, "serve", "--store", "sqlite:"+path)
	r.UntilReady()
	if told := r.Readiness(); told.Engine != "sqlite" || told.SchemaVersion < 1 || told.SnapshotRevision != 0 {
		t.Errorf("/readyz tells %+v", told)
	}
	if answer := r.Ask("{ divisions { totalCount nodes { id } } people { totalCount } }", nil); answer.At("divisions.totalCount") != 0.0 || answer.At("people.totalCount") != 0.0 {
		t.Errorf("an empty graph answers %+v", answer)
	}
	if status, page := r.Get("/playground"); status != 200 || !strings.Contains(page, "<html") {
		t.Errorf("/playground: %d", status)
	}
	if code := r.Stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	again := clitest.Start(t, run, nil, "serve", "--store", "sqlite:"+path)
	again.UntilReady()
}

func TestAServerEndsInAnOrderlyWayAtASignal(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		path := filepath.Join(t.TempDir(), "lintu.db")
		var lines []string
		state := child(t, nil, func(process *os.Process, line string) {
			lines = append(lines, line)
			if strings.Contains(line, "msg=ready") {
				if err := process.Signal(signal); err != nil {
					t.Error(err)
				}
			}
		}, "serve", "--store", "sqlite:"+path)
		if !state.Exited() || state.ExitCode() != 0 || !strings.Contains(strings.Join(lines, "\n"), "shutting down") {
			t.Errorf("%v: %v\n%s", signal, state, strings.Join(lines, "\n"))
		}
		if left := files(t, filepath.Dir(path)); !slices.Equal(left, []string{"lintu.db", "lintu.db.audit"}) {
			t.Errorf("%v: left %v", signal, left)
		}
	}
}

// files are the names in a folder.
func files(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestAnEngineThatDoesNotExistIsAWrongSetting(t *testing.T) {
	code, _, errs := clitest.Once(t, run, nil, "serve", "--store", "postgres://127.0.0.1")
	if code != 2 || !strings.Contains(errs, "write sqlite:PATH, neo4j://HOST:7687") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}
