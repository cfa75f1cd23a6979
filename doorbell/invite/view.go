package invite

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"lintu/doorbell"
	"lintu/kg"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

var page = template.Must(template.New("page").Parse(pageText))

// policy lets the page run no script and load nothing; its own style is known by its hash.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

func headers(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	// Not no-referrer: with it a browser sends its own form from the origin "null". Other sites are told nothing.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Vary", "Accept-Language")
}

// view is what the template shows.
type view struct {
	lang   string
	notice string // key of a text above the rest

	Style   template.CSS
	Title   string
	Lead    []string
	Notice  string
	Drill   bool
	Door    string
	Word    string
	Form    string
	Buttons []button
}

type button struct {
	Name, Text string
	Main       bool
}

// The template's own words.

// Lang is the language of the page.
func (v *view) Lang() string {
	if v.lang == "en" {
		return "en"
	}
	return "zh-CN"
}

// Say is a text of the table in the page's language.
func (v *view) Say(key string) string { return said(v.lang, key) }

// Other is the other language.
func (v *view) Other() string {
	if v.lang == "en" {
		return "zh"
	}
	return "en"
}

// language is what the address says, else what the browser prefers of the two, else Chinese.
func language(r *http.Request) string {
	switch lang := r.URL.Query().Get("lang"); lang {
	case "zh", "en":
		return lang
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		switch lang, _, _ := strings.Cut(strings.TrimSpace(part), "-"); strings.ToLower(lang) {
		case "zh":
			return "zh"
		case "en":
			return "en"
		}
	}
	return "zh"
}

// show answers with how an alert stands, or with what kept it from being known.
func (h *handler) show(w http.ResponseWriter, r *http.Request, v *view, t Ticket, ring *doorbell.Ring, a *kg.Alert, status int, err error) {
	if err == nil {
		err = h.fill(r, v, t, ring, a)
	}
	switch {
	case errors.Is(err, kg.ErrNotFound):
		h.fail(w, r, v, http.StatusNotFound, "badLink", nil)
	case err != nil:
		w.Header().Set("Retry-After", "2")
		h.fail(w, r, v, http.StatusServiceUnavailable, "away", err)
	default:
		h.write(w, r, v, status)
	}
}

// fill puts in how an alert stands. The door and the word are for who has said yes, while the ring is open.
func (h *handler) fill(r *http.Request, v *view, t Ticket, ring *doorbell.Ring, a *kg.Alert) error {
	v.Drill = ring.Drill
	if ring.State == kg.RingClosed || a.Round != ring.Round {
		v.Title = v.Say("over")
		v.Lead = []string{v.Say("thanks")}
		return nil
	}
	v.Title = v.Say("title." + string(a.State))
	switch a.State {
	case kg.AlertCalled, kg.AlertDelivered, kg.AlertSeen:
		v.Lead = []string{v.asks(a)}
	case kg.AlertAccepted, kg.AlertOnWay, kg.AlertArrived:
		door, err := h.bell.Door(r.Context(), ring.ID)
		if err != nil {
			return err
		}
		v.Door, v.Word = door, a.Word
	default:
		v.Lead = []string{v.Say("thanks")}
	}
	if list := moves[a.State]; list != nil {
		v.Form = h.links.proof(t, a.State)
		for _, m := range list {
			v.Buttons = append(v.Buttons, button{m.Name, v.Say(m.Name), m.Main})
		}
	}
	return nil
}

// asks is what a person is asked, in the words of the message: of strangers there is only a distance in it.
func (v *view) asks(a *kg.Alert) string {
	switch a.Role {
	case kg.RoleNeighbour:
		return strings.Replace(v.Say("neighbour"), "%", strconv.Itoa(doorbell.About50(a.Metres)), 1)
	case kg.RoleContact, kg.RoleKeyholder:
		return v.Say("contact")
	}
	return v.Say("duty")
}

// fail answers with a text of the table only.
func (h *handler) fail(w http.ResponseWriter, r *http.Request, v *view, status int, key string, err error) {
	if err != nil {
		h.log.WarnContext(r.Context(), "invite: a page cannot be shown", "error", err)
	}
	v.Title, v.Lead = v.Say(key), []string{v.Say(key + ".more")}
	v.Drill, v.Door, v.Word, v.Buttons = false, "", "", nil
	h.write(w, r, v, status)
}

func (h *handler) write(w http.ResponseWriter, r *http.Request, v *view, status int) {
	if v.notice != "" {
		v.Notice = v.Say(v.notice)
	}
	v.Style = template.CSS(style)
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		h.log.ErrorContext(r.Context(), "invite: the page cannot be written", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // a client that is gone needs no page
	}
}
