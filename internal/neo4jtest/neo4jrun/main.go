// Command neo4jrun starts the Neo4j that tests would get and keeps it until it is interrupted, for working by hand on
// a machine without containers. Its data is gone afterwards.
//
// With a command it lends servers to the test processes below that, and ends with it and its exit code:
//
//	go run ./internal/neo4jtest/neo4jrun go test ./...
//
// With -check it starts nothing: it prints which Neo4j tests would get, or a box on stderr that says why there is none;
// that is an error only if LINTU_REQUIRE_NEO4J is 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"lintu/internal/neo4jtest"
)

func main() {
	check := flag.Bool("check", false, "only say which Neo4j tests would get")
	servers := flag.Int("servers", min(runtime.GOMAXPROCS(0), 4), "how many servers a command gets; go test runs as many packages at once as there are processors")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch {
	case *check:
		os.Exit(probe(ctx))
	case flag.NArg() > 0:
		os.Exit(lend(ctx, *servers, flag.Args()))
	}
	if err := keep(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "neo4jrun:", err)
		os.Exit(1)
	}
}

func probe(ctx context.Context) int {
	source, err := neo4jtest.Probe(ctx)
	if err == nil {
		fmt.Println("Neo4j for tests:", source)
		return 0
	}
	fmt.Fprint(os.Stderr, neo4jtest.Box(err))
	if neo4jtest.Required() {
		return 1
	}
	return 0
}

func keep(ctx context.Context) error {
	server, err := neo4jtest.StartOwn(ctx, tell)
	if err != nil {
		return err
	}
	defer server.Close()
	fmt.Printf("uri      %s\nuser     %s\npassword %s\n", server.URI, server.User, server.Password)
	fmt.Fprintf(os.Stderr, "running as %s; an interrupt (Ctrl-C) ends it and deletes its data\n", server.Source)
	<-ctx.Done()
	return nil
}

// lend runs a command beside servers that it may use, and gives its exit code. Where there is no Neo4j, or one was given,
// the command runs without: its tests find out by themselves.
func lend(ctx context.Context, n int, command []string) int {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, 30*time.Second
	if os.Getenv("LINTU_TEST_NEO4J_URI") == "" {
		servers, setting, err := neo4jtest.Lend(ctx, n, tell)
		var unavailable *neo4jtest.Unavailable
		if err != nil && !errors.As(err, &unavailable) {
			fmt.Fprintln(os.Stderr, "neo4jrun:", err)
			return 1
		}
		for _, s := range servers {
			defer s.Close()
		}
		if setting != "" {
			cmd.Env = append(os.Environ(), setting)
		}
	}
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "neo4jrun:", err)
		return 1
	}
	return 0
}

func tell(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
