package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lintu/internal/cli/clitest"
	"lintu/kg"
	"lintu/store"
)

var keyForm = regexp.MustCompile(`^lintu_([a-z2-7]{10})_[a-z2-7]{52}$`)

// keyed is a village and a file of keys for it.
type keyed struct {
	t     *testing.T
	run   clitest.Run
	store store.Store
	at    string
	file  string
}

func newKeyed(t *testing.T) *keyed {
	st, run := villageStore(t)
	return &keyed{t, run, st, somewhere(t), filepath.Join(t.TempDir(), "keys", "keys.json")}
}

// key runs a command of keys.
func (k *keyed) key(args ...string) (code int, out, problems string) {
	k.t.Helper()
	args = append([]string{"key"}, args...)
	args = append(args, "--keys-file", k.file)
	if args[1] == "make" {
		args = append(args, "--store", k.at)
	}
	return clitest.Once(k.t, k.run, nil, args...)
}

// make makes a key, and gives it and its id.
func (k *keyed) make(args ...string) (text, id string) {
	k.t.Helper()
	code, out, problems := k.key(append([]string{"make"}, args...)...)
	m := keyForm.FindStringSubmatch(strings.TrimSpace(out))
	if code != 0 || m == nil {
		k.t.Fatalf("key make %v: exit code %d, %q, %s", args, code, out, problems)
	}
	if !strings.Contains(problems, m[1]) || strings.Contains(problems, m[0]) {
		k.t.Errorf("beside the key it says %q", problems)
	}
	return m[0], m[1]
}

// serve starts a server that takes the keys.
func (k *keyed) serve(args ...string) *clitest.Running {
	k.t.Helper()
	r := clitest.Start(k.t, k.run, nil, append([]string{"serve", "--store", k.at, "--keys-file", k.file}, args...)...)
	r.UntilReady()
	return r
}

// some is the first node of a kind.
func (k *keyed) some(kind kg.Kind) kg.ID {
	k.t.Helper()
	page, err := k.store.List(k.t.Context(), store.Everything, store.ListQuery{Kind: kind, Window: store.Window{Limit: 1}})
	if err != nil || len(page.Edges) == 0 {
		k.t.Fatalf("the village has no %s: %v", kind, err)
	}
	return page.Edges[0].Position.ID
}

const gridsQuestion = "{ grids { nodes { id } totalCount } }"

func TestAKeyReadsItsAreaWithItsRoleUntilItIsRevoked(t *testing.T) {
	k := newKeyed(t)
	grid := k.some(kg.KindGrid)
	own, id := k.make("--role", "grid-worker", "--area", string(grid), "--expires", "90d", "--label", "tablet 3")
	all, _ := k.make("--role", "analyst", "--all-areas")
	r := k.serve()
	for _, nobody := range []string{"", own[:len(own)-1] + "a", strings.Replace(own, id, "aaaaaaaaaa", 1), all + "x"} {
		if r.Token = nobody; nobody != own {
			if a := r.Ask(gridsQuestion, nil); a.Code() != "UNAUTHENTICATED" {
				t.Errorf("%q: %+v", nobody, a)
			}
		}
	}
	r.Token = own
	if a := r.Ask(gridsQuestion, nil); a.At("grids.totalCount") != 1.0 || a.At("grids.nodes.0.id") != string(grid) {
		t.Errorf("the grid worker reads %+v", a)
	}
	r.Token = all
	if a := r.Ask(gridsQuestion, nil); a.At("grids.totalCount") != 6.0 {
		t.Errorf("the analyst reads %+v", a)
	}
	later, _ := k.make("--role", "analyst", "--all-areas") // beside a server that runs
	r.Token = later
	if a := r.Ask(gridsQuestion, nil); a.At("grids.totalCount") != 6.0 {
		t.Errorf("a key that was made a moment ago reads %+v", a)
	}
	if code, out, problems := k.key("revoke", id); code != 0 || !strings.Contains(out, id) {
		t.Fatalf("exit code %d, %s%s", code, out, problems)
	}
	r.Token = own
	r.Until("the key is void", func() bool { return r.Ask(gridsQuestion, nil).Code() == "UNAUTHENTICATED" })
	r.Token = all
	if a := r.Ask(gridsQuestion, nil); a.Code() != "" {
		t.Errorf("the other key is void too: %+v", a)
	}
	said := r.Out.String() + r.Err.String()
	for _, key := range []string{own, all, later} {
		if strings.Contains(said, key[len("lintu_aaaaaaaaaa_"):]) {
			t.Error("a secret is logged")
		}
	}
	if !strings.Contains(said, `reason="the key is revoked" key=`+id) {
		t.Errorf("the log does not say why the key was refused: %s", said)
	}
}

