//go:build !unix

package spatial

import "time"

var began = time.Now()

// processor is, where the system does not tell the time of processors, that of the clock.
func processor() time.Duration { return time.Since(began) }
