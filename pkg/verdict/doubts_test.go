package verdict_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestEveryCauseSaysWhatWouldContradictIt(t *testing.T) {
	t.Parallel()
	for kind, c := range ofEachKind() {
		v := judged(t, c)
		require.GreaterOrEqual(t, len(v.Against), 2, kind)
		ids, last := map[string]bool{}, 0
		for _, k := range v.Against {
			require.False(t, ids[k.ID], "%s twice for %s", k.ID, kind)
			ids[k.ID] = true
			require.NotEmpty(t, k.Observation)
			require.NotEmpty(t, k.Detail, "%s of %s", k.ID, kind)
			require.False(t, strings.HasSuffix(k.Detail, "."), k.Detail)
			require.True(t, incident.InOrder(k.Detail, k.Moments), k.Detail)
			order := map[incident.Sighting]int{incident.Seen: 1, incident.NotSeen: 2, incident.NotKnown: 3}[k.Sighting]
			require.GreaterOrEqual(t, order, max(1, last), "what was seen goes first: %s of %s", k.ID, kind)
			last = order
			if k.Query != nil {
				require.Equal(t, incident.NotKnown, k.Sighting, "what is known needs no query: %s of %s", k.ID, kind)
			}
		}
		if v.Level == incident.Likely {
			require.Nil(t, v.Next, "a Likely needs no query to settle it: %s", kind)
		}
	}
}

// against is the contradiction of an id that a case's verdict has.
func against(t *testing.T, c *incident.Case, id string) incident.Contradiction {
	t.Helper()
	for _, k := range judged(t, c).Against {
		if k.ID == id {
			return k
		}
	}
	require.Fail(t, "no contradiction "+id)
	return incident.Contradiction{}
}

func TestWithoutItsOnlyEvidenceNothingIsNamed(t *testing.T) {
	t.Parallel()
	c := ofEachKind()["failing-dependency"]
	v := judged(t, c)
	require.Len(t, v.Rests, 1)
	require.Equal(t, incident.FactDependencies, v.Rests[0].Fact)
	require.Equal(t, incident.NoClearCause, v.Rests[0].Level)
	c.Facts.Dependencies = nil
	require.Equal(t, v.Rests[0].Statement, judged(t, c).Statement, "what is said of a verdict without a piece is what would be judged without it")
}

func TestWhatCarriesAVerdictIsLeftOutOneByOne(t *testing.T) {
	t.Parallel()
	v := judged(t, ofEachKind()["slow-dns-lookups"])
	require.Equal(t, []string{"the example trace", "the DNS lookup times"}, namesOf(v.Rests), "a Likely takes both witnesses")
	for _, s := range v.Rests {
		require.Equal(t, incident.Possible, s.Level)
	}
}

func TestAVerdictWithEvidenceToSpareRestsOnNoPiece(t *testing.T) {
	t.Parallel()
	c := ofEachKind()["failing-call"]
	was := judged(t, c).Rests
	require.Equal(t, []string{"the example trace"}, namesOf(was))
	c.Facts.Pattern = &incident.FailingPattern{Service: "web", Text: "no", Now: 100}
	require.Equal(t, namesOf(was), namesOf(judged(t, c).Rests), "more evidence of the same cause carries nothing by itself")
}

func namesOf(all []incident.Support) []string {
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	return names
}

func TestWhatHoldsAVerdictBackDoesNotCarryIt(t *testing.T) {
	t.Parallel()
	c := inside()
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{failing("stock", 0.9, 1e-9)}}
	c.Facts.Witness = countedAs(incident.WitnessContradicts, &c.Facts.Ranking.Services[0])
	for _, s := range judged(t, c).Rests {
		require.LessOrEqual(t, rankOf(s.Level), rankOf(judged(t, c).Level), "%s would make the verdict surer", s.Name)
	}
}

func rankOf(level incident.Level) int {
	return map[incident.Level]int{incident.NoClearCause: 0, incident.Possible: 1, incident.Likely: 2}[level]
}

func TestAChangeBetweenTheCauseAndTheOnsetIsSeen(t *testing.T) {
	t.Parallel()
	first := changeOf("Deployment", "web", incident.RolledOut, 25*time.Minute)
	require.Equal(t, incident.NotSeen, against(t, sold(changed(inside(), first)), "other-change").Sighting)
	second := changeOf("ConfigMap", "prices", incident.Created, 22*time.Minute)
	k := against(t, sold(changed(inside(), first, second)), "other-change")
	require.Equal(t, incident.Seen, k.Sighting)
	require.Contains(t, k.Detail, "prices")
	scaled := changeOf("Deployment", "stock", incident.Scaled, 22*time.Minute)
	require.Equal(t, incident.NotSeen, against(t, sold(changed(inside(), first, scaled)), "other-change").Sighting, "scaling breaks nothing")
}

