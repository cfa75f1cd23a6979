package who_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/internal/who"
	"lintu/kg"
	"lintu/trust"
)

const (
	grid   = kg.ID("grid_aaaaaaaaaaaaaaaaaaaaaaaa")
	person = kg.ID("person_aaaaaaaaaaaaaaaaaaaaaaaa")
)

func TestAKeyMakesTheViewerThatItsRowDescribes(t *testing.T) {
	s := newScene(t)
	end := start.Add(time.Hour)
	text, id := s.add(who.Key{Roles: []trust.Role{trust.GridWorker, trust.Responder}, Areas: []kg.ID{grid}, Person: person, Expires: end, Label: "tablet"})
	v, err := s.admit(text)
	if err != nil || v.Name != "key:"+id || !slices.Equal(v.Roles, []trust.Role{trust.GridWorker, trust.Responder}) || v.Scope.All ||
		!slices.Equal(v.Scope.Areas, []kg.ID{grid}) || v.Person != person || !v.Until.Equal(end) || v.Purpose != "" {
		t.Errorf("%+v, %v", v, err)
	}
	if v, err := s.admit(token); err != nil || v.Name != "operator" || !v.Scope.All {
		t.Errorf("the token: %+v, %v", v, err)
	}
	text, _ = s.add(who.Key{})
	if v, err := s.admit(text); err != nil || !v.Scope.All || !v.Until.IsZero() {
		t.Errorf("a key without an end, for all areas: %+v, %v", v, err)
	}
}

func TestWhateverIsWrongWithAKeyTheAnswerIsTheSame(t *testing.T) {
	s := newScene(t)
	good, id := s.add(who.Key{})
	ended, _ := s.add(who.Key{Roles: []trust.Role{trust.Dashboard}, AllAreas: true, Expires: start.Add(time.Minute)})
	revoked, _ := s.add(who.Key{Roles: []trust.Role{trust.Dashboard}, AllAreas: true, Revoked: start.Add(-time.Minute)})
	if _, err := s.admit(ended); err != nil {
		t.Fatalf("before its end: %v", err)
	}
	s.forward(time.Minute)
	other, _ := who.NewKey(who.Key{})
	secret := good[len("lintu_")+len(id)+1:]
	for what, credential := range map[string]string{
		"nothing": "", "a word": "x", "its id": "lintu_" + id + "_", "another's id": "lintu_" + other.ID + "_" + secret, "another secret": "lintu_" + id + "_" + strings.Repeat("a", len(secret)),
		"one letter more": good + "a", "one letter less": good[:len(good)-1], "in capitals": strings.ToUpper(good), "the secret alone": secret, "its hash": "lintu_" + id + "_" + other.SHA256,
		"expired": ended, "revoked": revoked, "a longer token": token + "0", "a shorter token": token[1:], "a huge one": strings.Repeat("lintu_", 10000), "three parts": "a.b.c",
	} {
		v, err := s.admit(credential)
		wantRefused(t, what, v, err)
	}
	for _, reason := range []string{"the key is expired", "the key is revoked", "the secret is not the key's", "there is no such key"} {
		if !strings.Contains(s.log.String(), reason) {
			t.Errorf("the log does not say that %s", reason)
		}
	}
	s.log.wantSilent(t, secret, token[1:], ended[17:], revoked[17:], strings.Repeat("a", len(secret)))
}

func TestTheFileOfKeysIsFollowed(t *testing.T) {
	s := newScene(t)
	text, id := s.add(who.Key{}) // no look at the file since it was made
	if _, err := s.admit(text); err != nil {
		t.Errorf("a key of a moment ago: %v", err)
	}
	s.follow()
	good, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	for n, broken := range []string{"", string(good[:len(good)/2]), strings.Replace(string(good), id, "short", 1)} {
		if err := os.WriteFile(s.path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		until(t, "it is told", func() bool { return strings.Count(s.log.String(), "the file of keys is broken") == n+1 })
		if _, err := s.admit(text); err != nil {
			t.Errorf("with %q the key is void: %v", broken, err)
		}
	}
	if err := os.WriteFile(s.path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	s.change(func(keys []who.Key) []who.Key { keys[0].Revoked = start; return keys })
	until(t, "the key is void", func() bool { _, err := s.admit(text); return err != nil })
	s.log.wantSilent(t, text[17:])
}

func TestAFileOfKeysThatIsNotOfItsFormIsRefused(t *testing.T) {
	s := newScene(t)
	_, id := s.add(who.Key{})
	good, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if keys, err := who.ReadKeys(s.path); err != nil || len(keys) != 1 {
		t.Fatalf("%v, %v", keys, err)
	}
	second := string(good[strings.Index(string(good), "    {"):strings.LastIndex(string(good), "\n  ]")])
	for what, text := range map[string]string{
		"nothing": "", "a list": "[]", "half": string(good[:len(good)/2]), "more than one": string(good) + "{}", "another version": `{"version":2,"keys":[]}`,
		"a slip of the pen": strings.Replace(string(good), `"roles"`, `"roels"`, 1), "a role nobody gives": strings.Replace(string(good), `"analyst"`, `"operator"`, 1),
		"half a hash": strings.Replace(string(good), `"sha256": "`, `"sha256": "00`, 1), "no areas": strings.Replace(string(good), `"allAreas": true,`, ``, 1),
		"another id": strings.Replace(string(good), id, "short", 1), "twice": strings.Replace(string(good), second, second+",\n"+second, 1),
	} {
		if text == string(good) {
			t.Fatalf("%s: nothing was changed", what)
		}
		if err := os.WriteFile(s.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := who.ReadKeys(s.path); err == nil {
			t.Errorf("%s is read as keys", what)
		}
		if _, err := who.OpenKeys(s.path, s.log.logger()); err == nil {
			t.Errorf("%s is opened", what)
		}
	}
	if err := who.ChangeKeys(t.Context(), s.path, func(k []who.Key) ([]who.Key, error) { return k, nil }); err == nil {
		t.Error("a broken file is written over")
	}
}

func TestKeysOfSeveralProcessesAreAllKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "keys.json")
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "WHO_TEST_MAKES_KEYS_IN="+path)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	keys, err := who.ReadKeys(path)
	if err != nil || len(keys) != 20 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || !slices.Equal(left, []string{path}) {
		t.Errorf("beside the file there are %v, %v", left, err)
	}
}

