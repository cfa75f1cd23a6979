package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/internal/cli/clitest"
	"lintu/store"
	"lintu/store/sqlite"
)

const householdCount = "{ households { totalCount } }"

func villageAt(path string) []string {
	return []string{"demo", "--preset", "village", "--store", "sqlite:" + path}
}

// village starts the demo of the village in a file and waits until it answers.
func village(t *testing.T, path string) *clitest.Running {
	t.Helper()
	r := clitest.Start(t, run, nil, villageAt(path)...)
	r.Until("it has printed a question", func() bool {
		if strings.Contains(r.Err.String(), "no example question") {
			t.Fatal(r.Err.String())
		}
		return strings.Contains(r.Out.String(), "Ctrl-C ends it.")
	})
	return r
}

// whole says whether there is a file with this name; one that is there must hold the whole village.
func whole(t *testing.T, path string) bool {
	t.Helper()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return false
	}
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	status, err := st.Ready(t.Context())
	if err != nil || status.State != store.StateReady || status.Demo != "village seed 1" {
		t.Fatalf("there is a file that is not a whole town: %+v, %v", status, err)
	}
	return true
}

// removeTown removes a town with what a look at it may have left beside it.
func removeTown(t *testing.T, path string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(path + ".audit"); err != nil { // made once the town is whole
		t.Fatal(err)
	}
}

// pasted is what a shell makes of a line that begins with curl: its arguments.
func pasted(t *testing.T, line string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", `curl() { printf '%s\0' "$@"; }; `+line).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestADemoIsMadeServedAndAnswersTheQuestionThatItPrints(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "demo.db")
	r := village(t, path)
	out := r.Out.String()
	for _, want := range []string{r.URL("/playground"), r.URL("/board"), r.URL("/graphql"), r.URL("/readyz"), "made up (合成数据)", "独居老人"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if !strings.Contains(r.Err.String(), "making the town village (synthetic)") {
		t.Errorf("no progress in\n%s", r.Err.Told())
	}
	line := out[strings.Index(out, "curl "):]
	line, _, _ = strings.Cut(line, "\n")
	args := pasted(t, line)
	if !slices.Contains(args, r.URL("/graphql")) {
		t.Errorf("%q does not ask this server", args)
	}
	status, body := r.Post(args[len(args)-1])
	var answer clitest.Answer
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 || answer.Code() != "" {
		t.Fatalf("%d %v %s", status, err, body)
	}
	if targets, ok := answer.At("unitCoverage.targets").(float64); !ok || targets < 1 || answer.At("unitCoverage.units.edges.0.node.title") == nil {
		t.Errorf("the question of the demo has nothing to tell: %s", body)
	}
	if code := r.Stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, r.Err.Told())
	}
	if left := files(t, filepath.Dir(path)); !slices.Equal(left, []string{"demo.db", "demo.db.audit"}) {
		t.Errorf("left %v", left)
	}
}

func TestASecondStartUsesTheTownThatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	first := village(t, path)
	want := first.Ask(householdCount, nil).At("households.totalCount")
	first.Stop()
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	second := village(t, path)
	if got := second.Ask(householdCount, nil).At("households.totalCount"); got != want || want == 0.0 {
		t.Errorf("%v households, before %v", got, want)
	}
	second.Stop()
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) || strings.Contains(second.Err.String(), "making the town") {
		t.Errorf("the town was made again (%v):\n%s", err, second.Err.Told())
	}
	served := clitest.Start(t, run, nil, "serve", "--store", "sqlite:"+path)
	served.UntilReady()
	if got := served.Ask(householdCount, nil).At("households.totalCount"); got != want {
		t.Errorf("serve has %v households, demo %v", got, want)
	}
}

func TestTwoDemosAtOnceMakeOneTown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	running := make([]*clitest.Running, 2)
	var all sync.WaitGroup
	for i := range running {
		running[i] = clitest.Start(t, run, nil, villageAt(path)...)
		all.Go(running[i].UntilReady)
	}
	all.Wait()
	made := strings.Count(running[0].Err.String()+running[1].Err.String(), "making the town village (synthetic) 生成演示数据 ...")
	if made != 1 {
		t.Errorf("the town was made %d times", made)
	}
}

