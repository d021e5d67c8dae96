import type { Subject } from '../api/case.gen';

/** Labels under which alerts and series name a service, best first; pkg/links has the same. */
const serviceLabels: readonly string[] = [
  'service_name',
  'service.name',
  'service',
  'app_kubernetes_io_name',
  'app',
  'application',
  'destination_service_name',
  'job',
];

const operationLabels = ['operation', 'span_name', 'span.name'];
const methodLabels = ['http_request_method', 'http.request.method', 'http_method', 'method'];
const routeLabels = ['http_route', 'http.route', 'route', 'uri'];

type Labels = Readonly<Record<string, string | undefined>>;

/** Which service, and where it can be told which of its operations, these labels speak of; undefined for no service. */
export function subjectOf(labels: Labels): Subject | undefined {
  const label = serviceLabels.find((name) => labels[name]);
  const value = label && labels[label];
  if (!value) {
    return undefined;
  }
  // A job is often "namespace/name".
  const service = label === 'job' ? value.slice(value.lastIndexOf('/') + 1) : value;
  const operation = operationOf(labels);
  return service ? { service, ...(operation && { operation }) } : undefined;
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
