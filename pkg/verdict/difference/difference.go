// Package difference says in words how a service handles its requests otherwise than before, and whether that is more than
// chance.
package difference

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Describe says what a service does otherwise than before, without a full stop.
func Describe(service string, d incident.Difference) string {
	rises := Share(d.Now) > Share(d.Before)
	counts := fmt.Sprintf("in %s of %s requests, before in %s", numbers.Count(float64(d.Now.Hits)), numbers.Count(float64(d.Now.Of)), numbers.Percent(rounded(Share(d.Before))))
	switch rank.Kind(d.Kind) {
	case rank.EdgeLatency:
		return fmt.Sprintf("calls between %s and %s wait %s for no work of the one called, normally %s (%s)", service, wording.List(d.Peers),
			milliseconds(d.Current), milliseconds(d.Usual), counts)
	case rank.OwnLatency:
		return fmt.Sprintf("%s takes longer for %s, traced calls left out: %s, normally %s (%s)", service, d.About.Operation, milliseconds(d.Current), milliseconds(d.Usual), counts)
	case rank.LogPattern:
		if rises {
			return fmt.Sprintf("%s writes the log line %s %s", service, wording.Quoted(line(d)), counts)
		}
		return fmt.Sprintf("%s no longer writes the log line %s as often: %s", service, wording.Quoted(line(d)), counts)
	case rank.ErrorLines:
		return fmt.Sprintf("%s writes error lines %s in %s of %s intervals of 10 s, before in %s", service, wording.Quoted(d.About.Line), numbers.Count(float64(d.Now.Hits)),
			numbers.Count(float64(d.Now.Of)), numbers.Percent(rounded(Share(d.Before))))
	case rank.CallPattern:
		if rises {
			return fmt.Sprintf("%s calls %s %s", service, Named(d.About), counts)
		}
		return fmt.Sprintf("%s no longer calls %s as often: %s", service, Named(d.About), counts)
	case rank.Operation:
		if rises {
			return fmt.Sprintf("%s runs the operation %s %s", service, d.About.Operation, counts)
		}
		return fmt.Sprintf("%s no longer runs the operation %s as often: %s", service, d.About.Operation, counts)
	case rank.Refused:
		return fmt.Sprintf("%s of %s is answered with %d %s", d.About.Operation, service, d.About.Status, counts)
	case rank.Errors:
		return fmt.Sprintf("%s of %s ends in an error %s", d.About.Operation, service, counts)
	default:
		return fmt.Sprintf("%s of %s (%s) is %s, normally %s", d.Kind, service, d.About.Metric, numbers.Count(d.Current), numbers.Count(d.Usual))
	}
}

// line is what log lines of a kind say: the example, where there is one.
func line(d incident.Difference) string {
	if d.Example != "" {
		return d.Example
	}
	return Named(d.About)
}

// Named names what a difference is about: the call by callee and operation, the refusal by operation and status, the log line by its
// level and words.
func Named(a incident.Aspect) string {
	parts := []string{a.Callee, a.Operation, "", a.Level, a.Line, a.Metric}
	if a.Status != 0 {
		parts[2] = strconv.Itoa(a.Status)
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " ")
}

// Values are the numbers that its sentence holds.
func Values(service string, d incident.Difference) []incident.Value {
	labels := map[string]string{"service": service, "kind": d.Kind}
	counted := "requests"
	if rank.Kind(d.Kind) == rank.ErrorLines {
		counted = "intervals of time"
	}
	values := []incident.Value{{Name: counted + " that show it", Measure: incident.MeasureShowing, Value: float64(d.Now.Hits), Unit: incident.Count, Samples: float64(d.Now.Of), Labels: labels},
		{Name: counted, Value: float64(d.Now.Of), Unit: incident.Count, Labels: labels},
		{Name: "share before", Measure: incident.MeasureShownBefore, Value: rounded(Share(d.Before)), Unit: incident.Ratio, Samples: float64(d.Before.Of), Labels: labels}}
	if (d.Usual != 0 || d.Current != 0) && rank.Kind(d.Kind) != rank.ErrorLines {
		current, usual, unit := d.Current, d.Usual, incident.Count
		if k := rank.Kind(d.Kind); k == rank.EdgeLatency || k == rank.OwnLatency {
			current, usual, unit = current/1e3, usual/1e3, incident.Seconds
		}
		values = append(values, incident.Value{Name: "value", Measure: incident.MeasureTypical, Value: current, Unit: unit, Baseline: &usual, Labels: labels})
	}
	return values
}

// Share is how many of all; 0 of none.
func Share(c incident.Counted) float64 {
	if c.Of == 0 {
		return 0
	}
	return float64(c.Hits) / float64(c.Of)
}

// rounded is a Share as precisely as a person wants it.
func rounded(ratio float64) float64 { return math.Round(ratio*1000) / 1000 }

func milliseconds(ms float64) string { return numbers.Duration(ms / 1e3) }

// Component names the part of a service that a difference speaks of.
func Component(d incident.Difference) string {
	switch rank.Kind(d.Kind) {
	case rank.EdgeLatency:
		return "calls with " + wording.List(d.Peers)
	case rank.LogPattern:
		return "log line " + Named(d.About)
	default:
		return Named(d.About)
	}
}

// Subject is what a difference is about, in a few words.
func Subject(d incident.Difference) string {
	switch rank.Kind(d.Kind) {
	case rank.Errors:
		return "failing " + d.About.Operation
	case rank.Refused:
		return fmt.Sprintf("%s answered with %d", d.About.Operation, d.About.Status)
	case rank.CallPattern:
		return "calls to " + Named(d.About)
	case rank.OwnLatency:
		return "slow " + d.About.Operation
	case rank.EdgeLatency:
		return "waiting calls with " + wording.List(d.Peers)
	case rank.LogPattern, rank.ErrorLines:
		return "log lines " + wording.Quoted(line(d))
	default:
		return Named(d.About)
	}
}
