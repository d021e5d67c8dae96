import type { Scope } from '../api/case.gen';

/** Labels that say which of several systems something belongs to, best first; pkg/convention has the same, and says why in this order. */
const scopeLabels: Readonly<Record<keyof Scope, readonly string[]>> = {
  namespace: [
    'exported_namespace',
    'destination_workload_namespace',
    'destination_service_namespace',
    'k8s_namespace_name',
    'service_namespace',
    'kubernetes_namespace_name',
    'kubernetes_namespace',
    'namespace',
    'k8s.namespace.name',
    'service.namespace',
    'namespace',
  ],
  environment: [
    'exported_environment',
    'deployment_environment_name',
    'deployment_environment',
    'environment',
    'env',
    'stage',
    'deployment.environment.name',
    'deployment.environment',
    'environment',
    'env',
  ],
  cluster: [
    'k8s_cluster_name',
    'destination_cluster',
    'kubernetes_cluster',
    'cluster_name',
    'cluster',
    'k8s.cluster.name',
    'cluster',
  ],
};

/** The parts of a scope that are given. */
export function scopeOf({ namespace, environment, cluster }: Scope): Scope {
  return { ...(namespace && { namespace }), ...(environment && { environment }), ...(cluster && { cluster }) };
}

/** The scope that labels name, whoever wrote them; the backend drops what no series of the service has. */
export function scopeIn(labels: Readonly<Record<string, string | undefined>>): Scope {
  const first = (part: keyof Scope) => scopeLabels[part].map((name) => labels[name]).find(Boolean);
  // As OpenTelemetry writes jobs.
  const [namespace, name] = labels.job?.split('/', 2) ?? [];
  return scopeOf({
    namespace: first('namespace') ?? (name === undefined ? undefined : namespace),
    environment: first('environment'),
    cluster: first('cluster'),
  });
}
