package spatial

import (
	"slices"
	"strings"
	"testing"
)

func good() *Figures {
	return &Figures{Targets: 10, Advice: []Advice{{Budget: 5, Covered: 97, Optimum: 100, Status: "Optimal", Lintu: 1, Peer: 50}}}
}

func TestWhatIsNotReachedIsNamed(t *testing.T) {
	if missed := good().Missed(); len(missed) > 0 {
		t.Errorf("all is reached, told %q", missed)
	}
	for want, spoil := range map[string]func(*Figures){
		"2 of 10 counts differ from the ball tree's":   func(f *Figures) { f.Counts.Different = 2 },
		"a ratio differs from access's by 0.001":       func(f *Figures) { f.Decayed.Worst = 0.001 },
		"5 places cover 0.960 of the optimum":          func(f *Figures) { f.Advice[0].Covered = 96 },
		"5 places take a part of 1/49 of the solver's": func(f *Figures) { f.Advice[0].Peer = 49 },
		"5 places: the solver says Not Solved":         func(f *Figures) { f.Advice[0].Status = "Not Solved" },
	} {
		f := good()
		spoil(f)
		if missed := f.Missed(); len(missed) != 1 || !strings.HasPrefix(missed[0], want) {
			t.Errorf("told %q, want %q", missed, want)
		}
	}
}

func TestPackagesArePinnedToOneVersionEach(t *testing.T) {
	lines := strings.Fields(string(requirements))
	for _, l := range lines {
		if strings.Count(l, "==") != 1 {
			t.Errorf("%s is not pinned", l)
		}
	}
	for _, name := range []string{"access", "spopt", "scikit-learn", "numpy", "pandas", "PuLP"} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, name+"==") }) {
			t.Errorf("%s is missing", name)
		}
	}
}
