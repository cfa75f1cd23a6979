package config

import (
	"strings"
	"testing"
)

func TestLimitsThatAreNotNamedKeepTheirDefaults(t *testing.T) {
	file := write(t, "lintu.yaml", "limits:\n  depth: 15\n  analyst-cost: 40000\n")
	for name, c := range map[string]*Config{
		"a block of the file": load(t, []string{"LINTU_CONFIG=" + file}),
		"the environment":     load(t, []string{"LINTU_LIMITS=depth=15 analyst-cost=40000"}),
		"a flag":              load(t, nil, "--limits", "depth=15,analyst-cost=40000"),
		"a line of the file":  load(t, []string{"LINTU_CONFIG=" + write(t, "line.yaml", "limits: depth=15, analyst-cost=40000\n")}),
	} {
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := Limits{
			Tokens: 1000, Depth: 15, Aliases: 30, Roots: 10, Directives: 20, Cost: 5000, AnalystCost: 40000, Nodes: 10000, Page: 200,
			Rate: 50, Burst: 100, Sockets: 1000, SocketOperations: 20, Persisted: 1000,
		}
		if c.Limits != want {
			t.Errorf("%s: %+v", name, c.Limits)
		}
	}
}

func TestAWrongLimitSaysWhatToWriteInstead(t *testing.T) {
	for text, want := range map[string]string{
		"depht=15":            ` names a limit that there is not, "depht": write depth`,
		"quite-another=1":     ` names a limit that there is not, "quite-another": write one of tokens, depth, aliases`,
		"depth":               " has depth without a number: write for example depth=12",
		"depth=deep":          " has depth=deep, which is not a number from 3 to 100: write for example depth=12",
		"depth=2":             " has depth=2, which is not a number from 3 to 100",
		"rate=20,tokens=1e99": " has tokens=1e99, which is not a number from 100 to 20000",
		"page=1001":           " has page=1001, which is not a number from 20 to 1000",
		"aliases=0":           " has aliases=0, which is not a number from 1 to 1000",
	} {
		err := load(t, nil, "--limits", text).Validate()
		if err == nil || !strings.HasPrefix(err.Error(), "--limits "+text+want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestEveryLimitHasAPlaceOfItsOwn(t *testing.T) {
	seen := map[*int]string{}
	var l Limits
	for _, row := range limitTable {
		if before, twice := seen[row.field(&l)]; twice {
			t.Errorf("%s and %s are one", row.name, before)
		}
		seen[row.field(&l)] = row.name
		if row.fallback < row.low || row.fallback > row.high || row.usage == "" {
			t.Errorf("%+v", row)
		}
	}
}

func TestDocumentsAreKeptToWhereThereIsAManifest(t *testing.T) {
	file := write(t, "documents.json", `{"a":"{ x }"}`)
	for _, c := range []struct {
		args []string
		mode string
		says string
	}{
		{nil, DocumentsOff, ""},
		{[]string{"--documents", file}, DocumentsOnly, ""},
		{[]string{"--documents", file, "--documents-mode", "prefer"}, DocumentsPrefer, ""},
		{[]string{"--documents", file, "--documents-mode", "off"}, DocumentsOff, ""},
		{[]string{"--documents-mode", "off"}, DocumentsOff, ""},
		{[]string{"--documents-mode", "only"}, "", "--documents-mode only needs a manifest: set LINTU_DOCUMENTS to a file, or write off"},
		{[]string{"--documents", file, "--documents-mode", "some"}, "", "--documents-mode some is not a mode: write off, prefer or only"},
		{[]string{"--documents", file + "x"}, "", "--documents " + file + "x names a file that cannot be read (there is no such file): write the path"},
		{[]string{"--documents", write(t, "bad.json", `{"a":`)}, "", "names a file that is not JSON"},
	} {
		got := load(t, nil, c.args...)
		err := got.Validate()
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q: %v", c.args, err)
			}
			continue
		}
		if err != nil || got.DocumentsMode != c.mode || (got.Documents != nil) != (c.args != nil && c.args[0] == "--documents") {
			t.Errorf("%q: %s, %v", c.args, got.DocumentsMode, err)
		}
	}
}
