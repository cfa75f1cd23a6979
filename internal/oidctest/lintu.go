//go:build unix

package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// lintu is a server with the village, which takes the tokens of an issuer.
type lintu struct {
	*process
	base  string
	token string // of the operator
}

func startLintu(ctx context.Context, dir, issuer string) (*lintu, error) {
	binary := filepath.Join(dir, "lintu")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w: %s", err, out)
	}
	addr, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	l := &lintu{base: "http://" + addr, token: rand.Text() + rand.Text()}
	secret := filepath.Join(dir, "token")
	if err := os.WriteFile(secret, []byte(l.token), 0o600); err != nil {
		return nil, err
	}
	l.process, err = start(filepath.Join(dir, "lintu.log"), []string{
		"LINTU_OIDC_ISSUER=" + issuer, "LINTU_OIDC_AUDIENCE=lintu", "LINTU_OIDC_ROLES_CLAIM=realm_access.roles", "LINTU_OIDC_ROLE_PREFIX=lintu-",
	}, binary, "demo", "--preset", "village", "--store", "sqlite:"+filepath.Join(dir, "village.db"), "--addr", addr, "--token-file", secret, "--log-level", "debug")
	if err != nil {
		return nil, err
	}
	if err := l.until(ctx, l.base+"/readyz"); err != nil {
		l.end()
		return nil, err
	}
	return l, nil
}

// grids are the ids of the grids that the holder of a token reads.
func (l *lintu) grids(ctx context.Context, token string) ([]string, error) {
	body, err := json.Marshal(map[string]string{"query": "{ grids(first: 100) { nodes { id } } }"})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Data struct {
			Grids struct{ Nodes []struct{ ID string } }
		}
		Errors []struct{ Message string }
	}
	if _, err := ask(ctx, http.MethodPost, l.base+"/graphql", token, "application/json", string(body), &answer); err != nil {
		return nil, err
	}
	if len(answer.Errors) > 0 {
		return nil, errors.New(answer.Errors[0].Message)
	}
	var ids []string
	for _, n := range answer.Data.Grids.Nodes {
		ids = append(ids, n.ID)
	}
	return ids, nil
}

// reads asserts that the holder of a token reads one grid. A key that was made within seconds may still be unknown.
func (l *lintu) reads(ctx context.Context, token, grid string) error {
	for range 20 {
		ids, err := l.grids(ctx, token)
		switch {
		case err == nil && slices.Equal(ids, []string{grid}):
			return nil
		case err == nil:
			return fmt.Errorf("it reads the grids %v", ids)
		case !isCode(err, "UNAUTHENTICATED"):
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errors.New("its token opens nothing")
}

// logged is a part of a credential that the log holds.
func (l *lintu) logged(credentials ...string) (string, bool) {
	log := l.log()
	for _, c := range credentials {
		for part := range strings.SplitSeq(c, ".") {
			if len(part) > 20 && strings.Contains(log, part) {
				return part, true
			}
		}
	}
	return "", false
}
