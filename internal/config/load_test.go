package config

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const goodToken = "0123456789abcdef0123456789ABCDEF-._~+/=" // longer than 32 and every allowed kind

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, environ []string, args ...string) *Config {
	t.Helper()
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	AddFlags(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	c, err := Load(flags, environ)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestThereAreAtMostFortySettingsWithDefaultsThatAreValid(t *testing.T) {
	if n := len(Names()); n > 40 {
		t.Errorf("%d settings", n)
	}
	c := load(t, nil)
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if len(c.Warnings) != 0 {
		t.Errorf("defaults warn: %q", c.Warnings)
	}
	if c.Store != (Store{Engine: SQLite, Path: "data/lintu.db", Database: "neo4j"}) {
		t.Errorf("store is %+v", c.Store)
	}
	if c.Addr != "127.0.0.1:8080" || c.OperationTimeout != 10*time.Second || c.Zone.String() != "Asia/Shanghai" ||
		c.ElderAge != 60 || c.BodyLimit != 256<<10 || c.ShutdownGrace != 20*time.Second || !c.Playground || len(c.CORSOrigins) != 0 || c.Token != "" {
		t.Errorf("defaults are %#v", []any{c.Addr, c.OperationTimeout, c.Zone, c.ElderAge, c.BodyLimit, c.ShutdownGrace, c.Playground, c.CORSOrigins})
	}
}

func TestFlagsWinOverEnvironmentOverFileOverDefault(t *testing.T) {
	file := write(t, "lintu.yaml", "elder-age: 61\naddr: 127.0.0.1:1\nlog-level: warn\nbody-limit: 2048\ncors-origins: [https://a.cn, 'https://b.cn:8443']\nplayground: off\n")
	env := []string{"LINTU_CONFIG=" + file, "LINTU_ADDR=127.0.0.1:2", "LINTU_LOG_LEVEL=error", "LINTU_TIME_ZONE=", "OTHER=1"}
	c := load(t, env, "--log-level", "debug", "--playground")
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if c.LogLevel.String() != "DEBUG" || c.Addr != "127.0.0.1:2" || c.ElderAge != 61 || c.LogFormat != "text" || c.Zone.String() != "Asia/Shanghai" {
		t.Errorf("log level %s, addr %s, elder age %d, format %s, zone %s", c.LogLevel, c.Addr, c.ElderAge, c.LogFormat, c.Zone)
	}
	if !c.Playground || c.BodyLimit != 2048 || !slices.Equal(c.CORSOrigins, []string{"https://a.cn", "https://b.cn:8443"}) {
		t.Errorf("playground %v, body limit %d, origins %q", c.Playground, c.BodyLimit, c.CORSOrigins)
	}
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"log-level debug flag --log-level", "addr 127.0.0.1:2 env LINTU_ADDR", "elder-age 61 file lintu.yaml", "log-format text default", "token-file - default"} {
		found := slices.ContainsFunc(strings.Split(out.String(), "\n"), func(line string) bool { return strings.Join(strings.Fields(line), " ") == want })
		if !found {
			t.Errorf("no line %q in\n%s", want, &out)
		}
	}
}

func TestTheFileOfTheFlagWinsOverTheFileOfTheEnvironment(t *testing.T) {
	one, two := write(t, "one.yaml", "elder-age: 71"), write(t, "two.yaml", "elder-age: 72")
	c := load(t, []string{"LINTU_CONFIG=" + one}, "--config", two)
	if err := c.Validate(); err != nil || c.ElderAge != 72 {
		t.Errorf("elder age %d, error %v", c.ElderAge, err)
	}
}

func TestACommandMayOfferSomeSettingsAndItsOwnDefaults(t *testing.T) {
	var got *Config
	cmd := &cobra.Command{Use: "demo", RunE: func(cmd *cobra.Command, _ []string) (err error) {
		got, err = Load(cmd.Flags(), []string{"LINTU_ELDER_AGE=65"})
		return err
	}}
	AddFlags(cmd.Flags(), "store", "addr")
	SetDefault(cmd.Flags(), "store", "sqlite:data/demo.db")
	cmd.SetArgs([]string{"--addr", "localhost:0"})
	if err := cmd.Execute(); err != nil {
		t.Fatal(err)
	}
	if err := got.Validate(); err != nil {
		t.Fatal(err)
	}
	if got.Store.Path != "data/demo.db" || got.Addr != "localhost:0" || got.ElderAge != 65 {
		t.Errorf("store %q, addr %q, elder age %d", got.Store.Path, got.Addr, got.ElderAge)
	}
	if cmd.Flags().Lookup("log-level") != nil {
		t.Error("a setting that was not asked for has a flag")
	}
	if usage := cmd.Flags().FlagUsages(); !strings.Contains(usage, "sqlite:data/demo.db") || !strings.Contains(usage, "$LINTU_ADDR") {
		t.Errorf("help is\n%s", usage)
	}
}

func TestTheFileRefusesWhatIsNoSettingAndNamesTheNearest(t *testing.T) {
	for key, want := range map[string]string{
		"adr: x":                  `"adr" in FILE is not a setting: write addr`,
		"token_file: x":           `"token_file" in FILE is not a setting: write token-file`,
		"store-password: s3cret":  `"store-password" in FILE is not a setting: write store-password-file`,
		"wholly-different-key: x": `"wholly-different-key" in FILE is not a setting: write one of store, store-user, store-password-file, store-database, addr, token-file, keys-file, oidc-issuer, oidc-audience, oidc-algorithms, oidc-roles-claim, oidc-role-prefix, oidc-areas-claim, oidc-person-claim, cors-origins, playground, public-url, notify, notify-secret-file, metrics-addr, introspection, limits, documents, documents-mode, operation-timeout, time-zone, elder-age, barriers, measure-at, retention, retention-at, journal, audit, body-limit, shutdown-grace, log-level, log-format`,
		"store.user: x":           `"store.user" in FILE is not a setting: write store-user`,
		"limits: {depth: {a: 1}}": `limits in FILE has no plain value: write it on one line, as "limits: ...", or remove the line`,
		"addr: {host: x}":         `addr in FILE has no plain value: write it on one line, as "addr: ...", or remove the line`,
		"addr:":                   `addr in FILE has no plain value: write it on one line, as "addr: ...", or remove the line`,
		"cors-origins: [[a]]":     `cors-origins in FILE has no plain value: write it on one line, as "cors-origins: ...", or remove the line`,
	} {
		file := write(t, "lintu.yaml", key)
		err := load(t, nil, "--config", file).Validate()
		if err == nil || strings.ReplaceAll(err.Error(), file, "FILE") != want {
			t.Errorf("%s:\n got %v\nwant %s", key, err, want)
		}
	}
}

func TestAnUnusableFileSaysWhyWithoutQuotingIt(t *testing.T) {
	const rest = ": name one that exists with --config, or leave --config and LINTU_CONFIG out"
	folder := t.TempDir()
	for _, c := range []struct{ file, want string }{
		{filepath.Join(folder, "none.yaml"), "the settings file FILE cannot be read (there is no such file)" + rest},
		{folder, "the settings file FILE cannot be read (is a directory)" + rest},
		{write(t, "token", "s3cret-s3cret"), `the settings file FILE is not YAML (line 1): write one setting a line, as "addr: 127.0.0.1:8080"`},
		{write(t, "two.yaml", "addr: a\naddr: s3cret"), `the settings file FILE is not YAML (line 2): write one setting a line, as "addr: 127.0.0.1:8080"`},
		{write(t, "lintu.toml", "addr = 'x'"), `the settings file FILE is not YAML: write a .yaml file with lines as "addr: 127.0.0.1:8080"`},
	} {
		_, err := Load(nil, []string{"LINTU_CONFIG=" + c.file})
		if err == nil || strings.ReplaceAll(err.Error(), c.file, "FILE") != c.want {
			t.Errorf(" got %v\nwant %s", err, c.want)
		}
	}
}

func TestAnEnvironmentVariableThatLooksLikeASlipIsWarnedOf(t *testing.T) {
	c := load(t, []string{"LINTU_TOKEN_FIEL=x", "LINTU_PORT=tcp://10.0.0.1:80", "LINTU_TEST_NEO4J_URI=x", "lintu_addr=x"})
	want := []string{"LINTU_TOKEN_FIEL is not a setting and was ignored: did you mean LINTU_TOKEN_FILE?"}
	if err := c.Validate(); err != nil || !slices.Equal(c.Warnings, want) {
		t.Errorf("error %v, warnings %q", err, c.Warnings)
	}
}
