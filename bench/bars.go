package bench

import (
	"fmt"
	"strings"
)

// bar is something that the program must reach on the largest town; a figure of 0 was not measured.
type bar struct {
	what  string
	limit float64
	least bool // the figure must be at least the limit, not at most
	unit  string
	of    func(*Report) float64
}

// bars are the promises that issues and documents make. They are told, never asserted: a machine may be slow or busy.
var bars = []bar{
	{"`nearby`, 20 responders with their units, on SQLite: p50 at 100 requests a second", 4, false, "ms", fixedP50("W2", SQLite)},
	{"W1 on Neo4j, alone: p50 by the floor's", 2, false, "times", alone("W1", Neo4j)},
	{"W3 on Neo4j, alone: p50 by the floor's", 4, false, "times", alone("W3", Neo4j)},
	{"W1 on SQLite at 8 connections: requests a second by PostGraphile's", 1, true, "times", func(r *Report) float64 {
		if r.Peer == nil {
			return 0
		}
		return r.Peer.Ratio
	}},
	{"W4 on SQLite, alone: p50", 50, false, "ms", aloneP50("W4", SQLite)},
	{"W4 on Neo4j, alone: p50", 100, false, "ms", aloneP50("W4", Neo4j)},
	{"the snapshot built from SQLite", 10, false, "s", ofStore(SQLite, func(s *StoreFigures) float64 { return s.BuildSeconds })},
	{"the snapshot built from Neo4j", 20, false, "s", ofStore(Neo4j, func(s *StoreFigures) float64 { return s.BuildSeconds })},
	{"memory that the snapshot holds", 150, false, "MB", ofStore(SQLite, func(s *StoreFigures) float64 { return s.SnapshotMB })},
	{"the server ready on SQLite", 15, false, "s", ofStore(SQLite, func(s *StoreFigures) float64 { return s.ReadySeconds })},
	{"the server ready on Neo4j", 25, false, "s", ofStore(Neo4j, func(s *StoreFigures) float64 { return s.ReadySeconds })},
	{"scope, masks and audit trail: the least of W1 to W4's requests a second, on by off", 0.75, true, "times", func(r *Report) float64 {
		least := 0.0
		for _, f := range r.Trust {
			if least == 0 || f.Ratio < least {
				least = f.Ratio
			}
		}
		return least
	}},
	{"W5: all targets from the snapshot, one thread, by the plain grid loop", 5, false, "times", ofCover(func(f *CoverFigures) float64 { return f.Ratio })},
	{"W5: the town with its communities and grids, asked for the first time", 500, false, "ms", ofCover(func(f *CoverFigures) float64 { return f.WithAreas })},
	{"W5: the same again", 50, false, "ms", ofCover(func(f *CoverFigures) float64 { return f.AgainMS })},
	{"W5: the strip of 168 hours", 10, false, "s", ofCover(func(f *CoverFigures) float64 { return f.WeekSecond })},
	{"W5: ten districts by one, a target", 1.5, false, "times", growth},
	{"W5: memory of ten districts with their answers", 2000, false, "MB", func(r *Report) float64 {
		if f := r.cover(10); f != nil {
			return f.HeapMB
		}
		return 0
	}},
	{"W7: a press to its first message, p99 less that of a raw insert", 50, false, "ms", ofRings(func(f *RingFigures) float64 { return max(f.FirstP99-f.InsertP99, 0.01) })},
	{"W7: an event to the last of 1,000 subscribers, p99", 200, false, "ms", ofRings(func(f *RingFigures) float64 { return f.EventP99 })},
	{"W7: live heap in the end by that after a third of the time", 1.2, false, "times", ofRings(func(f *RingFigures) float64 {
		if f.HeapMB == 0 {
			return 0
		}
		return f.HeapEndMB / f.HeapMB
	})},
	{"the last page of members by the first, on SQLite: p50", 1.3, false, "times", lastByFirst(SQLite)},
	{"the last page of members by the first, on Neo4j: p50", 1.3, false, "times", lastByFirst(Neo4j)},
	{"search of two characters on SQLite: p50", 10, false, "ms", aloneP50("search", SQLite)},
	{"search of two characters on Neo4j: p50", 25, false, "ms", aloneP50("search", Neo4j)},
	{"import of the whole country into SQLite", 20000, true, "rows/s", ofCountry(SQLite, func(f *FileFigures) float64 { return f.PerSec })},
	{"its memory at most", 300, false, "MB", ofCountry(SQLite, func(f *FileFigures) float64 { return f.PeakMB })},
	{"import of the whole country into a Neo4j just started", 10000, true, "rows/s", ofImport(firstImport, Neo4j, func(f *FileFigures) float64 { return f.PerSec })},
	{"import of the whole country into the same Neo4j, emptied", 10000, true, "rows/s", ofCountry(Neo4j, func(f *FileFigures) float64 { return f.PerSec })},
	{"its memory at most, the server's not counted", 300, false, "MB", ofCountry(Neo4j, func(f *FileFigures) float64 { return f.PeakMB })},
}

