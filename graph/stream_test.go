package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"lintu/graph"
)

const events = "text/event-stream"

func TestAStreamHoldsTheAnswerAndItsEnd(t *testing.T) {
	h := graph.New(options(t))
	for _, c := range []struct{ name, method, target, body, says string }{
		{"by POST", "POST", "/graphql", query(counting), `"totalCount":`},
		{"by GET", "GET", "/graphql?query=%7B__typename%7D", "", `{"data":{"__typename":"Query"}`},
		{"a wrong document", "POST", "/graphql", query(`{ nothing }`), `"code":"BAD_USER_INPUT"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := send(t, h, c.method, c.target, c.body, "Accept", events)
			if r.status != 200 || r.header.Get("Content-Type") != events+"; charset=utf-8" {
				t.Errorf("status %d, %v", r.status, r.header)
			}
			if !strings.HasPrefix(r.text, ":\n\nevent: next\ndata: {") || !strings.HasSuffix(r.text, "}\n\nevent: complete\ndata:\n\n") || !strings.Contains(r.text, c.says) {
				t.Errorf("streamed %q", r.text)
			}
		})
	}
}

func TestAClientThatTakesWholeAnswersTooGetsOne(t *testing.T) {
	h := graph.New(options(t))
	const all = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed" // as urql sends it
	r := send(t, h, "POST", "/graphql", query(counting), "Accept", all)
	if r.status != 200 || r.header.Get("Content-Type") != "application/graphql-response+json; charset=utf-8" || len(r.Data) == 0 {
		t.Errorf("status %d, %v, %s", r.status, r.header, r.text)
	}
	for accept, want := range map[string]string{
		"":                    "application/json",
		"*/*":                 "application/json",
		"text/html, */*;q=.1": "application/json",
		"application/json;q=0.4, application/graphql-response+json;q=0.5": "application/graphql-response+json",
		"application/graphql-response+json;q=0, application/json;q=0.1":   "application/json",
		"image/png": "application/json",
	} {
		if got := send(t, h, "POST", "/graphql", query(counting), "Accept", accept).header.Get("Content-Type"); got != want+"; charset=utf-8" {
			t.Errorf("Accept %q: %s", accept, got)
		}
	}
}

const deferred = `query Q { divisions(first: 1) { nodes { title ... @defer(label: "below") { children(first: 1) { nodes { title } } } } } }`

func TestWhatIsDeferredComesLaterWhereTheClientTakesParts(t *testing.T) {
	h := graph.New(options(t))
	r := send(t, h, "POST", "/graphql", query(deferred), "Accept", "application/json, multipart/mixed")
	media, params, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	if err != nil || media != "multipart/mixed" {
		t.Fatalf("%v, %s", r.header, r.text)
	}
	parts := multipart.NewReader(strings.NewReader(r.text), params["boundary"])
	var texts []string
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in %q", err, r.text)
		}
		text, _ := io.ReadAll(part)
		if !json.Valid(text) || !strings.HasPrefix(part.Header.Get("Content-Type"), "application/json") {
			t.Fatalf("a part is %s %v", text, part.Header)
		}
		texts = append(texts, string(text))
	}
	if len(texts) != 2 {
		t.Fatalf("%d parts in %q", len(texts), r.text)
	}
	if first := texts[0]; strings.Contains(first, "children") || !strings.Contains(first, `"title"`) || !strings.Contains(first, `"hasNext":true`) {
		t.Errorf("the first part is %s", first)
	}
	if last := texts[1]; !strings.HasPrefix(last, `{"incremental":[{"data":{"children":{`) || !strings.Contains(last, `"label":"below","path":["divisions","nodes",0]`) || !strings.HasSuffix(last, `"hasNext":false}`) {
		t.Errorf("the last part is %s", last)
	}
}

func TestDeferMeansNothingWhereTheClientTakesNoParts(t *testing.T) {
	h := graph.New(options(t))
	whole := send(t, h, "POST", "/graphql", query(strings.Replace(deferred, `@defer(label: "below")`, "", 1))).text
	for range 2 { // the second time from the cache of documents, which the first must not have changed
		for _, text := range []string{
			deferred, strings.Replace(deferred, "@defer", "@ defer", 1),
			`query Q { divisions(first: 1) { nodes { title ...Below @defer } } } fragment Below on Division { children(first: 1) { nodes { title } } }`,
		} {
			if got := send(t, h, "POST", "/graphql", query(text)).text; got != whole {
				t.Errorf("%s\n got %s\nwant %s", text, got, whole)
			}
		}
	}
	if r := send(t, h, "POST", "/graphql", query(deferred), "Accept", "multipart/mixed"); !strings.HasPrefix(r.header.Get("Content-Type"), "multipart/mixed") {
		t.Errorf("after whole answers no parts come: %s", r.text)
	}
	// A client that takes parts and defers nothing gets a whole answer.
	if r := send(t, h, "POST", "/graphql", query(counting), "Accept", "multipart/mixed, application/json"); r.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("it comes as %s", r.header.Get("Content-Type"))
	}
}

func TestGETAsksAndDoesNotChange(t *testing.T) {
	h := graph.New(options(t))
	r := send(t, h, "GET", "/graphql?query=query(%24n%3AInt)%7Bpeople(first%3A%24n)%7Bnodes%7Btitle%7D%7D%7D&variables=%7B%22n%22%3A1%7D&operationName=", "")
	if r.status != 200 || strings.Count(r.text, `"title"`) != 1 {
		t.Errorf("status %d, %s", r.status, r.text)
	}
	r = send(t, h, "GET", "/graphql?query=mutation%7Bedit(changes%3A%5B%5D)%7Brevision%7D%7D", "")
	if r.status != 405 || r.header.Get("Allow") != "POST" || r.code() != "BAD_USER_INPUT" || r.Data != nil {
		t.Errorf("a mutation: status %d, %v, %s", r.status, r.header, r.text)
	}
	for _, target := range []string{"/graphql?query=%7B__typename%7D&variables=secret", "/graphql?query=%7B__typename%7D&extensions=%5B%5D", "/graphql?query=%7B__typename%7D&variables=%7B%7D%7B%7D"} {
		if r := send(t, h, "GET", target, ""); r.status != 400 || r.code() != "BAD_USER_INPUT" || strings.Contains(r.text, "secret") {
			t.Errorf("%s: status %d, %s", target, r.status, r.text)
		}
	}
}

func TestAnOperationWhoseClientHasLeftStopsInTheStore(t *testing.T) {
	o := options(t)
	held := newSlow(o.Sessions.Store)
	o.Sessions = sessions(held)
	s := served(t, o)
	for _, accept := range []string{"application/json", events, "multipart/mixed"} {
		ctx, leave := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, strings.NewReader(query(counting)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", accept)
		go func() {
			if res, err := http.DefaultClient.Do(req); err == nil {
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
		}()
		wait(t, held.began, "the visit")
		leave()
		if err := wait(t, held.ended, "its end"); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: it ended by %v", accept, err)
		}
	}
}

func TestAnOperationEndsWithItsTimeWhateverWayItWasAsked(t *testing.T) {
	o := options(t)
	o.Sessions, o.Timeout = sessions(newSlow(o.Sessions.Store)), 30*time.Millisecond
	h := graph.New(o)
	if r := send(t, h, "POST", "/graphql", query(counting)); r.code() != "TIMEOUT" {
		t.Errorf("answered %s", r.text)
	}
	if r := send(t, h, "POST", "/graphql", query(counting), "Accept", events); !strings.Contains(r.text, `"code":"TIMEOUT"`) || !strings.Contains(r.text, "event: complete") {
		t.Errorf("streamed %s", r.text)
	}
	c := greeted(t, served(t, o))
	c.ask("1", counting)
	if got := c.hear("next", "1"); !strings.Contains(got, `"code":"TIMEOUT"`) {
		t.Errorf("answered %s", got)
	}
	c.hear("complete", "1")
}

// TestAStreamComesAsItIsWritten reads the first bytes of a stream whose answer never comes.
func TestAStreamComesAsItIsWritten(t *testing.T) {
	o := options(t)
	held := newSlow(o.Sessions.Store)
	o.Sessions = sessions(held)
	s := served(t, o)
	ctx, leave := context.WithTimeout(t.Context(), enough)
	defer leave()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, strings.NewReader(query(counting)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", events)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if line, err := bufio.NewReader(res.Body).ReadString('\n'); err != nil || line != ":\n" {
		t.Errorf("%q, %v", line, err)
	}
	wait(t, held.began, "the visit")
	leave()
	_ = wait(t, held.ended, "its end")
}
