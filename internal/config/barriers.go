package config

import (
	"fmt"
	"io"
	"os"

	"lintu/reach/barrier"
)

// maxBarriers bounds the file of barriers in bytes; the rivers, railways and motorways of a province are less.
const maxBarriers = 64 << 20

// readBarriers reads the file and warns of crossings in it that open nothing.
func readBarriers(c *Config, path string) error {
	c.Barriers = nil
	if path == "" {
		return nil
	}
	const instead = "write the path of a GeoJSON file of lines and crossings, or leave it out"
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("names a file that cannot be read (%s): %s", reason(err), instead)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxBarriers+1))
	if err != nil {
		return fmt.Errorf("names a file that cannot be read (%s): %s", reason(err), instead)
	}
	if len(raw) > maxBarriers {
		return fmt.Errorf("names a file of more than %d MiB: leave out what is far from the site", maxBarriers>>20)
	}
	set, err := barrier.Parse(raw)
	if err != nil {
		return fmt.Errorf("names a file that cannot be used: %w", err)
	}
	for _, w := range set.Warnings() {
		c.warn("%s: %s", c.sayName("barriers"), w)
	}
	c.Barriers = set
	return nil
}
