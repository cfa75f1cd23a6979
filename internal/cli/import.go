package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lintu/geo"
	"lintu/importer"
	"lintu/importer/sheet"
	"lintu/internal/config"
	"lintu/internal/term"
	"lintu/kg"
	"lintu/store"
	"lintu/trail"
)

// exitRefused says that rows were refused.
const exitRefused = 3

// fileSettings are the settings that import and export take on their command line.
var fileSettings = []string{"store", "store-user", "store-password-file", "store-database", "time-zone", "audit", "operation-timeout", "log-level"}

// importFlags are what import is told on its command line, beside the settings.
type importFlags struct {
	kind, format, encoding, datum, scheme, on, report string
	partial, edited, json                             bool
	batchRows                                         int
}

func (p Program) importCommand() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FOLDER|FILE",
		Short: "Bring CSV or NDJSON files into a store 导入",
		Long: `Brings files into a store: a folder that "lintu export" wrote, a folder of your own whose files are named after what
they hold (buildings.csv, people.csv, part_of.csv), or one file. Everything is checked first, row by row and together;
where a row is refused, nothing is written unless --partial says so. Then batches are written; Ctrl-C is safe at any
moment, and the same command goes on where it was. The same files twice change nothing.

Columns are the fields of the kind, in any order. A row is named by its id, or by its natural key (a division by its
code; a household by its building and number). Columns that a file does not have leave what the store holds as it is; an
empty cell clears. Degrees need a datum: lat@GCJ02 in the header, a column datum, or --datum.

Exit codes: 0 done; 1 failed, or stopped; 2 the command line, a setting or the folder is wrong; 3 rows were refused.`,
		Example: `  lintu import backup/2026-11-25 --store sqlite:data/town.db
  lintu import divisions.csv                                the statistical register: code, name, level, parent_code
  lintu import houses.csv --kind building --datum GCJ02 --report problems.csv
  lintu import export --store neo4j://127.0.0.1:7687 --store-user neo4j --store-password-file password`,
		Args: cobra.ExactArgs(1),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.kind, "kind", "", "the kind or relation that one file holds, where its name does not say it: division, part_of")
	flags.StringVar(&f.format, "format", "", "csv or ndjson, where the files' names do not say it")
	flags.StringVar(&f.encoding, "encoding", "utf-8", "utf-8 or gb18030")
	flags.StringVar(&f.datum, "datum", "", "of degrees that name none: WGS84, CGCS2000, GCJ02 or BD09")
	flags.StringVar(&f.scheme, "code-scheme", importer.DefaultCodeScheme, "of divisions' codes that name none")
	flags.StringVar(&f.on, "on", "", "the day from which parent columns move things that are elsewhere (default: today)")
	flags.StringVar(&f.report, "report", "", "a file for every problem, .csv or .ndjson")
	flags.BoolVar(&f.partial, "partial", false, "write the good rows that do not depend on refused ones")
	flags.BoolVar(&f.edited, "edited", false, "the files of an export were edited on purpose")
	flags.IntVar(&f.batchRows, "batch-rows", 2500, "how many rows are written together, up to 5000; fewer for a store that is slow or far")
	flags.BoolVar(&f.json, "json", false, "print the summary as JSON")
	config.AddFlags(flags, fileSettings...)
	config.SetDefault(flags, "log-level", "warn")
	config.SetDefault(flags, "operation-timeout", "1m")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return command(func(cmd *cobra.Command) error { return p.importFiles(cmd, args[0], f) })(cmd, args)
	}
	return cmd
}

func (p Program) importFiles(cmd *cobra.Command, from string, f importFlags) error {
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	options, err := f.options(from, kg.DateOf(time.Now(), cfg.Zone))
	if err != nil {
		return &failure{exitUsage, err}
	}
	report, err := newProblemReport(p.Stderr, f.report)
	if err != nil {
		return err
	}
	options.Problem = report.tell
	bar := &passes{out: term.NewProgress(p.Stderr, "rows"), log: cfg.Logger(p.Stderr)}
	options.Step = bar.step
	summary, err := p.runImport(cmd.Context(), cfg, options)
	bar.done()
	err = errors.Join(err, report.close())
	if summary != nil && summary.Files > 0 {
		if f.json {
			err = errors.Join(err, json.NewEncoder(p.Stdout).Encode(summary))
		} else {
			err = errors.Join(err, p.printSummary(summary))
		}
	}
	return importEnd(cmd.Context(), summary, options, err)
}

func (p Program) runImport(ctx context.Context, cfg *config.Config, o importer.Options) (*importer.Summary, error) {
	heap := newCollector()
	defer heap.end()
	told := o.Step
	o.Step = func(pass importer.Pass, rows, total int64) {
		heap.step(rows)
		told(pass, rows, total)
	}
	files, err := importer.Find(o)
	if err != nil {
		return nil, err
	}
	st, err := p.openStore(ctx, cfg, files.Key())
	if err != nil {
		return nil, err
	}
	if err := p.recorded(ctx, cfg, st, trail.Record{Name: "import", Write: true, Result: trail.Begun}); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	summary, err := files.Import(ctx, st)
	return summary, errors.Join(err, st.Close())
}

