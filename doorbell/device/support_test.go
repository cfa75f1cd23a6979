package device_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"lintu/kg"
	"lintu/store"
)

func itoa(n int) string { return strconv.Itoa(n) }

// readInto keeps what is read of a body.
func readInto(kept *strings.Builder, resp *http.Response) io.Reader {
	return io.TeeReader(resp.Body, kept)
}

// accept says yes for somebody who was alerted.
func (s *street) accept(name string) {
	s.t.Helper()
	ids, err := s.AlertsOf(s.t.Context(), s.ID(name))
	if err != nil || len(ids) != 1 {
		s.t.Fatalf("the alerts of %s: %v %v", name, ids, err)
	}
	if _, err := s.Accept(s.t.Context(), ids[0]); err != nil {
		s.t.Fatal(err)
	}
}

// nodeOf is a node on record.
func nodeOf[N kg.Node](s *street, id kg.ID) N {
	s.t.Helper()
	items, err := s.store.Nodes(s.t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{id}}})
	if err != nil || items[0][id] == nil {
		s.t.Fatalf("%s: %v", id, err)
	}
	return items[0][id].Node.(N)
}
