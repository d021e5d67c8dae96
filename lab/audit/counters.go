package audit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

var (
	errNoRequests = errors.New("there are no requests")
	errNoSamples  = errors.New("there are no such samples")
	errFall       = errors.New("the counters go up and down, and so tell no rate")
	errNative     = errors.New("native histograms have no samples of one number")
)

// raw are the samples themselves of a selection in a window, as they were written.
func (a *api) raw(ctx context.Context, selection string, w incident.Window) ([]series, error) {
	var answer queryAnswer
	err := a.get(ctx, "/api/v1/query", url.Values{"query": {fmt.Sprintf("%s[%ds]", selection, int(w.Length().Seconds()))}, "time": {unixText(w.To)}}, &answer)
	return answer.Data.Result, err
}

// grown is by how much a counter rose within its samples, with what it lost when it began anew. A counter that is born after a moment had
// counted nothing before its first sample.
func grown(s series, born time.Time) float64 {
	increase := 0.0
	if len(s.Values) > 0 && s.Values[0].at.After(born) {
		increase = s.Values[0].value
	}
	for i := 1; i < len(s.Values); i++ {
		d := s.Values[i].value - s.Values[i-1].value
		if d < 0 {
			d = s.Values[i].value
		}
		increase += d
	}
	return increase
}

// spread is the time of the first and of the last sample of some series, and how far samples lie apart.
func spread(all []series) (first, last time.Time, apart time.Duration) {
	for _, s := range all {
		for i, v := range s.Values {
			if first.IsZero() || v.at.Before(first) {
				first = v.at
			}
			if v.at.After(last) {
				last = v.at
			}
			if i == 0 {
				continue
			}
			if between := v.at.Sub(s.Values[i-1].at); apart == 0 || between < apart {
				apart = between
			}
		}
	}
	return first, last, apart
}

// perSecond is by how much some series rose together, over the time that there are samples of any of all.
func perSecond(all []series, keep func(labels map[string]string) bool) float64 {
	first, last, apart := spread(all)
	if !last.After(first) {
		return 0
	}
	sum := 0.0
	for _, s := range all {
		if keep(s.Metric) {
			sum += grown(s, first.Add(apart*3/2))
		}
	}
	return sum / last.Sub(first).Seconds()
}

// single leaves one of the series that differ in nothing but which replica of a server wrote them.
func single(all []series) []series {
	known, kept := map[string]bool{}, []series{}
	for _, s := range all {
		key, replicated := besidesReplica(s)
		if replicated && known[key] {
			continue
		}
		known[key] = true
		kept = append(kept, s)
	}
	return kept
}

// besidesReplica are a series' labels but those of replicas, as one text; false where it has none of these.
func besidesReplica(s series) (key string, replicated bool) {
	labels := []string{}
	for name, value := range s.Metric {
		if strings.Contains(name, "replica") {
			replicated = true
			continue
		}
		labels = append(labels, name+"="+value)
	}
	sort.Strings(labels)
	return strings.Join(labels, "\x00"), replicated
}

func everything(map[string]string) bool { return true }

// selection writes a PromQL selector by hand.
func selection(metric string, labels map[string]string, more ...string) string {
	names := make([]string, 0, len(labels))
	for name := range labels {
		names = append(names, name)
	}
	sort.Strings(names)
	parts := make([]string, 0, len(names)+len(more))
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%s=%s", name, strconv.Quote(labels[name])))
	}
	return metric + "{" + strings.Join(append(parts, more...), ",") + "}"
}

// fall says that a counter falls at more than a tenth of its samples, as none does that merely begins anew.
func fall(all []series) bool {
	return slices.ContainsFunc(all, func(s series) bool {
		falls := falls(s)
		return falls > 1 && 10*falls > len(s.Values)
	})
}

func falls(s series) int {
	n := 0
	for i := 1; i < len(s.Values); i++ {
		if s.Values[i].value < s.Values[i-1].value {
			n++
		}
	}
	return n
}

// quantile is the p99 of a histogram's samples, between the bounds of the bucket that it lies in as the last 1% divide it, and how wide
// that bucket is; both in the histogram's unit.
func quantile(all []series, w incident.Window) (at, width float64, err error) {
	if all = single(all); fall(all) {
		return 0, 0, errFall
	}
	first, _, apart := spread(all)
	upTo := map[float64]float64{}
	for _, s := range all {
		if bound, err := strconv.ParseFloat(s.Metric["le"], 64); err == nil {
			upTo[bound] += grown(s, later(first, w.From).Add(apart*3/2))
		}
	}
	bounds := make([]float64, 0, len(upTo))
	for bound := range upTo {
		bounds = append(bounds, bound)
	}
	slices.Sort(bounds)
	if len(bounds) == 0 || upTo[bounds[len(bounds)-1]] == 0 {
		return 0, 0, errNoRequests
	}
	wanted, lower, below := 0.99*upTo[bounds[len(bounds)-1]], 0.0, 0.0
	for _, bound := range bounds {
		if upTo[bound] >= wanted {
			if math.IsInf(bound, 1) {
				break
			}
			return lower + (bound-lower)*(wanted-below)/math.Max(upTo[bound]-below, 1e-9), bound - lower, nil
		}
		lower, below = bound, upTo[bound]
	}
	return lower, 0, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
