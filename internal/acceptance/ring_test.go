package acceptance

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
	"lintu/trust"
)

// helpers are so many people who may be called, in the building of h2, on the other side of its stairs.
func helpers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{create: {household: {key: "n%[1]d", number: "70%[1]d"}}} {tie: {partOf: {from: "n%[1]d", to: $(e1)}}}
			{create: {person: {key: "p%[1]d", name: "邻居%[1]d", birthDate: "1980-01-01", responder: {
				consents: [{purpose: "respond", validFrom: "2020-01-01"}], vettings: [{by: "community", validFrom: "2020-01-01"}]}}}}
			{tie: {livesIn: {from: "p%[1]d", to: "n%[1]d", validFrom: "2020-01-01"}}} `, i)
	}
	return b.String()
}

const ringShown = `{ now status { state called coming there minutes ambulance } ring {
	id state outcome policy drill presses cancelUntil dueAt deadlines { step dueAt doneAt late } candidates { person metres reasons } waves { number called }
	alerts(orderBy: {field: CALLED_AT}) { nodes { id state role word alertTo { nodes { id title } } } } timeline(first: 200) { totalCount nodes { event late } } rangAt { nodes { id } edges { device { id } } } } }`

// ringAnswer is what tests look at of a RingPayload.
type ringAnswer struct {
	Now    time.Time
	Status struct {
		State                 string
		Called, Coming, There int
		Minutes               *int
	}
	Ring struct {
		ID, State, Outcome, Policy string
		Drill                      bool
		Presses                    int
		CancelUntil, DueAt         *time.Time
		Deadlines                  []struct{ Step, DueAt, DoneAt string }
		Candidates                 []struct {
			Person  string
			Reasons []string
		}
		Waves  []struct{ Number, Called int }
		Alerts struct {
			Nodes []struct {
				ID, State, Role, Word string
				AlertTo               struct{ Nodes []struct{ ID string } }
			}
		}
		Timeline struct {
			TotalCount int
			Nodes      []struct{ Event string }
		}
		RangAt struct {
			Nodes []struct{ ID string }
			Edges []struct{ Device *struct{ ID string } }
		}
	}
}

// ringMove makes a mutation that gives a RingPayload.
func (e *edge) ringMove(t testing.TB, call string) (out ringAnswer) {
	t.Helper()
	a := e.data(t, "mutation { move: "+named(call)+" "+ringShown+" }", nil)
	var d struct{ Move ringAnswer }
	if err := json.Unmarshal(a.Data, &d); err != nil {
		t.Fatal(err)
	}
	return d.Move
}

// refused is the code and the text of a mutation that is refused.
func (e *edge) refused(t testing.TB, call string) (code, text string) {
	t.Helper()
	a := e.ask(t, "mutation { "+named(call)+" { now } }", nil)
	if len(a.Errors) != 1 {
		t.Fatalf("%s: %s %v", call, a.Data, a.Errors)
	}
	code, _ = a.Errors[0].Extensions["code"].(string)
	return code, a.Errors[0].Message
}

func TestARingGoesFromThePressToThePersonAtTheDoor(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		if made := e.change(t, helpers(9), nil); !made.Applied {
			t.Fatalf("%+v", made)
		}
		r := e.ringMove(t, `ring(input: {doorbell: $(bell2)})`)
		if r.Ring.State != "OPEN" || !r.Ring.Drill || r.Ring.Policy != "city@1" || len(r.Ring.Candidates) != 9 || r.Ring.Candidates[0].Reasons[0] != "SAME_BUILDING" ||
			r.Ring.DueAt == nil || !r.Ring.DueAt.After(r.Now) || r.Ring.CancelUntil.Sub(r.Now) != 10*time.Second || r.Ring.RangAt.Edges[0].Device.ID != string(fixture.ID("bell2")) {
			t.Errorf("after the press: %+v", r)
		}
		if len(r.Ring.Waves) != 1 || r.Ring.Waves[0].Called != 7 || r.Status.Called < 7 || r.Ring.Timeline.TotalCount != len(r.Ring.Timeline.Nodes) {
			t.Errorf("called: %+v", r.Ring)
		}
		if again := e.ringMove(t, `ring(input: {household: $(h2)})`); again.Ring.ID != r.Ring.ID || again.Ring.Presses != 2 {
			t.Errorf("pressed again: %+v", again.Ring)
		}
		first := r.Ring.Alerts.Nodes[0]
		if code, text := e.refused(t, fmt.Sprintf(`arrive(input: {alert: %q})`, first.ID)); code != "CONFLICT" || !strings.Contains(text, "say yes first") {
			t.Errorf("arriving without a yes: %s %s", code, text)
		}
		yes := e.ringMove(t, fmt.Sprintf(`acceptAlert(alert: %q)`, first.ID))
		if yes.Ring.State != "ACKNOWLEDGED" || yes.Status.Coming != 1 || len(yes.Ring.Alerts.Nodes[0].Word) != 4 {
			t.Errorf("after a yes: %+v", yes)
		}
		person := first.AlertTo.Nodes[0].ID
		mine := e.data(t, fmt.Sprintf(`{ myAlerts(person: %q) { id state alertOf { nodes { id state } } } }`, person), nil)
		if !strings.Contains(string(mine.Data), first.ID) || !strings.Contains(string(mine.Data), r.Ring.ID) {
			t.Errorf("my alerts: %s", mine.Data)
		}
		e.clock.at = e.clock.at.Add(50 * time.Second)
		e.ringMove(t, fmt.Sprintf(`onMyWay(alert: %q)`, first.ID))
		if there := e.ringMove(t, fmt.Sprintf(`arrive(input: {alert: %q})`, first.ID)); there.Ring.State != "ATTENDED" || there.Status.There != 1 {
			t.Errorf("at the door: %+v", there)
		}
		e.ringMove(t, fmt.Sprintf(`handOver(alert: %q)`, first.ID))
		done := e.ringMove(t, fmt.Sprintf(`closeRing(ring: %q, outcome: HELP_GIVEN)`, r.Ring.ID))
		if done.Ring.State != "CLOSED" || done.Ring.Outcome != "HELP_GIVEN" || done.Ring.DueAt != nil {
			t.Errorf("closed: %+v", done.Ring)
		}
		list := e.data(t, named(`{ rings(where: {area: $(grid3), state: [CLOSED], pressedAt: {gte: "2026-09-01T00:00:00+08:00"}}, orderBy: {field: PRESSED_AT, direction: DESC}) { nodes { id } }
			people: household(id: $(h2)) { rings { totalCount } } }`), nil)
		if !strings.Contains(string(list.Data), r.Ring.ID) || !strings.Contains(string(list.Data), `"totalCount":1`) {
			t.Errorf("in lists: %s", list.Data)
		}
	})
}

func TestWhatIsDueIsDoneAndRecordsAreNotEdited(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		if made := e.change(t, helpers(9), nil); !made.Applied {
			t.Fatalf("%+v", made)
		}
		r := e.ringMove(t, `ring(input: {household: $(h3)})`)
		e.clock.at = e.clock.at.Add(63 * time.Second)
		if _, err := e.bell.Due(t.Context()); err != nil {
			t.Fatal(err)
		}
		later := e.ringMove(t, `ring(input: {household: $(h3)})`)
		if len(later.Ring.Waves) != 2 || later.Ring.Waves[1].Called != 2 {
			t.Errorf("after 63 s: %+v", later.Ring.Waves)
		}
		last := later.Ring.Alerts.Nodes[0].ID
		for name, c := range map[string]struct{ call, code string }{
			"a ring that is none":  {fmt.Sprintf(`cancelRing(ring: %q)`, kg.NewID(kg.KindRing)), "NOT_FOUND"},
			"an id of a person":    {`acceptAlert(alert: $(li))`, "BAD_USER_INPUT"},
			"too late to cancel":   {fmt.Sprintf(`cancelRing(ring: %q)`, r.Ring.ID), "CONFLICT"},
			"no ambulance":         {fmt.Sprintf(`arrive(input: {ambulanceOf: %q})`, r.Ring.ID), "CONFLICT"},
			"a ring that is open":  {fmt.Sprintf(`reopenRing(ring: %q)`, r.Ring.ID), "CONFLICT"},
			"nowhere to ring":      {fmt.Sprintf(`ring(input: {doorbell: %q})`, kg.NewID(kg.KindDoorbell)), "NOT_FOUND"},
			"handing over nothing": {fmt.Sprintf(`handOver(alert: %q)`, last), "CONFLICT"},
		} {
			if code, text := e.refused(t, c.call); code != c.code {
				t.Errorf("%s: %s %s", name, code, text)
			}
		}
		edit := e.change(t, fmt.Sprintf(`{end: {id: %q, version: 1, on: "2026-09-02"}}`, r.Ring.ID), nil)
		if edit.Applied || len(edit.Problems) != 1 || edit.Problems[0].Code != "FORBIDDEN" {
			t.Errorf("an edit of a ring: %+v", edit)
		}
		e.viewer = loaders.Viewer{Name: "some", Roles: []trust.Role{trust.Operator}, Purpose: trust.Operation, Scope: store.Scope{Areas: fixture.IDs("village")}}
		if code, _ := e.refused(t, fmt.Sprintf(`callAmbulance(ring: %q)`, r.Ring.ID)); code != "NOT_FOUND" {
			t.Errorf("by who sees a part only: %s", code)
		}
	})
}

func TestTonightListsTheDoorsThatWouldFailWithTheirFix(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		ask := func(more string) string {
			return named(`{ tonight(area: $(grid3), at: "2026-09-01T20:00:00+08:00"` + more + `) { doors failing at worst { doorbell { id } household { id } chance neighbours contacts others fix people after who { id } } } }`)
		}
		var d struct {
			Tonight struct {
				Doors, Failing int
				At             time.Time
				Worst          []struct {
					Doorbell, Household struct{ ID string }
					Chance, After       float64
					Fix                 string
					People              int
					Who                 []struct{ ID string }
				}
			}
		}
		read := func(more string) {
			t.Helper()
			if err := json.Unmarshal(e.data(t, ask(more), nil).Data, &d); err != nil {
				t.Fatal(err)
			}
		}
		read("")
		if d.Tonight.Doors == 0 || d.Tonight.Failing == 0 || len(d.Tonight.Worst) != d.Tonight.Failing || d.Tonight.At.IsZero() {
			t.Fatalf("%+v", d)
		}
		w := d.Tonight.Worst[0]
		if w.Doorbell.ID == "" || w.Household.ID == "" || w.Chance >= 0.9 || w.Fix != "NONE" && (w.People < 1 || w.After < 0.9) {
			t.Errorf("%+v", w)
		}
		read("")
		failing := d.Tonight.Failing
		if made := e.change(t, helpers(9), nil); !made.Applied {
			t.Fatalf("%+v", made)
		}
		if read(""); d.Tonight.Failing >= failing {
			t.Errorf("with nine more neighbours %d fail, before %d", d.Tonight.Failing, failing)
		}
		for want, more := range map[string]string{"first": ", first: 0", "sure": ", sure: 1"} {
			a := e.ask(t, ask(more), nil)
			if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "BAD_USER_INPUT" || !strings.Contains(a.Errors[0].Message, want) {
				t.Errorf("%s: %v", more, a.Errors)
			}
		}
		if a := e.ask(t, fmt.Sprintf(`{ tonight(area: %q) { doors } }`, kg.NewID(kg.KindDivision)), nil); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "NOT_FOUND" {
			t.Errorf("an area that is not there: %v", a.Errors)
		}
	})
}
