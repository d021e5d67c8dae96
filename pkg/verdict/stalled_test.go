package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// stuck is a case of a worker that handled messages and handles none any more, and what its log says since.
func stuck(level string, times float64, queues ...incident.QueueState) *incident.Case {
	c := caseWithOnset()
	at := moved(20 * time.Minute)
	c.Facts.Traffic = &incident.Change{Now: 0, Normal: 1.7, Unit: incident.PerSecond, Moved: &at, Worse: true}
	c.Facts.Patterns = &incident.LogPatterns{Changed: []incident.LogPattern{{Service: "web", Level: level, Text: "cannot read message", Change: incident.PatternNew,
		Now: times, Covers: [2]float64{300, 600}}}}
	c.Facts.Surroundings = &incident.Surroundings{Queues: queues}
	return c
}

func growing(consumer string) incident.QueueState {
	at := moved(20 * time.Minute)
	return incident.QueueState{Queue: "jobs", Consumer: consumer, Comparison: incident.Comparison{What: "messages waiting", Now: 1800, Normal: 3, Unit: incident.Count, Abnormal: true, Moved: &at}}
}

func TestAWorkerThatHandlesNothingAndRepeatsAnErrorIsNamed(t *testing.T) {
	t.Parallel()
	busy := stuck("error", 60)
	busy.Facts.Traffic.Now = 1.2
	for name, of := range map[string]struct {
		c     *incident.Case
		level incident.Level
		says  string
	}{
		"its queue grows":            {stuck("error", 60, growing("web")), incident.Likely, "web is behind: 1,800 messages of jobs wait for it."},
		"nobody measures its queue":  {stuck("error", 60), incident.Possible, `web handles nothing any more and repeats "cannot read message".`},
		"another's queue grows":      {stuck("error", 60, growing("other")), incident.Possible, `web handles nothing any more and repeats "cannot read message".`},
		"its queue grows in silence": {stuck("info", 60, growing("web")), incident.Possible, "web is behind: 1,800 messages of jobs wait for it."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			judged, _ := verdict.Judge(of.c)
			require.Equal(t, of.says, judged.Statement)
			require.Equal(t, of.level, judged.Level)
			require.Len(t, judged.Candidates, 1)
		})
	}
	for name, c := range map[string]*incident.Case{"one line": stuck("error", 1), "no error": stuck("info", 60), "it goes on": busy} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			judged, _ := verdict.Judge(c)
			require.Empty(t, judged.Candidates)
		})
	}
}
