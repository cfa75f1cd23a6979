package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"lintu/importer"
	"lintu/importer/sheet"
	"lintu/internal/config"
	"lintu/internal/term"
	"lintu/kg"
	"lintu/store"
	"lintu/trail"
)

func (p Program) exportCommand() *cobra.Command {
	var format string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "export FOLDER",
		Short: "Write a store into CSV or NDJSON files 导出",
		Long: `Writes the whole store into a folder that is new or empty: a file for every kind and every relation, and ` + importer.ManifestName + `.
The same graph gives the same bytes, from either engine. "lintu import" brings it into another store, with the same ids.

An export is secret: it holds all that the store holds, and the key of the installation. Its files are for their owner
only; keep them as you keep the store. Nobody may write into the store meanwhile: a change ends the export.` + exitCodes,
		Example: `  lintu export backup/2026-11-25 --store sqlite:data/town.db
  lintu export export --format ndjson --store neo4j://127.0.0.1:7687 --store-user neo4j --store-password-file password`,
		Args: cobra.ExactArgs(1),
	}
	flags := cmd.Flags()
	flags.StringVar(&format, "format", string(sheet.CSV), "csv or ndjson")
	flags.BoolVar(&asJSON, "json", false, "print the summary as JSON")
	config.AddFlags(flags, fileSettings...)
	config.SetDefault(flags, "log-level", "warn")
	config.SetDefault(flags, "operation-timeout", "1m")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return command(func(cmd *cobra.Command) error { return p.export(cmd, args[0], format, asJSON) })(cmd, args)
	}
	return cmd
}

func (p Program) export(cmd *cobra.Command, folder, format string, asJSON bool) error {
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	form, err := parseFormat(format)
	if err != nil {
		return &failure{exitUsage, err}
	}
	if form == "" {
		form = sheet.CSV
	}
	st, err := p.openThere(cmd.Context(), cfg, "export", false)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }() // nothing was written
	all, err := everybody(cmd.Context(), st)
	if err != nil {
		return err
	}
	if err := p.recorded(cmd.Context(), cfg, st, trail.Record{Name: "export", Subjects: all}); err != nil {
		return err
	}
	bar := term.NewProgress(p.Stderr, "rows")
	bar.Start(0, "exporting rows 导出")
	done, err := importer.Export(cmd.Context(), st, folder, importer.ExportOptions{Format: form, Progress: bar.Add})
	bar.Done()
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(p.Stdout).Encode(done)
	}
	if done.Formulas > 0 {
		fmt.Fprintf(p.Stderr, "warning: %d cells begin with = + - or @; a spreadsheet may take them for formulas. Import the files there as text.\n", done.Formulas)
	}
	_, err = fmt.Fprintf(p.Stdout, "%s: %d nodes 节点, %d ties 关系. It is secret 内含密钥与个人信息: only its owner can read it.\n", folder, done.Nodes, done.Ties)
	return err
}

// everybody are the numbers of people and households of a store.
func everybody(ctx context.Context, st store.Store) (s trail.Subjects, err error) {
	for kind, n := range map[kg.Kind]*int{kg.KindPerson: &s.PeopleCount, kg.KindHousehold: &s.HouseholdCount} {
		page, err := st.List(ctx, store.Everything, store.ListQuery{Kind: kind, Order: store.Order{By: store.OrderID}, Window: store.Window{Count: true}})
		if err != nil {
			return s, err
		}
		*n = page.Total
	}
	s.Unlisted = "all"
	return s, nil
}
