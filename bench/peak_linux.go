package bench

import (
	"os"
	"syscall"
	"time"
)

// peakOf is the most memory that a process which has ended held, in MB of 10^6 bytes.
func peakOf(s *os.ProcessState) float64 {
	if usage, ok := s.SysUsage().(*syscall.Rusage); ok {
		return float64(usage.Maxrss) * 1024 / 1e6 // Linux counts in kB
	}
	return 0
}

// processorTime is the processor time that this process has had.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
