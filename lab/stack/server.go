package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

const (
	tailOfFailure = 15 // lines
	// dying is how long a killed process may take until the kernel has ended it.
	dying = 10 * time.Second
)

// Server is one running server of the stack.
type Server struct {
	// Name is the product's name, such as "Loki".
	Name string
	// URL is the base of the server's query API, such as "http://127.0.0.1:41231".
	URL string
	// OTLP is the full address that takes OTLP/HTTP requests (protobuf or JSON) of the server's signal.
	OTLP string
	// OTLPGRPC is the host and port that take OTLP over gRPC; empty where the server takes none.
	OTLPGRPC string

	process *os.Process
	log     *tail
	asked   atomic.Bool // the end was asked for
	exited  chan struct{}
	failure error // set before exited is closed
}

// startServer runs the launch's program; it does not wait for it to be ready.
func startServer(l launch, dog *watchdog) (*Server, error) {
	s := &Server{Name: l.name, URL: l.url, OTLP: l.otlp, OTLPGRPC: l.otlpGRPC, log: &tail{}, exited: make(chan struct{})}
	// The stack ends its servers in an order of its own, so no context does.
	cmd := exec.CommandContext(context.Background(), l.binary, l.args...)
	cmd.Dir = l.folder
	cmd.Env = append(plainEnvironment(), l.env...)
	cmd.Stdout, cmd.Stderr = s.log, s.log
	cmd.SysProcAttr = ownGroup()
	cmd.WaitDelay = time.Second
	started := make(chan error)
	go s.run(cmd, dog, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("cannot start %s; %s: %w", l.name, l.remedy, err)
	}
	return s, nil
}

// run keeps the server's thread: Linux ends a server with the thread that started it, so that one must last as long.
func (s *Server) run(cmd *exec.Cmd, dog *watchdog, started chan<- error) {
	runtime.LockOSThread()
	if err := cmd.Start(); err != nil {
		started <- err
		return
	}
	s.process = cmd.Process
	dog.watch(cmd.Process.Pid)
	started <- nil
	err := cmd.Wait()
	endGroup(cmd.Process.Pid) // what it started itself, such as Grafana's plugins, does not outlive it
	dog.forget(cmd.Process.Pid)
	if !s.asked.Load() {
		s.failure = s.describeEnd(cmd.ProcessState, err)
	}
	close(s.exited)
}

func (s *Server) describeEnd(state *os.ProcessState, err error) error {
	lines := s.Tail(tailOfFailure)
	how := state.String()
	if state == nil {
		how = err.Error()
	}
	advice := adviceFor(append(slices.Clone(lines), how))
	return &Failure{Sentence: fmt.Sprintf("%s ended by itself (%s): %s.", s.Name, how, advice), Tail: lines}
}

// PID is the server's process id.
func (s *Server) PID() int { return s.process.Pid }

// Tail returns up to n last lines of the server's log, oldest first, also after its end.
func (s *Server) Tail(n int) []string { return s.log.last(n) }

// Exited is closed when the server's process is gone.
func (s *Server) Exited() <-chan struct{} { return s.exited }

// Err is nil while the server runs and after an end that was asked for by Stop or Kill; otherwise it is a *Failure that says how
// it ended and what to do.
func (s *Server) Err() error {
	select {
	case <-s.exited:
		return s.failure
	default:
		return nil
	}
}

// Pause stalls the server: it keeps its connections and, but for what is being answered at this moment, answers nothing until
// Resume.
func (s *Server) Pause() error {
	if err := pause(s.process); err != nil {
		return fmt.Errorf("cannot pause %s: %w", s.Name, err)
	}
	return nil
}

// Resume lets a paused server go on.
func (s *Server) Resume() error {
	if err := resume(s.process); err != nil {
		return fmt.Errorf("cannot resume %s: %w", s.Name, err)
	}
	return nil
}

// Kill ends the server at once, as a crash would, and returns when its process is gone. A server that is gone already is no
// error.
func (s *Server) Kill() error {
	s.asked.Store(true)
	_ = s.process.Kill()
	select {
	case <-s.exited:
		return nil
	case <-time.After(dying):
		return fmt.Errorf("%s (process %d) does not die; end it by hand", s.Name, s.process.Pid)
	}
}

// Stop asks the server to end and kills it when ctx is over first; it returns when the process is gone.
func (s *Server) Stop(ctx context.Context) error {
	s.asked.Store(true)
	// A paused server would not hear the request.
	_ = resume(s.process)
	_ = end(s.process)
	select {
	case <-s.exited:
		return nil
	case <-ctx.Done():
		return s.Kill()
	}
}
