// Package effort says how much a test does. Every test runs everywhere; some have a short form, which fits the minutes
// of a build, and a long one, which "make long" and "make faults" ask for by variables of the environment.
package effort

import (
	"cmp"
	"os"
	"strconv"
	"testing"
)

// The variables.
const (
	LongVariable  = "LINTU_TEST_LONG"
	KillsVariable = "LINTU_TEST_KILLS"
	TownVariable  = "LINTU_TEST_TOWN"
)

// Long says whether LINTU_TEST_LONG asks for the long forms.
func Long() bool { return os.Getenv(LongVariable) != "" }

// Pick gives the one where a test has its short form, and the other where it has its long one.
func Pick[T any](short, long T) T {
	if Long() {
		return long
	}
	return short
}

// Town is the preset of which a test loads the whole: the village, in its long form the city, or what LINTU_TEST_TOWN says.
func Town() string { return cmp.Or(os.Getenv(TownVariable), Pick("village", "city")) }

// Kills is how often a test kills something: short, or as often as LINTU_TEST_KILLS says, but at most most. Anything
// in that variable that is no number from 1 fails the test.
func Kills(t testing.TB, short, most int) int {
	t.Helper()
	asked := os.Getenv(KillsVariable)
	if asked == "" {
		return short
	}
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q: write a number from 1", KillsVariable, asked)
	}
	return min(n, most)
}
