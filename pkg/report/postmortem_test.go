package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/report"
)

// theWalkthrough is a saved case whose times are the story's own.
func theWalkthrough(t *testing.T) *incident.SavedCase {
	t.Helper()
	written, err := os.ReadFile(filepath.Join("..", "incident", "testdata", "saved.v1.json"))
	require.NoError(t, err)
	s, err := incident.ReadSaved(written)
	require.NoError(t, err)
	return s
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "if the report was meant to change, run this package's tests with -update")
}

func TestThePostMortemIsWrittenInFourForms(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("CET", 3600)
	earlier := &incident.CasesBefore{Compared: 2, Cases: []incident.CaseBefore{
		{Case: incident.CaseSummary{ID: "case-20241203-0912-0123456789ab", Title: "2024-12-03 09:12 order-service"}, Score: 0.8,
			Because: []string{"The same cause: networkpolicy/restrict-coredns of coredns.", "It affected the same service, order-service."},
			Fix:     &incident.AppliedFix{By: "Ben", Text: "kubectl delete networkpolicy restrict-coredns -n kube-system\nasked platform"}, Recovered: true, Took: 840,
			How: "from the onset until the exit criteria held"},
		{Case: incident.CaseSummary{ID: "case-20241104-2201-0123456789ab", Title: "2024-11-04 22:01 search-api"}, Score: 0.4, Because: []string{"The same cause: x."}}}}
	p := report.PostMortemOf(theWalkthrough(t), zone, earlier)
	golden(t, "postmortem.golden.md", []byte(p.Markdown()))
	page, err := p.HTML()
	require.NoError(t, err)
	golden(t, "postmortem.golden.html", page)
	document, err := json.MarshalIndent(p, "", "  ")
	require.NoError(t, err)
	golden(t, "postmortem.golden.json", append(document, '\n'))
	golden(t, "postmortem.golden.txt", []byte(p.Chat("https://grafana.example/a/faultline-investigation-app/cases/case-20250121-1047-0123456789ab?ds=prod")))
	for range 5 {
		assert.Equal(t, p.Markdown(), report.PostMortemOf(theWalkthrough(t), zone, earlier).Markdown())
	}
}

func TestTheTimelineOfTheWalkthroughHasTheStorysTimes(t *testing.T) {
	t.Parallel()
	p := report.PostMortemOf(theWalkthrough(t), nil, nil)
	found := func(at, text string, part report.Part) {
		t.Helper()
		for _, m := range p.Timeline {
			if strings.Contains(m.Text, text) && m.Part == part {
				assert.Equal(t, "2025-01-21 "+at, m.UTC[:16], text)
				return
			}
		}
		assert.Fail(t, "not in the timeline", "%s %s", part, text)
	}
	found("10:00", "restrict-coredns (kube-system) was created", report.PartCause)
	found("10:01", "Silent for 28 min", report.PartSilent)
	found("10:35", "error rate of order-service exceeds 5%", report.PartImpact)
	found("10:47", "Alert fires: CheckoutErrorRateHigh", report.PartResponse)
	found("10:01", "pods of coredns (kube-system) begin to crash", report.PartCause)
	found("10:29", `logs "upstream timeout"`, report.PartCause)
	found("10:30", "p99 latency of order-service rises", report.PartImpact)
	found("10:32", "errors of order-service rise to 7.3 %", report.PartImpact)
	found("10:47", "Case opened", report.PartResponse)
	found("10:59", "Fix applied", report.PartResponse)
	found("11:01", "Recovery confirmed", report.PartResolution)
	times := map[string]string{}
	for _, s := range p.Times {
		times[s.Name] = s.Took
	}
	assert.Equal(t, "12 min", times["Time to fix"])
	assert.Equal(t, "2 min", times["Time to recover"])
	assert.Equal(t, "14 min", times["From alert to recovery"])
}

func TestNothingThatPeopleTypeBecomesMarkupOfThePage(t *testing.T) {
	t.Parallel()
	s := theWalkthrough(t)
	evil := "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>\n# Not a heading"
	for i := range s.Entries {
		s.Entries[i].Text, s.Entries[i].By.Name = evil, evil
	}
	s.Case.Subject.Service, s.Case.Verdict.Sentence, s.Case.Environment = evil, evil, evil
	p := report.PostMortemOf(s, nil, nil)
	page, err := p.HTML()
	require.NoError(t, err)
	for _, never := range []string{"<script", "<img", `href="javascript`} {
		assert.NotContains(t, string(page), never)
		assert.NotContains(t, p.Markdown(), never)
	}
	assert.NotContains(t, p.Markdown(), "\n# Not a heading")
}

