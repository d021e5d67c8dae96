package investigate_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

var (
	quoted = regexp.MustCompile(`“[^”]*”|"(?:[^"\\]|\\.)*"`)
	clock  = regexp.MustCompile(`\b\d\d:\d\d:\d\d\b`)
	// amount is a number that stands by itself, with its unit: not part of a name such as p99, 8f2e4a or http_2.
	amount = regexp.MustCompile(`(?:^|[\s(±:])(-?\d+(?:,\d{3})*(?:\.\d+)?(?:%| (?:ms|s|min(?: \d+ s)?|µs|[KMGT]iB)|/s)?)(?:$|[\s,;:.)]|$)`)
)

func TestNoSentenceHoldsANumberThatItsValuesLack(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	c, err := investigate.Run(t.Context(), request, recording, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	checked := 0
	for _, s := range c.Steps {
		for _, f := range s.Findings {
			known := spellings(f)
			text := clock.ReplaceAllString(quoted.ReplaceAllString(withoutNames(c, f.Sentence), "…"), "…")
			for _, found := range amount.FindAllStringSubmatch(text, -1) {
				checked++
				require.Contains(t, known, strings.TrimPrefix(found[1], "-"), "%s says: %s", s.Key(), f.Sentence)
			}
		}
	}
	require.Greater(t, checked, 20, "the test must find the numbers that there are")
}

func TestEveryTimeInASentenceIsAMomentBesideIt(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	c, err := investigate.Run(t.Context(), request, recording, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	found := 0
	for said := range c.Sentences() {
		times := clock.FindAllString(quoted.ReplaceAllString(*said.Text, "…"), -1)
		require.Len(t, *said.Moments, len(times), "%s: write times with wording.Textf and wording.Clock", *said.Text)
		require.True(t, incident.InOrder(*said.Text, *said.Moments), *said.Text)
		for i, m := range *said.Moments {
			require.Equal(t, times[i], m.At.Format(time.TimeOnly), *said.Text)
			found++
		}
	}
	require.Greater(t, found, 15, "the test must find the times that there are")
}

// withoutNames takes out what is a name and no number.
func withoutNames(c *incident.Case, sentence string) string {
	names := []string{}
	if c.Facts.Example != nil {
		names = append(names, c.Facts.Example.Trace.ID)
		for _, s := range c.Facts.Example.Trace.Spans {
			names = append(names, s.Name)
		}
	}
	for _, name := range names {
		sentence = strings.ReplaceAll(sentence, name, "…")
	}
	return sentence
}

// spellings are all the ways in which a sentence may write the finding's values.
func spellings(f incident.Finding) map[string]bool {
	known := map[string]bool{}
	add := func(v float64, unit incident.Unit) {
		v = math.Abs(v)
		known[numbers.Say(v, unit)] = true
		known[numbers.Count(math.Round(v))] = true
		if unit == incident.Seconds {
			known[numbers.Milliseconds(time.Duration(v*float64(time.Second)))] = true
			known[fmt.Sprintf("%d min", int(math.Round(v/60)))] = true
			known[numbers.Duration(math.Round(v))] = true
		}
	}
	for _, v := range f.Values {
		known[v.Name] = true // a status code
		add(v.Value, v.Unit)
		add(v.Samples, incident.Count)
		if v.Baseline != nil {
			add(*v.Baseline, v.Unit)
		}
	}
	return known
}
