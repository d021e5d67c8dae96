package verdict_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestAnHourIsQuietOnlyWhenItsNumbersWereLookedAtAndStayed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*incident.Facts)
		quiet  bool
	}{
		"all as usual":              {func(*incident.Facts) {}, true},
		"errors were not looked at": {func(f *incident.Facts) { f.Errors = nil }, false},
		"latency was not":           {func(f *incident.Facts) { f.Latency = nil }, false},
		"errors rose":               {func(f *incident.Facts) { f.Errors.Worse = true }, false},
		"latency rose":              {func(f *incident.Facts) { f.Latency.Worse = true }, false},
		"traffic fell":              {func(f *incident.Facts) { f.Traffic = &incident.Change{Worse: true} }, false},
		"traffic as usual":          {func(f *incident.Facts) { f.Traffic = &incident.Change{} }, true},
		"many errors are usual":     {func(f *incident.Facts) { f.Errors.Normal, f.Errors.Now = 0.1, 0.1 }, false},
		"a few errors more":         {func(f *incident.Facts) { f.Errors.Now = 0.002 }, true},
		"more than chance gives":    {func(f *incident.Facts) { f.Errors.Now = 0.01 }, false},
	} {
		c := calm()
		test.change(&c.Facts)
		v := judged(t, c)
		require.Equal(t, incident.NoClearCause, v.Level, name)
		require.Equal(t, test.quiet, strings.HasSuffix(v.Sentence, "so there is nothing to explain."), "%s: %s", name, v.Sentence)
	}
}
