package impact_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// among is the checkout whose name series with these labels bear, beside one of another service; and the subject says this of itself.
func among(t *testing.T, scope incident.Scope, series ...map[string]string) *incident.Case {
	t.Helper()
	c := checkout()
	c.Subject.Scope, c.Facts.Service = scope, nil
	all := []incident.Series{point(map[string]string{"service_name": "auth-service", "namespace": "elsewhere"}, 60)}
	for _, labels := range series {
		own := maps.Clone(labels)
		if own["job"] == "" {
			own["service_name"] = "order-service"
		}
		all = append(all, point(own, 60))
	}
	reads(t, impact.Service(), c, answered("services", all...))
	return c
}

// served is the answer to the question for the requests of systems: by the label's value, what it serves in the window and now, and
// the share of both that fails.
func served(label string, rates map[string][3]float64) source.Answer {
	var series []incident.Series
	for value, r := range rates {
		for part, rate := range map[string]float64{"in the window": r[0], "now": r[1]} {
			for code, share := range map[string]float64{"200": 1 - r[2], "503": r[2]} {
				series = append(series, point(map[string]string{phase.PartLabel: part, label: value, "http_response_status_code": code}, rate*share))
			}
		}
	}
	return source.Answer{Series: series}
}

// spans are what a search for the service's spans found, by an attribute.
func spans(attribute string, values ...string) source.Answer {
	var answer source.Answer
	for _, v := range values {
		answer.Traces = append(answer.Traces, incident.TraceSummary{Spans: []incident.Span{{Attributes: map[string]string{attribute: v}}}})
	}
	return answer
}

func TestMetricsThatTellAllPartsCostNoQuestion(t *testing.T) {
	t.Parallel()
	for _, scope := range []incident.Scope{{}, {Namespace: "blue"}, {Namespace: "blue", Environment: "live", Cluster: "one"}} {
		c := among(t, scope, map[string]string{"namespace": "blue", "env": "live", "k8s_cluster_name": "one", "pod": "a"}, map[string]string{"namespace": "blue", "env": "live", "k8s_cluster_name": "one", "pod": "b"})
		require.Empty(t, plans(t, impact.Scope(), c))
		require.NotEqual(t, incident.NotChecked, reads(t, impact.Scope(), c, source.Answers{}).Outcome)
		require.False(t, c.Facts.Apart.Mixed())
	}
}

func TestSystemsThatOnlySpansTellApartAreToldToo(t *testing.T) {
	t.Parallel()
	for attribute, part := range map[string]incident.ScopePart{
		"k8s.namespace.name": incident.Namespace, "service.namespace": incident.Namespace, "deployment.environment.name": incident.Environment, "env": incident.Environment,
		"k8s.cluster.name": incident.Cluster, "cluster": incident.Cluster,
	} {
		for _, labels := range []map[string]string{{"pod": "a"}, {"availability_zone": "x"}} {
			c := among(t, incident.Scope{}, labels)
			require.Contains(t, plans(t, impact.Scope(), c)["spans"], "resource."+attribute)
			reading := reads(t, impact.Scope(), c, source.Answers{"spans": spans(attribute, "blue", "green", "green", "")})
			require.Equal(t, "The spans of order-service are of 2 "+string(part)+"s: green (2) and blue (1) of 3 looked at. "+
				"The metrics do not tell these apart, and the numbers below mix them: choose one.", reading.Findings[0].Sentence)
			require.Equal(t, incident.Warning, reading.Findings[0].Severity)
			require.True(t, c.Facts.Apart.Mixed())
			require.Equal(t, []string{"green", "blue"}, c.Facts.Apart.Names())
			require.NotContains(t, plans(t, impact.ErrorRate(), c)["traffic"], "green")
		}
	}
}

func TestSpansOfOtherSystemsThanTheOneThatIsMeantAreNotMixedIn(t *testing.T) {
	t.Parallel()
	c := among(t, incident.Scope{Namespace: "blue"}, map[string]string{"namespace": "blue"}, map[string]string{"namespace": "green"})
	answer := source.Answer{}
	for _, s := range [][2]string{{"blue", "one"}, {"green", "two"}} {
		answer.Traces = append(answer.Traces, incident.TraceSummary{Spans: []incident.Span{{Attributes: map[string]string{"k8s.namespace.name": s[0], "k8s.cluster.name": s[1]}}}})
	}
	reads(t, impact.Scope(), c, source.Answers{"spans": answer})
	require.False(t, c.Facts.Apart.Mixed(), "cluster two is that of green")
}

