package cluster

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// BadWaits are the reasons for which a container waits that do not pass by themselves.
const BadWaits = "CrashLoopBackOff|ImagePullBackOff|ErrImagePull|InvalidImageName|CreateContainerConfigError|CreateContainerError|RunContainerError|ErrImageNeverPull|StartError|ContainerCannotRun"

// What is wrong with a pod or a deployment; but for the first Kubernetes has no word of its own for it.
const (
	OutOfMemory = "OOMKilled"
	NotReady    = "NotReady"
	Unavailable = "Unavailable"
	Restarting  = "Restarting"

	ScaledToZero = "ScaledToZero"         // of a workload that had replicas
	NoEndpoints  = "NoEndpoints"          // of a Kubernetes Service that had some
	InitWaits    = "InitContainerRunning" // for long
)

// PodReasons are those for which pods end that are none of their containers' doing, as kube-state-metrics and pods' status have them.
const PodReasons = "Evicted|NodeLost|NodeAffinity|NodeShutdown|Preempting|Shutdown|UnexpectedAdmissionError"

// worst lists what can be wrong with pods, the worst first: a pod that crashes is also not ready, and the crash is what
// to say.
var worst = []string{"CrashLoopBackOff", OutOfMemory, "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError",
	"CreateContainerError", "RunContainerError", "ErrImageNeverPull", "StartError", "ContainerCannotRun", "Evicted", "NodeLost", "NodeAffinity", "NodeShutdown",
	"Preempting", "Shutdown", "UnexpectedAdmissionError", InitWaits, ScaledToZero, "Failed", "Unknown", "Pending", Restarting, Unavailable, NotReady, NoEndpoints}

// Badness orders the reasons, the worst highest; 0 for one that is not known.
func Badness(reason string) int {
	if at := slices.Index(worst, reason); at >= 0 {
		return len(worst) - at
	}
	return 0
}

// State says what is wrong with a number of pods.
func State(reason string, pods int) string {
	are := wording.Plural(pods, "is", "are")
	switch reason {
	case OutOfMemory:
		return "ran out of memory and " + wording.Plural(pods, "was", "were") + " killed (" + reason + ")"
	case Restarting:
		return "restarted"
	case NotReady:
		return are + " not ready"
	case Unavailable:
		return are + " unavailable"
	case InitWaits:
		return wording.Plural(pods, "waits", "wait") + " for an init container"
	case "Evicted":
		return wording.Plural(pods, "was", "were") + " evicted"
	}
	return are + " in " + reason
}

// DescribeTrouble says what is wrong with the pods of a workload, and since when, without a full stop.
func DescribeTrouble(t incident.PodTrouble) wording.Text {
	text := fmt.Sprintf("%s lacks replicas", Named(t.Workload, t.Namespace))
	switch n := len(t.Pods); {
	case t.Reason == ScaledToZero:
		text = fmt.Sprintf("%s is scaled to 0 replicas", Named(t.Workload, t.Namespace))
	case t.Reason == NoEndpoints:
		text = fmt.Sprintf("Service %s has no ready endpoint", Named(t.Workload, t.Namespace))
	case n == 0 && t.Missing == 0:
		text = fmt.Sprintf("%s lacked replicas, and has them again", Named(t.Workload, t.Namespace))
	case n > 0:
		text = fmt.Sprintf("%d %s of %s %s", n, wording.Plural(n, "pod", "pods"), Named(t.Workload, t.Namespace), State(t.Reason, n))
	}
	if t.OutOfMemory && t.Reason != OutOfMemory {
		text += " because they ran out of memory (" + OutOfMemory + ")"
	}
	after := ""
	if t.Restarts > 0 {
		after += fmt.Sprintf("; %s %s", numbers.Count(t.Restarts), wording.Plural(int(t.Restarts), "restart", "restarts"))
	}
	if t.Missing > 0 {
		after += fmt.Sprintf("; %s %s missing", numbers.Count(t.Missing), wording.Plural(int(t.Missing), "replica", "replicas"))
		if t.None {
			after += ", none is available"
		}
	}
	return wording.Textf("%s, since %s%s", text, wording.Clock(t.Since.Middle()), after)
}

// Befell says what happened to a workload's pods.
func Befell(t incident.PodTrouble) string {
	switch {
	case t.Reason == ScaledToZero:
		return fmt.Sprintf("%s is scaled to 0 replicas", Named(t.Workload, t.Namespace))
	case t.Reason == NoEndpoints:
		return fmt.Sprintf("Service %s loses its last ready endpoint", Named(t.Workload, t.Namespace))
	case len(t.Pods) == 0:
		return fmt.Sprintf("%s loses replicas", Named(t.Workload, t.Namespace))
	case t.Reason == "CrashLoopBackOff":
		return fmt.Sprintf("pods of %s begin to crash", Named(t.Workload, t.Namespace))
	}
	return fmt.Sprintf("pods of %s: %s", Named(t.Workload, t.Namespace), Words(t.Reason))
}
