package cli

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lintu/internal/config"
	"lintu/kg"
	"lintu/store"
)

func (p Program) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve a store 启动服务",
		Long: `Serves the graph of a store over GraphQL, with a playground in the browser. A store that is new is made and served
empty; one of an older version is brought up to date; one of a newer version is refused. While a store cannot be
reached the server stays alive, says so on /readyz, and goes on by itself when the store is back.

Each setting is a flag, an environment variable (in brackets below) or a line of the file that --config names; flags
win over the environment, the environment over the file. All are printed at the start, secrets hidden.

  /graphql      questions                 /healthz   alive?
  /playground   a page to ask them        /readyz    ready? and if not, why` + exitCodes,
		Example: `  lintu serve
  lintu serve --store sqlite:data/town.db --addr 127.0.0.1:9090
  LINTU_STORE_PASSWORD_FILE=password lintu serve --store neo4j://127.0.0.1:7687 --store-user neo4j
  lintu serve --addr 0.0.0.0:8080 --token-file token     (any address but loopback needs a token)`,
		Args: cobra.NoArgs,
	}
	config.AddFlags(cmd.Flags())
	cmd.RunE = command(func(cmd *cobra.Command) error { return p.serve(cmd) })
	return cmd
}

func (p Program) serve(cmd *cobra.Command) error {
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	if err := cfg.Print(p.Stdout); err != nil {
		return err
	}
	s, err := newService(p, cfg)
	if err != nil {
		return err
	}
	return s.run(cmd.Context(), s.openPatiently, func(_ context.Context, addr net.Addr) error {
		s.log.Info("ready", "graphql", "http://"+addr.String()+"/graphql")
		return nil
	})
}

// opening is how the store of the settings is opened.
func (s *service) opening() Opening {
	return Opening{Store: s.cfg.Store, Timeout: s.cfg.OperationTimeout, Logger: s.log}
}

// openPatiently opens the store, however long it is away, and waits until it holds a whole graph.
func (s *service) openPatiently(ctx context.Context) (store.Store, error) {
	if s.cfg.Store.Engine == config.SQLite {
		if err := os.MkdirAll(filepath.Dir(s.cfg.Store.Path), 0o755); err != nil {
			return nil, err
		}
	}
	var st store.Store
	err := s.patiently(ctx, "opening the store", func(ctx context.Context) (err error) {
		st, err = s.open(ctx, s.opening())
		if errors.Is(err, kg.ErrInvalid) {
			return &failure{exitUsage, err}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.adopt(st)
	return st, s.patiently(ctx, "waiting for the store", func(ctx context.Context) error {
		status, err := st.Ready(ctx)
		if err == nil && status.State != store.StateReady {
			err = errHalf
		}
		return err
	})
}
