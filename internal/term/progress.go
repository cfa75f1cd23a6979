package term

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// Progress tells a person how far a long piece of work is. Start begins a piece, Add reports more of
// it, Done ends it; the same value then serves the next piece. All three may be called from several
// goroutines. Add and Done before the first Start do nothing.
type Progress interface {
	// Start begins a piece of work of total steps. A total of zero or less means that nobody knows.
	Start(total int64, label string)
	// Add reports n further steps.
	Add(n int64)
	// Done ends the piece. A piece that ends before its total is shown as stopped, not as finished.
	Done()
}

// NewProgress returns a progress bar when w is a terminal, and plain lines otherwise: one each ten
// percent, and one after five quiet seconds, then ten, then twenty, so that a piece of work writes
// at most 20 lines however long it lasts. Where steps have a name in the plural, such as rows, both
// tell how many come in a second.
func NewProgress(w io.Writer, steps string) Progress {
	if IsTerminal(w) {
		return &barProgress{w: w, steps: steps, colour: wantsColour(os.Getenv)}
	}
	return &lineProgress{w: w, steps: steps, now: time.Now}
}

// barProgress draws one bar a piece of work.
type barProgress struct {
	w      io.Writer
	steps  string
	colour bool

	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	total int64
	done  int64
}

func (p *barProgress) Start(total int64, label string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
	p.total, p.done = max(total, 0), 0
	steps := total
	if total <= 0 {
		steps = -1 // the library's word for a spinner
	}
	options := []progressbar.Option{
		progressbar.OptionSetWriter(p.w),
		progressbar.OptionSetDescription(label),
		progressbar.OptionEnableColorCodes(p.colour),
		progressbar.OptionSetWidth(30),
		progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionSetPredictTime(total > 0),
	}
	if p.steps != "" {
		options = append(options, progressbar.OptionShowIts(), progressbar.OptionSetItsString(p.steps))
	}
	p.bar = progressbar.NewOptions64(steps, options...)
}

func (p *barProgress) Add(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar == nil || n <= 0 {
		return
	}
	if p.total > 0 {
		n = min(n, p.total-p.done) // the library refuses to pass its total
	}
	p.done += n
	_ = p.bar.Add64(n) // a bar that cannot be drawn is no reason to stop the work
}

func (p *barProgress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
}

func (p *barProgress) finish() {
	if p.bar == nil {
		return
	}
	if p.total == 0 || p.done == p.total {
		_ = p.bar.Finish()
	} else {
		_ = p.bar.Exit() // keeps the bar where it stopped
	}
	fmt.Fprintln(p.w)
	p.bar = nil
}

// The longest a piece of work can be in plain lines: one at the start, nine for the percentages,
// nine for the time and one at the end.
const (
	maxTimeLines  = 9
	firstQuietGap = 5 * time.Second
)

// lineProgress writes lines.
type lineProgress struct {
	w     io.Writer
	steps string
	now   func() time.Time

	mu        sync.Mutex
	running   bool
	label     string
	total     int64
	done      int64
	tenths    int64 // tenths of the total that have been told
	timeLines int
	gap       time.Duration
	began     time.Time
	told      time.Time
}

func (p *lineProgress) Start(total int64, label string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
	p.running, p.label, p.total, p.done = true, label, max(total, 0), 0
	p.tenths, p.timeLines, p.gap = 0, 0, firstQuietGap
	p.began = p.now()
	p.told = p.began
	fmt.Fprintf(p.w, "%s ...\n", label)
}

func (p *lineProgress) Add(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running || n <= 0 {
		return
	}
	p.done += n
	if p.total > 0 {
		p.done = min(p.done, p.total)
		tenths := int64(float64(p.done) / float64(p.total) * 10)
		if tenths > p.tenths && p.done < p.total { // the last line is Done's
			p.tenths = min(tenths, 9)
			p.tell()
			return
		}
	}
	if p.timeLines < maxTimeLines && p.done != p.total && p.now().Sub(p.told) >= p.gap {
		p.timeLines++
		p.gap *= 2
		p.tell()
	}
}

func (p *lineProgress) tell() {
	p.told = p.now()
	fmt.Fprintf(p.w, "%s: %s%s\n", p.label, p.count(), p.rate(", "))
}

// rate is how many steps came in a second so far, behind a separator; "" where steps have no name, or it is too early
// to say.
func (p *lineProgress) rate(separator string) string {
	seconds := p.now().Sub(p.began).Seconds()
	if p.steps == "" || seconds <= 0 {
		return ""
	}
	return fmt.Sprintf("%s%s %s/s", separator, thousands(int64(float64(p.done)/seconds)), p.steps)
}

func (p *lineProgress) count() string {
	if p.total == 0 {
		return thousands(p.done)
	}
	percent := int64(float64(p.done) / float64(p.total) * 100)
	return fmt.Sprintf("%s of %s (%d %%)", thousands(p.done), thousands(p.total), percent)
}

func (p *lineProgress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
}

func (p *lineProgress) finish() {
	if !p.running {
		return
	}
	p.running = false
	took := p.now().Sub(p.began).Round(100 * time.Millisecond)
	if p.done < p.total {
		fmt.Fprintf(p.w, "%s: stopped at %s after %s\n", p.label, p.count(), took)
		return
	}
	fmt.Fprintf(p.w, "%s: done, %s in %s%s\n", p.label, thousands(p.done), took, p.rate(", "))
}

// thousands writes n with a comma every three digits.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
