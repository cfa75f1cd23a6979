package device

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"lintu/kg"
)

// MaxBody is the largest body that a device may send, in bytes.
const MaxBody = 200

// body is what a device can send; names that are not here are ignored, so that a newer device speaks to an older
// server.
type body struct {
	Key     string `json:"key"`
	Press   string `json:"press"` // the device's name of the press
	Test    bool   `json:"test"`
	Battery *int   `json:"battery"` // percent
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
		return ofForm(form)
	}
	if err := json.Unmarshal(text, &b); err != nil {
		return body{}, kg.Invalid("body", "is no JSON", `{"key":"KEY","press":"NAME"}, or a form with Content-Type: application/x-www-form-urlencoded`)
	}
	return b, nil
}

// ofForm reads the fields of a form.
func ofForm(form url.Values) (b body, err error) {
	b = body{Key: form.Get("key"), Press: form.Get("press")}
	switch form.Get("test") {
	case "", "0", "false":
	case "1", "true":
		b.Test = true
	default:
		return b, kg.Invalid("test", "is neither true nor false", "1, true, 0, false")
	}
	if text := form.Get("battery"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			return b, kg.Invalid("battery", "is not a number", "a percentage from 0 to 100")
		}
		b.Battery = &n
	}
	return b, nil
}