// openStore opens the store of the settings for an import; one that is made gets the key.
func (p Program) openStore(ctx context.Context, cfg *config.Config, key *store.Key) (store.Store, error) {
	if cfg.Store.Engine == config.SQLite {
		if err := os.MkdirAll(filepath.Dir(cfg.Store.Path), 0o755); err != nil {
			return nil, err
		}
	}
	return p.Open(ctx, Opening{Store: cfg.Store, Key: key, Timeout: cfg.OperationTimeout, Logger: cfg.Logger(p.Stderr), Load: true})
}

// openThere opens the store of the settings, which must be there, for a task. Nothing in a file that is opened to be read changes.
func (p Program) openThere(ctx context.Context, cfg *config.Config, task string, readOnly bool) (store.Store, error) {
	if cfg.Store.Engine == config.SQLite {
		if found, err := exists(cfg.Store.Path); err != nil || !found {
			return nil, badUsage("%s is not there: name the store to %s with --store", cfg.Store.Path, task)
		}
	}
	return p.Open(ctx, Opening{Store: cfg.Store, ReadOnly: readOnly, Timeout: cfg.OperationTimeout, Logger: cfg.Logger(p.Stderr)})
}

// importEnd is the error that an import ends with: what went wrong, or that rows were refused.
func importEnd(ctx context.Context, s *importer.Summary, o importer.Options, err error) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("stopped; what was acknowledged stays, and the same command goes on from there (%w)", ctx.Err())
	case errors.Is(err, kg.ErrInvalid) || errors.Is(err, os.ErrNotExist):
		return &failure{exitUsage, err}
	case err != nil:
		return err
	case s.Refused > 0 && s.Written:
		return &failure{exitRefused, fmt.Errorf("%d rows were refused 已拒收; the others were written", s.Refused)}
	case s.Refused > 0 && o.Partial:
		return &failure{exitRefused, fmt.Errorf("%d rows were refused 已拒收", s.Refused)}
	case s.Refused > 0:
		return &failure{exitRefused, fmt.Errorf("%d rows were refused 已拒收; nothing was written 未写入任何数据 (--partial writes the others)", s.Refused)}
	}
	return nil
}

func (f importFlags) options(from string, today kg.Date) (o importer.Options, err error) {
	o = importer.Options{From: from, As: f.kind, CodeScheme: f.scheme, Partial: f.partial, Edited: f.edited, BatchRows: f.batchRows, Today: today}
	if o.Format, err = parseFormat(f.format); err != nil {
		return o, err
	}
	if o.Encoding, err = sheet.ParseEncoding(f.encoding); err != nil {
		return o, fmt.Errorf("--encoding: %w", err)
	}
	if f.datum != "" {
		if o.Datum, err = geo.ParseDatum(f.datum); err != nil {
			return o, fmt.Errorf("--datum: %w", err)
		}
	}
	if f.on != "" {
		if o.Today, err = kg.ParseDate(f.on); err != nil {
			return o, fmt.Errorf("--on: %w", err)
		}
	}
	return o, nil
}

func parseFormat(s string) (sheet.Format, error) {
	switch f := sheet.Format(strings.ToLower(s)); f {
	case "", sheet.CSV, sheet.NDJSON:
		return f, nil
	}
	return "", fmt.Errorf("--format %s: there is no such form; write csv or ndjson", s)
}

// printSummary prints what was done, by kind and relation.
func (p Program) printSummary(s *importer.Summary) error {
	header := []string{"", "rows 行", "created 新增", "changed 修改", "ended 终止", "unchanged 未变", "refused 拒收"}
	var rows [][]string
	for _, c := range s.Subjects {
		rows = append(rows, countRow(c.Subject, c.Rows, c.Count))
	}
	rows = append(rows, countRow("all 合计", s.Rows, s.Count))
	return term.Table(p.Stdout, header, rows)
}

func countRow(name string, rows int, c importer.Count) []string {
	out := []string{name}
	for _, n := range []int{rows, c.Created, c.Changed, c.Ended, c.Unchanged, c.Refused} {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// passes shows the passes of an import as pieces of work.
type passes struct {
	out  term.Progress
	log  *slog.Logger
	pass importer.Pass
	at   int64
}

var passLabels = map[importer.Pass]string{importer.Checking: "checking rows 检查", importer.Writing: "writing rows 写入"}

func (b *passes) step(p importer.Pass, rows, total int64) {
	if p != b.pass {
		b.done()
		b.pass, b.at = p, 0
		b.out.Start(total, passLabels[p])
	}
	b.out.Add(rows - b.at)
	b.at = rows
	if p == importer.Writing {
		b.log.Debug("acknowledged", "rows", rows)
	}
}

func (b *passes) done() {
	if b.pass != "" {
		b.out.Done()
	}
	b.pass = ""
}
