package cluster

// volumeBlockers keep a pod from its volumes.
var volumeBlockers = []Blocker{
	{
		Kind: "volume-attached-elsewhere", Means: "a volume of a workload is still attached to another node",
		Says: "cannot start: volume {what} is still attached to another node", Plain: "cannot start: its volume is still attached to another node",
		Words: words(`multi-attach error for volume "(?P<what>[^"]+)"`, `volume is already (?:exclusively attached|used by pod)`),
		Looks: []Command{{"Show to which nodes volumes are attached.", "kubectl get volumeattachments"},
			{"Show the pods of the namespace and their nodes.", "kubectl get pods -n {namespace} -o wide"}},
	},
	{
		Kind: "unbound-claim", Means: "a volume claim of a workload does not exist, or no volume fits it",
		Says: "cannot be scheduled: volume claim or class {what} does not exist", Plain: "cannot be scheduled: a volume claim of it is not bound",
		Words: words(`persistentvolumeclaim "(?P<what>[^"]+)" not found`, `storageclass\S* "(?P<what>[^"]+)" not found`, `unbound (?:immediate )?persistentvolumeclaims?`,
			`didn't find available persistent volumes to bind`, `no persistent volumes available for this claim`, `volume node affinity conflict`, `didn't match persistentvolume's node affinity`, `exceed max volume count`),
		Looks: []Command{{"Show the claims, what they ask for and whether they are bound.", "kubectl get pvc -n {namespace}"},
			{"Show the volumes and the classes that make them.", "kubectl get pv,storageclass"}, showEvents},
	},
	{
		Kind: "volume-not-mounted", Means: "a volume of a workload cannot be attached or mounted",
		Says: "cannot start: volume {what} cannot be mounted", Plain: "cannot start: a volume of it cannot be mounted",
		Words: words(`(?:mountvolume|attachvolume)\.\w+ failed for volume "(?P<what>[^"]+)"`, `unable to (?:attach or )?mount volumes.*unmounted volumes=\[(?P<what>[^\],\s]+)`,
			`unable to (?:attach or )?mount volumes`),
		Looks: []Command{describePod, {"Show to which nodes volumes are attached.", "kubectl get volumeattachments"}},
	},
}

