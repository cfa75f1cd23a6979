package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lintu/internal/cli/clitest"
	"lintu/internal/effort"
	"lintu/internal/neo4jtest"
)

// loadQuestions are asked without end while the store goes and comes. Nothing that is written meanwhile is in their
// answers. The last two are answered from memory, and the people of the first of these are read from the store. HOME is
// some household.
var loadQuestions = []string{
	householdCount,
	"{ divisions(first: 50) { nodes { id title ancestors { nodes { id title } } } } }",
	"{ people(first: 20, orderBy: {field: TITLE}) { nodes { id title livesIn { nodes { number residents { totalCount } } } } } }",
	`{ search(text: "王", kinds: [PERSON], first: 10) { totalCount nodes { id title } } }`,
	`{ people(first: 20, where: {partyMember: true}) { totalCount nodes { id belongsTo { nodes { title } } } } }`,
	`{ nearby(to: {household: "HOME"}, radius: 3000, at: "2026-03-04T20:00:00+08:00", first: 5) { totalCount nodes { id title } } }`,
	`{ nearby(to: {household: "HOME"}, radius: 3000, at: "2026-03-04T20:00:00+08:00", first: 5) { totalCount edges { distance } leftOut { reason count } } }`,
}

const newTeam = `mutation($code: String!, $batch: String) { edit(changes: [{create: {team: {name: "值班队", code: $code}}}], batchId: $batch) { applied } }`

// underLoad is a server that is asked and written to while its store goes and comes.
type underLoad struct {
	t         *testing.T
	url       string
	questions []string
	want      []map[string]any // the questions' answers

	stop           atomic.Bool
	right, refused atomic.Int64 // answers
	mu             sync.Mutex
	acked, unknown []string // codes of the teams that were made, and of those of which nobody knows
}

// breath is what a client waits that was refused.
const breath = 50 * time.Millisecond

// ask gives an answer, or the code of what came in its place. Only the two codes of a store that is not there are
// allowed; the server itself always answers.
func (l *underLoad) ask(query string, variables map[string]any) (data map[string]any, code string) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		l.t.Error(err)
	}
	res, err := http.Post(l.url, "application/json", bytes.NewReader(body))
	if err != nil {
		l.t.Errorf("the server does not answer: %v", err)
		return nil, "NONE"
	}
	defer func() { _ = res.Body.Close() }()
	var a clitest.Answer
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
		l.t.Errorf("no answer: %v", err)
		return nil, "NONE"
	}
	for _, e := range a.Errors {
		if e.Extensions.Code != "UNAVAILABLE" && e.Extensions.Code != "TIMEOUT" {
			l.t.Errorf("%s: %s (%s)", query, e.Extensions.Code, e.Message)
		}
	}
	return a.Data, a.Code()
}

func (l *underLoad) read() {
	for i := 0; !l.stop.Load(); i++ {
		n := i % len(l.questions)
		data, code := l.ask(l.questions[n], nil)
		switch {
		case code != "":
			l.refused.Add(1)
			time.Sleep(breath)
		case !reflect.DeepEqual(data, l.want[n]):
			l.t.Errorf("%s\nanswers %+v\nbefore  %+v", l.questions[n], data, l.want[n])
			return
		default:
			l.right.Add(1)
		}
	}
}

// write makes one team after the other. What was refused is sent again with its batch's id, until it stands.
func (l *underLoad) write(name string) {
	for i := 0; !l.stop.Load(); i++ {
		team := fmt.Sprintf("%s-%d", name, i)
		stands := l.make(team)
		for !stands && !l.stop.Load() {
			time.Sleep(breath)
			stands = l.make(team)
		}
		l.mu.Lock()
		if stands {
			l.acked = append(l.acked, team)
		} else {
			l.unknown = append(l.unknown, team)
		}
		l.mu.Unlock()
	}
}

func (l *underLoad) make(team string) (stands bool) {
	data, code := l.ask(newTeam, map[string]any{"code": team, "batch": "load:" + team})
	stands = (clitest.Answer{Data: data}).At("edit.applied") == true
	if code == "" && !stands {
		l.t.Errorf("team %s: %+v", team, data)
	}
	return stands
}

// teams is how many teams have the code.
func (l *underLoad) teams(code string) any {
	data, _ := l.ask(`query($code: String!) { teams(where: {code: {eq: $code}}) { totalCount } }`, map[string]any{"code": code})
	return (clitest.Answer{Data: data}).At("teams.totalCount")
}

func TestANeo4jThatIsStoppedAndStartedUnderLoadMeansCodedErrorsMeanwhileAndNoWrongAnswer(t *testing.T) {
	server := cleared(t, neo4jtest.Own)
	r := clitest.Start(t, run, settings(t, server), villageInNeo4j...)
	r.UntilReady()
	l := &underLoad{t: t, url: r.URL("/graphql")}
	home := r.Ask("{ households(first: 1) { nodes { id } } }", nil).At("households.nodes.0.id")
	for _, q := range loadQuestions {
		q = strings.ReplaceAll(q, "HOME", fmt.Sprint(home))
		a := r.Ask(q, nil)
		if len(a.Errors) > 0 || a.At("nearby.totalCount") == 0.0 {
			t.Fatalf("%s: %+v", q, a)
		}
		l.questions = append(l.questions, q)
		l.want = append(l.want, a.Data)
	}
	var wait sync.WaitGroup
	t.Cleanup(func() { // also where the test fails in the middle
		l.stop.Store(true)
		wait.Wait()
	})
	for i := range 3 {
		wait.Go(l.read)
		if i < 2 {
			wait.Go(func() { l.write(fmt.Sprint("w", i)) })
		}
	}
	for stop := range effort.Kills(t, 1, 4) {
		right, refused := l.right.Load(), l.refused.Load()
		r.Until("it answers under load", func() bool { return l.right.Load() > right+20 })
		end := server.Stop
		if stop%2 == 1 {
			end = server.Kill
		}
		if err := end(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.Until("it says that the store is gone", func() bool { return l.refused.Load() > refused && !r.Readiness().Ready })
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.UntilReady()
	}
	right := l.right.Load()
	r.Until("it answers again", func() bool { return l.right.Load() > right+20 })
	l.stop.Store(true)
	wait.Wait()
	t.Logf("%d right answers, %d coded errors, %d edits acknowledged, %d unknown", l.right.Load(), l.refused.Load(), len(l.acked), len(l.unknown))
	if len(l.acked) == 0 {
		t.Error("no edit was acknowledged")
	}
	for _, code := range l.acked {
		if n := l.teams(code); n != 1.0 {
			t.Errorf("the acknowledged team %s is there %v times", code, n)
		}
	}
	for _, code := range l.unknown { // whoever does not know sends it again
		if stands, n := l.make(code), l.teams(code); !stands || n != 1.0 {
			t.Errorf("team %s sent again: %v, it is there %v times", code, stands, n)
		}
	}
}
