//go:build linux || darwin

package stack

import (
	"errors"
	"os"
	"syscall"
)

// checkPlatform is nil where the lab can keep its promise to leave nothing behind.
func checkPlatform() error { return nil }

func pause(p *os.Process) error  { return p.Signal(syscall.SIGSTOP) }
func resume(p *os.Process) error { return p.Signal(syscall.SIGCONT) }
func end(p *os.Process) error    { return p.Signal(syscall.SIGTERM) }

// Apart keeps a terminal's signals, such as Ctrl-C, away from a process: those that it is for the lab to end, and the watchdog,
// which outlives the lab.
func Apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// endGroup ends whatever is left of the group of a process that is gone.
func endGroup(leader int) { _ = syscall.Kill(-leader, syscall.SIGKILL) } // the only error left is that there is nobody

// tryLock takes the exclusive lock of an open file, or says false when somebody else has it. The lock belongs to this open
// file: it ends when the file is closed, and so also when the process dies in any way.
func tryLock(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
