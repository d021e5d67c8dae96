package investigate_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

var paragraph = regexp.MustCompile("(?m)^## `([^`]+)`$")

// Every step has its paragraph in docs/phases, in the order in which it is read, and no paragraph is of a step that is gone.
func TestEveryStepHasItsParagraphAndNoParagraphIsWithoutAStep(t *testing.T) {
	t.Parallel()
	steps := map[incident.Phase][]string{}
	for _, s := range investigate.All() {
		steps[s.Phase] = append(steps[s.Phase], s.ID)
	}
	for _, name := range incident.Phases() {
		content, err := os.ReadFile("../../docs/phases/" + string(name) + ".md")
		require.NoError(t, err)
		var told []string
		places := paragraph.FindAllStringSubmatchIndex(string(content), -1)
		for i, place := range places {
			id, end := string(content[place[2]:place[3]]), len(content)
			if i+1 < len(places) {
				end = places[i+1][0]
			}
			told = append(told, id)
			text := strings.Join(strings.Fields(string(content[place[1]:end])), " ")
			for _, part := range []string{"**Queries**", "**Reports**", "**Not checked**", "**Limits**"} {
				require.Contains(t, text, part, "%s/%s", name, id)
			}
		}
		require.Equal(t, steps[name], told, name)
	}
}
