package importer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lintu/importer/sheet"
	"lintu/kg"
	"lintu/store"
)

func TestTheStatisticalRegisterIsImportedAsItIs(t *testing.T) {
	st := oracle()
	text := smallRegister + "421081001201,金银垱村,COMMUNITY,421081001\n421081001399,边村,COMMUNITY,421081001\n421081001501,生活区,COMMUNITY,421081001\n"
	r := bring(t, st, Options{From: folder(t, map[string]string{"divisions.csv": text})})
	if r.of("DIVISION").Created != 8 || r.of("PART_OF").Created != 7 || r.Rows != 8 {
		t.Errorf("%+v", r.Summary)
	}
	d := codes(t, st)
	for code, level := range map[string]kg.Level{"42": kg.LevelProvince, "421081001": kg.LevelTownship, "421081001001": kg.LevelCommunity, "421081001201": kg.LevelVillage, "421081001399": kg.LevelVillage, "421081001501": kg.LevelCommunity} {
		if d[code] == nil || d[code].Level != level || d[code].CodeScheme != DefaultCodeScheme || d[code].Form != "" {
			t.Errorf("%s: %+v", code, d[code])
		}
	}
	up, err := st.Ancestry(t.Context(), store.Everything, store.AncestryQuery{Starts: []kg.ID{d["421081001201"].ID}, Direction: kg.Out})
	if err != nil || len(up[d["421081001201"].ID]) != 4 {
		t.Errorf("the way up: %v %v", up, err)
	}
}

func TestChildrenMayComeBeforeTheirParents(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(smallRegister), "\n")
	slices.Reverse(lines[1:])
	for _, e := range []engine{engines[0], {"oracle", func(testing.TB, *store.Key) store.Store { return oracle() }}} {
		st := e.open(t, nil)
		bring(t, st, Options{From: folder(t, map[string]string{"divisions.csv": strings.Join(lines, "\n")})})
		leaf := codes(t, st)["421081001001"].ID
		up, err := st.Ancestry(t.Context(), store.Everything, store.AncestryQuery{Starts: []kg.ID{leaf}, Direction: kg.Out})
		if err != nil || len(up[leaf]) != 4 {
			t.Errorf("%s: the way up: %v %v", e.name, up, err)
		}
	}
}

func TestAnIDIsThatOfTheNaturalKeyAndSurvivesAChangeOfTheKey(t *testing.T) {
	st := oracle()
	from := func(text string) Options { return Options{From: folder(t, map[string]string{"grids.csv": text})} }
	bring(t, st, from("code,name\nG-1,第一网格\n"))
	status, _ := st.Ready(t.Context())
	first := kg.DeriveID(status.Key[:], kg.KindGrid, "G-1")
	n, err := st.Nodes(t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{first}}})
	if err != nil || n[0][first] == nil {
		t.Fatalf("no grid with the id of its key: %v", err)
	}
	bring(t, st, from("id,code\n"+string(first)+",G-9\n"))
	if r := bring(t, st, from("code,name\nG-9,第一网格\n")); r.Unchanged != 1 || r.Created != 0 {
		t.Errorf("the grid is not found by its new key: %+v", r.Count)
	}
	if r := bring(t, st, from("code,name\nG-1,另一网格\n")); r.Created != 1 || r.Changed != 0 {
		t.Errorf("a freed key given to another thing: %+v", r.Count)
	}
	if r := bring(t, st, from("name,code\n另一网格,G-1\n")); r.Unchanged != 1 {
		t.Errorf("the other thing is not found again: %+v", r.Count)
	}
	page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindGrid, Window: store.Window{Limit: 5}})
	if err != nil || len(page.Edges) != 2 {
		t.Errorf("%d grids, %v", len(page.Edges), err)
	}
}

