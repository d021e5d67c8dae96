// Package provoke damages inputs at random, so that tests meet the defects that nobody thought of. Each run of a test tries others; go
// test's own fuzzing starts from the same inputs. Only tests import it.
package provoke

import (
	"bytes"
	"cmp"
	"flag"
	"math/rand/v2"
	"slices"
	"testing"
)

// given has a test try again what it tried before.
var given = flag.Uint64("provoke", 0, "damage inputs in the same way as a test that failed and named this number")

// Damager damages inputs. It is not safe for concurrent use.
type Damager struct {
	random *rand.Rand
	last   []byte
}

// New makes a Damager. Where the test fails, it logs how the same can be tried again.
func New(tb testing.TB) *Damager {
	tb.Helper()
	seed := cmp.Or(*given, rand.Uint64()) // #nosec G404 -- nothing is secret about it
	d := Seeded(seed)
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("to try the same again: -run '^%s$' -provoke %d; the last input was %.2000q", tb.Name(), seed, d.last)
		}
	})
	return d
}

// Seeded makes a Damager that damages as every other one of that seed.
func Seeded(seed uint64) *Damager {
	return &Damager{random: rand.New(rand.NewPCG(seed, 0))} // #nosec G404 -- nothing is secret about it
}

// Each calls try with damaged forms of the inputs, count of them.
func Each(tb testing.TB, count int, inputs [][]byte, try func(input []byte)) {
	tb.Helper()
	d := New(tb)
	for range count {
		try(d.Damage(inputs[d.random.IntN(len(inputs))], inputs...))
	}
}

// Once says true once in n times, on average.
func (d *Damager) Once(n int) bool { return d.random.IntN(n) == 0 }

// tokens are what decoders stumble over.
var tokens = [][]byte{[]byte("null"), []byte("true"), []byte(`""`), []byte("{}"), []byte("[]"), []byte("[null]"), []byte("0"), []byte("-1"), []byte("1e999"), []byte("-0.0"),
	[]byte("99999999999999999999"), []byte(`"NaN"`), []byte(`"+Inf"`), []byte("1.7e308"), []byte(`\u0000`), []byte(`\ud800`), []byte("\x00"), []byte("\xff\xff\xff\xff\x7f"),
	[]byte(`"`), []byte(","), []byte("<b>"), []byte("${x}"), bytes.Repeat([]byte("["), 200), bytes.Repeat([]byte(`{"a":`), 200), bytes.Repeat([]byte("9"), 400)}

// Damage is a form of an input with one to four faults. What is spliced in comes from the others.
func (d *Damager) Damage(input []byte, others ...[]byte) []byte {
	damaged := slices.Clone(input)
	for range 1 + d.random.IntN(4) {
		damaged = d.fault(damaged, others)
	}
	d.last = damaged
	return damaged
}

func (d *Damager) fault(in []byte, others [][]byte) []byte {
	at, length := d.random.IntN(len(in)+1), 0
	if at < len(in) {
		length = d.random.IntN(min(len(in)-at, 1+len(in)/4) + 1)
	}
	token := tokens[d.random.IntN(len(tokens))]
	switch d.random.IntN(7) {
	case 0: // a bit
		if at < len(in) {
			in[at] ^= 1 << d.random.IntN(8)
		}
		return in
	case 1: // over what is there
		copy(in[at:], token)
		return in
	case 2: // between
		return slices.Insert(in, at, token...)
	case 3: // in the place of a value
		from, to := value(in, at)
		return slices.Replace(in, from, to, token...)
	case 4: // less
		return slices.Delete(in, at, at+length)
	case 5: // the same again
		return slices.Insert(in, at, slices.Clone(in[at:at+length])...)
	default: // a part of another
		if len(others) == 0 {
			return in[:at]
		}
		other := others[d.random.IntN(len(others))]
		from := d.random.IntN(len(other) + 1)
		return slices.Insert(in, at, other[from:from+d.random.IntN(min(len(other)-from, 512)+1)]...)
	}
}

// value is where the JSON value around a place begins and ends, about; any place of other bytes.
func value(in []byte, at int) (from, to int) {
	const ends = ",:[]{}"
	from = bytes.LastIndexAny(in[:at], ends) + 1
	to = bytes.IndexAny(in[at:], ends)
	if to < 0 {
		return from, len(in)
	}
	return from, at + to
}
