package effort

import "testing"

func TestALongFormIsTakenOnlyWhereItIsAskedFor(t *testing.T) {
	t.Setenv(LongVariable, "")
	if got := Pick("village", "city"); got != "village" {
		t.Errorf("not asked for: %s", got)
	}
	t.Setenv(TownVariable, "")
	if got := Town(); got != "village" {
		t.Errorf("not asked for: the town is %s", got)
	}
	t.Setenv(LongVariable, "1")
	if got := Pick("village", "city"); got != "city" || Town() != "city" {
		t.Errorf("asked for: %s, %s", got, Town())
	}
	t.Setenv(TownVariable, "county")
	if got := Town(); got != "county" {
		t.Errorf("the county was asked for: %s", got)
	}
}

// failing stands for a test that must fail.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Helper()               {}
func (f *failing) Fatalf(string, ...any) { f.failed = true; panic("failed") }

func TestKillsAreAsManyAsAskedForUpToWhatTheTestCanBear(t *testing.T) {
	for asked, want := range map[string]int{"": 2, "1": 1, "4": 4, "50": 5} {
		t.Setenv(KillsVariable, asked)
		if got := Kills(t, 2, 5); got != want {
			t.Errorf("%q: %d kills, want %d", asked, got, want)
		}
	}
	for _, asked := range []string{"0", "-1", "many"} {
		t.Setenv(KillsVariable, asked)
		f := &failing{TB: t}
		func() {
			defer func() { _ = recover() }()
			Kills(f, 2, 5)
		}()
		if !f.failed {
			t.Errorf("%q was taken for a number of kills", asked)
		}
	}
}
