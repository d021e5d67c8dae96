package recorded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	format  = "faultline answers"
	version = 1
)

// header is a recording's first line.
type header struct {
	Recording string `json:"recording"`
	Version   int    `json:"version"`
}

// Recorder passes questions on and writes down every answer, of a question that is asked again the first that is no problem. It is safe for concurrent use.
type Recorder struct {
	querier source.Querier
	closers []io.Closer // innermost first

	mu      sync.Mutex
	encoder *json.Encoder
	written map[key]bool // questions whose answer stands there already
	err     error        // the first that writing met; nothing is written after it
}

var _ source.Querier = (*Recorder)(nil)

// Record makes a recorder that writes to w. Writing errors do not disturb the answers; Close gives them.
func Record(querier source.Querier, w io.Writer) *Recorder {
	r := &Recorder{querier: querier, encoder: json.NewEncoder(w), written: map[key]bool{}}
	r.err = r.encoder.Encode(header{Recording: format, Version: version})
	return r
}

// Compress makes a recorder that writes to w, compressed as Open reads a file of that name. Close closes w.
func Compress(querier source.Querier, w io.WriteCloser, name string) (*Recorder, error) {
	writer, err := compressing(w, name)
	if err != nil {
		return nil, fmt.Errorf("the recording %s: %w", name, err)
	}
	r := Record(querier, writer)
	r.closers = []io.Closer{writer, w}
	return r, nil
}

// Ask implements source.Querier.
func (r *Recorder) Ask(ctx context.Context, q source.Question) source.Answer {
	answer := r.querier.Ask(ctx, q)
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := keyOf(q); r.err == nil && !r.written[k] {
		r.err = r.encoder.Encode(answer)
		r.written[k] = answer.Problem == nil
	}
	return answer
}

// Close ends the recording. Its error says that the recording is not whole.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.err
	for _, c := range r.closers {
		err = errors.Join(err, c.Close())
	}
	r.closers, r.err = nil, errors.New("the recording is closed")
	if err != nil {
		return fmt.Errorf("the recording is not whole: %w", err)
	}
	return nil
}
