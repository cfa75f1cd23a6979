package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"lintu/internal/cli/clitest"
)

func TestAServerStartsWhileTheIssuerIsAwayAndKeysGoOn(t *testing.T) {
	k := newKeyed(t)
	key, _ := k.make("--role", "analyst", "--all-areas")
	r := k.serve("--oidc-issuer", "http://127.0.0.1:1", "--oidc-audience", "lintu")
	r.Until("it says that the issuer is away", func() bool { return strings.Contains(r.Err.String(), "the issuer of tokens cannot be asked") })
	r.Token = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.AAAA" // RS256 by the key x
	if a := r.Ask(gridsQuestion, nil); a.Code() != "UNAVAILABLE" {
		t.Errorf("a token: %+v", a)
	}
	r.Token = key
	if a := r.Ask(gridsQuestion, nil); a.At("grids.totalCount") != 6.0 {
		t.Errorf("a key: %+v", a)
	}
}

func TestADemoWithKeysSaysThatCallersShowWhoTheyAre(t *testing.T) {
	s := newShared()
	r := clitest.Start(t, program(s.opens), []string{"LINTU_KEYS_FILE=" + filepath.Join(t.TempDir(), "keys.json"), "LINTU_AUDIT=" + t.TempDir()}, "demo", "--preset", "village", "--store", "neo4j://127.0.0.1:1")
	r.Until("it is open", func() bool {
		return strings.Contains(r.Out.String(), "is open.") && strings.Contains(r.Out.String(), "Ctrl-C ends it.")
	})
	if said := r.Out.String(); !strings.Contains(said, "Callers show who they are") || strings.Contains(said, "One question to begin with") {
		t.Errorf("it says %s", said)
	}
	if a := r.Ask(gridsQuestion, nil); a.Code() != "UNAUTHENTICATED" {
		t.Errorf("without a key: %+v", a)
	}
}
