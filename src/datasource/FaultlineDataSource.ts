import { DataSourceVariableSupport, type DataSourceInstanceSettings, type ScopedVars } from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import { ofAllServices, type FaultlineQuery } from '../api/query';
import type { Settings } from '../api/settings';

/** A dashboard's variables are queries like any other. Grafana makes their choices of the first column of text. */
class Variables extends DataSourceVariableSupport<FaultlineDataSource, FaultlineQuery, Settings> {
  override getDefaultQuery(): Partial<FaultlineQuery> {
    return { queryType: 'services', service: '' };
  }
}

/** One environment. Every query is answered by the backend; here only a dashboard's variables are filled in. */
export class FaultlineDataSource extends DataSourceWithBackend<FaultlineQuery, Settings> {
  // Onset, chain and changes answer with the columns that annotations are made of, so that Grafana's own reading of them
  // and the editor for panels are enough. What a query begins with is asked for here and not below.
  override annotations = {
    getDefaultQuery: (): Partial<FaultlineQuery> => ({ queryType: 'onset', service: '' }),
  };

  constructor(settings: DataSourceInstanceSettings<Settings>) {
    super(settings);
    this.variables = new Variables();
  }

  override getDefaultQuery(): Partial<FaultlineQuery> {
    return { queryType: 'findings', service: '' };
  }

  override filterQuery({ service, hide, queryType }: FaultlineQuery): boolean {
    return !hide && (queryType === 'frozen' || ofAllServices.has(queryType) || Boolean(service?.trim()));
  }

  override applyTemplateVariables(query: FaultlineQuery, scopedVars: ScopedVars): FaultlineQuery {
    const filled = { ...query };
    for (const part of ['service', 'operation', 'namespace', 'environment', 'cluster'] as const) {
      if (query[part]) {
        filled[part] = getTemplateSrv().replace(query[part], scopedVars);
      }
    }
    return filled;
  }

  /** The names of the environment's services, the worst first. */
  async services(): Promise<string[]> {
    const { services } = await this.getResource<{ services: Array<{ service: string }> }>('services');
    return [...new Set(services.map(({ service }) => service))];
  }

  /** What the query's service is asked for, the busiest first. */
  async operations({ service, namespace, environment, cluster }: FaultlineQuery): Promise<string[]> {
    if (!service?.trim()) {
      return [];
    }
    const asked = this.applyTemplateVariables(
      { refId: '', queryType: 'operations', service, namespace, environment, cluster },
      {}
    );
    const { operations } = await this.getResource<{ operations: Array<{ name: string }> }>('operations', {
      service: asked.service,
      namespace: asked.namespace,
      environment: asked.environment,
      cluster: asked.cluster,
    });
    return operations.map(({ name }) => name);
  }
}
