package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestEachProblemSaysWhatToWriteInstead(t *testing.T) {
	const (
		opens   = " opens the server to other machines: set LINTU_KEYS_FILE to a file of keys that lintu key makes, LINTU_TOKEN_FILE to a file holding a token of at least 32 characters, or write 127.0.0.1:8080"
		noStore = " is not a store: write sqlite:PATH, neo4j://HOST:7687, neo4j+s://HOST:7687, bolt://HOST:7687 or bolt+s://HOST:7687"
		noAddr  = " is not host:port: write for example 127.0.0.1:8080, or [::1]:8080 for IPv6"
		noPort  = " has no port between 0 and 65535: write for example 127.0.0.1:8080"
		noZone  = " is not an IANA time zone: write for example Asia/Shanghai or UTC"
		noAge   = " is not an age: write whole years from 50 to 100, for example 60"
		noSize  = " is not a size from 1.0 KiB to 16 MiB: write for example 256KiB"
		noItem  = " has an item that is not an origin: write scheme, host and port only, as https://desk.example.cn or http://127.0.0.1:5173"
		wild    = " has a wildcard, which would let any page call the API: write each origin in full, as https://desk.example.cn"
		noDB    = " is not a database name: write 3 to 63 small letters, digits, dots or dashes, beginning with a letter, for example neo4j"
	)
	for _, c := range []struct{ name, text, want string }{
		{"addr", "0.0.0.0:8080", opens},
		{"addr", ":8080", opens},
		{"addr", "[::]:8080", opens},
		{"addr", "192.168.1.4:8080", opens},
		{"addr", "lintu.example.cn:8080", opens},
		{"addr", "8080", " is not host:port: write 127.0.0.1:8080"},
		{"addr", "127.0.0.1", " is not host:port: write 127.0.0.1:8080"},
		{"addr", "::1", " is not host:port: write [::1]:8080"},
		{"addr", "", noAddr},
		{"addr", "http://127.0.0.1:8080", noAddr},
		{"addr", "127.0.0.1:http", noPort},
		{"addr", "127.0.0.1:65536", noPort},
		{"addr", "*:8080", " has no host name or IP address in front of its port: write for example 127.0.0.1:8080"},

		{"store", "", noStore},
		{"store", "postgres://db", noStore},
		{"store", "neo4j:db", noStore},
		{"store", "data/x.db", " does not say what kind of store it is: write sqlite:data/x.db"},
		{"store", "sqlite:", " names no file: write for example sqlite:data/lintu.db"},
		{"store", "sqlite://x.db", " has slashes as a web address has: write sqlite: and the path at once, as sqlite:data/lintu.db or sqlite:/var/lib/lintu/lintu.db"},
		{"store", "sqlite::memory:", " would forget everything at the end: write the path of a file, as sqlite:data/lintu.db"},
		{"store", "sqlite:x.db?mode=ro", " has a character that a store's path cannot have: write a path without ? and #, as sqlite:data/lintu.db"},
		{"store", "neo4j+ssc://db", " would trust any certificate: write neo4j+s://HOST and give this machine the authority that signed the store's certificate"},
		{"store", "http://db:7474", " is Neo4j's web address: write the one it has for Bolt, for example neo4j://127.0.0.1:7687"},
		{"store", "neo4j://", " is not host and port: write for example neo4j://127.0.0.1:7687"},
		{"store", "bolt://db:x", " is not host and port: write for example bolt://127.0.0.1:7687"},
		{"store", "bolt://db:0", " has no port between 1 and 65535: write for example bolt://db:7687"},
		{"store", "neo4j://db?policy=eu", " is not host and port: write for example neo4j://127.0.0.1:7687"},
		{"store", "neo4j+s://db:7687/town", " has a path: write neo4j+s://db:7687 and set LINTU_STORE_DATABASE=town"},
		{"store", "neo4j://admin:p@ss?w0rd@db:7687", " holds a user or a password (hidden here): write neo4j://db:7687, set LINTU_STORE_USER, and set LINTU_STORE_PASSWORD_FILE to a file holding the password"},
		{"store-database", "Town Graph", noDB},
		{"store-database", "", noDB},
		{"store-database", "system", " is Neo4j's own database: write neo4j, or the name of another"},

		{"cors-origins", "*", wild},
		{"cors-origins", "https://*.example.cn", wild},
		{"cors-origins", "null", noItem},
		{"cors-origins", "desk.example.cn", noItem},
		{"cors-origins", "ftp://desk.example.cn", noItem},
		{"cors-origins", "https://a.cn,https://Desk.example.cn/", " has an item with more than an origin: write https://desk.example.cn"},
		{"public-url", "lintu.example.cn", " is not the address of a server: write scheme and host, as https://lintu.example.cn"},
		{"public-url", "https://lintu.example.cn/?a=b", " is not the address of a server: write scheme and host, as https://lintu.example.cn"},
		{"public-url", "https://admin:w0rd@lintu.example.cn", " is not the address of a server: write scheme and host, as https://lintu.example.cn"},
		{"notify", "signed", " names nobody: write log, or a form and an address, as signed:http://127.0.0.1:9000/messages"},
		{"notify", "sms:http://127.0.0.1:9000", " names nobody: write log, or a form and an address, as signed:http://127.0.0.1:9000/messages"},
		{"notify", "signed:https://sms.example.cn/send?key=w0rd", " only drills exist, and messages go to this machine alone: write log"},
		{"notify", "signed:http://127.0.0.1:9000", " has no secret for its signatures: set LINTU_NOTIFY_SECRET_FILE to a file holding it"},
		{"metrics-addr", "9464", " is not host:port: write 127.0.0.1:9464"},
		{"playground", "maybe", " is neither on nor off: write true or false"},
		{"operation-timeout", "10", " is not a duration: write a number with a unit, for example 10s"},
		{"operation-timeout", "soon", " is not a duration: write a number with a unit, for example 10s"},
		{"operation-timeout", "0s", " is out of range: write a duration from 100ms to 5m0s"},
		{"operation-timeout", "1h", " is out of range: write a duration from 100ms to 5m0s"},
		{"shutdown-grace", "-1s", " is out of range: write a duration from 0s to 5m0s"},
		{"time-zone", "Local", noZone},
		{"time-zone", "", noZone},
		{"time-zone", "Asia/Beijing", noZone},
		{"time-zone", "../../etc/passwd", noZone},
		{"elder-age", "49", noAge},
		{"elder-age", "101", noAge},
		{"elder-age", "sixty", noAge},
		{"body-limit", "many", noSize},
		{"body-limit", "10", noSize},
		{"body-limit", "17MiB", noSize},
		{"log-level", "loud", " is not a level: write debug, info, warn or error"},
		{"log-format", "xml", " is not a log format: write text or json"},
	} {
		t.Run(c.name+"="+c.text, func(t *testing.T) {
			err := load(t, nil, "--"+c.name+"="+c.text).Validate()
			var invalid *Invalid
			if !errors.As(err, &invalid) || len(invalid.Problems) != 1 {
				t.Fatalf("got %v, want one problem", err)
			}
			got := invalid.Problems[0]
			if !strings.HasPrefix(got, "--"+c.name+" ") || !strings.HasSuffix(got, c.want) {
				t.Errorf("got  %s\nwant --%s ...%s", got, c.name, c.want)
			}
			if strings.Contains(got, "p@ss") || strings.Contains(got, "w0rd") || strings.Contains(got, "admin") {
				t.Errorf("credentials shown: %s", got)
			}
		})
	}
}

