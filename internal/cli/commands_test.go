package cli_test

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lintu/internal/cli"
	"lintu/internal/cli/clitest"
	"lintu/store"
)

// program is the command line over a given way to open stores.
func program(open func(context.Context, cli.Opening) (store.Store, error)) clitest.Run {
	return func(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
		return cli.Program{Open: open, Args: args, Environ: environ, Stdout: stdout, Stderr: stderr}.Run(ctx)
	}
}

// noStore is a program that must not come so far as to open a store.
func noStore(t *testing.T) clitest.Run {
	return program(func(context.Context, cli.Opening) (store.Store, error) {
		t.Error("a store was opened")
		return nil, context.Canceled
	})
}

func secretFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWithoutArgumentsTheHelpIsShown(t *testing.T) {
	code, out, _ := clitest.Once(t, noStore(t), nil)
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"demo", "serve", "healthcheck", "version", "Exit codes:", "lintu demo", "邻图"} {
		if !strings.Contains(out, want) {
			t.Errorf("the help does not hold %q:\n%s", want, out)
		}
	}
}

func TestEveryCommandHasHelpWithExamplesAndExitCodes(t *testing.T) {
	for _, name := range []string{"demo", "serve", "measure", "healthcheck"} {
		code, out, _ := clitest.Once(t, noStore(t), nil, name, "--help")
		if code != 0 || !strings.Contains(out, "Examples:\n  lintu "+name) || !strings.Contains(out, "Exit codes:") {
			t.Errorf("%s --help: exit code %d\n%s", name, code, out)
		}
	}
	_, out, _ := clitest.Once(t, noStore(t), nil, "demo", "--help")
	for _, want := range []string{`(default "city")`, "(default 1)", "sqlite:data/demo.db", "127.0.0.1:8080", "  village  ", "  district "} {
		if !strings.Contains(out, want) {
			t.Errorf("the help of demo does not hold %q:\n%s", want, out)
		}
	}
}

func TestWrongCommandLinesExitWithTwoAndSayWhatToWrite(t *testing.T) {
	for line, want := range map[string]string{
		"serv":                        "serve",
		"serve now":                   `unknown command "now"`,
		"serve --stor x":              "--stor",
		"demo --seed many":            "many",
		"demo --preset metropolis":    " or district",
		"serve --config no-such.yaml": "there is no such file",
		"serve --addr 8080":           "write 127.0.0.1:8080",
		"healthcheck --addr 8080":     "write 127.0.0.1:8080",
	} {
		code, _, errs := clitest.Once(t, noStore(t), nil, strings.Fields(line)...)
		if code != 2 || !strings.HasPrefix(errs, "lintu: ") || !strings.Contains(errs, want) {
			t.Errorf("lintu %s: exit code %d, want 2 and %q in\n%s", line, code, want, errs)
		}
	}
}

func TestVersionIsOneLine(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"--version"}} {
		code, out, _ := clitest.Once(t, noStore(t), nil, args...)
		if code != 0 || !strings.HasPrefix(out, "lintu ") || strings.Count(out, "\n") != 1 {
			t.Errorf("%v: exit code %d, %q", args, code, out)
		}
	}
}

func TestAnAddressForOthersWithoutATokenIsRefusedWithAdvice(t *testing.T) {
	for _, command := range []string{"serve", "demo"} {
		for _, addr := range []string{"0.0.0.0:8080", ":8080", "192.0.2.1:8080"} {
			code, _, errs := clitest.Once(t, noStore(t), nil, command, "--addr", addr)
			if code != 2 || !strings.Contains(errs, "LINTU_TOKEN_FILE") || !strings.Contains(errs, "127.0.0.1:8080") {
				t.Errorf("%s --addr %s: exit code %d\n%s", command, addr, code, errs)
			}
		}
	}
}

func TestATakenPortFailsWithAdviceBeforeTheStoreIsTouched(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	for _, command := range []string{"serve", "demo"} {
		code, _, errs := clitest.Once(t, noStore(t), nil, command, "--addr", ln.Addr().String())
		if code != 1 || !strings.Contains(errs, "is taken by another program") {
			t.Errorf("%s: exit code %d\n%s", command, code, errs)
		}
	}
}

func TestHealthcheckTellsAServerThatIsNotThere(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	code, _, errs := clitest.Once(t, noStore(t), []string{"LINTU_ADDR=" + addr}, "healthcheck")
	if code != 1 || !strings.Contains(errs, "no server answers on "+addr) {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

func TestHealthcheckOfAServerOnEveryAddressNeedsNoToken(t *testing.T) {
	code, _, errs := clitest.Once(t, noStore(t), []string{"LINTU_ADDR=0.0.0.0:1"}, "healthcheck")
	if code != 1 || !strings.Contains(errs, "no server answers on 127.0.0.1:1") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}
