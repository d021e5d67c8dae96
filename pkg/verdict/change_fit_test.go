package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// elsewhere is a change of another kind than Kubernetes has, some time before the end.
func elsewhere(kind, object, service, to string, action incident.Action, before time.Duration) incident.ClusterChange {
	k := incident.ClusterChange{At: ago(before), Kind: kind, Object: object, Service: service, To: to, Action: action, What: "changed", BeforeOnset: before > 20*time.Minute}
	k.ID = k.Key()
	return k
}

func version(before time.Duration, fit *incident.ChangeFit) incident.ClusterChange {
	k := elsewhere(incident.KindVersion, "web", "", "2.0", incident.Versioned, before)
	k.What, k.Fit = "changed from version 1.9 to 2.0", fit
	return k
}

func TestAVersionIsLikelyWhereOnlyRequestsThatMetItFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fit    *incident.ChangeFit
		before time.Duration
		kind   incident.CauseKind
		level  incident.Level
	}{
		"only those that met it fail": {&incident.ChangeFit{With: 40, FailedWith: 30, Others: 100, FailedOthers: 1}, 24 * time.Minute, "service-change", incident.Likely},
		"others fail as well":         {&incident.ChangeFit{With: 40, FailedWith: 30, Others: 100, FailedOthers: 60}, 24 * time.Minute, "service-change", incident.Possible},
		"nothing runs beside it":      {&incident.ChangeFit{With: 140, FailedWith: 30}, 24 * time.Minute, "service-change", incident.Possible},
		"a handful":                   {&incident.ChangeFit{With: 5, FailedWith: 4, Others: 100}, 24 * time.Minute, "service-change", incident.Possible},
		"nothing shows it":            {nil, 24 * time.Minute, "service-change", incident.Possible},
		"an hour before":              {&incident.ChangeFit{With: 40, FailedWith: 30, Others: 100, FailedOthers: 1}, 75 * time.Minute, "unrelated-change", incident.Possible},
	} {
		v := judged(t, changed(inside(), version(test.before, test.fit)))
		require.NotNil(t, candidateOf(v, test.kind), name)
		require.Equal(t, test.level, v.Level, name)
		if test.level == incident.Likely {
			require.Equal(t, "Likely: web was changed from version 1.9 to 2.0 at 11:36:00, and fails since.", v.Sentence, name)
			require.Contains(t, v.Candidates[0].Because, "of the sampled requests since then, 30 of 40 with 2.0 fail at web, and 1 of 100 others")
		}
	}
}

func TestAChangeAtTheOnsetIsNotSaidToLieBeforeIt(t *testing.T) {
	t.Parallel()
	k := version(15*time.Minute, nil)
	k.NotBefore, k.BeforeOnset = ago(19*time.Minute+30*time.Second), true
	v := judged(t, changed(inside(), k))
	require.Contains(t, v.Candidates[0].Because[0], "between 11:40:30 and 11:45:00, as far as can be told at the time of the onset")
}

func TestTraitsSayThatOnlyAVersionFails(t *testing.T) {
	t.Parallel()
	c := changed(inside(), version(24*time.Minute, nil))
	c.Facts.Traits = &incident.Traits{Traits: []incident.Trait{{Service: "web", Attribute: "service.version", Value: "2.0", Failing: 20, FailingOf: 20, Passing: 3, PassingOf: 60, Chance: 1e-6}}}
	require.Equal(t, incident.Likely, judged(t, c).Level)
	c.Facts.Traits.Traits[0].Value = "1.9"
	require.Equal(t, incident.Possible, judged(t, c).Level, "it is the version from before that fails")
}

func TestWhatIsOnlySaidToBeDoneIsNeverLikely(t *testing.T) {
	t.Parallel()
	fit := &incident.ChangeFit{With: 40, FailedWith: 30, Others: 100}
	for _, k := range []incident.ClusterChange{
		elsewhere(incident.KindRelease, "web", "", "2.0", incident.RolledOut, 24*time.Minute),
		elsewhere(incident.KindConfiguration, "/etc/web.yaml", "web", "", incident.Reloaded, 24*time.Minute),
		elsewhere(incident.KindMigration, "7 - voucher", "web", "", incident.Migrated, 24*time.Minute),
		elsewhere(incident.KindAnnotation, "Deploy of web", "web", "", incident.Annotated, 24*time.Minute),
	} {
		k.Fit = fit
		v := judged(t, changed(inside(), k))
		require.NotNil(t, candidateOf(v, "service-change"), k.Kind)
		require.Equal(t, incident.Possible, v.Level, k.Kind)
	}
	for _, k := range []incident.ClusterChange{elsewhere(incident.KindBatchJob, "settle", "web", "", incident.Started, 24*time.Minute),
		elsewhere(incident.KindAnnotation, "Deploy of mail", "", "", incident.Annotated, 24*time.Minute)} {
		v := judged(t, changed(inside(), k))
		require.Nil(t, candidateOf(v, "service-change"), k.Kind)
		require.NotNil(t, candidateOf(v, "unrelated-change"), k.Kind)
	}
}

func TestAMigrationOfTheStoreThatIsCalledGoesBeforeOneElsewhere(t *testing.T) {
	t.Parallel()
	of := func(text string) incident.ClusterChange {
		k := elsewhere(incident.KindMigration, text, "schema-runner", "", incident.Migrated, 24*time.Minute)
		k.Text = text
		return k
	}
	for text, is := range map[string]bool{
		`Migrating schema "orders" to version "7"`: true, `ALTER TABLE vouchers DROP COLUMN code`: true,
		`Migrating schema "mail" to version "7"`: false, `Migrating orders-archive`: false, `ALTER TABLE voucher_codes ADD x`: false, `using postgresql`: false,
	} {
		c := changed(inside(), of(text))
		c.Facts.Culprit.Span.Attributes = map[string]string{"db.system.name": "postgresql", "db.namespace": "orders", "db.query.text": "SELECT code FROM vouchers"}
		require.Equal(t, is, candidateOf(judged(t, c), "service-change") != nil, text)
	}
}

func TestNoOtherChangeNamesTheSourcesThatWereRead(t *testing.T) {
	t.Parallel()
	c := changed(inside(), version(24*time.Minute, nil))
	about := func() incident.Contradiction {
		for _, k := range judged(t, c).Against {
			if k.ID == "other-change" {
				return k
			}
		}
		return incident.Contradiction{}
	}
	c.Facts.Changes.Looked = []incident.ChangeSource{{Name: "build metrics", State: incident.SourceRead}, {Name: "annotations in Grafana", State: incident.SourceAbsent}}
	require.Equal(t, incident.NotSeen, about().Sighting)
	require.Contains(t, about().Detail, "from build metrics; not there: annotations in Grafana")
	c.Facts.Changes.Looked[0].State = incident.SourceFailed
	require.Equal(t, incident.NotKnown, about().Sighting, "nobody could look")
	require.Contains(t, about().Detail, "could not be read: build metrics")
}
