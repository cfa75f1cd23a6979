package archtest

import (
	"fmt"
	"slices"
	"strings"
)

// row says what a package may import of ours. A name that ends in "/..." stands for a folder and all below it.
type row struct {
	dir   string
	may   []string
	tests []string // what its tests may import besides
}

var (
	domain  = []string{"geo", "text", "kg"}
	reader  = append([]string{"store"}, domain...)
	engines = []string{"store/sqlite", "store/neo4j"}
	// realStores is for tests that ask a question of a whole store: both engines, the oracle, a town.
	realStores = append([]string{"store/storetest", "internal/neo4jtest", "internal/enginetest", "internal/effort", "seed"}, engines...)
)

// ours is the order of the packages, innermost first. A package must have a row; the first that matches counts.
var ours = []row{
	{dir: "geo"},
	{dir: "text"},
	{dir: "kg", may: []string{"geo", "text"}},
	{dir: "store", may: domain, tests: []string{"store/storetest"}},
	{dir: "store/storetest", may: reader},
	{dir: "store/tail", may: reader, tests: []string{"store/storetest"}},
	{dir: "store/sqlite", may: reader, tests: []string{"store/storetest", "seed", "internal/effort"}},
	{dir: "store/neo4j", may: reader, tests: []string{"store/storetest", "seed", "internal/neo4jtest", "internal/effort"}},
	{dir: "seed/...", may: append([]string{"seed/..."}, reader...), tests: realStores},
	{dir: "paths", may: reader, tests: realStores},
	{dir: "trust", may: reader},
	{dir: "trail", may: append([]string{"trust", "internal/cli/filelock"}, reader...)},
	{dir: "loaders", may: append([]string{"paths", "trust"}, reader...), tests: realStores},
	{dir: "importer/sheet"},
	{dir: "importer", may: append([]string{"importer/sheet"}, reader...), tests: append([]string{"own"}, realStores...)},
	{dir: "reach/calendar", may: []string{"kg"}},
	{dir: "reach/barrier", may: []string{"geo", "kg"}},
	{dir: "reach", may: append([]string{"store/tail", "reach/barrier", "reach/calendar"}, reader...), tests: realStores},
	{dir: "coverage/advice", may: []string{"kg"}},
	{dir: "coverage", may: append([]string{"trust", "reach", "reach/barrier", "reach/calendar", "coverage/advice"}, reader...), tests: append([]string{"seed/figures"}, realStores...)},
	{dir: "coverage/trend", may: append([]string{"reach", "coverage"}, reader...), tests: realStores},
	{dir: "coverage/audit", may: append([]string{"reach"}, reader...), tests: append([]string{"seed/figures"}, realStores...)},
	{
		dir: "layer", may: append([]string{"coverage", "coverage/audit", "coverage/trend", "loaders", "reach", "trail", "trust"}, reader...),
		tests: realStores,
	},
	{dir: "doorbell/figures", may: append([]string{"coverage"}, reader...), tests: realStores},
	{dir: "doorbell/feed", may: append([]string{"store/tail"}, reader...), tests: realStores},
	{dir: "doorbell/invite", may: append([]string{"doorbell", "trust"}, reader...), tests: append([]string{"reach"}, realStores...)},
	{dir: "doorbell/lab", may: append([]string{"doorbell", "reach", "reach/barrier"}, reader...), tests: realStores},
	{dir: "doorbell", may: append([]string{"store/tail", "reach"}, reader...), tests: append([]string{"doorbell/journal"}, realStores...)},
	{dir: "doorbell/journal", may: []string{"internal/cli/filelock"}},
	{dir: "doorbell/device", may: []string{"doorbell", "kg", "trust"}, tests: append([]string{"geo", "reach", "store"}, realStores...)},
	{dir: "records", may: reader, tests: realStores},
	{dir: "graph/schemagen", may: []string{"kg", "store", "trust"}},
	{dir: "own", may: reader, tests: append([]string{"doorbell", "doorbell/figures", "reach"}, realStores...)},
	{dir: "retain", may: append([]string{"own", "doorbell/figures"}, reader...), tests: append([]string{"doorbell"}, realStores...)},
	{dir: "graph/schemagen", may: []string{"kg", "store", "trust"}},
	{dir: "graph/limits", may: []string{"kg"}},
	{dir: "graph/trusted", may: []string{"kg"}},
	{dir: "graph/wire", may: []string{"kg", "graph/limits"}},
	{
		dir: "graph/...", may: append([]string{"trust", "trail", "loaders", "paths", "reach", "coverage", "coverage/audit", "coverage/trend", "records", "own", "doorbell", "doorbell/feed", "doorbell/figures", "doorbell/lab", "graph/..."}, reader...),
		tests: append([]string{"web", "doorbell/journal"}, realStores...),
	},
	{dir: "web"},
	{dir: "deploy/neo4j"},
	{dir: "internal/term"},
	{dir: "internal/who", may: append([]string{"trust", "internal/cli/filelock"}, reader...)},
	{dir: "internal/config", may: []string{"internal/term", "internal/who", "reach/barrier"}},
	{dir: "internal/httpapi", may: []string{"kg", "trust", "internal/who"}},
	{dir: "internal/prom", may: append([]string{"doorbell"}, reader...), tests: append([]string{"reach"}, realStores...)},
	{dir: "internal/cli/filelock"},
	{dir: "internal/cli/clitest", may: []string{"internal/httpapi"}},
	{
		dir: "internal/cli", // opens stores by the function that server.go gives it
		may: append([]string{
			"trust",
			"loaders",
			"trail",
			"trust",
			"store/tail",
			"reach",
			"records",
			"own",
			"retain",
			"coverage",
			"coverage/trend",
			"layer",
			"doorbell",
			"doorbell/device",
			"doorbell/feed",
			"doorbell/figures",
			"doorbell/invite",
			"doorbell/journal",
			"doorbell/lab",
			"internal/prom",
			"graph",
			"graph/limits",
			"graph/trusted",
			"graph/wire",
			"seed",
			"importer",
			"importer/sheet",
			"web",
			"internal/config",
			"internal/httpapi",
			"internal/who",
			"internal/term",
			"internal/cli/filelock",
		}, reader...),
		tests: append([]string{"internal/cli/clitest"}, realStores...),
	},
	{dir: "internal/oidctest"},
	{dir: "internal/effort"},
	{dir: "internal/sqlitetest"},
	{dir: "internal/neo4jtest/...", may: []string{"internal/neo4jtest", "internal/effort", "deploy/neo4j"}},
	{dir: "internal/enginetest", may: append([]string{"internal/neo4jtest", "internal/effort", "store"}, engines...)},
	{dir: "internal/composetest", tests: []string{"internal/neo4jtest", "internal/config", "deploy/neo4j"}},
	{dir: "docs", tests: []string{"..."}}, // what the pages say is asked of the program
	{dir: "internal/acceptance", tests: []string{"..."}},
	{dir: "internal/archtest", tests: []string{"kg"}},
	{dir: "bench/...", may: []string{"..."}},
	{dir: ".", may: []string{"..."}}, // the wiring
}

