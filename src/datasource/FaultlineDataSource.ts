import type { ScopedVars } from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import type { FindingsQuery } from '../api/query';
import type { Settings } from '../api/settings';

/** One environment. Every query is answered by the backend; here only a dashboard's variables are filled in. */
export class FaultlineDataSource extends DataSourceWithBackend<FindingsQuery, Settings> {
  override getDefaultQuery(): Partial<FindingsQuery> {
    return { queryType: 'findings', service: '' };
  }

  override filterQuery({ service, hide, queryType }: FindingsQuery): boolean {
    return !hide && (queryType === 'frozen' || Boolean(service?.trim()));
  }

  override applyTemplateVariables(query: FindingsQuery, scopedVars: ScopedVars): FindingsQuery {
    const fill = (text?: string) => text && getTemplateSrv().replace(text, scopedVars);
    return { ...query, service: fill(query.service), operation: fill(query.operation) };
  }
}
