package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lintu/internal/cli/clitest"
)

// limited makes the program a process whose files may not grow beyond so many blocks of 512 bytes: to its store, a disk
// that becomes full.
func limited(blocks int64) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) {
		cmd.Args = append([]string{"sh", "-c", `ulimit -f "$0" && exec "$@"`, fmt.Sprint(blocks), cmd.Path}, cmd.Args[1:]...)
		cmd.Path = "/bin/sh"
	}
}

// blocksOf is the size of the largest file beside a path, in blocks of 512 bytes.
func blocksOf(t *testing.T, path string) (most int64) {
	t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(path + suffix); err == nil {
			most = max(most, info.Size()/512+1)
		}
	}
	return most
}

func TestAFullDiskRefusesEditsByACodeWhileQuestionsAreAnsweredAndNothingIsHalfThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lintu.db")
	environ := []string{"LINTU_STORE=sqlite:" + path}
	first := serving(t, environ)
	first.edit(change("create.division", fields{"key": "c", "name": "示例社区", "level": "COMMUNITY"}))
	first.kill()

	p := serving(t, environ, limited(blocksOf(t, path)+200))
	var attempts []*attempt
	refused := 0
	for n := 0; refused < 3; n++ {
		a := &attempt{name: fmt.Sprint("f", n)}
		attempts = append(attempts, a)
		answer, err := p.try(editQuestion, map[string]any{"changes": a.changes(), "batch": a.name})
		switch {
		case err != nil:
			t.Fatalf("edit %d: no answer: %v\n%s", n, err, p.words())
		case len(answer.Errors) == 0:
			if a.acked = answer.At("edit.applied") == true; !a.acked {
				t.Fatalf("edit %d: %+v", n, answer.Data)
			}
		case answer.Code() != "UNAVAILABLE":
			t.Fatalf("edit %d: %+v", n, answer.Errors)
		default:
			refused++
		}
	}
	if len(attempts) == refused {
		t.Error("not one edit found room")
	}
	p.allOrNothing(attempts) // questions are still answered
	p.kill()

	p = serving(t, environ)
	p.allOrNothing(attempts)
	for _, a := range attempts {
		if a.acked {
			continue
		}
		if names := p.ask(`query($name: String!) { teams(where: {code: {eq: $name}}) { totalCount } }`, fields{"name": a.name}); names.At("teams.totalCount") != 0.0 {
			t.Errorf("%s was refused and is there", a.name)
		}
		if e, err := p.tryEdit(a.name, a.changes()...); err != nil || !e.Applied || e.Repeated {
			t.Errorf("%s, sent again when there is room: %+v %v", a.name, e, err)
		}
		a.acked = true
	}
	p.allOrNothing(attempts)
	t.Logf("%d edits found room, %d did not", len(attempts)-refused, refused)
}

func TestAFullDiskBreaksAnImportOffWithAReasonAndTheSameImportGoesOn(t *testing.T) {
	t.Parallel() // it waits, for the store may come back
	from := exportedVillage(t)
	to := onSQLite(t)
	cmd := exec.Command(os.Args[0], importArgs(from)...)
	cmd.Env = append(bare(), append(to.environ, childEnv+"=1")...)
	limited(3000)(cmd)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "store unavailable") {
		t.Fatalf("%v\n%s", err, out)
	}
	holdsWholeBatches(t, to, 0, rowsIn(t, from))
	if code, _, errs := clitest.Once(t, run, to.environ, importArgs(from)...); code != 0 {
		t.Fatalf("the same import again: exit code %d\n%s", code, errs)
	}
	sameFolders(t, exportOf(t, to.environ), from)
}