// module says who may import a package that is not ours. Nobody else may, and without a row nobody at all.
type module struct {
	path string
	by   []string // folders; "tests" stands for all test files
}

// theirs are the packages that only some of ours may know: every module that is not ours, and of the standard library
// those that a boundary is made of.
var theirs = []module{
	// bench/floor reads both engines by hand, to be compared with; nothing but the benchmark may import it.
	{"database/sql", []string{"store/sqlite", "internal/sqlitetest", "bench/floor"}},
	{"modernc.org/sqlite", []string{"store/sqlite", "internal/sqlitetest", "bench/floor"}},
	{"github.com/neo4j/neo4j-go-driver", []string{"store/neo4j", "internal/neo4jtest", "bench/floor"}},
	{"github.com/mozillazg/go-pinyin", []string{"text"}},
	{"golang.org/x/text", []string{"text", "importer/sheet"}},
	{"github.com/vikstrous/dataloadgen", []string{"loaders"}},
	{"github.com/99designs/gqlgen", []string{"loaders", "graph", "."}},
	{"github.com/vektah/gqlparser", []string{"loaders", "graph", ".", "tests"}},
	{"github.com/prometheus/client_golang", []string{"internal/prom"}},
	{"github.com/rs/cors", []string{"internal/httpapi"}},
	{"github.com/klauspost/compress", []string{"internal/httpapi"}},
	{"github.com/knadh/koanf", []string{"internal/config"}},
	{"github.com/spf13/pflag", []string{"internal/config", "internal/cli"}},
	{"github.com/spf13/cobra", []string{"internal/config", "internal/cli"}},
	{"github.com/agnivade/levenshtein", []string{"internal/config"}},
	{"github.com/dustin/go-humanize", []string{"internal/config", "internal/term"}},
	{"github.com/jedib0t/go-pretty", []string{"internal/term"}},
	{"github.com/mattn/go-isatty", []string{"internal/term"}},
	{"github.com/schollz/progressbar", []string{"internal/term"}},
	{"golang.org/x/sys", []string{"store/sqlite", "internal"}},
	{"golang.org/x/sync", []string{"store", "loaders", "reach", "importer", "layer", "internal", "bench", "."}},
	{"github.com/hashicorp/golang-lru", []string{"layer", "graph", "internal/who"}},
	{"github.com/coder/websocket", []string{"graph/wire", "tests"}},
	{"golang.org/x/time", []string{"graph/limits", "internal/who"}},
	{"github.com/coreos/go-oidc", []string{"internal/who"}},
	{"github.com/go-jose/go-jose", []string{"internal/who", "tests"}},
	{"github.com/compose-spec/compose-go", []string{"internal/composetest"}},
	{"pgregory.net/rapid", []string{"store/storetest", "tests"}},
}

