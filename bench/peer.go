package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"lintu/bench/floor"
	"lintu/bench/load"
	"lintu/bench/peers/postgraphile"
	"lintu/kg"
)

// peer measures W1 on SQLite at eight connections beside PostGraphile with the same households, people and units.
func (r *runner) peer(ctx context.Context, p Place, sample *Sample, lintu *process) error {
	data, err := os.MkdirTemp("", "lintu-peer-data")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }()
	read, err := floor.OpenSQLite(ctx, p.Path)
	if err != nil {
		return err
	}
	defer func() { _ = read.Close() }()
	if err := read.Export(ctx, kg.DateOf(time.Now(), time.Local), data); err != nil {
		return err
	}
	other, err := postgraphile.Start(ctx, postgraphile.Options{Folder: filepath.Join(r.Folder, "postgraphile"), Data: data, Say: r.Progress})
	if err != nil {
		return fmt.Errorf("PostGraphile: %w", err)
	}
	defer other.Stop()
	w := Workloads[0]
	cases := w.Cases(sample)
	mine := load.Target{Addr: lintu.Addr, Path: "/graphql"}
	theirs := load.Target{Addr: other.Addr, Path: "/graphql"}
	for _, c := range cases {
		mine.Bodies = append(mine.Bodies, graphqlBody(w.Document, c.Lintu))
		theirs.Bodies = append(theirs.Bodies, graphqlBody(postgraphile.Document, c.Lintu))
	}
	for i := range cases {
		if err := samePeople(ctx, &mine, &theirs, i); err != nil {
			return err
		}
	}
	figures := &PeerFigures{Name: "PostGraphile 5.1.5", Versions: other.Versions}
	if err := figures.measure(ctx, r.Settings, &mine, &theirs); err != nil {
		return err
	}
	r.Progress("W1 at 8 connections: %.0f requests/s, PostGraphile %.0f (%.2f times)", figures.Lintu.PerSecond, figures.Peer.PerSecond, figures.Ratio)
	r.report.Peer = figures
	return nil
}

func (f *PeerFigures) measure(ctx context.Context, set Settings, mine, theirs *load.Target) error {
	for _, t := range []*load.Target{mine, theirs} {
		if _, err := load.Closed(ctx, t, 8, set.Warm); err != nil {
			return err
		}
	}
	for range set.Rounds {
		for _, side := range []struct {
			target *load.Target
			rounds *[]load.Times
		}{{mine, &f.LintuRounds}, {theirs, &f.PeerRounds}} {
			got, err := load.Closed(ctx, side.target, 8, set.Round)
			if err != nil {
				return err
			}
			*side.rounds = append(*side.rounds, got)
		}
	}
	f.Lintu, f.Peer = middle(f.LintuRounds, perSecond), middle(f.PeerRounds, perSecond)
	f.Ratio = ratio(f.LintuRounds, f.PeerRounds, perSecond)
	return nil
}

// samePeople compares the answers to a case: PostGraphile's, where a person has one unit and not a page of them, is put
// into the form of Lintu's.
func samePeople(ctx context.Context, mine, theirs *load.Target, i int) error {
	var a, b struct {
		Data struct{ Household map[string]any }
	}
	for _, side := range []struct {
		target *load.Target
		into   any
	}{{mine, &a}, {theirs, &b}} {
		body, err := load.Ask(ctx, side.target, i)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(body, side.into); err != nil {
			return err
		}
	}
	household := b.Data.Household
	residents, _ := household["people"].(map[string]any)
	nodes, _ := residents["nodes"].([]any)
	for _, n := range nodes {
		person, _ := n.(map[string]any)
		units := []any{}
		if person["unit"] != nil {
			units = append(units, person["unit"])
		}
		delete(person, "unit")
		person["worksAt"] = map[string]any{"nodes": units}
	}
	delete(household, "people")
	household["residents"] = residents
	if !reflect.DeepEqual(a.Data.Household, household) {
		return fmt.Errorf("W1, case %d: Lintu and PostGraphile answer differently:\n%v\n%v", i, a.Data.Household, household)
	}
	return nil
}
