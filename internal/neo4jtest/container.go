//go:build linux || darwin

package neo4jtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// container is the image that docker-compose.yml names, run with the same settings file.
type container struct {
	home    string // holds conf, and what the supervised docker client says
	name    string
	process *process // waits for the container
}

// containerUsable says why startContainer would not work, as far as that can be seen without starting anything.
func containerUsable(ctx context.Context) error {
	if _, err := exec.LookPath("docker"); err != nil {
		return errors.New("there is no docker command")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return docker(ctx, "info")
}

// startContainer starts a server in a container engine. Without that engine it fails at once.
func startContainer(ctx context.Context, logf Logf) (*Server, error) {
	source := "container " + Image()
	if err := containerUsable(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	if docker(ctx, "image", "inspect", Image()) != nil {
		logf("fetching the image %s, once ...", Image())
		if err := docker(ctx, "pull", "--quiet", Image()); err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	conf, err := testSettings("0.0.0.0:7687", address)
	if err != nil {
		return nil, err
	}
	home, err := newHome(conf)
	if err != nil {
		return nil, err
	}
	c := &container{home: home, name: filepath.Base(home)}
	// MkdirTemp's folder is closed to others, but conf is mounted by itself and open to read.
	if err := docker(ctx, "create", "--name", c.name, "--label", "lintu=neo4jtest", "--publish", address+":7687",
		"--volume", filepath.Join(home, "conf")+":/conf:ro", "--security-opt", "no-new-privileges", Image()); err != nil {
		c.remove()
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	return begin(ctx, source, address, c)
}

// start supervises a client that waits for the container; if the test process is gone, the container is removed.
func (c *container) start() (err error) {
	c.process, err = supervise(c.home, filepath.Join(c.home, "console.log"), "docker rm --force --volumes "+c.name+"; "+killChild,
		"sh", "-c", `docker start "$1" && exec docker wait "$1"`, "sh", c.name)
	return err
}

func (c *container) terminate(ctx context.Context) error {
	if err := docker(ctx, "stop", "--time", "60", c.name); err != nil {
		return err
	}
	return c.process.wait(ctx)
}

func (c *container) kill(ctx context.Context) error {
	if err := docker(ctx, "kill", c.name); err != nil && c.running() {
		return err
	}
	return c.process.wait(ctx)
}

func (c *container) pause() error  { return docker(context.Background(), "pause", c.name) }
func (c *container) resume() error { return docker(context.Background(), "unpause", c.name) }
func (c *container) running() bool { return c.process != nil && c.process.running() }

func (c *container) log() string {
	out, err := exec.Command("docker", "logs", "--tail", "20", c.name).CombinedOutput()
	if err != nil {
		return err.Error()
	}
	return tail(string(out), 1500)
}

func (c *container) remove() {
	if err := docker(context.Background(), "rm", "--force", "--volumes", c.name); err != nil {
		fmt.Fprintln(os.Stderr, "neo4jtest:", err)
	}
	if c.process != nil {
		_ = c.process.wait(context.Background())
	}
	os.RemoveAll(c.home)
}

// docker runs the client and returns what it said as the error.
func docker(ctx context.Context, args ...string) error {
	out, err := exec.CommandContext(ctx, "docker", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("docker %s: %w: %s", args[0], err, tail(strings.TrimSpace(string(out)), 300))
	}
	return nil
}
