import { locationUtil } from '@grafana/data';
import { appId } from '../api/pluginIds';
import type { RawWindow } from '../format/parseWindow';

/**
 * Everything that a link to an investigation can hold; docs/links.md is the contract, and pkg/links its twin in the
 * backend. Every part may be missing: what is needed and not there is asked for on the page.
 */
export interface InvestigationLink {
  /** uid of the data source instance that looks; without it the only one there is */
  ds?: string;
  service?: string;
  /** as spans name it, for example "POST /api/checkout" */
  operation?: string;
  /** which of several services of this name */
  namespace?: string;
  environment?: string;
  cluster?: string;
  window?: RawWindow;
  /** when the alert began: milliseconds since 1970 or a date with time; used where there is no window */
  at?: string;
  /** fingerprint of the alert, under which the backend may have an investigation ready */
  alert?: string;
  /** labels of the alert, by name; they say the service and the operation where the link does not */
  labels?: Readonly<Record<string, string>>;
}

export const startPath = `/a/${appId}`;
export const investigatePath = `${startPath}/investigate`;
export const readinessPath = `${startPath}/readiness`;
export const stormPath = `${startPath}/storm`;
export const configPath = `/plugins/${appId}?page=connect`;

/** A path of Grafana's as an anchor needs it: a new tab knows nothing of the sub-path that Grafana may lie below. */
export const hrefOf = (path: string) => locationUtil.assureBaseUrl(path);

const labelPrefix = 'label.';
const defaultWindow: RawWindow = { from: 'now-1h', to: 'now' };

/** The address of an investigation, below Grafana's own. */
export function investigationUrl({ window, labels = {}, ...texts }: InvestigationLink): string {
  const params = new URLSearchParams();
  const { ds, service, operation, namespace, environment, cluster, at, alert } = texts;
  const named = { ds, service, operation, namespace, environment, cluster, ...window, at, alert };
  for (const [name, value] of Object.entries(named)) {
    if (value) {
      params.set(name, value);
    }
  }
  for (const [name, value] of Object.entries(labels)) {
    params.set(labelPrefix + name, value);
  }
  const search = params.toString();
  return search ? `${investigatePath}?${search}` : investigatePath;
}

/** Reads an address's search part. Of a parameter that is there twice the first counts; unknown ones are left alone. */
export function readInvestigationLink(search: string): InvestigationLink {
  const params = new URLSearchParams(search);
  const text = (name: string) => params.get(name) || undefined;
  const [from, to] = [text('from'), text('to')];
  const labels = readLabels(params);
  return {
    ds: text('ds'),
    service: text('service'),
    operation: text('operation'),
    namespace: text('namespace'),
    environment: text('environment'),
    cluster: text('cluster'),
    window: from || to ? { ...defaultWindow, ...(from && { from }), ...(to && { to }) } : undefined,
    at: text('at'),
    alert: text('alert'),
    labels,
  };
}

function readLabels(params: URLSearchParams): InvestigationLink['labels'] {
  const labels = [...params]
    .filter(([name]) => name.startsWith(labelPrefix) && name.length > labelPrefix.length)
    .map(([name, value]): [string, string] => [name.slice(labelPrefix.length), value]);
  // Reversed, so that here too the first counts.
  return labels.length > 0 ? Object.fromEntries(labels.reverse()) : undefined;
}
