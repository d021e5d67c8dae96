// Package cluster knows what the names, states, events and words of Kubernetes mean. It is pure: it reads what others brought.
package cluster

import (
	"regexp"
	"strings"
)

var (
	podSuffix     = regexp.MustCompile(`^[a-z0-9]{5}$`)
	replicaSuffix = regexp.MustCompile(`^[a-z0-9]*\d[a-z0-9]*$`)
	ordinal       = regexp.MustCompile(`^\d+$`)
)

// WorkloadOf is the name that the pods of a deployment, a daemon set or a stateful set share: the pod's without what the
// controllers appended. A name that is not of that make is its own workload.
func WorkloadOf(pod string) string {
	parts := strings.Split(pod, "-")
	last := parts[len(parts)-1]
	switch {
	case len(parts) == 1:
		return pod
	case podSuffix.MatchString(last):
		return DeploymentOf(strings.Join(parts[:len(parts)-1], "-"))
	case ordinal.MatchString(last):
		return strings.Join(parts[:len(parts)-1], "-")
	}
	return pod
}

// DeploymentOf is the name of a replica set without the hash of its template; a name without one stays.
func DeploymentOf(replicaSet string) string {
	const least, most = 6, 10 // letters of a hash
	cut := strings.LastIndexByte(replicaSet, '-')
	if hash := replicaSet[cut+1:]; cut > 0 && len(hash) >= least && len(hash) <= most && replicaSuffix.MatchString(hash) {
		return replicaSet[:cut]
	}
	return replicaSet
}

// SameWorkload says whether two names mean the same workload. Release tools put their release before a chart's name, so
// that a name which ends in the other after a hyphen is the same; kind words are long enough not to match by chance.
func SameWorkload(a, b string) bool {
	const enough = 4
	if a == b {
		return a != ""
	}
	if len(a) < len(b) {
		a, b = b, a
	}
	return len(b) >= enough && strings.HasSuffix(a, "-"+b)
}
