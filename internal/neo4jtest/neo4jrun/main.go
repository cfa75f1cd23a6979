// Command neo4jrun starts the Neo4j that tests would get and keeps it until it is interrupted, for working by hand on
// a machine without containers. Its data is gone afterwards. With -check it starts nothing: it prints which Neo4j
// tests would get, or a box on stderr that says why there is none; that is an error only if LINTU_REQUIRE_NEO4J is 1.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"lintu/internal/neo4jtest"
)

func main() {
	check := flag.Bool("check", false, "only say which Neo4j tests would get")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if *check {
		os.Exit(probe(ctx))
	}
	if err := run(ctx); err != nil {
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

func run(ctx context.Context) error {
	server, err := neo4jtest.StartOwn(ctx, func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	})
	if err != nil {
		return err
	}
	defer server.Close()
	fmt.Printf("uri      %s\nuser     %s\npassword %s\n", server.URI, server.User, server.Password)
	fmt.Fprintf(os.Stderr, "running as %s; an interrupt (Ctrl-C) ends it and deletes its data\n", server.Source)
	<-ctx.Done()
	return nil
}
