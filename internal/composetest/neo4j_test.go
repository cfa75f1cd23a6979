package composetest

import (
	"bufio"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"

	"lintu/internal/neo4jtest"
)

// settings reads neo4j.conf; of a key that stands more than once, the last value.
func settings(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(read(t, "deploy/neo4j/neo4j.conf")))
	for lines.Scan() {
		if key, value, ok := strings.Cut(lines.Text(), "="); ok && !strings.HasPrefix(key, "#") {
			out[key] = value
		}
	}
	return out
}

// bytes reads a size as Neo4j writes it: 512m, 1g.
func bytes(t *testing.T, size string) int64 {
	t.Helper()
	shift, ok := map[byte]int{'k': 10, 'm': 20, 'g': 30}[size[len(size)-1]]
	n, err := strconv.ParseInt(size[:len(size)-1], 10, 64)
	if err != nil || !ok {
		t.Fatalf("%q is not a size such as 512m", size)
	}
	return n << shift
}

func TestComposeRunsTheNeo4jThatTheTestsRun(t *testing.T) {
	neo4j := load(t, "neo4j").Services["neo4j"]
	if neo4j.Image != neo4jtest.Image() {
		t.Errorf("compose runs %s, the tests %s", neo4j.Image, neo4jtest.Image())
	}
	if !strings.HasPrefix(neo4jtest.Version(), "5.26.") {
		t.Errorf("the tests run %s, which is not of the long-term line 5.26", neo4jtest.Version())
	}
	conf := filepath.Join(root(t), "deploy", "neo4j", "neo4j.conf")
	mounted := false
	for _, v := range neo4j.Volumes {
		if v.Type == types.VolumeTypeBind && v.Source == conf && v.Target == "/conf/neo4j.conf" && v.ReadOnly {
			mounted = true
		}
	}
	if !mounted {
		t.Errorf("%s is not mounted: %+v", conf, neo4j.Volumes)
	}
}

func TestComposeAddsOnlyAddressesAndFoldersToTheSettingsFile(t *testing.T) {
	file := settings(t)
	for name := range load(t, "neo4j").Services["neo4j"].Environment {
		if name == "NEO4J_AUTH_PATH" { // read by the image's start script
			continue
		}
		// The image's rule for names: _ is a dot, __ an underscore.
		key := strings.TrimPrefix(name, "NEO4J_")
		key = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(key, "__", "\x00"), "_", "."), "\x00", "_")
		if !strings.HasSuffix(key, "_address") && !strings.HasPrefix(key, "server.directories.") {
			t.Errorf("%s is set in docker-compose.yml; it belongs into neo4j.conf, which the tests load", key)
		}
		if _, twice := file[key]; twice {
			t.Errorf("%s stands in neo4j.conf too", key)
		}
	}
}

func TestTheMemoryOfTheSettingsFileFitsTheContainer(t *testing.T) {
	file := settings(t)
	heap, cache := bytes(t, file["server.memory.heap.max_size"]), bytes(t, file["server.memory.pagecache.size"])
	if rest := int64(load(t, "neo4j").Services["neo4j"].MemLimit) - heap - cache; rest < 768<<20 {
		t.Errorf("the container leaves %d MiB beside heap and page cache, want at least 768", rest>>20)
	}
	for key, want := range map[string]string{
		"dbms.usage_report.enabled": "false", "db.logs.query.enabled": "OFF", "server.http.enabled": "false",
		"server.https.enabled": "false", "db.tx_log.preallocate": "false",
	} {
		if file[key] != want {
			t.Errorf("%s=%s, want %s", key, file[key], want)
		}
	}
}
