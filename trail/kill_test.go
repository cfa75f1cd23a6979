package trail_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"lintu/kg"
	"lintu/trail"
)

// childFolder is the environment variable by which this program is told to write until it is killed.
const childFolder = "LINTU_TEST_TRAIL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		writeForEver(dir)
	}
	os.Exit(m.Run())
}

// writeForEver is a process that records, four at a time, and tells what was acknowledged.
func writeForEver(dir string) {
	tr, err := trail.Open(trail.Options{Dir: dir, Now: time.Now, Size: 20 << 10})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	first, _ := strconv.Atoi(os.Getenv(childFolder + "_FROM"))
	for g := range 4 {
		go func() {
			for n := first + g; ; n += 4 {
				if err := tr.Append(context.Background(), record(n)); err != nil {
					fmt.Println("error", err)
				}
				fmt.Println("wrote", n)
			}
		}()
	}
	select {}
}

// TestWhatWasAcknowledgedOutlivesAKill kills processes that share a folder, at random moments.
func TestWhatWasAcknowledgedOutlivesAKill(t *testing.T) {
	dir := t.TempDir()
	d := rand.New(rand.NewPCG(1, 2))
	var acknowledged []int
	for round := range 12 {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childFolder+"="+dir, fmt.Sprintf("%s_FROM=%d", childFolder, round*1_000_000))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		lines.Scan() // it has begun
		time.AfterFunc(time.Duration(d.IntN(60))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		for ok := true; ok; ok = lines.Scan() {
			word, number, _ := strings.Cut(lines.Text(), " ")
			n, err := strconv.Atoi(number)
			if word != "wrote" || err != nil {
				t.Errorf("it said %q", lines.Text())
				break
			}
			acknowledged = append(acknowledged, n)
		}
		_ = cmd.Wait() // killed
	}
	last := open(t, options(dir))
	if err := last.Close(); err != nil {
		t.Fatal(err)
	}
	report := sound(t, dir, nil)
	if report.Chains != 13 || len(acknowledged) < 50 {
		t.Errorf("%d chains, %d records acknowledged", report.Chains, len(acknowledged))
	}
	for _, f := range report.Notes {
		if f.Code != trail.HalfWritten || f.By == "" {
			t.Errorf("%+v", f)
		}
	}
	reader := trail.NewReader(dir)
	for _, n := range []int{acknowledged[0], acknowledged[len(acknowledged)/2], acknowledged[len(acknowledged)-1]} {
		found, err := reader.WhoSaw(t.Context(), []kg.ID{person(n)}, trail.Window{Limit: 10})
		if err != nil || len(found.Records) != 1 || found.Records[0].Name != fmt.Sprintf("Q%d", n) {
			t.Errorf("record %d: %+v, %v", n, found, err)
		}
	}
	text := strings.Builder{}
	for _, path := range files(t, dir) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(b)
	}
	for _, n := range acknowledged {
		if !strings.Contains(text.String(), fmt.Sprintf(`"operation":"Q%d"`, n)) {
			t.Errorf("record %d was acknowledged and is gone", n)
		}
	}
}