func TestARolloutAsksWhichVersionFails(t *testing.T) {
	t.Parallel()
	c := sold(changed(inside(), changeOf("Deployment", "web", incident.RolledOut, 25*time.Minute)))
	k := against(t, c, "old-version-fails")
	require.Equal(t, incident.NotKnown, k.Sighting)
	require.Equal(t, k.Query, judged(t, c).Next)
	require.Contains(t, k.Query.Text, "resource.service.version")
	c.Facts.Traits = &incident.Traits{Traits: []incident.Trait{{Service: "web", Attribute: "service.version", Value: "7", Failing: 20, FailingOf: 20, Passing: 1, PassingOf: 60}}}
	require.Equal(t, incident.NotSeen, against(t, c, "old-version-fails").Sighting)
	c.Facts.Traits.Traits[0].Failing = 12
	require.Equal(t, incident.NotKnown, against(t, c, "old-version-fails").Sighting, "where both fail it may be the mix of versions")
}

func TestASlowStoreAsksHowOthersFareThere(t *testing.T) {
	t.Parallel()
	next := judged(t, ofEachKind()["slow-dependency"]).Next
	require.NotNil(t, next)
	require.Equal(t, "traceql", next.Language)
	require.Contains(t, next.Text, `resource.service.name != "stock"`)
	require.Contains(t, next.Text, `span.server.address = "orders-db"`)
}

func TestWhatTheOwnerOfAHostSaysIsHeldAgainstTheVerdict(t *testing.T) {
	t.Parallel()
	c := slowNames()
	c.Facts.Externals = &incident.Externals{Hosts: []incident.ExternalHealth{{Host: "api.example.com", Name: "Example", Report: &incident.StatusReport{Indicator: "none", Description: "All well"}}}}
	require.Equal(t, incident.NotSeen, against(t, c, "owner-says-ill").Sighting)
	c.Facts.Externals.Hosts[0].Report = &incident.StatusReport{Indicator: "major", Description: "Outage"}
	require.Equal(t, incident.Seen, against(t, c, "owner-says-ill").Sighting)
	c.Facts.Externals.Hosts[0].Report = &incident.StatusReport{Answered: 200}
	require.Equal(t, incident.NotKnown, against(t, c, "owner-says-ill").Sighting, "a page that cannot be read says nothing")
}

func TestWhatCannotBeOrderedIsNotKnown(t *testing.T) {
	t.Parallel()
	c := ofEachKind()["cpu-limit"]
	require.Equal(t, incident.NotSeen, against(t, c, "began-after").Sighting)
	c.Facts.Saturation.CPU.Moved = new(moved(20 * time.Minute))
	require.Equal(t, incident.NotKnown, against(t, c, "began-after").Sighting, "the margins overlap")
	c.Facts.Saturation.CPU.Moved = &incident.MovedAt{Earliest: ago(28 * time.Minute), Latest: ago(15 * time.Minute)}
	require.Contains(t, against(t, c, "began-after").Detail, "it began between 11:32:00 and 11:45:00 and the numbers of web moved at ", "no moment is made of an interval")
	c.Facts.Onset = nil
	require.Equal(t, incident.NotKnown, against(t, c, "began-after").Sighting)
}

func TestALogOfSeveralSystemsIsNotOffered(t *testing.T) {
	t.Parallel()
	c := ofEachKind()["failing-dependency"]
	require.Equal(t, "logql", judged(t, c).Next.Language)
	c.Facts.Apart = &incident.Apart{Others: []incident.Scope{{Namespace: "other"}}}
	require.Nil(t, judged(t, c).Next)
}

func TestOtherChangesAreOrderedByWhereTheyWereMade(t *testing.T) {
	t.Parallel()
	c := inside()
	c.Facts.Neighbours = &incident.Neighbours{Services: []string{"web", "stock"}}
	c = changed(c, changeOf("Deployment", "stock", incident.RolledOut, 50*time.Minute), changeOf("Deployment", "blog", incident.RolledOut, 25*time.Minute),
		changeOf("ConfigMap", "wiki", incident.Created, 24*time.Minute), changeOf("ConfigMap", "feeds", incident.Created, 40*time.Minute))
	var targets []string
	for _, k := range judged(t, c).Candidates {
		if k.Kind == "unrelated-change" {
			targets = append(targets, k.Target.Name)
		}
	}
	require.Equal(t, []string{"stock", "wiki", "blog"}, targets, "what takes part in the requests goes first, then the latest")
}