// rowOf finds the row of a folder.
func rowOf(dir string) (row, bool) {
	i := slices.IndexFunc(ours, func(r row) bool { return covers(r.dir, dir) })
	if i < 0 {
		return row{}, false
	}
	return ours[i], true
}

func covers(pattern, dir string) bool {
	if pattern == "..." {
		return true
	}
	if folder, all := strings.CutSuffix(pattern, "/..."); all {
		return inside(dir, folder)
	}
	return pattern == dir
}

// withoutRow: packages that nobody placed in the order.
func withoutRow(t *tree) (broken []string) {
	for _, p := range t.packages {
		if _, ok := rowOf(p.dir); !ok {
			broken = append(broken, fmt.Sprintf("%s has no row in the table of packages: say what it may import", p.dir))
		}
	}
	return broken
}

// wrongWay: imports of ours against the order.
func wrongWay(t *tree) (broken []string) {
	for _, p := range t.packages {
		r, ok := rowOf(p.dir)
		if !ok {
			continue
		}
		for _, f := range p.files {
			for _, target := range f.imports() {
				if target != modulePath && !strings.HasPrefix(target, modulePath+"/") {
					continue
				}
				dir := strings.TrimPrefix(strings.TrimPrefix(target, modulePath), "/")
				if dir == p.dir || mayImport(r, f, dir) {
					continue
				}
				broken = append(broken, fmt.Sprintf("%s imports %s; %s may import %s", f.name, dir, p.dir, listed(r.may)))
			}
		}
	}
	return broken
}

func mayImport(r row, f *file, dir string) bool {
	may := func(pattern string) bool { return covers(pattern, dir) }
	return slices.ContainsFunc(r.may, may) || f.test && slices.ContainsFunc(r.tests, may)
}

func listed(names []string) string {
	if len(names) == 0 {
		return "nothing of ours"
	}
	return strings.Join(names, ", ")
}

// foreign: imports of packages that are not ours by somebody who is not to know them.
func foreign(t *tree) (broken []string) {
	for _, p := range t.packages {
		for _, f := range p.files {
			for _, target := range f.imports() {
				if reason := foreignTo(p, f, target); reason != "" {
					broken = append(broken, fmt.Sprintf("%s imports %s; %s", f.name, target, reason))
				}
			}
		}
	}
	return broken
}

// foreignTo says why the file must not import target; empty if it may.
func foreignTo(p *pkg, f *file, target string) string {
	i := slices.IndexFunc(theirs, func(m module) bool { return inside(target, m.path) })
	if i < 0 {
		first, _, _ := strings.Cut(target, "/")
		if !strings.Contains(first, ".") { // the standard library, or ours
			return ""
		}
		return "that module has no row in the table of modules: say who may know it"
	}
	m := theirs[i]
	if inside(p.dir, m.by...) || f.test && slices.Contains(m.by, "tests") {
		return ""
	}
	return "only these may: " + strings.Join(m.by, ", ")
}
