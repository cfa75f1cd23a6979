package config

import (
	"io"
	"log/slog"
	"time"

	"lintu/reach/barrier"
)

// Config is what the server was told. Its fields hold their values after Validate has found nothing
// wrong; before that they are empty.
type Config struct {
	Store            Store
	Addr             string // host:port as given; the host may be empty, which means every address
	Token            Secret // of the single operator; empty: there is none
	KeysFile         string // empty: no keys are taken
	OIDC             OIDC
	CORSOrigins      []string // scheme://host[:port], lower case; none by default
	Playground       bool
	PublicURL        string // scheme://host[:port][/path] without a slash at its end; empty: messages hold no links
	Notify           Notify
	MetricsAddr      string // host:port; empty: metrics are not served
	Introspection    bool
	Limits           Limits
	Documents        []byte // the manifest of trusted documents; nil where none is named
	DocumentsMode    string // "off", "prefer" or "only"
	OperationTimeout time.Duration
	Zone             *time.Location
	ElderAge         int                      // years
	Barriers         *barrier.Set             // nil where no file is named
	MeasureAt        *time.Duration           // after the beginning of the local day; nil: measures are not kept by the server
	Retention        map[string]time.Duration // by class; nil: the defaults
	RetentionAt      *time.Duration           // as MeasureAt; nil: nothing is taken away by the server
	Journal          string                   // folder of rings while the store is away; empty: see JournalFolder
	Audit            string                   // folder of the audit trail; empty: see AuditFolder
	BodyLimit        int64                    // bytes
	ShutdownGrace    time.Duration
	LogLevel         slog.Level
	LogFormat        string // "text" or "json"

	// Warnings are things that work and are probably not meant, found by Load and Validate.
	Warnings []string

	file     string           // the settings file, if there is one
	values   map[string]value // by setting
	early    []string         // problems that Load came across
	hints    []string         // warnings that Load came across
	readable map[string]bool  // file settings whose file was read, so that their path is known to be a path
}

// Notify says who hands messages over.
type Notify struct {
	Form    string // signed, wecom or dingtalk; empty: the log
	Address string // of the receiver
	Secret  Secret
}

// Engines that a store can be.
const (
	SQLite = "sqlite"
	Neo4j  = "neo4j"
)

// Store says where the graph is kept.
type Store struct {
	Engine   string // SQLite or Neo4j
	Path     string // of the database file; SQLite only
	URI      string // scheme://host[:port], never with credentials; Neo4j only
	User     string // Neo4j only; empty for a server without authentication
	Password Secret // Neo4j only
	Database string // Neo4j only, never empty
}

// JournalFolder is where rings are kept while the store is away: the folder that was set, else one beside the file of a
// SQLite store; "" for none.
func (c *Config) JournalFolder() string {
	if c.Journal == "" && c.Store.Engine == SQLite {
		return c.Store.Path + ".rings"
	}
	return c.Journal
}

// AuditFolder is where the audit trail is kept: the folder that was set, else one beside the file of a SQLite store; "" for
// none.
func (c *Config) AuditFolder() string {
	if c.Audit == "" && c.Store.Engine == SQLite {
		return c.Store.Path + ".audit"
	}
	return c.Audit
}

// Secret is text that shows itself only to who asks by name: printed, logged or marshalled it is a
// placeholder.
type Secret string

const hidden = "(hidden)"

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String returns a placeholder, or nothing when there is no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue hides the secret from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String hides the settings: they are printed by Print, which knows what to show.
func (c Config) String() string { return "config " + hidden }

// GoString hides the settings from %#v.
func (c Config) GoString() string { return c.String() }

// Logger returns a logger to w with the configured level and format.
func (c *Config) Logger(w io.Writer) *slog.Logger {
	opts := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}
