import type { DataQuery } from '@grafana/schema';

/** What can be asked of the data source, and which numbers each can answer with alone; docs/panels.md describes them. */
export const queryTypes = {
  findings: [],
  impact: ['error_rate', 'error_rate_normal', 'request_rate', 'request_rate_normal', 'p99', 'p99_normal'],
  'impact-series': [],
  onset: ['age'],
  verdict: ['confidence'],
  chain: [],
  dependencies: ['failing', 'degraded'],
  'dependency-graph': [],
  candidates: [],
  changes: ['before_onset'],
  recovery: ['open'],
  readiness: ['lacking'],
  services: [],
  operations: [],
  cases: [],
} as const satisfies Record<string, readonly string[]>;

export type QueryType = keyof typeof queryTypes;

/** Types that need no service: they speak of all, or of one where it is named. */
export const ofAllServices: ReadonlySet<string> = new Set<QueryType>(['readiness', 'services', 'operations', 'cases']);

/** A dashboard's, an annotation's or an alert rule's question about a service in the panel's time range. */
export interface FaultlineQuery extends DataQuery {
  /** "frozen" queries hold their own answer: those of saved cases' panels; nobody types them */
  queryType: QueryType | 'frozen';
  /** absent until somebody has typed it */
  service?: string;
  operation?: string;
  /** which of several services of the name */
  namespace?: string;
  environment?: string;
  cluster?: string;
  /** the one number to answer with, as alert rules need; everything where it is absent */
  number?: string;
}
