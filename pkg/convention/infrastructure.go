package convention

import (
	"regexp"
	"strings"
)

// InfrastructureNames is a regular expression over the names of metrics that tell how much of its machine a service uses:
// those of the kubelet (cAdvisor), of OpenTelemetry's collectors and runtimes, of process exporters, and their like.
// Where more is used, a service may be short of it; limits, requests and sizes of the machine itself are none of them.
const InfrastructureNames = `(container|pod|k8s_pod|k8s_container|process|jvm|system|runtime|go)_(.*_)?(cpu|memory|mem|fs|disk|io|syscall|network|socket|sockets|threads)(_.*)?` +
	`|([a-z0-9]+_)?(cpu|memory|mem|disk|diskio|socket|sockets)(_.*)?`

var notUsage = regexp.MustCompile(`(^node_|^host_|^machine_|limit|request|quota|period|max|available|capacity|_bucket$|_count$|_sum$|_created$|failcnt|cache|mapped|_info$|shares|utilization_target)`)

// The kinds of infrastructure metrics; they are those of package rank.
var infrastructureKinds = []struct{ part, kind string }{
	{"network_receive_errors", "network"}, {"network_transmit_errors", "network"}, {"dropped", "network"}, {"retrans", "network"},
	{"network", ""}, // bytes and packets follow the requests
	{"cpu", "cpu"}, {"mem", "memory"}, {"fs", "disk"}, {"disk", "disk"}, {"_io", "disk"}, {"syscall_write", "disk"}, {"syscall_read", "disk"},
	{"socket", "network"}, {"threads", "cpu"},
}

// InfrastructureKind says what a metric of InfrastructureNames is about, "cpu", "memory", "disk" or "network", and whether
// it is a counter; empty where more of it is not worse.
func InfrastructureKind(name string) (kind string, counter bool) {
	lower := strings.ToLower(name)
	if notUsage.MatchString(lower) {
		return "", false
	}
	for _, k := range infrastructureKinds {
		if strings.Contains(lower, k.part) {
			return k.kind, strings.HasSuffix(lower, "_total")
		}
	}
	return "", false
}
