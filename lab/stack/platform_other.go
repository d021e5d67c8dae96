//go:build !linux && !darwin

package stack

import (
	"errors"
	"os"
	"runtime"
	"syscall"
)

var errPlatform = errors.New("the lab does not run on " + runtime.GOOS + "; use Linux, macOS or a container")

// checkPlatform refuses: without file locks and a watchdog, servers and data could be left behind.
func checkPlatform() error { return errPlatform }

func pause(*os.Process) error        { return errPlatform }
func resume(*os.Process) error       { return errPlatform }
func end(*os.Process) error          { return errPlatform }
func endGroup(int)                   {}
func tryLock(*os.File) (bool, error) { return false, errPlatform }
func ownGroup() *syscall.SysProcAttr { return nil }

// Apart is nothing here, where no lab starts.
func Apart() *syscall.SysProcAttr { return nil }
