package frames

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestNothingThatTelemetrySaysIsMarkupOfAnAnnotation(t *testing.T) {
	t.Parallel()
	const hostile = "<img src=https://evil.example/x> <!-- &lt;b&gt; </p>"
	at := time.Date(2026, 3, 10, 10, 30, 0, 0, time.UTC)
	c := &incident.Case{Subject: incident.Subject{Service: hostile}, Verdict: incident.Verdict{Chain: []incident.Link{{At: at, Sentence: hostile}}},
		Steps: []incident.StepResult{{Phase: incident.PhaseImpact, ID: "onset", Findings: []incident.Finding{{Sentence: hostile}}}},
		Facts: incident.Facts{Onset: &incident.Onset{}, Changes: &incident.Changes{List: []incident.ClusterChange{{At: at, Kind: hostile, Object: hostile, What: hostile, Text: hostile}}}}}
	for _, q := range []queryType{onsetQuery(), chainQuery(), changesQuery()} {
		for _, f := range q.draw(drawing{Case: c, uid: "u"}) {
			for _, name := range []string{"title", "text"} {
				text := column(t, f, name).At(0)
				assert.Contains(t, text, "img src", f.Name)
				assert.NotRegexp(t, `<[a-zA-Z/!?]|&[a-zA-Z#]`, text, f.Name)
			}
		}
	}
}
