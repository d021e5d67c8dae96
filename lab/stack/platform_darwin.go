package stack

import "syscall"

// ownGroup keeps a terminal's Ctrl-C away from the server, so that the lab decides the order in which things end.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
