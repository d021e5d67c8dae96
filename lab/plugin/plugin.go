// Package plugin runs the data source's real backend binary and talks to it over go-plugin, as Grafana does.
package plugin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"

	"github.com/faultline-investigation/faultline/lab/stack"
)

// ID is the data source plugin's id.
const ID = "faultline-investigation-datasource"

// Backend is a running backend process.
type Backend struct {
	client      *goplugin.Client
	ended       func() // clears up after the process
	resources   grpcplugin.ResourceClient
	data        grpcplugin.DataClient
	diagnostics grpcplugin.DiagnosticsClient
}

// socketFolder names, to a backend, the folder that it makes its socket in.
const socketFolder = goplugin.EnvUnixSocketDir

// Option changes how a backend is started.
type Option func(*exec.Cmd, *goplugin.ClientConfig)

// WithEnvironment gives the backend variables, as NAME=value. Of the lab's own it gets none.
func WithEnvironment(variables ...string) Option {
	return func(cmd *exec.Cmd, _ *goplugin.ClientConfig) { cmd.Env = append(cmd.Env, variables...) }
}

// WithLog has everything logged from a level on.
func WithLog(to io.Writer, level hclog.Level) Option {
	return func(_ *exec.Cmd, c *goplugin.ClientConfig) {
		c.Logger = hclog.New(&hclog.LoggerOptions{Output: to, Level: level, JSONFormat: true})
	}
}

// Start launches the binary and shakes hands with it. Its warnings and errors go to the log. The error says what to do.
func Start(binary string, log io.Writer) (*Backend, error) {
	// A socket's path may have some hundred characters, of which macOS spends fifty on the folder for temporary files.
	folder, err := os.MkdirTemp("", "faultline-")
	if err != nil {
		return nil, fmt.Errorf("a folder for the backend's socket: %w", err)
	}
	tidy := func() { _ = os.RemoveAll(folder) }         // all that is left there is a socket without a process
	b, err := launch(exec.Command(binary), folder, log) //nolint:noctx // Stop ends it, in good order
	if err != nil {
		tidy()
		return nil, err
	}
	b.ended = tidy
	return b, nil
}

// StartBeside is Start for a backend that asks the lab's servers: when the lab is killed it ends with them, and what it left in
// the folder for temporary files goes with their data.
func StartBeside(servers *stack.Stack, binary string, log io.Writer, options ...Option) (*Backend, error) {
	folder, err := servers.Folder("backend")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(binary) //nolint:noctx // Stop ends it, in good order
	cmd.SysProcAttr = stack.Apart()
	b, err := launch(cmd, folder, log, options...)
	if err != nil {
		return nil, err
	}
	pid := b.PID()
	servers.Watch(pid)
	b.ended = func() { servers.Unwatch(pid) }
	return b, nil
}

func launch(cmd *exec.Cmd, folder string, log io.Writer, options ...Option) (*Backend, error) {
	cmd.Env = []string{socketFolder + "=" + folder}
	config := &goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{ProtocolVersion: grpcplugin.ProtocolVersion,
			MagicCookieKey: grpcplugin.MagicCookieKey, MagicCookieValue: grpcplugin.MagicCookieValue},
		VersionedPlugins: map[int]goplugin.PluginSet{grpcplugin.ProtocolVersion: {
			"resource": &grpcplugin.ResourceGRPCPlugin{}, "data": &grpcplugin.DataGRPCPlugin{}, "diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{}}},
		Cmd:              cmd,
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		SkipHostEnv:      true,
		Logger:           hclog.New(&hclog.LoggerOptions{Output: log, Level: hclog.Warn}),
	}
	for _, change := range options {
		change(cmd, config)
	}
	client := goplugin.NewClient(config)
	b := &Backend{client: client}
	if err := b.connect(); err != nil {
		client.Kill()
		return nil, fmt.Errorf("the backend %s did not start: %w. Build it with `go tool mage build` and see its log", cmd.Path, plainly(err))
	}
	return b, nil
}

// plainly says in a line why a program did not become a backend; go-plugin says it in a dozen.
func plainly(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("it may not be executed")
	case errors.Is(err, syscall.ENOEXEC):
		return errors.New("it is not a program for this machine")
	case strings.Contains(err.Error(), "Unrecognized remote plugin message"): //nolint:misspell // go-plugin's spelling
		return errors.New("it is not a Grafana plugin's backend, or ended before it could say so")
	}
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}

