package acceptance

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestResponseMetricsTellHowRingsWereAnsweredByGridAndNameNobody(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		if made := e.change(t, helpers(3), nil); !made.Applied {
			t.Fatalf("%+v", made)
		}
		r := e.ringMove(t, `ring(input: {doorbell: $(bell2)})`)
		e.clock.at = e.clock.at.Add(70 * time.Second)
		e.ringMove(t, fmt.Sprintf(`acceptAlert(alert: %q)`, r.Ring.Alerts.Nodes[0].ID))
		day := now.Format(time.DateOnly)
		ask := func(arguments string) string {
			return string(e.data(t, named(fmt.Sprintf(`{ responseMetrics(from: %q, to: %[1]q %s) { all { rings answered firstYes { p50 } within60Share within180Share falseAlarms burden { alerts responderMonths } }
				groups { value grid { title } figures { rings } } } }`, day, arguments)), nil).Data)
		}
		got := ask(`area: $(grid3), by: GRID`)
		want := `"all":{"rings":1,"answered":1,"firstYes":{"p50":70},"within60Share":0,"within180Share":1,"falseAlarms":0,"burden":[{"alerts":1,"responderMonths":3}]}`
		if !strings.Contains(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
		if !strings.Contains(got, fmt.Sprintf(`"value":%q,"grid":{"title":`, fixture.ID("grid3"))) || strings.Contains(got, "person_") {
			t.Errorf("the groups are %s", got)
		}
		if hours := ask(`by: HOUR, drill: true`); !strings.Contains(hours, fmt.Sprintf(`{"value":"%02d","grid":null,"figures":{"rings":1}}`, now.In(shanghai).Hour())) {
			t.Errorf("by hour: %s", hours)
		}
		if others := ask(`drill: false`); !strings.Contains(others, `"rings":0,"answered":0,"firstYes":{"p50":null},"within60Share":null`) {
			t.Errorf("of what is no drill: %s", others)
		}
		for arguments, want := range map[string]string{
			`from: "2026-02-02", to: "2026-02-01"`:                                        "BAD_USER_INPUT",
			`from: "2026-02-02", to: "2026-02-02", area: $(bell1)`:                        "BAD_USER_INPUT",
			`from: "2026-02-02", to: "2026-02-02", area: "grid_aaaaaaaaaaaaaaaaaaaaaaaa"`: "NOT_FOUND",
		} {
			a := e.ask(t, named("{ responseMetrics("+arguments+") { all { rings } } }"), nil)
			if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != want {
				t.Errorf("%s: %s %v", arguments, a.Data, a.Errors)
			}
		}
	})
}
