package impact_test

import (
	"flag"
	"testing"

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
			phasetest.Golden(t, *update, name, impact.ErrorRate(), impact.Latency(), impact.RequestRate())
		})
	}
}
