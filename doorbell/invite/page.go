package invite

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"lintu/doorbell"
	"lintu/kg"
	"lintu/trust"
)

// Bell is the part of a doorbell.Doorbell that the page needs.
type Bell interface {
	Look(ctx context.Context, ring kg.ID) (*doorbell.Ring, error)
	Door(ctx context.Context, ring kg.ID) (string, error)
	Seen(ctx context.Context, alert kg.ID) (*doorbell.Ring, error)
	Accept(ctx context.Context, alert kg.ID) (*doorbell.Ring, error)
	Decline(ctx context.Context, alert kg.ID) (*doorbell.Ring, error)
	Withdraw(ctx context.Context, alert kg.ID) (*doorbell.Ring, error)
	OnMyWay(ctx context.Context, alert kg.ID) (*doorbell.Ring, error)
	Arrive(ctx context.Context, alert kg.ID) (*doorbell.Ring, error)
	HandOver(ctx context.Context, alert kg.ID) (*doorbell.Ring, error)
}

var _ Bell = (*doorbell.Doorbell)(nil)

// move is a button of the page.
type move struct {
	Name string
	Main bool // the one that is wanted
	make func(Bell, context.Context, kg.ID) (*doorbell.Ring, error)
}

// moves are the buttons of an alert's states; the others have none.
var moves = map[kg.AlertState][]move{
	kg.AlertCalled:    asked,
	kg.AlertDelivered: asked,
	kg.AlertSeen:      asked,
	kg.AlertAccepted:  {{"onMyWay", true, Bell.OnMyWay}, {"arrived", false, Bell.Arrive}, {"withdraw", false, Bell.Withdraw}},
	kg.AlertOnWay:     {{"arrived", true, Bell.Arrive}, {"withdraw", false, Bell.Withdraw}},
	kg.AlertArrived:   {{"handOver", true, Bell.HandOver}},
}

var asked = []move{{"accept", true, Bell.Accept}, {"decline", false, Bell.Decline}}

// maxForm is the largest form, in bytes.
const maxForm = 1 << 10

// handler answers the links.
type handler struct {
	links *Links
	bell  Bell
	now   func() time.Time
	log   *slog.Logger
}

// Handler answers GET and POST of Path and what follows it.
func Handler(links *Links, bell Bell, now func() time.Time, log *slog.Logger) http.Handler {
	return &handler{links, bell, now, log}
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	headers(w.Header())
	v := &view{lang: language(r)}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		h.fail(w, r, v, http.StatusMethodNotAllowed, "badLink", nil)
		return
	}
	t, err := h.links.Open(strings.TrimPrefix(r.URL.Path, Path), h.now())
	switch {
	case errors.Is(err, kg.ErrForbidden):
		h.fail(w, r, v, http.StatusGone, "ended", nil)
		return
	case err != nil:
		h.fail(w, r, v, http.StatusNotFound, "badLink", nil)
		return
	}
	r = r.WithContext(trust.With(r.Context(), trust.Viewer{
		Name: "link:" + string(t.Alert), Roles: []trust.Role{trust.Responder}, Purpose: trust.Dispatch, Until: t.Until,
	}))
	if r.Method == http.MethodPost {
		h.post(w, r, v, t)
		return
	}
	h.get(w, r, v, t)
}

// get shows how things stand. It says that the message was seen, but for a page that is only fetched ahead.
func (h *handler) get(w http.ResponseWriter, r *http.Request, v *view, t Ticket) {
	r, ring, alert, err := h.stand(r, t)
	if err == nil && r.Method == http.MethodGet && !strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch") && unseen(ring, alert) {
		if seen, err := h.bell.Seen(r.Context(), t.Alert); err == nil { // else it is shown as it was: the page matters more
			ring, alert = seen, alertOf(seen, t.Alert)
		}
	}
	h.show(w, r, v, t, ring, alert, http.StatusOK, err)
}

func unseen(ring *doorbell.Ring, a *kg.Alert) bool {
	return ring.State != kg.RingClosed && (a.State == kg.AlertCalled || a.State == kg.AlertDelivered)
}

// post makes the move of a button, and leads back to the page, so that loading it again sends nothing.
func (h *handler) post(w http.ResponseWriter, r *http.Request, v *view, t Ticket) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		h.fail(w, r, v, http.StatusBadRequest, "badForm", nil)
		return
	}
	r, ring, alert, err := h.stand(r, t)
	if err != nil {
		h.show(w, r, v, t, ring, alert, http.StatusOK, err)
		return
	}
	name, form := r.PostForm.Get("move"), r.PostForm.Get("form")
	m, from := h.button(t, name, form)
	if m == nil {
		h.fail(w, r, v, http.StatusForbidden, "badForm", nil)
		return
	}
	if from != alert.State && !(slices.Contains(waiting, from) && slices.Contains(waiting, alert.State)) && !done(name, alert.State) {
		v.notice = "moved" // the page was shown before something else happened
		h.show(w, r, v, t, ring, alert, http.StatusConflict, nil)
		return
	}
	if !done(name, alert.State) {
		if _, err := m.make(h.bell, r.Context(), t.Alert); err != nil {
			if !errors.Is(err, kg.ErrConflict) {
				h.show(w, r, v, t, nil, nil, http.StatusOK, err)
				return
			}
			v.notice = "moved"
			_, ring, alert, err = h.stand(r, t)
			h.show(w, r, v, t, ring, alert, http.StatusConflict, err)
			return
		}
	}
	w.Header().Set("Location", r.URL.RequestURI())
	w.WriteHeader(http.StatusSeeOther)
}

// waiting are the states between which an alert moves without the person.
var waiting = []kg.AlertState{kg.AlertCalled, kg.AlertDelivered, kg.AlertSeen}

// done says whether a button's move was made already: it was pressed twice.
func done(name string, s kg.AlertState) bool {
	switch name {
	case "accept":
		return s == kg.AlertAccepted || s == kg.AlertOnWay || s == kg.AlertArrived
	case "decline":
		return s == kg.AlertDeclined
	case "onMyWay":
		return s == kg.AlertOnWay
	case "arrived":
		return s == kg.AlertArrived
	case "handOver":
		return s == kg.AlertHandedOver
	}
	return name == "withdraw" && s == kg.AlertWithdrawn
}

// button is a button by its name and the state that its page was shown for, which the form proves; nil where it does not.
func (h *handler) button(t Ticket, name, form string) (*move, kg.AlertState) {
	for state, list := range moves {
		if h.links.proves(form, t, state) {
			if i := slices.IndexFunc(list, func(m move) bool { return m.Name == name }); i >= 0 {
				return &list[i], state
			}
		}
	}
	return nil, ""
}

// stand is the ring and the alert of a ticket, and the request on behalf of the person who was called by it.
func (h *handler) stand(r *http.Request, t Ticket) (*http.Request, *doorbell.Ring, *kg.Alert, error) {
	ring, err := h.bell.Look(r.Context(), t.Ring)
	if err != nil {
		return r, nil, nil, err
	}
	i := slices.IndexFunc(ring.Alerts, func(a *kg.Alert) bool { return a.ID == t.Alert })
	if i < 0 {
		return r, nil, nil, kg.ErrNotFound
	}
	v := trust.From(r.Context())
	v.Person = ring.People[i]
	return r.WithContext(trust.With(r.Context(), v)), ring, ring.Alerts[i], nil
}

func alertOf(ring *doorbell.Ring, id kg.ID) *kg.Alert {
	for _, a := range ring.Alerts {
		if a.ID == id {
			return a
		}
	}
	return nil
}
