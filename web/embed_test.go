package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

var handler = Handler()

func get(t *testing.T, path string, header ...string) *http.Response {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestThePageRunsNoInlineScriptAndLoadsFromItsOwnHostOnly(t *testing.T) {
	response := get(t, "/playground")
	page := body(t, response)
	if response.StatusCode != http.StatusOK || !strings.Contains(page, "邻图") {
		t.Fatalf("status %d, page %.80q", response.StatusCode, page)
	}
	csp := response.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy %q lacks %q", csp, want)
		}
	}
	if inline := regexp.MustCompile(`<script[^>]*>[^<]|\son\w+=|<style`).FindString(page); inline != "" {
		t.Errorf("the page has inline code: %q", inline)
	}
	for _, link := range regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllStringSubmatch(page, -1) {
		if asset := get(t, "/"+link[1]); asset.StatusCode != http.StatusOK {
			t.Errorf("the page links to %s: status %d", link[1], asset.StatusCode)
		}
	}
}

func TestEveryFileHasItsContentTypeAndIsNotSniffed(t *testing.T) {
	for path, want := range map[string]string{
		"/playground":                "text/html; charset=utf-8",
		"/playground/app.js":         "text/javascript; charset=utf-8",
		"/playground/graphiql.css":   "text/css; charset=utf-8",
		"/playground/icon.svg":       "image/svg+xml; charset=utf-8",
		"/playground/questions.json": "application/json; charset=utf-8",
		"/playground/licenses.txt":   "text/plain; charset=utf-8",
	} {
		header := get(t, path).Header
		if got := header.Get("Content-Type"); got != want {
			t.Errorf("%s: content type %q, want %q", path, got, want)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be sniffed", path)
		}
	}
}

func TestAKnownETagIsAnsweredWith304AndNoBody(t *testing.T) {
	tag := get(t, "/playground/app.js").Header.Get("ETag")
	again := get(t, "/playground/app.js", "If-None-Match", tag)
	if tag == "" || again.StatusCode != http.StatusNotModified || body(t, again) != "" {
		t.Errorf("tag %q: status %d", tag, again.StatusCode)
	}
	if other := get(t, "/playground/app.css").Header.Get("ETag"); other == tag {
		t.Error("two files have one ETag")
	}
}

func TestGzipIsSentOnlyToThoseWhoTakeIt(t *testing.T) {
	plain := get(t, "/playground/graphiql.js")
	want := body(t, plain)
	for _, header := range []string{"gzip", "br, gzip", "GZIP;q=0.5"} {
		packed := get(t, "/playground/graphiql.js", "Accept-Encoding", header)
		if packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("ETag") == plain.Header.Get("ETag") {
			t.Fatalf("Accept-Encoding %q: headers %v", header, packed.Header)
		}
		reader, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		if content, err := io.ReadAll(reader); err != nil || string(content) != want {
			t.Fatalf("Accept-Encoding %q: other content (%v)", header, err)
		}
	}
	for _, header := range []string{"", "br", "gzip;q=0", "gzip; q=0.00", "identity"} {
		if got := get(t, "/playground/graphiql.js", "Accept-Encoding", header).Header.Get("Content-Encoding"); got != "" {
			t.Errorf("Accept-Encoding %q was answered with %q", header, got)
		}
	}
}

func TestAnUnknownPathIs404AndAnotherMethod405(t *testing.T) {
	for _, path := range []string{"/", "/playgrounds", "/playground/none.js", "/playground/../embed.go", "/playground/src/app.js", "/playground/app.js/"} {
		if status := get(t, path).StatusCode; status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, status)
		}
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/playground", nil))
	if recorder.Code != http.StatusMethodNotAllowed || recorder.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: status %d, Allow %q", recorder.Code, recorder.Header().Get("Allow"))
	}
	if slash := get(t, "/playground/"); slash.StatusCode != http.StatusPermanentRedirect || slash.Header.Get("Location") != "../playground" {
		t.Errorf("with a slash: status %d to %q", slash.StatusCode, slash.Header.Get("Location"))
	}
}

func TestTheWholePlaygroundStaysSmallAndCarriesItsLicences(t *testing.T) {
	raw, packed := 0, 0
	assets := loadAssets(files, "dist", "src")
	for _, found := range assets {
		raw += len(found.plain)
		packed += len(found.gzip)
	}
	if raw > 1_600_000 || packed > 500_000 {
		t.Errorf("%d bytes, %d compressed: over the budget of 1.6 MB and 0.5 MB", raw, packed)
	}
	licences := string(assets["licenses.txt"].plain)
	for _, name := range []string{"graphiql", "graphql", "codemirror", "react", "react-dom"} {
		if !strings.Contains(licences, "\n"+name+" (MIT)") {
			t.Errorf("licenses.txt does not name %s", name)
		}
	}
	for _, name := range []string{"react.js", "react-dom.js", "graphiql.js", "graphiql.css"} {
		if !strings.HasPrefix(string(assets[name].plain), "/*! ") {
			t.Errorf("%s has no licence note at its head", name)
		}
	}
}

func TestTheBoardLoadsFromItsOwnHostOnlyAndFindsAllItsFiles(t *testing.T) {
	board := Board("Asia/Urumqi")
	fetch := func(path string) *http.Response {
		recorder := httptest.NewRecorder()
		board.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
		return recorder.Result()
	}
	response := fetch("/board")
	page := body(t, response)
	if response.StatusCode != http.StatusOK || !strings.Contains(response.Header.Get("Content-Security-Policy"), "script-src 'self';") {
		t.Fatalf("status %d, policy %q", response.StatusCode, response.Header.Get("Content-Security-Policy"))
	}
	if inline := regexp.MustCompile(`<script[^>]*>[^<]|\son\w+=|<style|style=`).FindString(page); inline != "" {
		t.Errorf("the page has inline code: %q", inline)
	}
	seen := 0
	follow := regexp.MustCompile(`(?:src|href)="(board/[^"#]+)"|from '\./([^']+)'`)
	for queue := []string{page}; len(queue) > 0; queue = queue[1:] {
		for _, link := range follow.FindAllStringSubmatch(queue[0], -1) {
			path := "/" + link[1]
			if link[2] != "" {
				path = "/board/" + link[2]
			}
			found := fetch(path)
			if found.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d", path, found.StatusCode)
			}
			if seen++; seen < 50 && strings.HasSuffix(path, "board.js") {
				queue = append(queue, body(t, found))
			}
		}
	}
	if site := body(t, fetch("/board/site.json")); site != `{"timeZone":"Asia/Urumqi"}` {
		t.Errorf("the site is %s", site)
	}
	if seen < 6 {
		t.Errorf("%d links are followed", seen)
	}
	for _, path := range []string{"/board/none.js", "/board/graphiql.js", "/boards", "/"} {
		if status := fetch(path).StatusCode; status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, status)
		}
	}
}
