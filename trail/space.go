package trail

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// spaceStep is how many bytes are made ready at once behind what a file holds; where there is no place for so many, leastStep.
const spaceStep, leastStep = 1 << 20, 4 << 10

var zeros [spaceStep]byte

// space is a file in which room is made ready before records come: zeros that are on the disk. To put records there takes no
// new blocks and no new length, so that a sync has nothing but them to write; on ext4 that takes half the time, and half the
// processor's. Until it is closed the file ends in zeros, which no record holds: readers take the first for the end.
type space struct {
	*os.File
	end, ready int64
}

func create(path string) (File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syncDir(filepath.Dir(path)); err != nil { // else the file itself may be gone after a crash
		_ = file.Close()
		_ = os.Remove(path)
		return nil, err
	}
	return &space{File: file}, nil
}

// Write puts bytes behind those that are there.
func (s *space) Write(b []byte) (int, error) {
	if need := s.end + int64(len(b)); need > s.ready {
		if err := s.reserve(need); err != nil {
			return 0, err
		}
	}
	n, err := s.WriteAt(b, s.end)
	s.end += int64(n)
	return n, err
}

// reserve makes room for so many bytes at least.
func (s *space) reserve(need int64) error {
	size := upTo(need, spaceStep)
	err := s.fill(size)
	if err != nil { // the disk is full, but for a record it may do
		size = upTo(need, leastStep)
		err = s.fill(size)
	}
	if err == nil {
		err = s.File.Sync() // once: a second one may not tell of what the first could not write
	}
	if err != nil {
		return err
	}
	s.ready = size
	return nil
}

// fill writes zeros up to a size, or leaves the file as it was.
func (s *space) fill(size int64) error {
	for at := s.ready; at < size; {
		n, err := s.WriteAt(zeros[:min(size-at, spaceStep)], at)
		if err != nil {
			return errors.Join(err, s.Truncate(s.ready))
		}
		at += int64(n)
	}
	return nil
}

// upTo is the next multiple of a step.
func upTo(size, step int64) int64 { return (size + step - 1) / step * step }

// Sync returns when what was written is on the disk.
func (s *space) Sync() error { return syncData(s.File) }

// Close gives back the room that was not used.
func (s *space) Close() error {
	err := s.Truncate(s.end)
	if err == nil {
		err = s.File.Sync()
	}
	if closed := s.File.Close(); err == nil {
		err = closed
	}
	return err
}

// beyond is how many bytes stand in a file from one on, without the zeros at its end.
func beyond(file io.ReaderAt, from int64) (n int64, err error) {
	b := make([]byte, 64<<10)
	for at := from; ; {
		got, err := file.ReadAt(b, at)
		for i := got - 1; i >= 0; i-- {
			if b[i] != 0 {
				n = at + int64(i) + 1 - from
				break
			}
		}
		at += int64(got)
		if err == io.EOF { //nolint:errorlint // as io.ReaderAt promises
			return n, nil
		}
		if err != nil {
			return n, fmt.Errorf("trail: %w", err)
		}
	}
}
