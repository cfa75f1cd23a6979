package importer

import (
	"testing"

	"lintu/importer/sheet"
	"lintu/internal/effort"
	"lintu/seed"
)

func TestAnExportInTheOtherEngineExportsTheSameBytes(t *testing.T) {
	first := openSQLite(t, nil)
	village(t, first)
	for _, format := range []sheet.Format{sheet.CSV, sheet.NDJSON} {
		from := exported(t, first, format)
		for _, e := range engines {
			t.Run(string(format)+"/"+e.name, func(t *testing.T) {
				files, err := Find(Options{From: from, Today: today})
				if err != nil {
					t.Fatal(err)
				}
				st := e.open(t, files.Key())
				r := bring(t, st, Options{From: from})
				if r.Created != r.Rows || r.Changed+r.Unchanged+r.Ended != 0 {
					t.Errorf("a new store is told %+v of %d rows", r.Count, r.Rows)
				}
				same(t, exported(t, st, format), from)
			})
		}
	}
}

// TestADemoTownGoesThroughBothEnginesAndKeepsItsMark exports the village, in its long form the city, imports it into
// SQLite and into Neo4j, and exports each again.
func TestADemoTownGoesThroughBothEnginesAndKeepsItsMark(t *testing.T) {
	town, err := seed.Preset(effort.Town())
	if err != nil {
		t.Fatal(err)
	}
	first := openSQLite(t, &seed.Key)
	if err := seed.Load(t.Context(), first, town, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	from := exported(t, first, sheet.CSV)
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			st := e.open(t, &seed.Key)
			bring(t, st, Options{From: from})
			status, err := st.Ready(t.Context())
			if err != nil || status.Demo != town.Mark(1) || status.State != "ready" {
				t.Errorf("the store is %+v, %v", status, err)
			}
			same(t, exported(t, st, sheet.CSV), from)
		})
	}
}

func TestTheSameFilesTwiceChangeNothing(t *testing.T) {
	first := oracle()
	village(t, first)
	from := exported(t, first, sheet.CSV)
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			st := e.open(t, nil)
			bring(t, st, Options{From: from})
			before, err := st.Ready(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			r := bring(t, st, Options{From: from})
			after, err := st.Ready(t.Context())
			if err != nil || after.Revision != before.Revision {
				t.Errorf("revision %d, then %d, %v", before.Revision, after.Revision, err)
			}
			if r.Unchanged != r.Rows || r.Created+r.Changed+r.Ended != 0 {
				t.Errorf("the second import tells %+v of %d rows", r.Count, r.Rows)
			}
		})
	}
}
