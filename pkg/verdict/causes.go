package verdict

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// causes lists every kind of cause, in the order of precedence.
var causes = slices.Concat(list{breakingChange}, blockedWorkloads, list{
	unhealthyWorkload,
	serviceChange,
	unrelatedChange,
	nodePressure,
	consumerLag,
	stalledService,
	expiredCertificate,
	heldLock,
	sharedPool,
	loadSurge,
	slowLookups,
	exhaustedPool,
	cpuLimit,
	memoryLimit,
	failingCall,
	failingDependency,
	slowDependency,
	changedRequests,
})

// symptoms are the kinds that the service's own telemetry shows, and that others explain.
var symptoms = []incident.CauseKind{slowLookups.Kind, exhaustedPool.Kind, cpuLimit.Kind, memoryLimit.Kind, failingCall.Kind, failingDependency.Kind}
