package impact_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/quantile"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// telemetry is what a service's requests are like, and how they are counted: by a client library's counters, which are not there before
// their first event, and read at every scrape. Times are seconds since the onset.
type telemetry struct {
	rate    float64 // requests, 1/s
	varies  func(since float64) float64
	scraped time.Duration
	pods    int
	fails   func(since float64) float64                       // share
	refuses func(since float64) float64                       // share
	takes   func(random *rand.Rand, since float64) float64    // s
	minutes float64                                           // of the onset before the alert
	seen    func(random *rand.Rand, since float64) (odd bool) // of requests that fail by themselves
}

// edges are those of OpenTelemetry's HTTP durations, s.
var edges = []float64{.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, math.Inf(1)}

// label is what a counter counts: of a pod, requests of a status, or at most so long.
type label struct {
	pod    int
	status int
	bucket int // an index of edges; -1 counts all
}

// played is what the stores answer about the telemetry, and when its onset was.
type played struct {
	answers source.Answers
	onset   time.Time
}

// play makes requests at random and counts them. The same seed makes the same.
func (w telemetry) play(c *incident.Case, seed uint64) played {
	random := rand.New(rand.NewPCG(seed, 7))
	span := phase.Lookback(c)
	from, length := span.From.Add(-10*time.Minute), span.Length().Seconds()+600
	onset := alert.Add(-time.Duration(w.minutes * float64(time.Minute))).Add(time.Duration(random.Float64()*60) * time.Second)
	began := onset.Sub(from).Seconds()
	phases := make([]float64, max(1, w.pods))
	for i := range phases {
		phases[i] = random.Float64() * w.scraped.Seconds()
	}
	events := map[label][]float64{}
	for at := random.ExpFloat64() / w.rate; at < length; at += random.ExpFloat64() / w.rate {
		since := at - began
		if w.varies != nil && random.Float64() > w.varies(since) {
			continue
		}
		pod := random.IntN(len(phases))
		status := w.status(random, since)
		events[label{pod, status, -1}] = append(events[label{pod, status, -1}], at)
		if w.takes == nil {
			continue
		}
		seconds := w.takes(random, since)
		ended := at + min(seconds, 60)
		for b, bound := range edges {
			if seconds <= bound {
				events[label{pod, status, b}] = append(events[label{pod, status, b}], ended)
			}
		}
	}
	return played{answers: w.answered(c, events, phases, from), onset: onset}
}

func (w telemetry) status(random *rand.Rand, since float64) int {
	switch {
	case w.seen != nil && w.seen(random, since):
		return 500
	case w.fails != nil && random.Float64() < w.fails(since):
		return 503
	case w.refuses != nil && random.Float64() < w.refuses(since):
		return 401
	}
	return 200
}

// answered are rates over time by status, and by bucket.
func (w telemetry) answered(c *incident.Case, events map[label][]float64, phases []float64, from time.Time) source.Answers {
	byStatus, byBucket, lately := map[int]map[time.Time]float64{}, map[int]map[time.Time]float64{}, map[int]float64{}
	for of, times := range events {
		slices.Sort(times)
		into, key := byStatus, of.status
		if of.bucket >= 0 {
			into, key = byBucket, of.bucket
		}
		if into[key] == nil {
			into[key] = map[time.Time]float64{}
		}
		w.rates(c, times, phases[of.pod], from, into[key])
		if rate, known := w.growth(times, phases[of.pod], c.Window.To.Sub(from).Seconds(), 300); known && of.bucket < 0 {
			lately[key] += rate
		}
	}
	answers := source.Answers{"earlier days": {}, "traffic": {}, "course": {}, "now": {}}
	var traffic, last, buckets []incident.Series
	for _, status := range sortedKeys(byStatus) {
		labels := map[string]string{"http_response_status_code": strconv.Itoa(status)}
		traffic = append(traffic, seriesAt(labels, byStatus[status]))
		if rate, known := lately[status]; known {
			last = append(last, seriesAt(labels, map[time.Time]float64{c.Window.To: rate}))
		}
	}
	answers["last minutes"] = source.Answer{Series: last}
	for _, b := range sortedKeys(byBucket) {
		le := strconv.FormatFloat(edges[b], 'g', -1, 64)
		buckets = append(buckets, seriesAt(map[string]string{"le": le}, byBucket[b]))
	}
	answers["traffic"], answers["buckets"] = source.Answer{Series: traffic}, source.Answer{Series: buckets}
	answers["course"], answers["now"] = latencyAnswers(byBucket)
	return answers
}