func TestATraceStoreThatFailsLeavesOpenWhetherThereAreOthers(t *testing.T) {
	t.Parallel()
	c := among(t, incident.Scope{}, map[string]string{"namespace": "blue"})
	problem := &source.Problem{Kind: source.Timeout, Sentence: "Tempo did not answer."}
	_, err := impact.Scope().Read(c, source.Answers{"spans": {Problem: problem}})
	require.ErrorIs(t, err, problem)
	reading := reads(t, impact.Scope(), c, source.Answers{"spans": {Problem: &source.Problem{Kind: source.Unconfigured, Sentence: "There is no trace store."}}})
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Contains(t, reading.Findings[0].Sentence, "in the metrics")
}

func TestOneServiceOfItsNameIsAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []*incident.Case{
		among(t, incident.Scope{}, map[string]string{"pod": "a"}, map[string]string{"pod": "b"}),
		among(t, incident.Scope{}, map[string]string{"namespace": "blue"}, map[string]string{"namespace": "blue", "env": "live"}),
		among(t, incident.Scope{Namespace: "blue"}, map[string]string{"namespace": "blue"}),
		among(t, incident.Scope{}, map[string]string{"availability_zone": "a", "version": "1"}, map[string]string{"availability_zone": "b", "version": "2"}),
	} {
		require.NotContains(t, plans(t, impact.Scope(), c), "requests")
		reading := reads(t, impact.Scope(), c, source.Answers{"spans": spans("k8s.namespace.name", "blue", "blue")})
		require.NotEqual(t, incident.NotChecked, reading.Outcome)
		require.False(t, c.Facts.Apart.Mixed())
	}
}

func TestSeveralServicesOfANameAreToldWithTheirNumbers(t *testing.T) {
	t.Parallel()
	for label, part := range map[string]incident.ScopePart{
		"namespace": incident.Namespace, "k8s_namespace_name": incident.Namespace, "service_namespace": incident.Namespace,
		"deployment_environment": incident.Environment, "env": incident.Environment, "cluster": incident.Cluster, "k8s_cluster_name": incident.Cluster,
	} {
		c := among(t, incident.Scope{}, map[string]string{label: "blue", "pod": "a"}, map[string]string{label: "green"}, map[string]string{label: "old"})
		require.Contains(t, plans(t, impact.Scope(), c)["requests"], "sum by ("+label+", http_response_status_code)")
		reading := reads(t, impact.Scope(), c, source.Answers{"requests": served(label, map[string][3]float64{"blue": {1, 2, 0.5}, "green": {3, 4, 0.1}, "old": {0.01, 0, 0}})})
		require.Equal(t, "order-service serves requests in 2 "+string(part)+"s: green (4/s, 10% of them failed) and blue (2/s, 50% of them failed). "+
			"The numbers below mix them: choose one.", reading.Findings[0].Sentence)
		require.Equal(t, incident.Warning, reading.Findings[0].Severity)
		require.True(t, c.Facts.Apart.Mixed())
		require.Equal(t, []string{"green", "blue"}, c.Facts.Apart.Names())
		require.NotContains(t, plans(t, impact.ErrorRate(), c)["traffic"], label)
	}
}

func TestATrickleBesideAServiceIsLeftOutUnlessItFails(t *testing.T) {
	t.Parallel()
	for failing, mixed := range map[float64]bool{0: false, 1: true} {
		c := among(t, incident.Scope{}, map[string]string{"env": "live"}, map[string]string{"env": "trial"})
		reads(t, impact.Scope(), c, source.Answers{"requests": served("env", map[string][3]float64{"live": {20, 20, 0.001}, "trial": {0.1, 0.1, failing}})})
		require.Equal(t, mixed, c.Facts.Apart.Mixed())
	}
}

func TestASplitIsToldUnderOneLabel(t *testing.T) {
	t.Parallel()
	c := among(t, incident.Scope{}, map[string]string{"namespace": "blue", "env": "live", "cluster": "one"}, map[string]string{"namespace": "green", "env": "trial", "cluster": "one"})
	reading := reads(t, impact.Scope(), c, source.Answers{"requests": served("namespace", map[string][3]float64{"blue": {1, 1, 0}, "green": {1, 1, 0}})})
	require.Len(t, reading.Findings, 1)
	require.Contains(t, reading.Findings[0].Sentence, "2 namespaces")
}

