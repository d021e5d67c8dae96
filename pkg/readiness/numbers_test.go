package readiness_test

import (
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/readiness"
)

var number = regexp.MustCompile(`\d+`)

// requireNumbers says that a factor's values hold every number of its sentence. Minutes are kept as seconds.
func requireNumbers(t *testing.T, f readiness.Factor) {
	t.Helper()
	for _, text := range number.FindAllString(f.Sentence, -1) {
		n, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(f.Values, func(v incident.Value) bool {
			return v.Value == n || v.Unit == incident.Seconds && v.Value == 60*n
		}), "%s is not among the values of %q", text, f.Sentence)
	}
}
