package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/faultline-investigation/faultline/lab/progress"
)

// tries is how often a server is started anew when another program took a port that was free when it was chosen.
const tries = 3

// failuresKept is more than the servers of a lab.
const failuresKept = 8

// Stack is the three servers, running. Those that were left out are nil.
type Stack struct {
	Prometheus, Loki, Tempo *Server

	options  Options
	folder   *dataFolder
	watchdog *watchdog
	failures chan error
	release  context.CancelFunc // unhooks the stack from its context

	besideMu sync.Mutex
	beside   []*Server // what else runs in the lab

	stopOnce sync.Once
	stopErr  error
}

// Start builds what the cache lacks, starts the three servers and returns when all accept pushes and queries. The stack lives
// until Stop or until ctx is over. An error is a *Failure where a server or a build failed; nothing is left running then.
func Start(ctx context.Context, o Options) (*Stack, error) {
	if err := checkPlatform(); err != nil {
		return nil, err
	}
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	reporter, chosen := progress.New(o.Progress), plans(o.Ports)
	if o.MetricsOnly {
		chosen = chosen[:1]
	}
	// Nobody should wait for a build to learn that a port is taken.
	for _, plan := range chosen {
		if _, err := choosePorts(plan.program.name, plan.fixed); err != nil {
			return nil, err
		}
	}
	binaries, err := buildAll(ctx, o, reporter, chosen)
	if err != nil {
		return nil, err
	}
	s, err := prepare(o)
	if err != nil {
		return nil, err
	}
	err = reporter.During("starting "+namesOf(chosen), func() error { return s.startAll(ctx, chosen, binaries) })
	if err != nil {
		return nil, errors.Join(err, s.Stop(context.Background()))
	}
	for _, server := range s.Servers() {
		go s.report(server)
	}
	ctx, s.release = context.WithCancel(ctx)
	context.AfterFunc(ctx, func() { _ = s.Stop(context.Background()) })
	return s, nil
}

// Build fills the cache with the three servers, so that a later Start takes seconds. A first build takes about ten minutes on two
// cores.
func Build(ctx context.Context, o Options) error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	_, err = buildAll(ctx, o, progress.New(o.Progress), plans(o.Ports))
	return err
}

// Built says whether the cache holds the three servers, so that Start builds nothing.
func Built(ctx context.Context, o Options) (bool, error) {
	o, err := o.withDefaults()
	if err != nil {
		return false, err
	}
	build := builder{root: o.Root, cache: o.Cache}
	for _, plan := range plans(o.Ports) {
		path, err := build.path(ctx, plan.program)
		if err != nil || !isCached(path) {
			return false, err
		}
	}
	return true, nil
}

// buildAll builds one after another: each build already uses every core.
func buildAll(ctx context.Context, o Options, p *progress.Reporter, chosen []plan) ([]string, error) {
	build := builder{root: o.Root, cache: o.Cache, progress: p}
	binaries := make([]string, len(chosen))
	for i, plan := range chosen {
		path, err := build.ensure(ctx, plan.program)
		if err != nil {
			return nil, err
		}
		binaries[i] = path
	}
	return binaries, nil
}

// prepare makes what must be there before the first server: its folder, and the one who ends it when nobody else can.
func prepare(o Options) (*Stack, error) {
	folder, err := newDataFolder(o.Data)
	if err != nil {
		return nil, err
	}
	dog, err := startWatchdog(folder.path)
	if err != nil {
		return nil, errors.Join(err, folder.remove())
	}
	return &Stack{
		options: o, folder: folder, watchdog: dog,
		failures: make(chan error, failuresKept),
		release:  func() {},
	}, nil
}

func (s *Stack) startAll(ctx context.Context, chosen []plan, binaries []string) error {
	places := []**Server{&s.Prometheus, &s.Loki, &s.Tempo}
	group, ctx := errgroup.WithContext(ctx)
	for i, plan := range chosen {
		group.Go(func() error { return s.startOne(ctx, plan, binaries[i], places[i]) })
	}
	return group.Wait()
}

// startOne puts the server in its place as soon as it runs, so that a failing start of another one can end it.
func (s *Stack) startOne(ctx context.Context, p plan, binary string, place **Server) error {
	var err error
	for range tries {
		l, planErr := s.plan(p, binary)
		if planErr != nil {
			return planErr
		}
		if *place, err = startServer(l, s.watchdog); err != nil {
			return err
		}
		if err = (*place).awaitReady(ctx, l.probes, s.options.ReadyWithin); !lostPort(err) {
			return err
		}
	}
	return err
}

// plan gives the server its ports and a folder of its own.
func (s *Stack) plan(p plan, binary string) (launch, error) {
	ports, err := choosePorts(p.program.name, p.fixed)
	if err != nil {
		return launch{}, err
	}
	data := filepath.Join(s.folder.path, p.program.file)
	if err := os.MkdirAll(data, 0o750); err != nil {
		return launch{}, fmt.Errorf("cannot make a data folder for %s: %w", p.program.name, err)
	}
	configs := filepath.Join(s.options.Root, "lab", "stack")
	// Go takes a test's result from its cache while the files are as they were that the test itself has looked at.
	if _, err := os.ReadDir(filepath.Join(configs, p.program.file)); err != nil {
		return launch{}, fmt.Errorf("the configuration of %s is missing; check out the whole repository: %w", p.program.name, err)
	}
	l := p.launch(configs, data, ports)
	if p.program == prometheusProgram && len(s.options.Scrape) > 0 {
		config, err := scraping(configs, data, s.options.Scrape)
		if err != nil {
			return launch{}, err
		}
		l.args[0] = "--config.file=" + config
	}
	if s.options.OnlyPast {
		l.env = append(l.env, "TEMPO_CUT_EVERY=24h")
	}
	l.name, l.binary, l.folder = p.program.name, binary, data
	l.remedy = "delete " + binary + " to have it built again"
	return l, nil
}

// lostPort tells whether a server ended because another program took its port after it was chosen.
func lostPort(err error) bool {
	var failure *Failure
	return errors.As(err, &failure) && strings.Contains(strings.Join(failure.Tail, "\n"), "address already in use")
}

// report passes on the end of a server that nobody asked for.
func (s *Stack) report(server *Server) {
	<-server.exited
	if server.failure == nil {
		return
	}
	select {
	case s.failures <- server.failure:
	default: // nobody has read the ones before it either
	}
}

// Failed delivers a *Failure for each server that ends without being asked to.
func (s *Stack) Failed() <-chan error { return s.failures }

// Servers lists those that were started, in the order of the fields.
func (s *Stack) Servers() []*Server {
	return slices.DeleteFunc([]*Server{s.Prometheus, s.Loki, s.Tempo}, func(server *Server) bool { return server == nil })
}

// Stop ends the servers and removes their data. They have until ctx is over, and no longer than Options.Grace, to end in good
// order; what runs beside them ends first. It may be called any number of times; each call returns when the first one is done, with its error.
func (s *Stack) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() {
		s.release()
		s.stopErr = s.stop(ctx)
	})
	return s.stopErr
}

func (s *Stack) stop(ctx context.Context) error {
	beside := s.stopBeside(ctx)
	ctx, cancel := context.WithTimeout(ctx, s.options.Grace)
	defer cancel()
	var group errgroup.Group
	for _, server := range s.Servers() {
		group.Go(func() error { return server.Stop(ctx) })
	}
	ended := group.Wait()
	removed := s.folder.remove()
	s.watchdog.close()
	return errors.Join(beside, ended, removed)
}
