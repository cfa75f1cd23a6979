package term

import (
	"io"
	"os"
)

// Painter colours words, or leaves them as they are where colour is not wanted.
// Its zero value never colours.
type Painter struct{ on bool }

// NewPainter returns a Painter for w. It colours only on a terminal, and never when NO_COLOR holds
// anything (https://no-color.org) or TERM is "dumb".
func NewPainter(w io.Writer) Painter {
	return Painter{on: IsTerminal(w) && wantsColour(os.Getenv)}
}

func wantsColour(getenv func(string) string) bool {
	return getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}

func (p Painter) wrap(code, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// Bold marks a heading or an address worth clicking.
func (p Painter) Bold(s string) string { return p.wrap("1", s) }

// Dim marks what may be skipped.
func (p Painter) Dim(s string) string { return p.wrap("2", s) }

// Green marks success.
func (p Painter) Green(s string) string { return p.wrap("32", s) }

// Yellow marks a warning.
func (p Painter) Yellow(s string) string { return p.wrap("33", s) }

// Red marks a failure.
func (p Painter) Red(s string) string { return p.wrap("31", s) }
