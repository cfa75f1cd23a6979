package feed

import (
	"os"
	"testing"

	"lintu/internal/enginetest"
	"lintu/internal/neo4jtest"
	"lintu/store"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

// Two processes on one store: what one stores the other's feed tells, in order, by topic, and after any mark.
func TestAnEngineMakesNoDifferenceToWhatIsHeard(t *testing.T) {
	enginetest.Both(t, store.Key{1}, func(t *testing.T, st enginetest.Opened) {
		s := newStreet(t, st.Store, Options{})
		other := New(s.o) // of another process
		west, err := other.Subscribe(t.Context(), Topic{Area: s.ID("west")}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer west.Close()
		person := s.listen(Topic{Person: s.ID("east neighbour")}, nil)
		e1, w1, e2 := s.happen("east", 2), s.happen("west", 2), s.happen("east", 1)
		s.look()
		if err := other.poll(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		got, last := read(t, west, 2)
		same(t, got, w1)
		if last.Ring != s.ID("west ring") || last.Household != s.ID("west door") || last.Person != s.ID("west neighbour") {
			t.Errorf("the event is of %s at %s about %s", last.Ring, last.Household, last.Person)
		}
		got, _ = read(t, person, 3)
		same(t, got, append(e1[:2:2], e2...))
		got, _ = read(t, s.listen(Topic{}, &last.Mark), 1)
		same(t, got, e2)
		many := s.happen("west", store.MaxTouched) // more than the journal lists
		if err := other.poll(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		got, _ = read(t, west, len(many))
		same(t, got[len(got)-2:], many[len(many)-2:])
	})
}
