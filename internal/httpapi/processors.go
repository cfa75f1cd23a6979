package httpapi

import (
	"os"
	"runtime"
)

// Processors lets Go run as many threads of a server again as the machine has processors, until undo is called. A thread that
// waits for the disk keeps its place for some 20 to 100 microseconds until the runtime gives it to another; where each answer
// waits for a sync, with one processor or two, that is a good part of the time. Whoever sets GOMAXPROCS decides.
func Processors() (undo func()) {
	if os.Getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	before := runtime.GOMAXPROCS(2 * runtime.GOMAXPROCS(0))
	return func() { runtime.GOMAXPROCS(before) }
}
