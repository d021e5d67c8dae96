package stack

import "syscall"

// ownGroup keeps a terminal's Ctrl-C away from the server, so that the lab decides the order in which things end. Linux also
// ends the server when the thread that started it dies, which covers the instant before the watchdog knows of it.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
