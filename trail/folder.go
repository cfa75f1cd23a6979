package trail

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lintu/internal/cli/filelock"
)

const suffix = ".trail"

// fileName is the name of a chain's file.
func fileName(process string, number int) string {
	return fmt.Sprintf("%s-%04d%s", process, number, suffix)
}

// parseName is the process and the number of a file's name.
func parseName(name string) (process string, number int, ok bool) {
	stem, ok := strings.CutSuffix(name, suffix)
	i := strings.LastIndexByte(stem, '-')
	if !ok || i < 1 {
		return "", 0, false
	}
	number, err := strconv.Atoi(stem[i+1:])
	return stem[:i], number, err == nil && number > 0 && name == fileName(stem[:i], number)
}

// names are the files of a folder, those of a chain one after another; none where there is no folder.
func names(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("trail: %w", err)
	}
	var all []string
	for _, e := range entries {
		if _, _, ok := parseName(e.Name()); ok {
			all = append(all, e.Name())
		}
	}
	slices.SortFunc(all, func(a, b string) int {
		pa, na, _ := parseName(a)
		pb, nb, _ := parseName(b)
		if c := strings.Compare(pa, pb); c != 0 {
			return c
		}
		return na - nb
	})
	return all, nil
}

// eachLine calls f with each whole line of a file from a byte on, without its newline, and where it begins; it returns where
// the last one ends, and how many bytes stand behind, without the zeros of a file that is not closed. A line that holds a
// zero is none, nor is what follows it: its blocks did not all reach the disk. The text is f's only while f runs.
func eachLine(path string, from int64, f func(text []byte, at int64) error) (end, torn int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return from, 0, fmt.Errorf("trail: %w", err)
	}
	defer func() { _ = file.Close() }()
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return from, 0, fmt.Errorf("trail: %w", err)
	}
	in := bufio.NewReaderSize(file, 256<<10)
	var long []byte
	end = from
	for {
		text, err := in.ReadSlice('\n')
		if bytes.IndexByte(text, 0) >= 0 {
			torn, err := beyond(file, end)
			return end, torn, err
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long, text...)
			continue
		}
		if len(long) > 0 {
			long = append(long, text...)
			text = long
		}
		if errors.Is(err, io.EOF) {
			return end, int64(len(text)), nil
		}
		if err != nil {
			return end, 0, fmt.Errorf("trail: %w", err)
		}
		if err := f(text[:len(text)-1], end); err != nil {
			return end, 0, err
		}
		end += int64(len(text))
		long = long[:0]
	}
}

// first is the first line of a file; errLine where it has none.
func first(path string) (l line, err error) {
	found := errLine
	_, _, err = eachLine(path, 0, func(text []byte, _ int64) error {
		l, found = parseLine(text)
		return io.EOF
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return l, err
	}
	return l, found
}

// last is the last line of a file that is one, and how many bytes stand behind it, without the zeros of a file that is not
// closed.
func last(path string) (l line, behind int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return l, 0, fmt.Errorf("trail: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return l, 0, fmt.Errorf("trail: %w", err)
	}
	l, behind, err = lastBefore(file, info.Size())
	if err != nil && !errors.Is(err, errLine) || err == nil && behind == 0 && l.record.Kind == Closed {
		return l, behind, err
	}
	end, torn, err := eachLine(path, 0, func([]byte, int64) error { return nil }) // zeros end it before its size
	if err != nil {
		return l, 0, err
	}
	l, behind, err = lastBefore(file, end)
	return l, behind + torn, err
}

// tailStep is how much of a file's end is read at once to find its last line.
const tailStep = 256 << 10

// lastBefore is the last line before a byte of a file, and how many bytes stand between.
func lastBefore(file io.ReaderAt, limit int64) (l line, behind int64, err error) {
	for size := int64(tailStep); ; size *= 4 {
		from := max(limit-size, 0)
		text := make([]byte, limit-from)
		if _, err := file.ReadAt(text, from); err != nil && !errors.Is(err, io.EOF) {
			return l, 0, fmt.Errorf("trail: %w", err)
		}
		for end := bytes.LastIndexByte(text, '\n'); end >= 0; end = bytes.LastIndexByte(text[:end], '\n') {
			begin := bytes.LastIndexByte(text[:end], '\n') + 1
			if begin == 0 && from > 0 {
				break // the line may begin further before
			}
			if l, err := parseLine(text[begin:end]); err == nil {
				return l, int64(len(text) - end - 1), nil
			}
		}
		if from == 0 {
			return l, limit, errLine
		}
	}
}

// lock takes the lock of a process; nil where that process lives.
func lock(dir, process string) (unlock func(), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	unlock, err = filelock.Take(ctx, filepath.Join(dir, process+".lock"), cancel)
	if errors.Is(err, context.Canceled) {
		return nil, nil
	}
	return unlock, err
}

// survey is what a new process says of the files that are there.
func survey(dir string) (*Opening, error) {
	all, err := names(dir)
	if err != nil {
		return nil, err
	}
	o := &Opening{Number: 1}
	named, told := map[Head]bool{}, map[string]bool{}
	for _, name := range all {
		l, err := first(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, errLine) {
			return nil, err
		}
		if l.record.File == nil {
			continue
		}
		for _, h := range l.record.File.After {
			named[h] = true
		}
		for _, t := range l.record.File.Torn {
			told[t.File] = true
		}
	}
	for _, name := range all {
		l, behind, err := last(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, errLine) {
			return nil, err
		}
		if head := (Head{name, l.record.Sequence, l.own.String()}); err == nil && !named[head] {
			o.After = append(o.After, head)
		}
		if behind == 0 || told[name] {
			continue
		}
		process, _, _ := parseName(name)
		unlock, err := lock(dir, process)
		if err != nil {
			return nil, err
		}
		if unlock != nil { // else its process lives, and may be writing this line
			unlock()
			o.Torn = append(o.Torn, Torn{name, l.record.Sequence, behind})
		}
	}
	return o, nil
}
