//go:build unix

// Command oidctest shows to a real OpenID Connect provider that Lintu takes its tokens: make test-oidc.
//
// It fetches Keycloak with Maven, once, starts it and a Lintu with the village on loopback, makes a realm, a client and a user with
// roles and areas, and asks as that user. What must hold is a line each; the first that does not ends it with 1. Java 17 and
// Maven are needed, and half a gigabyte of memory for a minute.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// patience ends a check that hangs.
const patience = 10 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, patience)
	err := check(ctx)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "test-oidc:", err)
		os.Exit(1)
	}
}

func check(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "lintu-oidc-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	kc, err := startKeycloak(ctx, dir)
	if err != nil {
		return err
	}
	defer kc.end()
	if err := kc.makeRealm(ctx); err != nil {
		return fmt.Errorf("the realm: %w", err)
	}
	l, err := startLintu(ctx, dir, kc.issuer())
	if err != nil {
		return err
	}
	defer func() {
		l.end()
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s", l.log())
		}
	}()
	return rehearse(ctx, kc, l)
}

// rehearse is what must hold between the two.
func rehearse(ctx context.Context, kc *keycloak, l *lintu) error {
	grids, err := l.grids(ctx, l.token)
	if err != nil || len(grids) < 2 {
		return fmt.Errorf("the operator reads %v: %w", grids, err)
	}
	say("the operator reads %d grids", len(grids))
	if err := kc.makeUser(ctx, "worker", "lintu-grid-worker", grids[0]); err != nil {
		return fmt.Errorf("the user: %w", err)
	}
	if err := kc.makeUser(ctx, "stranger", "", grids[0]); err != nil {
		return fmt.Errorf("the stranger: %w", err)
	}
	worker, err := kc.tokenOf(ctx, "worker")
	if err != nil {
		return err
	}
	if err := l.reads(ctx, worker, grids[0]); err != nil {
		return fmt.Errorf("the grid worker: %w", err)
	}
	say("a grid worker of Keycloak reads the one grid of the claim")
	stranger, err := kc.tokenOf(ctx, "stranger")
	if err != nil {
		return err
	}
	for _, c := range []struct{ what, token, code string }{
		{"no token", "", "UNAUTHENTICATED"}, {"a token of another realm", kc.admin, "UNAUTHENTICATED"}, {"a token without a role", stranger, "FORBIDDEN"},
		{"a token that was changed", worker[:len(worker)-8] + "AAAAAAAA", "UNAUTHENTICATED"},
	} {
		if _, err := l.grids(ctx, c.token); !isCode(err, c.code) {
			return fmt.Errorf("%s: %w, want %s", c.what, err, c.code)
		}
		say("%s is %s", c.what, c.code)
	}
	if err := kc.rotate(ctx); err != nil {
		return fmt.Errorf("the rotation: %w", err)
	}
	rotated, err := kc.tokenOf(ctx, "worker")
	if err != nil {
		return err
	}
	if keyName(rotated) == keyName(worker) {
		return fmt.Errorf("the same key signs after its rotation")
	}
	for _, token := range []string{rotated, worker} {
		if err := l.reads(ctx, token, grids[0]); err != nil {
			return fmt.Errorf("after the rotation: %w", err)
		}
	}
	say("after a rotation a token by the new key is taken, and one by the old key still is")
	kc.end()
	if err := l.reads(ctx, rotated, grids[0]); err != nil {
		return fmt.Errorf("without Keycloak: %w", err)
	}
	say("with Keycloak ended, known keys go on")
	if secret, ok := l.logged(worker, rotated, stranger, l.token); ok {
		return fmt.Errorf("the log holds a part of a credential; it begins with %.12s", secret)
	}
	say("Lintu's log holds no part of a credential")
	return nil
}

func say(format string, args ...any) { fmt.Printf("ok  "+format+"\n", args...) }

// cache is where Keycloak is kept between two runs.
func cache() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "lintu")
	return dir, os.MkdirAll(dir, 0o755)
}
