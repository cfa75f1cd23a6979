package acceptance

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestADoorbellsFaultsAreListedAndAHeartbeatEndsItsSilence(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		faults := func() (string, []string) {
			t.Helper()
			a := e.data(t, named(`{ doorbellFaults(area: $(h2), first: 5) { next doorbells { faults doorbell { id serial installedAt { nodes { id } } } } } }`), nil)
			var d struct {
				DoorbellFaults struct {
					Next      *string
					Doorbells []struct {
						Faults   []string
						Doorbell struct {
							ID          string
							InstalledAt struct{ Nodes []struct{ ID string } }
						}
					}
				}
			}
			if err := json.Unmarshal(a.Data, &d); err != nil {
				t.Fatal(err)
			}
			list := d.DoorbellFaults.Doorbells
			if len(list) != 1 || d.DoorbellFaults.Next != nil || list[0].Doorbell.ID != string(fixture.ID("bell2")) || list[0].Doorbell.InstalledAt.Nodes[0].ID != string(fixture.ID("h2")) {
				t.Fatalf("%s", a.Data)
			}
			return list[0].Doorbell.ID, list[0].Faults
		}
		bell, idle := faults()
		if got := strings.Join(idle, " "); got != "NO_CONTACT NO_KEY" {
			t.Errorf("before it goes live: %s", got)
		}
		if made := e.change(t, `{change: {doorbell: {id: $(bell2), version: 1, status: ACTIVE}}}`, nil); !made.Applied {
			t.Fatalf("%+v", made)
		}
		if _, live := faults(); strings.Join(live, " ") != "NO_CONTACT NO_KEY NEVER_HEARD TEST_DUE" {
			t.Errorf("in use: %v", live)
		}
		beat := e.data(t, `mutation { heartbeat(input: {doorbell: "`+bell+`", battery: 12}) { now doorbell { battery heardAt } } }`, nil)
		if !strings.Contains(string(beat.Data), `"battery":12`) || strings.Contains(string(beat.Data), `"heardAt":null`) {
			t.Errorf("%s", beat.Data)
		}
		if _, after := faults(); strings.Contains(strings.Join(after, " "), "NEVER_HEARD") || !strings.Contains(strings.Join(after, " "), "BATTERY_LOW") {
			t.Errorf("%v", after)
		}
		a := e.ask(t, `mutation { heartbeat(input: {doorbell: "`+bell+`", battery: 120}) { now } }`, nil)
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "BAD_USER_INPUT" {
			t.Errorf("%s %v", a.Data, a.Errors)
		}
		hidden := e.ask(t, `{ doorbell(id: "`+bell+`") { keyHash } }`, nil)
		if len(hidden.Errors) != 1 {
			t.Errorf("the hash of the key is shown: %s", hidden.Data)
		}
	})
}
