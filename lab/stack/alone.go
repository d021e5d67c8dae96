package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/faultline-investigation/faultline/lab/progress"
)

// startAlone builds a program once into the cache and starts it without the three servers, on a free port. Sources is the folder of the
// program's module that must be there; begin says how it is started with its data in a folder. The stack, which holds nothing else, has to
// be stopped.
func startAlone(ctx context.Context, o Options, p program, sources string, begin func(folder string, port int) (Beside, error)) (*Stack, *Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, nil, err
	}
	if err := checkPlatform(); err != nil {
		return nil, nil, err
	}
	binary, err := builder{root: o.Root, cache: o.Cache, progress: progress.New(o.Progress)}.ensure(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	// Go takes a test's result from its cache while the files are as they were that the test itself has looked at.
	if _, err := os.ReadDir(filepath.Join(o.Root, "lab", "stack", p.folder, sources)); err != nil {
		return nil, nil, fmt.Errorf("the program of %s is missing; check out the whole repository: %w", p.name, err)
	}
	s, err := prepare(o)
	if err != nil {
		return nil, nil, err
	}
	server, err := s.alone(ctx, p, binary, begin)
	if err != nil {
		return nil, nil, errors.Join(err, s.Stop(context.Background()))
	}
	return s, server, nil
}

func (s *Stack) alone(ctx context.Context, p program, binary string, begin func(folder string, port int) (Beside, error)) (*Server, error) {
	folder, err := s.Folder(p.file)
	if err != nil {
		return nil, err
	}
	for range tries {
		ports, portErr := choosePorts(p.name, []int{0})
		if portErr != nil {
			return nil, portErr
		}
		b, beginErr := begin(folder, ports[0])
		if beginErr != nil {
			return nil, beginErr
		}
		b.Name, b.Binary, b.Folder, b.URL, b.Within = p.name, binary, folder, address(ports[0]), s.options.ReadyWithin
		var server *Server
		if server, err = s.StartBeside(ctx, b); !lostPort(err) {
			return server, err
		}
	}
	return nil, err
}
