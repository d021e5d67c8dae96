package verdict_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// crashed is a case whose alerting service crashes since some time before the end.
func crashed(before time.Duration, changes ...incident.ClusterChange) *incident.Case {
	c := inside()
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{
		{Namespace: "shop", Workload: "web", Pods: []string{"web-0"}, Reason: "CrashLoopBackOff", Since: moved(before)},
	}}
	return changed(c, changes...)
}

// changeOf is something that was done to an object of the shop some time before the end.
func changeOf(kind, object string, action incident.Action, before time.Duration) incident.ClusterChange {
	k := incident.ClusterChange{
		At:          ago(before),
		Kind:        kind,
		Namespace:   "shop",
		Object:      object,
		Action:      action,
		BeforeOnset: before > 20*time.Minute,
	}
	k.ID = k.Key()
	return k
}

func TestAChangeIsBehindAWorkloadWhenItFitsWhatBefellIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change incident.ClusterChange
		says   string // of the verdict; empty where the change is not behind it
	}{
		"its own rollout":            {changeOf("Deployment", "web", incident.RolledOut, 25*time.Minute), "Likely: the rollout of web at 11:35:00 broke it."},
		"its own new specification":  {changeOf("Deployment", "web", incident.Respecified, 25*time.Minute), "Likely: web has been unhealthy since deployment web (shop) was given another specification."},
		"an object that bears name":  {changeOf("ConfigMap", "web-settings", incident.Created, 25*time.Minute), "Likely: web has been unhealthy since config map web-settings (shop) was created."},
		"an event of another kind":   {changeOf("ConfigMap", "web-settings", "Updated", 25*time.Minute), "Likely: web has been unhealthy since config map web-settings (shop) was updated."},
		"a reason that is no action": {changeOf("ConfigMap", "web-settings", "ReloadFailed", 25*time.Minute), "Likely: web has been unhealthy since config map web-settings (shop): reload failed."},
		"another object":             {changeOf("ConfigMap", "mail", incident.Created, 25*time.Minute), ""},
		"after the trouble began":    {changeOf("ConfigMap", "web-settings", incident.Created, 21*time.Minute), ""},
	} {
		v := judged(t, crashed(22*time.Minute, test.change))
		k := candidateOf(v, "breaking-change")
		require.Equal(t, test.says != "", k != nil, name)
		if k == nil {
			continue
		}
		require.Equal(t, test.says, v.Sentence, name)
		require.Equal(t, incident.Target{Type: test.change.Kind, Name: test.change.Object, Namespace: "shop"}, k.Target)
		require.Equal(t, test.change.ID, v.Chain[0].About, "the link is known by what was changed")
	}
}

func TestAServicesOwnChangeIsASuspectShortlyBeforeItFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change incident.ClusterChange
		kind   incident.CauseKind
	}{
		"shortly before":        {changeOf("Deployment", "web", incident.RolledOut, 25*time.Minute), "service-change"},
		"long before":           {changeOf("Deployment", "web", incident.RolledOut, 70*time.Minute), "unrelated-change"},
		"of another service":    {changeOf("Deployment", "mail", incident.RolledOut, 25*time.Minute), "unrelated-change"},
		"of another kind":       {changeOf("ConfigMap", "web", incident.Created, 25*time.Minute), "unrelated-change"},
		"no more than scaled":   {changeOf("Deployment", "web", incident.Scaled, 25*time.Minute), ""},
		"only after the onset":  {changeOf("Deployment", "web", incident.RolledOut, 5*time.Minute), ""},
		"of a chart's release":  {changeOf("Deployment", "shop-stock", incident.RolledOut, 25*time.Minute), "unrelated-change"},
		"of the failing callee": {changeOf("Deployment", "bank-api", incident.RolledOut, 25*time.Minute), "service-change"},
	} {
		c := changed(inside(), test.change)
		if test.change.Object == "bank-api" {
			c.Facts.Culprit.Span.Service = "bank-api"
		}
		v := judged(t, c)
		for _, kind := range []incident.CauseKind{"service-change", "unrelated-change", "breaking-change"} {
			require.Equal(t, kind == test.kind, candidateOf(v, kind) != nil, "%s: %s", name, kind)
		}
	}
}

func TestOnlyTheLatestUnrelatedChangesAreShown(t *testing.T) {
	t.Parallel()
	var all []incident.ClusterChange
	for i, object := range []string{"a", "b", "c", "d", "e"} {
		all = append(all, changeOf("ConfigMap", object, incident.Created, time.Duration(50-i)*time.Minute))
	}
	v := judged(t, changed(inside(), all...))
	require.Equal(t, []string{"GET", "configmap/e", "configmap/d", "configmap/c"}, components(v))
	require.Equal(t, []string{"also changed before the onset: config map e (shop) was created at 11:14:00, 26 min before the onset; nothing else links it to the failure"},
		v.Candidates[1].Because)
}

func TestAChangeOfWhatFailsIsNotSaidToHaveNoLink(t *testing.T) {
	t.Parallel()
	const unlinked = "nothing else links it"
	for object, fails := range map[string]bool{"web": true, "mail": false} {
		change := candidateOf(judged(t, changed(inside(), changeOf("Deployment", object, incident.RolledOut, 70*time.Minute))), "unrelated-change")
		require.NotNil(t, change, object)
		require.Equal(t, !fails, strings.Contains(change.Because[0], unlinked), object)
		require.Equal(t, fails, strings.Contains(change.Because[0], "it is of what fails, but nothing shows that the failure began with it"), object)
	}
}

func TestEventsOfTheTimelineAreToldApartWithinTheirStep(t *testing.T) {
	t.Parallel()
	cpu := abnormal("throttled CPU periods", "web", 0.6, 0.02, incident.Ratio, 21*time.Minute)
	memory := abnormal("memory of its limit", "web", 0.97, 0.5, incident.Ratio, 22*time.Minute)
	c := limits(&cpu, &memory)
	rose := moved(19 * time.Minute)
	c.Facts.Errors = &incident.Change{Now: 0.1, Normal: 0.001, Unit: incident.Ratio, Worse: true, Moved: &rose}
	fell := moved(18 * time.Minute)
	c.Facts.Traffic = &incident.Change{Now: 5, Normal: 17, Unit: incident.PerSecond, Worse: true, Moved: &fell}
	links := map[string]bool{}
	var told []string
	for _, l := range judged(t, c).Chain {
		require.False(t, links[l.Step+l.About], "%s %s is there twice", l.Step, l.About)
		links[l.Step+l.About] = true
		told = append(told, l.Sentence)
	}
	require.Equal(t, []string{
		"memory of web begins to rise towards its limit",
		"web begins to wait for CPU",
		"p99 latency of web rises to 3 s",
		"errors of web rise to 10%",
		"requests to web fall to 5/s",
	}, told)
}

func TestTheTimelineSaysWhereOnlyALowerBoundIsKnown(t *testing.T) {
	t.Parallel()
	cpu := abnormal("throttled CPU periods", "web", 0.6, 0.02, incident.Ratio, 21*time.Minute)
	for atLeast, want := range map[bool]string{true: "p99 latency of web rises to over 3 s", false: "p99 latency of web rises to 3 s"} {
		c := limits(&cpu, nil)
		c.Facts.Latency.AtLeast = atLeast
		var told []string
		for _, l := range judged(t, c).Chain {
			told = append(told, l.Sentence)
		}
		require.Contains(t, told, want)
	}
}
