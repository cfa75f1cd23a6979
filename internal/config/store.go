package config

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

const sqlitePrefix = "sqlite:"

// readStore takes sqlite:PATH or the address of a Neo4j. Credentials in the address are refused:
// addresses are printed, logged and shown in process lists.
func readStore(c *Config, text string) error {
	c.Store.Engine, c.Store.Path, c.Store.URI = "", "", ""
	if path, ok := strings.CutPrefix(text, sqlitePrefix); ok {
		return readSQLite(c, path)
	}
	scheme, rest, ok := strings.Cut(text, "://")
	switch scheme {
	case "neo4j", "neo4j+s", "bolt", "bolt+s":
		if ok {
			return readNeo4j(c, scheme, rest)
		}
	case "neo4j+ssc", "bolt+ssc":
		return fmt.Errorf("would trust any certificate: write %ss://HOST and give this machine the authority that signed the store's certificate", strings.TrimSuffix(scheme, "ssc"))
	case "http", "https":
		return errors.New("is Neo4j's web address: write the one it has for Bolt, for example neo4j://127.0.0.1:7687")
	}
	if !ok && looksLikeFile(text) {
		return fmt.Errorf("does not say what kind of store it is: write %s%s", sqlitePrefix, text)
	}
	return errors.New("is not a store: write sqlite:PATH, neo4j://HOST:7687, neo4j+s://HOST:7687, bolt://HOST:7687 or bolt+s://HOST:7687")
}

func looksLikeFile(text string) bool {
	return strings.HasSuffix(text, ".db") && !strings.ContainsAny(text, ":@?")
}

func readSQLite(c *Config, path string) error {
	switch {
	case path == "":
		return errors.New("names no file: write for example sqlite:data/lintu.db")
	case strings.HasPrefix(path, "//"):
		return errors.New("has slashes as a web address has: write sqlite: and the path at once, as sqlite:data/lintu.db or sqlite:/var/lib/lintu/lintu.db")
	case strings.Contains(path, ":memory:"):
		return errors.New("would forget everything at the end: write the path of a file, as sqlite:data/lintu.db")
	case strings.ContainsAny(path, "?#") || strings.ContainsRune(path, 0):
		return errors.New("has a character that a store's path cannot have: write a path without ? and #, as sqlite:data/lintu.db")
	}
	c.Store.Engine, c.Store.Path = SQLite, path
	return nil
}

func readNeo4j(c *Config, scheme, rest string) error {
	if strings.Contains(rest, "@") {
		host, _ := afterLast(rest, "@")
		host, _, _ = strings.Cut(host, "?")
		return fmt.Errorf("holds a user or a password (hidden here): write %s://%s, set %s, and set %s to a file holding the password",
			scheme, host, EnvName("store-user"), EnvName("store-password-file"))
	}
	u, err := url.Parse(scheme + "://" + rest)
	if err != nil || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(rest, "?# ") {
		return fmt.Errorf("is not host and port: write for example %s://127.0.0.1:7687", scheme)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return fmt.Errorf("has no port between 1 and 65535: write for example %s://%s:7687", scheme, u.Hostname())
		}
	}
	if database := strings.Trim(u.Path, "/"); database != "" {
		return fmt.Errorf("has a path: write %s://%s and set %s=%s", scheme, u.Host, EnvName("store-database"), database)
	}
	c.Store.Engine, c.Store.URI = Neo4j, scheme+"://"+u.Host
	return nil
}

var databaseName = regexp.MustCompile(`^[a-z][a-z0-9.-]{2,62}$`)

func readDatabase(c *Config, text string) error {
	if text == "system" {
		return errors.New("is Neo4j's own database: write neo4j, or the name of another")
	}
	if !databaseName.MatchString(text) {
		return errors.New("is not a database name: write 3 to 63 small letters, digits, dots or dashes, beginning with a letter, for example neo4j")
	}
	c.Store.Database = text
	return nil
}

// redact hides whatever may be a secret in a store's address: all in front of an @, all behind a ?,
// and everything when it is not an address at all.
func redact(text string) string {
	if strings.HasPrefix(text, sqlitePrefix) && !strings.HasPrefix(text, sqlitePrefix+"//") || !strings.ContainsAny(text, ":@?") {
		return text
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return hidden
	}
	if host, found := afterLast(rest, "@"); found {
		rest = host
		scheme += "://" + hidden + "@"
	} else {
		scheme += "://"
	}
	if head, _, found := strings.Cut(rest, "?"); found {
		return scheme + head + "?" + hidden
	}
	if _, err := url.Parse("x://" + rest); err != nil { // user:password where host:port belongs
		return scheme + hidden
	}
	return scheme + rest
}

// afterLast is what follows the last sep, and whether there is one; else s whole.
func afterLast(s, sep string) (string, bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[i+len(sep):], true
	}
	return s, false
}