// rates are the rates of a counter at every point of a chart.
func (w telemetry) rates(c *incident.Case, events []float64, offset float64, from time.Time, into map[time.Time]float64) {
	for at, span := phase.Lookback(c).From, phase.Lookback(c); !at.After(span.To); at = at.Add(phase.Spacing(c)) {
		if rate, known := w.growth(events, offset, at.Sub(from).Seconds(), phase.Averaging(c).Seconds()); known {
			into[at] += rate
		}
	}
}

// growth is Prometheus' rate() of a counter over a window: extrapolated to it, yet not below zero.
func (w telemetry) growth(events []float64, offset, end, window float64) (float64, bool) {
	every := w.scraped.Seconds()
	counted := func(scrape int) float64 { // by the scrape of that number; negative where the counter is not there yet
		n, found := slices.BinarySearch(events, offset+float64(scrape)*every)
		if found {
			n++
		}
		if n == 0 {
			return -1
		}
		return float64(n)
	}
	last, first := int(math.Floor((end-offset)/every)), int(math.Floor((end-window-offset)/every))+1
	for first < last && counted(first) < 0 {
		first++
	}
	if first >= last || counted(first) < 0 {
		return 0, false
	}
	start, grown := counted(first), counted(last)-counted(first)
	sampled := float64(last-first) * every
	before, after := offset+float64(first)*every-(end-window), end-(offset+float64(last)*every)
	if before >= 1.1*every {
		before = every / 2
	}
	if grown > 0 {
		before = min(before, sampled*start/grown)
	}
	if after >= 1.1*every {
		after = every / 2
	}
	return grown * (sampled + before + after) / sampled / window, true
}

func sortedKeys[V any](of map[int]V) []int {
	var keys []int
	for k := range of {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func seriesAt(labels map[string]string, values map[time.Time]float64) incident.Series {
	s := incident.Series{Labels: labels}
	for at, v := range values {
		s.Points = append(s.Points, incident.Point{Time: at, Value: v})
	}
	slices.SortFunc(s.Points, func(a, b incident.Point) int { return a.Time.Compare(b.Time) })
	return s
}

// latencyAnswers are the p99 over time, and of the last minutes with its buckets.
func latencyAnswers(byBucket map[int]map[time.Time]float64) (course, now source.Answer) {
	times := map[time.Time]map[float64]float64{}
	current := map[float64]float64{}
	for b, rates := range byBucket {
		for at, v := range rates {
			if times[at] == nil {
				times[at] = map[float64]float64{}
			}
			times[at][edges[b]] = v
			if alert.Sub(at) < 5*time.Minute {
				current[edges[b]] += v / 20
			}
		}
	}
	values := map[time.Time]float64{}
	for at, counts := range times {
		if q, told := quantile.OfBuckets(0.99, counts); told {
			values[at] = q
		}
	}
	course.Series = []incident.Series{seriesAt(nil, values)}
	if q, told := quantile.OfBuckets(0.99, current); told {
		now.Series = append(now.Series, point(nil, q))
	}
	for bound, v := range current {
		now.Series = append(now.Series, point(map[string]string{"le": strconv.FormatFloat(bound, 'g', -1, 64)}, v))
	}
	return course, now
}

// learn runs a step's Read and teaches the case what it learned.
func learn(s phase.Step, c *incident.Case, answers source.Answers) {
	if reading, err := s.Read(c, answers); err == nil && reading.Learn != nil {
		reading.Learn(&c.Facts)
	}
}
