package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// Call sends a request to the data source's resources and hands over the answer's chunks as they arrive. A status other
// than 2xx is a *Refused. When chunk fails, the request is cancelled and its error given.
func (b *Backend) Call(ctx context.Context, i Instance, method, path string, body any, chunk func([]byte) error) error {
	plugin, err := i.context()
	if err != nil {
		return err
	}
	payload, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("body for %s: %w", path, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := b.resources.CallResource(ctx, &pluginv2.CallResourceRequest{PluginContext: plugin, Method: method, Path: path, Url: path, Body: payload,
		Headers: map[string]*pluginv2.StringList{"Content-Type": {Values: []string{"application/json"}}}})
	if err != nil {
		return fmt.Errorf("call of %s: %w", path, err)
	}
	var refused *Refused
	for first := true; ; first = false {
		part, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF) && refused != nil:
			return refused
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("answer of %s: %w", path, err)
		}
		if first && part.GetCode()/100 != http.StatusOK/100 { // only the first part carries the status
			refused = &Refused{Status: int(part.GetCode())}
		}
		if refused != nil {
			refused.Body = append(refused.Body, part.GetBody()...)
		} else if err := chunk(part.GetBody()); err != nil {
			return err
		}
	}
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
