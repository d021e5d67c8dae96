package callgraph

import (
	"cmp"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/storm"
)

const (
	chance   = 0.001 // most likely that chance alone makes calls worse
	leastErr = 0.01  // least rise of the share of failed calls that counts
	leastLag = 0.03  // least rise of the share of slow calls
	usualLag = 0.05  // share of calls that were slow before, at most
	missed   = 0.05  // how likely a rise by much may be missed for calls to be as before
	much     = 0.15  // of the share of failed or slow calls
)

// edge is one service that calls another.
type edge struct{ caller, callee string }

// count counts the calls of one edge.
type count struct {
	all, failed float64
	tellsFailed bool
	upTo        map[float64]float64 // by upper bound, in the metric's unit; nil where durations are not told
}

type counts map[edge]*count

func (c counts) of(e edge) *count {
	if c[e] == nil {
		c[e] = &count{}
	}
	return c[e]
}

// bucket adds a series of a histogram's buckets.
func (c *count) bucket(s incident.Series) {
	bound, err := strconv.ParseFloat(s.Labels["le"], 64)
	if err != nil {
		return
	}
	if c.upTo == nil {
		c.upTo = map[float64]float64{}
	}
	c.upTo[bound] += s.Points[0].Value
}

// matcher says whether a label's value is that of a failed call.
func matcher(m *incident.Match) func(string) bool {
	pattern := regexp.MustCompile("^(?:" + m.Pattern + ")$")
	return pattern.MatchString
}

// judged are the calls of now and before with how they compare.
func judged(now, before counts) []storm.Call {
	edges := map[edge]bool{}
	for _, c := range []counts{now, before} {
		for e, n := range c {
			if n.all > 0 {
				edges[e] = true
			}
		}
	}
	var calls []storm.Call
	for e := range edges {
		calls = append(calls, storm.Call{Caller: e.caller, Callee: e.callee, State: stateOf(now[e], before[e])})
	}
	slices.SortFunc(calls, func(a, b storm.Call) int {
		return cmp.Or(cmp.Compare(a.Caller, b.Caller), cmp.Compare(a.Callee, b.Callee))
	})
	return calls
}

// share is how many calls of how many are of a kind.
type share struct{ some, all int }

func (s share) ratio() float64 { return float64(s.some) / math.Max(1, float64(s.all)) }

// stateOf compares the calls of an edge. They are worse where a higher share of them fails, or is slow, than chance gives (Fisher's exact
// test). Slow is what takes longer than 95 % of the calls did before, to the next bound of the histogram. They are as before where
// a rise of either share by 15 points would hardly have been missed (binomial tail), and else not measured.
func stateOf(now, before *count) storm.State {
	if now == nil || before == nil || now.all < 1 || before.all < 1 {
		return storm.Unmeasured
	}
	failing, failed := of(now.failed, now.all), of(before.failed, before.all)
	slow, wasSlow, timed := slowCalls(now, before)
	switch {
	case now.tellsFailed && more(failing, failed, leastErr), timed && more(slow, wasSlow, leastLag):
		return storm.Worse
	case now.tellsFailed && timed && excludes(failing, failed) && excludes(slow, wasSlow):
		return storm.Unchanged
	}
	return storm.Unmeasured
}

func of(some, all float64) share {
	n := int(math.Round(all))
	return share{min(max(0, int(math.Round(some))), n), n}
}

func more(now, before share, least float64) bool {
	return now.ratio()-before.ratio() >= least && significance.MoreOften(now.some, now.all, before.some, before.all) <= chance
}

// excludes says that a rise by much would hardly show so few.
func excludes(now, before share) bool {
	risen, fewer := math.Min(1, before.ratio()+much), 0.0
	term := math.Pow(1-risen, float64(now.all))
	for k := range now.some + 1 {
		fewer += term
		term *= float64(now.all-k) / float64(k+1) * risen / math.Max(1e-9, 1-risen)
	}
	return fewer < missed
}

// slowCalls are the calls that take longer than all but a few did before; false where durations are not told.
func slowCalls(now, before *count) (slow, wasSlow share, told bool) {
	all, usual := now.upTo[math.Inf(1)], before.upTo[math.Inf(1)]
	if all < 1 || usual < 1 {
		return share{}, share{}, false
	}
	for _, bound := range slices.Sorted(maps.Keys(before.upTo)) {
		upTo, has := now.upTo[bound]
		if math.IsInf(bound, 1) || before.upTo[bound] < (1-usualLag)*usual {
			continue
		}
		if !has && now.upTo != nil { // a bound that only one of two versions has
			continue
		}
		return of(all-upTo, all), of(usual-before.upTo[bound], usual), true
	}
	return share{}, share{}, false
}
