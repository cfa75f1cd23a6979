//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a program that runs beside this one, with all that it starts.
type process struct {
	cmd    *exec.Cmd
	output string // a file
	ended  chan struct{}
	once   sync.Once
}

// start starts a program whose output goes into a file.
func start(output string, environ []string, name string, args ...string) (*process, error) {
	f, err := os.Create(output)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p := &process{cmd: exec.Command(name, args...), output: output, ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = f, f
	p.cmd.Env = append(os.Environ(), environ...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that end reaches what a script starts
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // how it ends is of no interest: it is ended, or something is missed
		close(p.ended)
	}()
	return p, nil
}

// end ends the program, and waits for it.
func (p *process) end() {
	p.once.Do(func() {
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM)
		select {
		case <-p.ended:
		case <-time.After(20 * time.Second):
		}
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.ended
	})
}

func (p *process) log() string {
	text, err := os.ReadFile(p.output)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// until asks for an address until it answers with 200.
func (p *process) until(ctx context.Context, address string) error {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-time.After(300 * time.Millisecond):
		case <-p.ended:
			return fmt.Errorf("%s has ended:\n%s", p.cmd.Path, p.log())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer (%w):\n%s", address, ctx.Err(), p.log())
		}
	}
}

// freeAddress is a port of loopback that nobody has at the moment.
func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// ask sends a request and reads the JSON of its answer into a value, nil for none. A status of 300 or more is an error.
func ask(ctx context.Context, method, address, bearer, contentType, body string, into any) (http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", contentType)
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if into != nil {
		err = json.Unmarshal(text, into)
	}
	if res.StatusCode >= 300 {
		return res.Header, &refused{res.StatusCode, string(text)}
	}
	return res.Header, err
}

// refused is an answer of a status that is no success.
type refused struct {
	status int
	text   string
}

func (r *refused) Error() string { return fmt.Sprintf("status %d: %.300s", r.status, r.text) }

// isCode says whether an error is a coded one of Lintu's.
func isCode(err error, code string) bool {
	var r *refused
	return errors.As(err, &r) && strings.Contains(r.text, `"code":"`+code+`"`)
}
