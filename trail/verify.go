package trail

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"lintu/kg"
	"lintu/store"
)

// Code is what a verification finds.
type Code string

// What is found. The notes are no sign that anything was changed.
const (
	Damaged     Code = "DAMAGED"
	Misplaced   Code = "MISPLACED"
	Numbering   Code = "NUMBERING"
	TimeBack    Code = "TIME_BACK"
	AfterEnd    Code = "AFTER_END"
	Missing     Code = "MISSING"
	Cut         Code = "CUT"
	Rewritten   Code = "REWRITTEN"
	NotAnchored Code = "NOT_ANCHORED"

	HalfWritten Code = "HALF_WRITTEN"
	Unanswered  Code = "UNANSWERED"
	Retired     Code = "RETIRED"
)

// CodeDef is a row of the table of codes.
type CodeDef struct {
	Code   Code
	Note   bool
	EN, ZH string
}

// Codes is the table of what may be found.
var Codes = []CodeDef{
	{Damaged, false, "the line is no record, or was changed: its hash does not fit", "该行不是审计记录或已被改动:哈希不符"},
	{Misplaced, false, "the line does not follow the one before it: something was taken out, put in or moved", "该行与前一行不衔接:有记录被删除、插入或移动"},
	{Numbering, false, "the number of the record, or its process, is not the one that is due here", "记录编号或进程与此处应有的不符"},
	{TimeBack, false, "the record is older than the one before it", "记录时间早于前一条"},
	{AfterEnd, false, "a record stands behind the end of its file", "文件结束记录之后仍有记录"},
	{Missing, false, "a file is gone that another names", "缺少另一文件所指的文件"},
	{Cut, false, "the file ends before a record that another names", "文件在另一文件所指的记录之前就结束了"},
	{Rewritten, false, "the record is not the one that another file names: the file was written anew", "记录与另一文件所指的不同:文件被重写"},
	{NotAnchored, false, "the file does not hold what the store's anchor says: it was written anew, cut or taken away", "文件与图谱库中的锚点不符:被重写、截断或移走"},
	{HalfWritten, true, "a record was half written when its process was killed; its operation was never answered", "进程被强制结束时有一条记录只写了一半,相应操作并未作答"},
	{Unanswered, true, "records stand behind the last one that was known to be on the disk; their operations were refused", "最后一条确认落盘的记录之后还有记录,相应操作已被拒绝"},
	{Retired, true, "a file is gone that was older than it must be kept", "超过保存期限的文件已不在"},
}

// Def is the code's row.
func (c Code) Def() *CodeDef {
	for i := range Codes {
		if Codes[i].Code == c {
			return &Codes[i]
		}
	}
	return nil
}

// Finding is one thing that is wrong, or a note.
type Finding struct {
	Code     Code   `json:"code"`
	File     string `json:"file"`
	Line     int64  `json:"line,omitempty"`   // from 1; absent where it is about the whole file
	Sequence int64  `json:"seq,omitempty"`    // of the record that should be there
	By       string `json:"by,omitempty"`     // the file that says so
	Detail   string `json:"detail,omitempty"` // bytes, counts
}

// Report is what a verification has found.
type Report struct {
	Files    int       `json:"files"`
	Chains   int       `json:"chains"`
	Records  int64     `json:"records"`
	Bytes    int64     `json:"bytes"`
	Anchors  int       `json:"anchors"` // compared with; -1: the store was not asked
	Problems []Finding `json:"problems"`
	Notes    []Finding `json:"notes"`
}

// VerifyOptions say what a folder is compared with.
type VerifyOptions struct {
	Dir string
	// Anchors are those of the store; nil: it was not asked.
	Anchors []store.Anchor
	// Before is the day from which on files must be there; older ones may be gone. Zero: all must be there.
	Before time.Time
	// Progress is told how many bytes were read; nil: nobody is.
	Progress func(done int64)
}

// claim says that a file holds a record with a hash.
type claim struct {
	seq      int64
	hash, by string
	anchor   bool
}

// checker walks the folder.
type checker struct {
	o      VerifyOptions
	report *Report
	claims map[string][]claim // by file
	torn   map[string]string  // which file tells of what a crash has left in it
	cut    map[string]int64   // by file: the last record that its chain goes on from
}

// Verify reads all chains of a folder and compares every hash, number and time, what files say of each other, and the
// store's anchors. An error is one of reading; what is wrong is in the report.
func Verify(ctx context.Context, o VerifyOptions) (*Report, error) {
	all, err := names(o.Dir)
	if err != nil {
		return nil, err
	}
	c := &checker{o: o, report: &Report{Files: len(all), Anchors: -1, Problems: []Finding{}, Notes: []Finding{}}, claims: map[string][]claim{}, torn: map[string]string{}, cut: map[string]int64{}}
	for _, name := range all {
		l, err := first(filepath.Join(o.Dir, name))
		if err != nil && !errors.Is(err, errLine) {
			return nil, err
		}
		if err == nil && l.record.File != nil {
			c.openings(name, l.record.File)
		}
	}
	if o.Anchors != nil {
		c.report.Anchors = len(o.Anchors)
		for _, a := range o.Anchors {
			c.claims[a.File] = append(c.claims[a.File], claim{seq: a.Sequence, hash: a.Hash, anchor: true})
		}
	}
	var w *walk
	for _, name := range all {
		process, _, _ := parseName(name)
		if w == nil || w.process != process {
			w = &walk{checker: c, process: process}
			c.report.Chains++
		}
		if err := w.file(ctx, name); err != nil {
			return nil, err
		}
	}
	for name, list := range c.claims { // of files that are not there
		c.gone(name, list)
	}
	return c.report, nil
}

