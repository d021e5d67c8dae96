package impact

import (
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	tolerable = 0.01  // a steady error ratio below this is no finding
	leastErrs = 0.003 // least rise of the error ratio that matters
)

// ErrorRate compares the share of failed requests with what it was before it rose.
func ErrorRate() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "error-rate",
		Title:  "Error rate",
		Needs:  []incident.Fact{incident.FactService},
		Awaits: []incident.Fact{incident.FactCounters, incident.FactConventions},
		Learns: []incident.Fact{incident.FactErrors},
		Plan:   planErrors,
		Read:   readErrorRate,
	}
}

func planErrors(c *incident.Case) ([]source.Question, error) {
	metric := c.Facts.Conventions.Requests
	if metric.Failed.Label == "" {
		return nil, phase.Skipf("Have it carry the status code in a label, or name that label under conventions in the data source's settings.",
			"%s has no label that distinguishes failed requests from others.", metric.Counts())
	}
	return planCompared(c)
}

func planTraffic(c *incident.Case) ([]source.Question, error) {
	if err := untrusted(c); err != nil {
		return nil, err
	}
	course, err := trafficQuestion(c)
	if err != nil {
		return nil, err
	}
	last, err := latestQuestion(c)
	return []source.Question{course, last}, err
}

// planCompared asks for the traffic of today and of earlier days.
func planCompared(c *incident.Case) ([]source.Question, error) {
	today, err := planTraffic(c)
	if err != nil {
		return nil, err
	}
	earlier, err := earlierQuestion(c)
	return append(today, earlier), err
}

func readErrorRate(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("traffic", latestAsked); problem != nil {
		return phase.Reading{}, problem
	}
	t := trafficOf(c, answers["traffic"].Series)
	last := latestOf(c, t, answers)
	if last.total == 0 {
		return phase.Reading{}, noTraffic(c)
	}
	if !t.told {
		return phase.Reading{}, noStatus(c)
	}
	errors, current := shareChange(c, t, last.share(last.failed), last.requests()), currently(c)
	var err error
	if errors.Query, err = failedShare(c); err != nil {
		return phase.Reading{}, err
	}
	said := shareSentence("Error rate is", errors)
	finding := incident.Finding{
		Severity: severityOf(errors),
		Sentence: said.Plain(), Moments: said.Moments(),
		Values:   shareValues("error rate", incident.MeasureErrors, errors),
		Interval: &current, Baseline: baselineTold(errors),
		Method:   "failed requests of the last 5 min over all of them; normal is the same share over the baseline; a rise is tested by the counts of each minute",
		Shows:    incident.CriterionErrors,
		Evidence: incident.Evidence{Series: []incident.Series{{Name: "error rate", Unit: incident.Ratio, Points: t.ratios()}}},
	}
	days := earlierDaysOf(c, answers)
	usual, known := days.errors(c)
	days.tell(&finding, "error rate", usual, incident.Ratio, known)
	reading := phase.FoundThat(finding)
	if !errors.Worse && errors.Now < tolerable && !errors.NoBaseline && !mayHaveRisen(errors) {
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Errors = &errors }), nil
}

// failedShare is the query for the share of failed requests of the last minutes; zero where none fails.
func failedShare(c *incident.Case) (string, error) {
	failed, err := promql.Pattern(c.Facts.Conventions.Requests.Failed.Label, c.Facts.Conventions.Requests.Failed.Pattern)
	if err != nil {
		return "", err
	}
	metric := c.Facts.Conventions.Requests
	some := promql.Sum(counted(c, phase.SelectOperation(c, metric.Counts(), failed), now))
	return promql.Divide(promql.OrZero(some), promql.Sum(counted(c, phase.SelectOperation(c, metric.Counts()), now))).Text()
}

func severityOf(errors incident.Change) incident.Severity {
	switch {
	case errors.Worse && errors.Now >= tolerable:
		return incident.Critical
	case errors.Worse || errors.Now >= tolerable || mayHaveRisen(errors):
		return incident.Warning
	case errors.NoBaseline:
		return incident.Info
	}
	return incident.Normal
}

// noStatus is that none of the requests has the label which would tell failed ones.
func noStatus(c *incident.Case) *phase.Skip {
	metric := c.Facts.Conventions.Requests
	return phase.Skipf("Set conventions.requests in the data source's settings, with the label of the status as its code.",
		"The series of %s for %s have no label %s, so failed requests cannot be distinguished from others.", metric.Counts(), c.Subject.Service, metric.Failed.Label)
}

func noTraffic(c *incident.Case) *phase.Skip {
	what := c.Subject.Service
	if c.Subject.Operation != "" {
		what = c.Subject.Operation + " of " + what
	}
	return phase.Skipf("Check the operation's name, or leave it out to look at the whole service.",
		"The metrics have no requests to %s in the last %s.", what, numbers.Duration(now.Seconds()))
}
