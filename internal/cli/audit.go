package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"lintu/internal/config"
	"lintu/internal/term"
	"lintu/kg"
	"lintu/store"
	"lintu/trail"
)

// exitUnsound says that the audit trail was changed, or is not whole.
const exitUnsound = 3

// auditYears is how many years files of the audit trail must be there.
const auditYears = 3

// auditFlags are the command's own flags.
type auditFlags struct {
	offline, json bool
}

func (p Program) auditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Look after the audit trail 审计",
		Long:  "Looks after the audit trail: the files that tell who saw and changed what of whom.",
		Args:  cobra.NoArgs,
		RunE:  command(func(*cobra.Command) error { return badUsage("audit: say what: lintu audit verify") }),
	}
	cmd.AddCommand(p.verifyCommand())
	return cmd
}

func (p Program) verifyCommand() *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:   "verify [FOLDER]",
		Short: "Prove that nothing in the audit trail was changed 核验审计",
		Long: `Reads all files of the audit trail and compares every hash, number and time, what the files say of each other, and the
heads that the store keeps. It tells the file and the line of whatever was changed, put in, taken out or cut off. Servers may
go on writing meanwhile; nothing is changed. FOLDER is the setting audit where it is not given.

Exit codes: 0 whole and unchanged; 1 it could not be read; 2 the command line or the settings are wrong; 3 something was
changed, or is missing.`,
		Example: `  lintu audit verify --store sqlite:data/town.db
  lintu audit verify /var/lib/lintu/audit --store neo4j://127.0.0.1:7687 --store-user neo4j --store-password-file password
  lintu audit verify copy-of-the-audit --offline`,
		Args: cobra.MaximumNArgs(1),
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.offline, "offline", false, "do not compare with the store's anchors")
	flags.BoolVar(&f.json, "json", false, "print the report as JSON")
	config.AddFlags(flags, fileSettings...)
	config.SetDefault(flags, "log-level", "warn")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return command(func(cmd *cobra.Command) error { return p.verifyAudit(cmd, args, f) })(cmd, args)
	}
	return cmd
}

func (p Program) verifyAudit(cmd *cobra.Command, args []string, f auditFlags) error {
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	o := trail.VerifyOptions{Dir: cfg.AuditFolder(), Before: time.Now().AddDate(-auditYears, 0, 0)}
	if len(args) > 0 {
		o.Dir = args[0]
	}
	if o.Dir == "" {
		return badUsage("say which folder, or set %s", config.EnvName("audit"))
	}
	if _, err := os.Stat(o.Dir); errors.Is(err, fs.ErrNotExist) {
		return badUsage("%s is not there: name the folder of the audit trail", o.Dir)
	}
	ctx := cmd.Context()
	if !f.offline { // before the files: what comes after it is in them
		if o.Anchors, err = p.anchors(ctx, cfg); err != nil {
			return err
		}
	}
	report, err := p.verified(ctx, o)
	if err != nil {
		return err
	}
	if f.json {
		err = json.NewEncoder(p.Stdout).Encode(report)
	} else {
		err = p.printVerified(o.Dir, report)
	}
	if err == nil && len(report.Problems) > 0 {
		err = &failure{exitUnsound, fmt.Errorf("the audit trail is not whole 审计不完整: %d problems", len(report.Problems))}
	}
	return err
}

// anchors are those of the store of the settings.
func (p Program) anchors(ctx context.Context, cfg *config.Config) ([]store.Anchor, error) {
	st, err := p.openThere(ctx, cfg, "compare with, or say --offline", true)
	if err != nil {
		return nil, err
	}
	defer func() { _ = st.Close() }() // nothing was written
	keeper, ok := st.(store.Anchors)
	if !ok {
		return nil, fmt.Errorf("the store keeps no anchors: %w", kg.ErrUnavailable)
	}
	return keeper.Anchors(ctx)
}

func (p Program) verified(ctx context.Context, o trail.VerifyOptions) (*trail.Report, error) {
	total, err := trail.Size(o.Dir)
	if err != nil {
		return nil, err
	}
	bar := term.NewProgress(p.Stderr, "bytes")
	bar.Start(total, "verifying 核验")
	defer bar.Done()
	told := int64(0)
	o.Progress = func(done int64) {
		bar.Add(done - told)
		told = done
	}
	return trail.Verify(ctx, o)
}

// printVerified prints the report for people.
func (p Program) printVerified(dir string, r *trail.Report) error {
	paint := term.NewPainter(p.Stdout)
	compared := "not compared with a store 未与图谱库核对"
	if r.Anchors >= 0 {
		compared = fmt.Sprintf("%d anchors 锚点", r.Anchors)
	}
	fmt.Fprintf(p.Stdout, "%s: %d records 审计记录, %d files 文件, %d processes 进程, %s\n", dir, r.Records, r.Files, r.Chains, compared)
	rows := make([][]string, 0, len(r.Problems)+len(r.Notes))
	for _, f := range append(r.Problems, r.Notes...) {
		d := f.Code.Def()
		word := paint.Bold("!")
		if d.Note {
			word = "·"
		}
		line := ""
		if f.Line > 0 {
			line = strconv.FormatInt(f.Line, 10)
		}
		about := d.EN + " " + d.ZH
		if f.Detail != "" {
			about += " (" + f.Detail + ")"
		}
		if f.By != "" {
			about += " ← " + f.By
		}
		rows = append(rows, []string{word, f.File, line, about})
	}
	if len(rows) > 0 {
		if err := term.Table(p.Stdout, []string{"", "file 文件", "line 行", "what 情况"}, rows); err != nil {
			return err
		}
	}
	if len(r.Problems) > 0 {
		return nil
	}
	_, err := fmt.Fprintln(p.Stdout, "whole and unchanged 完整且未被改动")
	return err
}