func TestStoresThatAreUnderstood(t *testing.T) {
	password := write(t, "password", " pass word \r\n")
	for text, want := range map[string]Store{
		"sqlite:data/a@b c.db":   {Engine: SQLite, Path: "data/a@b c.db"},
		"sqlite:/var/lib/x":      {Engine: SQLite, Path: "/var/lib/x"},
		"neo4j://db":             {Engine: Neo4j, URI: "neo4j://db"},
		"neo4j+s://db:7687/":     {Engine: Neo4j, URI: "neo4j+s://db:7687"},
		"bolt://127.0.0.1:17687": {Engine: Neo4j, URI: "bolt://127.0.0.1:17687"},
		"bolt+s://[::1]:7687":    {Engine: Neo4j, URI: "bolt+s://[::1]:7687"},
	} {
		c := load(t, nil, "--store", text, "--store-user", "neo4j", "--store-password-file", password, "--store-database", "town")
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		want.User, want.Password, want.Database = "neo4j", " pass word ", "town"
		if c.Store != want {
			t.Errorf("%s: got %s %s %s %s", text, c.Store.Engine, c.Store.Path, c.Store.URI, c.Store.User)
		}
		if ignored := len(c.Warnings) == 2; ignored != (want.Engine == SQLite) {
			t.Errorf("%s: warnings %q", text, c.Warnings)
		}
	}
}

