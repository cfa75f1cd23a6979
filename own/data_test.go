package own_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/doorbell"
	"lintu/kg"
	"lintu/own"
	"lintu/store"
)

func kgPress(household kg.ID) doorbell.Press { return doorbell.Press{Household: household} }

func (s *scene) apply(changes ...store.Mutation) {
	s.t.Helper()
	if _, err := s.st.Apply(s.t.Context(), &store.Batch{Changes: changes, Today: kg.DateOf(s.now, shanghai)}); err != nil {
		s.t.Fatal(err)
	}
}

func TestAPersonSeesEverythingThatIsHeldAboutThemAndNobodyElse(t *testing.T) {
	onEngines(t, func(t *testing.T, s *scene) {
		first := s.answered()
		s.now = s.now.Add(time.Hour)
		about := func(name string) *own.Data {
			d, err := s.own.About(t.Context(), s.ID(name))
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		elder := about("elder")
		values := map[string]string{}
		for _, v := range elder.Fields {
			values[v.Field] = v.Value + " " + v.Class
		}
		if values["phone"] != "000-5550001 personal" || values["careFlags"] == "" || values["birthDate"] != "1940-02-03 personal" {
			t.Errorf("fields are %v", values)
		}
		if len(elder.Household) == 0 || len(elder.Rings) != 1 || elder.Rings[0].Ring != first || elder.Rings[0].Outcome != "HELP_GIVEN" {
			t.Errorf("got %+v", elder)
		}
		if len(elder.Ties) != 1 || elder.Ties[0].Relation != kg.LivesIn || elder.Ties[0].To != s.ID("home") {
			t.Errorf("ties are %+v", elder.Ties)
		}
		n1 := about("n1")
		if len(n1.Alerts) != 1 || n1.Alerts[0].State != "HANDED_OVER" || n1.Alerts[0].Answered == "" || len(n1.Consents) != 1 || !slices.Equal(n1.Candidate, []kg.ID{first}) || len(n1.Rings) != 0 {
			t.Errorf("got %+v", n1)
		}
		daughter := about("daughter")
		if len(daughter.Ties) != 1 || daughter.Ties[0].Title != "home室号" || len(daughter.Ties[0].Fields) != 3 {
			t.Errorf("ties are %+v", daughter.Ties)
		}
		for _, v := range append(slices.Clone(daughter.Fields), daughter.Household...) {
			if strings.Contains(v.Value, "老人") {
				t.Errorf("another's %s is shown", v.Field)
			}
		}
	})
}

func TestACorrectionWaitsUntilItIsDecidedAndAcceptingChangesTheRecord(t *testing.T) {
	onEngines(t, func(t *testing.T, s *scene) {
		id := s.ID("elder")
		self := own.Asker{Name: "key:elder", Scope: store.Scope{All: true}}
		for i, w := range []own.Wish{
			{Person: id, Field: "phone", Value: "000-9"}, {Person: id, Field: "birthDate", Value: "1941-02-03"}, {Person: id, Note: "门牌写错了"},
		} {
			if c, err := s.own.Correct(t.Context(), self, w); err != nil || c.Number != i+1 || c.State != "OPEN" || c.AskedBy != "key:elder" {
				t.Fatalf("got %+v, %v", c, err)
			}
		}
		for name, w := range map[string]own.Wish{
			"nothing": {Person: id}, "an unknown field": {Person: id, Field: "shoeSize", Value: "40"}, "no day": {Person: id, Field: "birthDate", Value: "yesterday"},
			"no name": {Person: id, Field: "name"}, "a profile": {Person: id, Field: "responder", Value: "{}"}, "what the program keeps": {Person: id, Field: "erased", Value: "2026-01-01"},
		} {
			if _, err := s.own.Correct(t.Context(), self, w); !errors.Is(err, kg.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		waiting, err := s.own.Waiting(t.Context(), desk.Scope, s.ID("grid"), 10)
		if err != nil || len(waiting) != 1 || len(own.Open(waiting[0])) != 3 {
			t.Fatalf("waiting are %v, %v", waiting, err)
		}
		if c, err := s.own.Decide(t.Context(), desk, own.Decision{Person: id, Number: 1, Accept: true}); err != nil || c.State != "ACCEPTED" || c.DecidedBy != "key:desk" {
			t.Fatalf("got %+v, %v", c, err)
		}
		if _, err := s.own.Decide(t.Context(), desk, own.Decision{Person: id, Number: 2}); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("refused without a reason: %v", err)
		}
		if c, err := s.own.Decide(t.Context(), desk, own.Decision{Person: id, Number: 2, Reason: "户口簿为 1940 年"}); err != nil || c.State != "REFUSED" {
			t.Fatalf("got %+v, %v", c, err)
		}
		if _, err := s.own.Decide(t.Context(), desk, own.Decision{Person: id, Number: 2, Accept: true}); !errors.Is(err, kg.ErrConflict) {
			t.Errorf("decided twice: %v", err)
		}
		if _, err := s.own.Decide(t.Context(), desk, own.Decision{Person: id, Number: 9, Accept: true}); !errors.Is(err, kg.ErrNotFound) {
			t.Errorf("one that is not there: %v", err)
		}
		p := s.person("elder")
		if p.Phone != "000-9" || p.BirthDate != kg.MustDate("1940-02-03") || p.Correction != "OPEN" {
			t.Errorf("got %+v", p)
		}
		if _, err := s.own.Decide(t.Context(), desk, own.Decision{Person: id, Number: 3, Accept: true}); err != nil {
			t.Fatal(err)
		}
		if waiting, err = s.own.Waiting(t.Context(), desk.Scope, "", 10); err != nil || len(waiting) != 0 {
			t.Errorf("waiting are %v, %v", waiting, err)
		}
		for range 10 {
			if _, err := s.own.Correct(t.Context(), self, own.Wish{Person: id, Note: "再查"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.own.Correct(t.Context(), self, own.Wish{Person: id, Note: "再查"}); !errors.Is(err, kg.ErrLimit) {
			t.Errorf("one more than may wait: %v", err)
		}
	})
}
