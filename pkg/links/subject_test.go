package links_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/links"
)

func TestAnAlertIsAboutAWorkloadAndNotAboutWhatReportsIt(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/subjects.json")
	require.NoError(t, err)
	var known []struct {
		Labels  map[string]string
		Service string
	}
	require.NoError(t, json.Unmarshal(text, &known))
	for _, k := range known {
		subject, found := links.Subject(k.Labels)
		require.Equal(t, k.Service, subject.Service, k.Labels)
		require.Equal(t, k.Service != "", found, k.Labels)
	}
}
