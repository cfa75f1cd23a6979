package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lintu/coverage"
	"lintu/internal/config"
	"lintu/internal/term"
	"lintu/kg"
	"lintu/layer"
	"lintu/loaders"
	"lintu/reach"
	"lintu/store"
	"lintu/text"
	"lintu/trail"
)

// answerSettings are the settings of commands that answer a question from a store.
var answerSettings = []string{"store", "store-user", "store-password-file", "store-database", "time-zone", "elder-age", "barriers", "audit", "operation-timeout", "log-level"}

// answerFlags say how an answer is printed.
type answerFlags struct {
	table     string
	json, csv bool
}

func (p Program) coverageCommand() *cobra.Command {
	var f answerFlags
	cmd := &cobra.Command{
		Use:   "coverage AREA",
		Short: "Show how well an area is covered 覆盖情况",
		Long: `Counts how many households to be looked after (by default elderly people living alone) have a responder near enough, in
an area and in each area below it. AREA is an id, a code, or how the name of one area begins. The store is read, never
changed; a server may run on it.

Tables (--table):
` + tableList() + exitCodes,
		Example: `  lintu coverage 440103
  lintu coverage 西华社区 --band WORKDAY_DAY --k 2
  lintu coverage 440103 --table groups --by COMPOUND_KIND --targets-elder true
  lintu coverage 440103 --table week --csv > week.csv`,
		Args: cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&f.table, "table", "children", "which table: "+strings.Join(tableNames(), ", "))
	p.answering(cmd, &f, tableExtras()...)
	return cmd
}

func (p Program) adviceCommand() *cobra.Command {
	f := answerFlags{table: "advice"}
	cmd := &cobra.Command{
		Use:   "advice AREA",
		Short: "Say what to do next about the gaps 补缺建议",
		Long: `Says what to do next for the households of an area that nobody covers: in which building to win one more responder, which
unit to pair with which community, in which building to open a place. Each step is what adds most to the steps before.
AREA is an id, a code, or how the name of one area begins.` + exitCodes,
		Example: `  lintu advice 440103 --budget 20
  lintu advice 西华社区 --kinds RECRUIT,PAIR --k 2 --at 2026-03-04T10:00
  lintu advice 440103 --provider-places canteen --kinds PLACE`,
		Args: cobra.ExactArgs(1),
	}
	m, _ := layer.MakerOf(f.table) // it is a row of the table
	p.answering(cmd, &f, m.Parameters...)
	return cmd
}

// answering makes a command print a table about an area.
func (p Program) answering(cmd *cobra.Command, f *answerFlags, extras ...layer.Extra) {
	flags := cmd.Flags()
	flags.BoolVar(&f.json, "json", false, "print the rows as JSON")
	flags.BoolVar(&f.csv, "csv", false, "print the rows as CSV")
	for _, q := range layer.Parameters {
		if q.Name != "area" {
			flags.String(flagName(q.Name), "", q.EN+" "+q.ZH)
		}
	}
	for _, e := range extras {
		flags.String(flagName(e.Name), "", e.EN+" "+e.ZH)
	}
	config.AddFlags(flags, answerSettings...)
	config.SetDefault(flags, "log-level", "warn")
	config.SetDefault(flags, "operation-timeout", "1m")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return command(func(cmd *cobra.Command) error { return p.answer(cmd, args[0], f) })(cmd, args)
	}
}

