package logql_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/grafana/loki/v3/pkg/logql/log"
	"github.com/grafana/loki/v3/pkg/logql/syntax"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/query/logql"
)

func TestAnyTextsInAnyCaseAreOneLineFilterThatFindsThemAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(awkward(), 1, 4).Draw(t, "texts")
		text, err := logql.Streams("service_name", "a").ContainingAnyFold(texts...).Text()
		require.NoError(t, err)
		pipeline := parse(t, text).(*syntax.PipelineExpr)
		require.Len(t, pipeline.MultiStages, 1)
		filter := pipeline.MultiStages[0].(*syntax.LineFilterExpr)
		require.Nil(t, filter.Or)
		require.Nil(t, filter.Left)
		require.Equal(t, log.LineMatchRegexp, filter.Ty)
		requireFinds(t, filter.Match, texts)
	})
}

// requireFinds says that a pattern finds each of the texts, and no text that holds none of them.
func requireFinds(t *rapid.T, pattern string, texts []string) {
	found := regexp.MustCompile(pattern)
	other := rapid.StringMatching(`[0-9 ]{0,9}`).Draw(t, "other")
	holds := false
	for _, text := range texts {
		text = strings.ToValidUTF8(text, "\uFFFD")
		require.True(t, found.MatchString("before "+text), "%q in %q", pattern, text)
		require.True(t, found.MatchString(text))
		holds = holds || strings.Contains(other, text)
	}
	require.Equal(t, holds, found.MatchString(other))
}

func TestAnyTextsAreFoundAtTheEndOfAnyOfTheLabels(t *testing.T) {
	t.Parallel()
	names := []string{"trace_id", "traceid", "traceID"}
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(awkward(), 1, 3).Draw(t, "texts")
		text, err := logql.Streams("service_name", "a").WhereAnyEndsFold(names, texts...).Text()
		require.NoError(t, err)
		pipeline := parse(t, text).(*syntax.PipelineExpr)
		require.Len(t, pipeline.MultiStages, 1)
		filters := alternativesOf(pipeline.MultiStages[0].(*syntax.LabelFilterExpr).LabelFilterer)
		require.Len(t, filters, len(names))
		for i, name := range names {
			require.Equal(t, name, filters[i].Name)
			require.Equal(t, labels.MatchRegexp, filters[i].Type)
			require.Equal(t, filters[0].Value, filters[i].Value)
		}
		requireFinds(t, filters[0].Value, texts)
	})
}

// alternativesOf takes filters joined by "or" apart.
func alternativesOf(f log.LabelFilterer) []*labels.Matcher {
	switch f := f.(type) {
	case *log.BinaryLabelFilter:
		if f.And {
			return nil
		}
		return append(alternativesOf(f.Left), alternativesOf(f.Right)...)
	case *log.LineFilterLabelFilter:
		return []*labels.Matcher{f.Matcher}
	case *log.StringLabelFilter:
		return []*labels.Matcher{f.Matcher}
	}
	return nil
}

func TestStreamsWithoutAnyServicesKeepTheirNamesWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		services := rapid.SliceOfN(awkward(), 1, 3).Draw(t, "services")
		text, err := logql.StreamsWithout("service_name", services...).Text()
		require.NoError(t, err)
		matchers := parse(t, text).(*syntax.MatchersExpr).Mts
		require.Len(t, matchers, len(services)+1)
		for i, service := range services {
			require.Equal(t, labels.MatchNotEqual, matchers[i+1].Type)
			require.Equal(t, service, matchers[i+1].Value)
		}
	})
}

func TestOnlyLabelNamesCanBeKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := awkward().Draw(t, "name")
		text, err := logql.Streams("service_name", "a").Keeping("level", name).Text()
		require.NoError(t, err)
		pipeline := parse(t, text).(*syntax.PipelineExpr)
		require.Len(t, pipeline.MultiStages, 1)
		kept := pipeline.MultiStages[0].(*syntax.KeepLabelsExpr).String()
		require.Contains(t, []string{"| keep level", "| keep level," + name}, kept)
	})
	text, err := logql.Streams("service_name", "a").Keeping(`a" }`).Text()
	require.NoError(t, err)
	require.Equal(t, `{service_name="a"}`, text)
}

func TestTheNewerQueriesReadAsAPersonWouldWriteThem(t *testing.T) {
	t.Parallel()
	text, err := logql.StreamsWithout("service_name", "payment-service").Containing("api.stripe.com").CountBy("service_name", time.Hour)
	require.NoError(t, err)
	require.Equal(t, `sum by (service_name)(count_over_time({service_name=~".+", service_name!="payment-service"} |= "api.stripe.com"[1h]))`, text)

	text, err = logql.Streams("app", "a").WhereAnyEndsFold([]string{"trace_id", "traceID"}, "8f2e").Keeping("app").Text()
	require.NoError(t, err)
	require.Equal(t, "{app=\"a\"} | ( trace_id=~\"(?i).*(?:8f2e)\" or traceID=~\"(?i).*(?:8f2e)\" ) | keep app", text)
}
