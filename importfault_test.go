package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"lintu/importer"
	"lintu/internal/cli/clitest"
	"lintu/internal/effort"
	"lintu/kg"
	"lintu/seed"
	"lintu/store"
	"lintu/store/sqlite"
)

// rowsABatch makes the village's import some 60 batches.
const rowsABatch = 60

// exportedVillage is a folder with the export of the village demo.
func exportedVillage(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "village.db")
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Key: &seed.Key})
	if err != nil {
		t.Fatal(err)
	}
	town, err := seed.Preset("village")
	if err != nil {
		t.Fatal(err)
	}
	if err := seed.Load(t.Context(), st, town, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	return exportOf(t, []string{"LINTU_STORE=sqlite:" + path})
}

func exportOf(t *testing.T, environ []string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "export")
	if code, _, errs := clitest.Once(t, run, environ, "export", folder); code != 0 {
		t.Fatalf("export: exit code %d\n%s", code, errs)
	}
	return folder
}

func TestAnImportThatIsKilledKeepsWhatWasAcknowledgedAndGoesOn(t *testing.T) {
	from := exportedVillage(t)
	all := rowsIn(t, from)
	kills := effort.Kills(t, 2, 1000)
	random := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	for name, fresh := range onEachEngine {
		t.Run(name, func(t *testing.T) {
			told, found := 0, 0
			for n := 0; n < kills; {
				to := fresh(t)
				acknowledged, killed := killedImport(t, to.environ, from, random.IntN(all/rowsABatch-1))
				if !killed { // it was done a moment before
					continue
				}
				n++
				told += acknowledged
				found += holdsWholeBatches(t, to, acknowledged, all)
				if code, _, errs := clitest.Once(t, run, to.environ, importArgs(from)...); code != 0 {
					t.Fatalf("kill %d: the same import again: exit code %d\n%s", n, code, errs)
				}
				sameFolders(t, exportOf(t, to.environ), from)
			}
			t.Logf("%d kills, %d rows acknowledged before them, %d on record after them", kills, told, found)
		})
	}
}

func importArgs(from string) []string {
	return []string{"import", from, "--batch-rows", strconv.Itoa(rowsABatch)}
}

var acknowledgedLine = regexp.MustCompile(`msg=acknowledged rows=(\d+)`)

// killedImport starts an import as a process and kills it some time after so many batches were acknowledged, somewhere
// in the next two; it gives how many rows had been, and whether it was killed before it was done.
func killedImport(t *testing.T, environ []string, from string, batches int) (acknowledged int, killed bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], append(importArgs(from), "--log-level", "debug")...)
	cmd.Env = slices.Concat(bare(), environ, []string{childEnv + "=1"})
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if batches == 0 { // while it still reads
		time.AfterFunc(time.Duration(rand.IntN(500))*time.Millisecond, func() { _ = cmd.Process.Kill() })
	}
	seen, last := 0, time.Now()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		m := acknowledgedLine.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		acknowledged, _ = strconv.Atoi(m[1])
		if seen++; seen == batches {
			time.AfterFunc(rand.N(2*time.Since(last)+time.Millisecond), func() { _ = cmd.Process.Kill() })
		}
		last = time.Now()
	}
	_ = cmd.Wait() // the state says how it ended
	if state := cmd.ProcessState; state.Exited() && state.ExitCode() != 0 {
		t.Fatalf("the import ended by itself: %v", state)
	}
	return acknowledged, !cmd.ProcessState.Exited()
}

// holdsWholeBatches fails unless the store holds all of some first batches and nothing of the others, and at least those
// that were acknowledged. It gives how many things the store holds.
func holdsWholeBatches(t *testing.T, to scene, acknowledged, all int) (held int) {
	t.Helper()
	st := to.held(t)
	defer func() { _ = st.Close() }()
	revision, settled := store.Revision(0), false
	for !settled { // a server may still be at work on what the import had sent before it was killed
		before, err := st.Ready(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		held = things(t, st)
		after, err := st.Ready(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		revision, settled = after.Revision, after.Revision == before.Revision
	}
	if held != min(int(revision)*rowsABatch, all) {
		t.Errorf("%d things at revision %d, %d a batch", held, revision, rowsABatch)
	}
	if held < acknowledged {
		t.Errorf("%d things are there, %d were acknowledged", held, acknowledged)
	}
	return held
}

// rowsIn is how many rows an export's manifest tells of.
func rowsIn(t *testing.T, folder string) (n int) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, importer.ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	var m importer.Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	for _, rows := range m.Rows {
		n += rows
	}
	return n
}

// things counts all nodes and ties of a store.
func things(t *testing.T, st store.Store) (n int) {
	t.Helper()
	for _, d := range kg.Kinds {
		q := store.ListQuery{Kind: d.Kind, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}, Plan: &store.Plan{}}
		for i := range kg.Relations {
			if r := &kg.Relations[i]; len(r.Far(d.Kind, kg.Out)) > 0 {
				q.Plan.Steps = append(q.Plan.Steps, &store.Step{Key: string(r.Relation), Relation: r.Relation, Direction: kg.Out, Window: store.Window{Count: true}})
			}
		}
		page, err := st.List(t.Context(), store.Everything, q)
		if err != nil {
			t.Fatal(err)
		}
		n += len(page.Edges)
		for _, e := range page.Edges {
			for _, p := range e.Item.Tree {
				n += p.Total
			}
		}
	}
	return n
}

func sameFolders(t *testing.T, got, want string) {
	t.Helper()
	entries, err := os.ReadDir(want)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		a, err := os.ReadFile(filepath.Join(got, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(want, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs from what was imported", e.Name())
		}
	}
}
