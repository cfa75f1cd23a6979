package importer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lintu/kg"
	"lintu/own"
	"lintu/store"
)

// erasedIn imports people and doors, and erases the first person, the person without a number and a door.
func erasedIn(t *testing.T, st store.Store) (files map[string]string, key store.Key) {
	t.Helper()
	files = map[string]string{
		"divisions.csv":  smallRegister,
		"buildings.csv":  "code,name,parent\nB1,1号楼,division:42\n",
		"households.csv": "building,number,parent\nB1,101,building:B1\nB1,102,building:B1\n",
		"people.csv":     "registerNo,name,birthDate,phone,parent\nR1,王一,1950-01-01,000-1,household:B1/102\nR2,王二,1951-01-01,000-2,household:B1/102\n,李三,1952-01-01,000-3,household:B1/102\n",
	}
	r, err := try(t, st, Options{From: folder(t, files)})
	if err != nil || !r.Written {
		t.Fatal(err, r.told())
	}
	status, err := st.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o := own.New(own.Options{Store: st, Key: status.Key, Now: func() time.Time { return today.Time(time.UTC) }})
	for _, k := range []kg.Kind{kg.KindPerson, kg.KindHousehold} {
		page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: k, Window: store.Window{Limit: 10}})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Edges {
			switch e.Item.Node.Title() {
			case "王一", "李三", "101":
				if _, err := o.Erase(t.Context(), own.Asker{Name: "test", Scope: store.Scope{All: true}}, e.Item.Node.Common().ID, own.Asked); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return files, status.Key
}

func TestARegisterDoesNotBringBackWhatWasErased(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			st := e.open(t, nil)
			files, _ := erasedIn(t, st)
			for range 2 { // however often the register comes
				r, err := try(t, st, Options{From: folder(t, files), Partial: true})
				if err != nil {
					t.Fatal(err)
				}
				want := "households.csv:2 ERASED building, number\npeople.csv:2 ERASED registerNo / name, birthDate, parent\npeople.csv:4 ERASED registerNo / name, birthDate, parent"
				if told := r.told(); told != want {
					t.Errorf("told\n%s\nwant\n%s", told, want)
				}
				for _, p := range r.problems {
					if strings.Contains(p.EN+p.Value, "王一") || strings.Contains(p.Value, "R1") || p.ZH == "" {
						t.Errorf("the report tells %+v", p)
					}
				}
			}
			page, err := st.List(t.Context(), store.View{Scope: store.Scope{All: true}, AsOf: today}, store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Limit: 10}})
			if err != nil || len(page.Edges) != 1 || page.Edges[0].Item.Node.Title() != "王二" {
				t.Errorf("%d people live, %v", len(page.Edges), err)
			}
		})
	}
}

func TestAnExportCarriesTombstonesAndTheyStandWhereItIsImported(t *testing.T) {
	st := openSQLite(t, nil)
	files, key := erasedIn(t, st)
	out := filepath.Join(t.TempDir(), "export")
	if _, err := Export(t.Context(), st, out, ExportOptions{Format: "csv"}); err != nil {
		t.Fatal(err)
	}
	people, err := os.ReadFile(filepath.Join(out, "people.csv"))
	if err != nil || strings.Contains(string(people), "王一") || !strings.Contains(string(people), today.String()) {
		t.Fatalf("%v\n%s", err, people)
	}
	other := openSQLite(t, &key)
	if r, err := try(t, other, Options{From: out}); err != nil || !r.Written {
		t.Fatal(err, r.told())
	}
	again := filepath.Join(t.TempDir(), "export")
	if _, err := Export(t.Context(), other, again, ExportOptions{Format: "csv"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"people.csv", "households.csv", "part_of.csv"} {
		first, err1 := os.ReadFile(filepath.Join(out, name))
		second, err2 := os.ReadFile(filepath.Join(again, name))
		if err1 != nil || err2 != nil || string(first) != string(second) {
			t.Errorf("%s: %v, %v\n%s\n%s", name, err1, err2, first, second)
		}
	}
	r, err := try(t, other, Options{From: folder(t, files), Partial: true})
	if err != nil || strings.Count(r.told(), "ERASED") != 3 {
		t.Errorf("%v\n%s", err, r.told())
	}
}
