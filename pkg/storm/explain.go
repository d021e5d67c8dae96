package storm

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Explain finds the smallest set of causes that explains the alerts, as the package says.
func Explain(alerts []Alert, g *Graph, causes []Cause) Answer {
	causes = causes[:min(MostCauses, len(causes))]
	reached := make([]reach, len(causes))
	for i, c := range causes {
		reached[i] = reach{cause: c, measured: g.paths(c.Services, measuredWay), possible: g.paths(c.Services, possibleWay), any: g.paths(c.Services, anyWay)}
	}
	answer := Answer{Causes: []string{}, Explained: []Explained{}, Unexplained: []Unexplained{}, Unplaced: []Unexplained{}}
	by := make([][]Explained, len(alerts)) // explanations of each alert by any cause
	for i, a := range alerts {
		if reason := unplaced(a, g, causes); reason != "" {
			answer.Unplaced = append(answer.Unplaced, Unexplained{a.ID, reason})
			continue
		}
		var why Reason
		if by[i], why = explanations(a, reached); len(by[i]) == 0 {
			answer.Unexplained = append(answer.Unexplained, Unexplained{a.ID, why})
		}
	}
	chosen := cover(by, causes)
	for _, explanations := range by {
		for _, e := range explanations {
			if slices.Contains(chosen, e.Cause) {
				answer.Explained = append(answer.Explained, e)
			}
		}
	}
	answer.Causes = mostFirst(chosen, answer.Explained)
	return answer
}

// reach is a cause with the services that reach it.
type reach struct {
	cause                   Cause
	measured, possible, any map[string][]string
}

// unplaced is why an alert has no place on the graph; empty where it has one.
func unplaced(a Alert, g *Graph, causes []Cause) Reason {
	switch {
	case a.Service == "":
		return NoService
	case !g.Has(a.Service) && !slices.ContainsFunc(causes, func(c Cause) bool { return slices.Contains(c.Services, a.Service) }):
		return NotInGraph
	}
	return ""
}

// explanations are those of an alert, or else the reason that comes nearest to one.
func explanations(a Alert, reached []reach) ([]Explained, Reason) {
	var found []Explained
	nearest, measured := NoPath, false
	if len(reached) == 0 {
		nearest = NoCause
	}
	for _, r := range reached {
		path, is := r.measured[a.Service]
		if !is {
			path = r.possible[a.Service]
		}
		if why := r.refuses(a, path); why != "" {
			if nearness(why) < nearness(nearest) {
				nearest = why
			}
			continue
		}
		measured = measured || is
		found = append(found, Explained{Alert: a.ID, Cause: r.cause.ID, Path: path, Measured: is})
	}
	if measured {
		found = slices.DeleteFunc(found, func(e Explained) bool { return !e.Measured })
	}
	return found, nearest
}

// refuses is why a cause does not explain an alert that reaches it by a path, which may be nil; empty where it does.
func (r reach) refuses(a Alert, path []string) Reason {
	switch {
	case path == nil && r.any[a.Service] != nil:
		return CallsNormal
	case path == nil:
		return NoPath
	case differ(a.Scope.Environment, r.cause.Scope.Environment) || differ(a.Scope.Cluster, r.cause.Scope.Cluster),
		len(path) == 1 && differ(a.Scope.Namespace, r.cause.Scope.Namespace):
		return OtherSystem
	}
	return order(a.Began, r.cause.Began)
}

func differ(a, b string) bool { return a != "" && b != "" && a != b }

// order is why an alert that began within one window does not follow a cause that began within another; empty where it may.
func order(alert, cause incident.Window) Reason {
	switch {
	case alert.To.IsZero() || cause.To.IsZero() || cause.From.IsZero():
		return Unordered
	case alert.To.Before(cause.From.Add(-Slack)):
		return Earlier
	case alert.From.IsZero(): // some time before To, at which it was first seen
		return Unordered
	case alert.From.After(cause.To.Add(Later)):
		return MuchLater
	}
	return ""
}

// nearness orders reasons, the nearest to an explanation first.
func nearness(r Reason) int {
	return slices.Index([]Reason{Earlier, MuchLater, Unordered, OtherSystem, CallsNormal, NoPath, NoCause}, r)
}

// mostFirst orders causes by how many alerts they explain.
func mostFirst(chosen []string, explained []Explained) []string {
	count := map[string]int{}
	for _, e := range explained {
		count[e.Cause]++
	}
	slices.SortStableFunc(chosen, func(a, b string) int { return count[b] - count[a] })
	return chosen
}

// cover is the smallest set of causes that has an explanation of every alert that has any. Sets are tried from the smallest on; of one
// size the surest comes first, and then the one that began first.
func cover(by [][]Explained, causes []Cause) []string {
	place := map[string]int{}
	for i, c := range causes {
		place[c.ID] = i
	}
	var needs []uint // for each alert the causes that explain it, a bit each
	for _, explanations := range by {
		mask := uint(0)
		for _, e := range explanations {
			mask |= 1 << place[e.Cause]
		}
		if mask != 0 {
			needs = append(needs, mask)
		}
	}
	best, found := uint(0), false
	for set := range uint(1) << len(causes) {
		if slices.ContainsFunc(needs, func(mask uint) bool { return mask&set == 0 }) {
			continue
		}
		if !found || better(set, best, causes) {
			best, found = set, true
		}
	}
	chosen := []string{}
	for i, c := range causes {
		if best&(1<<i) != 0 {
			chosen = append(chosen, c.ID)
		}
	}
	return chosen
}

// better compares sets that explain the same alerts.
func better(a, b uint, causes []Cause) bool {
	sizeA, sureA, beganA := weigh(a, causes)
	sizeB, sureB, beganB := weigh(b, causes)
	switch {
	case sizeA != sizeB:
		return sizeA < sizeB
	case sureA != sureB:
		return sureA > sureB
	}
	return beganA.Before(beganB)
}

// weigh says how many causes a set has, how sure they are in sum, and when the first of them began.
func weigh(set uint, causes []Cause) (size, sure int, began time.Time) {
	for i, c := range causes {
		if set&(1<<i) == 0 {
			continue
		}
		size++
		sure += map[incident.Level]int{incident.Likely: 2, incident.Possible: 1}[c.Level]
		if began.IsZero() || !c.Began.From.IsZero() && c.Began.From.Before(began) {
			began = c.Began.From
		}
	}
	return size, sure, began
}
