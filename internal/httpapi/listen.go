package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/signal"
	"syscall"
)

// Listen opens addr (host:port). Its error says in plain words what is wrong and which setting to change.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err == nil {
		return ln, nil
	}
	host, port, _ := net.SplitHostPort(addr)
	if host == "" {
		host = "every address"
	}
	var advice string
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		advice = fmt.Sprintf("port %s on %s is taken by another program: end that one, or choose another port with --addr or LINTU_ADDR", port, host)
	case errors.Is(err, syscall.EACCES):
		advice = fmt.Sprintf("port %s on %s may not be used by this user: choose one of 1024 or more with --addr or LINTU_ADDR", port, host)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		advice = fmt.Sprintf("%s is no address of this machine: choose another with --addr or LINTU_ADDR", host)
	default:
		advice = fmt.Sprintf("cannot listen on %s: choose another address with --addr or LINTU_ADDR", addr)
	}
	return nil, fmt.Errorf("%s (%w)", advice, err)
}

// Signals returns a context that ends at the first SIGINT or SIGTERM. The signals then have their
// usual meaning again, so that a second one ends the process at once.
func Signals(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(parent, syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
