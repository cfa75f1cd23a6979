// Package journal keeps records in a file that outlives a crash: what Append has returned for is read again by the next
// who opens the folder. It is for what happens while the store is away, and is empty otherwise.
//
// A record is a line: the CRC-32C of the rest in eight hex digits, a space, and the record, which holds no newline. The
// last line may be torn by a crash; it was never returned for, and is cut off. A line that does not fit its checksum is
// left out and told of, and those behind it are read.
package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"lintu/internal/cli/filelock"
)

// Journal is the file of one process. Its methods are safe for concurrent use.
type Journal struct {
	mu      sync.Mutex
	file    *os.File
	size    int64 // of what is whole
	records [][]byte
	damaged int
	unlock  func()
}

// most is how many processes may share a folder.
const most = 64

const suffix = ".journal"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Open takes a file of a folder that no other process has, with what is left in it, and makes the folder where it is
// missing. What processes left that live no more is taken over.
func Open(dir string) (*Journal, error) {
	for {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
		j, err := openIn(dir)
		if errors.Is(err, os.ErrNotExist) {
			if _, gone := os.Stat(dir); errors.Is(gone, os.ErrNotExist) {
				continue // the last one who had it took the empty folder away meanwhile
			}
		}
		return j, err
	}
}

func openIn(dir string) (*Journal, error) {
	for n := 1; n <= most; n++ {
		name := filepath.Join(dir, strconv.Itoa(n))
		unlock, err := lock(name)
		if err != nil {
			return nil, err
		}
		if unlock == nil {
			continue
		}
		j, err := open(name+suffix, unlock)
		if err == nil {
			err = j.inherit(dir)
		}
		if err != nil {
			unlock()
			return nil, err
		}
		return j, nil
	}
	return nil, fmt.Errorf("journal: %d processes have a journal in %s", most, dir)
}

// lock takes the lock of a file; nil where another process has it.
func lock(name string) (unlock func(), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	unlock, err = filelock.Take(ctx, name+".lock", cancel)
	if errors.Is(err, context.Canceled) {
		return nil, nil
	}
	return unlock, err
}

// open reads a file that is locked, and cuts a torn line off.
func open(path string, unlock func()) (*Journal, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	j := &Journal{file: file, unlock: unlock}
	text, err := os.ReadFile(path)
	if err == nil {
		j.read(text)
		err = j.file.Truncate(j.size)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path)) // else the file itself may be gone after a crash
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("journal: %w", err)
	}
	return j, nil
}

func (j *Journal) read(text []byte) {
	for {
		line, rest, whole := bytes.Cut(text, []byte{'\n'})
		if !whole {
			return
		}
		j.size += int64(len(line)) + 1
		if record, ok := parse(line); ok {
			j.records = append(j.records, record)
		} else {
			j.damaged++
		}
		text = rest
	}
}

func parse(line []byte) ([]byte, bool) {
	sum, record, ok := strings.Cut(string(line), " ")
	n, err := strconv.ParseUint(sum, 16, 32)
	return []byte(record), ok && err == nil && len(sum) == 8 && uint32(n) == crc32.Checksum([]byte(record), castagnoli)
}

func format(record []byte) []byte {
	return fmt.Appendf(nil, "%08x %s\n", crc32.Checksum(record, castagnoli), record)
}

// inherit takes over what is in the files that no living process has.
func (j *Journal) inherit(dir string) error {
	for n := 1; n <= most; n++ {
		name := filepath.Join(dir, strconv.Itoa(n))
		if _, err := os.Stat(name + suffix); err != nil || name+suffix == j.file.Name() {
			continue
		}
		unlock, err := lock(name)
		if err != nil {
			return err
		}
		if unlock == nil {
			continue
		}
		err = j.take(name + suffix)
		unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// take moves the records of a file into this one, and removes it. A crash in between leaves them in both: who reads them
// bears that.
func (j *Journal) take(path string) error {
	other, err := open(path, func() {})
	if err != nil {
		return err
	}
	defer func() { _ = other.file.Close() }()
	j.damaged += other.damaged
	if len(other.records) > 0 {
		if err := j.Append(other.records...); err != nil {
			return err
		}
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// Records are the records of the file, in order, with those that were appended. The caller does not change them.
func (j *Journal) Records() [][]byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([][]byte(nil), j.records...)
}

// Damaged is how many lines were left out, because they do not fit their checksums.
func (j *Journal) Damaged() int { return j.damaged }

// Append adds records, and returns when they are on the disk. After an error none of them is in the file: what was
// written is cut off, or overwritten by the next.
func (j *Journal) Append(records ...[]byte) error {
	var text []byte
	for _, r := range records {
		if bytes.IndexByte(r, '\n') >= 0 {
			return errors.New("journal: a record with a newline")
		}
		text = append(text, format(r)...)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err := j.file.WriteAt(text, j.size)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		_ = j.file.Truncate(j.size) // in vain where the disk is broken; the next line goes over it
		return fmt.Errorf("journal: %w", err)
	}
	j.size += int64(len(text))
	j.records = append(j.records, records...)
	return nil
}

// Clear forgets all records: what they told of is in the store.
func (j *Journal) Clear() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.size == 0 {
		return nil
	}
	if err := j.file.Truncate(0); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	j.size, j.records = 0, nil
	return nil // after a crash the records may be there again: who reads them bears that
}

// Close gives the file back. Records that are left are for the next who opens the folder; without any the file goes, and
// the folder with the last one.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.file.Close()
	if j.size == 0 {
		err = errors.Join(err, os.Remove(j.file.Name()))
	}
	j.unlock()
	_ = os.Remove(filepath.Dir(j.file.Name())) // as long as others are in it, it stays
	return err
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	return dir.Sync()
}
