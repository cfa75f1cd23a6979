package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"lintu/internal/who"
)

// OIDC says whose tokens are taken, and by which claims they are read.
type OIDC struct {
	Issuer     string // as its tokens name it; empty: no tokens are taken
	Audience   string
	Algorithms []string
	Roles      string // the claim, with dots through objects
	RolePrefix string // what begins those of the claim that are ours
	Areas      string
	Person     string
}

// AsksWho says whether callers have to show who they are.
func (c *Config) AsksWho() bool { return c.Token != "" || c.KeysFile != "" || c.OIDC.Issuer != "" }

// readKeysFile takes a path. The file is read by the server, again and again.
func readKeysFile(c *Config, text string) error {
	c.KeysFile = text
	if strings.HasPrefix(filepath.Base(text), "lintu_") {
		c.KeysFile = ""
		return errors.New("looks like a key (hidden here): write the path of the file of keys, for example data/keys.json")
	}
	c.readable["keys-file"] = true
	return nil
}

func readIssuer(c *Config, text string) error {
	c.OIDC.Issuer = ""
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("is not the address of an issuer: write it as its tokens have it in iss, as https://id.example.cn/realms/town")
	}
	if u.Scheme == "http" && !isLoopback(net.JoinHostPort(u.Hostname(), "0")) {
		return errors.New("is an issuer on another machine without TLS, whose keys anybody on the way could change: write https://")
	}
	c.OIDC.Issuer = text
	return nil
}

func readAlgorithms(c *Config, text string) error {
	c.OIDC.Algorithms = nil
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); !slices.Contains(who.Algorithms, item) {
			return fmt.Errorf("has an item that is no algorithm of signatures with a public key: write some of %s", strings.Join(who.Algorithms, ", "))
		}
		c.OIDC.Algorithms = append(c.OIDC.Algorithms, item)
	}
	return nil
}

// readClaim takes the name of a claim.
func readClaim(to func(*OIDC) *string) func(*Config, string) error {
	return func(c *Config, text string) error {
		*to(&c.OIDC) = text
		return nil
	}
}

// checkOIDC refuses an issuer whose tokens for others would be taken too, and roles that nobody gave.
func (c *Config) checkOIDC() (problems []string) {
	if c.OIDC.Issuer == "" {
		if c.OIDC.Audience != "" && c.values["oidc-issuer"].text == "" {
			c.warn("%s has no meaning without %s: leave it out", c.sayName("oidc-audience"), EnvName("oidc-issuer"))
		}
		return nil
	}
	if c.OIDC.Audience == "" {
		problems = append(problems, fmt.Sprintf("%s needs the audience that its tokens must be for: set %s, for example to lintu", c.said("oidc-issuer"), EnvName("oidc-audience")))
	}
	if c.OIDC.Roles == "" {
		problems = append(problems, fmt.Sprintf("%s is empty: write the claim that holds the roles, for example lintu_roles or realm_access.roles", c.sayName("oidc-roles-claim")))
	}
	return problems
}
