package cluster

import (
	"regexp"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// WorkloadOfKind is the workload that an object of a kind belongs to; an object of any other kind stays.
func WorkloadOfKind(kind, object string) string {
	switch kind {
	case "Pod":
		return WorkloadOf(object)
	case "ReplicaSet":
		return DeploymentOf(object)
	case "Job":
		return strings.TrimRight(object, "-0123456789")
	}
	return object
}

// consequences are the kinds of object that controllers make and remove all day because something else changed.
var consequences = []string{"Pod", "ReplicaSet", "Job", "CronJob", "Endpoints", "EndpointSlice", "Lease", "Event", "PersistentVolumeClaim", "PersistentVolume"}

// ChangesSomething says whether an event that is no warning tells of a change that can break something.
func ChangesSomething(g incident.EventGroup) bool {
	return g.Kind != "" && !slices.Contains(consequences, g.Kind)
}

var jobCreated = regexp.MustCompile(`^Created job (\S+)$`)

// JobOf reads the first job that a cron job started from its events; false where they tell of none.
func JobOf(g incident.EventGroup) (incident.JobStart, bool) {
	if g.Kind != "CronJob" || g.Reason != "SuccessfulCreate" {
		return incident.JobStart{}, false
	}
	found := jobCreated.FindStringSubmatch(g.Message)
	if found == nil {
		return incident.JobStart{}, false
	}
	return incident.JobStart{At: g.First, Namespace: g.Namespace, Job: found[1], CronJob: g.Workload}, true
}

var replicaSetName = regexp.MustCompile(`replica set (\S+)`)

// ChangeOf reads a change from its events, with the messages of all of them. A deployment that scales two replica sets replaces one
// by the other.
func ChangeOf(g incident.EventGroup, messages []string) incident.ClusterChange {
	change := incident.ClusterChange{At: g.First, Kind: g.Kind, Namespace: g.Namespace, Object: g.Workload, Text: g.Message, Action: actionOf(g.Reason),
		Sources: []string{"event " + g.Reason}}
	switch g.Reason {
	case "ScalingReplicaSet":
		sets := map[string]bool{}
		for _, m := range messages {
			if found := replicaSetName.FindStringSubmatch(m); found != nil {
				sets[found[1]] = true
			}
		}
		change.Action = incident.Scaled
		if len(sets) > 1 {
			change.Action = incident.RolledOut
		}
	case "SuccessfulRescale":
		change.Action = incident.Scaled
	}
	change.What = Participle(change.Action)
	return change
}

// actionOf is what an event's reason says that was done: one of the actions that others tell of too, where it means that.
func actionOf(reason string) incident.Action {
	for _, known := range telling {
		if strings.EqualFold(reason, strings.ReplaceAll(string(known), "-", "")) {
			return known
		}
	}
	return incident.Action(reason)
}
