package neo4jtest

import (
	"context"
	_ "embed"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

//go:embed pom.xml
var pom []byte

// Version is the version of Neo4j that pom.xml pins.
func Version() string {
	var project struct {
		Properties struct {
			Version string `xml:"neo4j.version"`
		} `xml:"properties"`
	}
	if err := xml.Unmarshal(pom, &project); err != nil || project.Properties.Version == "" {
		panic(fmt.Sprintf("pom.xml names no neo4j.version: %v", err))
	}
	return project.Properties.Version
}

// Image is the container image of the same line of Neo4j, as docker-compose.yml names it.
func Image() string {
	line := strings.Join(strings.Split(Version(), ".")[:2], ".")
	return "neo4j:" + line + "-community"
}

// jarFolder is where the jars of this version are kept, and whether they are there.
func jarFolder() (dir string, filled bool, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", false, fmt.Errorf("no cache folder: %w", err)
	}
	dir = filepath.Join(cache, "lintu", "neo4j-"+Version())
	_, err = os.Stat(dir)
	return dir, err == nil, nil
}

// jars returns the folder with the server's jars and fetches them with Maven if it is not there yet. The folder is
// filled under another name and renamed, so that it is either absent or whole; test processes that start at once wait
// for the first.
func jars(ctx context.Context, logf Logf) (string, error) {
	dir, filled, err := jarFolder()
	if err != nil || filled {
		return dir, err
	}
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return "", errors.New("the jars of Neo4j are not in the cache folder and there is no Maven (mvn) to fetch them")
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	_, unlock, err := lock(ctx, dir+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, filled, _ := jarFolder(); filled {
		return dir, nil
	}
	return dir, fetchJars(ctx, mvn, dir, logf)
}

// fetchJars fills dir; the caller holds the lock, so whatever an earlier fetch left behind is nobody's.
func fetchJars(ctx context.Context, mvn, dir string, logf Logf) error {
	partial := dir + ".partial"
	if err := os.RemoveAll(partial); err != nil {
		return err
	}
	defer os.RemoveAll(partial)
	if err := os.MkdirAll(partial, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(partial, "pom.xml"), pom, 0o644); err != nil {
		return err
	}
	logf("fetching Neo4j %s with Maven, once (about 120 MB) ...", Version())
	lib := filepath.Join(partial, "lib")
	out, err := exec.CommandContext(ctx, mvn, "-q", "-B", "-f", filepath.Join(partial, "pom.xml"),
		"dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory="+lib).CombinedOutput()
	if err != nil {
		return fmt.Errorf("maven: %w: %s", err, tail(string(out), 400))
	}
	if found, _ := filepath.Glob(filepath.Join(lib, "neo4j-server-"+Version()+".jar")); len(found) == 0 {
		return fmt.Errorf("maven fetched no neo4j-server-%s.jar", Version())
	}
	return os.Rename(lib, dir)
}

var javaVersion = regexp.MustCompile(`version "(\d+)`)

// java returns a java of version 17 or later: that of JAVA_HOME, else that of PATH.
func java(ctx context.Context) (string, error) {
	path := filepath.Join(os.Getenv("JAVA_HOME"), "bin", "java")
	if _, err := os.Stat(path); os.Getenv("JAVA_HOME") == "" || err != nil {
		if path, err = exec.LookPath("java"); err != nil {
			return "", errors.New("there is no java")
		}
	}
	out, err := exec.CommandContext(ctx, path, "-version").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("java -version: %w: %s", err, tail(string(out), 400))
	}
	match := javaVersion.FindSubmatch(out)
	if match == nil {
		return "", fmt.Errorf("java -version says no version: %s", tail(string(out), 400))
	}
	if major, _ := strconv.Atoi(string(match[1])); major < 17 {
		return "", fmt.Errorf("java is version %d, Neo4j needs 17 or later", major)
	}
	return path, nil
}

// tail is the end of a text, at most n bytes.
func tail(text string, n int) string {
	text = strings.TrimSpace(text)
	if len(text) > n {
		text = "..." + text[len(text)-n:]
	}
	return text
}
