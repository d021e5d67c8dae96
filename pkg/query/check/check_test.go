package check_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/check"
)

func TestTheSubjectsNamesAreFilledInAsValuesAndNeverChangeTheQuery(t *testing.T) {
	t.Parallel()
	shop := incident.Subject{Service: `a.b"} or up{x="`, Operation: "GET /"}
	for _, c := range []struct{ language, query, want string }{
		{check.PromQL, `sum(depth{service="$service"}) > 3`, `sum(depth{service="a.b\"} or up{x=\""}) > 3`},
		{check.PromQL, `rate(n{job=~"x/$service"}[5m])`, `rate(n{job=~"x/a\\.b\"\\} or up\\{x=\""}[5m])`},
		{check.LogQL, `{service_name="$service"} |= "stuck"`, `{service_name="a.b\"} or up{x=\""} |= "stuck"`},
		{check.TraceQL, `{ resource.service.name = "$service" && name = "$operation" }`, `{ resource.service.name = "a.b\"} or up{x=\"" && name = "GET /" }`},
	} {
		text, err := check.Text(incident.Check{Language: c.language, Query: c.query}, shop)
		require.NoError(t, err)
		require.Equal(t, c.want, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "service")
		for language, query := range map[string]string{check.PromQL: `sum(depth{a="$service",b!~"$service.*"})`, check.LogQL: `sum(count_over_time({a="$service",b="c"}[5m]))`} {
			_, err := check.Text(incident.Check{Language: language, Query: query}, incident.Subject{Service: name})
			require.NoError(t, err, "it still parses")
		}
	})
}

func TestAValueThatHoldsAnothersNameStaysAsItIs(t *testing.T) {
	t.Parallel()
	odd := incident.Subject{Service: "order", Operation: "$service"}
	for _, c := range []struct{ language, query, want string }{
		{check.PromQL, `up{name="$operation"}`, `up{name="$service"}`},
		{check.PromQL, `up{name=~"$operation.*"}`, `up{name=~"\\$service.*"}`},
		{check.LogQL, `{name=~"$operation.*"}`, `{name=~"\\$service.*"}`},
		{check.TraceQL, `{ name = "$operation" }`, `{ name = "$service" }`},
	} {
		text, err := check.Text(incident.Check{Language: c.language, Query: c.query}, odd)
		require.NoError(t, err)
		require.Equal(t, c.want, text)
	}
}

func TestANameThatBreaksARegularExpressionIsNamedAndNotLeftOut(t *testing.T) {
	t.Parallel()
	for language, query := range map[string]string{check.PromQL: `up{job=~"[$service]"}`, check.LogQL: `{job=~"[$service]"}`} {
		require.NoError(t, check.Query(incident.Check{Language: language, Query: query}))
		_, err := check.Text(incident.Check{Language: language, Query: query}, incident.Subject{Service: "z-a"})
		require.ErrorContains(t, err, `job=~"[$service]" is not a regular expression once it is filled in`)
	}
}

func TestAWrongCheckIsToldInItsParsersWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		check incident.Check
		says  string
	}{
		{incident.Check{Language: check.PromQL}, "it is missing"},
		{incident.Check{Language: "sql", Query: "select 1"}, `its language is "sql"; set language to promql, logql or traceql`},
		{incident.Check{Language: check.PromQL, Query: "sum(("}, "it is not PromQL: "},
		{incident.Check{Language: check.LogQL, Query: "{a="}, "it is not LogQL: "},
		{incident.Check{Language: check.LogQL, Query: `{a="b"} |= "$service"`}, "$service stands where it is not filled in"},
	} {
		require.ErrorContains(t, check.Query(c.check), c.says)
	}
	require.NoError(t, check.Query(incident.Check{Language: check.PromQL, Query: `up{job="$service"}`}))
	require.ErrorContains(t, check.Sentence(incident.Check{Sentence: "all well"}), "it lacks {value}")
	require.ErrorContains(t, check.Sentence(incident.Check{Sentence: "{value} {vlaue}"}), "there is no {vlaue}; known are {value}, {normal}")
	require.ErrorContains(t, check.Sentence(incident.Check{Sentence: "{value} {normal}", Language: check.LogQL}), "{normal} is known of promql checks only")
	require.True(t, check.CountsLines(incident.Check{Language: check.LogQL, Query: `{a="b"}`}))
	require.False(t, check.CountsLines(incident.Check{Language: check.LogQL, Query: `sum(rate({a="b"}[1m]))`}))
}
