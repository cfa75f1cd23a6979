package layer_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"lintu/coverage"
	"lintu/kg"
	"lintu/layer"
	"lintu/loaders"
	"lintu/reach"
	"lintu/seed"
	"lintu/trail"
	"lintu/trust"
)

// TestAnswersAboutSinglePeopleAreRecordedEachTimeBeforeTheyAreSent asks for the same table twice: the second answer is kept, and
// recorded all the same. What cannot be recorded is not sent.
func TestAnswersAboutSinglePeopleAreRecordedEachTimeBeforeTheyAreSent(t *testing.T) {
	v, err := village()
	if err != nil {
		t.Fatal(err)
	}
	var records []trail.Record
	broken := false
	h := layer.New(layer.Options{
		Sources:  layer.Sources{Engine: coverage.New(func() *reach.Snapshot { return v.snap }), Zone: v.zone},
		Sessions: &loaders.Sessions{Viewer: func(context.Context) trust.Viewer { return trust.TheOperator() }, Store: v.st, Zone: v.zone, Now: func() time.Time { return seed.Reference.Time(v.zone).Add(20 * time.Hour) }},
		Audit: func(_ *http.Request, viewer trust.Viewer, r trail.Record) error {
			if broken {
				return trail.ErrUnwritten
			}
			r.By(viewer)
			records = append(records, r)
			return nil
		},
		Fail: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		},
	})
	get := func(path string) *httptest.ResponseRecorder {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path+"?area="+string(v.area), nil))
		return rec
	}
	for range 2 {
		if rec := get("/export/coverage/targets.csv"); rec.Code != http.StatusOK {
			t.Fatal(rec.Code, rec.Body)
		}
	}
	if len(records) != 2 || records[0].HouseholdCount == 0 || records[1].HouseholdCount != records[0].HouseholdCount || records[0].Via != "export" || records[0].Name != "coverage/targets.csv" || records[0].Viewer != "operator" {
		t.Fatalf("%+v", records)
	}
	if n := len(records[0].Households); n != records[0].HouseholdCount || records[0].Households[0].Kind() != kg.KindHousehold {
		t.Errorf("%d households listed of %d", n, records[0].HouseholdCount)
	}
	broken = true
	if rec := get("/map/buildings.json"); rec.Code != http.StatusServiceUnavailable || rec.Header().Get("ETag") != "" {
		t.Errorf("a map that cannot be recorded: %d", rec.Code)
	}
	for _, path := range []string{"/map/areas.geojson", "/export/coverage/children.csv"} {
		if rec := get(path); rec.Code != http.StatusOK {
			t.Errorf("%s is about areas only: %d", path, rec.Code)
		}
	}
	if len(records) != 2 {
		t.Errorf("%+v", records[2:])
	}
}
