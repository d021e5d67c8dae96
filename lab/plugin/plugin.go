// Package plugin runs the data source's real backend binary and talks to it over go-plugin, as Grafana does.
package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
)

// ID is the data source plugin's id.
const ID = "faultline-investigation-datasource"

// Backend is a running backend process.
type Backend struct {
	client      *goplugin.Client
	resources   grpcplugin.ResourceClient
	data        grpcplugin.DataClient
	diagnostics grpcplugin.DiagnosticsClient
}

// Start launches the binary and shakes hands with it. Its warnings and errors go to the log. The error says what to do.
func Start(binary string, log io.Writer) (*Backend, error) {
	client := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{ProtocolVersion: grpcplugin.ProtocolVersion,
			MagicCookieKey: grpcplugin.MagicCookieKey, MagicCookieValue: grpcplugin.MagicCookieValue},
		VersionedPlugins: map[int]goplugin.PluginSet{grpcplugin.ProtocolVersion: {
			"resource": &grpcplugin.ResourceGRPCPlugin{}, "data": &grpcplugin.DataGRPCPlugin{}, "diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{}}},
		Cmd:              exec.CommandContext(context.Background(), binary), // until Stop
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		SkipHostEnv:      true,
		Logger:           hclog.New(&hclog.LoggerOptions{Output: log, Level: hclog.Warn}),
	})
	b := &Backend{client: client}
	if err := b.connect(); err != nil {
		client.Kill()
		return nil, fmt.Errorf("the backend %s did not start: %w. Build it with `go tool mage build` and see its log", binary, err)
	}
	return b, nil
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

// Stop ends the process.
func (b *Backend) Stop() { b.client.Kill() }

// Instance is a configured data source, as Grafana would hold it.
type Instance struct {
	Organisation int64
	UID, Name    string
	Settings     any // becomes jsonData
	Secrets      map[string]string
}

func (i Instance) context() (*pluginv2.PluginContext, error) {
	settings, err := json.Marshal(i.Settings)
	if err != nil {
		return nil, fmt.Errorf("settings of data source %s: %w", i.Name, err)
	}
	return backend.ToProto().PluginContext(backend.PluginContext{
		OrgID: i.Organisation, PluginID: ID,
		User: &backend.User{Login: "lab", Name: "Lab", Role: "Editor"},
		DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{ID: 1, UID: i.UID, Type: ID, Name: i.Name, JSONData: settings,
			DecryptedSecureJSONData: i.Secrets, Updated: time.Unix(0, 0)},
	}), nil
}

// Request is an HTTP request to the data source's resources.
type Request struct {
	Method, Path string
	Query        string // without the question mark
	Body         []byte // JSON
}

// Part is a piece of the answer. Status and headers are the first one's.
type Part struct {
	Status  int
	Headers map[string][]string
	Body    []byte
}

// Stream sends a request to the data source's resources and hands over the answer's parts as they arrive, whatever its
// status. An error of take ends it.
func (b *Backend) Stream(ctx context.Context, i Instance, r Request, take func(Part) error) error {
	plugin, err := i.context()
	if err != nil {
		return err
	}
	address := r.Path
	if r.Query != "" {
		address += "?" + r.Query
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := b.resources.CallResource(ctx, &pluginv2.CallResourceRequest{PluginContext: plugin, Method: r.Method, Path: r.Path, Url: address,
		Body: r.Body, Headers: map[string]*pluginv2.StringList{"Content-Type": {Values: []string{"application/json"}}}})
	if err != nil {
		return fmt.Errorf("call of %s: %w", r.Path, err)
	}
	for {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("answer of %s: %w", r.Path, err)
		}
		headers := make(map[string][]string, len(part.GetHeaders()))
		for name, values := range part.GetHeaders() {
			headers[name] = values.GetValues()
		}
		if err := take(Part{Status: int(part.GetCode()), Headers: headers, Body: part.GetBody()}); err != nil {
			return err
		}
	}
}

// Call sends a value to the data source's resources and hands over the answer's chunks as they arrive. A status other
// than 2xx is a *Refused.
func (b *Backend) Call(ctx context.Context, i Instance, method, path string, body any, chunk func([]byte) error) error {
	payload, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("body for %s: %w", path, err)
	}
	status := 0
	return b.Stream(ctx, i, Request{Method: method, Path: path, Body: payload}, func(part Part) error {
		if status == 0 { // only the first part carries it
			status = part.Status
		}
		if status/100 != http.StatusOK/100 {
			return &Refused{Status: status, Body: part.Body}
		}
		return chunk(part.Body)
	})
}

// Refused is an answer with a status other than 2xx.
type Refused struct {
	Status int
	Body   []byte
}

// Error makes a Refused an error; it gives the sentence and advice that the backend sent.
func (r *Refused) Error() string {
	var said struct{ Sentence, Advice string }
	if json.Unmarshal(r.Body, &said) == nil && said.Sentence != "" {
		return said.Sentence + " " + said.Advice
	}
	return fmt.Sprintf("status %d: %s", r.Status, r.Body)
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