func TestACaseThatHasJustBegunHasAReportToo(t *testing.T) {
	t.Parallel()
	p := report.PostMortemOf(&incident.SavedCase{ID: "x", Case: incident.Case{Subject: incident.Subject{Service: "order-service"}}}, nil, nil)
	assert.Contains(t, p.Markdown(), "# Post-mortem: order-service")
	assert.Contains(t, p.Summary, "No lasting recovery was confirmed.")
	_, err := p.HTML()
	require.NoError(t, err)
}

func TestAReaderInUTCIsToldEachTimeOnce(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	kathmandu, err := time.LoadLocation("Asia/Kathmandu")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		zone          *time.Location
		later         time.Duration // than January
		heads, suffer string
	}{
		"where no zone is asked for": {nil, 0, "| UTC | what |", " at 2025-01-21 10:30:06 UTC, give"},
		"in London in winter":        {london, 0, "| UTC | what |", " at 2025-01-21 10:30:06 UTC, give"},
		"not in London in summer":    {london, 180 * 24 * time.Hour, "| Europe/London | UTC | what |", " at 2025-07-20 11:30:06 BST (10:30:06 UTC), give"},
		"not in Kathmandu":           {kathmandu, 0, "| Asia/Kathmandu | UTC | what |", " at 2025-01-21 16:15:06 +0545 (10:30:06 UTC), give"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := theWalkthrough(t)
			delay(s, c.later)
			p := report.PostMortemOf(s, c.zone, nil)
			page, err := p.HTML()
			require.NoError(t, err)
			text, twice := p.Markdown(), !strings.HasPrefix(c.heads, "| UTC")
			assert.Contains(t, text, "\n"+c.heads)
			assert.Contains(t, p.Summary[1], c.suffer)
			first := p.Timeline[0]
			assert.Equal(t, twice, strings.Contains(text, "| "+first.Local+" | "+first.UTC+" |"))
			assert.Equal(t, !twice, strings.Contains(text, "\n| "+first.UTC+" | "+first.Text+" |"))
			assert.Equal(t, twice, strings.Contains(string(page), ">"+strings.ReplaceAll(first.Local, "+", "&#43;")+"<"))
			assert.Contains(t, string(page), ">"+first.UTC+"<")
			assert.Equal(t, twice, strings.Contains(text, "times of day without a zone are of "+strings.Split(c.heads, " ")[1]))
		})
	}
}

// delay moves all that a timeline is written from.
func delay(s *incident.SavedCase, by time.Duration) {
	onset := s.Case.Facts.Onset
	onset.Earliest, onset.Latest = onset.Earliest.Add(by), onset.Latest.Add(by)
	for i := range s.Case.Verdict.Chain {
		s.Case.Verdict.Chain[i].At = s.Case.Verdict.Chain[i].At.Add(by)
	}
	s.Entries = s.Entries[:1]
	s.Entries[0].At, s.Entries[0].Happened = s.Entries[0].At.Add(by), nil
	s.Case.Facts.Errors = nil
}

