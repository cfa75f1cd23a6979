package cli

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"lintu/internal/config"
	"lintu/internal/term"
	"lintu/kg"
	"lintu/own"
	"lintu/reach"
	"lintu/retain"
	"lintu/store"
)

func (p Program) retainCommand() *cobra.Command {
	var apply, asJSON bool
	cmd := &cobra.Command{
		Use:   "retain",
		Short: "Count, or take away, what was kept too long 留存到期清理",
		Long: `Counts what has been kept longer than its class allows, and changes nothing. With --apply it is taken away, in batches:
Ctrl-C is safe at any moment, and the same command goes on where it was. Rings keep what figures of rings count; people
and households that ended long ago become tombstones. The setting retention says how long each class is kept, within the
bounds that docs/privacy.md gives. A server does the same by itself once a day (retention-at).` + exitCodes,
		Example: `  lintu retain --store sqlite:data/town.db                    how much is due
  lintu retain --apply --retention rings=60d --store sqlite:data/town.db`,
		Args: cobra.NoArgs,
	}
	flags := cmd.Flags()
	flags.BoolVar(&apply, "apply", false, "take away what is due")
	flags.BoolVar(&asJSON, "json", false, "print the table as JSON")
	config.AddFlags(flags, append([]string{"retention"}, fileSettings...)...)
	config.SetDefault(flags, "log-level", "warn")
	config.SetDefault(flags, "operation-timeout", "1m")
	cmd.RunE = command(func(cmd *cobra.Command) error { return p.retain(cmd, apply, asJSON) })
	return cmd
}

func (p Program) retain(cmd *cobra.Command, apply, asJSON bool) error {
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	if err := periods(cfg).Check(); err != nil {
		return badUsage("--retention: %v", err)
	}
	ctx := cmd.Context()
	st, err := p.openThere(ctx, cfg, "look at", !apply)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	status, err := st.Ready(ctx)
	if err != nil {
		return err
	}
	if status.State != store.StateReady {
		return errHalf
	}
	k := &retain.Keeper{
		Store: st, Key: status.Key, Zone: cfg.Zone, Now: time.Now, Periods: periods(cfg),
		Own: own.New(own.Options{Store: st, Key: status.Key, Zone: cfg.Zone, Now: time.Now, Logger: cfg.Logger(p.Stderr)}),
	}
	due, err := p.retained(ctx, k, apply)
	if err != nil && len(due) == 0 {
		return err
	}
	return errors.Join(err, p.printDue(due, apply, asJSON))
}

// retained counts, or takes away with a bar.
func (p Program) retained(ctx context.Context, k *retain.Keeper, apply bool) ([]retain.Due, error) {
	if !apply {
		return k.Count(ctx)
	}
	bar := &work{out: term.NewProgress(p.Stderr, "records"), say: func(string) {}}
	last := retain.Class("")
	k.Progress = func(c retain.Class, done, total int) {
		if c != last {
			bar.done()
			last = c
		}
		bar.step(string(c)+" "+c.Def().ZH, int64(done), int64(total))
	}
	due, err := k.Apply(ctx)
	bar.done()
	return due, err
}

func (p Program) printDue(due []retain.Due, apply, asJSON bool) error {
	if asJSON {
		type row struct {
			retain.Due
			Kept string `json:"kept"`
		}
		rows := make([]row, len(due))
		for i, d := range due {
			rows[i] = row{d, retain.Period(d.Kept)}
		}
		return json.NewEncoder(p.Stdout).Encode(rows)
	}
	header := []string{"class 类别", "kept 保存期", "due 到期"}
	if apply {
		header = append(header, "done 已处理")
	}
	header = append(header, "what 内容")
	var rows [][]string
	for _, d := range due {
		cells := []string{string(d.Class), retain.Period(d.Kept), strconv.Itoa(d.Due)}
		if apply {
			cells = append(cells, strconv.Itoa(d.Done))
		}
		rows = append(rows, append(cells, d.Class.Def().ZH))
	}
	return term.Table(p.Stdout, header, rows)
}

// periods are the setting's.
func periods(cfg *config.Config) retain.Periods {
	out := retain.Periods{}
	for name, d := range cfg.Retention {
		out[retain.Class(name)] = d
	}
	return out
}

// keeping is what ends the time of keeping in a served store.
func (s *service) keeping(st store.Store, snapshot *reach.Reach, key store.Key) *retain.Keeper {
	return &retain.Keeper{
		Store: st, Key: key, Zone: s.cfg.Zone, Now: time.Now, Periods: periods(s.cfg), Own: s.own(st, snapshot, key),
		Applied: func(ctx context.Context, c store.Change) error { return snapshot.Applied(ctx, c.Revision) },
	}
}

// retainPause is the time after which a server tries again to take away what was kept too long.
const retainPause = 10 * time.Minute

// retainDaily takes away what was kept too long, once a day from the configured time on, until ctx ends. Of several servers
// on one store the first that asks does it.
func (s *service) retainDaily(ctx context.Context, k *retain.Keeper) {
	if s.cfg.RetentionAt == nil {
		return
	}
	var done kg.Date
	for {
		now := time.Now()
		wait := nextOf(now, *s.cfg.RetentionAt, s.cfg.Zone, done).Sub(now)
		if wait <= 0 {
			day := kg.DateOf(now, s.cfg.Zone)
			if s.retainDay(ctx, k, day) {
				done = day
				continue
			}
			wait = retainPause
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// retainDay does a day's work where this process is the one; it says whether the day is done with.
func (s *service) retainDay(ctx context.Context, k *retain.Keeper, day kg.Date) bool {
	if status, err := k.Store.Ready(ctx); err == nil && status.Demo != "" {
		return true // everybody in it is made up, and its figures are to stay
	}
	mine, err := k.Claim(ctx, day)
	if err == nil && !mine {
		return true
	}
	var due []retain.Due
	for try := 1; err == nil; try++ {
		if due, err = k.Apply(ctx); err == nil || try == 3 || ctx.Err() != nil {
			break
		}
		s.log.Warn("what was kept too long was not all taken away; trying again", "error", err, "after", retainPause)
		select {
		case <-time.After(retainPause):
			err = nil
		case <-ctx.Done():
		}
	}
	switch {
	case ctx.Err() != nil:
		return true
	case err != nil:
		s.log.Warn("what was kept too long was not taken away", "day", day.String(), "error", err)
		return mine // tomorrow goes on where it was
	}
	for _, d := range due {
		if d.Due > 0 {
			s.log.Info("retention", "class", string(d.Class), "kept", retain.Period(d.Kept), "due", d.Due, "done", d.Done)
		}
	}
	return true
}
