package cluster

// imageBlockers keep a container's image from being there. Registries say "not found" and "no access" in the same breath, since they do
// not tell strangers what they hold: then both are named.
var imageBlockers = []Blocker{
	{
		Kind: "image-registry-limit", Means: "the registry does not serve a container's image because too many were pulled",
		Says: "cannot start: its registry refuses image {what} because too many images were pulled", Plain: "cannot start: its registry refuses to serve more images for now",
		Words: words(pulled+`.*(?:toomanyrequests|too many requests|pull rate limit)`, `toomanyrequests|reached your (?:unauthenticated )?pull rate limit`),
		Looks: []Command{describePod, showEvents},
	},
	{
		Kind: "image-registry-unreachable", Means: "the node cannot reach the registry of a container's image",
		Says: "cannot start: its node cannot reach the registry of image {what}", Plain: "cannot start: its node cannot reach the image's registry",
		States: []string{"RegistryUnavailable"},
		Words: words(pulled + `.*(?:dial tcp|no such host|i/o timeout|tls handshake timeout|context deadline exceeded|connection re(?:fused|set)|x509|server misbehaving|` +
			`50[0234] (?:internal|bad gateway|service unavailable|gateway))`),
		Looks: []Command{describePod, {"Show the pods of the namespace and their nodes.", "kubectl get pods -n {namespace} -o wide"}},
	},
	{
		Kind: "image-platform", Means: "a container's image is built for another processor or operating system",
		Starts: true,
		Says:   "cannot start: image {what} is not built for its node's platform", Plain: "cannot start: its image is not built for its node's platform",
		Words: words(pulled+`.*no (?:match for platform|matching manifest)`, `no (?:match for platform in manifest|matching manifest for)`, `exec format error`),
		Looks: []Command{describePod, {"Show the platforms of the nodes.", "kubectl get nodes -L kubernetes.io/arch,kubernetes.io/os"}, showHistory},
	},
	{
		Kind: "image-not-found", Means: "a container's image does not exist, or its reference is written wrong",
		Says: "cannot start: image {what} does not exist", Plain: "cannot start: its image does not exist",
		States: []string{"InvalidImageName"},
		Words: words(pulled+`.*(?:not ?found|manifest unknown|no such image|name unknown|repository \S+ does not exist|repository with name .* does not exist|image does not exist)`, `failed to (?:apply default image tag|inspect image) "?(?P<what>[^"\s]+)"?.*(?:invalid reference|couldn't parse)`,
			`(?:failed to pull|couldn't parse) image (?:name )?"(?P<what>[^"]+)".*invalid reference`, `invalidimagename`),
		Looks: []Command{describePod, showHistory,
			{"Show which images the deployment wants.", "kubectl get deployment {workload} -n {namespace} -o yaml"}},
	},
	{
		Kind: "image-pull-secret-missing", Means: "a pull secret that a workload names does not exist, and its images are not pulled",
		Says: "cannot start: its pull secret {what} does not exist", Plain: "cannot start: a pull secret of it does not exist",
		Words: words(`unable to retrieve some image pull secrets \((?P<what>[^),]+)`), Hint: true,
		Looks: []Command{{"Show the secrets of the namespace.", "kubectl get secrets -n {namespace}"}, showSpec},
	},
	{
		Kind: "image-pull-denied", Means: "the registry does not give a container's image: its name is wrong, or the pull secret is missing or invalid",
		Says: "cannot start: its registry denies image {what}, so the name is wrong or the pull secret is", Plain: "cannot start: its registry denies the image, so the name is wrong or the pull secret is",
		Words: words(pulled + `.*(?:pull access denied|insufficient_scope|authorization failed|unauthori[z]ed|authentication required|no basic auth credentials|failed to authorize|denied: |40[13] (?:unauthori[z]ed|forbidden))`),
		Looks: []Command{describePod,
			{"Show which pull secrets the pods use.", "kubectl get pod {pod} -n {namespace} -o yaml"},
			{"Show the secrets of the namespace.", "kubectl get secrets -n {namespace}"}},
	},
	{
		Kind: "image-not-present", Means: "a container's image may not be pulled and is not on its node",
		Says: "cannot start: image {what} is not on its node and may not be pulled", Plain: "cannot start: its image is not on its node and may not be pulled",
		States: []string{"ErrImageNeverPull"}, Words: words(`container image "(?P<what>[^"]+)" is not present with pull policy of never`),
		Looks: []Command{describePod, showSpec},
	},
}

// pulled is how the kubelet and the runtimes name an image that they could not get.
const pulled = `(?:failed to pull (?:and unpack )?image|error pulling image|rpc error.*pull image) "?(?P<what>[^"\s]+?)"?:?(?:\s|$)`
