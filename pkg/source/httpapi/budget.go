package httpapi

import (
	"context"
	"errors"
	"io"
	"slices"

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

	// Decoding takes a processor and several times the answer's size. So few answers are decoded at one time, but for those that are
	// decoded before anybody could wait.
	brief        = 32 << 10 // bytes
	decodedAtOne = 4
)

var (
	mediumPlaces = semaphore.NewWeighted(mediumAtOne)
	largePlaces  = semaphore.NewWeighted(largeAtOne)
	decodePlaces = semaphore.NewWeighted(decodedAtOne)
)

// errCrowded is why an answer was not read to its end.
var errCrowded = errors.New("too many large answers are being read at the same time")

// awaitDecoding waits for a place among the answers that are decoded, for as long as ctx lasts. It is given back with the tally of ctx.
// Nothing may be sent while it is held: an answer that is being read can wait for one that is decoded, and not the other way round.
func awaitDecoding(ctx context.Context, bytes int) error {
	if bytes <= brief {
		return nil
	}
	if err := decodePlaces.Acquire(ctx, 1); err != nil {
		return errCrowded
	}
	tallyOf(ctx).after(func() { decodePlaces.Release(1) })
	return nil
}

// readBody reads at most limit bytes and one more, into as many. What it takes of the places is given back with the tally of ctx, once
// the answer was decoded.
func readBody(ctx context.Context, from io.Reader, limit int64) ([]byte, error) {
	var body []byte
	for _, stage := range []struct {
		to     int64
		places *semaphore.Weighted // to be taken for going on
	}{{small, mediumPlaces}, {medium, largePlaces}, {limit + 1, nil}} {
		to := min(stage.to, limit+1)
		more, err := io.ReadAll(io.LimitReader(from, to-int64(len(body))))
		if body = slices.Concat(body, more); err != nil || int64(len(body)) < to {
			return body, err
		}
		if to > limit || stage.places == nil {
			break
		}
		if err := stage.places.Acquire(ctx, 1); err != nil {
			return nil, errCrowded
		}
		tallyOf(ctx).after(func() { stage.places.Release(1) })
	}
	return body, nil
}
