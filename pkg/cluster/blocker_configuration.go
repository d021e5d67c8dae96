package cluster

// configurationBlockers are things that a pod refers to and that are not there, and containers that cannot be run as they are specified.
var configurationBlockers = []Blocker{
	{
		Kind: "missing-service-account", Means: "the service account of a workload does not exist",
		Says: "cannot create pods: service account {what} does not exist", Plain: "cannot create pods: its service account does not exist",
		Words: words(`service ?accounts? "(?P<what>[^"]+)" not found`, `error looking up service account (?:[^/\s]+/)?(?P<what>[^\s:]+): `),
		Looks: []Command{{"Show the service accounts of the namespace.", "kubectl get serviceaccounts -n {namespace}"}, showEvents},
		Remedies: []Command{{"Create the service account. Bind the roles that the workload needs to it.",
			"kubectl create serviceaccount {what} -n {namespace}"}},
	},
	{
		Kind: "missing-secret", Means: "a secret that a workload needs, or a key of it, does not exist",
		Says: "cannot start: secret {what} or a key of it does not exist", Plain: "cannot start: a secret or a key of it does not exist",
		Words: words(`secrets? "(?P<what>[^"]+)" not found`, `couldn't find key \S+ in secret (?:[^/\s]+/)?(?P<what>[^\s/]+)`, `secret (?:[^/\s]+/)?(?P<what>[^\s:"]+) not found`,
			`references non-existent secret key`),
		Looks: []Command{{"Show which keys the secret has, without their values.", "kubectl describe secret {what} -n {namespace}"},
			{"Show the secrets of the namespace.", "kubectl get secrets -n {namespace}"}, showSpec},
	},
	{
		Kind: "missing-config-map", Means: "a config map that a workload needs, or a key of it, does not exist",
		Says: "cannot start: config map {what} or a key of it does not exist", Plain: "cannot start: a config map or a key of it does not exist",
		Words: words(`config ?maps? "(?P<what>[^"]+)" not found`, `couldn't find key \S+ in config ?map (?:[^/\s]+/)?(?P<what>[^\s/]+)`, `references non-existent config key`),
		Looks: []Command{{"Show which keys the config map has.", "kubectl describe configmap {what} -n {namespace}"},
			{"Show the config maps of the namespace.", "kubectl get configmaps -n {namespace}"}, showSpec},
	},
	{
		Kind: "root-not-allowed", Means: "a container runs as root, and its specification forbids that",
		Says: "cannot start: it would run as root, which its specification forbids", Plain: "cannot start: it would run as root, which its specification forbids",
		Words: words(`runasnonroot and image (?:will run as root|has non-numeric user)`, `container's runasuser breaks non-root policy`),
		Looks: []Command{describePod, showSpec},
	},
	{
		Kind: "wrong-command", Means: "the command of a container does not exist in its image, or may not be run",
		Starts: true,
		Says:   "cannot start: command {what} cannot be run in its image", Plain: "cannot start: its command cannot be run in its image",
		States: []string{"RunContainerError", "StartError", "ContainerCannotRun"},
		Words: words(`exec: "(?P<what>[^"]+)": (?:executable file not found|stat \S+: no such file|permission denied|is a directory)`, `exec: "(?P<what>[^"]+)".*(?:no such file or directory|permission denied)`,
			`executable file not found in \$path`, `failed to create (?:containerd|shim|runc)[^:]*: .*exec`),
		Looks: []Command{describePod, showSpec, showHistory},
	},
}

// admissionBlockers keep pods from being created at all: nothing of them is there, and only their owner is told why.
var admissionBlockers = []Blocker{
	{
		Kind: "exceeded-quota", Means: "the quota of a namespace leaves no room for a workload's pods",
		Says: "cannot create pods: quota {what} of its namespace is used up, or wants limits that they do not state", Plain: "cannot create pods: its namespace's quota is used up",
		Words: words(`exceeded quota: (?P<what>[^,\s]+)`, `failed quota: (?P<what>[^:\s]+): must specify`, `insufficient quota`),
		Looks: []Command{{"Show how much of the quota is used, and by what.", "kubectl describe resourcequota -n {namespace}"},
			{"Show how much each pod uses.", "kubectl top pods -n {namespace}"}, showSpec},
		Remedies: []Command{{"Raise the quota. Replace RESOURCE and AMOUNT by what the event names.",
			`kubectl patch resourcequota {what} -n {namespace} --patch '{"spec":{"hard":{"RESOURCE":"AMOUNT"}}}'`}},
	},
	{
		Kind: "limit-range", Means: "the limit range of a namespace forbids the resources that a workload asks for",
		Says: "cannot create pods: the limit range of its namespace forbids what they ask for", Plain: "cannot create pods: the limit range of its namespace forbids what they ask for",
		Words: words(`(?:maximum|minimum) \S+ usage per (?:container|pod|persistentvolumeclaim) is`, `max limit to request ratio per (?:container|pod) is`),
		Looks: []Command{{"Show what the limit range allows.", "kubectl describe limitrange -n {namespace}"}, showSpec},
	},
	{
		Kind: "pod-security", Means: "the cluster's pod security rules forbid a workload's pods",
		Says: "cannot create pods: pod security {what} forbids them", Plain: "cannot create pods: the cluster's pod security rules forbid them",
		Words: words(`violates podsecurity "(?P<what>[^"]+)"`, `podsecuritypolicy: unable to (?:admit|validate)`, `unable to validate against any (?:pod security policy|security context constraint)`,
			`no providers available to validate pod request`),
		Looks: []Command{{"Show which pod security level the namespace has.", "kubectl get namespace {namespace} --show-labels"}, showSpec},
	},
	{
		Kind: "admission-refused", Means: "an admission webhook or policy refuses a workload's pods",
		Says: "cannot create pods: admission {what} refuses them", Plain: "cannot create pods: an admission rule refuses them",
		Words: words(`admission webhook "(?P<what>[^"]+)" denied the request`, `validatingadmissionpolicy '(?P<what>[^']+)'.*denied request`),
		Looks: []Command{{"Show which webhooks decide about new objects.", "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations"}, showEvents},
	},
	{
		Kind: "admission-unreachable", Means: "an admission webhook that has to allow a workload's pods does not answer",
		Says: "cannot create pods: admission webhook {what} does not answer", Plain: "cannot create pods: an admission webhook does not answer",
		Words: words(`failed calling webhook "(?P<what>[^"]+)"`, `failed to call webhook`),
		Looks: []Command{{"Show which webhooks decide about new objects, and whether they may be passed over.", "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o wide"}, showEvents},
	},
}
