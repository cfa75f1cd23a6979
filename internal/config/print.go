package config

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"lintu/internal/term"
)

// Print writes every setting, its value and where the value came from as an aligned table. Secrets
// are hidden; the paths of their files are shown once Validate has read them.
func (c *Config) Print(w io.Writer) error {
	rows := make([][]string, len(table))
	for i, s := range table {
		rows[i] = []string{s.name, c.shown(s.name), c.origin(s.name)}
	}
	return term.Table(w, []string{"setting", "value", "from"}, rows)
}

func (c *Config) shown(name string) string {
	text := c.values[name].text
	switch {
	case text == "":
		return "-"
	case name == "store" || name == "public-url" || name == "oidc-issuer":
		return redact(text)
	case name == "notify":
		return withoutQuery(text)
	case slices.Contains(secretive, name) && !c.readable[name]:
		return hidden
	case name == "token-file":
		return fmt.Sprintf("%s (%d characters, hidden)", text, len(c.Token))
	}
	return text
}

// withoutQuery is an address without what may hold a key.
func withoutQuery(address string) string {
	if before, _, found := strings.Cut(address, "?"); found {
		return before + "?" + hidden
	}
	return address
}

func (c *Config) origin(name string) string {
	switch c.values[name].from {
	case fromFlag:
		return "flag --" + name
	case fromEnv:
		return "env " + EnvName(name)
	case fromFile:
		return "file " + filepath.Base(c.file)
	default:
		return "default"
	}
}
