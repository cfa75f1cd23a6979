package load

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func serve(t *testing.T, answer http.HandlerFunc) *Target {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return &Target{Addr: strings.TrimPrefix(server.URL, "http://"), Path: "/", Bodies: [][]byte{[]byte(`{"a":1}`), []byte(`{"a":2}`)}}
}

func TestQuantilesAreTimesThatWereMeasured(t *testing.T) {
	var all []time.Duration
	for i := 1; i <= 200; i++ {
		all = append(all, time.Duration(i)*time.Millisecond)
	}
	got := timesOf([][]time.Duration{all[:50], all[50:]}, 2*time.Second)
	want := Times{Requests: 200, PerSecond: 100, P50: 100, P95: 190, P99: 198, Max: 200}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestAnOpenRunAsksAsOftenAsWasSaidAndChargesWaiting(t *testing.T) {
	var asked atomic.Int64
	target := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			time.Sleep(200 * time.Millisecond)
		}
		_, _ = w.Write([]byte("{}"))
	})
	got, err := Open(t.Context(), target, 100, 1, 300*time.Millisecond)
	if err != nil || got.Requests != 30 || asked.Load() != 30 {
		t.Fatalf("%+v, %v; %d asked", got, err, asked.Load())
	}
	// One connection, of which the first answer takes 200 ms: about 19 further requests were due meanwhile, and the
	// middle one of all 30 had to wait for it.
	if got.P50 < 40 {
		t.Errorf("the waiting behind a slow answer was not charged: %+v", got)
	}
}

func TestAnAnswerThatIsAnErrorEndsTheRun(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"status": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"errors": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"errors":[{"message":"no"}]}`)) },
	} {
		target := serve(t, answer)
		if _, err := Closed(t.Context(), target, 2, time.Minute); err == nil {
			t.Errorf("%s: no error of a closed run", name)
		}
		if _, err := Open(t.Context(), target, 1000, 2, time.Minute); err == nil {
			t.Errorf("%s: no error of an open run", name)
		}
	}
}
