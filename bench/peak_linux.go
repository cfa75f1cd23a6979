package bench

import (
	"os"
	"syscall"
)

// peakOf is the most memory that a process which has ended held, in MB of 10^6 bytes.
func peakOf(s *os.ProcessState) float64 {
	if usage, ok := s.SysUsage().(*syscall.Rusage); ok {
		return float64(usage.Maxrss) * 1024 / 1e6 // Linux counts in kB
	}
	return 0
}
