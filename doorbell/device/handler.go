// Package device is what doorbells speak: plain HTTP, small bodies, a key of their own. It translates, and package
// doorbell decides.
//
//	POST /v1/ring                  a press; the ring that it made or joined
//	GET  /v1/ring/{id}             how the ring stands, as the elder is told; ?wait=SECONDS&after=VERSION waits for news
//	POST /v1/ring/{id}/cancel      the elder cancels, within the time for it
//	POST /v1/ring/{id}/ambulance   an ambulance was called
//	POST /v1/heartbeat             the device lives; its battery
//
// The key comes as Authorization: Bearer KEY, or as "key" in a body of JSON or of a form. A key opens the rings of its
// own door and nothing else.
package device

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lintu/doorbell"
	"lintu/kg"
	"lintu/trust"
)

// Options is what a Handler needs.
type Options struct {
	Doorbell *doorbell.Doorbell
	Timeout  time.Duration // of one operation, without the time that a device waits for news
	// Fail answers with an error.
	Fail func(http.ResponseWriter, *http.Request, error)
}

// Handler answers devices.
type Handler struct {
	Options
	mux *http.ServeMux
}

// New is the handler.
func New(o Options) *Handler {
	h := &Handler{Options: o, mux: http.NewServeMux()}
	h.mux.HandleFunc("POST /v1/ring", h.answering(h.press))
	h.mux.HandleFunc("GET /v1/ring/{id}", h.answering(h.status))
	h.mux.HandleFunc("POST /v1/ring/{id}/cancel", h.answering(h.ofRing(o.Doorbell.CancelBy)))
	h.mux.HandleFunc("POST /v1/ring/{id}/ambulance", h.answering(h.ofRing(o.Doorbell.AmbulanceBy)))
	h.mux.HandleFunc("POST /v1/heartbeat", h.answering(h.heartbeat))
	h.mux.HandleFunc("/", h.other)
	return h
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// other is for addresses and methods that there are none of.
func (h *Handler) other(w http.ResponseWriter, r *http.Request) {
	h.Fail(w, r, kg.Invalid("address", "devices have none like it", "POST /v1/ring, GET /v1/ring/{id}, POST /v1/ring/{id}/cancel, POST /v1/ring/{id}/ambulance, POST /v1/heartbeat"))
}

// request is what a device sent.
type request struct {
	*http.Request
	body
	key string
}

// answering reads what was sent and writes what answer gives. A body that is too large or is not of its form is refused
// before anything happens.
func (h *Handler) answering(answer func(context.Context, *request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		req := &request{Request: r}
		var err error
		if req.body, err = read(w, r); err == nil {
			req.key, err = req.shown()
		}
		var told any
		if err == nil {
			told, err = answer(trust.With(r.Context(), viewerOf(req.key)), req)
		}
		if err != nil {
			h.Fail(w, r, err)
			return
		}
		write(w, told)
	}
}

// shown is the key of a request: that of the header, else that of the body.
func (r *request) shown() (string, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, key, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", kg.Invalid("Authorization", "is not of the form", "Bearer KEY")
		}
		return strings.TrimSpace(key), nil
	}
	if r.Key == "" {
		return "", kg.ErrUnauthenticated
	}
	return r.Key, nil
}

// viewerOf is on whose behalf a request comes: the doorbell that its key says it is of. The key itself is looked at by whatever
// the doorbell is asked, before anything is done or told.
func viewerOf(key string) trust.Viewer {
	name, _, _ := strings.Cut(key, ".")
	id, err := kg.ParseID("key", name)
	if err != nil || id.Kind() != kg.KindDoorbell {
		return trust.Viewer{}
	}
	return trust.Viewer{Name: "device:" + string(id), Roles: []trust.Role{trust.Device}, Doorbell: id, Purpose: trust.Dispatch}
}

// limited bounds one operation.
func (h *Handler) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if h.Timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, h.Timeout)
}

func (h *Handler) press(ctx context.Context, r *request) (any, error) {
	ctx, cancel := h.limited(ctx)
	defer cancel()
	if r.Test {
		return told(h.Doorbell.Test(ctx, doorbell.Press{Key: r.key}))
	}
	return told(h.Doorbell.Press(ctx, doorbell.Press{Key: r.key, Name: r.Press}))
}

func (h *Handler) heartbeat(ctx context.Context, r *request) (any, error) {
	ctx, cancel := h.limited(ctx)
	defer cancel()
	bell, err := h.Doorbell.Heartbeat(ctx, doorbell.Beat{Key: r.key, Battery: r.Battery})
	if err != nil {
		return nil, err
	}
	return &Beat{Doorbell: bell.ID, HeardAt: bell.HeardAt, Battery: bell.Battery, TestedAt: bell.TestedAt, Check: bell.CheckAt > bell.TestedAt}, nil
}

func (h *Handler) ofRing(move func(context.Context, string, kg.ID) (*doorbell.Ring, error)) func(context.Context, *request) (any, error) {
	return func(ctx context.Context, r *request) (any, error) {
		id, err := r.ring()
		if err != nil {
			return nil, err
		}
		ctx, cancel := h.limited(ctx)
		defer cancel()
		return told(move(ctx, r.key, id))
	}
}

// ring is the id in the address: of a ring, or of a press.
func (r *request) ring() (kg.ID, error) {
	id, err := kg.ParseID("id", r.PathValue("id"))
	if err == nil && id.Kind() != kg.KindRing && id.Kind() != kg.KindRingEvent {
		err = kg.Invalid("id", "is not the id of a ring", "the id that the press was answered with")
	}
	return id, err
}

// maxWait is how many seconds a device may wait for news in one request.
const maxWait = 50

// status is how a ring stands; where the device has seen this version of it, it waits for another.
func (h *Handler) status(ctx context.Context, r *request) (any, error) {
	id, err := r.ring()
	if err != nil {
		return nil, err
	}
	wait, err := number(r, "wait", maxWait)
	if err != nil {
		return nil, err
	}
	after, err := number(r, "after", 1<<30)
	if err != nil {
		return nil, err
	}
	ring, err := h.look(ctx, r.key, id)
	if err != nil || wait == 0 || ring.Events > after {
		return told(ring, err)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(wait)*time.Second)
	defer cancel()
	return told(h.news(ctx, ring, r.key, after))
}

// news is the ring as soon as something has happened after a version, or as it stands when the context ends.
func (h *Handler) news(ctx context.Context, ring *doorbell.Ring, key string, after int) (*doorbell.Ring, error) {
	for {
		moved, stop := h.Doorbell.News(ring.ID)
		now, err := h.look(context.WithoutCancel(ctx), key, ring.ID)
		if err != nil || now.Events > after {
			stop()
			return now, err
		}
		select {
		case <-moved:
			stop()
		case <-ctx.Done():
			stop()
			return now, nil
		}
	}
}

func (h *Handler) look(ctx context.Context, key string, id kg.ID) (*doorbell.Ring, error) {
	ctx, cancel := h.limited(ctx)
	defer cancel()
	return h.Doorbell.RingOf(ctx, key, id)
}

// number is a number of the address from 0 to most; 0 where it is absent.
func number(r *request, name string, most int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		return 0, kg.Invalid(name, "is not a number in range", "0 to "+strconv.Itoa(most))
	}
	return n, nil
}
