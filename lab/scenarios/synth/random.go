package synth

import (
	"hash/fnv"
	"math/rand/v2"
)

// Seed is where all chance of a run comes from.
type Seed uint64

// Stream is a named source of chance. Streams with different names are independent.
type Stream uint64

// Stream gives the stream of a name.
func (s Seed) Stream(name string) Stream {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // an FNV hash never fails
	return Stream(hash.Sum64() ^ uint64(s)*0x9e3779b97f4a7c15)
}

// At is the chance of one number of a stream, usually a second or the number of an event. Asking again gives the same.
func (s Stream) At(number int64) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(s), uint64(number)*0xbf58476d1ce4e5b9+1)) // #nosec G115 G404 -- bits of a scenario, no secret
}

// Unit is one number in [0, 1) that belongs to a number of the stream.
func (s Stream) Unit(number int64) float64 {
	x := uint64(s) + uint64(number)*0x9e3779b97f4a7c15 // #nosec G115 -- the bits count, not the number
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	x ^= x >> 31
	return float64(x>>11) / (1 << 53)
}
