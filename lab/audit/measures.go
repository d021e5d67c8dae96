package audit

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// reading is how a number is read from the stores, whatever its time.
type reading func(ctx context.Context, w incident.Window) (float64, error)

// recomputed are the checks of a finding's value, by what it measures; none where this one cannot be recomputed.
var recomputed = map[incident.Measure]func(*auditor, incident.Finding, incident.Value) []check{
	incident.MeasureErrors:        (*auditor).errorChecks,
	incident.MeasureOwn:           (*auditor).ownErrorChecks,
	incident.MeasureRefused:       (*auditor).refusedChecks,
	incident.MeasureStatus:        (*auditor).statusChecks,
	incident.MeasureRequests:      (*auditor).rateChecks,
	incident.MeasureCalls:         (*auditor).callChecks,
	incident.MeasureP99:           (*auditor).p99Checks,
	incident.MeasureMean:          (*auditor).meanChecks,
	incident.MeasureMetricsErrors: (*auditor).errorChecks,
	incident.MeasureTracesErrors:  (*auditor).tracedErrorChecks,
	incident.MeasureEarlierErrors: (*auditor).earlierErrorChecks,
	incident.MeasureEarlierP99:    (*auditor).earlierP99Checks,

	incident.MeasureInterval:   (*auditor).intervalChecks,
	incident.MeasureResets:     (*auditor).resetChecks,
	incident.MeasureCopies:     (*auditor).copyChecks,
	incident.MeasureCallees:    (*auditor).calleeChecks,
	incident.MeasureCallers:    (*auditor).callerChecks,
	incident.MeasureOperations: (*auditor).operationChecks,
	incident.MeasureNodes:      (*auditor).nodeChecks,

	incident.MeasureOnset:       (*auditor).onsetChecks,
	incident.MeasureAgo:         (*auditor).agoChecks,
	incident.MeasureCountedOver: (*auditor).countedOverChecks,

	incident.MeasureFailingTraces:   (*auditor).failingTraceChecks,
	incident.MeasureSlowTraces:      (*auditor).slowTraceChecks,
	incident.MeasureRefusedTraces:   (*auditor).refusedTraceChecks,
	incident.MeasureExemplars:       (*auditor).exemplarChecks,
	incident.MeasureTraceSpans:      (*auditor).exampleChecks,
	incident.MeasureTraceServices:   (*auditor).exampleChecks,
	incident.MeasureTraceDuration:   (*auditor).exampleChecks,
	incident.MeasureCulpritElapsed:  (*auditor).culpritChecks,
	incident.MeasureCulpritSelf:     (*auditor).culpritChecks,
	incident.MeasureAttempt:         (*auditor).culpritChecks,
	incident.MeasureAttemptsAllowed: (*auditor).culpritChecks,
	incident.MeasureHaving:          (*auditor).traitChecks,

	incident.MeasureLines:        (*auditor).lineChecks,
	incident.MeasureSampledLines: (*auditor).sampledLineChecks,
	incident.MeasureErrorLines:   (*auditor).anyLineChecks,
	incident.MeasureAllLines:     (*auditor).anyLineChecks,
	incident.MeasureInfraErrors:  (*auditor).infraErrorChecks,
	incident.MeasureRead:         (*auditor).readChecks,
	incident.MeasureTimes:        (*auditor).timesChecks,
	incident.MeasureFirstLine:    (*auditor).firstLineChecks,
	incident.MeasureTraceLines:   (*auditor).traceLineChecks,

	incident.MeasureTroubledPods:  (*auditor).troubledPodChecks,
	incident.MeasureRestarts:      (*auditor).restartChecks,
	incident.MeasureMissing:       (*auditor).missingChecks,
	incident.MeasureTroubledSince: (*auditor).troubledSinceChecks,
	incident.MeasureStrainedNodes: (*auditor).strainedNodeChecks,
	incident.MeasureWarnings:      (*auditor).warningChecks,
	incident.MeasureWarnedObjects: (*auditor).warnedObjectChecks,
	incident.MeasureFirstWarning:  (*auditor).firstWarningChecks,
	incident.MeasureChanged:       (*auditor).changeChecks,
	incident.MeasureChangesBefore: (*auditor).changeCountChecks,
	incident.MeasureChangesAfter:  (*auditor).changeCountChecks,
	incident.MeasureCommands:      (*auditor).commandChecks,
	incident.MeasureLookup:        (*auditor).lookupChecks,
	incident.MeasureInUse:         (*auditor).poolChecks,
	incident.MeasureAllowed:       (*auditor).poolChecks,
	incident.MeasureThrottled:     (*auditor).throttledChecks,
	incident.MeasureMemory:        (*auditor).memoryChecks,
	incident.MeasureWaiting:       (*auditor).waitingChecks,
	incident.MeasurePressure:      (*auditor).pressureChecks,

	incident.MeasureShowing:       (*auditor).showingChecks,
	incident.MeasureShownBefore:   (*auditor).showingChecks,
	incident.MeasureTypical:       (*auditor).typicalChecks,
	incident.MeasureWitnessed:     (*auditor).witnessChecks,
	incident.MeasureTakingPart:    (*auditor).takingPartChecks,
	incident.MeasureCallsBetween:  (*auditor).takingPartChecks,
	incident.MeasureOwnTime:       (*auditor).ownTimeChecks,
	incident.MeasureUntracedCalls: (*auditor).ownTimeChecks,
}

