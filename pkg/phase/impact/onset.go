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

// Onset says when the service's own numbers left their course, and which of them did first.
func Onset() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseImpact,
		ID:       "onset",
		Title:    "Since when",
		NeedsOne: []incident.Fact{incident.FactErrors, incident.FactLatency, incident.FactTraffic, incident.FactRefused},
		Learns:   []incident.Fact{incident.FactOnset},
		Plan:     func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read:     readOnset,
	}
}

// move is one number's departure from its course.
type move struct {
	name string
	at   incident.MovedAt
}

func readOnset(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	f := c.Facts
	moves := harmfulMoves(f)
	if len(moves) == 0 {
		if nothingToCompare(f) {
			return phase.Reading{}, phase.Skipf("Choose a window that begins later, or check how long the metrics store keeps this service's metrics.",
				"The service's metrics begin in the time looked at, so that nobody can tell since when they are as they are.")
		}
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal,
			Sentence: "No number of the service itself left its course in the time looked at."}), nil
	}
	first := moves[0]
	onset := incident.Onset{MovedAt: first.at, First: first.name, Baseline: baseline.Hour(first.at.Earliest)}
	if f.Latency != nil && f.Errors != nil && f.Latency.Worse && f.Errors.Worse {
		onset.Lead = f.Errors.Moved.Middle().Sub(f.Latency.Moved.Middle())
	}
	return phase.FoundThat(onsetFinding(c, onset, moves)).Teaching(func(f *incident.Facts) { f.Onset = &onset }), nil
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
	sort.SliceStable(moves, func(i, j int) bool { return moves[i].at.Middle().Before(moves[j].at.Middle()) })
	return moves
}

func onsetFinding(c *incident.Case, onset incident.Onset, moves []move) incident.Finding {
	ago := c.Window.To.Sub(onset.Middle())
	said := wording.Textf("It began at %s ±%s, %s ago, with %s",
		wording.Clock(onset.Middle()), numbers.Duration(onset.Margin().Round(time.Second).Seconds()), roughly(ago), onset.First)
	values := []incident.Value{
		{Name: "onset", Value: float64(onset.Middle().Unix()), Unit: incident.UnixTime},
		{Name: "margin", Value: onset.Margin().Round(time.Second).Seconds(), Unit: incident.Seconds},
		{Name: "time since", Value: ago.Round(time.Minute).Seconds(), Unit: incident.Seconds},
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
		Method:   "the split between before and after that ranks tell apart best, walked back to the first point outside the normal band"}
}

// roughly writes a duration as precisely as one is known.
func roughly(d time.Duration) string {
	if d < 90*time.Second {
		return numbers.Duration(d.Round(time.Second).Seconds())
	}
	return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
}