func TestANeo4jLoginIsWholeOrAbsent(t *testing.T) {
	password := write(t, "password", "x")
	err := load(t, []string{"LINTU_STORE=neo4j://db", "LINTU_STORE_USER=neo4j"}).Validate()
	if want := "LINTU_STORE_USER=neo4j has no password: set LINTU_STORE_PASSWORD_FILE to a file holding it"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	err = load(t, nil, "--store=neo4j://db", "--store-password-file", password).Validate()
	if want := "--store-password-file names a password without a user: set LINTU_STORE_USER, for example to neo4j"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	c := load(t, nil, "--store=neo4j://db")
	if err := c.Validate(); err != nil || len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "without a user") {
		t.Errorf("error %v, warnings %q", err, c.Warnings)
	}
}

func TestEachSecretFileProblemSaysWhatToDoAndNeverShowsTheValue(t *testing.T) {
	folder := t.TempDir()
	pasted := "s3cret0123456789s3cret0123456789s3cret"
	for _, c := range []struct{ flag, path, want string }{
		{"token-file", pasted, "names a file that cannot be read (there is no such file; its name is not repeated, in case it is a token itself): write the path of a file that holds a token"},
		{"store-password-file", pasted, "names a file that cannot be read (there is no such file; its name is not repeated, in case it is a password itself): write the path of a file that holds a password"},
		{"token-file", folder, "names a folder: write the path of a file that holds a token"},
		{"token-file", write(t, "t", strings.Repeat("s3cret", 1000)), "names a file of more than 4096 bytes: write the path of a file that holds a token and nothing else"},
		{"token-file", write(t, "t", "  s3cret\n"), "names a file with a token of 6 characters: write at least 32, for example the output of openssl rand -hex 32"},
		{"token-file", write(t, "t", pasted+" "+pasted), "names a file whose token holds a space or another character that no bearer token may have: write letters, digits and - . _ ~ + / = only, for example the output of openssl rand -hex 32"},
		{"store-password-file", write(t, "p", "\n"), "names an empty file: write the password into it, on one line"},
	} {
		env := []string{EnvName(c.flag) + "=" + c.path, "LINTU_STORE=neo4j://db", "LINTU_STORE_USER=neo4j"}
		if c.flag == "token-file" {
			env = append(env[:1], "LINTU_ADDR=0.0.0.0:8080") // not a second problem: the token is meant to be there
		}
		conf := load(t, env)
		err := conf.Validate()
		if want := EnvName(c.flag) + " " + c.want; err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		var out bytes.Buffer
		if err := conf.Print(&out); err != nil || strings.Contains(out.String()+fmt.Sprint(err), "s3cret") {
			t.Errorf("printed\n%s", &out)
		}
	}
}

