package impact_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// What a real store answered of an evening of which it holds four earlier days, and of a rush on a day unlike others.
func TestEarlierDaysAreReadFromWhatARealStoreAnswered(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"nightfall", "surge"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told, path := phasetest.Told(t, os.DirFS("testdata"), name, impact.ErrorRate(), impact.Latency(), impact.RequestRate()), "testdata/"+name+".golden"
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(told), 0o600))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), told, "rewrite with -update")
		})
	}
}