func (c *checker) openings(name string, o *Opening) {
	process, _, _ := parseName(name)
	for _, h := range o.After {
		c.claims[h.File] = append(c.claims[h.File], claim{seq: h.Sequence, hash: h.Hash, by: name})
		if p, _, _ := parseName(h.File); p == process {
			c.cut[h.File] = h.Sequence
		}
	}
	for _, t := range o.Torn {
		c.torn[t.File] = name
	}
}

func (c *checker) found(f Finding) {
	if f.Code.Def().Note {
		c.report.Notes = append(c.report.Notes, f)
	} else {
		c.report.Problems = append(c.report.Problems, f)
	}
}

// gone tells of a file that others name.
func (c *checker) gone(name string, list []claim) {
	f := Finding{Code: Missing, File: name, By: list[0].by, Sequence: list[0].seq}
	process, _, ok := parseName(name)
	began, err := time.Parse("20060102T150405Z", process[:max(len(process)-9, 0)])
	switch {
	case ok && err == nil && began.Before(c.o.Before):
		f.Code = Retired
	case list[0].anchor:
		f.Code = NotAnchored
	}
	c.found(f)
}

// walk goes through one chain.
type walk struct {
	*checker
	process string
	began   bool // a file of the chain was read
	prev    hash
	seq     int64
	at      kg.Moment
	lost    bool // the last line was damaged: what comes next follows nothing that is known
}

// file checks one file.
func (w *walk) file(ctx context.Context, name string) error {
	f := &fileWalk{walk: w, name: name, claims: w.claims[name]}
	delete(w.claims, name)
	end, torn, err := eachLine(filepath.Join(w.o.Dir, name), 0, func(text []byte, _ int64) error {
		f.line++
		if f.line%256 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if w.o.Progress != nil {
				w.o.Progress(w.report.Bytes + f.read)
			}
		}
		f.read += int64(len(text)) + 1
		f.check(text)
		return nil
	})
	if err != nil {
		return err
	}
	w.report.Records += f.line
	w.report.Bytes += end + torn
	for _, c := range f.claims {
		code := Cut
		if c.anchor {
			code = NotAnchored
		}
		w.found(Finding{Code: code, File: name, Sequence: c.seq, By: c.by})
	}
	if torn > 0 {
		w.found(Finding{Code: HalfWritten, File: name, Line: f.line + 1, Sequence: w.seq + 1, By: w.torn[name], Detail: fmt.Sprintf("%d bytes", torn)})
	}
	if till, ok := w.cut[name]; ok && w.seq > till {
		w.found(Finding{Code: Unanswered, File: name, Sequence: till + 1, Detail: fmt.Sprintf("%d records", w.seq-till)})
	}
	w.began = true
	return nil
}

// fileWalk goes through one file of a chain.
type fileWalk struct {
	*walk
	name   string
	claims []claim // not met yet
	line   int64
	read   int64
	ended  bool
}

func (f *fileWalk) check(text []byte) {
	l, err := parseLine(text)
	if err != nil {
		f.wrong(Damaged)
		f.lost = true
		f.seq++
		return
	}
	r := &l.record
	if f.line == 1 {
		f.opening(r)
	}
	switch {
	case f.lost:
		f.lost = false
	case l.prev != f.prev:
		f.wrong(Misplaced)
	case r.Sequence != f.seq+1 || r.Process != f.process:
		f.wrong(Numbering)
	case r.At < f.at:
		f.wrong(TimeBack)
	}
	if f.ended {
		f.wrong(AfterEnd)
	}
	f.ended = f.ended || r.Kind == Closed
	f.prev, f.seq, f.at = l.own, r.Sequence, r.At
	f.compare(r.Sequence, l.own.String())
}

// opening begins a file where its first record says: behind the chain's file before. That this is so is a claim of the
// record, which the other file has to meet.
func (f *fileWalk) opening(r *Record) {
	_, number, _ := parseName(f.name)
	f.ended = false
	if r.Kind != Opened || r.File == nil || r.File.Number != number {
		f.wrong(Numbering)
		return
	}
	if number == 1 {
		return // it begins with nothing before it
	}
	f.lost = false
	for _, h := range r.File.After {
		if p, _, _ := parseName(h.File); p == f.process {
			if own, ok := parseHash(h.Hash); ok {
				f.prev, f.seq = own, h.Sequence
				return
			}
		}
	}
	f.wrong(Misplaced)
}

// compare meets the claims on a record.
func (f *fileWalk) compare(seq int64, own string) {
	kept := f.claims[:0]
	for _, c := range f.claims {
		switch {
		case c.seq != seq:
			kept = append(kept, c)
		case c.hash == own:
		case c.anchor:
			f.found(Finding{Code: NotAnchored, File: f.name, Line: f.line, Sequence: seq})
		default:
			f.found(Finding{Code: Rewritten, File: f.name, Line: f.line, Sequence: seq, By: c.by})
		}
	}
	f.claims = kept
}

func (f *fileWalk) wrong(code Code) {
	f.found(Finding{Code: code, File: f.name, Line: f.line, Sequence: f.seq + 1})
}
