import type { Subject } from '../api/case.gen';

/** Labels under which alerts and series name a service, best first; pkg/links has the same, and says why in this order. */
const serviceLabels: readonly string[] = [
  'service_name',
  'service.name',
  'exported_service',
  'sloth_service',
  'destination_workload',
  'destination_canonical_service',
  'destination_service_name',
  'destination_service',
  'service',
  'app_kubernetes_io_name',
  'app',
  'application',
  'deployment',
  'statefulset',
  'daemonset',
  'workload',
  'exported_container',
  'exported_pod',
  'container',
  'pod',
  'target',
  'exported_job',
  'job',
];

/** How many of these name the service even where it is one that watches others. */
const meant = serviceLabels.indexOf('destination_service');

const operationLabels = ['operation', 'span_name', 'span.name'];
const methodLabels = ['http_request_method', 'http.request.method', 'http_method', 'method'];
const routeLabels = ['http_route', 'http.route', 'route', 'uri'];

const monitoring =
  /(^|[-_/])(kube-state-metrics|node-?exporter|blackbox|cadvisor|kubelet|prometheus|alertmanager|pushgateway|grafana|ruler|otel-?collector|exporter)($|[-_])|[-_](exporter|metrics|monitoring)$/i;
const besides =
  /^(POD|pause|istio-(proxy|init|validation)|linkerd-(proxy|init|network-validator)|envoy|kube-rbac-proxy(-.+)?|oauth2-proxy|(.+-)?config-reloader|cloud-?sql-proxy|vault-agent(-init)?|consul-(dataplane|connect-.+)|daprd|fluent-?bit|promtail|filebeat|git-sync)$/i;

type Labels = Readonly<Record<string, string | undefined>>;

/** Which service, and where it can be told which of its operations, these labels speak of; undefined for no service. */
export function subjectOf(labels: Labels): Subject | undefined {
  const service = serviceLabels.map((label, i) => serviceOf(label, labels[label] ?? '', i < meant)).find(Boolean);
  const operation = operationOf(labels);
  return service ? { service, ...(operation && { operation }) } : undefined;
}

function serviceOf(label: string, value: string, isMeant: boolean): string {
  const name = nameIn(label, value);
  return isMeant || !monitoring.test(name) ? name : '';
}

function nameIn(label: string, value: string): string {
  switch (label) {
    case 'destination_service':
      return value.replace(/\..*$/, '');
    case 'exported_job':
    case 'job':
      // A job is often "namespace/name".
      return value.slice(value.lastIndexOf('/') + 1);
    case 'exported_pod':
    case 'pod':
      return workloadOf(value);
    case 'target':
      return /[/:]/.test(value) ? '' : value;
    case 'exported_container':
    case 'container':
      return besides.test(value) ? '' : value;
    default:
      return value;
  }
}

/** The name that the pods of a deployment, a daemon set or a stateful set share. */
function workloadOf(pod: string): string {
  if (/.-\d+$/.test(pod)) {
    return pod.replace(/-\d+$/, '');
  }
  const [, name, hash = ''] = /^(.+?)(-[a-z0-9]{6,10})?-[a-z0-9]{5}$/.exec(pod) ?? [undefined, pod];
  // Without a digit it is a word of the name and no hash.
  return /\d/.test(hash) ? name : name + hash;
}

/** Labels without those that name an operation, for whoever asks about all of a service. */
export function withoutOperation<Of extends Labels>(labels: Of): Of {
  const names = [operationLabels, methodLabels, routeLabels].flat();
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name))) as Of;
}

function operationOf(labels: Labels): string | undefined {
  const first = (names: readonly string[]) => names.map((name) => labels[name]).find(Boolean);
  const whole = first(operationLabels);
  const [method, route] = [first(methodLabels), first(routeLabels)];
  return whole ?? (method && route ? `${method} ${route}` : undefined);
}
