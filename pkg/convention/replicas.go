package convention

// ReplicaLabels tell the copies of a series apart that the replicas of a highly available collector store, as the Prometheus operator,
// Thanos and Mimir name them. A label "replica" is none of them: services name their own instances so.
var ReplicaLabels = []string{"__replica__", "monitor_replica", "prometheus_replica", "receive_replica", "rule_replica", "thanos_replica", "vmagent_replica"}
