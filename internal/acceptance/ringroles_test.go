package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/trust"
)

// mineShown is what a responder asks of their own alerts: the door, who lives there, and the way to it.
const mineShown = `{ id state word alertOf { nodes { id state rangAt { nodes { id number residents { nodes { id name phone } } } } } } }`

func TestADoorIsOpenToWhoSaidYesWhileTheRingIs(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		operator := e.viewer
		if made := e.change(t, helpers(9), nil); !made.Applied {
			t.Fatalf("%+v", made)
		}
		r := e.ringMove(t, `ring(input: {household: $(h2)})`)
		mine, other := r.Ring.Alerts.Nodes[0], r.Ring.Alerts.Nodes[1]
		person := mine.AlertTo.Nodes[0].ID
		responder := trust.Viewer{Name: "key:responder", Roles: []trust.Role{trust.Responder}, Person: kg.ID(person)}
		e.viewer = responder
		asked := func() string {
			t.Helper()
			return string(e.data(t, fmt.Sprintf(`{ myAlerts(person: %q) `+mineShown+` }`, person), nil).Data)
		}
		door := string(fixture.ID("h2"))
		if got := asked(); !strings.Contains(got, mine.ID) || strings.Contains(got, r.Ring.ID) || strings.Contains(got, door) {
			t.Errorf("before a yes: %s", got)
		}
		if code, _ := e.refused(t, fmt.Sprintf(`acceptAlert(alert: %q)`, other.ID)); code != "NOT_FOUND" {
			t.Errorf("the alert of somebody else: %s", code)
		}
		if a := e.ask(t, fmt.Sprintf(`{ myAlerts(person: %q) { id } }`, other.AlertTo.Nodes[0].ID), nil); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "FORBIDDEN" {
			t.Errorf("the alerts of somebody else: %v", a.Errors)
		}
		if code, _ := e.refused(t, fmt.Sprintf(`callAmbulance(ring: %q)`, r.Ring.ID)); code != "NOT_FOUND" {
			t.Errorf("an ambulance to a ring that one has not said yes to: %s", code)
		}
		yes := e.data(t, fmt.Sprintf(`mutation { acceptAlert(alert: %q) { ring { id state rangAt { nodes { id number } } } status { coming } } }`, mine.ID), nil)
		if !strings.Contains(string(yes.Data), door) {
			t.Errorf("the answer to a yes: %s", yes.Data)
		}
		got := asked()
		for _, want := range []string{r.Ring.ID, door, `"name":"`} {
			if !strings.Contains(got, want) {
				t.Errorf("after a yes there is no %s: %s", want, got)
			}
		}
		if strings.Contains(got, "某") {
			t.Errorf("after a yes it is masked: %s", got)
		}
		if a := e.ask(t, fmt.Sprintf(`{ node(id: %q) { id } }`, fixture.ID("h1")), nil); len(a.Errors) == 0 {
			t.Errorf("another door: %s", a.Data)
		}
		e.viewer = operator
		e.ringMove(t, fmt.Sprintf(`arrive(input: {alert: %q})`, mine.ID))
		e.ringMove(t, fmt.Sprintf(`handOver(alert: %q)`, mine.ID))
		e.ringMove(t, fmt.Sprintf(`closeRing(ring: %q, outcome: HELP_GIVEN)`, r.Ring.ID))
		e.viewer = responder
		if got := asked(); strings.Contains(got, door) || strings.Contains(got, r.Ring.ID) {
			t.Errorf("after the end: %s", got)
		}
	})
}

func TestADispatcherHandlesTheRingsOfTheAreasServed(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		if made := e.change(t, helpers(3), nil); !made.Applied {
			t.Fatalf("%+v", made)
		}
		dispatcher := func(area string) trust.Viewer {
			return trust.Viewer{Name: "key:" + area, Roles: []trust.Role{trust.Dispatcher}, Scope: store.Scope{Areas: fixture.IDs(area)}}
		}
		e.viewer = dispatcher("grid3")
		made := e.data(t, named(`mutation { ring(input: {household: $(h2)}) { ring { id state candidates { person } } } }`), nil)
		if strings.Contains(string(made.Data), `"person"`) {
			t.Errorf("who could be called is shown without a purpose: %s", made.Data)
		}
		list := `{ rings(where: {state: [OPEN]}) { nodes { id } } }`
		seen := string(e.data(t, list, nil).Data)
		if !strings.Contains(seen, "ring_") {
			t.Fatalf("rings of the area: %s", seen)
		}
		ring := seen[strings.Index(seen, "ring_"):]
		ring = ring[:strings.Index(ring, `"`)]
		e.viewer = dispatcher("village")
		if seen := string(e.data(t, list, nil).Data); strings.Contains(seen, ring) {
			t.Errorf("a ring of another area: %s", seen)
		}
		for _, call := range []string{`closeRing(ring: %q, outcome: TEST)`, `callAmbulance(ring: %q)`, `cancelRing(ring: %q)`} {
			if code, _ := e.refused(t, fmt.Sprintf(call, ring)); code != "NOT_FOUND" {
				t.Errorf("%s in another area: %s", call, code)
			}
		}
		if code, _ := e.refused(t, `ring(input: {household: $(h2)})`); code != "NOT_FOUND" {
			t.Errorf("ringing in another area: %s", code)
		}
		if a := e.ask(t, `{ doorbellFaults { doorbells { faults } } }`, nil); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "BAD_USER_INPUT" {
			t.Errorf("faults everywhere: %s %v", a.Data, a.Errors)
		}
		e.viewer = trust.Viewer{Name: "device:1", Roles: []trust.Role{trust.Device}, Doorbell: fixture.ID("bell1")}
		if code, _ := e.refused(t, `ring(input: {doorbell: $(bell2)})`); code != "FORBIDDEN" {
			t.Errorf("a device at another door: %s", code)
		}
		e.data(t, named(`mutation { ring(input: {doorbell: $(bell1)}) { status { state } } }`), nil)
	})
}
