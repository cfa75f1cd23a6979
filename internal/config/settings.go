package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// EnvPrefix begins the name of every environment variable that is a setting.
const EnvPrefix = "LINTU_"

// configName is the flag that names the file; it is the place of settings, not one of them.
const configName = "config"

// setting is one row of the table of settings. Its name is the flag, the key in the file and, in
// capitals with underscores behind EnvPrefix, the environment variable.
type setting struct {
	name     string
	fallback string
	kind     string // shown in the help text
	usage    string
	read     func(c *Config, text string) error
}

// table lists every setting, in the order of help and of Print.
var table = []setting{
	{"store", "sqlite:data/lintu.db", "address", "where the graph is kept: sqlite:PATH, neo4j://HOST, neo4j+s://HOST, bolt://HOST or bolt+s://HOST", readStore},
	{"store-user", "", "name", "the user of a Neo4j store", func(c *Config, s string) error { c.Store.User = s; return nil }},
	{"store-password-file", "", "file", "a file that holds that user's password", readPasswordFile},
	{"store-database", "neo4j", "name", "the database of a Neo4j store", readDatabase},
	{"addr", "127.0.0.1:8080", "host:port", "where to listen; at any address but loopback callers must show who they are", readAddr},
	{"token-file", "", "file", "a file that holds the token of the single operator, at least 32 characters", readTokenFile},
	{"keys-file", "", "file", "the file of API keys, which lintu key makes and revokes", readKeysFile},
	{"oidc-issuer", "", "address", "the OpenID Connect issuer whose tokens are taken, as https://id.example.cn/realms/town", readIssuer},
	{"oidc-audience", "", "name", "whom the issuer's tokens must be for", readClaim(func(o *OIDC) *string { return &o.Audience })},
	{"oidc-algorithms", "RS256,ES256", "list", "the algorithms by which they may be signed", readAlgorithms},
	{"oidc-roles-claim", "lintu_roles", "claim", "their claim with roles; with dots through objects, as realm_access.roles", readClaim(func(o *OIDC) *string { return &o.Roles })},
	{"oidc-role-prefix", "", "text", "what begins those of the roles that are Lintu's, as lintu- in lintu-analyst", readClaim(func(o *OIDC) *string { return &o.RolePrefix })},
	{"oidc-areas-claim", "lintu_areas", "claim", "their claim with the ids of the areas served; * for all", readClaim(func(o *OIDC) *string { return &o.Areas })},
	{"oidc-person-claim", "lintu_person", "claim", "their claim with the id of the viewer's own record", readClaim(func(o *OIDC) *string { return &o.Person })},
	{"cors-origins", "", "list", "origins whose pages may call the API, separated by commas: https://desk.example.cn", readOrigins},
	{"playground", "true", "bool", "serve the query page at /playground", readSwitch(func(c *Config) *bool { return &c.Playground })},
	{"public-url", "", "address", "where people who are called reach this server, for the links in messages, as https://lintu.example.cn; no links where it is empty", readPublicURL},
	{"notify", "log", "where", "who hands drill messages over: log, or signed:, wecom: or dingtalk: and the address of a receiver on this machine", readNotify},
	{"notify-secret-file", "", "file", "a file that holds the secret of that receiver's signatures", readNotifySecretFile},
	{"metrics-addr", "", "host:port", "where Prometheus reads /metrics, which asks for no token; nowhere where it is empty", readMetricsAddr},
	{"introspection", "true", "bool", "tell clients the schema that they ask for", readSwitch(func(c *Config) *bool { return &c.Introspection })},
	{limitsName, "", "list", "what may be asked at once, as depth=15,rate=20; the others keep their defaults", readLimits},
	{"documents", "", "file", "a manifest of trusted documents: a JSON object of hash and text", readDocuments},
	{"documents-mode", "", "mode", "off, prefer or only: whether other documents than those of the manifest are answered; only where there is one, else off", readDocumentsMode},
	{"operation-timeout", "10s", "duration", "how long one operation may take", readDuration(minOperation, maxOperation, func(c *Config) *time.Duration { return &c.OperationTimeout })},
	{"time-zone", "Asia/Shanghai", "name", "the time zone in which days begin and presence is judged", readZone},
	{"elder-age", "60", "years", "the age from which a person counts as elderly", readElderAge},
	{"barriers", "", "file", "a GeoJSON file of rivers, railways and motorways with their crossings, which people on foot cannot cross elsewhere", readBarriers},
	{"measure-at", "", "hh:mm", "the local time from which the day's measures are kept, once a day; never where it is empty", readTimeOfDay(func(c *Config) **time.Duration { return &c.MeasureAt })},
	{"retention", "", "list", "how long classes of data are kept, as rings=60d,presence=12h; the others keep their defaults", readRetention},
	{"retention-at", "03:30", "hh:mm", "the local time from which what was kept too long is taken away, once a day by one of the servers on a store; never where it is empty", readTimeOfDay(func(c *Config) **time.Duration { return &c.RetentionAt })},
	{"journal", "", "folder", "where rings are kept while the store is away; beside the file of a SQLite store where it is empty, and nowhere with Neo4j", func(c *Config, s string) error { c.Journal = s; return nil }},
	{"audit", "", "folder", "where the audit trail is kept: who saw and changed what of whom; beside the file of a SQLite store where it is empty, and nowhere with Neo4j", func(c *Config, s string) error { c.Audit = s; return nil }},
	{"body-limit", "256KiB", "size", "the largest request body", readBodyLimit},
	{"shutdown-grace", "20s", "duration", "how long a stopping server waits for running requests", readDuration(0, maxGrace, func(c *Config) *time.Duration { return &c.ShutdownGrace })},
	{"log-level", "info", "level", "debug, info, warn or error", readLogLevel},
	{"log-format", "text", "format", "text or json", readLogFormat},
}

// Names lists the settings in the order of the table.
func Names() []string {
	names := make([]string, len(table))
	for i, s := range table {
		names[i] = s.name
	}
	return names
}

// EnvName is the environment variable of a setting: store-user is LINTU_STORE_USER.
func EnvName(name string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// AddFlags adds a flag for each of the named settings (all of them when none is named) and for
// --config. The flags take any text: Validate says what is wrong with it, together with whatever
// is wrong elsewhere. A name that is no setting is a mistake in the program and panics.
func AddFlags(flags *pflag.FlagSet, only ...string) {
	if len(only) == 0 {
		only = Names()
	}
	for _, name := range only {
		s, ok := lookUp(name)
		if !ok {
			panic("config: no setting is called " + name)
		}
		f := flags.VarPF(&text{kind: s.kind, value: s.fallback}, s.name, "", fmt.Sprintf("%s ($%s)", s.usage, EnvName(s.name)))
		if s.kind == "bool" {
			f.NoOptDefVal = "true"
		}
	}
	flags.Var(&text{kind: "file"}, configName, fmt.Sprintf("a YAML file with settings ($%s)", EnvName(configName)))
}

func lookUp(name string) (setting, bool) {
	for _, s := range table {
		if s.name == name {
			return s, true
		}
	}
	return setting{}, false
}

// text is a flag that keeps what was typed.
type text struct{ kind, value string }

func (t *text) String() string     { return t.value }
func (t *text) Set(s string) error { t.value = s; return nil }
func (t *text) Type() string       { return t.kind }
