package device_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"lintu/doorbell"
	"lintu/doorbell/device"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/trust"
)

// noting is a store that notes on whose behalf it is read and changed.
type noting struct {
	store.Store
	mu      sync.Mutex
	viewers []trust.Viewer
}

func (n *noting) note(ctx context.Context) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.viewers = append(n.viewers, trust.From(ctx))
}

func (n *noting) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	n.note(ctx)
	return n.Store.Nodes(ctx, v, groups)
}

func (n *noting) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	n.note(ctx)
	return n.Store.Apply(ctx, b)
}

func TestADeviceIsAnsweredOnBehalfOfItsDoorbell(t *testing.T) {
	s := newStreet(t)
	n := &noting{Store: s.store}
	snapshot, err := reach.Build(t.Context(), reach.Options{Store: s.store})
	if err != nil {
		t.Fatal(err)
	}
	bell, err := doorbell.New(doorbell.Options{Store: n, Snapshot: func() *reach.Snapshot { return snapshot }, Clock: s, Process: "test"})
	if err != nil {
		t.Fatal(err)
	}
	s.web = httptest.NewServer(device.New(device.Options{Doorbell: bell, Fail: fail}))
	t.Cleanup(s.web.Close)
	for what, c := range map[string]struct {
		key    string
		status int
		name   string
	}{
		"its key": {s.key, http.StatusOK, "device:" + string(s.ID("home bell"))}, "no key": {"x.y", http.StatusUnauthorized, ""},
		"a person's id": {string(s.ID("n1")) + ".y", http.StatusUnauthorized, ""},
	} {
		n.viewers = nil
		if status, _, said := s.send(http.MethodPost, "/v1/ring", c.key, "", ""); status != c.status {
			t.Errorf("%s: %d %s", what, status, said)
		}
		for _, v := range n.viewers {
			if v.Name != c.name || v.Scope.All || !slices.Equal(v.Roles, []trust.Role{trust.Device}) || v.Doorbell != s.ID("home bell") {
				t.Errorf("%s: on behalf of %+v", what, v)
			}
		}
		if (len(n.viewers) > 0) != (c.status == http.StatusOK) {
			t.Errorf("%s: the store is asked %d times", what, len(n.viewers))
		}
	}
}
