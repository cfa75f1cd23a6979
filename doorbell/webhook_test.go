package doorbell

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/kg"
)

// receiver takes messages, and fails as a test wants it to.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	got   []*http.Request
	body  []string
	fails func(n int) (status int, body string) // of the n-th message, from 1; 0: it takes it
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{fails: func(int) (int, string) { return 0, "" }}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		b, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.got, r.body = append(r.got, q), append(r.body, string(b))
		status, body := r.fails(len(r.got))
		r.mu.Unlock()
		if status == 0 {
			status, body = http.StatusOK, `{"errcode":0,"errmsg":"ok"}`
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(r.Close)
	return r
}

var aMessage = Message{ID: "alert_x-call-3", Text: textCall, Role: kg.RoleNeighbour, Drill: true, ZH: "有生命危险先拨120。", EN: "Life in danger: dial 120 first."}

func sign(secret, text string) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(text))
	return h.Sum(nil)
}

func TestEveryFormIsSignedByItsRules(t *testing.T) {
	s := newScene(t)
	for _, form := range []Form{FormSigned, FormWeCom, FormDingTalk} {
		r := newReceiver(t)
		w, err := NewWebhook(r.URL+"/send?key=k", form, "s3cret", s)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Notify(t.Context(), aMessage); err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		q, body := r.got[0], r.body[0]
		switch form {
		case FormSigned:
			second := q.Header.Get("Lintu-Time")
			if q.Header.Get("Lintu-Message") != aMessage.ID || q.Header.Get("Lintu-Signature") != hex.EncodeToString(sign("s3cret", second+"."+body)) || !strings.Contains(body, `"id":"alert_x-call-3"`) {
				t.Errorf("signed: %v %s", q.Header, body)
			}
		default:
			var robot struct {
				Msgtype string
				Text    struct{ Content string }
			}
			if err := json.Unmarshal([]byte(body), &robot); err != nil || robot.Msgtype != "text" || !strings.Contains(robot.Text.Content, aMessage.ZH) || q.URL.Query().Get("key") != "k" {
				t.Errorf("%s: %s, %v", form, body, err)
			}
			if at := q.URL.Query().Get("timestamp"); form == FormDingTalk && q.URL.Query().Get("sign") != base64.StdEncoding.EncodeToString(sign("s3cret", at+"\ns3cret")) {
				t.Errorf("the sign of DingTalk: %s", q.URL)
			}
			door := aMessage
			door.Text = textDoor
			if err := w.Notify(t.Context(), door); !errors.Is(err, kg.ErrForbidden) || len(r.got) != 1 {
				t.Errorf("%s: a group is told a door: %v", form, err)
			}
		}
	}
}

func TestAnythingButAReceiptIsAFailureThatNamesNoAddress(t *testing.T) {
	s := newScene(t)
	for name, c := range map[string]struct {
		form   Form
		status int
		body   string
	}{
		"an error of the receiver": {FormSigned, 500, ""},
		"a redirection":            {FormSigned, 302, ""},
		"a robot that is too busy": {FormWeCom, 200, `{"errcode":45009,"errmsg":"api freq out of limit"}`},
		"a page that is no robot":  {FormDingTalk, 200, "<html>"},
	} {
		r := newReceiver(t)
		r.fails = func(int) (int, string) { return c.status, c.body }
		w, err := NewWebhook(r.URL+"/send?key=hidden", c.form, "s", s)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Notify(t.Context(), aMessage); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", name, err)
		}
		r.Close()
		if err := w.Notify(t.Context(), aMessage); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s, gone: %v", name, err)
		}
	}
	for _, address := range []string{"", "example.cn", "ftp://127.0.0.1/x", "http://"} {
		if _, err := NewWebhook(address, FormSigned, "s", s); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("%q: %v", address, err)
		}
	}
	for address, drill := range map[string]bool{"http://127.0.0.1:1/": true, "http://[::1]:1/": true, "http://localhost/": true, "https://qyapi.example.cn/": false, "http://127.0.0.1.example.cn/": false} {
		if w, err := NewWebhook(address, FormSigned, "s", s); err != nil || w.Drill() != drill {
			t.Errorf("%s: a drill? %v, %v", address, w.Drill(), err)
		}
	}
}

func TestAReceiverThatFailsIsToldAgainWithTheSameId(t *testing.T) {
	s := newScene(t)
	s.person("desk")
	s.Tie("desk", kg.OnDutyAt, "community", func(x *kg.Tie) { x.StartsAt = simStart.Add(-time.Hour) })
	s.open()
	r := newReceiver(t)
	r.fails = func(n int) (int, string) {
		if n <= 4 {
			return 503, ""
		}
		return 0, ""
	}
	w, err := NewWebhook(r.URL, FormSigned, "s", s)
	if err != nil {
		t.Fatal(err)
	}
	if s.Doorbell, err = New(Options{Store: s.store, Clock: s, Notifier: w, Snapshot: s.o.Snapshot, Process: "test"}); err != nil {
		t.Fatal(err)
	}
	ring := s.press()
	s.wait(60)
	ids := map[string]int{}
	for _, q := range r.got {
		ids[q.Header.Get("Lintu-Message")]++
	}
	again := 0
	for id, n := range ids {
		if strings.Contains(id, "-duty-") && n > 1 {
			again++
		}
	}
	if again == 0 || s.alert(ring, "desk").State != kg.AlertDelivered {
		t.Errorf("%s, %v", s.states(ring), fmt.Sprint(ids))
	}
}
