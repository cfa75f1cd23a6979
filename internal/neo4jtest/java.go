//go:build linux || darwin

package neo4jtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// javaServer is Neo4j's own server class, run by a java of this machine.
type javaServer struct {
	home    string
	command []string
	process *process
}

// javaUsable says why startJava would not work, as far as that can be seen without starting anything.
func javaUsable(ctx context.Context) error {
	if _, err := java(ctx); err != nil {
		return err
	}
	if _, filled, err := jarFolder(); err != nil || filled {
		return err
	}
	if _, err := exec.LookPath("mvn"); err != nil {
		return errors.New("there is a java, but no Maven (mvn) to fetch Neo4j's jars with")
	}
	return nil
}

// startJava starts a server with a java and the jars of pom.xml.
func startJava(ctx context.Context, logf Logf) (*Server, error) {
	source := "java with the jars of Neo4j " + Version()
	binary, err := java(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	lib, err := jars(ctx, logf)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	conf, err := testSettings(address, address)
	if err != nil {
		return nil, err
	}
	home, err := newHome(conf)
	if err != nil {
		return nil, err
	}
	command := append([]string{binary}, conf.jvmArgs()...)
	command = append(command, "-cp", filepath.Join(lib, "*"), "org.neo4j.server.CommunityEntryPoint",
		"--home-dir="+home, "--config-dir="+filepath.Join(home, "conf"), "--console-mode")
	return begin(ctx, source, address, &javaServer{home: home, command: command})
}

// newHome makes a folder with conf/neo4j.conf for one server.
func newHome(conf settings) (string, error) {
	home, err := os.MkdirTemp("", "lintu-neo4j-*")
	if err != nil {
		return "", err
	}
	if err := os.Mkdir(filepath.Join(home, "conf"), 0o755); err != nil {
		return "", err
	}
	return home, os.WriteFile(filepath.Join(home, "conf", "neo4j.conf"), []byte(conf.String()), 0o644)
}

// freeAddress chooses a loopback port below those that systems give to outgoing connections: between this moment and
// the server's start, and while it is down in a fault test, nobody else gets it by chance.
func freeAddress() (string, error) {
	var last error
	for range 50 {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(20_000+rand.IntN(12_000)))
		listener, err := net.Listen("tcp", address)
		if err == nil {
			return address, listener.Close()
		}
		last = err
	}
	return "", fmt.Errorf("no free port: %w", last)
}

func (j *javaServer) start() (err error) {
	j.process, err = supervise(j.home, filepath.Join(j.home, "console.log"), killChild, j.command...)
	return err
}

func (j *javaServer) terminate(ctx context.Context) error {
	if err := j.process.signal(syscall.SIGTERM); err != nil {
		return err
	}
	return j.process.wait(ctx)
}

func (j *javaServer) kill(ctx context.Context) error {
	if err := j.process.signal(syscall.SIGKILL); err != nil {
		return err
	}
	return j.process.wait(ctx)
}

func (j *javaServer) pause() error  { return j.process.signal(syscall.SIGSTOP) }
func (j *javaServer) resume() error { return j.process.signal(syscall.SIGCONT) }
func (j *javaServer) running() bool { return j.process != nil && j.process.running() }

func (j *javaServer) log() string {
	text, err := os.ReadFile(filepath.Join(j.home, "console.log"))
	if err != nil {
		return err.Error()
	}
	return tail(string(text), 1500)
}

func (j *javaServer) remove() {
	if j.running() {
		if err := j.kill(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, "neo4jtest:", err)
		}
	}
	os.RemoveAll(j.home)
}
