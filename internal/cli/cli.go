// Package cli is the command line of Lintu: what each command is called, what it prints, how it ends, and the life of
// a server from listening to its orderly end. It opens stores only through the function it is given, so that it
// imports no engine.
//
// A server listens first and then opens its store, so that it is alive at once and can say why it is not ready yet.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lintu/internal/config"
	"lintu/store"
)

// The codes that a command ends with.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // the command line or the settings are wrong
)

const about = `Lintu 邻图 answers who is responsible for whom, who is near whom, and where nobody is:
a GraphQL knowledge graph of organizations, people and places for community governance.

Start with "lintu demo": it makes a synthetic town and opens it in a playground.`

const exitCodes = `

Exit codes: 0 done, or ended as asked; 1 failed; 2 the command line or a setting is wrong.`

// Program is what the commands need from outside.
type Program struct {
	// Open opens the store that the settings name and brings its schema up to date; it is the one place that knows
	// the engines.
	Open func(ctx context.Context, opening Opening) (store.Store, error)

	Args    []string // without the program's name
	Environ []string // as os.Environ gives it
	Stdout  io.Writer
	Stderr  io.Writer

	Now func() time.Time // the clock that doorbells go by; nil: that of the machine, as always but in tests
}

// Run executes one command and returns the code to exit with. The command ends in an orderly way when ctx does.
func (p Program) Run(ctx context.Context) int {
	root := p.root()
	root.SetArgs(p.Args)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(p.Stderr, "lintu: %s\n", strings.TrimSpace(err.Error()))
	var failed *failure
	if errors.As(err, &failed) {
		return failed.code
	}
	// Whatever does not come from a command is cobra's opinion on what was typed.
	fmt.Fprintf(p.Stderr, "Help: %s --help\n", command.CommandPath())
	return exitUsage
}

func (p Program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "lintu",
		Short:         "Lintu 邻图: who is responsible for whom, who is near whom, and where nobody is",
		Long:          about + exitCodes,
		Example:       "  lintu demo                        a synthetic town, served at once\n  lintu serve --store sqlite:my.db  your own data",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		p.demoCommand(), p.serveCommand(), p.coverageCommand(), p.adviceCommand(), p.measureCommand(), p.drillCommand(), p.keyCommand(), p.auditCommand(), p.personCommand(), p.retainCommand(),
		p.importCommand(), p.exportCommand(), p.healthcheckCommand(), p.versionCommand(),
	)
	return root
}

// failure is the error of a command, as opposed to one of the command line.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// command makes a cobra command's body of do: its errors are failures, bad settings and bad usage apart.
func command(do func(cmd *cobra.Command) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		err := do(cmd)
		var invalid *config.Invalid
		var failed *failure
		switch {
		case err == nil:
			return nil
		case errors.As(err, &failed):
			return err
		case errors.As(err, &invalid):
			return &failure{exitUsage, err}
		}
		return &failure{exitFailed, err}
	}
}

// badUsage is an error that ends the program with exitUsage.
func badUsage(format string, args ...any) error {
	return &failure{exitUsage, fmt.Errorf(format, args...)}
}

// settings loads and validates the settings of a command, and tells what is probably not meant.
func (p Program) settings(cmd *cobra.Command) (*config.Config, error) {
	c, err := config.Load(cmd.Flags(), p.Environ)
	if err != nil {
		return nil, &failure{exitUsage, err}
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	for _, warning := range c.Warnings {
		fmt.Fprintf(p.Stderr, "warning: %s\n", warning)
	}
	return c, nil
}
