import type { DataFrame, RawTimeRange, ScopedVars } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

/** A query of any data source; what it holds beyond that depends on the data source. */
export interface Target extends DataQuery {
  /** PromQL or LogQL */
  expr?: string;
  /** TraceQL */
  query?: string;
  /** what Tempo's search form was filled with */
  filters?: Array<{ tag?: string; operator?: string; value?: string | string[] }>;
  /** of one of our own queries */
  service?: string;
  operation?: string;
  namespace?: string;
  environment?: string;
  cluster?: string;
}

/** What Grafana tells of a panel, or of Explore. */
export interface QueriesContext {
  targets?: Target[];
  timeRange?: RawTimeRange;
  scopedVars?: ScopedVars;
  data?: { series?: DataFrame[] };
}
