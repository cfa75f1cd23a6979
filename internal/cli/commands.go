package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"lintu/internal/config"
	"lintu/internal/httpapi"
)

func (p Program) healthcheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a running server whether it is ready 健康检查",
		Long: `Asks the server that listens on --addr whether it is ready to answer questions. For container engines
and scripts: it prints nothing but the reason why not.

Exit codes: 0 ready; 1 not ready, or nobody answers; 2 the command line or the address is wrong.`,
		Example: "  lintu healthcheck\n  lintu healthcheck --addr 127.0.0.1:9090",
		Args:    cobra.NoArgs,
		RunE: command(func(cmd *cobra.Command) error {
			addr, err := p.askedAddress(cmd)
			if err != nil {
				return err
			}
			return httpapi.Healthcheck(cmd.Context(), addr)
		}),
	}
	config.AddFlags(cmd.Flags(), "addr")
	return cmd
}

// askedAddress is where the server was told to listen. The other settings are the server's business: asking one that
// listens on every address needs no token, and no store.
func (p Program) askedAddress(cmd *cobra.Command) (string, error) {
	c, err := config.Load(cmd.Flags(), p.Environ)
	if err != nil {
		return "", &failure{exitUsage, err}
	}
	if err := c.Validate(); err != nil && c.Addr == "" { // it is set when the address itself is good
		return "", fmt.Errorf("healthcheck: %w", err)
	}
	return c.Addr, nil
}

func (p Program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version 版本",
		Long:    "Prints one line: the version, the Go release it was built with, and the platform.",
		Example: "  lintu version",
		Args:    cobra.NoArgs,
		RunE: command(func(*cobra.Command) error {
			_, err := fmt.Fprintln(p.Stdout, version())
			return err
		}),
	}
}

// version is what the build knows of itself: a release's number, else the commit, else "(devel)".
func version() string {
	number, commit := "(devel)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			number = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				commit = " " + s.Value[:12]
			}
		}
	}
	return fmt.Sprintf("lintu %s%s %s %s/%s", number, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
