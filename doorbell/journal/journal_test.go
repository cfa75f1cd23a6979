package journal_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lintu/doorbell/journal"
)

func opened(t *testing.T, dir string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func texts(j *journal.Journal) (out []string) {
	for _, r := range j.Records() {
		out = append(out, string(r))
	}
	return out
}

func add(t *testing.T, j *journal.Journal, records ...string) {
	t.Helper()
	for _, r := range records {
		if err := j.Append([]byte(r)); err != nil {
			t.Fatal(err)
		}
	}
}

// fileOf is the one file with records in a folder.
func fileOf(t *testing.T, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.journal"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%v %v", names, err)
	}
	return names[0]
}

func TestWhatWasAppendedIsReadByTheNextUntilItIsCleared(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	j := opened(t, dir)
	add(t, j, `{"ring":1}`, `{"ring":"二"}`)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = opened(t, dir)
	if got := texts(j); !slices.Equal(got, []string{`{"ring":1}`, `{"ring":"二"}`}) || j.Damaged() != 0 {
		t.Errorf("%q", got)
	}
	if err := j.Clear(); err != nil {
		t.Fatal(err)
	}
	add(t, j, "later")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = opened(t, dir)
	defer func() { _ = j.Close() }()
	if got := texts(j); !slices.Equal(got, []string{"later"}) {
		t.Errorf("%q", got)
	}
	if err := j.Append([]byte("a\nb")); err == nil {
		t.Error("a record of two lines was taken")
	}
}

func TestWhereverALineIsTornTheLinesBeforeItAreReadAndTheNextFollowsThem(t *testing.T) {
	dir := t.TempDir()
	j := opened(t, dir)
	add(t, j, "first", "second", "third")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(fileOf(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) + 1 {
		if err := os.WriteFile(fileOf(t, dir), whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j := opened(t, dir)
		want := []string{"first", "second", "third"}[:bytes.Count(whole[:cut], []byte{'\n'})]
		if got := texts(j); !slices.Equal(got, want) || j.Damaged() != 0 {
			t.Errorf("cut at %d: %q, want %q", cut, got, want)
		}
		add(t, j, "next")
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		j = opened(t, dir)
		if got := texts(j); !slices.Equal(got, append(slices.Clone(want), "next")) {
			t.Errorf("cut at %d, then: %q", cut, got)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestALineWithAWrongBitIsLeftOutAndThoseBehindItAreRead(t *testing.T) {
	dir := t.TempDir()
	j := opened(t, dir)
	add(t, j, "first", "second", "third")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(fileOf(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	from := bytes.IndexByte(whole, '\n') + 1
	to := from + bytes.IndexByte(whole[from:], '\n')
	for i := from; i < to; i++ {
		bad := slices.Clone(whole)
		if bad[i] ^= 0x40; bad[i] == '\n' {
			continue
		}
		if err := os.WriteFile(fileOf(t, dir), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		j := opened(t, dir)
		if got := texts(j); !slices.Equal(got, []string{"first", "third"}) || j.Damaged() != 1 {
			t.Errorf("byte %d: %q, %d damaged", i, got, j.Damaged())
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestProcessesThatLiveHaveFilesOfTheirOwnAndTakeOverThoseOfTheDead(t *testing.T) {
	dir := t.TempDir()
	first, second := opened(t, dir), opened(t, dir)
	add(t, first, "of the first")
	add(t, second, "of the second")
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	heir := opened(t, dir)
	defer func() { _ = heir.Close() }()
	if got := texts(heir); !slices.Equal(got, []string{"of the first", "of the second"}) {
		t.Errorf("%q", got)
	}
	other := opened(t, dir)
	defer func() { _ = other.Close() }()
	if got := texts(other); len(got) != 0 {
		t.Errorf("taken over twice: %q", got)
	}
}

// TestMain lets the test be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("LINTU_JOURNAL_OF_A_CHILD"); dir != "" {
		writeForEver(dir)
	}
	os.Exit(m.Run())
}

func writeForEver(dir string) {
	j, err := journal.Open(dir)
	for n := 0; err == nil; n++ {
		if err = j.Append([]byte("record " + strconv.Itoa(n))); err == nil {
			fmt.Println(n) // it is on the disk
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

func TestAKillLosesNothingThatAppendHasReturnedFor(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, kills := range []int{1, 7, 40} {
		dir := t.TempDir()
		child := exec.CommandContext(t.Context(), program)
		child.Env = append(os.Environ(), "LINTU_JOURNAL_OF_A_CHILD="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		said := bufio.NewScanner(out)
		last := -1
		for said.Scan() {
			if last, err = strconv.Atoi(said.Text()); err != nil {
				t.Fatal(said.Text())
			}
			if last == kills {
				_ = child.Process.Kill()
			}
		}
		_ = child.Wait() // it was killed
		j := opened(t, dir)
		got := texts(j)
		if len(got) < last+1 || j.Damaged() != 0 {
			t.Errorf("%d records after number %d was on the disk, %d damaged", len(got), last, j.Damaged())
		}
		for n, text := range got {
			if text != "record "+strconv.Itoa(n) {
				t.Errorf("record %d is %q", n, strings.TrimSpace(text))
			}
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
