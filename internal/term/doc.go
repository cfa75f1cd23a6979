// Package term writes what a person at a terminal reads: progress, aligned tables and a little colour.
//
// Output that is not a terminal (a pipe, a log file, a container's log) gets plain lines without
// control characters, few enough to be read afterwards.
package term

import (
	"io"
	"os"

	"github.com/mattn/go-isatty"
)

// IsTerminal tells whether w is an open terminal. Anything that is not an *os.File is not one.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}
