package services_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/phase/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// counted is one number of the answer about other services' metrics.
func counted(part string, value float64, labels map[string]string) incident.Series {
	all := map[string]string{"faultline_part": part}
	for name, v := range labels {
		all[name] = v
	}
	return incident.Series{Labels: all, Points: []incident.Point{{Time: end, Value: value}}}
}

func risen(total float64, most ...incident.Series) source.Answers {
	return source.Answers{"risen": {Series: append(most, counted("series", total, nil),
		counted("usual", 1.02, map[string]string{"faultline_metric": "container_memory_rss"}), counted("usual", math.NaN(), map[string]string{"faultline_metric": "container_sockets"}))}}
}

func TestOfManyMetricsThoseThatRoseAreRead(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	asked := phasetest.Planned(t, services.Risen(), c)["risen"].Text
	require.Contains(t, asked, "topk(100, (clamp_max(avg_over_time(")
	require.Contains(t, asked, "clamp_max(rate(")
	require.Contains(t, asked, "quantile by (faultline_metric) (0.5,")
	r := phasetest.Learned(t, services.Risen(), c, risen(104_000, counted("most", 1.8, map[string]string{"faultline_metric": "container_memory_rss", "pod": "ads-6d4cf56db6-x2x4z"}),
		counted("most", 2.6, map[string]string{"faultline_metric": "process_open_sockets", "service_name": "mail"})))
	require.Equal(t, "Of 104000 series of metrics of other services' infrastructure the ranking compares the 2 that rose most, by half or more.", r.Findings[0].Sentence)
	require.Equal(t, []incident.UsualRise{{Metric: "container_memory_rss", Times: 1.02}}, c.Facts.Risen.Usual)

	ranked := phasetest.Planned(t, services.Rank(), c)["metrics of services without traces"].Text
	require.Equal(t, `{__name__=~"container_memory_rss|process_open_sockets",pod="ads-6d4cf56db6-x2x4z"} or {__name__=~"container_memory_rss|process_open_sockets",service_name="mail"}`, ranked)
}

func TestOfManyMetricsThatDidNotRiseNoneIsRead(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	r := phasetest.Learned(t, services.Risen(), c, risen(104_000))
	require.Equal(t, "None of 104000 series of metrics of other services' infrastructure rose by half.", r.Findings[0].Sentence)
	require.NotContains(t, phasetest.Planned(t, services.Rank(), c), "metrics of services without traces")
	_, err := services.Rank().Read(c, source.Answers{})
	phasetest.RequireSkip(t, err, "none of 104000 series of infrastructure metrics rose by half")
}

func TestFewMetricsAreReadWhole(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	r := phasetest.Learned(t, services.Risen(), c, risen(340))
	require.Equal(t, "There are 340 series of metrics of other services' infrastructure. The ranking compares all of them.", r.Findings[0].Sentence)
	require.Contains(t, phasetest.Planned(t, services.Rank(), c)["metrics of services without traces"].Text, `pod!=""`)
}

func TestWithoutMetricsOfOthersNothingIsCounted(t *testing.T) {
	t.Parallel()
	_, err := services.Risen().Read(caseWithOnset(), source.Answers{"risen": {}})
	phasetest.RequireSkip(t, err, "no infrastructure metric of other services")
}
