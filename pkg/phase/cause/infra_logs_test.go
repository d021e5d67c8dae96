package cause_test

import (
	"testing"
	"time"

	"github.com/grafana/loki/v3/pkg/logql/syntax"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func said(at time.Time, service, text string) incident.Line {
	return incident.Line{Time: at, Text: text, Labels: map[string]string{"service_name": service, "k8s_namespace_name": "kube-system"}}
}

func logged(around, before []incident.Line) source.Answers {
	return source.Answers{"around": {Lines: around}, "before": {Lines: before}, "present": {Series: []incident.Series{
		{Labels: map[string]string{"detected_level": "info"}, Points: points(end, end, 7)}}}}
}

func TestInfrastructureLogsAreAskedForInThreeQuestionsThatParse(t *testing.T) {
	t.Parallel()
	questions := phasetest.Planned(t, cause.InfraLogs(), caseWithOnset())
	require.Len(t, questions, 3)
	for _, q := range questions {
		_, err := syntax.ParseExpr(q.Text)
		require.NoError(t, err)
	}
	require.Equal(t, questions["before"].Window.To, questions["around"].Window.From)
}

func TestAnErrorThatIsNewIsToldWithWhatItSpeaksOf(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Culprit = &incident.Culprit{External: "api.example.com"}
	old := `cache eviction took 17 ms`
	reading := phasetest.Learned(t, cause.InfraLogs(), c, logged([]incident.Line{
		said(ago(70*time.Minute), "proxy", old),
		said(ago(20*time.Minute), "resolver", `{"message":"upstream 10.0.0.1:53 timed out","query":"api.example.com"}`),
		said(ago(20*time.Minute), "resolver", "=================="), // it holds no word to be known by
		said(ago(19*time.Minute), "resolver", `{"message":"upstream 10.0.0.2:53 timed out","query":"www.example.org"}`),
	}, []incident.Line{said(ago(100*time.Minute), "proxy", old)}))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Len(t, reading.Findings, 1)
	require.Equal(t, `resolver (kube-system) logged 2 times "upstream <*> timed out", since 11:40:00. It speaks of api.example.com, the host that could not be reached.`,
		reading.Findings[0].Sentence)
	require.Len(t, reading.Findings[0].Evidence.Lines, 2)
	p := c.Facts.InfraLogs.Patterns[0]
	require.Equal(t, []string{"api.example.com", "www.example.org"}, p.Names)
	require.Equal(t, ago(20*time.Minute), p.First)
}

func TestAnErrorThatBecameMuchMoreFrequentIsTold(t *testing.T) {
	t.Parallel()
	var now []incident.Line
	for i := range 8 {
		now = append(now, said(ago(time.Duration(20-i)*time.Minute), "proxy", "no healthy upstream"))
	}
	then := []incident.Line{said(ago(100*time.Minute), "proxy", "no healthy upstream")}
	reading := phasetest.Learned(t, cause.InfraLogs(), caseWithOnset(), logged(now, then))
	require.Equal(t, `proxy (kube-system) logged 8 times "no healthy upstream", since 11:40:00; in the hour before, once.`, reading.Findings[0].Sentence)
}

func TestInfrastructureThatSaysWhatItAlwaysSaysIsClear(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	var now, then []incident.Line
	for i := range 6 {
		now = append(now, said(ago(time.Duration(60-i)*time.Minute), "proxy", "client closed connection"))
		then = append(then, said(ago(time.Duration(120-i)*time.Minute), "proxy", "client closed connection"))
	}
	reading := phasetest.Learned(t, cause.InfraLogs(), c, logged(now, then))
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Empty(t, c.Facts.InfraLogs.Patterns)
}

func TestInfrastructureWhoseNewestErrorsWereCutOffIsNotClear(t *testing.T) {
	t.Parallel()
	answers := logged([]incident.Line{said(ago(time.Minute), "proxy", "client closed connection")}, []incident.Line{said(ago(100*time.Minute), "proxy", "client closed connection")})
	cut := answers["around"]
	cut.Truncated = true
	answers["around"] = cut
	_, err := cause.InfraLogs().Read(caseWithOnset(), answers)
	phasetest.RequireSkip(t, err, "the newest could not be read")
}

func TestInfrastructureLogsAreNotCheckedWithoutAnAnswerALabelOrAnyLine(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	phasetest.RequireUnable(t, cause.InfraLogs(), c, "present", "around", "before")
	_, err := cause.InfraLogs().Read(c, source.Answers{"present": {}, "around": {}, "before": {}})
	phasetest.RequireSkip(t, err, "no lines of the namespaces")
	c.Facts.LogLabels.Namespace = ""
	_, err = cause.InfraLogs().Plan(c)
	phasetest.RequireSkip(t, err, "names a Kubernetes namespace")
}

func TestLogsWithoutALevelAreNotCalledClear(t *testing.T) {
	t.Parallel()
	answers := logged(nil, nil)
	answers["present"] = source.Answer{Series: []incident.Series{{Labels: map[string]string{"detected_level": "unknown"}, Points: points(end, end, 7)}}}
	_, err := cause.InfraLogs().Read(caseWithOnset(), answers)
	require.ErrorContains(t, err, "The infrastructure's lines carry no level (detected_level, severity_text, level and severity)")
	require.ErrorContains(t, err, "Turn on the log store's level detection")
}