func TestATokenOpensOtherAddresses(t *testing.T) {
	token := write(t, "token", "\ufeff"+goodToken+"\n")
	for _, addr := range []string{"0.0.0.0:8080", ":8080", "[::]:0", "lintu.example.cn:80"} {
		c := load(t, nil, "--addr", addr, "--token-file", token)
		if err := c.Validate(); err != nil || c.Token.Reveal() != goodToken || c.Addr != addr {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, addr := range []string{"127.0.0.1:8080", "127.9.9.9:1", "localhost:8080", "LOCALHOST:8080", "[::1]:8080", "[::ffff:127.0.0.1]:1"} {
		if err := load(t, nil, "--addr", addr).Validate(); err != nil {
			t.Errorf("%s without a token: %v", addr, err)
		}
	}
}

func TestAllProblemsAreToldAtOnceInTheFormTheyWereWritten(t *testing.T) {
	file := write(t, "lintu.yaml", "elder-age: old\nadr: x\n")
	c := load(t, []string{"LINTU_LOG_LEVEL=very loud"}, "--config", file, "--addr", "0.0.0.0:9")
	err := c.Validate()
	want := `4 problems with the settings:
  - "adr" in FILE is not a setting: write addr
  - elder-age: old in FILE is not an age: write whole years from 50 to 100, for example 60
  - LINTU_LOG_LEVEL="very loud" is not a level: write debug, info, warn or error
  - --addr 0.0.0.0:9 opens the server to other machines: set LINTU_KEYS_FILE to a file of keys that lintu key makes, LINTU_TOKEN_FILE to a file holding a token of at least 32 characters, or write 127.0.0.1:9`
	if err == nil || strings.ReplaceAll(err.Error(), file, "FILE") != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if again := c.Validate(); again == nil || again.Error() != err.Error() {
		t.Errorf("a second look says %v", again)
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	token, password := write(t, "token", goodToken), write(t, "password", "s3cret-pass")
	c := load(t, nil, "--store", "neo4j://db", "--store-user", "neo4j", "--store-password-file", password, "--token-file", token)
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), fmt.Sprintf("%s (%d characters, hidden)", token, len(goodToken))) || !strings.Contains(out.String(), password) {
		t.Errorf("the files are not named in\n%s", &out)
	}
	encoded, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	fmt.Fprintf(&out, "%v %+v %#v %s %v %+v %#v %v %q", c, c, c, c.Token, *c, c.Store, c.Store, c.Store.Password, c.Token)
	for _, format := range []string{"text", "json"} {
		c.LogFormat = format
		c.Logger(&out).Info("started", "config", c, "token", c.Token, "store", c.Store)
	}
	for _, secret := range []string{goodToken, "s3cret-pass"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q shows in\n%s", secret, &out)
		}
	}
}

func TestCredentialsInAStoreAddressAreHiddenWhereverTheyStand(t *testing.T) {
	for _, text := range []string{
		"neo4j://u:s3cret@db", "neo4j://u:s3c@s3cret@db:1/x", "neo4j://db?password=s3cret", "neo4j://u:s3cret", "s3cret@db", "u:s3cret", "sqlite://u:s3cret@db",
	} {
		c := load(t, nil, "--store", text)
		var out bytes.Buffer
		if err := c.Print(&out); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%v %v %+v %#v", c.Validate(), c, *c, c)
		if strings.Contains(out.String(), "s3cret") {
			t.Errorf("%s shows in\n%s", text, &out)
		}
	}
}

func TestASecretFileThatOthersCanReadIsWarnedOf(t *testing.T) {
	token := write(t, "token", goodToken)
	if err := os.Chmod(token, 0o644); err != nil {
		t.Fatal(err)
	}
	c := load(t, []string{"LINTU_TOKEN_FILE=" + token})
	want := []string{"LINTU_TOKEN_FILE names a file that other users of this machine can read: chmod 600 " + token}
	if err := c.Validate(); err != nil || !slices.Equal(c.Warnings, want) {
		t.Errorf("error %v, warnings %q", err, c.Warnings)
	}
}

func TestTheLoggerObeysLevelAndFormat(t *testing.T) {
	c := load(t, nil, "--log-level=warn", "--log-format=json")
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := c.Logger(&out)
	log.Info("quiet")
	log.Warn("loud")
	var record map[string]any
	if err := json.Unmarshal(out.Bytes(), &record); err != nil || record[slog.MessageKey] != "loud" {
		t.Errorf("logged %q: %v", &out, err)
	}
}
