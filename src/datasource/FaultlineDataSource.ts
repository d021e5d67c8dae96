import type { ScopedVars } from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import type { FaultlineQuery } from '../api/query';
import type { Settings } from '../api/settings';

/** One environment. Every query is answered by the backend; here only a dashboard's variables are filled in. */
export class FaultlineDataSource extends DataSourceWithBackend<FaultlineQuery, Settings> {
  // Onset, chain and changes answer with the columns that annotations are made of, so that Grafana's own reading of them
  // and the editor for panels are enough. What a query begins with is asked for here and not below.
  override annotations = {
    getDefaultQuery: (): Partial<FaultlineQuery> => ({ queryType: 'onset', service: '' }),
  };

  override getDefaultQuery(): Partial<FaultlineQuery> {
    return { queryType: 'findings', service: '' };
  }

  override filterQuery({ service, hide, queryType }: FaultlineQuery): boolean {
    return !hide && (queryType === 'frozen' || queryType === 'readiness' || Boolean(service?.trim()));
  }

  override applyTemplateVariables(query: FaultlineQuery, scopedVars: ScopedVars): FaultlineQuery {
    const fill = (text?: string) => text && getTemplateSrv().replace(text, scopedVars);
    return { ...query, service: fill(query.service), operation: fill(query.operation) };
  }
}
