package provoke_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
)

func TestInputsAreDamagedAndStayAsTheyWere(t *testing.T) {
	t.Parallel()
	inputs := [][]byte{[]byte(`{"a":[1,"two",null]}`), {}, []byte("\x0a\x02")}
	forms := map[string]bool{}
	provoke.Each(t, 2000, inputs, func(input []byte) { forms[string(input)] = true })
	require.Greater(t, len(forms), 500)
	require.Equal(t, [][]byte{[]byte(`{"a":[1,"two",null]}`), {}, []byte("\x0a\x02")}, inputs)
}

func TestTheSameSeedDamagesInTheSameWay(t *testing.T) {
	t.Parallel()
	one, other := provoke.Seeded(7), provoke.Seeded(7)
	for range 100 {
		require.Equal(t, one.Damage([]byte(`{"a":1}`)), other.Damage([]byte(`{"a":1}`)))
	}
}

func TestEachValueOfADocumentIsReplacedOrLeftOut(t *testing.T) {
	t.Parallel()
	const document = `{"a":[1,"two"],"b":{"c":null}}`
	for place, want := range []string{`7`, `{"a":7,"b":{"c":null}}`, `{"a":[7,"two"],"b":{"c":null}}`, `{"a":[1,7],"b":{"c":null}}`, `{"a":[1,"two"],"b":7}`, `{"a":[1,"two"],"b":{"c":7}}`, `7`} {
		require.Equal(t, want, string(provoke.Replaced([]byte(document), place, []byte("7"))))
	}
	require.JSONEq(t, `{"b":{"c":null}}`, string(provoke.Replaced([]byte(document), 1, []byte("no JSON"))))
	require.Equal(t, `{`, string(provoke.Replaced([]byte(`{`), 1, []byte("7"))))
}
