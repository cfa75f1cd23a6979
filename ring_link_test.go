package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lintu/internal/cli/clitest"
)

// shownLink is a line of a demo that shows a link.
var shownLink = regexp.MustCompile(`drill message 演练消息 \w+, \w+: (http://\S+/r/\S+)`)

func TestADemoShowsTheLinksOfItsDrillsAndTheyOpenThePage(t *testing.T) {
	r := village(t, filepath.Join(t.TempDir(), "demo.db"))
	ask := func(query string) (a clitest.Answer) {
		t.Helper()
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		status, text := r.Post(string(body))
		if err := json.Unmarshal([]byte(text), &a); err != nil || status != http.StatusOK || a.Code() != "" {
			t.Fatalf("%d %v %s", status, err, text)
		}
		return a
	}
	home := ask(`{ households(first: 1, where: {contacts: {some: {consent: true}}}) { nodes { id } } }`).At("households.nodes.0.id")
	ask(fmt.Sprintf(`mutation { ring(input: {household: %q}) { now } }`, home))
	var found []string
	for deadline := time.Now().Add(20 * time.Second); found == nil; found = shownLink.FindStringSubmatch(r.Out.String()) {
		if time.Now().After(deadline) {
			t.Fatalf("no link in\n%s", r.Out.String())
		}
		time.Sleep(20 * time.Millisecond)
	}
	if !strings.HasPrefix(found[1], r.URL("/r/")) {
		t.Errorf("the link leads to %s", found[1])
	}
	resp, err := http.Get(found[1])
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(page), `value="accept"`) || !strings.Contains(string(page), "【演练】") {
		t.Errorf("%d %v %s", resp.StatusCode, err, page)
	}
	if strings.Contains(r.Err.String(), found[1][len(r.URL("/r/")):]) {
		t.Error("the link is in the log")
	}
	if code := r.Stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, r.Err.Told())
	}
}
