package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

func TestLayersObeyTheSameRulesAsGraphQL(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/geo+json")
		_, _ = w.Write([]byte(strings.Repeat(" ", 5000)))
	})
	s := newServer(t, Options{Layers: page, Who: asking(), CORSOrigins: []string{"https://desk.example.cn"}})
	for _, path := range []string{"/map/buildings.json", "/export/coverage/week.csv"} {
		if res := ask(s, "GET", path, ""); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s without a token: %d", path, res.StatusCode)
		}
		res := ask(s, "GET", path, "", "Authorization", "Bearer "+token, "Accept-Encoding", "gzip")
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d, encoding %q", path, res.StatusCode, res.Header.Get("Content-Encoding"))
		}
		if res := ask(s, "POST", path, "", "Authorization", "Bearer "+token); res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", path, res.StatusCode)
		}
		if res := ask(s, "GET", path, "", "Authorization", "Bearer "+token, "Origin", "https://elsewhere.example.cn", "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s for a page elsewhere: %d", path, res.StatusCode)
		}
		res = ask(s, "OPTIONS", path, "", "Origin", "https://desk.example.cn", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization,if-none-match")
		if res.Header.Get("Access-Control-Allow-Origin") != "https://desk.example.cn" {
			t.Errorf("%s: an allowed page is refused: %d %v", path, res.StatusCode, res.Header)
		}
	}
	before := newServer(t, Options{})
	if res := ask(before, "GET", "/map/areas.geojson", ""); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("before there is a store: %d", res.StatusCode)
	}
}
