package cluster

// runningBlockers are containers that start and do not stay, or are never ready.
var runningBlockers = []Blocker{
	{
		Kind: "failing-probe", Means: "a liveness, startup or readiness probe of a workload gets no answer or an error: its port or path is wrong, or the process does not serve",
		Starts: true,
		Says:   "is not ready: its {what} probe gets no answer at its port, or an error", Plain: "is not ready: its probe gets no answer at its port, or an error",
		// A probe that takes too long may be the load's doing, and says nothing of ports.
		Words: words(`(?P<what>liveness|startup|readiness) probe (?:failed|errored).*(?:connection refused|statuscode: [45]\d\d|malformed http|no such file|executable file not found|not_serving|unimplemented|` +
			`server gave http response to https|failed to connect service|no route to host)`),
		Looks: []Command{{"Show the probes, to compare with the ports on which the process listens.", "kubectl get deployment {workload} -n {namespace} -o yaml"},
			{"Show what the container says.", "kubectl logs {pod} -n {namespace} --tail=50"}, showHistory},
	},
	{
		Kind: "init-container-waits", Means: "an init container of a workload does not come to its end",
		Says: "cannot start: init container {what} does not come to its end", Plain: "cannot start: an init container does not come to its end",
		States: []string{InitWaits},
		Looks:  []Command{{"Show what the init containers say.", "kubectl logs {pod} -n {namespace} --all-containers --tail=50"}, describePod},
	},
}

// reachBlockers are workloads that nobody can call although nothing keeps their pods from running.
var reachBlockers = []Blocker{
	{
		Kind: "scaled-to-zero", Means: "a workload was scaled to no replicas",
		Says: "has no pods: it was scaled to 0 replicas", Plain: "has no pods: it was scaled to 0 replicas",
		States:   []string{ScaledToZero},
		Looks:    []Command{{"Show how many replicas are wanted, and what an autoscaler wants.", "kubectl get deployment,hpa -n {namespace}"}, showEvents},
		Remedies: []Command{{"Run pods again. Replace PODS by their number.", "kubectl scale deployment/{workload} -n {namespace} --replicas=PODS"}},
	},
	{
		Kind: "service-without-endpoints", Means: "a Kubernetes Service has no pod behind it: its selector or target port fits none, or none is ready",
		Starts: true,
		Says:   "cannot be reached: Service {what} has no ready pod behind it", Plain: "cannot be reached: its Service has no ready pod behind it",
		States: []string{NoEndpoints},
		Words:  words(`service "(?:[^"/]+/)?(?P<what>[^"]+)" does not have any active endpoint`, `no endpoints available for service "(?P<what>[^"]+)"`),
		Looks: []Command{{"Show the Service's selector and ports, and the addresses behind it.", "kubectl get service,endpoints {workload} -n {namespace} -o yaml"},
			{"Show the pods with the labels that the selector has to fit.", "kubectl get pods -n {namespace} --show-labels"}},
	},
}

// plainBlockers say what is wrong where nothing says why.
var plainBlockers = []Blocker{
	{
		Kind: "image-not-pulled", Means: "a container's image cannot be pulled, and nothing says why",
		Says: "cannot start: its image {what} cannot be pulled", Plain: "cannot start: its image cannot be pulled",
		States: []string{"ImagePullBackOff", "ErrImagePull"},
		Words:  words(`back-off pulling image "(?P<what>[^"]+)"`, `error: (?:errimagepull|imagepullbackoff)`, pulled),
		Looks:  []Command{describePod, showHistory},
	},
	{
		Kind: "container-not-created", Means: "a container cannot be created from its specification, and nothing says why",
		Says: "cannot start: its container cannot be created from its specification", Plain: "cannot start: its container cannot be created from its specification",
		States: []string{"CreateContainerConfigError", "CreateContainerError"},
		Looks:  []Command{describePod, showSpec, showHistory},
	},
}
