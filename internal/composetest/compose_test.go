package composetest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/schema"
	"github.com/compose-spec/compose-go/v2/types"
)

// root is the folder of docker-compose.yml.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// options reads a compose file as docker compose does in the project's folder: .env counts, this machine's
// environment does not. Without profiles, those of .env hold.
func options(t *testing.T, file string, profiles ...string) *cli.ProjectOptions {
	t.Helper()
	o, err := cli.NewProjectOptions([]string{file}, cli.WithWorkingDirectory(root(t)),
		cli.WithEnvFiles(), cli.WithDotEnv, cli.WithDefaultProfiles(profiles...))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// load validates the file against the schema and resolves it for some profiles.
func load(t *testing.T, profiles ...string) *types.Project {
	t.Helper()
	project, err := options(t, filepath.Join(root(t), "docker-compose.yml"), profiles...).LoadProject(t.Context())
	if err != nil {
		t.Fatalf("profiles %v: %v", profiles, err)
	}
	return project
}

// every runs a check for each service of each profile.
func every(t *testing.T, check func(t *testing.T, s types.ServiceConfig)) {
	for _, profile := range []string{"neo4j", "sqlite"} {
		for name, service := range load(t, profile).Services {
			t.Run(name, func(t *testing.T) { check(t, service) })
		}
	}
}

func TestEachProfileStartsItsServicesAndNoOther(t *testing.T) {
	for profile, want := range map[string][]string{
		"":       {"lintu", "neo4j"}, // by .env
		"neo4j":  {"lintu", "neo4j"},
		"sqlite": {"lintu-sqlite"},
	} {
		var profiles []string
		if profile != "" {
			profiles = []string{profile}
		}
		got := load(t, profiles...).ServiceNames()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("profile %q starts %v, want %v", profile, got, want)
		}
	}
}

