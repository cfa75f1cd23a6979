package cli

import (
	"testing"

	"lintu/trust"
)

func TestWhoSeesPeopleMayAskForMoreAtOnceAndEachViewerIsCountedAlone(t *testing.T) {
	for _, d := range trust.Roles {
		v := trust.Viewer{Name: "key:" + string(d.Role), Roles: []trust.Role{d.Role}}
		counts := counted(trust.With(t.Context(), v))
		more := d.Role != trust.Dashboard && d.Role != trust.Responder && d.Role != trust.Device
		if counts.Key != v.Name || counts.Analyst != more {
			t.Errorf("%s: %+v", d.Role, counts)
		}
	}
}
