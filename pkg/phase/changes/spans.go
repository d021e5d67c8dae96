package changes

import (
	"cmp"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	fewestBefore = 10               // requests in which a service was seen before, that what is new in it is told
	leastMore    = 0.02             // of a value's share of the requests
	byLuck       = 0.01             // below which a rise is hardly chance, every moment that it could lie at being counted
	takesOver    = 10 * time.Minute // that a new version or variant takes, at most, until it serves what it is to serve
	unseen       = 0.01             // chance of not seeing a value that is there, from which it is not excluded that it was
	mostlyOne    = 0.8              // of the requests before, from which one value is what was there before
)

// sighting is what one request shows of a service: its version, or the variant of a flag.
type sighting struct {
	at     time.Time
	value  string
	failed bool // a span of the service in this request
}

// appeared is a value that began to be seen.
type appeared struct {
	from, to      string
	notBefore, at time.Time
	fit           incident.ChangeFit
}

func fromSpans(c *incident.Case, answers source.Answers) origin {
	seen := versionsSeen(c, answers)
	o := named(c, "versions in spans", len(seen) > 0, StepCalls)
	for _, service := range sortedKeys(seen) {
		for _, a := range newValues(seen[service], c.Around()) {
			k := versionChange(service, a.from, a.to, a.notBefore, a.at, "spans")
			k.Fit = &a.fit
			o.changes = append(o.changes, k)
		}
	}
	return o
}

// versionsSeen are, for each service, the versions in which it took part in the sampled requests.
func versionsSeen(c *incident.Case, answers source.Answers) map[string][]sighting {
	seen := map[string][]sighting{}
	eachRequest(c, answers, func(trace incident.Trace) {
		told := map[string]bool{}
		for _, s := range trace.Spans {
			if version := convention.Version(s); version != "" && !told[s.Service] {
				told[s.Service] = true
				seen[s.Service] = append(seen[s.Service], sighting{s.Start, version, fails(trace, s.Service)})
			}
		}
	})
	return seen
}

// flagOf is a flag as one service evaluates it.
type flagOf struct{ service, key string }

func fromFlags(c *incident.Case, answers source.Answers) origin {
	seen := map[flagOf][]sighting{}
	eachRequest(c, answers, func(trace incident.Trace) {
		told := map[flagOf]bool{}
		for _, s := range trace.Spans {
			key, variant := convention.FeatureFlag(s)
			if of := (flagOf{s.Service, key}); key != "" && variant != "" && !told[of] {
				told[of] = true
				seen[of] = append(seen[of], sighting{s.Start, variant, fails(trace, s.Service)})
			}
		}
	})
	o := named(c, "feature flags in spans", len(seen) > 0, StepCalls)
	flags := make([]flagOf, 0, len(seen))
	for of := range seen {
		flags = append(flags, of)
	}
	slices.SortFunc(flags, func(a, b flagOf) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.service, b.service)) })
	for _, of := range flags {
		for _, a := range newValues(seen[of], c.Around()) {
			k := incident.ClusterChange{At: a.at, NotBefore: a.notBefore, Kind: incident.KindFeatureFlag, Object: of.key, Service: of.service, From: a.from, To: a.to,
				Action: incident.Switched, What: "switched to " + a.to, Sources: []string{"spans"}, Fit: &a.fit}
			if a.from != "" {
				k.What = "switched from " + a.from + " to " + a.to
			}
			o.changes = append(o.changes, k)
		}
	}
	return o
}

// eachRequest goes through the sampled requests, and those that were asked for to know more of one service.
func eachRequest(c *incident.Case, answers source.Answers, do func(incident.Trace)) {
	seen := map[string]bool{}
	if c.Facts.Neighbours != nil {
		for _, trace := range c.Facts.Neighbours.Traces {
			seen[trace.ID] = true
			do(trace)
		}
	}
	for _, name := range []string{earlierAsked, soonAsked} {
		for _, t := range answers[name].Traces {
			if !seen[t.ID] {
				seen[t.ID] = true
				do(incident.Trace{ID: t.ID, Start: t.Start, Spans: t.Spans})
			}
		}
	}
}

