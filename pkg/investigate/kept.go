package investigate

import (
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// Answers are kept for steps that ask the same again, since a store would have its work twice. What is kept is bounded by the bytes that
// stores sent; decoded they take about twice as much.
const (
	keptOfRun    = 8 << 20  // of one run
	keptOfAll    = 24 << 20 // of all runs of the process
	keptAnyway   = 1 << 20  // of one run, however much others keep: queries that are asked again have small answers mostly
	readingAtOne = 4        // steps of all runs that read their answers at one time: that takes a processor, and memory until it is done
)

// readPlaces are places for steps that read.
var readPlaces = semaphore.NewWeighted(readingAtOne)

// keptByAll is what all runs of the process keep, in bytes.
var keptByAll atomic.Int64

// kept is which answers a run keeps, by the keys of their questions.
type kept struct {
	sizes map[string]int64 // bytes
	bytes int64
	ended bool // nothing is kept any more
}

// add keeps an answer and gives those that are to be forgotten for it: the largest, since as many as possible should stay.
func (k *kept) add(key string, bytes int64) (forgotten []string) {
	if k.ended {
		return []string{key}
	}
	k.change(key, bytes)
	for k.bytes > keptOfRun || k.bytes > keptAnyway && keptByAll.Load() > keptOfAll {
		largest := key
		for other, size := range k.sizes {
			if size > k.sizes[largest] {
				largest = other
			}
		}
		k.change(largest, -k.sizes[largest])
		delete(k.sizes, largest)
		forgotten = append(forgotten, largest)
	}
	return forgotten
}

func (k *kept) change(key string, by int64) {
	k.sizes[key] += by
	k.bytes += by
	keptByAll.Add(by)
}

// end forgets everything.
func (k *kept) end() {
	keptByAll.Add(-k.bytes)
	*k = kept{ended: true}
}
