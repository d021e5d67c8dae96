package logpattern_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

var began = time.Date(2025, 1, 21, 10, 42, 0, 0, time.UTC)

// said makes lines of one service, a second apart.
func said(texts ...string) []logpattern.Line {
	lines := make([]logpattern.Line, len(texts))
	for i, text := range texts {
		lines[i] = logpattern.Line{Service: "payment-service", Line: incident.Line{Time: began.Add(time.Duration(i) * time.Second), Text: text}}
	}
	return lines
}

func texts(found logpattern.Templates) map[string]int {
	counts := map[string]int{}
	for _, t := range found.All {
		counts[t.Text()] += t.Count
	}
	return counts
}

func TestWhatDiffersFromLineToLineIsMasked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"took 12ms, 1.5 s or -3":                                  "took <*>, <*> s or <*>",
		"dial tcp 10.96.0.1:443: connect: no route to host":       "dial tcp <*>: connect: no route to host",
		"order ord_8f2e4a1b for usr_123":                          "order <*> for <*>",
		"request 550e8400-e29b-41d4-a716-446655440000 done":       "request <*> done",
		"at 2025-01-21T10:43:18.920Z and 2025-01-21 10:43:18,920": "at <*> and <*> <*>",
		`GET /api/products/sku-1234 200 "id-77"`:                  `GET /api/products/<*> <*> "<*>"`,
		"reserved sku=sku-12 quantity=3 by=hand":                  "reserved sku=<*> quantity=<*> by=hand",
		"fell back to http2 on s3":                                "fell back to http2 on s3",
		"mail for someone@example.com bounced":                    "mail for <*> bounced",
		"span deadbee5 ended":                                     "span <*> ended",
		"upstream closed the connection":                          "upstream closed the connection",
	} {
		require.Equal(t, want, logpattern.Mine(said(text)).All[0].Text())
	}
}

func TestTheMessageOfStructuredLinesIsWhatCounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		`{"level":"ERROR","trace_id":"8f2e","message":"Payment failed after retries","error":"x"}`: {"Payment failed after retries", "error"},
		`{"severity":"warn","msg":"slow fragment","ms":12}`:                                        {"slow fragment", "warn"},
		`{"message":{"nested":true},"event":"login"}`:                                              {"login", ""},
		`{"message":"broken`: {`{"message":"broken`, ""},
		`level=error msg="checkout \"A\" failed" user=usr_1 status=503`: {`checkout "A" failed`, "error"},
		`ts=1 msg=started level=info`:                                   {"started", "info"},
		"Response(status=1, msg=Success, data=3)":                       {"Response(status=1, msg=Success, data=3)", ""},
		"INFO done, msg=Order 12":                                       {"INFO done, msg=Order 12", ""},
		"request method=GET path=/":                                     {"request method=GET path=/", ""},
		"panic: nil map\ngoroutine 1 [running]:\n\tmain.go:12":          {"panic: nil map", ""},
	} {
		message, level := logpattern.Parse(incident.Line{Text: text})
		require.Equal(t, want, [2]string{message, level}, text)
	}
	_, level := logpattern.Parse(incident.Line{Text: "plain", Level: "Warn"})
	require.Equal(t, "warn", level)
}

func TestNamesThatAreFilledInAreOnePatternAndChoicesAreSeveral(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, name := range []string{"anna", "ben", "cleo", "dora", "emil", "fritz"} {
		lines = append(lines, "user "+name+" has logged in", "checkout failed for "+name+" again", "checkout succeeded for "+name+" again")
	}
	require.Equal(t, map[string]int{"user <*> has logged in": 6, "checkout failed for <*> again": 6, "checkout succeeded for <*> again": 6},
		texts(logpattern.Mine(said(lines...))))
}

func TestAPatternKnowsItsTimesAndWhatToSearchFor(t *testing.T) {
	t.Parallel()
	found := logpattern.Mine(said(`{"msg":"took 3 ms to say \"hello\" to the world"}`, `{"msg":"took 14 ms to say \"hello\" to the world"}`))
	require.Len(t, found.All, 1)
	pattern := found.All[0]
	require.Equal(t, began, pattern.First)
	require.Equal(t, began.Add(time.Second), pattern.Last)
	require.Equal(t, "to the world", pattern.Constant())
	require.Contains(t, pattern.Example.Text, "took 3 ms")
}

// anyLines draws lines that have much in common, as logs do, and some of any text.
func anyLines() *rapid.Generator[[]logpattern.Line] {
	word := rapid.SampledFrom([]string{"checkout", "failed", "after", "usr_12", "10.0.0.1:53", "level=error", `msg="a b"`, "x=1", "ok", "", "é", "<*>", "\x00", "\xff"})
	text := rapid.OneOf(rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("%s %s %s %s", word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c"), word.Draw(t, "d"))
	}), rapid.String(), rapid.SampledFrom([]string{`{"msg":"a 1","level":"warn"}`, `{"message":"b"}`, `{`, `""`}))
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) logpattern.Line {
		return logpattern.Line{Service: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "service"),
			Line: incident.Line{Time: began.Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "s")) * time.Second), Text: text.Draw(t, "text"),
				Level: rapid.SampledFrom([]string{"", "info", "error"}).Draw(t, "level")}}
	}), 0, 60)
}

func TestAnyLineBelongsToOnePatternAndMatchesIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := anyLines().Draw(t, "lines")
		found := logpattern.Mine(lines)
		require.Len(t, found.Of, len(lines))
		counts := make([]int, len(found.All))
		for i, place := range found.Of {
			counts[place]++
			pattern := found.All[place]
			require.True(t, pattern.Matches(lines[i]), "%q does not match %q", lines[i].Text, pattern.Text())
			require.False(t, lines[i].Time.Before(pattern.First) || lines[i].Time.After(pattern.Last))
		}
		for place, pattern := range found.All {
			require.Equal(t, counts[place], pattern.Count)
			require.Positive(t, pattern.Count)
			require.Contains(t, pattern.Example.Text, pattern.Constant())
		}
	})
}

func TestPatternsDoNotDependOnTheOrderOfTheLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := anyLines().Draw(t, "lines")
		shuffled := rapid.Permutation(lines).Draw(t, "shuffled")
		require.Equal(t, logpattern.Mine(lines).All, logpattern.Mine(shuffled).All)
	})
}

func TestTheRunsOfATemplateStandInItsLines(t *testing.T) {
	t.Parallel()
	var lines []logpattern.Line
	for i := range 4 {
		lines = append(lines, logpattern.Line{Line: incident.Line{Text: fmt.Sprintf("no room for order %d in \"bay\" at the back door", 17+i)}})
	}
	template := logpattern.Mine(lines).All[0]
	require.Equal(t, []string{"no room for order", "in", "at the back door"}, template.Runs(100), "neither numbers nor quotes")
	require.Equal(t, []string{"no room"}, template.Runs(2))
	for _, run := range template.Runs(100) {
		require.Contains(t, template.Example.Text, run)
	}
}
