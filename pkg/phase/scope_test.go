package phase_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// green is the case of the service basket in the namespace green, of which there is another one in blue.
func green() *incident.Case {
	return &incident.Case{Subject: incident.Subject{Service: "basket", Scope: incident.Scope{Namespace: "green"}}, Facts: incident.Facts{
		Service:   &incident.ServiceSeries{Label: "service_name", Value: "basket"},
		LogLabels: &incident.LogLabels{Service: "app", Scopes: map[incident.ScopePart][]string{incident.Namespace: {"k8s_namespace_name"}, incident.Cluster: {"cluster"}}},
		Apart: &incident.Apart{Within: incident.Scope{Namespace: "green"}, Others: []incident.Scope{{Namespace: "blue"}, {Namespace: "red"}},
			Labels:     map[incident.ScopePart][]string{incident.Namespace: {"service_namespace"}},
			Attributes: map[incident.ScopePart]string{incident.Namespace: "service.namespace"}},
	}}
}

func TestQueriesLeaveOutOtherServicesOfTheName(t *testing.T) {
	t.Parallel()
	for _, asked := range []struct {
		kind         source.Kind
		text, leaves string
	}{
		{source.Instant, `sum(rate(pool_used{service_name="price"}[5m]))`,
			`sum(rate(pool_used{exported_namespace!~"blue|red",namespace!~"blue|red",service_name="price",service_namespace!~"blue|red"}[5m]))`},
		{source.Range, `requests_total{service_namespace="green"}`, `requests_total{service_namespace="green"}`},
		{source.Range, `traces_service_graph_request_total{client="basket"}`,
			`traces_service_graph_request_total{client="basket",client_service_namespace!~"blue|red",server_service_namespace!~"blue|red"}`},
		{source.Lines, `{app="basket"} |= "x"`, `{app="basket", k8s_namespace_name!~"blue|red"} |= "x"`},
		{source.LogCount, `sum(count_over_time({app="basket"}[5m]))`, `sum(count_over_time({app="basket", k8s_namespace_name!~"blue|red"}[5m]))`},
		{source.TraceByID, "8f2e", "8f2e"},
		{source.LogLabels, "", ""},
	} {
		got, err := phase.Leaving(green(), asked.kind, asked.text)
		require.NoError(t, err)
		require.Equal(t, asked.leaves, got)

		alone := green()
		alone.Facts.Apart = nil
		got, err = phase.Leaving(alone, asked.kind, asked.text)
		require.NoError(t, err)
		require.Equal(t, asked.text, got)
	}
}

func TestSpansOfTheSubjectAreThoseWithinItsScope(t *testing.T) {
	t.Parallel()
	c := green()
	require.Equal(t, `{ resource.service.name = "basket" && resource.service.namespace = "green" }`, traceql.Spans(phase.SubjectSpans(c)...))
	require.Equal(t, `{ resource.service.name = "price" }`, traceql.Spans(phase.SpansOf(c, "price")...))
	c.Facts.Apart = nil
	require.Equal(t, `{ resource.service.name = "basket" }`, traceql.Spans(phase.SubjectSpans(c)...))
}

func TestAStepWithinAScopeWaitsForWhatTellsItApart(t *testing.T) {
	t.Parallel()
	s := phase.Within(phase.Step{Plan: func(*incident.Case) ([]source.Question, error) {
		return []source.Question{{Kind: source.Lines, Text: `{app="basket"}`}}, nil
	}})
	require.Contains(t, s.Reads(), incident.FactApart)
	questions, err := s.Plan(green())
	require.NoError(t, err)
	require.Equal(t, `{app="basket", k8s_namespace_name!~"blue|red"}`, questions[0].Text)
}

func TestWhatIsWatchedLaterLeavesThemOutToo(t *testing.T) {
	t.Parallel()
	comparison := func() *incident.Comparison { return &incident.Comparison{Query: `waiting{queue="orders"}`} }
	found := incident.Facts{Pool: comparison(), Lookups: &incident.Comparison{}, Shared: &incident.SharedPool{Users: []incident.Comparison{*comparison()}},
		Saturation: &incident.Saturation{CPU: comparison()}, Surroundings: &incident.Surroundings{Nodes: []incident.Comparison{*comparison()}, Queues: []incident.QueueState{{Comparison: *comparison()}}}}
	s := phase.Within(phase.Step{Read: func(*incident.Case, source.Answers) (phase.Reading, error) {
		return phase.FoundThat().Teaching(func(f *incident.Facts) { *f = found }), nil
	}})
	reading, err := s.Read(green(), nil)
	require.NoError(t, err)
	for range 2 { // a run learns it, and tells it
		var learned incident.Facts
		reading.Learn(&learned)
		for _, w := range []incident.Comparison{*learned.Pool, learned.Shared.Users[0], *learned.Saturation.CPU, learned.Surroundings.Nodes[0], learned.Surroundings.Queues[0].Comparison} {
			require.Equal(t, `waiting{exported_namespace!~"blue|red",namespace!~"blue|red",queue="orders",service_namespace!~"blue|red"}`, w.Query)
		}
		require.Empty(t, learned.Lookups.Query)
	}
}
