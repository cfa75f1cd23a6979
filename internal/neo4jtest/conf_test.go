package neo4jtest

import (
	"slices"
	"strings"
	"testing"

	deploy "lintu/deploy/neo4j"
)

func TestTestsReplaceOnlyAddressesAndMemoryOfTheSharedFile(t *testing.T) {
	shared, err := parseSettings(deploy.Conf)
	if err != nil {
		t.Fatal(err)
	}
	mine, err := testSettings("127.0.0.1:20001", "127.0.0.1:20001")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range shared {
		same := slices.Contains(mine, line)
		memory := strings.HasPrefix(line.key, "server.memory.")
		if same == memory {
			t.Errorf("%s=%s: kept %v, is about memory %v", line.key, line.value, same, memory)
		}
	}
	for _, line := range mine {
		if n := len(mine.all(line.key)); n != 1 && line.key != "server.jvm.additional" {
			t.Errorf("%s stands %d times; Neo4j refuses that", line.key, n)
		}
	}
	if strings.Contains(deploy.Conf, "listen_address=") {
		t.Error("the shared file fixes an address, which the container and the tests must choose")
	}
}

func TestTheSizeOfATestServerIsASetting(t *testing.T) {
	t.Setenv("LINTU_TEST_NEO4J_HEAP", "2g")
	t.Setenv("LINTU_TEST_NEO4J_PAGECACHE", "1g")
	s, err := testSettings("127.0.0.1:20001", "127.0.0.1:20001")
	if err != nil {
		t.Fatal(err)
	}
	if args := s.jvmArgs(); !slices.Contains(args, "-Xmx2g") || !slices.Contains(args, "-Xms2g") {
		t.Errorf("java arguments %v", args)
	}
	if got := s.all("server.memory.pagecache.size"); !slices.Equal(got, []string{"1g"}) {
		t.Errorf("page cache %v", got)
	}
}

func TestALineThatIsNoSettingIsNamed(t *testing.T) {
	if _, err := parseSettings("# fine\na=b=c\nrubbish\n"); err == nil || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("error %v, want one that names line 3", err)
	}
}
