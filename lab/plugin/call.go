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

// Request is an HTTP request to the data source's resources.
type Request struct {
	Method, Path string
	Query        string      // without the question mark
	Body         []byte      // JSON
	Headers      http.Header // beside Content-Type, which is that of JSON unless it is here
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
		Body: r.Body, Headers: r.headers()})
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

func (r Request) headers() map[string]*pluginv2.StringList {
	headers := map[string]*pluginv2.StringList{"Content-Type": {Values: []string{"application/json"}}}
	for name, values := range r.Headers {
		headers[name] = &pluginv2.StringList{Values: values}
	}
	return headers
}

// Call sends a value to the data source's resources and hands over the answer's chunks as they arrive. A status other
// than 2xx is a *Refused. When chunk fails, the request is canceled and its error given.
func (b *Backend) Call(ctx context.Context, i Instance, method, path string, body any, chunk func([]byte) error) error {
	payload, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("body for %s: %w", path, err)
	}
	answer := &collected{take: chunk}
	if err := b.Stream(ctx, i, Request{Method: method, Path: path, Body: payload}, answer.part); err != nil {
		return err
	}
	if answer.refused != nil {
		return answer.refused
	}
	return nil
}

// collected hands the parts of a good answer on, and keeps those of a refusal together.
type collected struct {
	take    func([]byte) error
	begun   bool
	refused *Refused
}

func (c *collected) part(p Part) error {
	if !c.begun && p.Status/100 != http.StatusOK/100 { // only the first part carries the status
		c.refused = &Refused{Status: p.Status}
	}
	c.begun = true
	if c.refused == nil {
		return c.take(p.Body)
	}
	c.refused.Body = append(c.refused.Body, p.Body...)
	return nil
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
