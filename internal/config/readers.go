package config

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zone is known on a machine without time zones, too

	"github.com/dustin/go-humanize"
)

const (
	minOperation = 100 * time.Millisecond
	maxOperation = 5 * time.Minute
	maxGrace     = 5 * time.Minute
	minBody      = 1 << 10
	maxBody      = 16 << 20
	minElderAge  = 50
	maxElderAge  = 100
)

func readAddr(c *Config, text string) error {
	c.Addr = ""
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return fmt.Errorf("is not host:port: write %s", addrInstead(text))
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > math.MaxUint16 {
		return errors.New("has no port between 0 and 65535: write for example 127.0.0.1:8080")
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || strings.ContainsRune(`/\@*`, r) }) {
		return errors.New("has no host name or IP address in front of its port: write for example 127.0.0.1:8080")
	}
	c.Addr = text
	return nil
}

func addrInstead(text string) string {
	if _, err := strconv.ParseUint(text, 10, 16); err == nil {
		return "127.0.0.1:" + text
	}
	if ip, err := netip.ParseAddr(text); err == nil {
		return netip.AddrPortFrom(ip, 8080).String()
	}
	return "for example 127.0.0.1:8080, or [::1]:8080 for IPv6"
}

func readOrigins(c *Config, text string) error {
	c.CORSOrigins = nil
	for item := range strings.SplitSeq(text, ",") {
		item = strings.ToLower(strings.TrimSpace(item))
		if item == "" {
			continue
		}
		if strings.Contains(item, "*") {
			return errors.New("has a wildcard, which would let any page call the API: write each origin in full, as https://desk.example.cn")
		}
		u, err := url.Parse(item)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return errors.New("has an item that is not an origin: write scheme, host and port only, as https://desk.example.cn or http://127.0.0.1:5173")
		}
		if exact := u.Scheme + "://" + u.Host; exact != item {
			return fmt.Errorf("has an item with more than an origin: write %s", exact)
		}
		c.CORSOrigins = append(c.CORSOrigins, item)
	}
	return nil
}

// readPublicURL reads the address that links in messages begin with.
func readPublicURL(c *Config, text string) error {
	c.PublicURL = ""
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return errors.New("is not the address of a server: write scheme and host, as https://lintu.example.cn")
	}
	c.PublicURL = strings.TrimRight(text, "/")
	return nil
}

// readMetricsAddr reads where metrics are served.
func readMetricsAddr(c *Config, text string) error {
	c.MetricsAddr = ""
	if text == "" {
		return nil
	}
	public := c.Addr
	err := readAddr(c, text)
	c.MetricsAddr, c.Addr = c.Addr, public
	if err == nil && !isLoopback(text) {
		c.warn("metrics are shown without a token to whoever reaches %s: keep it inside", text)
	}
	return err
}

// readNotify reads who hands messages over.
func readNotify(c *Config, text string) error {
	c.Notify.Form, c.Notify.Address = "", ""
	if text == "log" {
		return nil
	}
	form, address, _ := strings.Cut(text, ":")
	u, err := url.Parse(address)
	if !slices.Contains([]string{"signed", "wecom", "dingtalk"}, form) || err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("names nobody: write log, or a form and an address, as signed:http://127.0.0.1:9000/messages")
	}
	if !isLoopback(net.JoinHostPort(u.Hostname(), "0")) {
		return errors.New("names a receiver on another machine: until it is decided who may see what, only drills exist, and messages go to this machine alone: write log")
	}
	c.Notify.Form, c.Notify.Address = form, address
	return nil
}

func readSwitch(field func(c *Config) *bool) func(*Config, string) error {
	return func(c *Config, text string) error {
		switch strings.ToLower(text) {
		case "true", "on":
			*field(c) = true
		case "false", "off":
			*field(c) = false
		default:
			return errors.New("is neither on nor off: write true or false")
		}
		return nil
	}
}

func readDuration(low, high time.Duration, field func(c *Config) *time.Duration) func(*Config, string) error {
	return func(c *Config, text string) error {
		d, err := time.ParseDuration(text)
		if err != nil {
			instead := "10s"
			if _, err := strconv.ParseUint(text, 10, 16); err == nil {
				instead = text + "s"
			}
			return fmt.Errorf("is not a duration: write a number with a unit, for example %s", instead)
		}
		if d < low || d > high {
			return fmt.Errorf("is out of range: write a duration from %s to %s", low, high)
		}
		*field(c) = d
		return nil
	}
}

func readZone(c *Config, text string) error {
	// "Local" and "" would be whatever the machine is set to: the same question, two answers.
	if text != "" && !strings.EqualFold(text, "local") {
		if zone, err := time.LoadLocation(text); err == nil {
			c.Zone = zone
			return nil
		}
	}
	return errors.New("is not an IANA time zone: write for example Asia/Shanghai or UTC")
}

func readElderAge(c *Config, text string) error {
	age, err := strconv.Atoi(text)
	if err != nil || age < minElderAge || age > maxElderAge {
		return fmt.Errorf("is not an age: write whole years from %d to %d, for example 60", minElderAge, maxElderAge)
	}
	c.ElderAge = age
	return nil
}

func readBodyLimit(c *Config, text string) error {
	n, err := humanize.ParseBytes(text)
	if err != nil || n < minBody || n > maxBody {
		return fmt.Errorf("is not a size from %s to %s: write for example 256KiB", humanize.IBytes(minBody), humanize.IBytes(maxBody))
	}
	c.BodyLimit = int64(n)
	return nil
}

func readLogLevel(c *Config, text string) error {
	switch text {
	case "debug":
		c.LogLevel = slog.LevelDebug
	case "info":
		c.LogLevel = slog.LevelInfo
	case "warn":
		c.LogLevel = slog.LevelWarn
	case "error":
		c.LogLevel = slog.LevelError
	default:
		return errors.New("is not a level: write debug, info, warn or error")
	}
	return nil
}

func readLogFormat(c *Config, text string) error {
	if text != "text" && text != "json" {
		return errors.New("is not a log format: write text or json")
	}
	c.LogFormat = text
	return nil
}