// moments are times between the start of a demo and a little after it is ready, in which everything is interrupted.
func moments(t *testing.T) []time.Duration {
	t.Helper()
	began := time.Now()
	r := clitest.Start(t, run, nil, villageAt(filepath.Join(t.TempDir(), "demo.db"))...)
	r.UntilReady()
	took := time.Since(began)
	r.Stop()
	out := make([]time.Duration, 10)
	for i := range out {
		out[i] = time.Duration((float64(i) + rand.Float64()) / float64(len(out)-1) * float64(took))
	}
	return out
}

func TestADemoThatIsStoppedAtAnyMomentLeavesAWholeTownOrNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	stopped := 0
	for _, moment := range moments(t) {
		r := clitest.Start(t, run, nil, villageAt(path)...)
		time.Sleep(moment)
		code := r.Stop()
		left := files(t, filepath.Dir(path))
		if whole(t, path) {
			left = slices.DeleteFunc(left, func(name string) bool { return name == "demo.db" || name == "demo.db.audit" })
			removeTown(t, path)
		} else if stopped++; code != 1 || !strings.Contains(r.Err.String(), "stopped before the town was whole") {
			t.Errorf("stopped after %v: exit code %d\n%s", moment, code, r.Err.Told())
		}
		if len(left) != 0 {
			t.Errorf("stopped after %v: left %v", moment, left)
		}
	}
	if stopped == 0 {
		t.Error("it was never stopped on its way")
	}
	village(t, path)
}

func TestADemoThatIsKilledAtAnyMomentLeavesAWholeTownOrNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	for _, moment := range moments(t) {
		state := child(t, nil, func(process *os.Process, line string) {
			if strings.Contains(line, "msg=listening") {
				time.AfterFunc(moment, func() { _ = process.Kill() })
			}
		}, villageAt(path)...)
		if state.Exited() {
			t.Fatalf("it ended before it was killed after %v: %v", moment, state)
		}
		if whole(t, path) {
			removeTown(t, path)
		}
	}
	// A town of many batches, killed between two of them.
	child(t, nil, func(process *os.Process, line string) {
		if strings.Contains(line, " %)") {
			_ = process.Kill()
		}
	}, "demo", "--preset", "city", "--store", "sqlite:"+path)
	if whole(t, path) || !slices.Contains(files(t, filepath.Dir(path)), "demo.db.partial") {
		t.Errorf("a part of a city became %v", files(t, filepath.Dir(path)))
	}
	r := village(t, path)
	r.Stop()
	if left := files(t, filepath.Dir(path)); !slices.Equal(left, []string{"demo.db", "demo.db.audit"}) {
		t.Errorf("left %v", left)
	}
}

func TestADemoRefusesWhatIsNotItsOwnAndChangesNothingThere(t *testing.T) {
	folder := t.TempDir()
	town, own, text := filepath.Join(folder, "town.db"), filepath.Join(folder, "own.db"), filepath.Join(folder, "text.db")
	village(t, town).Stop()
	served := clitest.Start(t, run, nil, "serve", "--store", "sqlite:"+own)
	served.UntilReady()
	served.Stop()
	if err := os.WriteFile(text, []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, want string
		more       []string
	}{
		{own, "is not a demo's", nil},
		{text, "is no demo that can be served", nil},
		{folder, "folder", nil},
		{town, "holds another demo", []string{"--seed", "2"}},
		{town, "holds another demo", []string{"--preset", "city"}},
	} {
		before, _ := os.ReadFile(c.path)
		code, _, errs := clitest.Once(t, run, nil, slices.Concat(villageAt(c.path), []string{"--addr", "127.0.0.1:0"}, c.more)...)
		if code != 1 || !strings.Contains(errs, c.want) || !strings.Contains(errs, "--store") {
			t.Errorf("%s %v: exit code %d, want %q in\n%s", filepath.Base(c.path), c.more, code, c.want, errs)
		}
		if after, _ := os.ReadFile(c.path); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", filepath.Base(c.path))
		}
	}
}
