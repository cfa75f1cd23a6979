package bench

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lintu/kg"
)

const tableHead = `# Benchmark results

Written by ` + "`make bench`" + ` ([benchrun](benchrun/main.go)) from [results](results); do not edit. Read the ratios: both sides were
measured in turn, on the same machine and store; the milliseconds are that machine's. What is compared with what is
said in the comments of [bench](doc.go) and [bench/floor](floor/doc.go).

- **alone**: one connection that asks again when it is answered; p50, Lintu by the floor (less is better).
- **8 connections**: requests a second, Lintu by the floor (more is better). The client shares the processors.
- **fixed rate**: each request is timed from the moment when it was due.
- **calls / statements**: visits to the store of one request, and statements inside them.
- **allocations**: objects that one request allocates in the server, Lintu / floor.
- **import, server just started**: into a new Neo4j, which compiles its own code meanwhile; **import** is into the same
  server, emptied. On SQLite there is no such difference.
- **W6's floor**: the same rows kept as they stand in the files, without checks, versions, journal and search, in batches as
  large; and written out again. Where the Neo4j is a given one there is no empty database for it.
- **pace**: how long a fixed loop of arithmetic took just before and after. Seconds of two runs compare by it, as far as they do.
`

// WriteTables writes the page of all results in a folder to a Markdown file.
func WriteTables(folder, path string) error {
	text, err := Page(folder)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// Page is the page of all results in a folder: the reports, and what was measured beside Python's programs.
func Page(folder string) (string, error) {
	reports, err := ReadAll(folder)
	if err != nil {
		return "", err
	}
	beside, err := readSpatial(folder)
	return Tables(reports) + spatialTables(beside), err
}

// ReadAll reads the reports in a folder, the largest town first.
func ReadAll(folder string) ([]*Report, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	var reports []*Report
	for _, f := range files {
		r, err := Read(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		reports = append(reports, r)
	}
	slices.SortFunc(reports, func(a, b *Report) int {
		return cmp.Or(cmp.Compare(b.Counts[kg.KindPerson], a.Counts[kg.KindPerson]), cmp.Compare(a.Preset, b.Preset))
	})
	return reports, nil
}

// Tables are reports as Markdown.
func Tables(reports []*Report) string {
	var b strings.Builder
	b.WriteString(tableHead)
	for _, r := range reports {
		r.table(&b)
	}
	return b.String()
}

func (r *Report) table(b *strings.Builder) {
	town, filesOfTown := strings.CutSuffix(r.Preset, filesSuffix)
	switch {
	case filesOfTown:
		fmt.Fprintf(b, "\n## %s: import and export of the whole town\n\n", town)
	case r.Preset == country:
		fmt.Fprintf(b, "\n## %s: import of files\n\n", r.Preset)
	case r.Preset == trustName:
		fmt.Fprintf(b, "\n## %s: what scope, masks and the audit trail cost\n\n", r.Preset)
	case r.Preset == ringsName:
		fmt.Fprintf(b, "\n## %s: from a press to a message\n\n", r.Preset)
	default:
		fmt.Fprintf(b, "\n## %s: %s people, %s households, %s buildings\n\n", r.Preset,
			thousands(r.Counts[kg.KindPerson]), thousands(r.Counts[kg.KindHousehold]), thousands(r.Counts[kg.KindBuilding]))
	}
	m := r.Machine
	fmt.Fprintf(b, "%s, commit %s, on %d cores of %s, %.0f GB, %s, %s", r.Began.Format("2006-01-02"), r.Commit, m.Cores, m.Processor, m.MemoryGB, m.System, m.Go)
	for _, path := range measured {
		if v := m.Modules[path]; v != "" {
			fmt.Fprintf(b, ", %s %s", filepath.Base(strings.TrimSuffix(path, "/v5")), v)
		}
	}
	if m.Neo4j != "" {
		fmt.Fprintf(b, ", Neo4j %s (%s)", m.Neo4j, m.Java)
	}
	if r.Preset == trustName {
		fmt.Fprintf(b, ". %d rounds of %v a side, in a town of %s people.\n\n", r.Settings.Rounds, r.Settings.Round, thousands(r.Counts[kg.KindPerson]))
		r.barTable(b)
		r.trustTable(b)
		return
	}
	if r.Rings != nil {
		b.WriteString(".\n\n")
		r.barTable(b)
		r.ringTable(b)
		return
	}
	if filesOfTown || r.Preset == country {
		for _, s := range r.Stores {
			fmt.Fprintf(b, "; the machine's load before %s was %.1f", s.Engine, s.LoadedAverage)
		}
		b.WriteString(".\n\n")
		if !filesOfTown {
			r.barTable(b)
		}
		r.fileTable(b)
		return
	}
	fmt.Fprintf(b, ". %d rounds of %v a side.\n\n", r.Settings.Rounds, r.Settings.Round)
	r.barTable(b)
	r.pairTable(b)
	r.fixedTable(b)
	r.storeTable(b)
	r.coverTable(b)
	r.fileTable(b)
	r.peerTable(b)
}

func (r *Report) pairTable(b *strings.Builder) {
	b.WriteString("| workload | engine | alone p50, ms | floor | **ratio** | 8 connections, req/s | floor | **ratio** | calls / statements | allocations |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, p := range r.Pairs {
		fmt.Fprintf(b, "| %s: %s | %s | %s | %s | **%.2f** | %s | %s | **%.2f** | %d / %d | %s / %s |\n", p.Workload, p.Title, p.Engine,
			ms(p.Lintu.Alone.P50), ms(p.Floor.Alone.P50), p.AloneRatio, thousands(int(p.Lintu.Eight.PerSecond)), thousands(int(p.Floor.Eight.PerSecond)), p.EightRatio,
			p.StoreCalls, p.Statements, thousands(int(p.Lintu.Allocations)), thousands(int(p.Floor.Allocations)))
	}
}

func (r *Report) fixedTable(b *strings.Builder) {
	b.WriteString("\n| at a fixed rate | engine | req/s | p50 | p95 | p99, ms | floor p50 | p95 | p99 |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, p := range r.Pairs {
		l, f := p.Lintu.Fixed, p.Floor.Fixed
		fmt.Fprintf(b, "| %s | %s | %.0f | %s | %s | %s | %s | %s | %s |\n", p.Workload, p.Engine, p.Lintu.FixedRate, ms(l.P50), ms(l.P95), ms(l.P99), ms(f.P50), ms(f.P95), ms(f.P99))
	}
}

func (r *Report) storeTable(b *strings.Builder) {
	b.WriteString("\n| engine | load average | server ready, s | snapshot built, s | of processor time, s | snapshot holds, MB | server's memory at most, MB | floor's |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, s := range r.Stores {
		fmt.Fprintf(b, "| %s | %.1f | %.1f | %.1f | %s | %.0f | %.0f | %.0f |\n", s.Engine, s.LoadedAverage, s.ReadySeconds, s.BuildSeconds, known(s.BuildCPU), s.SnapshotMB, s.ServerPeakMB, s.FloorPeakMB)
	}
}

func (r *Report) fileTable(b *strings.Builder) {
	if len(r.Files) == 0 {
		return
	}
	b.WriteString("\n| W6 | engine | rows | seconds | of CPU | rows/s | floor, seconds | **ratio** | memory at most, MB | pace, ms |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for i := range r.Files {
		f := &r.Files[i]
		ratio := "–"
		if f.FloorSeconds > 0 {
			ratio = fmt.Sprintf("**%.2f**", f.ratio())
		}
		fmt.Fprintf(b, "| %s | %s | %s | %.1f | %.1f | %s | %s | %s | %.0f | %s |\n", f.What, f.Engine, thousands(f.Rows), f.Seconds, f.CPUSeconds, thousands(int(f.PerSec)),
			known(f.FloorSeconds), ratio, f.PeakMB, known(f.PaceMS))
	}
}

func (r *Report) peerTable(b *strings.Builder) {
	if r.Peer == nil {
		return
	}
	p := r.Peer
	fmt.Fprintf(b, "\n| W1 at 8 connections | req/s | p50, ms | p99 |\n| --- | --- | --- | --- |\n")
	fmt.Fprintf(b, "| Lintu on SQLite | %s | %s | %s |\n", thousands(int(p.Lintu.PerSecond)), ms(p.Lintu.P50), ms(p.Lintu.P99))
	fmt.Fprintf(b, "| %s (%s) | %s | %s | %s |\n| **ratio** | **%.2f** | | |\n", p.Name, strings.Join(p.Versions, ", "), thousands(int(p.Peer.PerSecond)), ms(p.Peer.P50), ms(p.Peer.P99), p.Ratio)
}

// known is a figure, or a dash where it was not taken.
func known(v float64) string {
	if v == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", v)
}

// ms is a time in milliseconds with three digits that count.
func ms(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// thousands is a number with commas.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
