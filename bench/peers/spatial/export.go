package spatial

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// question is what all sides are asked.
type question struct {
	Radius      float64 `json:"radius"`
	EarthRadius float64 `json:"earthRadius"`
	Budgets     []int   `json:"budgets"`
	Rounds      int     `json:"rounds"`
}

// town is what a snapshot says of the question, as lists of points.
type town struct {
	targets []coverage.Row // those that have a point
	scene   *reach.Scene
	stand   *reach.Standing
}

func newTown(s *reach.Snapshot, c *coverage.Coverage, area kg.ID, at time.Time) (*town, error) {
	t := &town{}
	c.Rows(func(r coverage.Row) bool {
		if r.Point != nil {
			t.targets = append(t.targets, r)
		}
		return true
	})
	var err error
	t.scene, err = s.Scene(reach.SceneQuery{Area: area, Date: kg.DateOf(at, s.Location()), Scope: store.Everything.Scope})
	if err != nil {
		return nil, err
	}
	t.stand = t.scene.Stand(at)
	return t, nil
}

// export writes the town and the question into a folder.
func (t *town) export(folder string, q question, area kg.ID) error {
	text, err := json.Marshal(q)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "query.json"), text, 0o644); err != nil {
		return err
	}
	var targets, responders, without, sites [][]string
	number := map[kg.ID]int{}
	for i, r := range t.targets {
		number[r.Household] = i
		targets = append(targets, []string{exact(r.Point.Lat), exact(r.Point.Lon), strconv.Itoa(r.Count), exact(*r.Supply), exact(*r.Decayed)})
	}
	row := make([]int, len(t.scene.Candidates))
	for c, at := range t.stand.Station {
		row[c] = -1
		if at < 0 {
			continue
		}
		row[c] = len(responders)
		p := t.scene.Grid.Point(int(at))
		limit := math.Inf(1)
		if own := t.scene.Candidates[c].Limit; !math.IsInf(own, 1) {
			limit = geo.Metres(own)
		}
		responders = append(responders, []string{exact(p.Lat), exact(p.Lon), exact(limit)})
	}
	for i := range t.scene.Targets {
		n, located := number[t.scene.Household(i)]
		for _, c := range t.scene.Targets[i].Without {
			if located && row[c] >= 0 {
				without = append(without, []string{strconv.Itoa(n), strconv.Itoa(row[c])})
			}
		}
	}
	for _, s := range t.scene.Sites(area) {
		sites = append(sites, []string{exact(s.Point.Lat), exact(s.Point.Lon)})
	}
	for name, table := range map[string][][]string{
		"targets": append([][]string{{"lat", "lon", "count", "supply", "decayed"}}, targets...), "responders": append([][]string{{"lat", "lon", "limit"}}, responders...),
		"without": append([][]string{{"target", "responder"}}, without...), "sites": append([][]string{{"lat", "lon"}}, sites...),
	} {
		if err := write(filepath.Join(folder, name+".csv"), table); err != nil {
			return err
		}
	}
	return nil
}

// exact is a number that is read back as the same.
func exact(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func write(path string, table [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := csv.NewWriter(f).WriteAll(table); err != nil {
		_ = f.Close()
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.Close()
}