func TestWhatAViewerHoldsEndsWithTheirKey(t *testing.T) {
	s := newScene(t)
	s.follow()
	ended := func(ctx context.Context) bool {
		return ctx.Err() != nil && errors.Is(context.Cause(ctx), who.ErrOver)
	}
	held := func(k who.Key) (context.Context, string) {
		t.Helper()
		text, id := s.add(k)
		v, err := s.admit(text)
		if err != nil {
			t.Fatal(err)
		}
		v.Purpose = trust.CareVisit // stated by the request
		return s.desk.Hold(t.Context(), v), id
	}
	revoked, revokedID := held(who.Key{})
	other, otherID := held(who.Key{})
	expiring, _ := held(who.Key{Roles: []trust.Role{trust.Analyst}, AllAreas: true, Expires: start.Add(300 * time.Millisecond)})
	changed, changedID := held(who.Key{})
	operator := s.desk.Hold(t.Context(), trust.TheOperator())
	until(t, "it expires", func() bool { return ended(expiring) })
	of := func(keys []who.Key, id string) *who.Key {
		return &keys[slices.IndexFunc(keys, func(k who.Key) bool { return k.ID == id })]
	}
	s.change(func(keys []who.Key) []who.Key {
		of(keys, revokedID).Revoked = start
		of(keys, otherID).Label = "a label makes no difference"
		of(keys, changedID).Roles = []trust.Role{trust.Dashboard}
		return keys
	})
	until(t, "the revoked one and the one with other roles end", func() bool { return ended(revoked) && ended(changed) })
	if other.Err() != nil || operator.Err() != nil {
		t.Errorf("others ended too: %v, %v", other.Err(), operator.Err())
	}
	if err := os.Remove(s.path); err != nil {
		t.Fatal(err)
	}
	until(t, "a file that is gone ends all", func() bool { return ended(other) })
	parent, stop := context.WithCancel(context.Background())
	text, _ := s.add(who.Key{})
	v, err := s.admit(text)
	if err != nil {
		t.Fatal(err)
	}
	child := s.desk.Hold(parent, v)
	stop()
	if <-child.Done(); errors.Is(context.Cause(child), who.ErrOver) {
		t.Error("the end of the connection is taken for the end of the key")
	}
}

func TestAnAddressThatShowsTooManyBadCredentialsHasToWait(t *testing.T) {
	s := newScene(t)
	used, _ := s.add(who.Key{})
	fresh, _ := s.add(who.Key{})
	from := func(address, credential string) error {
		_, err := s.desk.Admit(context.Background(), address, credential)
		return err
	}
	if err := from("192.0.2.1", used); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		wantRefused(t, "at first", trust.Viewer{}, from("192.0.2.1", "guess"))
	}
	var tooMany *who.TooMany
	for what, credential := range map[string]string{"another guess": "guess", "a good one that is new": fresh} {
		if err := from("192.0.2.1", credential); !errors.As(err, &tooMany) || !errors.Is(err, kg.ErrLimit) || tooMany.Seconds() != 3 {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := from("192.0.2.1", used); err != nil {
		t.Errorf("one that was let in before: %v", err)
	}
	if err := from("192.0.2.2", fresh); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	s.forward(3 * time.Second)
	if err := from("192.0.2.1", fresh); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	for n := range 20 { // all of one network
		_ = from("2001:db8::"+string(rune('a'+n%6)), "guess")
	}
	if err := from("2001:db8::1:2", "guess"); !errors.As(err, &tooMany) {
		t.Errorf("the same network: %v", err)
	}
	if err := from("2001:db8:0:1::1", "guess"); errors.As(err, &tooMany) {
		t.Errorf("another network: %v", err)
	}
}
