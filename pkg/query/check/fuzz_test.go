package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/grafana/loki/v3/pkg/logql/syntax"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/check"
)

// FuzzChecks reads whatever somebody writes as a check: what is taken keeps its shape whatever the service is called, or is refused for it.
func FuzzChecks(f *testing.F) {
	for _, c := range [][4]string{
		{check.PromQL, `sum(rate(depth{service="$service",job!~".*/$service"}[5m])) > 3`, "{value} of {service}, normally {normal}", `a"} or up{x="`},
		{check.PromQL, `up{job=~"[$service]"}`, "{value}", "z-a"},
		{check.LogQL, `{service_name="$service"} |= "stuck" | json | status >= 500`, "{value} lines", "`} or {x=`"},
		{check.LogQL, `sum(count_over_time({a=~"$service.+"}[5m]))`, "{value}", "(((("},
		{check.TraceQL, `{ resource.service.name = "$service" && name = "$operation" }`, "{value} traces", `" || true || "`},
		{"sql", "select 1", "{x}", "\x00"},
	} {
		f.Add(c[0], c[1], c[2], c[3])
	}
	f.Fuzz(func(t *testing.T, language, query, sentence, service string) {
		c := incident.Check{Language: language, Query: query, Sentence: sentence}
		_ = check.Sentence(c)
		check.CountsLines(c)
		if check.Query(c) != nil {
			return
		}
		hostile, err := check.Text(c, incident.Subject{Service: service, Operation: service})
		if err != nil {
			return
		}
		plain, err := check.Text(c, incident.Subject{Service: "faultline", Operation: "faultline"})
		require.NoError(t, err)
		require.False(t, plain != query && hostile == query && !strings.Contains(service, "$"), "it is filled in for every service: %s", query)
		require.Equal(t, shape(t, language, plain), shape(t, language, hostile), "%s\n%s", plain, hostile)
	})
}

// shape is what a query is made of, without the values of its labels.
func shape(t *testing.T, language, query string) []string {
	t.Helper()
	var parts []string
	switch language {
	case check.PromQL:
		read, err := parser.NewParser(parser.Options{}).ParseExpr(query)
		require.NoError(t, err)
		parser.Inspect(read, func(node parser.Node, _ []parser.Node) error {
			parts = append(parts, fmt.Sprintf("%T", node))
			if selector, is := node.(*parser.VectorSelector); is {
				for _, m := range selector.LabelMatchers {
					parts = append(parts, m.Name+m.Type.String())
				}
			}
			return nil
		})
	case check.LogQL:
		read, err := syntax.ParseExpr(query)
		require.NoError(t, err)
		read.Walk(func(e syntax.Expr) bool {
			parts = append(parts, fmt.Sprintf("%T", e))
			if selector, is := e.(*syntax.MatchersExpr); is {
				for _, m := range selector.Mts {
					parts = append(parts, m.Name+m.Type.String())
				}
			}
			return true
		})
	}
	return parts
}