func TestAGivenScopeNarrowsTheRequestsToIt(t *testing.T) {
	t.Parallel()
	blue, green := map[string]string{"namespace": "blue", "env": "live"}, map[string]string{"namespace": "green", "env": "trial"}
	c := among(t, incident.Scope{Namespace: "green"}, blue, green)
	asked := plans(t, impact.Scope(), c)
	require.NotContains(t, asked, "requests")
	require.Contains(t, asked["spans"], "resource.k8s.namespace.name")
	reading := reads(t, impact.Scope(), c, source.Answers{"spans": spans("service.namespace", "blue", "green", "blue")})
	require.Equal(t, "Looked at is order-service of namespace green alone; the name is also that of a service in namespace blue.", reading.Findings[0].Sentence)
	require.Equal(t, map[incident.ScopePart]string{incident.Namespace: "service.namespace"}, c.Facts.Apart.Attributes)
	require.Equal(t, []string{"blue"}, c.Facts.Apart.Left(incident.Namespace))
	require.Equal(t, []string{"live"}, c.Facts.Apart.Left(incident.Environment))
	for _, s := range []phase.Step{impact.ErrorRate(), impact.Latency(), impact.StatusCodes()} {
		for name, text := range plans(t, s, c) {
			require.Contains(t, text, `namespace="green"`, "%s: %s", s.ID, name)
		}
	}
}

func TestANamespaceBeforeTheNameTellsServicesApart(t *testing.T) {
	t.Parallel()
	series := []map[string]string{{"job": "blue/order-service"}, {"job": "green/order-service"}}
	c := among(t, incident.Scope{Namespace: "green"}, series...)
	require.Equal(t, "green/order-service", c.Facts.Service.Value)
	require.Equal(t, "green/", c.Facts.Service.Prefix)

	c = among(t, incident.Scope{}, series...)
	require.Contains(t, plans(t, impact.Scope(), c)["requests"], `job=~"(.+/)?order-service"`)
	reading := reads(t, impact.Scope(), c, source.Answers{"requests": served("job", map[string][3]float64{"blue/order-service": {1, 1, 0}, "green/order-service": {1, 1, 0}})})
	require.Contains(t, reading.Findings[0].Sentence, "The numbers below are of "+c.Facts.Service.Value)

	// Beside a label that holds the name alone.
	for _, s := range series {
		s["service_name"] = "order-service"
	}
	c = among(t, incident.Scope{Namespace: "green"}, series...)
	reads(t, impact.Scope(), c, source.Answers{"spans": spans("k8s.namespace.name", "green", "blue")})
	require.Contains(t, plans(t, impact.ErrorRate(), c)["traffic"], `job="green/order-service"`)
}

func TestAScopeThatNoSeriesHasIsDroppedWithASentence(t *testing.T) {
	t.Parallel()
	c := among(t, incident.Scope{Namespace: "monitoring"}, map[string]string{"namespace": "blue"})
	require.NotContains(t, plans(t, impact.Scope(), c), "requests")
	reading := reads(t, impact.Scope(), c, source.Answers{})
	require.Equal(t, "No series of order-service has the namespace monitoring, which was asked for: they have blue. It is not looked at by that.", reading.Findings[0].Sentence)
	require.Equal(t, incident.Info, reading.Findings[0].Severity, "nothing else of this name could be meant")
	require.Nil(t, c.Facts.Apart)
	require.NotContains(t, plans(t, impact.ErrorRate(), c)["traffic"], "monitoring")
}

func TestAStoreThatCannotTellServicesOfANameApartIsNamed(t *testing.T) {
	t.Parallel()
	c := among(t, incident.Scope{Environment: "live"}, map[string]string{"pod": "a"})
	reading := reads(t, impact.Scope(), c, source.Answers{"spans": spans("deployment.environment.name", "live", "trial")})
	require.Contains(t, reading.Findings[0].Sentence, "The metrics of order-service do not tell the environment live")
	require.Equal(t, "live", c.Facts.Apart.Within.Environment)
	require.Equal(t, []string{"trial"}, c.Facts.Apart.Left(incident.Environment))
	require.NotContains(t, plans(t, impact.ErrorRate(), c)["traffic"], "live")

	c = among(t, incident.Scope{Namespace: "blue"}, map[string]string{"namespace": "blue"}, map[string]string{"namespace": "green"})
	reading = reads(t, impact.Scope(), c, source.Answers{"spans": spans("host.name", "a")})
	require.Contains(t, reading.Findings[0].Sentence, "The traces of order-service do not tell the namespace blue, so that all that bears the name is looked at; it may be of another one.")
	reading = reads(t, impact.Scope(), c, source.Answers{"spans": {Problem: &source.Problem{Sentence: "Tempo did not answer."}}})
	require.Contains(t, reading.Findings[0].Sentence, "since the trace store did not tell: Tempo did not answer.")
}
