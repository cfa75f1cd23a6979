package term

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
)

// stepClock moves only when told to.
type stepClock struct{ t time.Time }

func (c *stepClock) now() time.Time          { return c.t }
func (c *stepClock) forward(d time.Duration) { c.t = c.t.Add(d) }

func newLines() (*lineProgress, *bytes.Buffer, *stepClock) {
	var out bytes.Buffer
	clock := &stepClock{t: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	return &lineProgress{w: &out, now: clock.now}, &out, clock
}

func lines(out *bytes.Buffer) []string {
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestFastWorkWritesALineEachTenPercent(t *testing.T) {
	p, out, _ := newLines()
	p.Start(5000, "households")
	for range 5000 {
		p.Add(1)
	}
	p.Done()
	got := lines(out)
	if len(got) != 11 {
		t.Fatalf("got %d lines, want a first one, nine on the way and a last one:\n%s", len(got), out)
	}
	if got[0] != "households ..." || got[1] != "households: 500 of 5,000 (10 %)" || got[9] != "households: 4,500 of 5,000 (90 %)" {
		t.Errorf("unexpected lines:\n%s", out)
	}
	if got[10] != "households: done, 5,000 in 0s" {
		t.Errorf("last line is %q", got[10])
	}
}

func TestSlowWorkSpeaksAfterFiveQuietSecondsAndLaterLessOften(t *testing.T) {
	p, out, clock := newLines()
	p.Start(0, "loading")
	for _, wait := range []time.Duration{4 * time.Second, time.Second, 9 * time.Second, time.Second, time.Second} {
		clock.forward(wait)
		p.Add(10)
	}
	p.Done()
	want := "loading ...\nloading: 20\nloading: 40\nloading: done, 50 in 16s\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}

func TestNoPieceOfWorkWritesMoreThanTwentyLines(t *testing.T) {
	for _, total := range []int64{0, 1, 9, 19, 1000, 100_000} {
		t.Run(fmt.Sprint(total), func(t *testing.T) {
			p, out, clock := newLines()
			p.Start(total, "work")
			for range 20_000 {
				clock.forward(time.Minute)
				p.Add(max(total/20_000, 1))
			}
			p.Done()
			if n := len(lines(out)); n > 20 {
				t.Errorf("%d lines:\n%s", n, out)
			}
		})
	}
}

func TestWorkThatStopsEarlyIsNotCalledDone(t *testing.T) {
	p, out, _ := newLines()
	p.Start(100, "buildings")
	p.Add(42)
	p.Done()
	got := lines(out)
	if last := got[len(got)-1]; last != "buildings: stopped at 42 of 100 (42 %) after 0s" {
		t.Errorf("last line is %q", last)
	}
}

func TestOneProgressServesSeveralPiecesAndIgnoresStraySteps(t *testing.T) {
	p, out, _ := newLines()
	p.Add(5)
	p.Done()
	if out.Len() != 0 {
		t.Fatalf("wrote %q before the first Start", out)
	}
	p.Start(1, "a")
	p.Add(7) // more than promised
	p.Start(1, "b")
	p.Add(-3)
	p.Add(1)
	p.Done()
	p.Done()
	want := "a ...\na: done, 1 in 0s\nb ...\nb: done, 1 in 0s\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}

func TestProgressCountsStepsOfSeveralGoroutines(t *testing.T) {
	p, out, _ := newLines()
	p.Start(1000, "ties")
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range 100 {
				p.Add(1)
			}
		})
	}
	wg.Wait()
	p.Done()
	if !strings.HasSuffix(out.String(), "ties: done, 1,000 in 0s\n") {
		t.Errorf("got\n%s", out)
	}
}

func TestOutputThatIsNoTerminalGetsNoControlCharacters(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p := NewProgress(file, "")
	p.Start(3, "居民")
	p.Add(3)
	p.Done()
	paint := NewPainter(file)
	fmt.Fprintln(file, paint.Bold("b")+paint.Dim("d")+paint.Green("g")+paint.Yellow("y")+paint.Red("r"))
	got, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	if bytes.ContainsAny(got, "\x1b\r") {
		t.Errorf("control characters in %q", got)
	}
	if !strings.HasSuffix(string(got), "bdgyr\n") || !strings.HasPrefix(string(got), "居民 ...\n居民: done, 3 in ") {
		t.Errorf("got %q", got)
	}
}

func TestTheBarEndsWithItsLabelAndCount(t *testing.T) {
	var out bytes.Buffer
	p := &barProgress{w: &out}
	p.Add(1)
	p.Done()
	if out.Len() != 0 {
		t.Fatalf("drew %q before the first Start", out.String())
	}
	p.Start(4, "households")
	p.Add(9) // more than promised
	p.Done()
	if s := out.String(); !strings.Contains(s, "households") || !strings.Contains(s, "100%") || !strings.HasSuffix(s, "\n") {
		t.Errorf("drew %q", s)
	}
	out.Reset()
	p.Start(4, "buildings")
	p.Add(1)
	p.Done()
	if s := out.String(); strings.Contains(s, "100%") || !strings.HasSuffix(s, "\n") {
		t.Errorf("work that stopped early was drawn as %q", s)
	}
}

func TestStepsWithANameAreToldByTheSecond(t *testing.T) {
	p, out, clock := newLines()
	p.steps = "rows"
	p.Start(10000, "writing")
	clock.forward(2 * time.Second)
	p.Add(5000)
	clock.forward(2 * time.Second)
	p.Add(5000)
	p.Done()
	want := "writing ...\nwriting: 5,000 of 10,000 (50 %), 2,500 rows/s\nwriting: done, 10,000 in 4s, 2,500 rows/s\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
	var drawn bytes.Buffer
	bar := &barProgress{w: &drawn, steps: "rows"}
	bar.Start(4, "writing")
	time.Sleep(time.Millisecond) // the bar has a clock of its own
	bar.Add(4)
	bar.Done()
	if !strings.Contains(drawn.String(), " rows/s") {
		t.Errorf("drew %q", drawn.String())
	}
}

func TestColourObeysNoColorAndDumbTerminals(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want bool
	}{
		{map[string]string{"TERM": "xterm"}, true},
		{map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, false},
		{map[string]string{"TERM": "dumb"}, false},
	} {
		if got := wantsColour(func(k string) string { return c.env[k] }); got != c.want {
			t.Errorf("%v: got %v", c.env, got)
		}
	}
	if got := (Painter{on: true}).Red("stop"); got != "\x1b[31mstop\x1b[0m" {
		t.Errorf("got %q", got)
	}
}

func TestTableColumnsAlignWithChineseText(t *testing.T) {
	var out bytes.Buffer
	err := Table(&out, []string{"kind", "count"}, [][]string{
		{"居民小区 compound", "550"}, {"unit", "87"}, {"evil\x1b[2J\nname", "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := lines(&out)
	if len(got) != 4 {
		t.Fatalf("got %d lines:\n%s", len(got), &out)
	}
	for i, last := range []string{"count", "550", "87", "1"} {
		at := strings.LastIndex(got[i], last)
		if at < 0 {
			t.Fatalf("line %q lacks %q", got[i], last)
		}
		if w := text.StringWidth(got[i][:at]); w != len("居民小区 compound")-4+2 {
			t.Errorf("second column of %q starts at %d", got[i], w)
		}
	}
	if strings.ContainsRune(out.String(), '\x1b') {
		t.Errorf("a control character went through: %q", out.String())
	}
}