// flagName is a parameter's name as a flag: targets.careFlags is targets-care-flags.
func flagName(parameter string) string {
	var out strings.Builder
	for _, r := range parameter {
		switch {
		case r == '.':
			out.WriteByte('-')
		case unicode.IsUpper(r):
			out.WriteByte('-')
			out.WriteRune(unicode.ToLower(r))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

func tableNames() []string {
	var out []string
	for _, m := range layer.Makers {
		out = append(out, m.Name)
	}
	return out
}

func tableList() string {
	var out strings.Builder
	for _, m := range layer.Makers {
		fmt.Fprintf(&out, "  %-16s %s %s\n", m.Name, m.EN, m.ZH)
	}
	return strings.TrimRight(out.String(), "\n")
}

// tableExtras are the parameters of all tables, each once.
func tableExtras() []layer.Extra {
	var out []layer.Extra
	for _, m := range layer.Makers {
		for _, e := range m.Parameters {
			if !slices.ContainsFunc(out, func(x layer.Extra) bool { return x.Name == e.Name }) {
				out = append(out, e)
			}
		}
	}
	return out
}

// given are the parameters that were set on the command line, by name.
func given(flags *pflag.FlagSet, area kg.ID, m *layer.Maker) (question, extra url.Values, err error) {
	question, extra = url.Values{"area": {string(area)}}, url.Values{}
	for _, q := range layer.Parameters {
		if f := flags.Lookup(flagName(q.Name)); f != nil && f.Changed {
			question.Set(q.Name, f.Value.String())
		}
	}
	for _, e := range tableExtras() {
		f := flags.Lookup(flagName(e.Name))
		if f == nil || !f.Changed {
			continue
		}
		if !slices.ContainsFunc(m.Parameters, func(x layer.Extra) bool { return x.Name == e.Name }) {
			return nil, nil, badUsage("--%s does not go with the table %s", f.Name, m.Name)
		}
		extra.Set(e.Name, f.Value.String())
	}
	return question, extra, nil
}

// answer prints a table about an area.
func (p Program) answer(cmd *cobra.Command, named string, f *answerFlags) error {
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	if f.json && f.csv {
		return badUsage("--json and --csv: say one of the two")
	}
	maker, err := layer.MakerOf(f.table)
	if err != nil {
		return &failure{exitUsage, err}
	}
	ctx := cmd.Context()
	st, err := p.openThere(ctx, cfg, "ask", true)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }() // nothing was written
	area, err := findArea(ctx, st, kg.DateOf(time.Now(), cfg.Zone), named)
	if err != nil {
		return usage(err)
	}
	values, extra, err := given(cmd.Flags(), area.Node.Common().ID, maker)
	if err != nil {
		return err
	}
	asker := layer.Asker{ElderAge: cfg.ElderAge, Now: time.Now, Location: cfg.Zone}
	query, err := asker.Read(values)
	if err != nil {
		return usage(err)
	}
	snapshot, err := p.snapshot(ctx, cfg, st)
	if err != nil {
		return err
	}
	status, err := st.Ready(ctx)
	if err != nil {
		return err
	}
	sessions := &loaders.Sessions{Store: st, Key: status.Key, Zone: cfg.Zone, Now: time.Now}
	ctx = sessions.Begin(ctx)
	query.Scope = loaders.From(ctx).Scope()
	engine := coverage.New(func() *reach.Snapshot { return snapshot })
	q := &layer.Question{Query: query, Extra: extra, Session: loaders.From(ctx), Sources: layer.Sources{Engine: engine, Zone: cfg.Zone}}
	t, err := maker.Make(ctx, q)
	if err != nil {
		return usage(err)
	}
	if subjects := t.Subjects(); maker.Detail || len(subjects) > 0 {
		if err := p.recorded(ctx, cfg, st, trail.Record{Name: "coverage " + maker.Name, Subjects: trail.SubjectsOf(subjects)}); err != nil {
			return err
		}
	}
	switch {
	case f.json:
		return t.WriteJSON(p.Stdout)
	case f.csv:
		return t.WriteCSV(p.Stdout)
	}
	return p.printTable(area, q, t)
}

// usage is an error about what was asked.
func usage(err error) error {
	if errors.Is(err, kg.ErrInvalid) || errors.Is(err, kg.ErrNotFound) {
		return &failure{exitUsage, err}
	}
	return err
}

// snapshot reads who is where, with a bar.
func (p Program) snapshot(ctx context.Context, cfg *config.Config, st store.Store) (*reach.Snapshot, error) {
	bar := term.NewProgress(p.Stderr, "")
	w := &work{out: bar, say: func(string) {}}
	defer w.done()
	return reach.Build(ctx, reach.Options{
		Store: st, Location: cfg.Zone, Barriers: cfg.Barriers, Logger: cfg.Logger(p.Stderr),
		Progress: w.counting("reading the store for distances 读取图谱"),
	})
}

// findArea is the area with an id, a code, or a name that begins like no other.
func findArea(ctx context.Context, st store.Store, today kg.Date, named string) (*store.Item, error) {
	kinds := []kg.Kind{kg.KindDivision, kg.KindGrid, kg.KindCompound, kg.KindBuilding}
	view := store.View{Scope: store.Scope{All: true, Today: today}, AsOf: today}
	if id, err := kg.ParseID("AREA", named); err == nil {
		found, err := st.Nodes(ctx, view, []store.Group{{IDs: []kg.ID{id}}})
		if err != nil {
			return nil, err
		}
		if item := found[0][id]; item != nil && slices.Contains(kinds, id.Kind()) {
			return item, nil
		}
		return nil, fmt.Errorf("AREA: %s is no area: %w", id, kg.ErrNotFound)
	}
	var near []string
	for _, of := range [][]kg.Kind{{kg.KindDivision}, {kg.KindGrid, kg.KindCompound}, {kg.KindBuilding}} {
		page, err := st.Search(ctx, view, store.SearchQuery{Text: text.Query(named), Kinds: of, Limit: 10})
		if err != nil {
			return nil, err
		}
		// Hits of the best class come first: one alone of the whole name, or of a name that begins so, is meant.
		for _, class := range []text.Class{text.Whole, text.Prefix} {
			hits := slices.DeleteFunc(slices.Clone(page.Hits), func(h store.SearchHit) bool { return h.Position.Class != class })
			if len(hits) == 1 {
				return hits[0].Item, nil
			}
			if len(hits) > 1 {
				return nil, kg.Invalid("AREA", fmt.Sprintf("several areas are called %q", named), "one of their ids:"+listed(hits))
			}
		}
		near = append(near, listed(page.Hits))
	}
	if found := strings.Join(near, ""); found != "" {
		return nil, kg.Invalid("AREA", fmt.Sprintf("no area is called %q", named), "an id, a code, or how a name begins; near it are"+found)
	}
	return nil, fmt.Errorf("AREA: no area is called %q: %w", named, kg.ErrNotFound)
}

// listed are hits, a line each.
func listed(hits []store.SearchHit) string {
	var out strings.Builder
	for _, h := range hits {
		fmt.Fprintf(&out, "\n  %s  %s", h.Item.Node.Common().ID, h.Item.Node.Title())
	}
	return out.String()
}

// printTable prints a table for a person.
func (p Program) printTable(area *store.Item, q *layer.Question, t *layer.Table) error {
	paint := term.NewPainter(p.Stdout)
	fmt.Fprintf(p.Stdout, "%s  %s\n", paint.Bold(area.Node.Title()), paint.Dim(describe(&q.Query)))
	header := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		header[i] = c.ZH
	}
	rows := make([][]string, len(t.Rows))
	for i, r := range t.Rows {
		rows[i] = make([]string, len(r))
		for j, v := range r {
			rows[i][j] = shown(t.Columns[j].Name, v)
		}
	}
	return term.Table(p.Stdout, header, rows)
}

// describe says for whom, when and how near was counted.
func describe(q *coverage.Query) string {
	when := q.When.At.Format("2006-01-02 15:04")
	if q.When.Band != "" {
		when = fmt.Sprintf("%s %s", q.When.Band, q.When.From)
	}
	return fmt.Sprintf("%s · %s m · k = %d", when, strconv.FormatFloat(q.Radius, 'f', -1, 64), max(q.K, 1))
}

// shown is a value for a person: shares in percent, metres without a fraction, a dash for nothing.
func shown(column string, v any) string {
	f, isNumber := v.(float64)
	switch {
	case v == nil:
		return "-"
	case isNumber && column == "share":
		return fmt.Sprintf("%.1f %%", 100*f)
	case isNumber && (strings.HasPrefix(column, "nearest") || column == "metres"):
		return fmt.Sprintf("%.0f", f)
	}
	return layer.Text(v)
}
