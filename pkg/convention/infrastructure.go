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

// InfrastructureUnused is a regular expression over those of them that tell of no use, or of what follows the requests, as bytes on the
// network do: stores need not send these.
const InfrastructureUnused = `(?i)(node_|host_|machine_).*|.*(limit|request|quota|period|max|available|capacity|failcnt|cache|mapped|shares|utilization_target).*` +
	`|.*(_bucket|_count|_sum|_created|_info)|.*network_(receive|transmit)_(bytes|packets).*`

var notUsage = regexp.MustCompile(`^(` + InfrastructureUnused + `)$`)

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
