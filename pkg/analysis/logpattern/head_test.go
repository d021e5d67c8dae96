package logpattern_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestWhatALoggerPutsBeforeAMessageIsNoPartOfIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"2025-01-21T10:43:18.920Z ERROR 1 --- [app] [nio-8080-exec-3] [8f2e4a1b7c9d3e5f] c.e.fares.Quotes                         : quote failed": {"quote failed", "error"},
		"2025-01-21T10:43:18.920Z  INFO 1 --- [app] [nio-8080-exec-3] [] Export                                   : 12 accounts written":          {"12 accounts written", "info"},
		"2025-01-21 10:43:18.920  WARN 2711 --- [main] o.s.web.Handler   : Resolved [Timeout]":                                                    {"Resolved [Timeout]", "warn"},
		"2025-01-21 10:43:18,920 ERROR [traffic.feed] [trace_id=8f2e] - feed 12 is late":                                                          {"feed 12 is late", "error"},
		"2025-01-21 10:43:18,920 - traffic.feed - ERROR - feed is late":                                                                           {"feed is late", "error"},
		"2025-01-21 10:43:18,920 - feed - WARNING - feed is late":                                                                                 {"feed is late", "warning"},
		"10:43:18.920 [main] ERROR com.example.Main - could not start":                                                                            {"could not start", "error"},
		"2025-01-21 10:43:18.920 UTC [4518] LOG:  process 8112 still waiting":                                                                     {"process 8112 still waiting", "log"},
		"2025/01/21 10:43:18 [error] 31#31: *7 connect() failed":                                                                                  {"*7 connect() failed", "error"},
		"2025/01/21 10:43:18 listening on :8080":                                                                                                  {"listening on :8080", ""},
		"2025-01-21T10:43:18.920+0100\tERROR\tserver/main.go:12 - gone":                                                                           {"gone", "error"},
		"[2025-01-21 10:43:18] WARN: disk is nearly full":                                                                                         {"disk is nearly full", "warn"},
		"E0121 10:43:18.920123       1 reflector.go:147] failed to list *v1.Pod":                                                                  {"failed to list *v1.Pod", "error"},
		"Jan 21 10:43:18 connection refused":                                                                                                      {"connection refused", ""},
		// These have no time before them, or nothing but a head.
		"[FATAL] plugin/kubernetes: unable to connect": {"[FATAL] plugin/kubernetes: unable to connect", ""},
		"error - retrying":                                 {"error - retrying", ""},
		"42 items at 10:43:18":                             {"42 items at 10:43:18", ""},
		"2025-01-21 10:43:18.920 ERROR":                    {"2025-01-21 10:43:18.920 ERROR", "error"},
		"2025-01-21 10:43:18 12 retries - giving up":       {"12 retries - giving up", ""},
		"2025-01-21 10:43:18 INFO error rate is: 3 - high": {"error rate is: 3 - high", "info"},
	} {
		message, level := logpattern.Parse(incident.Line{Text: text})
		require.Equal(t, want, [2]string{message, level}, text)
	}
	_, level := logpattern.Parse(incident.Line{Text: "2025-01-21 10:43:18.920 UTC [4518] LOG:  waiting", Level: "warn"})
	require.Equal(t, "warn", level, "the store knows better")
}

func TestPatternsOfPlainLinesAreTheirMessagesUnlessTheWholeIsWanted(t *testing.T) {
	t.Parallel()
	lines := said("2025-01-21T10:43:18.920Z ERROR 1 --- [app] [nio-8080-exec-3] [8f2e] c.e.Quotes  : quote 12 failed\n\njava.lang.NullPointerException: x\n\tat c.e.Quotes.of(Quotes.java:3)",
		"2025-01-21T10:43:19.120Z ERROR 1 --- [app] [nio-8080-exec-7] [77aa] c.e.Quotes  : quote 13 failed")
	found := logpattern.Mine(lines)
	require.Equal(t, map[string]int{"quote <*> failed": 2}, texts(found))
	require.Equal(t, "failed", found.All[0].Constant())
	require.True(t, found.All[0].Matches(lines[1]))
	for i := range lines {
		lines[i].Whole = true
	}
	require.Contains(t, logpattern.Mine(lines).All[0].Text(), "c.e.Quotes")
}

func TestFramesOfAStackTraceAreToldFromMessages(t *testing.T) {
	t.Parallel()
	for text, is := range map[string]bool{
		"\tat com.example.Fares.quote(Fares.java:112)":          true,
		"\tat java.base/java.lang.Thread.run(Thread.java:1583)": true,
		"    at Socket.<anonymous> (/app/server.js:12:9)":       true,
		"\t... 12 more": true,
		`  File "/app/feed.py", line 12, in read`:                true,
		"Traceback (most recent call last):":                     true,
		"goroutine 12 [running]:":                                true,
		"\t/app/main.go:12 +0x1d":                                true,
		"at last the feed (of 12) is read":                       false,
		"java.lang.NullPointerException: Cannot invoke \"x()\"":  false,
		"Caused by: java.net.SocketTimeoutException: timed out":  false,
		"2025-01-21 10:43:18 File \"a\" could not be read, line": false,
	} {
		require.Equal(t, is, logpattern.IsFrame(text), text)
	}
}
