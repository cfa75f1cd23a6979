package layer_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/coverage"
	"lintu/kg"
	"lintu/layer"
	"lintu/loaders"
	"lintu/reach"
	"lintu/seed"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/trust"
)

// town is the village preset with a handler over it.
type town struct {
	st   *storetest.Oracle
	snap *reach.Snapshot
	area kg.ID // the village
	zone *time.Location
}

var village = sync.OnceValues(func() (*town, error) {
	ctx := context.Background()
	p, err := seed.Preset("village")
	if err != nil {
		return nil, err
	}
	t := &town{st: storetest.NewOracle(storetest.Options{})}
	if err := seed.Load(ctx, t.st, p, seed.Options{Seed: 1}); err != nil {
		return nil, err
	}
	if t.zone, err = time.LoadLocation("Asia/Shanghai"); err != nil {
		return nil, err
	}
	if t.snap, err = reach.Build(ctx, reach.Options{Store: t.st}); err != nil {
		return nil, err
	}
	view := store.View{Scope: store.Scope{All: true}, AsOf: seed.Reference}
	page, err := t.st.List(ctx, view, store.ListQuery{Kind: kg.KindDivision, Filter: kg.Compare{Field: "level", Op: kg.EQ, Value: string(kg.LevelVillage)}, Window: store.Window{Limit: 1}})
	if err != nil || len(page.Edges) == 0 {
		return nil, errors.Join(err, errors.New("no village"))
	}
	t.area = page.Edges[0].Item.Node.Common().ID
	return t, nil
})

// asking is a handler over the village, and what it answers.
type asking struct {
	t *testing.T
	*town
	h http.Handler
}

