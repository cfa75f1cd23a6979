package bench

import (
	"context"
	"net"
	"net/http"
	"time"

	"lintu/bench/floor"
	"lintu/reach"
)

// ServeFloor serves the floor over a store on an address until ctx ends; /readyz says when it is ready.
func ServeFloor(ctx context.Context, p Place, addr string) error {
	st, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	read, err := p.Floor(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = read.Close() }()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return err
	}
	near := reach.New(reach.Options{Store: st, Location: zone})
	if err := near.Start(ctx); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", floor.Handler(read, near, zone))
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return server.Close()
	}
}
