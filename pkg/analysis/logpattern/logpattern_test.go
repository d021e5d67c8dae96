package logpattern_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
)

func TestLinesThatDifferInNumbersAndNamesHaveOnePattern(t *testing.T) {
	t.Parallel()
	for want, lines := range map[string][]string{
		`plugin/kubernetes: dial tcp …: no route to host`: {
			"plugin/kubernetes: dial tcp 10.96.0.1:443: no route to host", "plugin/kubernetes: dial tcp 10.97.12.1:6443: no route to host"},
		`reading … failed after …s`: {`reading "a" failed after 3s`, `reading "some other, with 4 numbers" failed after 17s`},
		`request … took …ms`:        {"request 8f2e4a1b took 12ms", "request 123e4567-e89b-12d3-a456-426614174000 took 9ms"},
		`… E upstream gone`:         {"2026-01-20T10:29:45.000Z E upstream gone", "2026-01-21 11:29:45,123 E upstream gone"},
	} {
		for _, line := range lines {
			require.Equal(t, want, logpattern.Of(line))
		}
	}
}

func TestWordsAreKept(t *testing.T) {
	t.Parallel()
	require.Equal(t, "bad face added to facade", logpattern.Of("bad face added to facade"), "words of hexadecimal letters are words")
	require.NotEqual(t, logpattern.Of("connection refused"), logpattern.Of("connection reset"))
}

func TestAPatternIsItsOwnPatternAndShortEnoughToShow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pattern := logpattern.Of(rapid.String().Draw(t, "line"))
		require.True(t, utf8.ValidString(pattern))
		require.Less(t, len(pattern), 210)
	})
}

func TestAMessageIsTheFieldOfThatNameOrTheWholeLine(t *testing.T) {
	t.Parallel()
	require.Equal(t, "upstream timeout", logpattern.Message(`{"level":"error","message":"upstream timeout","n":1}`))
	require.Equal(t, "it broke", logpattern.Message(`{"msg":"it broke"}`))
	wordless := `{"level":"error"}`
	require.Equal(t, wordless, logpattern.Message(wordless))
	require.Equal(t, "[FATAL] no route", logpattern.Message(" [FATAL] no route\n"))
}

func TestHostsAreTheNamesThatALineSpeaksOf(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"api.stripe.com", "shop.svc.cluster.local"},
		logpattern.Hosts(`{"upstream":"10.0.0.53:53","query":"API.Stripe.com"} shop.svc.cluster.local api.stripe.com:443`))
	require.Empty(t, logpattern.Hosts("dial tcp 10.96.0.1:443: connect: no route to host"))
}
