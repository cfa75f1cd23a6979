package reach

import (
	"testing"

	"lintu/kg"
)

func TestTheScopesAskedLastAreKeptAsFarAsTheirMemoryGoes(t *testing.T) {
	for _, c := range []struct{ nodes, want int }{{0, mostScopes}, {85_000, mostScopes}, {1_600_000, 20}, {100_000_000, leastScopes}} {
		if got := mostScopesOf(c.nodes); got != c.want {
			t.Errorf("of %d nodes %d scopes are kept, want %d", c.nodes, got, c.want)
		}
	}
	s := &Snapshot{scopes: &scopes{}}
	s.people.n = 100_000_000
	ask := func(area ref, on kg.Date) *scope { return s.scopes.of(&scope{s: s, areas: []ref{area}, on: on}) }
	first, second := ask(1, 1), ask(2, 1)
	for n := range leastScopes - 2 {
		ask(ref(3+n), 1)
	}
	if ask(1, 1) != first {
		t.Error("a scope that was asked among the last is not kept")
	}
	if ask(1, 2) == first {
		t.Error("a scope of another day is taken for the same")
	}
	if ask(1, 1) != first { // the day's own has taken the place of the one asked longest ago
		t.Error("a scope that was asked among the last is not kept")
	}
	if ask(2, 1) == second {
		t.Error("the scope that was asked longest ago is kept")
	}
	if got := len(s.scopes.kept); got != leastScopes {
		t.Errorf("%d scopes are kept, want %d", got, leastScopes)
	}
}
