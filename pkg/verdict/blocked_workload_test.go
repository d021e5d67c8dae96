package verdict_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// silent is a case of web, which calls ledger in vain; nothing of ledger is there any more since some time before the end.
func silent(since time.Duration, reason string, blocked *incident.Blocked) *incident.Case {
	c := caseWithOnset()
	c.Facts.Example = &incident.Example{Trace: incident.Trace{Duration: 3 * time.Second}}
	c.Facts.Culprit = &incident.Culprit{External: "ledger.shop.svc.cluster.local", Span: incident.Span{Service: "web", Name: "POST", Kind: incident.KindClient,
		Failed: true, StatusMessage: "dial tcp 10.0.0.9:8080: connect: connection refused"}}
	began := moved(20 * time.Minute)
	c.Facts.Errors = &incident.Change{Now: 0.4, Normal: 0.001, Unit: incident.Ratio, Worse: true, Moved: &began}
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{{Namespace: "shop", Workload: "ledger", Pods: []string{"ledger-5f9b9c7b8-abcd1"}, Reason: reason,
		Since: moved(since), Missing: 2, None: true}}}
	if blocked != nil {
		c.Facts.Events = &incident.ClusterEvents{Warnings: []incident.EventGroup{{Namespace: "shop", Kind: "ReplicaSet", Workload: "ledger", Reason: "Failed", Message: "Failed",
			First: ago(since), Count: 9, Blocked: blocked}}}
	}
	return c
}

// blockersTold are messages of every kind of blocker that words tell of.
func blockersTold(t *testing.T) []*incident.Blocked {
	t.Helper()
	content, err := os.ReadFile("../cluster/testdata/blockers.txt")
	require.NoError(t, err)
	var all []*incident.Blocked
	for line := range strings.Lines(string(content)) {
		parts := strings.SplitN(strings.TrimSpace(line), " ; ", 3)
		if told := cluster.BlockerTold(parts[len(parts)-1:]); told != nil {
			all = append(all, told)
		}
	}
	return all
}

func TestWhateverBlocksACalleeIsNamed(t *testing.T) {
	t.Parallel()
	seen := map[incident.CauseKind]bool{}
	for _, told := range blockersTold(t) {
		seen[told.Kind] = true
		b, _ := cluster.BlockerOf(told.Kind)
		c := silent(21*time.Minute, cluster.Unavailable, told)
		v := judged(t, c)
		require.Equal(t, "Likely: ledger "+b.Clause(told.What)+".", v.Sentence)
		named := v.Candidates[0]
		require.Equal(t, told.Kind, named.Kind)
		require.Equal(t, "ledger", named.Service)
		require.Equal(t, incident.Target{Type: "workload", Name: "ledger", Namespace: "shop"}, named.Target)
		require.Contains(t, strings.Join(named.Because, "\n"), "connection refused")
		requireCommands(t, c, b)
	}
	for _, b := range cluster.Blockers() {
		for _, state := range b.States {
			seen[b.Kind] = true
			c := silent(21*time.Minute, state, nil)
			require.Contains(t, judged(t, c).Sentence, "Likely: ledger ", state)
			require.Equal(t, b.Kind, c.Facts.Verdict.Candidates[0].Kind)
			requireCommands(t, c, b)
		}
		require.Equal(t, !seen[b.Kind], lastWords[b.Kind] != nil, b.Kind)
	}
}

// lastWords are lines that containers write before they end, by what they tell.
var lastWords = map[incident.CauseKind][]string{
	"port-taken":            {"listen tcp :8080: bind: address already in use"},
	"missing-setting":       {"KeyError: 'REDIS_HOST'"},
	"credentials-refused":   {`FATAL: password authentication failed for user "ledger"`, "Access denied for user 'ledger'@'10.0.0.3' (using password: YES)"},
	"connections-exhausted": {"FATAL: sorry, too many clients already", "Error 1040: Too many connections"},
	"unresolved-address":    {"dial tcp: lookup ledger-db.shop on 10.96.0.10:53: no such host", "getaddrinfo ENOTFOUND ledger-db"},
}

func TestWhatACrashingCalleeWritesSaysWhy(t *testing.T) {
	t.Parallel()
	for kind, lines := range lastWords {
		for _, line := range lines {
			wrote := func(reason, by string, change incident.PatternChange) *incident.Case {
				c := silent(21*time.Minute, reason, nil)
				c.Facts.Patterns = &incident.LogPatterns{Changed: []incident.LogPattern{{Service: by, Text: line, Change: change, Now: 5, Example: incident.Line{Text: line}}}}
				return c
			}
			c := wrote("CrashLoopBackOff", "ledger", incident.PatternNew)
			v := judged(t, c)
			b, _ := cluster.BlockerOf(kind)
			require.Equal(t, kind, v.Candidates[0].Kind, line)
			require.Equal(t, incident.Likely, v.Level, line)
			require.Contains(t, v.Sentence, "ledger cannot start: ")
			require.Contains(t, strings.Join(v.Candidates[0].Because, "\n"), "ledger wrote ")
			requireCommands(t, c, b)
			for _, other := range []*incident.Case{wrote("CrashLoopBackOff", "mailer", incident.PatternNew), wrote("CrashLoopBackOff", "ledger", incident.PatternGone), wrote(cluster.NotReady, "ledger", incident.PatternNew)} {
				require.Nil(t, candidateOf(judged(t, other), kind), line)
			}
		}
	}
}