func TestColumnsThatAreNotThereLeaveWhatTheStoreHolds(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			st := e.open(t, nil)
			bring(t, st, Options{From: folder(t, map[string]string{"buildings.csv": "code,name,floors,address,lat@WGS84,lon@WGS84\nB,1号楼,6,路1号,29.7,112.4\n"})})
			r := bring(t, st, Options{From: folder(t, map[string]string{"buildings.csv": "code,floors,address\nB,7,\n"})})
			if r.Changed != 1 || r.Created != 0 {
				t.Errorf("%+v", r.Count)
			}
			page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindBuilding, Window: store.Window{Limit: 5}})
			if err != nil {
				t.Fatal(err)
			}
			b := page.Edges[0].Item.Node.(*kg.Building)
			if b.Name != "1号楼" || b.Floors != 7 || b.Address != "" || b.Point == nil {
				t.Errorf("%+v", b)
			}
		})
	}
}

// town is a small town named by natural keys alone.
var town = map[string]string{
	"divisions.csv":       smallRegister,
	"grids.csv":           "name,parent\n第一网格,division:421081001001\n",
	"buildings.csv":       "code,name,parent,division\nB-1,1号楼,grid:421081001001/第一网格,\n,2号楼,grid:421081001001/第一网格,421081001001\n",
	"entrances.csv":       "number,parent\n1,B-1\n",
	"households.csv":      "number,parent,building\n101,entrance:B-1/1,\n102,building:421081001001/2号楼,\n",
	"people.csv":          "registerNo,name,birthDate,parent\nR-1,王光,1960-01-02,B-1/101\n,李红,1950-03-04,421081001001/2号楼/102\n",
	"teams.csv":           "code,name,parent\nT,志愿队,division:421081001001\n",
	"in_team.csv":         "from,to,role\nperson:R-1,T,队长\n李红/1950-03-04/421081001001/2号楼/102,T,\n",
	"responsible_for.csv": "from,to,scheme\nperson:R-1,household:421081001001/2号楼/102,1+10\n",
}

func TestThingsAreNamedByNaturalKeys(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			st := e.open(t, nil)
			from := folder(t, town)
			r := bring(t, st, Options{From: from})
			if r.of("PERSON").Created != 2 || r.of("LIVES_IN").Created != 2 || r.of("IN_TEAM").Created != 2 || r.of("RESPONSIBLE_FOR").Created != 1 {
				t.Errorf("%+v", r.Subjects)
			}
			before := exported(t, st, sheet.CSV)
			// other bytes, the same facts: every thing is found by its key
			var again = map[string]string{}
			for name, text := range town {
				again[name] = strings.ReplaceAll(text, "\n", "\r\n")
			}
			r = bring(t, st, Options{From: folder(t, again)})
			if r.Created+r.Changed+r.Ended != 0 {
				t.Errorf("the second time %+v", r.Subjects)
			}
			same(t, exported(t, st, sheet.CSV), before)
		})
	}
}

func TestAParentColumnMovesAThingFromADayOn(t *testing.T) {
	st := oracle()
	day := kg.MustDate("2026-10-01")
	register := func(parent string) Options {
		return Options{From: folder(t, map[string]string{"divisions.csv": "code,name,parent_code\n1,甲,\n2,乙,\n3,丙," + parent + "\n"}), Today: day}
	}
	bring(t, st, register("1"))
	r := bring(t, st, register("2"))
	if n := r.of("PART_OF"); n.Ended != 1 || n.Created != 1 {
		t.Errorf("the move: %+v", n)
	}
	if r = bring(t, st, register("2")); r.Created+r.Changed+r.Ended != 0 {
		t.Errorf("the same again: %+v", r.Count)
	}
	d := codes(t, st)
	for on, want := range map[string]kg.ID{"2026-09-30": d["1"].ID, "2026-10-01": d["2"].ID} {
		up, err := st.Ancestry(t.Context(), store.View{Scope: store.Scope{All: true}, AsOf: kg.MustDate(on)}, store.AncestryQuery{Starts: []kg.ID{d["3"].ID}, Direction: kg.Out})
		if err != nil || len(up[d["3"].ID]) != 1 || up[d["3"].ID][0].Node.Common().ID != want {
			t.Errorf("on %s: %v %v", on, up, err)
		}
	}
	r = bring(t, st, register("1"))
	if n := r.of("PART_OF"); n.Created != 1 || n.Changed != 1 {
		t.Errorf("back on the same day: %+v", n)
	}
}

