package archtest

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"lintu/kg"
)

// root is the project, seen from the folder that its tests run in.
const root = "../.."

var project = sync.OnceValues(func() (*tree, error) { return load(os.DirFS(root)) })

// holds fails with every place of the project that breaks the rule.
func holds(t *testing.T, rule func(*tree) []string) {
	t.Helper()
	sources, err := project()
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range rule(sources) {
		t.Error(broken)
	}
}

func TestEveryPackageHasItsPlaceInTheOrderOfImports(t *testing.T) { holds(t, withoutRow) }

func TestImportsOfOursRunOneWay(t *testing.T) { holds(t, wrongWay) }

func TestEveryForeignPackageIsKnownOnlyToThoseWhoMay(t *testing.T) { holds(t, foreign) }

func TestResolversHoldNoStore(t *testing.T) { holds(t, heldStores) }

func TestNoTypeTakesTheNameOfAReservedKind(t *testing.T) { holds(t, reserved(kg.Reserved)) }

func TestTheClockIsReadOnlyAtTheEdges(t *testing.T) { holds(t, clocks) }

func TestSQLAndCypherStandOnlyInTheirEngines(t *testing.T) { holds(t, strayStatements) }

func TestNoTestIsSkipped(t *testing.T) { holds(t, skipped) }

func TestNoTestOfAStoreStandsBehindABuildTag(t *testing.T) { holds(t, tagged) }

func TestNoWrittenFileIsTooLong(t *testing.T) { holds(t, longFiles) }

func TestNoPackageHasTooManyFilesWithoutAReason(t *testing.T) { holds(t, largePackages) }

func TestEveryPackageSaysWhatItIsFor(t *testing.T) { holds(t, undocumented) }

func TestGeneratedFilesSayThatTheyAre(t *testing.T) { holds(t, unmarked) }

// The rules see what they are told to see only if load finds what the go command finds.
func TestTheRulesSeeEveryPackageThatTheGoCommandSees(t *testing.T) {
	list := exec.Command("go", "list", "-e", "-f", "{{.ImportPath}}", "./...")
	list.Dir = root
	var complaints bytes.Buffer
	list.Stderr = &complaints
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaints.String())
	}
	sources, err := project()
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, p := range sources.packages {
		seen = append(seen, path.Join(modulePath, p.dir))
	}
	listed := strings.Fields(string(out))
	if len(listed) == 0 {
		t.Fatal("go list found no package")
	}
	for _, p := range listed {
		if !slices.Contains(seen, p) {
			t.Errorf("the rules do not see %s", p)
		}
	}
}
