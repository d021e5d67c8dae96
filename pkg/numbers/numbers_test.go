package numbers_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

// The table is also the test of src/format, so that the page and the sentences next to its values format alike.
func TestFormatsValuesAsTheTableHasThem(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/formatted.json")
	require.NoError(t, err)
	var table []struct {
		Value float64       `json:"value"`
		Unit  incident.Unit `json:"unit"`
		Text  string        `json:"text"`
	}
	require.NoError(t, json.Unmarshal(body, &table))
	require.Greater(t, len(table), 30)
	for _, c := range table {
		require.Equal(t, c.Text, numbers.Say(c.Value, c.Unit), "%v %s", c.Value, c.Unit)
	}
	require.Equal(t, "2,847 ms", numbers.Milliseconds(2847*time.Millisecond))
}