func requireCommands(t *testing.T, c *incident.Case, b cluster.Blocker) {
	t.Helper()
	advised := verdict.Advise(c)
	require.NotEmpty(t, advised.Looks, b.Kind)
	for _, k := range slices.Concat(advised.Looks, advised.Remedies) {
		require.NotRegexp(t, `\{(workload|namespace|pod|what)\}|%`, k.Text)
	}
}

func TestABlockedCalleeIsNotLikelyWithoutASecondWitness(t *testing.T) {
	t.Parallel()
	told := &incident.Blocked{Kind: "missing-secret", What: "db", Said: `Error: secret "db" not found`}
	some := silent(21*time.Minute, cluster.Unavailable, told)
	some.Facts.Pods.New[0].None = false
	require.Equal(t, "Possible: ledger cannot start: secret db or a key of it does not exist.", judged(t, some).Sentence, "other pods of it may serve")

	words := silent(21*time.Minute, cluster.Unavailable, told)
	words.Facts.Pods = nil
	require.Equal(t, incident.Possible, judged(t, words).Level, "events alone tell")

	answered := silent(21*time.Minute, cluster.Unavailable, told)
	answered.Facts.Culprit.External = "bank.example.com"
	require.Nil(t, candidateOf(judged(t, answered), told.Kind), "the failing call went elsewhere")

	other := silent(21*time.Minute, cluster.Unavailable, told)
	other.Facts.Culprit.External = "ledger.bank.svc.cluster.local"
	require.Nil(t, candidateOf(judged(t, other), told.Kind), "of another namespace")
}

func TestWhatPassedOrCameLaterBlocksNothing(t *testing.T) {
	t.Parallel()
	told := &incident.Blocked{Kind: "volume-not-mounted", What: "data", Said: "timed out"}
	require.Nil(t, candidateOf(judged(t, silent(10*time.Minute, cluster.Unavailable, told)), told.Kind), "it began after the onset")

	well := silent(21*time.Minute, cluster.Unavailable, told)
	well.Facts.Pods = &incident.PodTroubles{}
	require.Nil(t, candidateOf(judged(t, well), told.Kind), "its pods are well")

	crashed := silent(21*time.Minute, "CrashLoopBackOff", told)
	require.Equal(t, incident.CauseKind("unhealthy-workload"), judged(t, crashed).Candidates[0].Kind, "what crashes had its volume")
}

func TestASampleLaterIsNoLaterBeginning(t *testing.T) {
	t.Parallel()
	told := blockersTold(t)[0]
	onset := incident.Onset{MovedAt: moved(20 * time.Minute)}
	for _, k := range []struct {
		later, warned time.Duration // than the latest moment of the onset
		named         bool
	}{{15 * time.Second, 15 * time.Second, true}, {time.Minute, time.Minute, true}, {3 * time.Minute, -20 * time.Second, true},
		{90 * time.Second, 90 * time.Second, false}, {3 * time.Minute, 2 * time.Minute, false}} {
		c := silent(20*time.Minute, cluster.Unavailable, told)
		c.Facts.Onset = &onset
		trouble := &c.Facts.Pods.New[0]
		trouble.Since = incident.MovedAt{Earliest: onset.Latest.Add(k.later), Latest: onset.Latest.Add(k.later + 15*time.Second)}
		c.Facts.Events.Warnings[0].First = onset.Latest.Add(k.warned)
		require.Equal(t, k.named, candidateOf(judged(t, c), told.Kind) != nil, "%s, warned of at %s", k.later, k.warned)
	}
}

func TestTheAlertingServiceItselfIsGoneOnlyWithoutRequests(t *testing.T) {
	t.Parallel()
	own := func(rate float64) *incident.Case {
		c := silent(21*time.Minute, cluster.ScaledToZero, nil)
		began := moved(20 * time.Minute)
		c.Facts.Culprit, c.Facts.Example = nil, nil
		c.Facts.Pods.New[0].Workload = "web"
		c.Facts.Traffic = &incident.Change{Now: rate, Normal: 5, Unit: incident.PerSecond, Worse: true, Moved: &began}
		return c
	}
	require.Equal(t, "Likely: web has no pods: it was scaled to 0 replicas.", judged(t, own(0)).Sentence)
	require.Equal(t, incident.Possible, judged(t, own(2)).Level, "somebody serves its requests")
}

func TestARolloutBehindABlockedCalleeIsNamedWithWhatIsMissing(t *testing.T) {
	t.Parallel()
	told := &incident.Blocked{Kind: "image-not-found", What: "ledger:9", Said: "manifest unknown"}
	c := changed(silent(21*time.Minute, "ImagePullBackOff", told), changeOf("Deployment", "ledger", incident.RolledOut, 22*time.Minute))
	require.Equal(t, "Likely: the rollout of ledger at 11:38:00 broke it: ledger cannot start: image ledger:9 does not exist.", judged(t, c).Sentence)
}
