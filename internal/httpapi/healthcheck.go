package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// ErrNotReady is wrapped by the error of Healthcheck when the server answers and is not ready.
var ErrNotReady = errors.New("the server is not ready")

// healthcheckLimit is how long Healthcheck waits in all; longer than the server takes to find out
// that its store is silent.
const healthcheckLimit = 3 * time.Second

// Healthcheck asks the server that was told to listen on addr whether it is ready, and returns nil
// when it is. A wildcard address is asked at loopback. A command that reports the result to a
// container engine exits with 0 on nil and 1 on an error, the only two codes engines define; the
// error is ErrNotReady, or says that nobody answers there.
func Healthcheck(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, healthcheckLimit)
	defer cancel()
	target, err := askedAt(addr)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+target+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("healthcheck of %s: %w", addr, err)
	}
	// No proxy: the question is about this machine, or one next to it.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("no server answers on %s: %w", target, err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusOK {
		return nil
	}
	var told Readiness
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil || json.Unmarshal(body, &told) != nil || res.StatusCode != http.StatusServiceUnavailable {
		return fmt.Errorf("%s does not answer as a Lintu server does: status %d", target, res.StatusCode)
	}
	if len(told.Reasons) > 0 {
		return fmt.Errorf("%w: %s", ErrNotReady, strings.Join(told.Reasons, "; "))
	}
	return ErrNotReady
}

func askedAt(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("healthcheck: the address %q is not host:port", addr)
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip.Is6() {
			host = "::1"
		}
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}
