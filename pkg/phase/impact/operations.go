package impact

import (
	"maps"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// severalOperations says whether the service's numbers may be those of several operations that can be told apart.
func severalOperations(c *incident.Case) bool {
	if c.Facts.Conventions == nil || !told(c) || len(operationLabels(c)) == 0 {
		return false
	}
	return c.Subject.Operation == "" || len(phase.OperationMatchers(c.Facts.Conventions.Requests.Operation, c.Subject.Operation)) == 0
}

// operationsQuestion asks for requests by status and durations of every operation over time, with points that share nothing.
func operationsQuestion(c *incident.Case) (source.Question, error) {
	queries := operationQueries(c, phase.Averaging(c))
	var parts []phase.Part
	for _, name := range slices.Sorted(maps.Keys(queries)) {
		parts = append(parts, phase.Part{Name: name, Expr: queries[name]})
	}
	text, err := phase.Joined(parts...)
	return source.Question{Name: operationsAsked, Kind: source.Range, Text: text, Window: phase.Lookback(c), Step: max(phase.Spacing(c), phase.Averaging(c))}, err
}

// operationMoves are the departures of single operations from their course. That many are looked at makes each of them less certain.
func operationMoves(c *incident.Case, parts map[string][]incident.Series) []move {
	requests, buckets := byOperation(c, parts[served]), byOperation(c, parts[servedBuckets])
	const kinds = 3 // errors, client errors and latency
	tests := kinds * len(requests)
	options := shareOptions(c)
	options.Chance /= float64(tests)
	options.Planned /= float64(tests)
	var moves []move
	add := func(name, operation string, change onset.Change, found bool) {
		if found {
			moves = append(moves, move{name + " of " + operation, change.Moved})
		}
	}
	for _, operation := range slices.Sorted(maps.Keys(requests)) {
		t := trafficOf(c, requests[operation])
		failed, fails := onset.FindRise(t.trials(c), options)
		add("errors", operation, failed, fails)
		refused, refuses := onset.FindRise(t.refusals().trials(c), options)
		add("client errors", operation, refused, refuses)
		longer, slow := durationsOf(buckets[operation], c.Facts.Conventions.Requests.Seconds).longer(c, tests)
		add("latency", operation, longer, slow)
	}
	return inOrder(moves)
}

func byOperation(c *incident.Case, series []incident.Series) map[string][]incident.Series {
	operations := map[string][]incident.Series{}
	for _, s := range series {
		name := operationOf(c, s)
		operations[name] = append(operations[name], s)
	}
	return operations
}
