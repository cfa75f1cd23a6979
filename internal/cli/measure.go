package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"lintu/coverage"
	"lintu/coverage/trend"
	"lintu/internal/config"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// measureFlags are the command's own flags.
type measureFlags struct {
	day   string
	grids bool
	json  bool
}

func (p Program) measureCommand() *cobra.Command {
	var f measureFlags
	cmd := &cobra.Command{
		Use:   "measure [AREA]",
		Short: "Keep today's measures of an area, for trends 保存度量",
		Long: `Asks the standing questions of coverage of an area and the divisions below it, and keeps the answers as measures of
the graph: one of an area, a day and a question. Keeping them again brings them up to date, and changes nothing where
nothing has changed. AREA is an id, a code, or how the name of one area begins; without it the whole store is
measured.

A server that is told --measure-at keeps them by itself, once a day.` + exitCodes,
		Example: `  lintu measure --store sqlite:data/town.db
  lintu measure 421081002013 --grids --store neo4j://127.0.0.1:7687 --store-user neo4j --store-password-file password`,
		Args: cobra.MaximumNArgs(1),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.day, "day", "", "the day to measure, as 2026-03-04; today if not given")
	flags.BoolVar(&f.grids, "grids", false, "the grids too, not the divisions alone")
	flags.BoolVar(&f.json, "json", false, "print the summary as JSON")
	config.AddFlags(flags, append([]string{"barriers"}, fileSettings...)...)
	config.SetDefault(flags, "log-level", "warn")
	config.SetDefault(flags, "operation-timeout", "1m")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return command(func(cmd *cobra.Command) error { return p.measure(cmd, args, f) })(cmd, args)
	}
	return cmd
}

func (p Program) measure(cmd *cobra.Command, args []string, f measureFlags) error {
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	day := kg.DateOf(time.Now(), cfg.Zone)
	if f.day != "" {
		if day, err = kg.ParseDate(f.day); err != nil {
			return badUsage("--day: %v", err)
		}
	}
	ctx := cmd.Context()
	st, err := p.openThere(ctx, cfg, "measure", false)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	k, err := p.keeper(ctx, cfg, st)
	if err != nil {
		return err
	}
	areas, err := areasOf(ctx, st, k, day, args)
	if err != nil {
		return err
	}
	kept, err := keepAll(ctx, k, areas, trend.Keeping{Day: day, Grids: f.grids, Scope: store.Scope{All: true}})
	if err != nil {
		return err
	}
	if f.json {
		return json.NewEncoder(p.Stdout).Encode(struct {
			Day   kg.Date `json:"day"`
			Areas int     `json:"areas"`
			trend.Kept
		}{day, kept.Areas, kept})
	}
	_, err = fmt.Fprintf(p.Stdout, "%s: %d areas, %d measures kept 已保存, %d brought up to date 已更新, %d as they were 未变\n", day, kept.Areas, kept.Created, kept.Changed, kept.Present)
	return err
}

// keeper makes what keeps measures of a store that holds a whole graph.
func (p Program) keeper(ctx context.Context, cfg *config.Config, st store.Store) (*trend.Keeper, error) {
	status, err := st.Ready(ctx)
	if err != nil {
		return nil, err
	}
	if status.State != store.StateReady {
		return nil, errHalf
	}
	snapshot, err := p.snapshot(ctx, cfg, st)
	if err != nil {
		return nil, err
	}
	return &trend.Keeper{Store: st, Engine: coverage.New(func() *reach.Snapshot { return snapshot }), Key: status.Key}, nil
}

// areasOf is the area that the command line names, else all that are part of none.
func areasOf(ctx context.Context, st store.Store, k *trend.Keeper, day kg.Date, args []string) ([]kg.ID, error) {
	if len(args) == 0 {
		return k.Tops(ctx, day)
	}
	area, err := findArea(ctx, st, day, args[0])
	if err != nil {
		return nil, usage(err)
	}
	return []kg.ID{area.Node.Common().ID}, nil
}

// keepAll keeps the measures of several areas and sums up.
func keepAll(ctx context.Context, k *trend.Keeper, areas []kg.ID, o trend.Keeping) (sum trend.Kept, err error) {
	for _, o.Area = range areas {
		kept, err := k.Keep(ctx, o)
		if errors.Is(err, kg.ErrNotFound) {
			return sum, &failure{exitUsage, err}
		}
		if err != nil {
			return sum, err
		}
		sum.Areas, sum.Created, sum.Changed, sum.Present = sum.Areas+kept.Areas, sum.Created+kept.Created, sum.Changed+kept.Changed, sum.Present+kept.Present
	}
	return sum, nil
}

// measurePause is the time after which a server tries again to keep measures.
const measurePause = 10 * time.Minute

// measureDaily keeps the day's measures of the whole store once a day, from the configured time on, until ctx ends. What
// is kept already, by this or another process, stays as it is.
func (s *service) measureDaily(ctx context.Context, k *trend.Keeper) {
	if s.cfg.MeasureAt == nil {
		return
	}
	var done kg.Date
	for {
		now := time.Now()
		wait := nextOf(now, *s.cfg.MeasureAt, s.cfg.Zone, done).Sub(now)
		if wait <= 0 {
			day := kg.DateOf(now, s.cfg.Zone)
			if s.keepDay(ctx, k, day) {
				done = day
				continue
			}
			wait = measurePause
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// nextOf is when what is done once a day is due next: today from the time of the day on, tomorrow where today's is done.
func nextOf(now time.Time, at time.Duration, zone *time.Location, done kg.Date) time.Time {
	day := max(kg.DateOf(now, zone), done+1)
	return day.Time(zone).Add(at)
}

// keepDay keeps what is missing of a day's measures, and says whether it is all there.
func (s *service) keepDay(ctx context.Context, k *trend.Keeper, day kg.Date) bool {
	areas, err := k.Tops(ctx, day)
	var kept trend.Kept
	if err == nil {
		kept, err = keepAll(ctx, k, areas, trend.Keeping{Day: day, Scope: store.Scope{All: true}, Missing: true})
	}
	switch {
	case ctx.Err() != nil:
	case err != nil:
		s.log.Warn("measures were not kept; trying again", "day", day.String(), "error", err, "after", measurePause)
	default:
		s.log.Info("measures", "day", day.String(), "areas", kept.Areas, "kept", kept.Created, "there before", kept.Present)
	}
	return err == nil
}
