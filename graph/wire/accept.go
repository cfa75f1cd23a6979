package wire

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types of GraphQL over HTTP.
const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
	mediaEvents   = "text/event-stream"
	mediaParts    = "multipart/mixed"
)

// accepted is what a client takes.
type accepted struct {
	whole  string // the media type of an answer that comes whole
	json   bool   // it asked for such a one, or for anything
	events bool   // it takes a stream of events
	parts  bool   // it takes an answer in parts
}

// readAccept reads the header Accept. Where nothing fits, the answer is plain JSON: most clients that send an odd
// header can read that, and those who cannot see why.
func readAccept(r *http.Request) accepted {
	a := accepted{whole: mediaJSON}
	header := r.Header.Get("Accept")
	if header == "" {
		a.json = true
		return a
	}
	best := 0.0
	for item := range strings.SplitSeq(header, ",") {
		media, params, err := mime.ParseMediaType(item)
		weight := 1.0
		if text, ok := params["q"]; ok && err == nil {
			weight, err = strconv.ParseFloat(text, 64)
		}
		if err != nil || weight <= 0 {
			continue
		}
		switch media {
		case mediaJSON, mediaResponse:
			a.json = true
			if weight > best {
				a.whole, best = media, weight
			}
		case "*/*", "application/*":
			a.json = true
		case mediaEvents:
			a.events = true
		case mediaParts:
			a.parts = true
		}
	}
	return a
}
