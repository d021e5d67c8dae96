package verdict_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

var (
	quotation = regexp.MustCompile(`“[^”]*”|"(?:[^"\\]|\\.)*"`)
	timeOfDay = regexp.MustCompile(`\b\d\d:\d\d:\d\d\b`)
)

// holdsItsMoments requires that every time that a text holds is one of its moments.
func holdsItsMoments(t require.TestingT, text string, moments []incident.Moment) {
	times := timeOfDay.FindAllString(quotation.ReplaceAllString(text, "…"), -1)
	require.Len(t, moments, len(times), "%s: write times with wording.Textf and wording.Clock", text)
	require.True(t, incident.InOrder(text, moments), text)
	for i, m := range moments {
		require.Equal(t, times[i], m.At.UTC().Format(time.TimeOnly), text)
	}
}

func TestEveryTimeThatAVerdictNamesIsAMoment(t *testing.T) {
	t.Parallel()
	for kind, c := range ofEachKind() {
		v, _ := verdict.Judge(c)
		all := *c
		all.Verdict, all.Facts.Verdict = v, &v
		for said := range all.Sentences() {
			holdsItsMoments(t, *said.Text, *said.Moments)
		}
		advised := verdict.Advise(&all)
		for _, k := range append(advised.Looks, advised.Remedies...) {
			holdsItsMoments(t, k.Why, k.Moments)
		}
		require.NotEmpty(t, v.Candidates, kind)
	}
	whole := everything()
	rapid.Check(t, func(t *rapid.T) {
		c := some(t, whole)
		c.Verdict, _ = verdict.Judge(c)
		for said := range c.Sentences() {
			holdsItsMoments(t, *said.Text, *said.Moments)
		}
	})
}