// placementBlockers are why the scheduler finds no node for a pod. Its message lists why each node was passed over, and the nodes of the
// control plane nearly always with their taint: taints go last.
var placementBlockers = []Blocker{
	{
		Kind: "too-few-resources", Means: "no node has room for a workload's pods",
		Says: "cannot be scheduled: no node has enough {what}", Plain: "cannot be scheduled: no node has room for its pods",
		States: []string{"OutOfcpu", "OutOfmemory", "OutOfpods"},
		Words:  words(`nodes are available: .*\binsufficient (?P<what>[\w./-]+)`, `nodes are available: .*too many (?P<what>pods)`, `node didn't have enough resource: (?P<what>\w+)`),
		Looks: []Command{{"Show what each node can give, and what has been promised.", "kubectl describe nodes"},
			{"Show how much each node uses.", "kubectl top nodes"}, showSpec},
	},
	{
		Kind: "host-port-taken", Means: "no node has the host port free that a workload wants",
		Says: "cannot be scheduled: no node has its host port free", Plain: "cannot be scheduled: no node has its host port free",
		Words: words(`didn't have free ports for the requested pod ports`, `hostport conflict`),
		Looks: []Command{showSpec, {"Show the pods of all namespaces and their nodes.", "kubectl get pods -A -o wide"}},
	},
	{
		Kind: "node-selector", Means: "no node has the labels that a workload's node selector or node affinity asks for",
		Says: "cannot be scheduled: no node has the labels that it asks for", Plain: "cannot be scheduled: no node has the labels that it asks for",
		States: []string{"NodeAffinity"},
		Words:  words(`didn't match (?:pod's )?node (?:affinity/selector|selector|affinity)`, `predicate nodeaffinity failed`, `matchnodeselector`),
		Looks: []Command{{"Show which labels the pods ask for.", "kubectl get deployment {workload} -n {namespace} -o yaml"},
			showNodes},
	},
	{
		Kind: "pod-affinity", Means: "the rules on which pods may run beside each other leave no node for a workload's pods",
		Says: "cannot be scheduled: its pod affinity or spread rules leave no node", Plain: "cannot be scheduled: its pod affinity or spread rules leave no node",
		Words: words(`didn't (?:match|satisfy) (?:pod |existing pods )(?:anti-)?affinity`, `didn't match pod topology spread constraints`),
		Looks: []Command{{"Show the rules.", "kubectl get deployment {workload} -n {namespace} -o yaml"}, showNodes},
	},
	{
		Kind: "node-not-ready", Means: "the node on which a workload ran is not ready, or its kubelet is gone",
		Starts: true,
		Says:   "cannot be reached: its node is not ready", Plain: "cannot be reached: its node is not ready",
		States: []string{"NodeLost", "NodeShutdown", "Terminated by node shutdown"},
		Words: words(`node\.kubernetes\.io/(?:not-ready|unreachable)`, `^node is not ready`, `kubelet stopped posting node status`, `status is now: nodenotready`,
			`node was (?:shutdown|terminated)`, `pod was terminated in response to imminent node shutdown`),
		Looks: []Command{{"Show which nodes are ready, and since when they are not.", "kubectl get nodes -o wide"},
			{"Show the pods of the namespace and their nodes.", "kubectl get pods -n {namespace} -o wide"}},
	},
	{
		Kind: "untolerated-taint", Means: "every node that would fit has a taint that a workload does not tolerate",
		Says: "cannot be scheduled: it does not tolerate taint {what}", Plain: "cannot be scheduled: it does not tolerate the nodes' taints",
		Words: words(`had (?:untolerated )?taints? \{(?P<what>[^}:\s]+)`, `had taints that the pod didn't tolerate`, `were unschedulable`),
		Looks: []Command{{"Show the taints of the nodes.", "kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints"}, showSpec},
	},
}

// nodeBlockers are what a node does to pods that ran on it, or to new ones before they run.
var nodeBlockers = []Blocker{
	{
		Kind: "evicted", Means: "the pods of a workload were evicted because their node ran short, or because they used more disk than they may",
		Starts: true,
		Says:   "lost its pods: the node ran low on {what} and evicted them", Plain: "lost its pods: they were evicted from their node",
		States: []string{"Evicted"},
		Words: words(`the node was low on resource: (?P<what>[\w-]+)`, `the node had condition: \[(?P<what>\w+)`, `ephemeral local storage usage exceeds`, `usage of emptydir volume "?(?P<what>[^"\s]+)"? exceeds`,
			`local ephemeral storage usage exceeds`),
		Looks: []Command{{"Show which pods were evicted.", "kubectl get pods -n {namespace} --field-selector=status.phase=Failed"},
			{"Show the conditions of the nodes.", "kubectl describe nodes"}},
	},
	{
		Kind: "preempted", Means: "the pods of a workload had to make room for pods of a higher priority",
		Starts: true,
		Says:   "lost its pods: they made room for pods of a higher priority", Plain: "lost its pods: they made room for pods of a higher priority",
		States: []string{"Preempting", "Preempted"},
		Words:  words(`^preempted (?:by|in order to admit)`),
		Looks:  []Command{{"Show the priority classes.", "kubectl get priorityclasses"}, showEvents},
	},
	{
		Kind: "pod-network", Means: "the network of a workload's pods cannot be set up on their node",
		Says: "cannot start: the network of its pods cannot be set up", Plain: "cannot start: the network of its pods cannot be set up",
		Words: words(`failed to (?:set ?up|create|configure)[^:]*sandbox[^:]*: .*(?:network|cni|ip address)`, `network: .*failed to (?:assign|allocate)`, `no (?:available )?ip addresses? (?:available|is available|in range)`,
			`networkplugin cni failed`, `plugin type="[^"]+" (?:name="[^"]*" )?failed \(add\)`, `network(?: plugin)? is not ready`),
		Looks: []Command{describePod, {"Show the network's own pods.", "kubectl get pods -n kube-system -o wide"}},
	},
}
