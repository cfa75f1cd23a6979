package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lintu/internal/cli"
	"lintu/internal/cli/clitest"
	"lintu/kg"
	"lintu/seed"
	"lintu/store"
	"lintu/store/sqlite"
)

// villageFile is the village in a SQLite file, and the program that opens it.
func villageFile(t *testing.T) (path string, run clitest.Run) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "village.db")
	open := func(ctx context.Context, o cli.Opening) (store.Store, error) {
		return sqlite.Open(ctx, sqlite.Options{Path: o.Store.Path, ReadOnly: o.ReadOnly})
	}
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	town, err := seed.Preset("village")
	if err == nil {
		err = seed.Load(t.Context(), st, town, seed.Options{Seed: 1})
	}
	if err != nil {
		t.Fatal(err)
	}
	return path, program(open)
}

func TestWhatAServerRecordsVerifiesUntilAByteIsChanged(t *testing.T) {
	path, run := villageFile(t)
	at := "sqlite:" + path
	r := clitest.Start(t, run, nil, "serve", "--store", at)
	r.UntilReady()
	if a := r.Ask(`{ people(first: 50) { nodes { name } } }`, nil); len(a.Errors) > 0 {
		t.Fatal(a)
	}
	for _, address := range []string{"/map/buildings.json?area=", "/export/coverage/targets.csv?area="} {
		area := r.Ask(`{ divisions(first: 1) { nodes { id } } }`, nil).At("divisions.nodes.0.id").(string)
		if status, body := r.Get(address + area); status != 200 {
			t.Fatalf("%s: %d %s", address, status, body)
		}
	}
	if code := r.Stop(); code != 0 {
		t.Fatalf("exit code %d, %s", code, r.Err.Told())
	}
	if code, _, problems := clitest.Once(t, run, nil, "export", filepath.Join(t.TempDir(), "files"), "--store", at); code != 0 {
		t.Fatalf("export: %d %s", code, problems)
	}
	code, out, problems := clitest.Once(t, run, nil, "audit", "verify", "--store", at)
	if code != 0 || !strings.Contains(out, "whole and unchanged") || !strings.Contains(out, "1 anchors") || !strings.Contains(out, "2 files") {
		t.Fatalf("%d %s %s", code, out, problems)
	}
	folder := path + ".audit"
	files, err := filepath.Glob(filepath.Join(folder, "*.trail"))
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	text, err := os.ReadFile(files[0])
	if err == nil && bytes.Contains(text, []byte(`"via":"command"`)) { // names of one second come in any order
		files[0], files[1] = files[1], files[0]
		text, err = os.ReadFile(files[0])
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"via":"graphql"`, `"fields":["people"]`, `"via":"map","operation":"buildings.json"`, `"via":"export","operation":"coverage/targets.csv"`, `"viewer":"operator"`} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("no %s in the trail", want)
		}
	}
	i := bytes.Index(text, []byte(`"via":"graphql"`))
	text[i+8] = 'q'
	if err := os.WriteFile(files[0], text, 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, problems = clitest.Once(t, run, nil, "audit", "verify", folder, "--store", at, "--json")
	var report struct {
		Records  int
		Problems []struct {
			Code, File string
			Line       int
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 3 || len(report.Problems) != 1 {
		t.Fatalf("%d %s %s %v", code, out, problems, err)
	}
	if p := report.Problems[0]; p.Code != "DAMAGED" || p.File != filepath.Base(files[0]) || p.Line != 1+bytes.Count(text[:i], []byte{'\n'}) {
		t.Errorf("%+v", p)
	}
	if code, out, _ := clitest.Once(t, run, nil, "audit", "verify", folder, "--offline"); code != 3 || !strings.Contains(out, "已被改动") {
		t.Errorf("%d %s", code, out)
	}
	if code, _, problems := clitest.Once(t, run, nil, "audit", "verify", "nowhere", "--offline"); code != 2 || problems == "" {
		t.Errorf("a folder that is none: %d %s", code, problems)
	}
}

func TestAServerThatCannotKeepItsTrailDoesNotServe(t *testing.T) {
	path, run := villageFile(t)
	taken := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(taken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, problems := clitest.Once(t, run, nil, "serve", "--store", "sqlite:"+path, "--addr", "127.0.0.1:0", "--audit", taken)
	if code != 1 || !strings.Contains(problems, "audit trail cannot be written") {
		t.Errorf("%d %s", code, problems)
	}
}

// secrets are the names, numbers, days of birth, addresses, doors and points of everybody in a store, by what they are. Doors are
// given numbers and rooms first that nothing else is called.
func secrets(t *testing.T, path string) map[string]string {
	t.Helper()
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	out := map[string]string{}
	all := func(kind kg.Kind, tell func(kg.Node)) {
		page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: kind, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Edges {
			tell(e.Item.Node)
		}
	}
	var doors []store.Mutation
	all(kg.KindHousehold, func(n kg.Node) {
		number, room := fmt.Sprintf("门%07d", 4_100_000+len(doors)), fmt.Sprintf("室%07d", 6_100_000+len(doors))
		out[number], out[room] = "the number of a door", "a room"
		doors = append(doors, store.Mutation{Op: store.ChangeNode, ID: n.Common().ID, Set: []kg.Setting{{Field: "number", Value: number}, {Field: "room", Value: room}}})
	})
	if _, err := st.Apply(t.Context(), &store.Batch{Changes: doors}); err != nil {
		t.Fatal(err)
	}
	all(kg.KindPerson, func(n kg.Node) {
		p := n.(*kg.Person)
		out[p.Name], out[p.Phone], out[p.RegisterNo], out[p.BirthDate.String()] = "a name", "a telephone number", "a register number", "a day of birth"
	})
	all(kg.KindCompound, func(n kg.Node) { out[n.(*kg.Compound).Address] = "an address" })
	all(kg.KindBuilding, func(n kg.Node) {
		b := n.(*kg.Building)
		if out[b.Address] = "an address"; b.Point == nil {
			return
		}
		for _, degrees := range []float64{b.Point.Lat, b.Point.Lon} {
			out[strconv.FormatFloat(degrees, 'f', -1, 64)] = "a point" // in full, more than a metre's precision
		}
	})
	delete(out, "")
	return out
}

// TestNothingOfAnybodyIsInLogsErrorsMetricsOrTheTrail asks a server all kinds of things about people, right and wrong, lets
// doorbells ring, and looks for everybody in what it has written.
func TestNothingOfAnybodyIsInLogsErrorsMetricsOrTheTrail(t *testing.T) {
	path, run := villageFile(t)
	secret := secrets(t, path)
	some := map[string]string{}
	for text, what := range secret {
		some[what] = text
	}
	if len(secret) < 2000 || len(some) != 8 {
		t.Fatalf("%d secrets of %d kinds", len(secret), len(some))
	}
	metrics := clitest.FreePort(t)
	r := clitest.Start(t, run, nil, "serve", "--store", "sqlite:"+path, "--log-level", "debug", "--metrics-addr", metrics, "--public-url", "http://127.0.0.1:1")
	r.UntilReady()
	told := map[string]string{}
	ask := func(query string, vars map[string]any) clitest.Answer {
		a := r.Ask(query, vars)
		if len(a.Errors) > 0 {
			told[fmt.Sprint(query, vars)] = fmt.Sprintf("%+v", a.Errors)
		}
		return a
	}
	homes := ask(`{ doorbells(first: 3) { nodes { id installedAt { nodes { id number room } } } } }`, nil)
	for what, text := range some {
		ask(`query($t: String!) { search(text: $t) { nodes { title } } }`, map[string]any{"t": text})
		ask(`query($t: String!) { people(where: {title: {startsWith: $t}}) { nodes { id name phone registerNo careFlags { flag } livesIn { nodes { number room } } } } }`, map[string]any{"t": text})
		ask(`query($t: String!) { people(where: {registerNo: {eq: $t}}, first: 1000) { nodes { name } } }`, map[string]any{"t": text})
		ask(`query($t: ID!) { person(id: $t) { name } }`, map[string]any{"t": text})
		ask(`query($t: Date!) { people(where: {birthDate: {eq: $t}}) { nodes { birthDate } } }`, map[string]any{"t": text})
		ask(`query($t: String!) { households(where: {number: {eq: $t}}) { nodes { number room ancestors(kinds: [BUILDING]) { nodes { ... on Building { address point { latitude longitude } } } } } } }`, map[string]any{"t": text})
		if degrees, err := strconv.ParseFloat(text, 64); err == nil && what == "a point" {
			ask(`query($t: Latitude!) { people(where: {near: {point: {latitude: $t, longitude: 131}, radius: 5000}}) { nodes { title } } }`, map[string]any{"t": degrees})
			ask(`query($t: Latitude!) { people(where: {near: {point: {latitude: $t, longitude: 131}, radius: -1}}) { nodes { title } } }`, map[string]any{"t": degrees})
		}
		ask(`mutation($t: String!) { edit(changes: [{create: {person: {name: $t, phone: $t, registerNo: $t}}}]) { applied problems { message path } } }`, map[string]any{"t": text})
		_, told["/map of "+text] = r.Get("/map/buildings.json?area=" + strings.ReplaceAll(text, " ", "+"))
		told["/map of "+text] = strings.ReplaceAll(told["/map of "+text], text, "") // what was asked may come back to who asked it
	}
	for i := range 3 {
		bell, ok := homes.At(fmt.Sprintf("doorbells.nodes.%d.id", i)).(string)
		if !ok {
			t.Fatal(homes)
		}
		pressed := ask(`mutation($d: ID!) { ring(input: {doorbell: $d}) { ring { id alerts { nodes { id alertTo { nodes { name phone } } } } } } }`, map[string]any{"d": bell})
		if alert, ok := pressed.At("ring.ring.alerts.nodes.0.id").(string); ok {
			ask(`mutation($a: ID!) { acceptAlert(alert: $a) { ring { state rangAt { nodes { number room } } } } }`, map[string]any{"a": alert})
			ask(`mutation($a: ID!) { arrive(input: {alert: $a}) { ring { state } } }`, map[string]any{"a": alert})
		}
		ask(`{ nearby(to: {doorbell: "`+bell+`"}) { nodes { name } } }`, nil)
	}
	var err error
	if told["metrics"], err = clitest.Scrape(t.Context(), metrics); err != nil {
		t.Fatal(err)
	}
	if code := r.Stop(); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	told["log"], told["output"] = r.Err.String(), r.Out.String()
	files, err := filepath.Glob(path + ".audit/*.trail")
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	trail, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	told["trail"] = string(trail)
	if _, release, ok := strings.Cut(told["trail"], `"kind":"RELEASE","viewer":"person_`); !ok || !strings.Contains(strings.SplitN(release, "\n", 2)[0], `"people":["person_`) {
		t.Error("no release tells whom it is about")
	}
	if strings.Count(told["trail"], "\n") < 15 || !strings.Contains(told["metrics"], "lintu_audit_records_total") || strings.Contains(told["metrics"], "lintu_audit_records_total 0\n") {
		t.Error("too little was recorded")
	}
	for where, text := range told {
		if strings.HasPrefix(where, "query") || strings.HasPrefix(where, "mutation") {
			for _, s := range some { // an error may repeat to a caller what the caller said
				text = strings.ReplaceAll(text, s, "")
			}
		}
		for s, what := range secret {
			if strings.Contains(text, s) {
				t.Errorf("%s holds %s: %s", where, what, s)
			}
		}
	}
}