// ofCountry is a figure of the whole country's import.
func ofCountry(engine string, figure func(*FileFigures) float64) func(*Report) float64 {
	return ofImport(anImport, engine, figure)
}

// ofImport is a figure of one of the imports of the whole country.
func ofImport(what, engine string, figure func(*FileFigures) float64) func(*Report) float64 {
	return func(r *Report) float64 {
		if f := r.file(what, engine); f != nil && r.Preset == country {
			return figure(f)
		}
		return 0
	}
}

func ofPair(workload, engine string, figure func(*Pair) float64) func(*Report) float64 {
	return func(r *Report) float64 {
		if p := r.pair(workload, engine); p != nil {
			return figure(p)
		}
		return 0
	}
}

func fixedP50(workload, engine string) func(*Report) float64 {
	return ofPair(workload, engine, func(p *Pair) float64 { return p.Lintu.Fixed.P50 })
}

func aloneP50(workload, engine string) func(*Report) float64 {
	return ofPair(workload, engine, func(p *Pair) float64 { return p.Lintu.Alone.P50 })
}

func alone(workload, engine string) func(*Report) float64 {
	return ofPair(workload, engine, func(p *Pair) float64 { return p.AloneRatio })
}

func lastByFirst(engine string) func(*Report) float64 {
	return func(r *Report) float64 {
		first, last := aloneP50("page-first", engine)(r), aloneP50("page-end", engine)(r)
		if first == 0 {
			return 0
		}
		return last / first
	}
}

// ofCover is a figure of W5 on the town itself.
func ofCover(figure func(*CoverFigures) float64) func(*Report) float64 {
	return func(r *Report) float64 {
		for i := range r.Cover {
			if r.Cover[i].Town == r.Preset {
				return figure(&r.Cover[i])
			}
		}
		return 0
	}
}

func ofRings(figure func(*RingFigures) float64) func(*Report) float64 {
	return func(r *Report) float64 {
		if r.Rings == nil {
			return 0
		}
		return figure(r.Rings)
	}
}

// growth is what a target costs in ten districts by what it costs in one.
func growth(r *Report) float64 {
	one, ten := r.cover(1), r.cover(10)
	if one == nil || ten == nil {
		return 0
	}
	return ten.AskMS / float64(ten.Targets) / (one.AskMS / float64(one.Targets))
}

func ofStore(engine string, figure func(*StoreFigures) float64) func(*Report) float64 {
	return func(r *Report) float64 {
		if s := r.store(engine); s != nil {
			return figure(s)
		}
		return 0
	}
}

// barTable tells what of the bars was reached.
func (r *Report) barTable(b *strings.Builder) {
	b.WriteString("| what it should reach | measured | bar | |\n| --- | --- | --- | --- |\n")
	for _, x := range bars {
		got := x.of(r)
		if got == 0 {
			continue
		}
		word, reached := "at most", got <= x.limit
		if x.least {
			word, reached = "at least", got >= x.limit
		}
		verdict := "reached"
		if !reached {
			verdict = "**missed**"
		}
		fmt.Fprintf(b, "| %s | %s %s | %s %g | %s |\n", x.what, ms(got), x.unit, word, x.limit, verdict)
	}
	b.WriteString("\n")
}
