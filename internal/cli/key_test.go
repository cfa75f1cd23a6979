package cli_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"lintu/internal/cli/clitest"
	"lintu/kg"
	"lintu/store"
)

// aDoorbell is one of the village's doorbells.
func aDoorbell(t *testing.T, st store.Store) *kg.Doorbell {
	t.Helper()
	page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindDoorbell, Window: store.Window{Limit: 1}})
	if err != nil || len(page.Edges) == 0 {
		t.Fatalf("the village has no doorbell: %v", err)
	}
	return page.Edges[0].Item.Node.(*kg.Doorbell)
}

// ring makes a press with a key, and gives the status of the answer.
func ring(t *testing.T, r *clitest.Running, key string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL("/v1/ring"), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func TestAKeyThatTheCommandMakesRingsAtAServerAndTheServersTokenDoesNot(t *testing.T) {
	st, run := villageStore(t)
	bell := aDoorbell(t, st)
	at := somewhere(t)
	var keys []string
	for _, named := range []string{bell.Serial, string(bell.ID)} {
		code, out, problems := clitest.Once(t, run, nil, "key", "device", named, "--store", at)
		if code != 0 || !strings.HasPrefix(out, string(bell.ID)+".") {
			t.Fatalf("%s: exit code %d, %s", named, code, problems)
		}
		keys = append(keys, strings.TrimSpace(out))
	}
	token := strings.Repeat("t", 40)
	r := clitest.Start(t, run, nil, "serve", "--store", at, "--token-file", secretFile(t, token))
	r.UntilReady()
	for name, c := range map[string]struct {
		key  string
		want int
	}{"the last key": {keys[1], 200}, "the key before": {keys[0], 401}, "the token": {token, 401}} {
		if got := ring(t, r, c.key); got != c.want {
			t.Errorf("%s: %d", name, got)
		}
	}
	if said := r.Out.String() + r.Err.String(); strings.Contains(said, keys[1][len(bell.ID)+1:]) {
		t.Errorf("the key is logged: %s", said)
	}
}

func TestNoKeyIsMadeForWhatIsNoDoorbell(t *testing.T) {
	_, run := villageStore(t)
	for name, args := range map[string][]string{
		"no such serial": {"device", "SN-none"}, "an unknown id": {"device", "doorbell_aaaaaaaaaaaaaaaaaaaaaaaa"}, "a person": {"device", "person_aaaaaaaaaaaaaaaaaaaaaaaa"},
		"for nothing": {}, "no store": {"device", "SN-1", "--store", "sqlite:" + filepath.Join(t.TempDir(), "none.db")},
	} {
		args = append([]string{"key"}, args...)
		if len(args) > 1 && name != "no store" {
			args = append(args, "--store", somewhere(t))
		}
		if code, out, problems := clitest.Once(t, run, nil, args...); code != 2 || problems == "" || out != "" {
			t.Errorf("%s: exit code %d, %s%s", name, code, out, problems)
		}
	}
}
