package traits_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/analysis/traits"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// traces makes traces of one span each, with what a function says of the i-th.
func traces(n int, attributes func(i int) map[string]string) [][]incident.Span {
	out := make([][]incident.Span, n)
	for i := range out {
		out[i] = []incident.Span{{Service: "payment", Attributes: attributes(i)}}
	}
	return out
}

func among(values ...string) func(i int) string {
	return func(i int) string { return values[i%len(values)] }
}

func TestTheValueThatFailingTracesShareIsTold(t *testing.T) {
	t.Parallel()
	region := among("eu", "us")
	failing := traces(20, func(i int) map[string]string {
		return map[string]string{"version": "4.7.3", "region": region(i), "pod": "p-4.7.3", "request.id": strconv.Itoa(i), "error.type": "Timeout", "http.status_code": "503"}
	})
	passing := traces(100, func(i int) map[string]string {
		return map[string]string{"version": among("4.7.2", "4.7.2", "4.7.2", "4.7.3")(i), "pod": "p-" + among("4.7.2", "4.7.2", "4.7.2", "4.7.3")(i), "region": region(i)}
	})
	names := traits.Names(failing)
	require.Equal(t, []incident.AttributeName{{Name: "pod"}, {Name: "region"}, {Name: "version"}}, names, "no identifiers, no outcomes")
	told := traits.Compare(failing, passing, names)
	require.Len(t, told, 1, "pod and version are on the same traces")
	require.Equal(t, "pod", told[0].Attribute)
	require.Equal(t, []int{20, 20, 25, 100}, []int{told[0].Failing, told[0].FailingOf, told[0].Passing, told[0].PassingOf})
	require.Less(t, told[0].Chance, 1e-6)
}

func TestTooFewTracesTellNothing(t *testing.T) {
	t.Parallel()
	bad := func(int) map[string]string { return map[string]string{"version": "2"} }
	good := func(int) map[string]string { return map[string]string{"version": "1"} }
	names := []incident.AttributeName{{Name: "version"}}
	require.Empty(t, traits.Compare(traces(4, bad), traces(100, good), names))
	require.Empty(t, traits.Compare(traces(20, bad), traces(4, good), names))
	require.Empty(t, traits.Compare(nil, nil, names))
	require.NotEmpty(t, traits.Compare(traces(10, bad), traces(10, good), names))
}

func TestOnlyTracesThatTouchTheServiceAreCompared(t *testing.T) {
	t.Parallel()
	plain := func(int) map[string]string { return map[string]string{"region": "eu"} }
	failing, passing := traces(20, plain), traces(20, plain)
	for range 200 {
		passing = append(passing, []incident.Span{{Service: "auth"}})
	}
	require.Empty(t, traits.Compare(failing, passing, traits.Names(failing)), "all that touch it are in the same region")
}

func TestSpansWithoutAttributesAreFine(t *testing.T) {
	t.Parallel()
	bare := [][]incident.Span{{{}}, {{}}, nil, {{}}, {{}}, {{}}}
	require.Empty(t, traits.Names(bare))
	require.Empty(t, traits.Compare(bare, bare, nil))
}

func TestTheSameTracesOnBothSidesDifferInNothing(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"a", "b", "c", ""})
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "traces")
		same := make([][]incident.Span, n)
		for i := range same {
			for range rapid.IntRange(0, 3).Draw(t, "spans") {
				same[i] = append(same[i], incident.Span{Service: word.Draw(t, "service"), Attributes: map[string]string{word.Draw(t, "name"): word.Draw(t, "value")},
					Resource: map[string]string{word.Draw(t, "resource"): word.Draw(t, "value")}})
			}
		}
		require.Empty(t, traits.Compare(same, same, traits.Names(same)))
	})
}
