//go:build linux || darwin

package neo4jtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// script runs a command and ends it when standard input closes, that is when the test process is gone or lets go.
// Arguments: a folder to remove then, a file for the command's output, what to do to end the command, the command.
// It prints the command's process id. The watcher stops heeding SIGTERM before it ends the command, because the
// command's end makes the script end the watcher, which still has to remove the folder.
const script = `
folder=$1 output=$2 end=$3
shift 3
exec 3<&0
"$@" </dev/null >>"$output" 2>&1 3<&- &
child=$!
(
	read -r line <&3
	trap '' TERM
	eval "$end"
	while kill -0 "$child" 2>/dev/null; do sleep 0.1; done
	rm -rf -- "$folder"
) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
echo "$child"
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`

// killChild is the way to end a supervised command that is an ordinary process.
const killChild = `kill -9 "$child"`

// process is a command that does not outlive the test process.
type process struct {
	pid    int           // of the command itself
	ended  chan struct{} // closed when the command has ended
	leash  io.Closer     // the pipe that the script reads
	status error         // how it ended; read it after ended
}

// supervise starts the command in a process group of its own, so that an interrupt from the terminal reaches the test
// process alone and the script decides. folder is removed if the test process is gone before the command ended.
func supervise(folder, output, end string, command ...string) (*process, error) {
	cmd := exec.Command("sh", append([]string{"-c", script, "neo4jtest", folder, output, end}, command...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	leash, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, readErr := bufio.NewReader(stdout).ReadString('\n')
	p := &process{ended: make(chan struct{}), leash: leash}
	go func() {
		p.status = cmd.Wait()
		close(p.ended)
	}()
	if p.pid, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
		leash.Close()
		return nil, fmt.Errorf("starting %s: %w", command[0], errors.Join(readErr, err))
	}
	return p, nil
}

// running says whether the command has not ended yet.
func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// signal sends a signal to the command; one that has ended is no error.
func (p *process) signal(sig syscall.Signal) error {
	if !p.running() {
		return nil
	}
	if err := syscall.Kill(p.pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("signal %v to process %d: %w", sig, p.pid, err)
	}
	return nil
}

// wait waits until the command has ended.
func (p *process) wait(ctx context.Context) error {
	select {
	case <-p.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("process %d has not ended: %w", p.pid, context.Cause(ctx))
	}
}

// lock takes the lock of the first of some files that is free, and waits for one until ctx ends. It is given back by
// unlock, and by the system when the process ends, however it ends.
func lock(ctx context.Context, paths ...string) (which int, unlock func(), err error) {
	for {
		for i, path := range paths {
			if unlock, err := tryLock(path); unlock != nil || err != nil {
				return i, unlock, err
			}
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return 0, nil, fmt.Errorf("waiting for the lock %s: %w", strings.Join(paths, ", "), context.Cause(ctx))
		}
	}
}

// tryLock takes the lock of a file; nil and no error: another has it.
func tryLock(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return func() { file.Close() }, nil
	}
	file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return nil, nil
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}
