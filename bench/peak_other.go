//go:build !linux

package bench

import (
	"os"
	"time"
)

// peakOf is not known on this system.
func peakOf(*os.ProcessState) float64 { return 0 }

// processorTime is not known on this system.
func processorTime() time.Duration { return 0 }
