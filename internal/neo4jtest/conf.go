package neo4jtest

import (
	"fmt"
	"os"
	"strings"

	deploy "lintu/deploy/neo4j"
)

// setting is one line of a neo4j.conf.
type setting struct{ key, value string }

// settings are the lines of a neo4j.conf in order. Only server.jvm.additional may stand more than once.
type settings []setting

// parseSettings reads the text of a neo4j.conf; comments and empty lines fall away.
func parseSettings(text string) (settings, error) {
	var out settings
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("neo4j.conf line %d: %q is not key=value", i+1, line)
		}
		out = append(out, setting{strings.TrimSpace(key), strings.TrimSpace(value)})
	}
	return out, nil
}

// all returns every value of a key, in order.
func (s settings) all(key string) []string {
	var out []string
	for _, line := range s {
		if line.key == key {
			out = append(out, line.value)
		}
	}
	return out
}

// with returns the settings with the given ones in the place of those of the same key: Neo4j refuses to start when
// a key stands twice.
func (s settings) with(changes ...setting) settings {
	changed := map[string]bool{}
	for _, c := range changes {
		changed[c.key] = true
	}
	var out settings
	for _, line := range s {
		if !changed[line.key] {
			out = append(out, line)
		}
	}
	return append(out, changes...)
}

func (s settings) String() string {
	var b strings.Builder
	for _, line := range s {
		fmt.Fprintf(&b, "%s=%s\n", line.key, line.value)
	}
	return b.String()
}

// testSettings are the settings of deploy/neo4j/neo4j.conf with all that a test server has different: where it
// listens, what address it tells drivers that ask for a routing table (neo4j://), how much memory it takes, and
// what brief and hasty add.
func testSettings(listen, advertised string) (settings, error) {
	shared, err := parseSettings(deploy.Conf)
	if err != nil {
		return nil, err
	}
	host, _, _ := strings.Cut(listen, ":")
	heap := envOr("LINTU_TEST_NEO4J_HEAP", "512m")
	own := shared.with(
		setting{"server.default_listen_address", host},
		setting{"server.bolt.listen_address", listen},
		setting{"server.bolt.advertised_address", advertised},
		setting{"server.memory.heap.initial_size", heap},
		setting{"server.memory.heap.max_size", heap},
		setting{"server.memory.pagecache.size", envOr("LINTU_TEST_NEO4J_PAGECACHE", "256m")},
	)
	if brief {
		own = append(own, setting{"dbms.cypher.min_replan_interval", "24h"}) // else each filling after Clear has all statements planned anew
	}
	if hasty {
		own = append(own, setting{"server.jvm.additional", "-XX:TieredStopAtLevel=1"})
	}
	return own, nil
}

// jvmArgs are the flags for java that the settings ask for. In a container the image's own launcher reads them.
func (s settings) jvmArgs() []string {
	var args []string
	for _, size := range s.all("server.memory.heap.initial_size") {
		args = append(args, "-Xms"+size)
	}
	for _, size := range s.all("server.memory.heap.max_size") {
		args = append(args, "-Xmx"+size)
	}
	return append(args, s.all("server.jvm.additional")...)
}

func envOr(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
