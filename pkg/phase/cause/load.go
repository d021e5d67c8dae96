package cause

import (
	"fmt"
	"math"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	muchMoreLoad = 1.5 // times the usual traffic from which load explains slowness by itself
	loadKinds    = 2   // kinds of evidence that a rise before the onset counts for beside its own: it explains all that follows
)

// loadSuspect is more to do than usual: requests rose before, or as, the service became slow or failed, and no call of it
// is what fails. It goes before what follows from it, such as waiting for processors at a limit.
func loadSuspect(c *incident.Case, symptoms []*suspect) *suspect {
	t, onset := c.Facts.Traffic, c.Facts.Onset
	if t == nil || onset == nil || t.Moved == nil || t.Worse || t.Normal <= 0 || t.Now < muchMoreLoad*t.Normal || t.Moved.Earliest.After(onset.Latest) {
		return nil
	}
	if !failsItself(c) {
		return nil
	}
	s := newSuspect(c.Subject.Service, "load", fmt.Sprintf("load, and no fault of the service: requests to %s rose to %.1f times the usual", c.Subject.Service, t.Now/t.Normal))
	s.depth, s.began = loadKinds, t.Moved
	s.happens("impact/request-rate", "requests to %s rise to %s", c.Subject.Service, numbers.Say(t.Now, t.Unit))
	s.speaks(inMetric, "requests rose from %s to %s at %s", numbers.Say(t.Normal, t.Unit), numbers.Say(t.Now, t.Unit), wording.Clock(t.Moved.Middle()))
	addOrder(c, s)
	for _, symptom := range symptoms {
		s.inherits(symptom)
	}
	if limits := c.Facts.Saturation; limits != nil && limits.CPU != nil && limits.CPU.Abnormal {
		s.because = append(s.because, statement{inMetric, fmt.Sprintf("%s waits for CPU in %s of its periods since, normally %s", limits.CPU.Service,
			numbers.Percent(limits.CPU.Now), numbers.Percent(limits.CPU.Normal))})
	}
	return s
}

// surroundingSuspects are what lies beneath the symptoms without being a workload that ails: nodes, queues,
// certificates, what several services share, and load.
func surroundingSuspects(c *incident.Case, symptoms []*suspect) []*suspect {
	all := slices.Concat(nodeSuspects(c, symptoms), queueSuspects(c, symptoms), certificateSuspects(c, symptoms))
	for _, found := range []*suspect{sharedPoolSuspect(c, symptoms), loadSuspect(c, symptoms)} {
		if found != nil {
			all = append(all, found)
		}
	}
	return all
}

// failsItself says that the trace goes wrong in a service that only has more to do: the subject's own, or one of those
// that it calls, and in no call that leaves what is traced.
func failsItself(c *incident.Case) bool {
	return c.Facts.Culprit == nil || c.Facts.Culprit.External == ""
}

// nothingMoved says that the service's own numbers were all looked at and did not move, and that errors were few before
// and are no more now than chance gives: there is nothing to explain, and so nobody to blame.
func nothingMoved(f incident.Facts) bool {
	const (
		ordinary = 0.02 // ratio of errors that is no incident by itself
		spreads  = 4.0  // standard deviations that chance gives
	)
	if f.Errors == nil || f.Latency == nil || f.Onset != nil || f.Errors.Worse || f.Latency.Worse || f.Traffic != nil && f.Traffic.Worse {
		return false
	}
	n := math.Max(f.Errors.Samples, 1)
	chance := spreads * math.Sqrt(math.Max(f.Errors.Normal, 1/n)/n)
	return f.Errors.Normal < ordinary && f.Errors.Now < f.Errors.Normal+chance
}
