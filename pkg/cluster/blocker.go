package cluster

import (
	"regexp"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Blocker is one kind of reason why the pods of a workload do not start, do not stay or cannot be reached: by which states and words it
// is known, how a sentence says it, and what a person may run.
type Blocker struct {
	Kind  incident.CauseKind
	Means string // what it is, in a few words for docs/causes.md
	Says  string // a clause about the workload. A "{what}" in it is what is missing or refuses
	Plain string // the same where that is not known

	States []string         // of containers, pods and workloads, as kube-state-metrics and pods' tell them; each tells it alone
	Words  []*regexp.Regexp // of events' messages. The group "what" is what is missing or refuses
	// Lines are words that a container writes before it ends; Starts goes with them.
	Lines []*regexp.Regexp
	// Hint says that the words are told of pods that start all the same: they count only where pods are in trouble.
	Hint bool
	// Starts says that containers may have been started all the same: else one that crashes or was killed speaks against it.
	Starts bool

	Looks    []Command // that only look
	Remedies []Command // that change something
}

// Command is a command with its reason. "{workload}", "{namespace}", "{pod}" and "{what}" in it stand for the case's own values; where one
// of them is not known the command is left out.
type Command struct{ Why, Text string }

// Blockers lists the kinds, the most telling first: of several that fit what is told of a workload the first is meant.
func Blockers() []Blocker {
	return slices.Concat(imageBlockers, configurationBlockers, admissionBlockers, volumeBlockers, placementBlockers, nodeBlockers, crashBlockers, runningBlockers, reachBlockers, plainBlockers)
}

var blockers = Blockers()

// BlockerOf gives the blocker of a kind; false where there is none.
func BlockerOf(kind incident.CauseKind) (Blocker, bool) {
	at := slices.IndexFunc(blockers, func(b Blocker) bool { return b.Kind == kind })
	if at < 0 {
		return Blocker{}, false
	}
	return blockers[at], true
}

// Fits says whether what is told of a workload's pods leaves room for the blocker: what was never started cannot crash.
func (b Blocker) Fits(t *incident.PodTrouble) bool {
	if t == nil {
		return !b.Hint
	}
	ran := t.OutOfMemory || t.Reason == "CrashLoopBackOff" || t.Reason == OutOfMemory || t.Reason == Restarting
	return b.Starts || !ran
}

// BlockerTold reads the most telling of the messages of events; nil where none is of a kind that is known.
func BlockerTold(messages []string) *incident.Blocked {
	for _, b := range blockers {
		for _, message := range messages {
			for _, words := range b.Words {
				if found := words.FindStringSubmatch(message); found != nil {
					return &incident.Blocked{Kind: b.Kind, What: whatOf(words, found), Said: message}
				}
			}
		}
	}
	return nil
}

// BlockerWritten reads what a container that ends again and again wrote; false where its line tells of no kind that is known.
func BlockerWritten(line string) (b Blocker, what string, tells bool) {
	for _, b := range blockers {
		for _, words := range b.Lines {
			if found := words.FindStringSubmatch(line); found != nil {
				return b, whatOf(words, found), true
			}
		}
	}
	return Blocker{}, "", false
}

func whatOf(words *regexp.Regexp, found []string) string {
	for i, name := range words.SubexpNames() {
		if name == "what" && found[i] != "" {
			return strings.TrimRight(strings.Trim(found[i], ` "'`), ".,")
		}
	}
	return ""
}

// BlockerIn is the blocker that a state tells by itself; false where it only says that something is wrong.
func BlockerIn(state string) (Blocker, bool) {
	at := slices.IndexFunc(blockers, func(b Blocker) bool { return slices.Contains(b.States, state) })
	if at < 0 {
		return Blocker{}, false
	}
	return blockers[at], true
}

// Worse says whether one kind of blocker tells more than another.
func Worse(a, b incident.CauseKind) bool {
	place := func(kind incident.CauseKind) int {
		return slices.IndexFunc(blockers, func(k Blocker) bool { return k.Kind == kind })
	}
	return place(a) < place(b)
}

// Clause says of a workload what keeps it from running.
func (b Blocker) Clause(what string) string {
	if what == "" {
		return b.Plain
	}
	return strings.ReplaceAll(b.Says, "{what}", what)
}

func words(expressions ...string) []*regexp.Regexp {
	all := make([]*regexp.Regexp, len(expressions))
	for i, e := range expressions {
		all[i] = regexp.MustCompile("(?is)" + e)
	}
	return all
}

// The looks that several kinds have.
var (
	describePod = Command{"Show the pod's state and its events.", "kubectl describe pod {pod} -n {namespace}"}
	showSpec    = Command{"Show what the deployment asks for.", "kubectl get deployment {workload} -n {namespace} -o yaml"}
	showEvents  = Command{"Show what Kubernetes says of the namespace's objects.", "kubectl get events -n {namespace} --sort-by=.lastTimestamp"}
	showHistory = Command{"Show the versions you can go back to.", "kubectl rollout history deployment/{workload} -n {namespace}"}
	showNodes   = Command{"Show the nodes with their labels.", "kubectl get nodes --show-labels"}
)