func ask(t *testing.T, detail bool) *asking {
	t.Helper()
	v, err := village()
	if err != nil {
		t.Fatal(err)
	}
	viewer := trust.TheOperator()
	if !detail {
		viewer = trust.Viewer{Name: "key:1", Roles: []trust.Role{trust.Dashboard}, Scope: store.Scope{All: true}}
	}
	latest := func() *reach.Snapshot { return v.snap }
	return &asking{t, v, layer.New(layer.Options{
		Sources:  layer.Sources{Engine: coverage.New(latest), Zone: v.zone},
		Sessions: &loaders.Sessions{Viewer: func(context.Context) trust.Viewer { return viewer }, Store: v.st, Zone: v.zone, Now: func() time.Time { return seed.Reference.Time(v.zone).Add(20 * time.Hour) }},
		ElderAge: 60,
		Fail: func(w http.ResponseWriter, _ *http.Request, err error) {
			switch {
			case errors.Is(err, kg.ErrInvalid):
				http.Error(w, err.Error(), http.StatusBadRequest)
			case errors.Is(err, kg.ErrNotFound):
				http.Error(w, err.Error(), http.StatusNotFound)
			case errors.Is(err, kg.ErrForbidden):
				http.Error(w, err.Error(), http.StatusForbidden)
			default:
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		},
	})}
}

// get asks for an address about the village; headers come in pairs.
func (a *asking) get(address string, headers ...string) *httptest.ResponseRecorder {
	sign := "?"
	if strings.Contains(address, "?") {
		sign = "&"
	}
	if !strings.Contains(address, "area=") {
		address += sign + "area=" + string(a.area)
	}
	r := httptest.NewRequestWithContext(a.t.Context(), http.MethodGet, address, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.h.ServeHTTP(w, r)
	return w
}

func (a *asking) read(address string, into any) {
	a.t.Helper()
	w := a.get(address)
	if w.Code != http.StatusOK {
		a.t.Fatalf("%s: %d %s", address, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		a.t.Fatalf("%s: %v", address, err)
	}
}

// everybody asks for households of all kinds with two responders within 150 m.
const everybody = "targets.careFlags=ANY&radius=150&k=2"

// truth is what the engine itself says to that at the reference evening.
func (a *asking) truth() *coverage.Coverage {
	a.t.Helper()
	c, err := coverage.New(func() *reach.Snapshot { return a.snap }).Ask(a.t.Context(), coverage.Query{
		Area: a.area, Targets: &reach.TargetWhere{}, Radius: 150, K: 2, When: coverage.When{At: seed.Reference.Time(a.zone).Add(20 * time.Hour)}, Scope: store.Scope{All: true, Today: seed.Reference},
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

func TestTheLayersAndTheTablesAddUpToTheMeasures(t *testing.T) {
	a := ask(t, true)
	truth := a.truth()
	want := truth.Measures()
	located := want.Completeness.TargetsLocated.Numerator // the others are in no building that has a place
	if want.Targets == 0 || want.Covered == want.Targets {
		t.Fatalf("a village with %d of %d covered tests little", want.Covered, want.Targets)
	}
	var columns struct {
		Count            int
		Targets, Covered []int
	}
	a.read("/map/buildings.json?"+everybody, &columns)
	targets, covered := sum(columns.Targets), sum(columns.Covered)
	if targets != located || covered != want.Covered || columns.Count != located {
		t.Errorf("%d buildings with %d of %d targets covered, want one a household with %d of %d", columns.Count, covered, targets, want.Covered, located)
	}
	var areas struct {
		Features []struct {
			ID         kg.ID
			Geometry   *struct{ Type string }
			Properties struct {
				Kind             kg.Kind
				Geometry         string
				Targets, Covered int
			}
		}
	}
	a.read("/map/areas.geojson?depth=1&"+everybody, &areas)
	grids := 0
	for _, f := range areas.Features {
		if f.Properties.Kind == kg.KindGrid {
			grids += f.Properties.Targets
		} else if f.ID != a.area || f.Properties.Targets != want.Targets || f.Properties.Covered != want.Covered {
			t.Errorf("feature %+v", f)
		}
		if f.Geometry == nil || f.Geometry.Type != "Polygon" || f.Properties.Geometry != "hull" {
			t.Errorf("%s has the geometry %+v, %q", f.ID, f.Geometry, f.Properties.Geometry)
		}
	}
	for _, c := range truth.Children() {
		if c.Area.Kind() == kg.KindGrid {
			grids -= c.Measures().Targets
		}
	}
	if len(areas.Features) != 7 || grids != 0 {
		t.Errorf("%d areas, whose grids have %d targets more than they have", len(areas.Features), grids)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.get("/export/coverage/buildings.csv?"+everybody).Body.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	with := 0
	for _, n := range columns.Targets {
		if n > 0 {
			with++
		}
	}
	if len(rows) != with+1 {
		t.Errorf("%d rows, want a header and %d buildings with targets", len(rows), with)
	}
}

func sum(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}

// withPlaces are the tables whose rows are somewhere.
var withPlaces = []string{"targets", "gaps", "advice", "buildings", "duty-mismatch", "contract-audit", "structure-audit"}

func TestEveryTableComesInEveryFormat(t *testing.T) {
	a := ask(t, true)
	for _, m := range layer.Makers {
		var rows []map[string]any
		a.read("/export/coverage/"+m.Name+".json?"+everybody, &rows)
		text := a.get("/export/coverage/" + m.Name + ".csv?" + everybody).Body.String()
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
		if err != nil || len(lines) != len(rows)+1 {
			t.Errorf("%s: %d lines of CSV and %d rows of JSON (%v)", m.Name, len(lines), len(rows), err)
		}
		if len(rows) > 0 && len(rows[0]) != len(lines[0]) {
			t.Errorf("%s: %d columns of CSV and %d of JSON", m.Name, len(lines[0]), len(rows[0]))
		}
		if placed := a.get("/export/coverage/" + m.Name + ".geojson?" + everybody); (placed.Code == http.StatusOK) != slices.Contains(withPlaces, m.Name) {
			t.Errorf("%s as GeoJSON: %d", m.Name, placed.Code)
		} else if placed.Code == http.StatusOK && len(rows) > 0 && !strings.Contains(placed.Body.String(), `"Point"`) && m.Name != "structure-audit" {
			t.Errorf("%s has no point at all", m.Name)
		}
		if len(rows) == 0 && m.Name != "trend" && m.Name != "contract-audit" {
			t.Errorf("%s is empty", m.Name)
		}
	}
}

func TestWhoeverShowsTheETagAgainGetsNothingNew(t *testing.T) {
	a := ask(t, true)
	first := a.get("/map/buildings.json")
	tag := first.Header().Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	if again := a.get("/map/buildings.json", "If-None-Match", tag); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("%d with %d bytes", again.Code, again.Body.Len())
	}
	if other := a.get("/map/buildings.json?k=2", "If-None-Match", tag); other.Code != http.StatusOK {
		t.Errorf("another question: %d", other.Code)
	}
	ids, more := a.get("/map/buildings-ids.json"), a.get("/map/buildings-ids.json?k=2&radius=100")
	if ids.Header().Get("ETag") != more.Header().Get("ETag") {
		t.Error("the ids are other ones for another question")
	}
}

func TestWithoutDetailThereAreCellsOnly(t *testing.T) {
	a := ask(t, false)
	var cells struct {
		Cell  int
		Order []string
		X, Y  []int
	}
	a.read("/map/buildings.json?band=WORKDAY_EVENING&radius=300&targets.careFlags=ANY&k=2", &cells)
	if cells.Cell != layer.CellMetres || strings.Join(cells.Order, " ") != "x y share size" || len(cells.X) == 0 || len(cells.X) != len(cells.Y) {
		t.Errorf("%+v", cells)
	}
	for _, address := range []string{"/map/buildings.json?form=buildings", "/map/buildings-ids.json?x", "/export/coverage/buildings.csv?x", "/export/coverage/duty-mismatch.json?x", "/export/coverage/week.csv?x"} {
		address = strings.ReplaceAll(address, "?x", "?k=1") + "&band=WORKDAY_EVENING"
		if w := a.get(address); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
}

func TestWithoutDetailCountsAreRoundedAndQuestionsCoarse(t *testing.T) {
	a, whole := ask(t, false), ask(t, true)
	type collection struct {
		Features []struct {
			ID         string
			Geometry   any
			Properties struct {
				Geometry         *string
				Targets, Covered *int
			}
		}
	}
	var told, known collection
	a.read("/map/areas.geojson?band=WORKDAY_EVENING&radius=300", &told)
	whole.read("/map/areas.geojson?band=WORKDAY_EVENING&radius=300", &known)
	if len(told.Features) != len(known.Features) || len(known.Features) == 0 {
		t.Fatalf("%d areas told of %d", len(told.Features), len(known.Features))
	}
	withheld := 0
	for i, f := range told.Features {
		is := known.Features[i].Properties
		want, shown := trust.Blur(*is.Targets)
		switch got := f.Properties.Targets; {
		case !shown && got == nil:
			withheld++
		case !shown || got == nil || *got != want:
			t.Errorf("%s: %v of %d targets are told", f.ID, got, *is.Targets)
		}
		if f.Properties.Geometry != nil && *f.Properties.Geometry == "hull" {
			t.Errorf("%s: the hull of its buildings is shown", f.ID)
		}
	}
	if withheld == 0 {
		t.Error("no area of the village has fewer than five targets: nothing is shown by this test")
	}
	for _, question := range []string{"", "?at=2026-01-05T20:00:00Z", "?band=WORKDAY_EVENING&radius=437", "?band=WORKDAY_EVENING&minutes=5"} {
		if w := a.get("/map/areas.geojson" + question); w.Code != http.StatusBadRequest {
			t.Errorf("%q: %d", question, w.Code)
		}
	}
}

func TestAQuestionThatIsMalformedNamesTheParameter(t *testing.T) {
	a := ask(t, true)
	for address, want := range map[string]string{
		"/map/buildings.json?radius=far":                        "radius",
		"/map/buildings.json?radius=0":                          "radius",
		"/map/buildings.json?k=0":                               "k",
		"/map/buildings.json?at=tomorrow":                       "at",
		"/map/buildings.json?band=LUNCH":                        "band",
		"/map/buildings.json?from=2026-03-04":                   "from",
		"/map/buildings.json?k=1&k=2":                           "k",
		"/map/buildings.json?targets.careFlags=":                "targets.careFlags",
		"/map/buildings.json?targets.careFlags=SAD":             "targets.careFlags",
		"/map/buildings.json?targets.elder=false":               "targets.elder",
		"/map/buildings.json?where.partyMember=yes":             "where.partyMember",
		"/map/buildings.json?where.teams=x":                     "where.teams",
		"/map/buildings.json?form=dots":                         "form",
		"/map/buildings.json?colour=red":                        "colour",
		"/map/areas.geojson?depth=99":                           "depth",
		"/export/coverage/groups.csv?by=COLOUR":                 "dimension",
		"/export/coverage/week.csv?week=monday":                 "week",
		"/export/coverage/areas.csv?level=STAR":                 "level",
		"/export/coverage/trend.csv?question=none":              "question",
		"/export/coverage/children.geojson":                     "format",
		"/export/coverage/duty-mismatch.csv?includePosts=maybe": "includePosts",
		"/export/coverage/contract-audit.csv?scheme=none":       "scheme",
	} {
		if w := a.get(address); w.Code != http.StatusBadRequest || !strings.HasPrefix(w.Body.String(), want) && !strings.Contains(w.Body.String(), "."+want) {
			t.Errorf("%s: %d %s", address, w.Code, w.Body)
		}
	}
	for _, address := range []string{"/map/trees.json", "/export/coverage/secrets.csv", "/export/coverage/children.exe", "/map/buildings.json?area=division_aaaaaaaaaaaaaaaaaaaaaaaa"} {
		if w := a.get(address); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d %s", address, w.Code, w.Body)
		}
	}
	if w := a.get("/map/buildings.json?area="); w.Code != http.StatusBadRequest {
		t.Errorf("without an area: %d", w.Code)
	}
}
