package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/lab/progress"
)

var largeTownProgram = program{
	name: "the large town", file: "largetown", folder: "stores",
	pkg: "./cmd/largetown", duration: "about 1 min",
}

// StartLargeTown starts a Prometheus alone whose database holds the metrics of a town of so many services up to a moment, about 860 series
// each. Requests of town-0001 fail by those of town-0003 for the last part of that time. A thousand services take a minute to write, and
// 5 GB of memory. The stack, which holds nothing else, has to be stopped.
func StartLargeTown(ctx context.Context, o Options, services int, until time.Time, fault time.Duration) (*Stack, *Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, nil, err
	}
	build := builder{root: o.Root, cache: o.Cache, progress: progress.New(o.Progress)}
	binary, err := build.ensure(ctx, largeTownProgram)
	if err != nil {
		return nil, nil, err
	}
	return startAlone(ctx, o, prometheusProgram, ".", func(folder string, port int) (Beside, error) {
		database := filepath.Join(folder, "tsdb")
		write := exec.CommandContext(ctx, binary, "-services", strconv.Itoa(services), "-until", until.UTC().Format(time.RFC3339), // #nosec G204 -- it was built above
			"-fault", fault.String(), "-out", database)
		err := build.progress.During(fmt.Sprintf("writing the metrics of %d services", services), func() error {
			if said, err := write.CombinedOutput(); err != nil {
				return fmt.Errorf("the large town was not written: %w: %s", err, said)
			}
			return nil
		})
		if err != nil {
			return Beside{}, err
		}
		config := filepath.Join(folder, "prometheus.yaml")
		if err := os.WriteFile(config, nil, 0o600); err != nil {
			return Beside{}, fmt.Errorf("cannot write the configuration of Prometheus: %w", err)
		}
		return Beside{Ready: "/-/ready", Args: []string{"--config.file=" + config, "--storage.tsdb.path=" + database, "--log.level=warn",
			fmt.Sprintf("--web.listen-address=%s:%d", loopback, port)}}, nil
	})
}
