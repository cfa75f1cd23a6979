package composetest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// instruction is one line of a Dockerfile, such as RUN and what follows it.
type instruction struct{ name, rest string }

// stages splits the Dockerfile at its FROM lines; each stage begins with its FROM.
func stages(t *testing.T) [][]instruction {
	t.Helper()
	var out [][]instruction
	text := strings.ReplaceAll(read(t, "Dockerfile"), "\\\n", " ")
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		if name == "FROM" {
			out = append(out, nil)
		}
		if len(out) == 0 {
			t.Fatalf("%s stands before the first FROM", name)
		}
		out[len(out)-1] = append(out[len(out)-1], instruction{name, rest})
	}
	return out
}

// the returns what follows the one instruction of a name.
func the(t *testing.T, stage []instruction, name string) string {
	t.Helper()
	var found []string
	for _, i := range stage {
		if i.name == name {
			found = append(found, i.rest)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s stands %d times in the stage, want once", name, len(found))
	}
	return found[0]
}

func TestTheImageHoldsOneStaticBinaryRunByNobody(t *testing.T) {
	all := stages(t)
	if len(all) != 2 {
		t.Fatalf("%d stages, want one that builds and one that runs", len(all))
	}
	build, final := all[0], all[1]
	version := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	if version == nil || the(t, build, "FROM") != "golang:"+version[1]+" AS build" {
		t.Errorf("built from %s, go.mod says %v", the(t, build, "FROM"), version)
	}
	compiles := slices.ContainsFunc(build, func(i instruction) bool {
		return i.name == "RUN" && strings.Contains(i.rest, "CGO_ENABLED=0 go build") && strings.Contains(i.rest, "-trimpath")
	})
	if !compiles {
		t.Error("no go build with CGO_ENABLED=0 and -trimpath")
	}
	if got := the(t, final, "FROM"); got != "scratch" {
		t.Errorf("the image is made from %s", got)
	}
	if got := the(t, final, "USER"); got != "65532:65532" {
		t.Errorf("the image runs as %s", got)
	}
	if got := the(t, final, "EXPOSE"); got != "8080" {
		t.Errorf("the image exposes %s", got)
	}
	for _, want := range []string{"/etc/ssl/certs/ca-certificates.crt", "/out/lintu /lintu", "--chown=65532:65532 /out/data /data"} {
		copied := slices.ContainsFunc(final, func(i instruction) bool { return i.name == "COPY" && strings.Contains(i.rest, want) })
		if !copied {
			t.Errorf("the image has no %s", want)
		}
	}
}

func TestTheImageAsksTheBinaryItStartsForItsHealth(t *testing.T) {
	final := stages(t)[1]
	var entry, command, health []string
	_, check, _ := strings.Cut(the(t, final, "HEALTHCHECK"), " CMD ")
	for text, list := range map[string]*[]string{the(t, final, "ENTRYPOINT"): &entry, the(t, final, "CMD"): &command, check: &health} {
		if err := json.Unmarshal([]byte(text), list); err != nil {
			t.Fatalf("%q is not a list; there is no shell in the image to read it: %v", text, err)
		}
	}
	if !slices.Equal(entry, []string{"/lintu"}) || !slices.Equal(command, []string{"serve"}) {
		t.Errorf("the image starts %v %v", entry, command)
	}
	if !slices.Equal(health, append(slices.Clone(entry), "healthcheck")) {
		t.Errorf("the image's health is asked by %v", health)
	}
	for _, profile := range []string{"neo4j", "sqlite"} {
		for name, s := range load(t, profile).Services {
			if s.Build != nil && (!slices.Equal(s.Command, command) || s.User != the(t, final, "USER") || s.Entrypoint != nil) {
				t.Errorf("%s runs %v %v as %s, unlike the image", name, s.Entrypoint, s.Command, s.User)
			}
		}
	}
}

func TestMakeSecretsMakesWhatComposeMountsOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "secrets")
	run := func() map[string]string {
		out, err := exec.Command("sh", filepath.Join(root(t), "deploy", "make-secrets.sh"), folder).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		made := map[string]string{}
		for name := range load(t, "neo4j").Secrets {
			text, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			made[name] = string(text)
		}
		return made
	}
	first := run()
	for name, secret := range first {
		if !regexp.MustCompile(`^[0-9a-f]{48}$`).MatchString(secret) {
			t.Errorf("%s is %d bytes, want 48 hexadecimal digits and no line end", name, len(secret))
		}
		// Compose mounts the file with its rights, and the container's user is somebody else.
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil || info.Mode().Perm() != 0o444 {
			t.Errorf("%s: mode %v, error %v", name, info.Mode(), err)
		}
	}
	if first["token"] == first["neo4j_password"] {
		t.Error("the token is the password")
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is open to others: %v, error %v", info.Mode(), err)
	}
	for name, secret := range run() {
		if secret != first[name] {
			t.Errorf("%s was made anew", name)
		}
	}
}
