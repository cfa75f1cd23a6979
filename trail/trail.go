package trail

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lintu/kg"
)

// ErrUnwritten is why an operation is refused whose record cannot be written. It is a kg.ErrUnavailable.
var ErrUnwritten = fmt.Errorf("the audit trail cannot be written: %w", kg.ErrUnavailable)

// File is what records are written to.
type File interface {
	io.Writer
	Sync() error
	io.Closer
}

// Options is what a Trail needs.
type Options struct {
	Dir string
	Now func() time.Time
	// Key is what variables are hashed under, so that nobody finds a telephone number by trying all.
	Key []byte
	// Size is when a file is ended and the next begun, besides at the end of a day in UTC; 0: 64 MiB.
	Size   int64
	Logger *slog.Logger
	// Gather is how long a record waits at most for others that are expected, so that they share a write; 0: 2 ms.
	Gather time.Duration
	// Create makes a new file; nil: on the disk, for its owner alone.
	Create func(path string) (File, error)
}

const (
	defaultSize   = 64 << 20
	defaultGather = 2 * time.Millisecond
	// mostWaiting is how many records may wait for a disk that hangs.
	mostWaiting = 4096
)

// Trail writes the chain of one process. Its methods are safe for concurrent use.
type Trail struct {
	o       Options
	process string
	unlock  func()
	written atomic.Int64
	refused atomic.Int64
	broke   atomic.Int64
	macs    sync.Pool // of mac

	anchoring sync.Mutex
	anchored  []Head // as the store has them

	mu       sync.Mutex
	queue    []*waiting
	expected int           // operations under way that may bring a record, with those whose record waits
	lately   int           // the most of those since the last write began
	enough   chan struct{} // where a writer waits for more, closed when no more is to be waited for
	writing  bool          // a writer takes from the queue
	idle     chan struct{} // closed when it ends
	closed   bool
	heads    []Head // of this process's files, the newest last

	// What follows is the writer's.
	file   File // nil: the next record begins one
	name   string
	number int
	size   int64
	day    string
	at     kg.Moment // of the last record: times of a chain never go back
	seq    int64
	head   hash
	buffer []byte
	text   bytes.Buffer // of a record
}

// waiting is a record on its way. One whose end was heard is used again.
type waiting struct {
	record Record
	done   chan error // has room for one
}

var spare = sync.Pool{New: func() any { return &waiting{done: make(chan error, 1)} }}

// Open begins the chain of a new process in a folder, which is made where it is missing, and tells of what others have left
// half written. Its first record is on the disk when it returns.
func Open(o Options) (*Trail, error) {
	if o.Size == 0 {
		o.Size = defaultSize
	}
	if o.Gather == 0 {
		o.Gather = defaultGather
	}
	if o.Create == nil {
		o.Create = create
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("trail: %w", err)
	}
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails
	t := &Trail{o: o, process: o.Now().UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(random[:])}
	t.macs.New = func() any { return hmac.New(sha256.New, o.Key) }
	var err error
	if t.unlock, err = lock(o.Dir, t.process); err != nil {
		return nil, err
	}
	opening, err := survey(o.Dir)
	if err == nil {
		err = t.begin(opening)
	}
	if err != nil {
		t.unlock()
		return nil, err
	}
	for _, torn := range opening.Torn {
		o.Logger.Warn("a crash has left a record of the audit trail half written; its operation was never answered", "file", torn.File, "bytes", torn.Bytes)
	}
	return t, nil
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	return dir.Sync()
}

// Process names the chain.
func (t *Trail) Process() string { return t.process }

// Folder is where the files are.
func (t *Trail) Folder() string { return t.o.Dir }

// mac is a hash under the trail's key, which takes half its time to make.
type mac interface {
	io.Writer
	Sum(b []byte) []byte
	Reset()
}

// Fingerprint is a hash of something that must not be guessed from it.
func (t *Trail) Fingerprint(b []byte) string {
	h := t.macs.Get().(mac) //nolint:forcetypeassert,errcheck // nothing else is put there
	_, _ = h.Write(b)
	var sum [sha256.Size]byte
	text := hex.EncodeToString(h.Sum(sum[:0]))
	h.Reset()
	t.macs.Put(h)
	return text
}

// Append writes a record, and returns when it is on the disk. Records that come while others are written share a write. An
// error is an ErrUnwritten, or the context's; after the latter the record may be written all the same.
func (t *Trail) Append(ctx context.Context, r Record) error {
	w := t.enqueue(r)
	select {
	case err := <-w.done:
		w.record = Record{}
		spare.Put(w)
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Aside writes a record of the emergency path, which never waits for the trail: what happens to rings stands in the store,
// or in the doorbell's journal, whether this is written or not. What cannot be written is counted, and logged.
func (t *Trail) Aside(r Record) { t.enqueue(r) }

func (t *Trail) enqueue(r Record) *waiting {
	w := spare.Get().(*waiting) //nolint:forcetypeassert,errcheck // nothing else is put there
	w.record = r
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || len(t.queue) >= mostWaiting {
		t.refused.Add(1)
		w.done <- ErrUnwritten
		return w
	}
	t.queue = append(t.queue, w)
	t.gathered()
	if !t.writing {
		t.writing, t.idle = true, make(chan struct{})
		go t.write(t.idle) // not here: a disk that hangs must not keep the caller beyond its time
	}
	return w
}

// Written is how many records were written, without those that begin and end files.
func (t *Trail) Written() int64 { return t.written.Load() }

// Refused is how many records could not be written.
func (t *Trail) Refused() int64 { return t.refused.Load() }

// BrokeGlass is how many records were written of operations for the purpose break-glass.
func (t *Trail) BrokeGlass() int64 { return t.broke.Load() }

// Heads are the last lines of the files of this process that are on the disk.
func (t *Trail) Heads() []Head {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.heads)
}

// Close writes what is on its way, and ends the file. Nothing is written afterwards.
func (t *Trail) Close() error {
	t.mu.Lock()
	twice, idle := t.closed, t.idle
	t.closed = true
	t.gathered()
	t.mu.Unlock()
	if twice {
		return nil
	}
	if idle != nil {
		<-idle
	}
	err := t.end()
	t.unlock()
	return err
}