// fails says that a span of the service failed in a request.
func fails(trace incident.Trace, service string) bool {
	return slices.ContainsFunc(trace.Spans, func(s incident.Span) bool { return s.Service == service && s.Failed })
}

// newValues are those that became more frequent at some moment of a window by more than chance explains, where something else was there
// before.
func newValues(seen []sighting, within incident.Window) []appeared {
	slices.SortStableFunc(seen, func(a, b sighting) int { return a.at.Compare(b.at) })
	values := map[string]bool{}
	for _, s := range seen {
		values[s.value] = true
	}
	if len(values) < 2 {
		return nil
	}
	var all []appeared
	for _, value := range sortedKeys(values) {
		at := began(seen, value)
		if at < fewestBefore || seen[at].at.Before(within.From) {
			continue
		}
		all = append(all, appeared{from: mostly(seen[:at], value), to: value, notBefore: seen[surelyWithout(seen, value, at)].at.UTC(), at: seen[at].at.UTC(), fit: fitOf(seen[at:], value)})
	}
	return all
}

// began is the first of the sightings since which a value is more frequent; 0 where it did not become so. The moment is the most likely
// one (two shares, before and since), or the first time that the value is seen in the minutes before it, since taking over takes a while.
func began(seen []sighting, value string) int {
	with := make([]int, len(seen)+1)
	for i, s := range seen {
		with[i+1] = with[i]
		if s.value == value {
			with[i+1]++
		}
	}
	best, at := -1.0, 0
	for i := 1; i < len(seen); i++ {
		before, since := float64(with[i])/float64(i), float64(with[len(seen)]-with[i])/float64(len(seen)-i)
		if rise := since - before; rise >= leastMore && rise*rise*float64(i)*float64(len(seen)-i) > best {
			best, at = rise*rise*float64(i)*float64(len(seen)-i), i
		}
	}
	if at == 0 {
		return 0
	}
	first := slices.IndexFunc(seen, func(s sighting) bool { return s.value == value && seen[at].at.Sub(s.at) <= takesOver })
	if first >= 0 && with[first] == 0 { // it was never there before the minutes in which it took over
		at = first
	}
	chance := significance.MoreOften(with[len(seen)]-with[at], len(seen)-at, with[at], at)
	if chance*float64(len(seen)) > byLuck {
		return 0
	}
	return at
}

// surelyWithout is the last of the sightings before a value was first seen at which it cannot have been there: of what only a part of the
// requests meets, some in a row may not have met it although it was there.
func surelyWithout(seen []sighting, value string, at int) int {
	with := 0
	for _, s := range seen[at:] {
		if s.value == value {
			with++
		}
	}
	missed, chance := float64(len(seen)-at-with)/float64(len(seen)-at), 1.0
	for i := at - 1; i > 0; i-- {
		if chance *= missed; chance <= unseen {
			return i
		}
	}
	return 0
}

// fitOf counts how those fare that have a value, and those that do not.
func fitOf(since []sighting, value string) incident.ChangeFit {
	var fit incident.ChangeFit
	for _, s := range since {
		total, failed := &fit.Others, &fit.FailedOthers
		if s.value == value {
			total, failed = &fit.With, &fit.FailedWith
		}
		*total++
		if s.failed {
			*failed++
		}
	}
	return fit
}

// mostly is the value that nearly all of the sightings have beside one; empty where there is none.
func mostly(seen []sighting, beside string) string {
	count := map[string]int{}
	for _, s := range seen {
		if s.value != beside {
			count[s.value]++
		}
	}
	for value, n := range count {
		if float64(n) >= mostlyOne*float64(len(seen)) {
			return value
		}
	}
	return ""
}

func sortedKeys[V any](of map[string]V) []string {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
