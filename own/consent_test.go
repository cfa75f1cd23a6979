package own_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"lintu/kg"
	"lintu/own"
)

func TestAConsentCountsForTheNextRingAndSoDoesItsWithdrawal(t *testing.T) {
	everywhere(t, func(t *testing.T, s *scene) {
		r, called := s.ring()
		if !slices.Contains(called, "n1") || !slices.Contains(called, "n2") {
			t.Fatalf("called are %v", called)
		}
		s.close(r)
		all, err := s.own.Withdraw(t.Context(), desk, own.Withdrawal{Person: s.ID("n1"), Purpose: kg.ConsentToRespond, How: "VOICE", Reference: "录音 12"})
		if err != nil || len(all) != 1 || all[0].Withdrawn != kg.MustDate("2026-09-01") || all[0].Taken.By != "key:desk" || all[0].Taken.Reference != "录音 12" {
			t.Fatalf("got %+v, %v", all, err)
		}
		r, called = s.ring()
		if slices.Contains(called, "n1") || !slices.Contains(called, "n2") {
			t.Errorf("after the withdrawal called are %v", called)
		}
		s.close(r)
		given, err := s.own.Give(t.Context(), desk, own.Grant{Person: s.ID("n1"), Purpose: kg.ConsentToRespond, How: "PAPER", Reference: "柜 3"})
		if err != nil || len(given) != 2 || given[0].Withdrawn == 0 || given[1].Given.How != "PAPER" || given[1].Given.At == "" {
			t.Fatalf("got %+v, %v", given, err)
		}
		r, called = s.ring()
		if !slices.Contains(called, "n1") {
			t.Errorf("after the new consent called are %v", called)
		}
		s.close(r)
		// Given and taken back on one day: it never held, and its record stays.
		if _, err := s.own.Withdraw(t.Context(), desk, own.Withdrawal{Person: s.ID("n1"), Purpose: kg.ConsentToRespond, How: "ONLINE"}); err != nil {
			t.Fatal(err)
		}
		if _, called = s.ring(); slices.Contains(called, "n1") {
			t.Errorf("after the second withdrawal called are %v", called)
		}
		if list := s.person("n1").Responder.Consents; len(list) != 2 || list[1].Withdrawn != list[1].From || list[1].Given == nil || list[1].Taken == nil {
			t.Errorf("the record is %+v", list)
		}
		if p := s.person("n1"); len(p.Responder.Vettings) != 1 || p.Responder.Weekly == "" {
			t.Errorf("the rest of the profile is %+v", p.Responder)
		}
	})
}

func TestAContactIsCalledByAConsentThatTheTieCarries(t *testing.T) {
	onEngines(t, func(t *testing.T, s *scene) {
		about := s.ID("home")
		if _, err := s.own.Withdraw(t.Context(), desk, own.Withdrawal{Person: s.ID("daughter"), Purpose: kg.ConsentToBeContact, About: about, How: "VOICE"}); err != nil {
			t.Fatal(err)
		}
		called := func() []string {
			r, _ := s.ring()
			for range 20 { // until the ladder has called whom it can
				s.now = s.now.Add(30 * time.Second)
				if _, err := s.bell.Due(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			names := s.called(r.ID)
			s.close(r)
			return names
		}
		if names := called(); slices.Contains(names, "daughter") {
			t.Errorf("called without consent: %v", names)
		}
		all, err := s.own.Give(t.Context(), desk, own.Grant{Person: s.ID("daughter"), Purpose: kg.ConsentToBeContact, About: about, How: "ONLINE"})
		if err != nil || len(all) != 1 {
			t.Fatalf("got %+v, %v", all, err)
		}
		if names := called(); !slices.Contains(names, "daughter") {
			t.Errorf("not called with consent: %v", names)
		}
	})
}

func TestAConsentThatCannotBeIsRefused(t *testing.T) {
	onEngines(t, func(t *testing.T, s *scene) {
		n1, home := s.ID("n1"), s.ID("home")
		for name, g := range map[string]own.Grant{
			"an unknown purpose":          {Person: n1, Purpose: "marketing", How: "PAPER"},
			"no evidence":                 {Person: n1, Purpose: kg.ConsentToRespond},
			"a household it is not about": {Person: n1, Purpose: kg.ConsentToRespond, About: home, How: "PAPER"},
			"a contact of no household":   {Person: n1, Purpose: kg.ConsentToBeContact, How: "PAPER"},
			"a contact without a tie":     {Person: n1, Purpose: kg.ConsentToBeContact, About: home, How: "PAPER"},
			"a day that is over":          {Person: n1, Purpose: kg.ConsentToRespond, How: "PAPER", From: kg.MustDate("2026-08-31")},
			"an end before the beginning": {Person: n1, Purpose: kg.ConsentToRespond, How: "PAPER", To: kg.MustDate("2026-09-01")},
			"a household that consents":   {Person: home, Purpose: kg.ConsentToRespond, How: "PAPER"},
			"a reference without an end":  {Person: n1, Purpose: kg.ConsentToRespond, How: "PAPER", Reference: string(make([]byte, kg.MaxTextLength+1))},
		} {
			if _, err := s.own.Give(t.Context(), desk, g); !errors.Is(err, kg.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.own.Give(t.Context(), desk, own.Grant{Person: kg.NewID(kg.KindPerson), Purpose: kg.ConsentToRespond, How: "PAPER"}); !errors.Is(err, kg.ErrNotFound) {
			t.Errorf("nobody: %v", err)
		}
		if _, err := s.own.Withdraw(t.Context(), desk, own.Withdrawal{Person: s.ID("elder"), Purpose: kg.ConsentToRespond, How: "PAPER"}); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("nothing to take back: %v", err)
		}
	})
}
