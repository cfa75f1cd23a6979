package wire

import (
	"net/http"
	"time"
)

// keepAlive is the time after which a silent stream says that it lives, so that no proxy takes it for dead.
const keepAlive = 15 * time.Second

// stream sends an operation's answers as server-sent events, in the distinct connections mode of graphql-sse: each in an
// event "next", and "complete" in the end. A stream that the server ends for its own sake has no "complete", so that the
// client comes back.
func (r *runner) stream(w http.ResponseWriter, req *http.Request, o *operation) {
	h := w.Header()
	h.Set("Content-Type", mediaEvents+"; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // nginx would keep the events until it has many
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	send := func(text string) bool {
		if _, err := w.Write([]byte(text)); err != nil {
			return false
		}
		return out.Flush() == nil
	}
	if !send(":\n\n") {
		return
	}
	silence := time.NewTicker(keepAlive)
	defer silence.Stop()
	answers, draining := o.answers(), r.Draining(req.Context())
	lasting := o.OperationContext != nil && o.subscription()
	silent := !lasting
	for {
		select {
		case a, more := <-answers:
			if !more {
				if silent { // its time was over before it began
					send(event(marshal(nil)))
				}
				send("event: complete\ndata:\n\n")
				return
			}
			silent = false
			if !send(event(a)) {
				return
			}
			silence.Reset(keepAlive)
		case <-silence.C:
			if !send(":\n\n") {
				return
			}
		case <-draining:
			if lasting {
				return
			}
			draining = nil // it ends by itself, within its time
		case <-req.Context().Done():
			return
		}
	}
}

// event is an answer as an event. JSON holds no line break, so that one data line takes it.
func event(answer []byte) string { return "event: next\ndata: " + string(answer) + "\n\n" }
