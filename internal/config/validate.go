package config

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Invalid is the error of Validate: every problem, each with what to write instead.
type Invalid struct{ Problems []string }

// Error lists the problems, one a line when there are several.
func (e *Invalid) Error() string {
	if len(e.Problems) == 1 {
		return e.Problems[0]
	}
	return fmt.Sprintf("%d problems with the settings:\n  - %s", len(e.Problems), strings.Join(e.Problems, "\n  - "))
}

// Validate reads every setting, the files of secrets among them, and fills the fields of c. Its
// error is an *Invalid that holds all problems at once; then the fields are not to be used.
func (c *Config) Validate() error {
	c.Warnings = slices.Clone(c.hints)
	problems := slices.Clone(c.early)
	for _, s := range table {
		if err := s.read(c, c.values[s.name].text); err != nil {
			problems = append(problems, c.said(s.name)+" "+err.Error())
		}
	}
	problems = append(problems, c.checkStoreLogin()...)
	problems = append(problems, c.checkOpenAddress()...)
	problems = append(problems, c.checkOIDC()...)
	problems = append(problems, c.checkNotify()...)
	problems = append(problems, c.checkAudit()...)
	if len(problems) > 0 {
		return &Invalid{Problems: problems}
	}
	return nil
}

// checkOpenAddress refuses an address that other machines reach while nobody there has to show who they are.
func (c *Config) checkOpenAddress() []string {
	if c.Addr == "" || c.values["token-file"].text != "" || c.values["keys-file"].text != "" || c.values["oidc-issuer"].text != "" || isLoopback(c.Addr) {
		return nil
	}
	_, port, _ := net.SplitHostPort(c.Addr) // readAddr has seen it
	return []string{fmt.Sprintf(
		"%s opens the server to other machines: set %s to a file of keys that lintu key makes, %s to a file holding a token of at least %d characters, or write 127.0.0.1:%s",
		c.said("addr"), EnvName("keys-file"), EnvName("token-file"), minToken, port)}
}

// checkNotify refuses a receiver whose signatures have no secret.
func (c *Config) checkNotify() []string {
	if form := c.Notify.Form; form != "" && form != "wecom" && c.values["notify-secret-file"].text == "" {
		return []string{fmt.Sprintf("%s has no secret for its signatures: set %s to a file holding it", c.said("notify"), EnvName("notify-secret-file"))}
	}
	return nil
}

// checkAudit refuses several viewers without a trail of who has seen whom.
func (c *Config) checkAudit() []string {
	if c.AuditFolder() != "" {
		return nil
	}
	for _, name := range []string{"keys-file", "oidc-issuer"} {
		if c.values[name].text != "" {
			return []string{fmt.Sprintf("%s lets in several people, and nothing records who sees whom: set %s to a folder for the audit trail", c.sayName(name), EnvName("audit"))}
		}
	}
	return nil
}

func (c *Config) checkStoreLogin() []string {
	user, password := c.values["store-user"].text, c.values["store-password-file"].text
	switch c.Store.Engine {
	case SQLite:
		for _, name := range []string{"store-user", "store-password-file"} {
			if c.values[name].text != "" {
				c.warn("%s has no meaning for a store in SQLite: leave it out", c.sayName(name))
			}
		}
	case Neo4j:
		switch {
		case user != "" && password == "":
			return []string{fmt.Sprintf("%s has no password: set %s to a file holding it", c.said("store-user"), EnvName("store-password-file"))}
		case user == "" && password != "":
			return []string{fmt.Sprintf("%s names a password without a user: set %s, for example to neo4j", c.sayName("store-password-file"), EnvName("store-user"))}
		case user == "":
			c.warn("the store is opened without a user, which only a Neo4j without authentication allows: set %s and %s otherwise",
				EnvName("store-user"), EnvName("store-password-file"))
		}
	}
	return nil
}

func (c *Config) warn(format string, args ...any) {
	c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
}

// isLoopback tells whether only this machine reaches addr. A name other than localhost may mean
// anything tomorrow, so it is not.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// secretive settings never appear with their value in an error: what should be a path may be the
// secret itself, pasted into the wrong place.
var secretive = []string{"token-file", "keys-file", "store-password-file", "notify-secret-file"}

// said repeats a setting as it was written: --addr X, LINTU_ADDR=X, or addr: X in FILE.
func (c *Config) said(name string) string {
	v := c.values[name]
	shown := v.text
	switch {
	case slices.Contains(secretive, name):
		return c.sayName(name)
	case name == "store" || name == "public-url" || name == "oidc-issuer":
		shown = redact(shown)
	case name == "notify":
		shown = withoutQuery(shown)
	}
	if shown == "" || strings.ContainsFunc(shown, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '"' }) {
		shown = strconv.Quote(shown)
	}
	switch v.from {
	case fromFlag:
		return "--" + name + " " + shown
	case fromEnv:
		return EnvName(name) + "=" + shown
	case fromFile:
		return fmt.Sprintf("%s: %s in %s", name, shown, c.file)
	default:
		return fmt.Sprintf("--%s %s (the default)", name, shown)
	}
}

// sayName names a setting in the form in which it was written, without its value.
func (c *Config) sayName(name string) string {
	switch c.values[name].from {
	case fromEnv:
		return EnvName(name)
	case fromFile:
		return name + " in " + c.file
	default:
		return "--" + name
	}
}