func TestARowThatEndsSomethingIsCountedAsEnded(t *testing.T) {
	st := oracle()
	f := village(t, st)
	from := exported(t, st, sheet.CSV)
	id := string(f.ID("community"))
	text := strings.Split(read(t, from, "divisions.csv"), "\n")
	header, row := text[0], text[slices.IndexFunc(text, func(l string) bool { return strings.HasPrefix(l, id) })]
	cells := strings.Split(row, ",")
	cells[slices.Index(strings.Split(header, ","), "validTo")] = "2030-01-01"
	r := bring(t, st, Options{From: folder(t, map[string]string{"divisions.csv": header + "\n" + strings.Join(cells, ",") + "\n"})})
	if r.Ended != 1 || r.Changed != 0 {
		t.Errorf("%+v", r.Count)
	}
}

func TestFilesThatDifferFromTheirManifestAreRefusedUnlessTheyWereEdited(t *testing.T) {
	st := oracle()
	village(t, st)
	from := exported(t, st, sheet.CSV)
	path := filepath.Join(from, "people.csv")
	lines := strings.SplitAfter(read(t, path), "\n")
	if err := os.WriteFile(path, []byte(strings.Join(lines[:len(lines)-2], "")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := try(t, oracle(), Options{From: from})
	var edited *EditedError
	if !errors.As(err, &edited) {
		t.Errorf("a file that lost a row: %v", err)
	}
	if r, err := try(t, oracle(), Options{From: from, Edited: true, Partial: true}); err != nil || !r.Written {
		t.Errorf("edited: %v", err)
	}
}

func TestDemoDataGoesIntoEmptyStoresAndTheSameDemosOnly(t *testing.T) {
	demo := oracle()
	if _, err := demo.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: &kg.Grid{Base: kg.Base{ID: kg.NewID(kg.KindGrid)}, Name: "x"}}}, Demo: "village seed 1"}); err != nil {
		t.Fatal(err)
	}
	from := exported(t, demo, sheet.CSV)
	actual := oracle()
	village(t, actual)
	var refused *RefusedError
	if _, err := try(t, actual, Options{From: from}); !errors.As(err, &refused) {
		t.Errorf("a store with a real graph takes demo data: %v", err)
	}
	empty := oracle()
	bring(t, empty, Options{From: from})
	if status, _ := empty.Ready(t.Context()); status.Demo != "village seed 1" {
		t.Errorf("an empty store is %+v", status)
	}
	bring(t, demo, Options{From: from})
}

// movingStore is changed by somebody else whenever people are listed.
type movingStore struct{ store.Store }

func (m *movingStore) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	if q.Kind == kg.KindPerson {
		put := store.Mutation{Op: store.PutNode, Node: &kg.Grid{Base: kg.Base{ID: kg.NewID(kg.KindGrid)}, Name: "new"}}
		if _, err := m.Apply(ctx, &store.Batch{Changes: []store.Mutation{put}}); err != nil {
			return nil, err
		}
	}
	return m.Store.List(ctx, v, q)
}

func TestAnExportOfAStoreThatChangesMeanwhileIsNone(t *testing.T) {
	st := oracle()
	village(t, st)
	dir := exported(t, st, sheet.CSV)
	moving := &movingStore{Store: st}
	if _, err := Export(t.Context(), moving, filepath.Join(t.TempDir(), "other"), ExportOptions{Format: sheet.CSV}); !errors.Is(err, ErrMoved) {
		t.Errorf("%v", err)
	}
	if _, err := Export(t.Context(), st, dir, ExportOptions{Format: sheet.CSV}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("a folder that is not empty: %v", err)
	}
}
