package verdict

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
)

// fullDisk is the cause that docs/extending.md adds: a disk without space on which the failing service writes. It is known by a
// check of the team's own here, since no step looks at disks.
var fullDisk = Cause{
	Kind:  "full-disk",
	Means: "the failing service's disk has no space left",
	Needs: []incident.Fact{incident.FactPool, incident.FactOnset, incident.FactCulprit},
	After: symptoms,
	Depth: 1,
	Find: func(c *incident.Case, symptoms Suspects) Suspects {
		disk := c.Facts.Pool
		if disk == nil || !disk.Abnormal || disk.Moved == nil || !c.Facts.MovedInTime(*disk.Moved) {
			return nil
		}
		s := newSuspect(disk.Service, incident.Target{Type: "disk", Name: disk.Of}, "disk/"+disk.Of, "disk "+disk.Of+" is full")
		s.began = disk.Moved
		s.happens("cause/pool", "disk %s runs full", disk.Of)
		s.has(inMetric, "disk %s is used to the last byte", disk.Of)
		addOrder(c, s)
		s.inherits(symptoms...)
		return Suspects{s}
	},
	Likely: []Rule{independentWitnesses},
	Returns: func(f *incident.Facts, named *incident.Candidate) []Number {
		if f.Pool == nil || named == nil {
			return nil
		}
		return returning(f.Pool, "full-disk/"+f.Pool.Of, "space used on "+f.Pool.Of, "")
	},
	Advise: func(a *advice.Advice, _ *incident.Case, named incident.Candidate) {
		a.Look("cause/pool", "Shows what takes the space.", "du -xh --max-depth=1 %s", named.Target.Name)
	},
}

func TestANewCauseIsOneValueAndOneLineInTheList(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 3, 11, 40, 0, 0, time.UTC)
	moved := incident.MovedAt{Earliest: at, Latest: at}
	c := &incident.Case{Subject: incident.Subject{Service: "web"}, Window: incident.Window{From: at.Add(-time.Hour), To: at.Add(20 * time.Minute)}, Facts: incident.Facts{
		Onset:   &incident.Onset{MovedAt: moved},
		Errors:  &incident.Change{Now: 0.1, Normal: 0.001, Unit: incident.Ratio, Worse: true, Moved: &moved, Query: "errors"},
		Example: &incident.Example{Trace: incident.Trace{Duration: time.Second}},
		Culprit: &incident.Culprit{Span: incident.Span{Service: "web", Name: "write", Duration: time.Second}},
		Pool:    &incident.Comparison{What: "space used", Of: "/data", Service: "web", Now: 1, Normal: 0.5, Unit: incident.Ratio, Abnormal: true, Moved: &moved, Query: "disk"},
	}}
	limit := 1.0
	c.Facts.Pool.Limit = &limit
	all := append(list{fullDisk}, causes...)
	v, _ := all.judge(c)
	require.Equal(t, "Likely: disk /data is full.", v.Sentence)
	require.Equal(t, incident.Target{Type: "disk", Name: "/data"}, v.Candidates[0].Target)
	require.Equal(t, "disk /data runs full", v.Chain[0].Sentence)
	c.Facts.Verdict = &v
	advised := all.advise(c)
	require.Equal(t, "du -xh --max-depth=1 /data", advised.Looks[0].Text)
	var ids []string
	for _, k := range all.criteria(&c.Facts) {
		ids = append(ids, k.ID)
	}
	require.Equal(t, []string{"error-rate", "connection-pool/web", "full-disk//data"}, ids)
}
