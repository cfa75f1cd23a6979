package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// process is a server in a process of its own.
type process struct {
	Addr  string
	Ready time.Duration // from its start until it was ready
	cmd   *exec.Cmd
	log   *os.File
	ended chan struct{} // closed when it is gone
	err   error         // with which it ended
}

// readyLimit bounds the start of a server: a snapshot of a large town on a busy machine.
const readyLimit = 5 * time.Minute

// start runs a server on a free loopback port, given by --addr, and returns when /readyz says that it is ready.
func start(ctx context.Context, logFile, binary string, args ...string) (*process, error) {
	addr, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	p := &process{Addr: addr}
	if p.log, err = os.Create(logFile); err != nil {
		return nil, err
	}
	p.cmd = exec.CommandContext(ctx, binary, append(args, "--addr", addr)...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(os.Interrupt) }
	p.cmd.WaitDelay = 30 * time.Second
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(err, p.log.Close())
	}
	p.ended = make(chan struct{})
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	for {
		select {
		case <-p.ended:
			said, _ := os.ReadFile(logFile)
			return nil, fmt.Errorf("%s %s ended before it was ready: %w\n%s", filepath.Base(binary), strings.Join(args, " "), p.err, said)
		case <-time.After(20 * time.Millisecond):
		}
		if isReady(ctx, addr) {
			p.Ready = time.Since(began)
			return p, nil
		}
		if time.Since(began) > readyLimit {
			p.stop()
			return nil, fmt.Errorf("%s was not ready within %v", filepath.Base(binary), readyLimit)
		}
	}
}

func isReady(ctx context.Context, addr string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// stop ends the process and waits until it is gone.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(os.Interrupt)
	select {
	case <-p.ended:
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
	_ = p.log.Close()
}

// peakMemory is the most memory that the process held, in MB of 10^6 bytes; 0 where the system does not tell.
func (p *process) peakMemory() float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb * 1024 / 1e6
		}
	}
	return 0
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