func TestInvestigationsThatFoundTheSameAgainAreOneLine(t *testing.T) {
	t.Parallel()
	s := theWalkthrough(t)
	verdict := s.Case.Verdict.Sentence
	began := time.Date(2025, 1, 21, 10, 47, 0, 0, time.UTC)
	s.Entries = nil
	ids := map[string]string{verdict: s.Case.Verdict.ID(), "No clear cause.": string(incident.NoClearCause)}
	for _, e := range []struct {
		after time.Duration
		kind  incident.EntryKind
		text  string
	}{
		{0, incident.EntryOpened, ""},
		{2 * time.Minute, incident.EntryInvestigated, "No clear cause."},
		{3 * time.Minute, incident.EntryInvestigated, verdict},
		{4 * time.Minute, incident.EntryNote, "I look at it."},
		{5 * time.Minute, incident.EntryInvestigated, verdict},
		{13*time.Hour + 30*time.Minute, incident.EntryInvestigated, verdict},
		{14 * time.Hour, incident.EntryInvestigated, "No clear cause."},
		{15 * time.Hour, incident.EntryInvestigated, "No clear cause."},
		{16 * time.Hour, incident.EntryInvestigated, verdict},
	} {
		s.Entries = append(s.Entries, incident.Entry{ID: "e" + e.after.String(), At: began.Add(e.after), By: incident.Itself(), Kind: e.kind, Text: e.text, Verdict: ids[e.text]})
	}
	p := report.PostMortemOf(s, time.FixedZone("CET", 3600), nil)
	var lines []string
	for _, m := range p.Timeline {
		if m.Entry != "" {
			lines = append(lines, m.UTC[11:16]+" "+m.Text)
		}
	}
	assert.Equal(t, []string{
		"10:47 Case opened",
		"10:49 Investigated: No clear cause.",
		"10:50 Investigated: " + verdict + " (found 2 times more, the last at 2025-01-22 01:17:00 CET)",
		"10:51 I look at it.",
		"00:47 Investigated: No clear cause. (found once more, at 02:47:00 CET)",
		"02:47 Investigated: " + verdict,
	}, lines)
	for _, took := range p.Times {
		if took.Name == "Time to a verdict" {
			assert.Equal(t, "3 min", took.Took, "what the case was told again later did not take longer to find")
			return
		}
	}
	assert.Fail(t, "no time to a verdict")
}

func TestAFindingThatWasPinnedIsOneLineWithThoseWhoPinnedIt(t *testing.T) {
	t.Parallel()
	s := theWalkthrough(t)
	link := s.Case.Verdict.Chain[0]
	s.Entries = nil
	for i, by := range []string{"Ana", "Ben", "Ana"} {
		pin := &incident.Pin{Step: link.Step, ID: link.About, Sentence: "As it was then.", At: link.At}
		if i == 2 {
			pin.ID, pin.Sentence = "other", "Something else of the same step."
		}
		s.Entries = append(s.Entries, incident.Entry{ID: by, At: link.At.Add(time.Hour), By: incident.Author{Login: by, Name: by}, Kind: incident.EntryPinned, Pin: pin})
	}
	var told []string
	for _, m := range report.PostMortemOf(s, nil, nil).Timeline {
		if m.At.Equal(link.At) {
			told = append(told, m.Text+" | "+m.By)
		}
	}
	assert.Equal(t, []string{link.Sentence + " | Ana, Ben", "Something else of the same step. | Ana"}, told)
}

func TestSentencesSpeakOfTheReadersTimeOfDay(t *testing.T) {
	t.Parallel()
	kathmandu, err := time.LoadLocation("Asia/Kathmandu")
	require.NoError(t, err)
	at := time.Date(2025, 1, 21, 20, 0, 0, 0, time.UTC)
	moments := func(start int) []incident.Moment {
		return []incident.Moment{{At: at, Form: incident.TimeAndDay, Start: start, End: start + len("20:00:00 on 21 January")}}
	}
	s := theWalkthrough(t)
	v := &s.Case.Verdict
	v.Sentence, v.Moments = "Likely: it expired at 20:00:00 on 21 January.", moments(22)
	v.Chain[0].Sentence, v.Chain[0].Moments = "expires at 20:00:00 on 21 January", moments(11)
	v.Candidates[0].Because, v.Candidates[0].Moments = nil, nil
	v.Candidates[0].Says("expired at 20:00:00 on 21 January", moments(11))
	s.Entries = append(s.Entries, incident.Entry{ID: "x", At: at, Kind: incident.EntryInvestigated, Text: v.Sentence, Moments: v.Moments, Verdict: "another"},
		incident.Entry{ID: "y", At: at, Kind: incident.EntryPinned, Pin: &incident.Pin{Step: "a/b", ID: "c", Sentence: "pinned at 20:00:00 on 21 January", Moments: moments(10), At: at}})
	text := report.PostMortemOf(s, kathmandu, nil).Markdown()
	for _, part := range []string{"Likely: it expired at ", "expires at ", "expired at ", "pinned at ", "Investigated: Likely: it expired at "} {
		assert.Contains(t, text, part+"01:45:00 on 22 January")
	}
	assert.NotContains(t, text, "20:00:00 on 21 January")
}
