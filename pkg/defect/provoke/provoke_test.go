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

//nolint:paralleltest // it sets a variable of the environment
func TestTheSameSeedDamagesInTheSameWay(t *testing.T) {
	t.Setenv("PROVOKE", "7")
	var first, again []string
	provoke.Each(t, 50, [][]byte{[]byte(`{"a":1}`)}, func(input []byte) { first = append(first, string(input)) })
	provoke.Each(t, 50, [][]byte{[]byte(`{"a":1}`)}, func(input []byte) { again = append(again, string(input)) })
	require.Equal(t, first, again)
}
