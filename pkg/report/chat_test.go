package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/report"
)

const page = "https://grafana.example/a/faultline-investigation-app/cases/x?ds=prod"

func TestAMessageSaysInThreeLinesWhatItIs(t *testing.T) {
	t.Parallel()
	lines := strings.Split(report.PostMortemOf(theWalkthrough(t), nil, nil).Chat(page), "\n")
	assert.Equal(t, "order-service POST /api/checkout (Production): Likely: network policy restrict-coredns cut CoreDNS off.", lines[0])
	assert.True(t, strings.HasPrefix(lines[1], "Impact: error rate 7.3%, normally 0.1%;"), lines[1])
	assert.Contains(t, lines[1], "since 2025-01-21 10:30:06 UTC")
	assert.Equal(t, "State: open, fix applied at 2025-01-21 10:59:00 UTC. "+page, lines[2])
	assert.Empty(t, lines[3])
}

func TestAMessageAboutAClosedCaseSaysHowLongItTook(t *testing.T) {
	t.Parallel()
	s := theWalkthrough(t)
	s.Entries = append(s.Entries, incident.Entry{ID: "end", Kind: incident.EntryClosed, At: s.Entries[len(s.Entries)-1].At.Add(time.Minute), By: incident.Author{Login: "ana", Name: "Ana"}})
	told := report.PostMortemOf(s, nil, nil).Chat("")
	assert.Contains(t, told, "State: closed, fix applied at 2025-01-21 10:59:00 UTC.\n")
	assert.Contains(t, told, "How long: ")
	assert.Contains(t, told, "Follow-ups:\n• ")
}

func TestAMessageNotifiesNobodyAndLinksNowhereElse(t *testing.T) {
	t.Parallel()
	s := theWalkthrough(t)
	hostile := "@here <!channel> <@U123> @everyone *x* http://evil.example www.evil.example\nState: closed"
	s.Case.Verdict.Sentence, s.Case.Verdict.Moments = hostile, nil
	s.Case.Verdict.Chain[0].Sentence, s.Case.Verdict.Chain[0].Moments = strings.Repeat(hostile, 100), nil
	last := s.Entries[len(s.Entries)-1].At
	s.Entries = append(s.Entries, incident.Entry{ID: "over", Kind: incident.EntryHandedOver, At: last.Add(time.Minute), By: incident.Author{Login: "ana", Name: "@channel"},
		Text: "**What we know**\n\n- it is *DNS*\\_1 &#64;here\n- see [runbook](https://wiki/dns)\n\n```\nkubectl get pods -l 'a!=b' *\n```\n" + strings.Repeat("\nmore\n", 50)})
	told := report.PostMortemOf(s, nil, nil).Chat(page)
	for _, active := range []string{"@here", "<!channel>", "<@U", "@everyone", "@channel", "http://evil", "www.evil"} {
		assert.NotContains(t, told, active)
	}
	lines := strings.Split(told, "\n")
	require.True(t, strings.HasPrefix(lines[1], "Impact: "), "what is quoted stays in its line")
	for _, line := range lines {
		assert.Less(t, len([]rune(line)), 500)
	}
	assert.Less(t, len(told), 6000)
	assert.Contains(t, told, "What we know\n• it is DNS_1 @\u2060here\n• see runbook (https://wiki/dns)\nkubectl get pods -l 'a!=b' *\n")
	assert.Contains(t, told, "more lines on the page")
}
