package own_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lintu/doorbell/figures"
	"lintu/kg"
	"lintu/own"
	"lintu/store"
)

// metrics are the figures of all rings.
func (s *scene) metrics(by figures.Dimension) *figures.Answer {
	s.t.Helper()
	r := &figures.Reader{Store: s.st, Zone: shanghai}
	a, err := r.Measure(s.t.Context(), figures.Query{From: kg.MustDate("2026-08-01"), To: kg.MustDate("2026-12-01"), Area: s.ID("community"), By: by}, kg.DateOf(s.now, shanghai))
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// gone fails where the graph, or the files of SQLite, still hold one of some texts.
func (s *scene) gone(words ...string) {
	s.t.Helper()
	texts := map[string][]byte{"the graph": []byte(s.everything())}
	if s.file != "" {
		files, err := filepath.Glob(s.file + "*")
		if err != nil || len(files) == 0 {
			s.t.Fatalf("%v, %v", files, err)
		}
		for _, name := range files {
			if texts[name], err = os.ReadFile(name); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	for where, text := range texts {
		for _, w := range words {
			if bytes.Contains(text, []byte(w)) {
				s.t.Errorf("%s has %q", filepath.Base(where), w)
			}
		}
	}
}

// answered is a ring that n1 has accepted and attended, and that is over.
func (s *scene) answered() kg.ID {
	s.t.Helper()
	r, _ := s.ring()
	alerts, err := s.bell.AlertsOf(s.t.Context(), s.ID("n1"))
	if err != nil || len(alerts) == 0 {
		s.t.Fatalf("%v, %v", alerts, err)
	}
	for _, move := range []func() error{
		func() error { _, err := s.bell.Accept(s.t.Context(), alerts[0]); return err },
		func() error { _, err := s.bell.Arrive(s.t.Context(), alerts[0]); return err },
	} {
		if err := move(); err != nil {
			s.t.Fatal(err)
		}
	}
	s.close(r)
	return r.ID
}

func TestAnErasedPersonIsATombstoneAndNothingElseTellsOfThem(t *testing.T) {
	everywhere(t, func(t *testing.T, s *scene) {
		s.apply(store.Mutation{Op: store.ChangeNode, ID: s.ID("flat3"), Set: []kg.Setting{{Field: "refusals", Value: `[{"person":"` + string(s.ID("n1")) + `"},{"person":"` + string(s.ID("n2")) + `"}]`}}})
		ring := s.answered()
		all, byHour := s.metrics(""), s.metrics(figures.ByHour)
		if all.All.Rings != 1 || all.All.Attended != 1 || len(all.All.Burden) != 1 {
			t.Fatalf("got %+v", all.All)
		}
		done, err := s.own.Erase(t.Context(), desk, s.ID("n1"), own.Asked)
		if err != nil || done.Ties != 1 || done.Rings != 1 || done.Alerts != 1 || done.Entries == 0 || done.Already {
			t.Fatalf("got %+v, %v", done, err)
		}
		if p := s.person("n1"); p.Erased != kg.MustDate("2026-09-01") || string(kg.Encode(p)) != `{"erased":"2026-09-01"}` {
			t.Errorf("on record is %s", kg.Encode(p))
		}
		s.gone("魑魅邻居n1", "000-666000n1", "REG-n1")
		// The id stands where records count by it, and nowhere else.
		id := string(s.ID("n1"))
		for _, line := range strings.Split(s.everything(), "\n") {
			if strings.Contains(line, id) && !strings.HasPrefix(line, id+" ") && !strings.HasPrefix(line, "ALERT_TO ") {
				t.Errorf("the id stands in %s", line)
			}
		}
		if names := s.called(ring); !slices.Contains(names, "n1") {
			t.Errorf("the alert leads to %v", names)
		}
		if after := s.metrics(""); !reflect.DeepEqual(after, all) || !reflect.DeepEqual(s.metrics(figures.ByHour), byHour) {
			t.Errorf("figures were %+v and are %+v", all.All, after.All)
		}
		if _, called := s.ring(); slices.Contains(called, "n1") || !slices.Contains(called, "n2") {
			t.Errorf("afterwards called are %v", called)
		}
		again, err := s.own.Erase(t.Context(), desk, s.ID("n1"), own.Asked)
		if err != nil || !again.Already || again.Ties+again.Rings+again.Alerts+again.Entries != 0 {
			t.Errorf("again: %+v, %v", again, err)
		}
		if _, err := s.own.About(t.Context(), s.ID("n1")); !errors.Is(err, kg.ErrNotFound) {
			t.Errorf("about a tombstone: %v", err)
		}
	})
}

func TestAnErasedHouseholdWithRingsKeepsThemInItsGrid(t *testing.T) {
	onEngines(t, func(t *testing.T, s *scene) {
		s.answered()
		open, _ := s.ring()
		if _, err := s.own.Erase(t.Context(), desk, s.ID("home"), own.Mistaken); !errors.Is(err, kg.ErrConflict) {
			t.Errorf("while a ring is open: %v", err)
		}
		if _, err := s.own.Erase(t.Context(), desk, s.ID("n2"), own.Asked); !errors.Is(err, kg.ErrConflict) {
			t.Errorf("who is called to an open ring: %v", err)
		}
		s.close(open)
		all, byGrid := s.metrics(""), s.metrics(figures.ByGrid)
		if len(byGrid.Groups) != 1 || byGrid.Groups[0].Value != string(s.ID("grid")) || all.All.Rings != 2 {
			t.Fatalf("got %+v", byGrid)
		}
		done, err := s.own.Erase(t.Context(), desk, s.ID("home"), own.Asked)
		if err != nil || done.Rings != 2 || done.Ties != 4 {
			t.Fatalf("got %+v, %v", done, err)
		}
		s.gone("home室号")
		if !reflect.DeepEqual(s.metrics(""), all) || !reflect.DeepEqual(s.metrics(figures.ByGrid), byGrid) {
			t.Errorf("figures were %+v and are %+v", all.All, s.metrics("").All)
		}
		if _, err := s.bell.Press(t.Context(), kgPress(s.ID("home"))); !errors.Is(err, kg.ErrNotFound) {
			t.Errorf("a call for help at a tombstone: %v", err)
		}
	})
}

func TestNobodyIsErasedByWhoDoesNotSeeThem(t *testing.T) {
	onEngines(t, func(t *testing.T, s *scene) {
		elsewhere := own.Asker{Name: "key:other", Scope: store.Scope{Areas: []kg.ID{s.ID("flat1")}, Today: kg.MustDate("2026-09-01")}}
		if _, err := s.own.Erase(t.Context(), elsewhere, s.ID("n2"), own.Asked); !errors.Is(err, kg.ErrNotFound) {
			t.Errorf("outside the scope: %v", err)
		}
		if _, err := s.own.Erase(t.Context(), desk, s.ID("house"), own.Asked); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("a building: %v", err)
		}
		if done, err := s.own.Erase(t.Context(), elsewhere, s.ID("n1"), own.Asked); err != nil || done.Ties != 1 {
			t.Errorf("inside the scope: %+v, %v", done, err)
		}
	})
}
