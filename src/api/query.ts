import type { DataQuery } from '@grafana/schema';

/** A dashboard's or an alert rule's question: what is found about this service in the panel's time range? */
export interface FindingsQuery extends DataQuery {
  /** "frozen" queries hold their own answer: those of saved cases' panels */
  queryType: 'findings' | 'frozen';
  /** absent until somebody has typed it */
  service?: string;
  operation?: string;
}
