package httpapi

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

func TestPagesOfLinksAreOpenWithoutTheTokenAndTakeFormsFromThemselvesOnly(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	})
	var log bytes.Buffer
	s := newServer(t, Options{Pages: page, Who: asking(), BodyLimit: 1000, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for name, c := range map[string]struct {
		method string
		header []string
		want   int
	}{
		"a link from elsewhere":  {"GET", []string{"Sec-Fetch-Site", "cross-site"}, 200},
		"its own form":           {"POST", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		"an old browser's form":  {"POST", nil, 200},
		"a form from elsewhere":  {"POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a form of another page": {"POST", []string{"Origin", "https://elsewhere.example.cn"}, 403},
	} {
		if res := ask(s, c.method, "/r/secret-of-a-link", "", c.header...); res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.want)
		}
	}
	if res := ask(s, "POST", "/r/secret-of-a-link", strings.Repeat("a", 2000)); res.StatusCode == http.StatusOK {
		t.Error("a body over the limit is taken")
	}
	if strings.Contains(log.String(), "secret-of-a-link") || !strings.Contains(log.String(), "/r/...") {
		t.Errorf("the log holds %s", log.String())
	}
	if res := ask(newServer(t, Options{}), "GET", "/r/x", ""); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("before there is a store: %d", res.StatusCode)
	}
}

func TestTheBoardIsServedWithoutTheTokenWhereThereIsOne(t *testing.T) {
	board := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.URL.Path)) })
	s := newServer(t, Options{Board: board, Who: asking()})
	for path, want := range map[string]int{"/board": 200, "/board/board.js": 200, "/boards": 404} {
		if res := ask(s, "GET", path, ""); res.StatusCode != want {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if res := ask(newServer(t, Options{}), "GET", "/board", ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("switched off: %d", res.StatusCode)
	}
}