// checksOf are the checks of a finding's value.
func (a *auditor) checksOf(f incident.Finding, v incident.Value) []check {
	if of, known := recomputed[v.Measure]; known {
		return of(a, f, v)
	}
	return nil
}

// once checks a number over the finding's time.
func (a *auditor) once(f incident.Finding, v incident.Value, how string, allowed slack, read reading) check {
	w := a.window(f)
	return check{number: nameOf(v), said: v.Value, unit: v.Unit, how: how, atLeast: v.AtLeast, slack: allowed(v.Value, v.Samples, w.Length().Seconds()),
		truth: func(ctx context.Context) (float64, error) { return read(ctx, w) }}
}

// both checks a number over the finding's time, and what it was over the baseline.
func (a *auditor) both(f incident.Finding, v incident.Value, how string, allowed slack, read reading) []check {
	checks := []check{a.once(f, v, how, allowed, read)}
	before, known := a.baseline(f, v)
	if v.Baseline == nil || !known {
		return checks
	}
	return append(checks, check{number: nameOf(v) + ", before", said: *v.Baseline, unit: v.Unit, how: how, slack: allowed(*v.Baseline, v.Samples, before.Length().Seconds()),
		truth: func(ctx context.Context) (float64, error) { return read(ctx, before) }})
}

// window is the time that a finding speaks of, or the last minutes.
func (a *auditor) window(f incident.Finding) incident.Window {
	if f.Interval != nil && f.Interval.Length() > 0 {
		return *f.Interval
	}
	return a.c.Window.Last(5 * time.Minute)
}

// baseline is the time that a finding compares with; where it says none, that of another one which tells the same.
func (a *auditor) baseline(f incident.Finding, v incident.Value) (incident.Window, bool) {
	if f.Baseline != nil {
		return *f.Baseline, true
	}
	for _, step := range a.c.Steps {
		for _, other := range step.Findings {
			if other.Baseline != nil && slices.ContainsFunc(other.Values, func(o incident.Value) bool { return same(v, o) }) {
				return *other.Baseline, true
			}
		}
	}
	return incident.Window{}, false
}

// same says that two values are of the same number, of which one may be labelled more closely.
func same(v, other incident.Value) bool {
	if v.Measure != other.Measure || v.Baseline == nil || other.Baseline == nil || len(v.Labels) == 0 && len(other.Labels) > 0 {
		return false
	}
	for label, value := range v.Labels {
		if other.Labels[label] != value {
			return false
		}
	}
	return true
}

// agoChecks hold how long ago it began against the moment itself.
func (a *auditor) agoChecks(_ incident.Finding, v incident.Value) []check {
	onset := a.c.Facts.Onset
	if onset == nil {
		return nil
	}
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, how: "from the onset to the end of the window", slack: time.Minute.Seconds(),
		truth: func(context.Context) (float64, error) { return a.c.Window.To.Sub(onset.Middle()).Seconds(), nil }}}
}

// commandChecks count the commands that a finding offers.
func (a *auditor) commandChecks(f incident.Finding, v incident.Value) []check {
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, how: "the commands that the finding holds", truth: func(context.Context) (float64, error) {
		return float64(len(f.Evidence.Commands)), nil
	}}}
}

// countedOverChecks hold the time that something is said to be counted in against the time that the finding speaks of.
func (a *auditor) countedOverChecks(f incident.Finding, v incident.Value) []check {
	length := func(_ context.Context, w incident.Window) (float64, error) {
		if w.IsZero() {
			return 0, errors.New("the finding says no time")
		}
		return w.Length().Seconds(), nil
	}
	return a.both(f, v, "length of the time that the finding says it speaks of", ofPart(0, 1), length)
}
