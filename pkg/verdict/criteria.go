package verdict

import (
	"math"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	tolerance   = 1.5   // how far above normal a number may be and count as back, unless it is nearer to what it is now
	tinyRatio   = 0.002 // a share of errors that is never an incident by itself
	ruleOfThree = 3.0   // of n requests without a failure, the true share is below 3/n with 95% certainty
	leastShare  = 0.5   // of the normal traffic, which is enough where little is normal

	// CriteriaOver is what the criteria's queries average over.
	CriteriaOver = 5 * time.Minute
)

// Number is a number of a cause's own that has to come back.
type Number struct {
	incident.Comparison

	ID   string // unique in a case, for example "node-pressure/worker-3"
	Name string // for people
	Step string // key of the step that shows it over short times; empty where none does
}

// returning is a number that became abnormal and can be asked again; none where that is not so.
func returning(use *incident.Comparison, id, name, step string) []Number {
	if !use.Abnormal || use.Query == "" {
		return nil
	}
	return []Number{{*use, id, name, step}}
}

// returningNumbers are those that the causes are known by: of what the failing requests wait for whichever cause is named,
// and else only of the named one, since something that is unrelated may never come back.
func (l list) returningNumbers(f *incident.Facts) []Number {
	var all []Number
	for _, k := range l {
		if k.Returns != nil {
			own := f.Only(k.Needs...)
			all = append(all, k.Returns(&own, nil)...)
		}
	}
	named := f.Verdict.Blamed()
	if named == nil {
		return all
	}
	if k, _ := l.of(named.Kind); k.Returns != nil {
		own := f.Only(k.Needs...)
		for _, n := range k.Returns(&own, named) {
			if !slices.ContainsFunc(all, func(other Number) bool { return other.ID == n.ID }) {
				all = append(all, n)
			}
		}
	}
	return all
}

// Criteria are the numbers that must come back by what is known of the case, with the query for each; none where no number
// is out of its normal range. They are not asked yet: Now is null.
func Criteria(f *incident.Facts) []incident.ExitCriterion { return causes.criteria(f) }

func (l list) criteria(f *incident.Facts) []incident.ExitCriterion {
	var all []incident.ExitCriterion
	open := false
	add := func(k incident.ExitCriterion, scale, least, current float64, worse bool) {
		most := math.Max(tolerance*k.Normal, least)
		if worse {
			most = stillBack(most, k.Normal, current)
		}
		k.Scale, k.Most = scaleOf(scale), &most
		all = append(all, k)
		open = open || worse
	}
	change := func(id, name, step string, c *incident.Change, least float64) {
		if c != nil && c.Query != "" && !c.NoBaseline {
			add(incident.ExitCriterion{ID: id, Name: name, Step: step, Unit: c.Unit, Query: c.Query, Normal: c.Normal}, c.Scale, least, c.Now, c.Worse)
		}
	}
	change(incident.CriterionErrors, "error rate", "impact/error-rate", f.Errors, tinyRatio)
	if f.Latency != nil {
		change(incident.CriterionLatency, f.Latency.Latency(), "impact/latency", f.Latency, 0)
	}
	if f.Refused != nil && f.Refused.Worse {
		change(incident.CriterionRefused, "client errors", "impact/status-codes", f.Refused, tinyRatio)
	}
	for _, n := range l.returningNumbers(f) {
		add(incident.ExitCriterion{ID: n.ID, Name: n.Name, Step: n.Step, Unit: n.Unit, Query: n.Query, Normal: n.Normal}, n.Scale, n.Tolerable, n.Now, true)
	}
	if !open {
		return nil
	}
	if t := f.Traffic; t != nil && t.Query != "" && t.Normal > 0 {
		least := enough(f)
		all = append(all, incident.ExitCriterion{ID: incident.CriterionTraffic, Name: "request rate", Step: "impact/request-rate", Unit: t.Unit, Query: t.Query, Scale: scaleOf(t.Scale),
			Normal: t.Normal, Least: &least})
	}
	return all
}

// stillBack is the highest value that counts as back: what rose by less than the tolerance is not back while it lasts.
func stillBack(most, normal, current float64) float64 {
	if current <= normal {
		return most
	}
	return math.Min(most, (normal+current)/2)
}

// enough is the request rate from which the share of errors can be told to be below its limit; half of the usual one where it fell below
// that, which is part of the incident then.
func enough(f *incident.Facts) float64 {
	limit, t := tinyRatio, f.Traffic
	if t.Worse && t.Now < leastShare*t.Normal {
		return leastShare * t.Normal
	}
	if f.Errors != nil {
		limit = math.Max(limit, tolerance*f.Errors.Normal)
	}
	return math.Min(ruleOfThree/limit/CriteriaOver.Seconds(), leastShare*t.Normal)
}

func scaleOf(scale float64) float64 {
	if scale == 0 {
		return 1
	}
	return scale
}
