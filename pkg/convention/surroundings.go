package convention

import (
	"regexp"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// nodeMetrics count the time that work on a node waited for a processor.
var nodeMetrics = []incident.NodeMetric{
	{Convention: "node exporter", Waiting: "node_pressure_cpu_waiting_seconds_total", Names: []string{"node", "nodename", "kubernetes_node", "instance"}},
}

// certificateMetrics are until when certificates are valid.
var certificateMetrics = []incident.CertificateMetric{
	{Convention: "cert-manager", Expires: "certmanager_certificate_expiration_timestamp_seconds", Names: []string{"name"},
		Namespaces: []string{"exported_namespace", "namespace"}},
	{Convention: "x509 exporter", Expires: "x509_cert_not_after", Names: []string{"secret_name", "subject_CN", "filename"},
		Namespaces: []string{"secret_namespace", "namespace"}},
	{Convention: "blackbox exporter", Expires: "probe_ssl_earliest_cert_expiry", Names: []string{"instance", "target"}},
}

func surroundingNames() []string {
	var names []string
	for _, m := range nodeMetrics {
		names = append(names, m.Waiting)
	}
	for _, m := range certificateMetrics {
		names = append(names, m.Expires)
	}
	return names
}

// surroundingRoles are these roles with the one metric of each spelling.
func surroundingRoles() []incident.ConventionRole {
	nodes := incident.ConventionRole{Role: "waiting", Title: "Work that waits for a node's processors"}
	for _, m := range nodeMetrics {
		nodes.Spellings = append(nodes.Spellings, incident.ConventionSpelling{Convention: m.Convention, Metrics: []string{m.Waiting}})
	}
	certificates := incident.ConventionRole{Role: "certificates", Title: "Until when certificates are valid"}
	for _, m := range certificateMetrics {
		certificates.Spellings = append(certificates.Spellings, incident.ConventionSpelling{Convention: m.Convention, Metrics: []string{m.Expires}})
	}
	return []incident.ConventionRole{nodes, certificates}
}

// surroundingsExplained says of them what Explain says of the others.
func surroundingsExplained(have map[string]bool) []incident.ConventionRole {
	roles := surroundingRoles()
	for i := range roles {
		role := &roles[i]
		for j, s := range role.Spellings {
			told := candidate{convention: s.Convention, needs: s.Metrics}.explained(have, role.Chosen)
			if told.Chosen {
				role.Chosen = told.Convention
			}
			role.Spellings[j] = told
		}
		role.Why = whyRole(*role)
	}
	return roles
}

// chooseSurroundings picks the spelling of each of these roles.
func chooseSurroundings(have map[string]bool, chosen *incident.Conventions) {
	chosen.Nodes = firstThat(nodeMetrics, func(m incident.NodeMetric) bool { return have[m.Waiting] })
	chosen.Certificates = firstThat(certificateMetrics, func(m incident.CertificateMetric) bool { return have[m.Expires] })
}

func firstThat[T any](rows []T, fits func(T) bool) *T {
	for _, row := range rows {
		if fits(row) {
			return &row
		}
	}
	return nil
}

var unnamedPool = regexp.MustCompile(`(?i)^(hikaripool-\d+|hikaricp|default|pool-?\d*|main|primary|master|datasource)?$`)

// PoolNamesItsTarget says whether a pool's name tells what it connects to: frameworks number their pools where nobody
// names them, and then two services' pools of one name have nothing in common.
func PoolNamesItsTarget(name string) bool { return !unnamedPool.MatchString(name) }

var nodeAttributes = []string{"k8s.node.name", "host.name", "node.name"}

// NodeAttributes lists the attributes that name the node on which a service runs, best first.
func NodeAttributes() []string { return append([]string(nil), nodeAttributes...) }

// Kafka says whether a queue's metric is of Kafka's consumer groups, whose tools can be named.
func Kafka(m incident.QueueMetric) bool {
	return strings.HasPrefix(m.Waiting, "kafka_consumergroup") || strings.HasPrefix(m.Waiting, "kafka_consumer_group")
}

// CertManager says whether cert-manager watches the certificates of a metric, and so can renew them.
func CertManager(m incident.CertificateMetric) bool {
	return strings.HasPrefix(m.Expires, "certmanager_")
}

// Namespace is the Kubernetes namespace of the pod in which a span was written; empty where the span does not tell, as for
// its deployment and pod.
func Namespace(s incident.Span) string { return s.Resource["k8s.namespace.name"] }

// Deployment is the deployment that a span's pod belongs to.
func Deployment(s incident.Span) string { return s.Resource["k8s.deployment.name"] }

// Pod is the pod in which a span was written.
func Pod(s incident.Span) string { return s.Resource["k8s.pod.name"] }

// Database is the system and the host of the database that a span calls; empty where it calls none, or does not tell.
func Database(s incident.Span) (system, host string) {
	for _, name := range []string{"db.system.name", "db.system"} {
		if system == "" {
			system = s.Attributes[name]
		}
	}
	for _, name := range []string{"server.address", "net.peer.name"} {
		if host == "" {
			host = s.Attributes[name]
		}
	}
	return system, host
}

// CalledNames are what a service graph may call the other side of a span's call that reports nothing itself, such as a database, a broker or
// a host outside: what the span names as its peer, the database's name, its system, and its host with or without its domain.
func CalledNames(s incident.Span) []string {
	var names []string
	for _, attribute := range []string{"peer.service", "db.namespace", "db.name", "db.system.name", "db.system", "messaging.system", "server.address", "net.peer.name", "net.sock.peer.addr"} {
		name := s.Attributes[attribute]
		if short, _, domain := strings.Cut(name, "."); domain && !slices.Contains(names, short) {
			names = append(names, short)
		}
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if slices.Contains(names, "postgresql") && !slices.Contains(names, "postgres") {
		names = append(names, "postgres")
	}
	return names
}

// NamesQueue says whether a span sends to a queue, or takes from one, of this name.
func NamesQueue(s incident.Span, queue string) bool {
	for _, attribute := range []string{"messaging.destination.name", "messaging.destination", "messaging.kafka.topic", "messaging.rabbitmq.queue"} {
		if s.Attributes[attribute] == queue {
			return true
		}
	}
	return false
}
