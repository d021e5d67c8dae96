import type { DataQuery } from '@grafana/schema';

/** A dashboard's or an alert rule's question: what is found about this service in the panel's time range? */
export interface FindingsQuery extends DataQuery {
  queryType: 'findings';
  /** absent until somebody has typed it */
  service?: string;
  operation?: string;
}
