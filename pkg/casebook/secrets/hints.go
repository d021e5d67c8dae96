package secrets

import (
	"slices"
	"strings"
	"sync"
)

// hint is a text without which a kind of secret cannot be there.
type hint struct {
	text string
	kind int // among all kinds
}

// hintIndex finds all hints in one pass over a text: by their first two bytes.
type hintIndex struct {
	kinds   []provider
	starts  [1 << 16]uint16 // place among buckets, from 1; 0 where no hint starts so
	buckets [][]hint
}

var index = sync.OnceValue(func() *hintIndex {
	x := &hintIndex{kinds: slices.Concat(more, providers)}
	for kind, p := range x.kinds {
		for _, text := range p.hints {
			start := startOf(text, 0)
			if x.starts[start] == 0 {
				x.buckets = append(x.buckets, nil)
				x.starts[start] = uint16(len(x.buckets)) // #nosec G115 -- some hundred hints
			}
			bucket := &x.buckets[x.starts[start]-1]
			*bucket = append(*bucket, hint{text, kind})
		}
	}
	return x
})

// startOf is the first two bytes of what stands at a place. Every hint has two.
func startOf(text string, at int) uint16 { return uint16(text[at])<<8 | uint16(text[at+1]) }

// hinted are the kinds of secret that a text, in lower case, can hold.
func hinted(lower string) []provider {
	x := index()
	var is []bool
	for at := range len(lower) - 1 {
		bucket := x.starts[startOf(lower, at)]
		if bucket == 0 {
			continue
		}
		for _, h := range x.buckets[bucket-1] {
			if strings.HasPrefix(lower[at:], h.text) {
				if is == nil {
					is = make([]bool, len(x.kinds))
				}
				is[h.kind] = true
			}
		}
	}
	if is == nil {
		return nil
	}
	var kinds []provider
	for kind := range is {
		if is[kind] {
			kinds = append(kinds, x.kinds[kind])
		}
	}
	return kinds
}
