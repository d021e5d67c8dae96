package impact

import (
	"fmt"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Onset says when the service's own numbers left their course, and which of them did first. Where none did, it looks at each of its
// operations, since one number for all of them hides what few of them suffer.
func Onset() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseImpact,
		ID:       "onset",
		Title:    "Onset",
		NeedsOne: []incident.Fact{incident.FactErrors, incident.FactLatency, incident.FactTraffic, incident.FactRefused},
		Awaits:   []incident.Fact{incident.FactConventions, incident.FactCounters, incident.FactService},
		Learns:   []incident.Fact{incident.FactOnset},
		Plan:     planOnset,
		Read:     readOnset,
	}
}

// move is one number's departure from its course.
type move struct {
	name string
	at   incident.MovedAt
}

func planOnset(c *incident.Case) ([]source.Question, error) {
	if len(harmfulMoves(c.Facts)) > 0 || nothingToCompare(c.Facts) || !severalOperations(c) {
		return nil, nil
	}
	question, err := operationsQuestion(c)
	return []source.Question{question}, err
}

func readOnset(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	f := c.Facts
	moves := harmfulMoves(f)
	byOperation := len(moves) == 0
	if answer, asked := answers[operationsAsked]; byOperation && asked {
		if problem := answers.Problem(operationsAsked); problem != nil {
			return phase.Reading{}, problem
		}
		moves = operationMoves(c, phase.Parted(answer))
	}
	if len(moves) == 0 {
		if nothingToCompare(f) {
			return phase.Reading{}, phase.Skipf("Choose a window that begins later, or check how long the metrics store keeps this service's metrics.",
				"The service's metrics begin in the time looked at, so it is not known since when they have been at this level.")
		}
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal,
			Sentence: "No number of the service itself left its course in the time looked at."}), nil
	}
	first := moves[0]
	onset := incident.Onset{MovedAt: first.at, First: first.name, Baseline: baseline.Hour(first.at.Earliest)}
	if f.Latency != nil && f.Errors != nil && f.Latency.Worse && f.Errors.Worse {
		onset.Lead = f.Errors.Moved.Middle().Sub(f.Latency.Moved.Middle())
	}
	finding := onsetFinding(c, onset, moves)
	if byOperation {
		finding.Sentence += " The service's numbers over all its operations did not move."
	}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Onset = &onset }), nil
}

// nothingToCompare says that of every number that is known nothing is known from before.
func nothingToCompare(f incident.Facts) bool {
	compared := func(change *incident.Change) bool { return change != nil && !change.NoBaseline }
	return !compared(f.Errors) && !compared(f.Latency) && !compared(f.Traffic) && !compared(f.Refused)
}

// harmfulMoves lists what moved in the direction that hurts, the earliest first. A drop of traffic alone is the
// customers' reaction more often than the fault, so it counts only when nothing else moved.
func harmfulMoves(f incident.Facts) []move {
	var moves []move
	if f.Latency != nil && f.Latency.Worse {
		moves = append(moves, move{"latency", *f.Latency.Moved})
	}
	if f.Errors != nil && f.Errors.Worse {
		moves = append(moves, move{"errors", *f.Errors.Moved})
	}
	if f.Refused != nil && f.Refused.Worse {
		moves = append(moves, move{"client errors", *f.Refused.Moved})
	}
	if len(moves) == 0 && f.Traffic != nil && f.Traffic.Worse {
		moves = append(moves, move{"traffic", *f.Traffic.Moved})
	}
	return inOrder(moves)
}

// inOrder sorts moves by when they were. Of two that may have been at the same moment the one whose margin lies within the other's goes
// first: they agree, and it tells the moment better. So does one that is told much better than an earlier one whose margin, doubled,
// reaches it: one in twenty margins does not hold the truth, and a vague one by minutes.
func inOrder(moves []move) []move {
	sort.SliceStable(moves, func(i, j int) bool { return moves[i].at.Middle().Before(moves[j].at.Middle()) })
	for i := 1; i < len(moves); i++ {
		if inside(moves[i].at, moves[0].at) || vague(moves[0].at, moves[i].at) {
			sharper := moves[i]
			copy(moves[1:i+1], moves[:i])
			moves[0] = sharper
		}
	}
	return moves
}

func inside(inner, outer incident.MovedAt) bool {
	return !inner.Earliest.Before(outer.Earliest) && !inner.Latest.After(outer.Latest) && inner.Margin() < outer.Margin()
}

// vague says that the first of two moments is told much worse than the second, and may still be the same.
func vague(first, second incident.MovedAt) bool {
	const (
		much  = 5               // times the second's margin
		least = 2 * time.Minute // of the first's
	)
	return first.Margin() >= max(least, much*second.Margin()) && second.Earliest.Sub(first.Latest) <= first.Margin()
}

func onsetFinding(c *incident.Case, onset incident.Onset, moves []move) incident.Finding {
	ago := c.Window.To.Sub(onset.Middle())
	said := wording.Textf("It began at %s ±%s, %s ago, with %s",
		wording.Clock(onset.Middle()), numbers.Duration(onset.Margin().Round(time.Second).Seconds()), roughly(ago), onset.First)
	values := []incident.Value{
		{Name: "onset", Measure: incident.MeasureOnset, Value: float64(onset.Middle().Unix()), Unit: incident.UnixTime},
		{Name: "margin", Value: onset.Margin().Round(time.Second).Seconds(), Unit: incident.Seconds},
		{Name: "time since", Measure: incident.MeasureAgo, Value: ago.Round(time.Minute).Seconds(), Unit: incident.Seconds},
	}
	if len(moves) > 1 {
		lead := moves[1].at.Middle().Sub(moves[0].at.Middle())
		margin := moves[0].at.Margin() + moves[1].at.Margin()
		if lead > margin {
			said = wording.Textf("%s; %s followed %s later", said, moves[1].name, roughly(lead))
			values = append(values, incident.Value{Name: "lead", Value: lead.Seconds(), Unit: incident.Seconds})
		} else {
			said = wording.Textf("%s; %s moved at about the same time", said, moves[1].name)
		}
	}
	at := incident.Window{From: onset.Earliest, To: onset.Latest}
	said = wording.Textf("%s.", said)
	return incident.Finding{Severity: incident.Critical, Sentence: said.Plain(), Moments: said.Moments(), Values: values, Interval: &at,
		Baseline: &onset.Baseline,
		Method:   "the moment that the counts of requests make likeliest, with the shortest time around it that holds the truth in 95 of 100 cases"}
}

// roughly writes a duration as precisely as one is known.
func roughly(d time.Duration) string {
	if d < 90*time.Second {
		return numbers.Duration(d.Round(time.Second).Seconds())
	}
	return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
}
