package recorded

import (
	"compress/gzip"
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
	zipped  = ".gz"
)

// header is a recording's first line.
type header struct {
	Recording string `json:"recording"`
	Version   int    `json:"version"`
}

// Recorder passes questions on and writes down every answer. It is safe for concurrent use.
type Recorder struct {
	querier source.Querier
	closers []io.Closer // innermost first

	mu      sync.Mutex
	encoder *json.Encoder
	err     error // the first that writing met; nothing is written after it
}

var _ source.Querier = (*Recorder)(nil)

// Record makes a recorder that writes to w. Writing errors do not disturb the answers; Close gives them.
func Record(querier source.Querier, w io.Writer) *Recorder {
	r := &Recorder{querier: querier, encoder: json.NewEncoder(w)}
	r.err = r.encoder.Encode(header{Recording: format, Version: version})
	return r
}

// Compress makes a recorder that writes to w, compressed as Open reads it when the name ends in .gz. Close closes w.
func Compress(querier source.Querier, w io.WriteCloser) *Recorder {
	writer := gzip.NewWriter(w)
	r := Record(querier, writer)
	r.closers = []io.Closer{writer, w}
	return r
}

// Ask implements source.Querier.
func (r *Recorder) Ask(ctx context.Context, q source.Question) source.Answer {
	answer := r.querier.Ask(ctx, q)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = r.encoder.Encode(answer)
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