func TestTheFileHoldsToTheSchemaAndAWrongOneWouldBeRefused(t *testing.T) {
	model, err := options(t, filepath.Join(root(t), "docker-compose.yml"), "neo4j").LoadModel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(model); err != nil {
		t.Error(err)
	}
	text := read(t, "docker-compose.yml")
	for right, wrong := range map[string]string{
		"  healthcheck:\n    test:":        "  healthchecks:\n    test:",
		"condition: service_healthy":       "condition: service_well",
		"secrets: [token]":                 "secrets: [tokens]",
		"volumes: [\"sqlite-data:/data\"]": "volumes: [\"sqlight-data:/data\"]",
		"    interval: 10s":                "    interval: soon",
	} {
		if !strings.Contains(text, right) {
			t.Errorf("docker-compose.yml has no %q to spoil", right)
			continue
		}
		file := filepath.Join(t.TempDir(), "docker-compose.yml")
		if err := os.WriteFile(file, []byte(strings.Replace(text, right, wrong, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, profile := range []string{"neo4j", "sqlite"} {
			_, err = options(t, file, profile).LoadProject(t.Context())
			if err != nil {
				break
			}
		}
		if err == nil {
			t.Errorf("%q instead of %q was accepted", wrong, right)
		}
	}
}

func TestEveryServiceIsConfined(t *testing.T) {
	every(t, func(t *testing.T, s types.ServiceConfig) {
		user, group, _ := strings.Cut(s.User, ":")
		if user == "" || group == "" || strings.Trim(user+group, "0123456789") != "" || user == "0" || group == "0" {
			t.Errorf("user %q, want numbers that are not root's", s.User)
		}
		if !s.ReadOnly {
			t.Error("the root file system can be written")
		}
		if !slices.Contains(s.SecurityOpt, "no-new-privileges:true") || !slices.Contains(s.CapDrop, "ALL") || s.Privileged {
			t.Errorf("security options %v, dropped capabilities %v, privileged %v", s.SecurityOpt, s.CapDrop, s.Privileged)
		}
		if s.MemLimit <= 0 {
			t.Error("no memory limit")
		}
		if s.Restart != types.RestartPolicyUnlessStopped {
			t.Errorf("restart %q", s.Restart)
		}
		if len(s.Ports) == 0 {
			t.Error("no port is published")
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("port %s is published on %q, not on loopback", port.Published, port.HostIP)
			}
		}
	})
}

func TestEveryServiceIsAskedForItsHealth(t *testing.T) {
	every(t, func(t *testing.T, s types.ServiceConfig) {
		h := s.HealthCheck
		if h == nil || h.Disable || h.Interval == nil || h.Timeout == nil || h.Retries == nil || h.StartPeriod == nil {
			t.Fatalf("healthcheck %+v, want one with interval, timeout, retries and start period", h)
		}
		if s.Name == "neo4j" {
			for _, part := range []string{"cypher-shell", "bolt://127.0.0.1:7687", "RETURN 1", "/run/secrets/neo4j_password"} {
				if !strings.Contains(strings.Join(h.Test, " "), part) {
					t.Errorf("the healthcheck %q has no %q", h.Test, part)
				}
			}
			return
		}
		if want := []string{"CMD", "/lintu", "healthcheck"}; !slices.Equal(h.Test, want) {
			t.Errorf("healthcheck %v, want %v", h.Test, want)
		}
	})
}

func TestNoSecretStandsInPlainText(t *testing.T) {
	every(t, func(t *testing.T, s types.ServiceConfig) {
		for name, value := range s.Environment {
			for _, word := range []string{"PASSWORD", "TOKEN", "SECRET", "AUTH", "KEY"} {
				isFile := strings.HasSuffix(name, "_FILE") || strings.HasSuffix(name, "_PATH")
				if strings.Contains(name, word) && (!isFile || value == nil || *value != "" && !strings.HasPrefix(*value, "/")) {
					t.Errorf("%s is given by value, not by a file", name)
				}
			}
			if value != nil && strings.HasPrefix(*value, "/run/secrets/") {
				secret := strings.TrimPrefix(*value, "/run/secrets/")
				if !slices.ContainsFunc(s.Secrets, func(c types.ServiceSecretConfig) bool { return c.Source == secret }) {
					t.Errorf("%s names the secret %s, which the service is not given", name, secret)
				}
			}
		}
	})
	for name, secret := range load(t, "neo4j").Secrets {
		if want := filepath.Join(root(t), "deploy", "secrets", name); secret.File != want || secret.Content != "" {
			t.Errorf("secret %s: file %s, want %s", name, secret.File, want)
		}
	}
	if ignored := read(t, "deploy/secrets/.gitignore"); !slices.Contains(strings.Split(ignored, "\n"), "*") {
		t.Error("git does not ignore deploy/secrets")
	}
	if ignored := read(t, ".dockerignore"); !slices.Contains(strings.Split(ignored, "\n"), "deploy/secrets") {
		t.Error("the image's build is sent deploy/secrets")
	}
}

func TestTheServerFindsItsStoreAndKeepsItsData(t *testing.T) {
	env := func(s types.ServiceConfig, name string) string {
		if value := s.Environment[name]; value != nil {
			return *value
		}
		return ""
	}
	project := load(t, "neo4j")
	server := project.Services["lintu"]
	if got := server.DependsOn["neo4j"].Condition; got != types.ServiceConditionHealthy {
		t.Errorf("the server waits for neo4j until %q", got)
	}
	if got := env(server, "LINTU_STORE"); got != "neo4j://neo4j:7687" {
		t.Errorf("LINTU_STORE %q", got)
	}
	if env(server, "LINTU_STORE_USER") == "" || env(server, "LINTU_STORE_DATABASE") == "" {
		t.Error("the server is given no user or no database name")
	}
	keeps(t, project, "neo4j", "/data")
	keeps(t, project, "lintu", "/data") // keys of people, which are not in the database

	project = load(t, "sqlite")
	server = project.Services["lintu-sqlite"]
	path, ok := strings.CutPrefix(env(server, "LINTU_STORE"), "sqlite:")
	if !ok {
		t.Errorf("LINTU_STORE %q", env(server, "LINTU_STORE"))
	}
	keeps(t, project, "lintu-sqlite", filepath.Dir(path))

	every(t, func(t *testing.T, s types.ServiceConfig) {
		if s.Name != "neo4j" && (env(s, "LINTU_ADDR") != "0.0.0.0:8080" || s.Ports[0].Target != 8080 || env(s, "LINTU_TOKEN_FILE") == "") {
			t.Errorf("address %q, port %d, token file %q", env(s, "LINTU_ADDR"), s.Ports[0].Target, env(s, "LINTU_TOKEN_FILE"))
		}
	})
}

// keeps asserts that a folder of a service is a named volume.
func keeps(t *testing.T, project *types.Project, service, folder string) {
	t.Helper()
	for _, v := range project.Services[service].Volumes {
		if v.Target == folder && v.Type == types.VolumeTypeVolume {
			if _, declared := project.Volumes[v.Source]; declared {
				return
			}
		}
	}
	t.Errorf("%s keeps no volume at %s", service, folder)
}
