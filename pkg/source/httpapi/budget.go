package httpapi

import (
	"bytes"
	"context"
	"errors"
	"io"

	"golang.org/x/sync/semaphore"
)

// Bodies of answers are held in memory while they are read, and what they decode to is several times as large. So only so many
// large ones are read at one time in this process, whatever the number of runs and environments. An answer beyond small takes a
// place among the medium ones, and one beyond medium the only place of a large one as well; nobody who has the last of these waits for another, so
// that all come to their end.
const (
	small       = 1 << 20 // bytes up to which an answer is read at once
	medium      = 8 << 20
	mediumAtOne = 8 // answers beyond small
	largeAtOne  = 1 // answers beyond medium
)

var (
	mediumPlaces = semaphore.NewWeighted(mediumAtOne)
	largePlaces  = semaphore.NewWeighted(largeAtOne)
)

// errCrowded is why an answer was not read to its end.
var errCrowded = errors.New("too many large answers are being read at the same time")

// readBody reads at most limit bytes and one more. What it takes of the places is given back with the tally of ctx, once the answer
// was decoded.
func readBody(ctx context.Context, from io.Reader, expected, limit int64) ([]byte, error) {
	var body bytes.Buffer
	if expected > 0 && expected <= small {
		body.Grow(int(expected) + bytes.MinRead)
	}
	for _, stage := range []struct {
		to     int64
		places *semaphore.Weighted // to be taken for going on
	}{{small, mediumPlaces}, {medium, largePlaces}, {limit + 1, nil}} {
		to := min(stage.to, limit+1)
		if _, err := io.CopyN(&body, from, to-int64(body.Len())); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return body.Bytes(), err
		}
		if to > limit || stage.places == nil {
			break
		}
		if err := stage.places.Acquire(ctx, 1); err != nil {
			return nil, errCrowded
		}
		tallyOf(ctx).after(func() { stage.places.Release(1) })
	}
	return body.Bytes(), nil
}
