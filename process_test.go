package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/internal/cli/clitest"
	"lintu/internal/neo4jtest"
)

// process is the program as a process of its own, serving a store.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	mu   sync.Mutex
	told bytes.Buffer
	done chan struct{}
}

var servesAt = regexp.MustCompile(`msg=ready graphql=(\S+)`)

// bare is the environment without settings of ours.
func bare() []string {
	return slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "LINTU_") })
}

// serving starts the program on a store and waits until it answers; before, it may be changed how it is started. It ends
// with the test.
func serving(t *testing.T, environ []string, before ...func(*exec.Cmd)) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0], "serve", "--addr", "127.0.0.1:0", "--log-level", "info")
	cmd.Env = slices.Concat(bare(), environ, []string{childEnv + "=1", "LINTU_LIMITS=rate=0"}) // tests ask as often as they can
	for _, change := range before {
		change(cmd)
	}
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd, done: make(chan struct{})}
	ready := make(chan string, 1)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	go p.read(out, ready)
	select {
	case p.url = <-ready:
	case <-p.done:
		t.Fatalf("the process ended before it was ready:\n%s", p.words())
	case <-time.After(3 * time.Minute):
		t.Fatalf("the process is not ready:\n%s", p.words())
	}
	return p
}

// read keeps what the process tells, without the access log, until it ends.
func (p *process) read(out io.Reader, ready chan<- string) {
	defer close(p.done)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := servesAt.FindStringSubmatch(lines.Text()); found != nil {
			ready <- found[1]
		}
		if !strings.Contains(lines.Text(), " msg=request ") {
			p.mu.Lock()
			p.told.WriteString(lines.Text() + "\n")
			p.mu.Unlock()
		}
	}
	_ = p.cmd.Wait()
}

func (p *process) words() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.told.String()
}

// kill is kill -9; it returns when the process is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// try asks; an error says that no answer came.
func (p *process) try(query string, variables map[string]any) (a clitest.Answer, err error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return a, err
	}
	res, err := http.Post(p.url, "application/json", bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(text, &a)
}

// ask asks, and fails where there is no answer or an error in it.
func (p *process) ask(query string, variables map[string]any) clitest.Answer {
	p.t.Helper()
	a, err := p.try(query, variables)
	if err != nil || len(a.Errors) > 0 {
		p.t.Fatalf("%v %+v\n%s\n%s", err, a.Errors, query, p.words())
	}
	return a
}

// onBothEngines runs a test on an empty store of each engine; its environment leads processes to the store.
func onBothEngines(t *testing.T, test func(t *testing.T, environ []string)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, []string{"LINTU_STORE=sqlite:" + filepath.Join(t.TempDir(), "lintu.db")})
	})
	t.Run("neo4j", func(t *testing.T) {
		// a Neo4j that has just started plans its first statements, on a slow machine for a long time
		test(t, append(settings(t, cleared(t, neo4jtest.For)), "LINTU_OPERATION_TIMEOUT=3m"))
	})
}

// edited is what an edit gave.
type edited struct {
	Applied, Repeated bool
	Problems          []struct {
		Typename       string `json:"__typename"`
		Message        string
		CurrentVersion int
	}
	Results []struct {
		ID      string
		Version int
	}
}

const editQuestion = `mutation($changes: [Change!]!, $batch: String) { edit(changes: $changes, batchId: $batch) { applied repeated
	problems { __typename message ... on ConflictProblem { currentVersion } } results { id version } } }`

// tryEdit makes an edit out of variables; an error says that nobody knows whether it stands.
func (p *process) tryEdit(batch string, changes ...any) (e edited, err error) {
	variables := map[string]any{"changes": changes}
	if batch != "" {
		variables["batch"] = batch
	}
	a, err := p.try(editQuestion, variables)
	if err == nil && len(a.Errors) > 0 {
		err = fmt.Errorf("%+v", a.Errors)
	}
	if err != nil {
		return e, err
	}
	text, err := json.Marshal(a.Data["edit"])
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal(text, &e)
}

// edit makes an edit that must stand.
func (p *process) edit(changes ...any) edited {
	p.t.Helper()
	e, err := p.tryEdit("", changes...)
	if err != nil || !e.Applied {
		p.t.Fatalf("%+v %v\n%s", e, err, p.words())
	}
	return e
}

// change is a change of an edit, as a variable has it: create, person, and its fields.
func change(path string, fields map[string]any) any {
	var out any = fields
	steps := strings.Split(path, ".")
	for _, step := range slices.Backward(steps) {
		out = map[string]any{step: out}
	}
	return out
}
