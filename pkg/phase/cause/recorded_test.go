package cause_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/changes"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// What real stores answered to these steps in incidents of other kinds than the walkthrough's.
func TestStepsReadWhatRealStoresAnsweredInIncidentsOfEveryKind(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]phase.Step{
		"node":        {cause.Events(), cause.Surroundings()},
		"queue":       {cause.Surroundings()},
		"certificate": {cause.Events(), cause.Surroundings()},
		"pool":        {cause.Pool(), cause.Events()},
		"surge":       {cause.Limits()},
		"leak":        {cause.Limits(), cause.Pods()},
		"outage":      {cause.Pods(), cause.Events(), changes.List()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told, path := phasetest.Told(t, os.DirFS("testdata"), name, steps...), "testdata/"+name+".golden"
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(told), 0o600))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), told, "rewrite with -update")
		})
	}
}