func (b *Backend) connect() error {
	protocol, err := b.client.Client()
	if err != nil {
		return err
	}
	resource, err := protocol.Dispense("resource")
	if err != nil {
		return err
	}
	data, err := protocol.Dispense("data")
	if err != nil {
		return err
	}
	diagnostics, err := protocol.Dispense("diagnostics")
	if err != nil {
		return err
	}
	var ok [3]bool
	b.resources, ok[0] = resource.(grpcplugin.ResourceClient)
	b.data, ok[1] = data.(grpcplugin.DataClient)
	b.diagnostics, ok[2] = diagnostics.(grpcplugin.DiagnosticsClient)
	if ok != [3]bool{true, true, true} {
		return errors.New("it does not offer resources, data and diagnostics")
	}
	return nil
}

// PID is the process id.
func (b *Backend) PID() int { return b.client.ReattachConfig().Pid }

// Stop ends the process, and clears up after one that is gone already.
func (b *Backend) Stop() {
	b.client.Kill()
	b.ended()
}

// Instance is a configured data source, as Grafana would hold it.
type Instance struct {
	Organization int64
	UID, Name    string
	Settings     any // becomes jsonData
	Secrets      map[string]string
	Role         string // of whoever asks; Editor where it is empty
}

func (i Instance) context() (*pluginv2.PluginContext, error) {
	settings, err := json.Marshal(i.Settings)
	if err != nil {
		return nil, fmt.Errorf("settings of data source %s: %w", i.Name, err)
	}
	return backend.ToProto().PluginContext(backend.PluginContext{
		OrgID: i.Organization, PluginID: ID,
		User: &backend.User{Login: "lab", Name: "Lab", Role: cmp.Or(i.Role, "Editor")},
		DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{ID: 1, UID: i.UID, Type: ID, Name: i.Name, JSONData: settings,
			DecryptedSecureJSONData: i.Secrets, Updated: time.Unix(0, 0)},
	}), nil
}

// CheckHealth is what Save & test does.
func (b *Backend) CheckHealth(ctx context.Context, i Instance) (*backend.CheckHealthResult, error) {
	plugin, err := i.context()
	if err != nil {
		return nil, err
	}
	result, err := b.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{PluginContext: plugin})
	if err != nil {
		return nil, fmt.Errorf("health check: %w", err)
	}
	return backend.FromProto().CheckHealthResponse(result), nil
}

// Metrics are those that Grafana serves at /metrics/plugins/ and the plugin's id, in Prometheus' text format.
func (b *Backend) Metrics(ctx context.Context) ([]byte, error) {
	result, err := b.diagnostics.CollectMetrics(ctx, &pluginv2.CollectMetricsRequest{})
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	return result.GetMetrics().GetPrometheus(), nil
}

// ServeMetrics answers as Grafana does at /metrics/plugins/ and the plugin's id.
func (b *Backend) ServeMetrics(w http.ResponseWriter, r *http.Request) {
	metrics, err := b.Metrics(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(metrics)
}

// Query is what a dashboard panel does.
func (b *Backend) Query(ctx context.Context, i Instance, queries ...backend.DataQuery) (*backend.QueryDataResponse, error) {
	plugin, err := i.context()
	if err != nil {
		return nil, err
	}
	request := &pluginv2.QueryDataRequest{PluginContext: plugin}
	for _, q := range queries {
		request.Queries = append(request.Queries, backend.ToProto().DataQuery(q))
	}
	result, err := b.data.QueryData(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	return backend.FromProto().QueryDataResponse(result)
}
