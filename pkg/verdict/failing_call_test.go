package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// goWrong is a case whose traces go wrong at operations of copy, so many at each.
func goWrong(failed bool, shapes ...incident.TraceShape) *incident.Case {
	c := caseWithOnset()
	c.Facts.Shapes = &incident.TraceShapes{}
	for i := range shapes {
		shapes[i].Failed = failed
		c.Facts.Shapes.Of += shapes[i].Count
	}
	c.Facts.Shapes.Shapes = shapes
	c.Facts.Culprit = &incident.Culprit{Span: incident.Span{Service: "copy", Name: "GET /names", Failed: failed, Duration: 600 * time.Millisecond}}
	c.Facts.Example = &incident.Example{Trace: incident.Trace{Duration: 1500 * time.Millisecond}, Like: shapes[0].Count, Of: c.Facts.Shapes.Of}
	return c
}

func at(service, operation string, count int) incident.TraceShape {
	return incident.TraceShape{Shape: operation + " of " + service, Service: service, Operation: operation, Count: count}
}

func TestOperationsThatGoWrongTogetherAreNamedTogether(t *testing.T) {
	t.Parallel()
	names, quotes, tools, words := at("copy", "GET /names", 13), at("copy", "GET /quotes", 6), at("copy", "GET /tools", 5), at("copy", "GET /words", 2)
	old := quotes
	old.Before = 3
	timeout := at("copy", "GET /names", 6)
	timeout.Shape += ": timeout"
	for says, c := range map[string]*incident.Case{
		"GET /names, GET /quotes and GET /tools of copy take the largest part of the time.": goWrong(false, names, quotes, tools),
		"GET /names, GET /quotes and GET /tools of copy fail.":                              goWrong(true, names, quotes, tools),
		"4 operations of copy fail.":                                                        goWrong(true, names, quotes, tools, words),
		"GET /names of copy fails.":                                                         goWrong(true, names, timeout),
		"GET /names of copy takes the largest part of the time.":                            goWrong(false, names, old, tools),
	} {
		require.Equal(t, says, judged(t, c).Statement)
	}
	require.Equal(t, "GET /names of copy fails.", judged(t, goWrong(true, names, at("stock", "GET /", 11))).Statement, "another service is no operation of copy")
	require.Equal(t, "GET /names of copy fails.", judged(t, goWrong(true, at("copy", "GET /names", 22), words)).Statement, "nearly all go wrong at one")

	v := judged(t, goWrong(false, names, quotes, tools))
	require.Equal(t, incident.Target{Type: "service", Name: "copy"}, v.Candidates[0].Target)
	elsewhere := against(t, goWrong(false, names, quotes, tools), "fail-elsewhere")
	require.Equal(t, incident.NotSeen, elsewhere.Sighting)
	require.Equal(t, "of 24 looked at, 24 go wrong at these operations of copy", elsewhere.Detail)
}
