package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lintu/doorbell/lab"
	"lintu/internal/cli/clitest"
)

// drilling runs lintu drill on the village.
func drilling(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	_, run := villageStore(t)
	return clitest.Once(t, run, []string{"LINTU_STORE=" + somewhere(t)}, append([]string{"drill"}, args...)...)
}

func TestADrillOfTonightListsTheDoorsThatWouldFailWithTheirFix(t *testing.T) {
	args := []string{"--tonight", "新阳村", "--at", "2026-03-04T20:00", "--accept", "0.02-0.03", "--ladder", "0.1"}
	code, out, errs := drilling(t, args...)
	if code != 0 || !strings.Contains(out, "2026-03-04 20:00 · 8 doors") || !strings.Contains(out, "最省办法") || !strings.Contains(errs, "rehearsing") {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	code, out, errs = drilling(t, append(args, "--json")...)
	var found struct {
		Doors   int
		Failing []struct {
			Chance, After float64
			Fix           string
			People        int
		}
	}
	if err := json.Unmarshal([]byte(out), &found); code != 0 || err != nil || found.Doors != 8 || len(found.Failing) == 0 {
		t.Fatalf("exit code %d, %v: %s%s", code, err, out, errs)
	}
	for _, f := range found.Failing {
		if f.Chance >= 0.99999 || f.Fix != "NONE" && (f.People == 0 || f.After < 0.9) {
			t.Errorf("%+v", f)
		}
	}
}

func TestADrillPlaysOnePolicyBesideAnother(t *testing.T) {
	city, err := os.ReadFile("../../doorbell/policies/city-1.json")
	if err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(t.TempDir(), "mine.json")
	if err := os.WriteFile(mine, []byte(strings.NewReplacer(`"name": "city"`, `"name": "mine"`, `"people": 7`, `"people": 2`).Replace(string(city))), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--policy", "village", "--against", mine, "--rings", "150", "--at", "2026-03-02", "--seed", "7"}
	code, out, errs := drilling(t, args...)
	if code != 0 || !strings.Contains(out, "village@1") || !strings.Contains(out, "mine@1") || !strings.Contains(out, "at least one yes") || !strings.Contains(errs, "playing rings") {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	code, first, errs := drilling(t, append(args, "--json")...)
	var found []lab.Outcome
	if err := json.Unmarshal([]byte(first), &found); code != 0 || err != nil || len(found) != 2 || found[0].Rings == 0 || found[0].Rings+found[0].Joined != 150 {
		t.Fatalf("exit code %d, %v: %s%s", code, err, first, errs)
	}
	if _, again, _ := drilling(t, append(args, "--json")...); again != first {
		t.Errorf("the same seed gives\n%s\nand\n%s", first, again)
	}
}

func TestADrillRefusesWhatDoesNotGoTogether(t *testing.T) {
	for want, args := range map[string][]string{
		"one of --tonight AREA and --policy NAME": {},
		"go with --policy":                        {"--tonight", "新阳村", "--stored"},
		"no policy is called":                     {"--policy", "nowhere"},
		"--rings: 0":                              {"--policy", "city", "--rings", "0"},
		"--days: 400":                             {"--policy", "city", "--days", "400"},
		"--accept":                                {"--policy", "city", "--accept", "much"},
		"answers.least":                           {"--policy", "city", "--accept", "0.5-0.2"},
		"--at":                                    {"--tonight", "新阳村", "--at", "soon"},
		"no area is called":                       {"--tonight", "无此地"},
		"sure":                                    {"--tonight", "新阳村", "--sure", "1"},
		"there are none":                          {"--policy", "city", "--stored"},
	} {
		if code, out, errs := drilling(t, args...); code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%v: exit code %d, want 2 and %q\n%s%s", args, code, want, out, errs)
		}
	}
}
