package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// Investigate runs an investigation through POST investigations, hands over its events as they arrive, and gives the
// case at its end.
func (b *Backend) Investigate(ctx context.Context, i Instance, request investigate.Request, notify func(investigate.Event)) (*incident.Case, error) {
	var done *incident.Case
	lines := &lines{each: func(line []byte) error {
		var event investigate.Event
		if err := json.Unmarshal(line, &event); err != nil {
			return fmt.Errorf("event of the investigation: %w", err)
		}
		if event.Type == investigate.Done {
			done = event.Case
		}
		notify(event)
		return nil
	}}
	if err := b.Call(ctx, i, "POST", "investigations", request, lines.take); err != nil {
		return nil, err
	}
	if done == nil {
		return nil, errors.New("the investigation broke off before its end; see the backend's log")
	}
	return done, nil
}

// lines cuts a stream of chunks into lines.
type lines struct {
	rest []byte
	each func([]byte) error
}

func (l *lines) take(chunk []byte) error {
	l.rest = append(l.rest, chunk...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return nil
		}
		l.rest = rest
		if err := l.each(line); err != nil {
			return err
		}
	}
}
