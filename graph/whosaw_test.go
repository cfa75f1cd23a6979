package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/doorbell/feed"
	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
	"lintu/trail"
	"lintu/trust"
)

// newTrailed is the edge over the village with a trail on the disk.
func newTrailed(t *testing.T) (*audited, *trail.Trail) {
	t.Helper()
	w := newWatch(t, feed.Options{})
	tr, err := trail.Open(trail.Options{Dir: t.TempDir(), Now: func() time.Time { w.at = w.at.Add(time.Second); return w.at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tr.Close() })
	a := &audited{watch: w, viewer: loaders.Viewer{Name: "key:auditor", Roles: []trust.Role{trust.Admin}, Purpose: trust.CareVisit, Scope: store.Scope{All: true}}}
	a.server = httptest.NewServer(New(Options{
		Sessions: &loaders.Sessions{Store: w.store, Zone: time.UTC, Now: func() time.Time { return w.at }, Viewer: func(context.Context) loaders.Viewer { return a.viewer }},
		Doorbell: w.bell, Feed: w.feed, Timeout: time.Minute, Trail: tr, Audits: trail.NewReader(tr.Folder()),
	}))
	t.Cleanup(a.server.Close)
	return a, tr
}

// read asks, and reads the answer's data.
func read[T any](t *testing.T, a *audited, query string, vars map[string]any) T {
	t.Helper()
	text := a.ask(t, query, vars)
	var out struct {
		Data   T
		Errors []any
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil || len(out.Errors) > 0 {
		t.Fatalf("%s: %s, %v", query, text, err)
	}
	return out.Data
}

type sightings struct {
	WhoSaw struct {
		Nodes []struct {
			ID, Viewer, Operation, Via, Purpose, Result string
			Write, HouseholdOnly, Release               bool
			People, Households                          int
		}
		Edges    []struct{ Cursor string }
		PageInfo struct{ HasNextPage bool }
		Unlisted int
	}
}

const whoSaw = `query Audit($p: ID!, $first: Int!, $after: String) { whoSaw(person: $p, first: $first, after: $after) {
	nodes { id viewer operation via purpose result write householdOnly release people households } edges { cursor } pageInfo { hasNextPage } unlisted } }`

func TestAnAuditorReadsWhoSawAPersonAndTheirHousehold(t *testing.T) {
	a, _ := newTrailed(t)
	person, home := a.ID("wang1"), a.ID("h1")
	a.viewer.Name = "key:worker"
	for _, q := range []string{
		`query One($p: ID!, $h: ID!) { person(id: $p) { name } household(id: $h) { id } }`,
		`query Home($p: ID!, $h: ID!) { household(id: $h) { room } person(id: $p) { id } }`,
		`query Units($p: ID!, $h: ID!) { units { nodes { name } } nodes(ids: [$p, $h]) { id } }`,
	} {
		if text := a.ask(t, q, map[string]any{"p": person, "h": home}); strings.Contains(text, `"errors"`) {
			t.Fatal(text)
		}
	}
	a.viewer.Name = "key:auditor"
	got := read[sightings](t, a, whoSaw, map[string]any{"p": person, "first": 10}).WhoSaw
	if len(got.Nodes) != 2 || got.PageInfo.HasNextPage || got.Nodes[0].Operation != "Home" || !got.Nodes[0].HouseholdOnly || got.Nodes[1].Operation != "One" || got.Nodes[1].HouseholdOnly {
		t.Fatalf("%+v", got)
	}
	if n := got.Nodes[1]; n.Viewer != "key:worker" || n.Via != "graphql" || n.Purpose != "care-visit" || n.People != 1 || n.Result != "ok" || n.Write || n.Release {
		t.Errorf("%+v", n)
	}
	first := read[sightings](t, a, whoSaw, map[string]any{"p": person, "first": 2}).WhoSaw
	if len(first.Nodes) != 2 || first.Nodes[0].Operation != "Audit" || !first.PageInfo.HasNextPage {
		t.Fatalf("who asks who saw a person has asked about that person: %+v", first)
	}
	second := read[sightings](t, a, whoSaw, map[string]any{"p": person, "first": 2, "after": first.Edges[1].Cursor}).WhoSaw
	if len(second.Nodes) != 1 || second.Nodes[0].Operation != "One" || second.PageInfo.HasNextPage {
		t.Errorf("%+v", second)
	}
	if text := a.ask(t, whoSaw, map[string]any{"p": a.ID("h1"), "first": 2}); !strings.Contains(text, "BAD_USER_INPUT") {
		t.Errorf("of a household: %s", text)
	}
	a.viewer.Roles, a.viewer.Person = []trust.Role{trust.Responder}, person
	mine := read[struct {
		WhoSawMe struct{ Nodes []struct{ Viewer string } }
	}](t, a, `{ whoSawMe(first: 100) { nodes { viewer } } }`, nil).WhoSawMe.Nodes
	if len(mine) < 2 || !slices.ContainsFunc(mine, func(n struct{ Viewer string }) bool { return n.Viewer == "key:worker" }) {
		t.Errorf("a person's own view: %+v", mine)
	}
	a.viewer.Person = ""
	if text := a.ask(t, `{ whoSawMe { unlisted } }`, nil); !strings.Contains(text, "BAD_USER_INPUT") {
		t.Errorf("of nobody: %s", text)
	}
	a.viewer.Roles = []trust.Role{trust.Analyst}
	for _, q := range []string{whoSaw, `query($p: ID!, $first: Int!) { breakGlass(first: $first) { nodes { id } } person(id: $p) { id } }`} {
		if text := a.ask(t, q, map[string]any{"p": person, "first": 2}); !strings.Contains(text, "FORBIDDEN") {
			t.Errorf("an analyst: %s", text)
		}
	}
}

func TestAUseOfBreakGlassWaitsForAnAuditorAndWhomItShowedForBeingTold(t *testing.T) {
	a, tr := newTrailed(t)
	person := a.ID("wang1")
	a.viewer = loaders.Viewer{Name: "key:analyst", Roles: []trust.Role{trust.Analyst}, Purpose: trust.BreakGlass, Reason: "门内有人呼救", Scope: store.Scope{All: true}}
	if text := a.ask(t, `query Emergency($p: ID!) { person(id: $p) { phone name } }`, map[string]any{"p": person}); strings.Contains(text, `"errors"`) {
		t.Fatal(text)
	}
	ring := a.Of(kg.KindRing)[0]
	if err := tr.Append(t.Context(), trail.Record{Kind: trail.Release, Viewer: string(a.ID("li")), Ring: ring, Subjects: trail.SubjectsOf([]kg.ID{person, a.ID("h1")})}); err != nil {
		t.Fatal(err)
	}
	a.viewer = loaders.Viewer{Name: "key:auditor", Roles: []trust.Role{trust.Auditor}, Scope: store.Scope{All: true}}
	type use struct {
		ID, Viewer, Reason, Operation  string
		People                         int
		AcknowledgedAt, AcknowledgedBy *string
	}
	const uses = `query($a: Boolean) { breakGlass(acknowledged: $a) { nodes { id viewer reason operation people acknowledgedAt acknowledgedBy } } }`
	open := read[struct{ BreakGlass struct{ Nodes []use } }](t, a, uses, map[string]any{"a": false}).BreakGlass.Nodes
	if len(open) != 1 || open[0].Viewer != "key:analyst" || open[0].Reason != "门内有人呼救" || open[0].Operation != "Emergency" || open[0].People != 1 || open[0].AcknowledgedAt != nil {
		t.Fatalf("%+v", open)
	}
	taken := read[struct{ Acknowledge use }](t, a, `mutation($u: String!) { acknowledge(use: $u) { id acknowledgedAt acknowledgedBy } }`, map[string]any{"u": open[0].ID}).Acknowledge
	if taken.AcknowledgedAt == nil || *taken.AcknowledgedBy != "key:auditor" {
		t.Errorf("%+v", taken)
	}
	if left := read[struct{ BreakGlass struct{ Nodes []use } }](t, a, uses, map[string]any{"a": false}).BreakGlass.Nodes; len(left) != 0 {
		t.Errorf("%+v", left)
	}
	for query, want := range map[string]string{
		`mutation { acknowledge(use: "nobody.1") { id } }`:                               "NOT_FOUND",
		`mutation { acknowledge(use: "") { id } }`:                                       "BAD_USER_INPUT",
		`mutation { told(task: "tell_aaaaaaaaaaaaaaaaaaaaaaaa", how: VISIT) { how } }`:   "NOT_FOUND",
		`mutation { told(task: "tell_AAAAAAAAAAAAAAAAAAAAAAAA.1", how: VISIT) { how } }`: "BAD_USER_INPUT",
	} {
		if text := a.ask(t, query, nil); !strings.Contains(text, want) {
			t.Errorf("%s: %s", query, text)
		}
	}

	type task struct {
		ID, Why, Person, At, DueAt string
		Ring, How, ToldBy          *string
		Overdue                    bool
	}
	const tasks = `query($d: Boolean) { toTell(done: $d) { nodes { id why person at dueAt overdue ring how toldBy } } }`
	todo := read[struct{ ToTell struct{ Nodes []task } }](t, a, tasks, nil).ToTell.Nodes
	if len(todo) != 2 || todo[0].Why != "RING" || todo[1].Why != "BREAK_GLASS" || *todo[0].Ring != string(ring) || todo[1].Ring != nil || todo[0].Person != string(person) || todo[0].Overdue {
		t.Fatalf("%+v", todo)
	}
	done := read[struct{ Told task }](t, a, `mutation($t: String!) { told(task: $t, how: VISIT) { id how toldBy } }`, map[string]any{"t": todo[0].ID}).Told
	if *done.How != "VISIT" || *done.ToldBy != "key:auditor" {
		t.Errorf("%+v", done)
	}
	a.at = a.at.AddDate(0, 0, 8)
	left := read[struct{ ToTell struct{ Nodes []task } }](t, a, tasks, map[string]any{"d": false}).ToTell.Nodes
	if len(left) != 1 || left[0].ID != todo[1].ID || !left[0].Overdue {
		t.Errorf("%+v", left)
	}
	if report, err := trail.Verify(t.Context(), trail.VerifyOptions{Dir: tr.Folder()}); err != nil || len(report.Problems) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestWithoutATrailNobodyIsToldWhoSawWhom(t *testing.T) {
	a := newAudited(t)
	for _, q := range []string{
		fmt.Sprintf(`{ whoSaw(person: %q) { unlisted } }`, a.ID("wang1")), `{ breakGlass { nodes { id } } }`, `{ toTell { nodes { id } } }`,
	} {
		if text := a.ask(t, q, nil); !strings.Contains(text, "UNAVAILABLE") {
			t.Errorf("%s: %s", q, text)
		}
	}
}