func TestKeysAreListedWithoutTheirSecrets(t *testing.T) {
	k := newKeyed(t)
	person := k.some(kg.KindPerson)
	key, id := k.make("--role", "responder", "--person", string(person), "--label", "第三组 phone")
	_, wall := k.make("--role", "dashboard", "--role", "auditor", "--all-areas", "--expires", "2999-12-31")
	if code, _, problems := k.key("revoke", wall); code != 0 {
		t.Fatal(problems)
	}
	code, table, _ := k.key("list")
	lines := strings.Split(strings.TrimSpace(table), "\n")
	if code != 0 || len(lines) != 3 || !strings.Contains(lines[1], id) || !strings.Contains(lines[1], "第三组 phone") || !strings.Contains(lines[1], "good") ||
		!strings.Contains(lines[2], "revoked") || !strings.Contains(lines[2], "dashboard,auditor") || !strings.Contains(lines[2], "3000-01-01 00:00") {
		t.Errorf("exit code %d:\n%s", code, table)
	}
	code, text, _ := k.key("list", "--json")
	var listed []map[string]any
	if err := json.Unmarshal([]byte(text), &listed); err != nil || code != 0 || len(listed) != 2 || listed[0]["person"] != string(person) || listed[1]["state"] != "revoked" {
		t.Errorf("%v: %s", err, text)
	}
	raw, err := os.ReadFile(k.file)
	if err != nil {
		t.Fatal(err)
	}
	for what, held := range map[string]string{"the table": table, "the JSON": text, "the file": string(raw)} {
		if strings.Contains(held, key[len("lintu_aaaaaaaaaa_"):]) || what != "the file" && strings.Contains(held, "sha256") {
			t.Errorf("%s holds the secret or its hash", what)
		}
	}
	if info, err := os.Stat(k.file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	if again, out, _ := k.key("revoke", wall); again != 0 || !strings.Contains(out, "before") {
		t.Errorf("revoked twice: %d, %s", again, out)
	}
}

func TestAKeyThatWouldNotDoWhatItSeemsToIsNotMade(t *testing.T) {
	k := newKeyed(t)
	grid := string(k.some(kg.KindGrid))
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no role":              {[]string{"--area", grid}, "--role"},
		"no such role":         {[]string{"--role", "operator", "--area", grid}, "--role"},
		"no area":              {[]string{"--role", "analyst"}, "--area"},
		"an area and all":      {[]string{"--role", "analyst", "--area", grid, "--all-areas"}, "--all-areas"},
		"a person as an area":  {[]string{"--role", "analyst", "--area", string(k.some(kg.KindPerson))}, "--area"},
		"an area there is not": {[]string{"--role", "analyst", "--area", "grid_aaaaaaaaaaaaaaaaaaaaaaaa"}, "--area: the store has no grid_"},
		"nobody to respond":    {[]string{"--role", "responder"}, "--person"},
		"a grid as a person":   {[]string{"--role", "responder", "--person", grid}, "--person"},
		"somebody unknown":     {[]string{"--role", "responder", "--person", "person_aaaaaaaaaaaaaaaaaaaaaaaa"}, "--person: the store has no person_"},
		"an end that is past":  {[]string{"--role", "analyst", "--all-areas", "--expires", "2020-01-31"}, "--expires"},
		"an end that is none":  {[]string{"--role", "analyst", "--all-areas", "--expires", "soon"}, "--expires"},
		"a label of two lines": {[]string{"--role", "analyst", "--all-areas", "--label", "a\nb"}, "--label"},
	} {
		code, out, problems := k.key(append([]string{"make"}, c.args...)...)
		if code != 2 || out != "" || !strings.Contains(problems, c.says) {
			t.Errorf("%s: exit code %d, %s%s", name, code, out, problems)
		}
	}
	if _, err := os.Stat(k.file); !os.IsNotExist(err) {
		t.Errorf("a file was made: %v", err)
	}
	for _, args := range [][]string{{"revoke", "aaaaaaaaaa"}, {"revoke"}, {"make", "--role", "analyst", "--all-areas", "--keys-file", ""}} {
		if code, _, _ := clitest.Once(t, k.run, nil, append([]string{"key"}, args...)...); code != 2 {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
}

func TestAKeyIsMadeWhereTheStoreCannotBeAskedAndThatIsSaid(t *testing.T) {
	k := newKeyed(t)
	k.at = "sqlite:" + filepath.Join(t.TempDir(), "none.db")
	code, out, problems := k.key("make", "--role", "analyst", "--area", "grid_aaaaaaaaaaaaaaaaaaaaaaaa")
	if code != 0 || !keyForm.MatchString(strings.TrimSpace(out)) || !strings.Contains(problems, "were not looked up") {
		t.Errorf("exit code %d, %s%s", code, out, problems)
	}
}

func TestAFileOfKeysThatBreaksLeavesTheKeysOfBefore(t *testing.T) {
	k := newKeyed(t)
	key, _ := k.make("--role", "analyst", "--all-areas")
	good, err := os.ReadFile(k.file)
	if err != nil {
		t.Fatal(err)
	}
	r := k.serve()
	r.Token = key
	if err := os.WriteFile(k.file, []byte(`{"version":1,"keys":[{"id":"`), 0o600); err != nil {
		t.Fatal(err)
	}
	r.Until("the broken file is told of", func() bool { return strings.Contains(r.Err.String(), "the file of keys is broken") })
	if a := r.Ask(gridsQuestion, nil); a.Code() != "" {
		t.Errorf("with the broken file: %+v", a)
	}
	if code, _, problems := k.key("list"); code != 1 || !strings.Contains(problems, "not of its form") {
		t.Errorf("list: exit code %d, %s", code, problems)
	}
	if code, _, problems := clitest.Once(t, k.run, nil, "serve", "--store", k.at, "--keys-file", k.file, "--addr", "127.0.0.1:0"); code != 2 || !strings.Contains(problems, "not of its form") {
		t.Errorf("a start with it: exit code %d, %s", code, problems)
	}
	if err := os.Remove(k.file); err != nil {
		t.Fatal(err)
	}
	r.Until("a file that is gone opens nothing", func() bool { return r.Ask(gridsQuestion, nil).Code() == "UNAUTHENTICATED" })
	if err := os.WriteFile(k.file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	r.Until("it is good again", func() bool { return r.Ask(gridsQuestion, nil).Code() == "" })
}

func TestTheTokenStaysTheOperatorsBesideKeysAndTheStartSaysWhoIsLetIn(t *testing.T) {
	k := newKeyed(t)
	token := strings.Repeat("t", 40)
	r := k.serve("--token-file", secretFile(t, token))
	r.Token = token
	if a := r.Ask(gridsQuestion, nil); a.At("grids.totalCount") != 6.0 {
		t.Errorf("the operator reads %+v", a)
	}
	for _, line := range []string{"one token, one operator: give people keys of their own: lintu key make", "keys are taken"} {
		if !strings.Contains(r.Err.String(), line) {
			t.Errorf("the start does not say %q", line)
		}
	}
	open := clitest.Start(t, k.run, nil, "serve", "--store", k.at)
	open.UntilReady()
	if a := open.Ask(gridsQuestion, nil); a.At("grids.totalCount") != 6.0 || !strings.Contains(open.Err.String(), "nobody has to show who they are") {
		t.Errorf("where nothing is set: %+v", a)
	}
}
