package device

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"

	"lintu/kg"
)

// MaxBody is the largest body that a device may send, in bytes.
const MaxBody = 200

// body is what a device can send; names that are not here are ignored, so that a newer device speaks to an older
// server.
type body struct {
	Key   string `json:"key"`
	Press string `json:"press"` // the device's name of the press
}

// read reads a body of JSON or of a form; an empty one is all empty.
func read(w http.ResponseWriter, r *http.Request) (b body, err error) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return b, fmt.Errorf("the body is larger than %d bytes: %w", MaxBody, kg.ErrLimit)
	}
	if err != nil {
		return b, kg.Invalid("body", "broke off before its end", "a whole body")
	}
	if len(text) == 0 {
		return b, nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // none is read as JSON
	if kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(text))
		if err != nil {
			return b, kg.Invalid("body", "is no form", "key=KEY&press=NAME")
		}
		return body{Key: form.Get("key"), Press: form.Get("press")}, nil
	}
	if err := json.Unmarshal(text, &b); err != nil {
		return body{}, kg.Invalid("body", "is no JSON", `{"key":"KEY","press":"NAME"}, or a form with Content-Type: application/x-www-form-urlencoded`)
	}
	return b, nil
}
