//go:build linux || darwin

package neo4jtest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lintu/internal/effort"
)

// held is what a child test process says about what it started.
type held struct {
	PID     int // 0 if it is not a process of this machine's own
	Folder  string
	Address string // empty if it listens nowhere
}

// child is a test process that starts something and then comes to a bad end.
func child(role string) {
	say := func(h held, err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		_ = json.NewEncoder(os.Stdout).Encode(h)
	}
	switch role {
	case "neo4j":
		s, err := StartOwn(context.Background(), stderr)
		if err != nil {
			say(held{}, err)
		}
		h := held{Address: strings.TrimPrefix(s.URI, "bolt://")}
		switch r := s.run.(type) {
		case *javaServer:
			h.PID, h.Folder = r.process.pid, r.home
		case *container:
			h.Folder = r.home
		}
		say(h, nil)
		select {}
	case "sleep", "panic":
		folder, err := os.MkdirTemp("", "lintu-neo4jtest-*")
		if err != nil {
			say(held{}, err)
		}
		p, err := supervise(folder, filepath.Join(folder, "out"), killChild, "sleep", "600")
		if err != nil {
			say(held{}, err)
		}
		say(held{PID: p.pid, Folder: folder}, nil)
		if role == "panic" {
			panic("as a test may")
		}
		time.Sleep(10 * time.Minute)
	case "ask":
		var r recorder
		func() {
			defer func() { _ = recover() }()
			For(&r)
		}()
		fmt.Println(r.outcome)
		os.Exit(0)
	}
}

// startChild runs this test binary in a role and returns what it says it holds.
func startChild(t *testing.T, role string) (*exec.Cmd, held) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "NEO4JTEST_CHILD="+role, "LINTU_TEST_NEO4J_URI=")
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, _ := bufio.NewReader(out).ReadBytes('\n')
	var h held
	if err := json.Unmarshal(line, &h); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		t.Fatalf("the child said %q: %s", line, said.String())
	}
	if strings.Contains(said.String(), "fetching") {
		t.Errorf("the child fetched what the first process had fetched: %s", said.String())
	}
	return cmd, h
}

// gone waits until nothing is left of what a child held.
func gone(t *testing.T, h held) {
	t.Helper()
	left := func() string {
		if h.PID != 0 && !errors.Is(syscall.Kill(h.PID, 0), syscall.ESRCH) {
			return fmt.Sprintf("process %d", h.PID)
		}
		if _, err := os.Stat(h.Folder); !errors.Is(err, fs.ErrNotExist) {
			return "folder " + h.Folder
		}
		if h.Address != "" {
			if conn, err := net.Dial("tcp", h.Address); err == nil {
				conn.Close()
				return "a listener at " + h.Address
			}
		}
		return ""
	}
	for deadline := time.Now().Add(time.Minute); left() != ""; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s is left of a test process that is gone", left())
		}
	}
}

func TestNothingStaysWhenATestProcessIsKilled(t *testing.T) {
	For(t) // the first process on a machine fetches; the child must not again
	cmd, h := startChild(t, effort.Pick("sleep", "neo4j"))
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	gone(t, h)
}

func TestNothingStaysWhenATestProcessIsInterruptedOrPanics(t *testing.T) {
	cmd, h := startChild(t, "sleep")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the interrupted child ended as if nothing had happened")
	}
	gone(t, h)

	cmd, h = startChild(t, "panic")
	if err := cmd.Wait(); err == nil {
		t.Error("the child did not panic")
	}
	gone(t, h)
}

func TestASupervisedProcessReportsItsEndAndKeepsItsFolder(t *testing.T) {
	folder := t.TempDir()
	output := filepath.Join(folder, "out")
	p, err := supervise(folder, output, killChild, "sh", "-c", "echo said; exit 7")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if !errors.As(p.status, &exit) || exit.ExitCode() != 7 {
		t.Errorf("status %v, want exit code 7", p.status)
	}
	if said, err := os.ReadFile(output); err != nil || string(said) != "said\n" {
		t.Errorf("output %q, error %v", said, err)
	}
	if err := p.signal(syscall.SIGTERM); err != nil || p.running() {
		t.Errorf("a signal to what has ended: %v; running: %v", err, p.running())
	}
}

func TestAProcessThatCannotStartLeavesWordInItsOutput(t *testing.T) {
	folder := t.TempDir()
	output := filepath.Join(folder, "out")
	p, err := supervise(folder, output, killChild, filepath.Join(folder, "absent"))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if said, _ := os.ReadFile(output); p.status == nil || !strings.Contains(string(said), "absent") {
		t.Errorf("status %v, output %q", p.status, said)
	}
}
