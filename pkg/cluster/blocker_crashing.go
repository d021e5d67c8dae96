package cluster

// crashBlockers are why containers start and end again at once, as they write it themselves. How a call of theirs failed is read by who
// knows clients' words: these kinds have none.
var crashBlockers = []Blocker{
	{
		Kind: "port-taken", Means: "the port on which a container wants to listen is taken, for example by a side-car",
		Says: "cannot start: port {what} is taken by another process", Plain: "cannot start: its port is taken by another process", Starts: true,
		Lines: words(`(?:listen \S+ |bind\w* (?:on|to) (?:address )?|listen\w* on )\S*?:(?P<what>\d{2,5})\b.*(?:address|port) (?:is )?already in use`, `eaddrinuse\S*:? .*?:(?P<what>\d{2,5})\b`, `port (?P<what>\d{2,5}) (?:is|was) already in use`,
			`address already in use`, `eaddrinuse`, `only one usage of each socket address`),
		Looks: []Command{{"Show which containers the pod has, and their ports.", "kubectl get pod {pod} -n {namespace} -o yaml"}, showPrevious, showHistory},
	},
	{
		Kind: "missing-setting", Means: "a container ends because a setting or environment variable that it needs is missing",
		Says: "cannot start: setting {what} is missing", Plain: "cannot start: a setting is missing", Starts: true,
		Lines: words(`(?:missing|required|undefined|unset) (?:required )?(?:environment variable|env var|setting|configuration):? ['"]?(?P<what>[a-z][\w.]{2,})`,
			`(?:environment variable|env var) ['"]?(?P<what>[a-z]\w{2,})['"]? (?:is |was )?(?:not set|not defined|missing|required|undefined|empty|must be)`,
			`could not resolve placeholder '(?P<what>[^']+)'`, `keyerror: '(?P<what>[A-Z][A-Z0-9_]{2,})'`, `\$\{?(?P<what>[A-Z][A-Z0-9_]{2,})\}? (?:is )?(?:not set|unbound variable)`),
		Looks: []Command{showSpec, showPrevious, showHistory},
	},
	{
		Kind: "credentials-refused", Means: "a container ends because a database or broker refuses its credentials",
		Says: "cannot start: its credentials are refused", Plain: "cannot start: its credentials are refused", Starts: true,
		Looks: []Command{showPrevious, showSpec, {"Show the secrets of the namespace, and when they were made.", "kubectl get secrets -n {namespace} --sort-by=.metadata.creationTimestamp"}},
	},
	{
		Kind: "connections-exhausted", Means: "a container ends because its database accepts no more connections",
		Says: "cannot start: its database accepts no more connections", Plain: "cannot start: its database accepts no more connections", Starts: true,
		Looks: []Command{showPrevious, {"Show the pods of the namespace: each has a pool of connections.", "kubectl get pods -n {namespace} -o wide"}},
	},
	{
		Kind: "unresolved-address", Means: "a container ends because a name that it was given as an address does not resolve",
		Says: "cannot start: an address that it was given does not resolve", Plain: "cannot start: an address that it was given does not resolve", Starts: true,
		Looks: []Command{showPrevious, showSpec, {"Show the Services that there are.", "kubectl get services -n {namespace}"}},
	},
}

var showPrevious = Command{"Show what the container said before it ended.", "kubectl logs {pod} -n {namespace} --previous --tail=50"}
