package cluster

import "slices"

// Resource is what kubectl calls a kind of object; false for kinds that are not known to it.
func Resource(kind string) (string, bool) {
	name, known := map[string]string{"NetworkPolicy": "networkpolicy", "ConfigMap": "configmap", "Ingress": "ingress", "Deployment": "deployment",
		"StatefulSet": "statefulset", "DaemonSet": "daemonset", "Service": "service", "HorizontalPodAutoscaler": "hpa", "PodDisruptionBudget": "pdb",
		"CiliumNetworkPolicy": "ciliumnetworkpolicy", "ResourceQuota": "resourcequota", "LimitRange": "limitrange"}[kind]
	return name, known
}

// Removable says whether taking away a new object of this kind brings back what was before, and nothing runs in it.
func Removable(kind string) bool {
	return slices.Contains([]string{"NetworkPolicy", "CiliumNetworkPolicy", "ResourceQuota", "LimitRange"}, kind)
}
