package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lintu/internal/config"
	"lintu/kg"
	"lintu/own"
	"lintu/store"
)

func (p Program) personCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "person",
		Short: "What is held about a person, and erasing them 个人信息",
		Long:  "Answers people about themselves: everything that is held about a person as a file, and erasing a person or a household.",
		Args:  cobra.NoArgs,
		RunE: command(func(cmd *cobra.Command) error {
			return badUsage("person: say what: lintu person export ID, or lintu person erase ID")
		}),
	}
	cmd.AddCommand(p.personExportCommand(), p.personEraseCommand())
	return cmd
}

func (p Program) personExportCommand() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "export ID",
		Short: "Everything that is held about a person, as JSON 导出本人信息",
		Long: `Writes everything that is held about a person: the fields of the record with where they come from, the household, ties,
consents with their evidence, corrections, alerts and rings. Others are in it only as what the person is tied to.` + exitCodes,
		Example: `  lintu person export person_44nlfqc25kcrpf6atpwakopm --output mine.json --store sqlite:data/town.db`,
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&to, "output", "", "a file that only its owner may read; the terminal where it is empty")
	config.AddFlags(cmd.Flags(), fileSettings...)
	config.SetDefault(cmd.Flags(), "log-level", "warn")
	config.SetDefault(cmd.Flags(), "operation-timeout", "1m")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return command(func(cmd *cobra.Command) error { return p.personExport(cmd, args[0], to) })(cmd, args)
	}
	return cmd
}

func (p Program) personExport(cmd *cobra.Command, id, to string) error {
	return p.withOwn(cmd, "export from", true, func(o *own.Own) error {
		data, err := o.About(cmd.Context(), kg.ID(id))
		if err != nil {
			return usage(err)
		}
		out := p.Stdout
		if to != "" {
			f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return err
			}
			defer func() { _ = f.Close() }()
			out = f
		}
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(data)
	})
}

// eraseReasons are the reasons as the command line takes them.
var eraseReasons = []own.EraseReason{own.Asked, own.TimeOver, own.Mistaken, own.NoConsent}

func (p Program) personEraseCommand() *cobra.Command {
	var why string
	cmd := &cobra.Command{
		Use:   "erase ID",
		Short: "Erase a person or a household 删除个人信息",
		Long: `Makes a tombstone of a person or a household: the id stays, with the day, and nothing else. Ties, mentions in rings and in
refusals, distances and words of alerts go in the same moment; rings keep what they count for. It cannot be undone, and an
import of the same register row does not bring it back. Backups and exports that were made before still hold it.` + exitCodes,
		Example: `  lintu person erase person_44nlfqc25kcrpf6atpwakopm --reason ASKED --store sqlite:data/town.db`,
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&why, "reason", "", "why: ASKED, TIME_OVER, MISTAKEN or NO_CONSENT")
	config.AddFlags(cmd.Flags(), fileSettings...)
	config.SetDefault(cmd.Flags(), "operation-timeout", "1m")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return command(func(cmd *cobra.Command) error {
			return p.personErase(cmd, args[0], own.EraseReason(strings.ToUpper(why)))
		})(cmd, args)
	}
	return cmd
}

func (p Program) personErase(cmd *cobra.Command, id string, why own.EraseReason) error {
	if !slices.Contains(eraseReasons, why) {
		return badUsage("--reason: say why, ASKED, TIME_OVER, MISTAKEN or NO_CONSENT")
	}
	return p.withOwn(cmd, "erase from", false, func(o *own.Own) error {
		done, err := o.Erase(cmd.Context(), own.Asker{Name: "operator", Scope: store.Scope{All: true}}, kg.ID(id), why)
		if err != nil {
			return usage(err)
		}
		if done.Already {
			_, err = fmt.Fprintf(p.Stdout, "%s was erased on %s 此前已删除\n", done.ID, done.On)
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "%s is erased 已删除: %d ties 关系, %d rings 呼叫, %d alerts 提醒, %d entries 经过\n", done.ID, done.Ties, done.Rings, done.Alerts, done.Entries)
		return err
	})
}

// withOwn opens a store that is there and answers about people in it.
func (p Program) withOwn(cmd *cobra.Command, task string, readOnly bool, do func(*own.Own) error) error {
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	st, err := p.openThere(cmd.Context(), cfg, task, readOnly)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	status, err := st.Ready(cmd.Context())
	if err != nil {
		return err
	}
	if status.State != store.StateReady {
		return errHalf
	}
	return do(own.New(own.Options{Store: st, Key: status.Key, Zone: cfg.Zone, Now: time.Now, Logger: cfg.Logger(p.Stderr)}))
}
