package logs

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// tally counts lines and the errors among them.
type tally struct{ lines, errors int }

func (t *tally) add(l incident.Line) {
	t.lines++
	if isError(l) {
		t.errors++
	}
}

// ownFindings says what the culprit's pod and service write: whether it is this pod alone, or all of the service.
func ownFindings(c *incident.Case, answer source.Answer) []incident.Finding {
	service, pod := lookedInto(c)[0], c.Facts.Culprit.Span.Resource["k8s.pod.name"]
	var own, rest tally
	named := false
	for _, l := range answer.Lines {
		if l.Labels[c.Facts.LogLabels.Service] != service {
			continue
		}
		of := podOf(c, l)
		named = named || of != ""
		if pod != "" && of == pod {
			own.add(l)
		} else {
			rest.add(l)
		}
	}
	whole := tally{own.lines + rest.lines, own.errors + rest.errors}
	findings := []incident.Finding{}
	if pod != "" && named {
		covered, _ := covering(answer)
		findings = append(findings, podFinding(c, ofPod{service, pod, covered}, own, rest))
	}
	return append(findings, serviceFinding(c, service, whole, answer))
}

func podOf(c *incident.Case, l incident.Line) string {
	for _, label := range convention.LogPodLabels(c.Naming.Labels) {
		if pod := l.Labels[label]; pod != "" {
			return pod
		}
	}
	return ""
}

// ofPod is whose lines were searched, and in which time.
type ofPod struct {
	service, pod string
	covered      time.Duration
}

// podFinding compares the share of errors in the pod's lines with that of the service's other pods.
func podFinding(c *incident.Case, of ofPod, own, rest tally) incident.Finding {
	window, pod, covered := c.Window.Last(counted), of.pod, of.covered
	this, others := map[string]string{"service": of.service, "pod": pod}, map[string]string{"service": of.service, "besides": pod}
	finding := incident.Finding{Severity: incident.Normal, Interval: &window,
		Values: []incident.Value{
			{Name: "error lines of the pod", Measure: incident.MeasureErrorLines, Value: float64(own.errors), Unit: incident.Count, Samples: float64(own.lines), Labels: this},
			{Name: "lines of the pod", Measure: incident.MeasureAllLines, Value: float64(own.lines), Unit: incident.Count, Labels: this},
			{Name: "error lines of the other pods", Measure: incident.MeasureErrorLines, Value: float64(rest.errors), Unit: incident.Count, Samples: float64(rest.lines), Labels: others},
			{Name: "lines of the other pods", Measure: incident.MeasureAllLines, Value: float64(rest.lines), Unit: incident.Count, Labels: others},
			{Name: "time read", Measure: incident.MeasureRead, Value: covered.Seconds(), Unit: incident.Seconds},
		},
		Method: "Fisher's exact test of errors among the lines of this pod and of the others"}
	counts := fmt.Sprintf("%s of its %s lines in %s are errors", numbers.Count(float64(own.errors)), numbers.Count(float64(own.lines)), numbers.Duration(covered.Seconds()))
	if own.lines == 0 {
		counts = "it wrote no line"
	}
	if rest.lines == 0 {
		finding.Sentence = fmt.Sprintf("Searched the trace's pod, %s: %s; no other pod of the service wrote a line.", pod, counts)
		return finding
	}
	besides := fmt.Sprintf("%s of the %s of its other pods", numbers.Count(float64(rest.errors)), numbers.Count(float64(rest.lines)))
	if own.errors*rest.lines > 2*rest.errors*own.lines && significance.MoreOften(own.errors, own.lines, rest.errors, rest.lines) < unlikely {
		finding.Severity = incident.Warning
		finding.Sentence = fmt.Sprintf("Searched the trace's pod, %s: %s, and %s: it is this pod more than the others.", pod, counts, besides)
		return finding
	}
	finding.Sentence = fmt.Sprintf("Searched the trace's pod, %s: %s, and %s: it is not this pod alone.", pod, counts, besides)
	return finding
}

func serviceFinding(c *incident.Case, service string, whole tally, answer source.Answer) incident.Finding {
	covered, first := covering(answer)
	window, of := c.Window.Last(counted), map[string]string{"service": service}
	sentence := fmt.Sprintf("Searched all of %s: %s of %s%s lines in %s are errors.", service, numbers.Count(float64(whole.errors)), first,
		numbers.Count(float64(whole.lines)), numbers.Duration(covered.Seconds()))
	if whole.lines == 0 {
		sentence = fmt.Sprintf("Searched all of %s: it wrote no line in %s.", service, numbers.Duration(covered.Seconds()))
	}
	return incident.Finding{Severity: incident.Normal, Interval: &window, Sentence: sentence,
		Values: []incident.Value{
			{Name: "error lines", Measure: incident.MeasureErrorLines, Value: float64(whole.errors), Unit: incident.Count, Samples: float64(whole.lines), Labels: of},
			{Name: "lines", Measure: incident.MeasureAllLines, Value: float64(whole.lines), Unit: incident.Count, AtLeast: answer.Truncated, Labels: of},
			{Name: "time read", Measure: incident.MeasureRead, Value: covered.Seconds(), Unit: incident.Seconds},
		},
		Method: "the level in the line or in its labels"}
}
