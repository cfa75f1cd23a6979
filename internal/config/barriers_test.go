package config

import (
	"errors"
	"strings"
	"testing"
)

const (
	aRiver = `{"type":"Feature","properties":{"kind":"river","name":"花地河"},"geometry":{"type":"LineString","coordinates":[[113,23],[113.01,23]]}}`
	aFar   = `{"type":"Feature","properties":{"kind":"bridge","name":"远桥"},"geometry":{"type":"Point","coordinates":[113,24]}}`
)

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func TestBarriersAreReadFromTheirFile(t *testing.T) {
	c := load(t, []string{"LINTU_BARRIERS=" + write(t, "lines.geojson", collection(aRiver, aFar))})
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if c.Barriers.Lines() != 1 || c.Barriers.Crossings() != 1 {
		t.Errorf("%d lines, %d crossings", c.Barriers.Lines(), c.Barriers.Crossings())
	}
	if len(c.Warnings) != 1 || !strings.HasPrefix(c.Warnings[0], `LINTU_BARRIERS: feature 2 ("远桥") opens nothing`) {
		t.Errorf("warnings are %q", c.Warnings)
	}
	none := load(t, nil)
	if err := none.Validate(); err != nil || none.Barriers.Loaded() {
		t.Errorf("without a file: %v, loaded %v", err, none.Barriers.Loaded())
	}
}

func TestAFileOfBarriersThatCannotBeUsedIsAProblemOfItsSetting(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "names a file that cannot be used: it is not JSON of a FeatureCollection",
		collection(aRiver, `{"type":"Point"}`): `names a file that cannot be used: feature 2: its type is "Point"; allowed is Feature`,
	} {
		var invalid *Invalid
		err := load(t, nil, "--barriers", write(t, "lines.geojson", text)).Validate()
		if !errors.As(err, &invalid) || len(invalid.Problems) != 1 || !strings.HasPrefix(invalid.Problems[0], "--barriers ") || !strings.Contains(invalid.Problems[0], want) {
			t.Errorf("%s gives %v", text, err)
		}
	}
	if err := load(t, nil, "--barriers", "nowhere.geojson").Validate(); err == nil || !strings.Contains(err.Error(), "--barriers nowhere.geojson names a file that cannot be read (there is no such file): write the path of a GeoJSON file") {
		t.Errorf("a missing file gives %v", err)
	}
}
