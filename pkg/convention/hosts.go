package convention

import (
	"net"
	"strings"
)

// CalledService is the service that a caller means by the name or host it calls, and false where it means none: a mesh
// writes so what it cannot tell. Of a host in a Kubernetes cluster it is the Service's name ("payment.shop.svc" is
// "payment"); a port is left out; any other host stays as it is, for it is its own name.
func CalledService(host string) (string, bool) {
	switch host {
	case "", "unknown", "PassthroughCluster", "BlackHoleCluster", "none":
		return "", false
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	labels := strings.Split(host, ".")
	if len(labels) >= 3 && labels[2] == "svc" {
		return labels[0], true
	}
	return host, true
}
