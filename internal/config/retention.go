package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// readRetention reads how long classes are kept as name=period, separated by commas or spaces; a period is days as 90d or
// hours as 24h. Which classes there are, and how long the law lets them be kept, package retain says.
func readRetention(c *Config, text string) error {
	c.Retention = nil
	for _, item := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		name, value, found := strings.Cut(item, "=")
		if !found || value == "" {
			return fmt.Errorf("has %q without a period: write for example rings=90d,presence=24h", item)
		}
		unit := map[byte]time.Duration{'d': 24 * time.Hour, 'h': time.Hour}[value[len(value)-1]]
		n, err := strconv.Atoi(value[:len(value)-1])
		if unit == 0 || err != nil || n < 1 || n > 100000 {
			return fmt.Errorf("has %s, which is not a period: write days as 90d or hours as 24h", item)
		}
		if _, twice := c.Retention[name]; twice {
			return fmt.Errorf("has %s twice", name)
		}
		if c.Retention == nil {
			c.Retention = map[string]time.Duration{}
		}
		c.Retention[name] = time.Duration(n) * unit
	}
	return nil
}

// readTimeOfDay reads a local time as hh:mm, the time after the beginning of the day; nil where it is empty.
func readTimeOfDay(field func(*Config) **time.Duration) func(*Config, string) error {
	return func(c *Config, text string) error {
		*field(c) = nil
		if text == "" {
			return nil
		}
		at, err := time.Parse("15:04", text)
		if err != nil {
			return fmt.Errorf("is not a time of the day: write for example 03:00, or leave it out")
		}
		after := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
		*field(c) = &after
		return nil
	}
}
