// Package web carries the pages that a browser gets, inside the binary: the GraphQL playground with its ready questions,
// and the board of open rings. Nothing in it comes from another host, so it works where there is no internet.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// dist holds what build.mjs takes from npm, src our own files, served as they are written.
//
// board holds those of the board.
//
//go:embed all:dist src board
var files embed.FS

// policy lets the page load from and ask its own host only, and run no inline script. Style elements in the page stay
// allowed: GraphiQL's dialogs write one to stop the page from scrolling behind them.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-elem 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// contentTypes are fixed here, because the machine's own table may know others.
var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json; charset=utf-8",
	".svg":  "image/svg+xml; charset=utf-8",
	".txt":  "text/plain; charset=utf-8",
}

// asset is one embedded file, ready to be sent plain or compressed.
type asset struct {
	contentType string
	hash        string
	plain, gzip []byte
}

// Handler serves the playground at /playground and its files below it, to GET and HEAD. Every answer names its
// content hash as ETag, is revalidated by the browser each time, and goes out gzip-compressed where the client takes
// that. An unknown path is 404, another method 405.
func Handler() http.Handler { return at("/playground", loadAssets(files, "dist", "src")) }

// Board serves the board of open rings at /board and its files below it, as Handler does. The page shows times of the
// site's zone, wherever the browser is.
func Board(zone string) http.Handler {
	assets := loadAssets(files, "board")
	site, err := json.Marshal(map[string]string{"timeZone": zone})
	if err != nil {
		panic(fmt.Sprintf("web: the name of a zone: %v", err))
	}
	assets["site.json"] = newAsset("application/json; charset=utf-8", site)
	shared := loadAssets(files, "src")
	for _, name := range []string{"api.js", "icon.svg"} {
		assets[name] = shared[name]
	}
	return at("/board", assets)
}

// at serves a page at a path and its files below it.
func at(place string, assets map[string]asset) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed: use GET or HEAD", http.StatusMethodNotAllowed)
			return
		}
		if r.URL.Path == place+"/" { // the page's links are relative to the path without the slash
			w.Header().Set("Location", ".."+place)
			w.WriteHeader(http.StatusPermanentRedirect)
			return
		}
		name := "index.html"
		if rest, below := strings.CutPrefix(r.URL.Path, place+"/"); below {
			name = rest
		} else if r.URL.Path != place {
			name = ""
		}
		if found, ok := assets[name]; ok {
			found.serve(w, r)
			return
		}
		http.NotFound(w, r)
	})
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", a.contentType)
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-cache")
	header.Add("Vary", "Accept-Encoding")
	body, tag := a.plain, a.hash
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		header.Set("Content-Encoding", "gzip")
		body, tag = a.gzip, a.hash+"-gz"
	}
	header.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// acceptsGzip reads an Accept-Encoding header: gzip is named, and not refused by a weight of nought.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if strings.EqualFold(coding, "gzip") {
			return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}

// loadAssets reads the files that lie directly in the folders, by name. The files are part of the program, so one
// that cannot be read or has no content type is a fault of the build, and panics.
func loadAssets(from fs.FS, folders ...string) map[string]asset {
	assets := map[string]asset{}
	for _, folder := range folders {
		entries, err := fs.ReadDir(from, folder)
		if err != nil {
			panic(fmt.Sprintf("web: embedded folder %s: %v", folder, err))
		}
		for _, entry := range entries {
			content, err := fs.ReadFile(from, path.Join(folder, entry.Name()))
			contentType, known := contentTypes[path.Ext(entry.Name())]
			if _, twice := assets[entry.Name()]; err != nil || !known || twice {
				panic(fmt.Sprintf("web: embedded file %s/%s: read error %v, or no content type, or twice", folder, entry.Name(), err))
			}
			assets[entry.Name()] = newAsset(contentType, content)
		}
	}
	return assets
}

func newAsset(contentType string, content []byte) asset {
	sum := sha256.Sum256(content)
	return asset{contentType, hex.EncodeToString(sum[:12]), content, compress(content)}
}

func compress(content []byte) []byte {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write(content); err != nil {
		panic(fmt.Sprintf("web: gzip into memory: %v", err))
	}
	if err := writer.Close(); err != nil {
		panic(fmt.Sprintf("web: gzip into memory: %v", err))
	}
	return packed.Bytes()
}
