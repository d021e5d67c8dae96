package stack

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"sync"
)

// watchdogScript is told process ids on its standard input and waits for that to end, which the kernel brings about however
// the lab dies. Then it kills what it was not told to forget and removes the data folder, its only argument.
const watchdogScript = `
trap '' HUP INT TERM
pids=
while read -r verb pid; do
  case $verb in
    watch) pids="$pids $pid" ;;
    forget)
      kept=
      for p in $pids; do [ "$p" = "$pid" ] || kept="$kept $p"; done
      pids=$kept ;;
  esac
done
for p in $pids; do
  kill -KILL "$p" 2>/dev/null
  kill -KILL "-$p" 2>/dev/null # and what it started, where it has a group of its own
done
tries=0
while [ -d "$1" ] && [ $tries -lt 5 ]; do
  rm -rf "$1" 2>/dev/null || sleep 1
  tries=$((tries + 1))
done
`

// watchdog is a small process that outlives a killed lab just long enough to clear up after it.
type watchdog struct {
	mu    sync.Mutex
	input io.WriteCloser
	cmd   *exec.Cmd
}

func startWatchdog(folder string) (*watchdog, error) {
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", watchdogScript, "faultline-lab-watchdog", folder)
	cmd.Dir = "/"
	cmd.Env = plainEnvironment()
	cmd.SysProcAttr = Apart()
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("cannot make the watchdog's pipe: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start the watchdog that ends the servers when the lab is killed: %w", err)
	}
	return &watchdog{input: input, cmd: cmd}, nil
}

func (w *watchdog) watch(pid int)  { w.send("watch", pid) }
func (w *watchdog) forget(pid int) { w.send("forget", pid) }

func (w *watchdog) send(verb string, pid int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	// Without its watchdog the lab works on; only a killed one would then leave something behind.
	_, _ = fmt.Fprintln(w.input, verb, pid)
}

// close ends the watchdog; what it still watches dies.
func (w *watchdog) close() {
	_ = w.input.Close()
	_ = w.cmd.Wait()
}
