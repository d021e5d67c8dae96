import { getDataSourceSrv, setBackendSrv, setDataSourceSrv } from '@grafana/runtime';
import type { BackendSrv, DataSourceSrv } from '@grafana/runtime';
import { dataSourceType } from '../../src/api/pluginIds';
import type { Listed } from '../../src/connect/discover';
import type { Account } from '../../src/connect/setups';
import { aDataSource, installDataSources } from './grafana';

/** A data source as Grafana's API lists it; its uid is its name too. */
export const listed = (type: string, uid: string, jsonData: object = {}): Listed => ({
  uid,
  name: uid,
  type,
  isDefault: false,
  readOnly: false,
  jsonData,
});

/** Stores of which three lead to each other. */
export const stores = [
  listed('prometheus', 'other-prom'),
  listed('prometheus', 'prom', { exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'tempo' }] }),
  listed('tempo', 'bare-tempo'),
  listed('tempo', 'tempo', { tracesToLogsV2: { datasourceUid: 'loki' }, serviceMap: { datasourceUid: 'prom' } }),
  listed('loki', 'other-loki'),
  listed('loki', 'loki', {
    derivedFields: [
      { name: 'trace', datasourceUid: 'tempo' },
      { name: 'trace id', datasourceUid: 'tempo' },
      { name: 'gone', datasourceUid: 'x' },
    ],
  }),
];

/**
 * No Grafana: it keeps data sources, service accounts and tokens as Grafana's API does, and answers in its shapes. What
 * `refuse` names, it refuses with that status.
 */
export class FakeGrafana {
  dataSources: Array<Listed & { secureJsonFields?: object; secureJsonData?: { token?: string } }> = [...stores];
  accounts: Account[] = [];
  tokens: Array<{ id: number; account: number; key: string }> = [];
  refuse: Record<string, number> = {};
  asked: string[] = [];
  health = 'Metrics, traces and logs answer.';
  private nextId = 1;

  install() {
    setBackendSrv({ datasourceRequest: (request: Asked) => this.answer(request) } as unknown as BackendSrv);
    installDataSources(...stores.map(({ type, uid }) => aDataSource(type, uid)));
    setDataSourceSrv(Object.assign<DataSourceSrv, object>(getDataSourceSrv(), { reload: () => Promise.resolve() }));
  }

  private async answer({ method, url, data }: Asked) {
    await Promise.resolve();
    const line = `${method} ${url}`;
    this.asked.push(line);
    const refused = Object.entries(this.refuse).find(([wanted]) => line.startsWith(wanted));
    if (refused) {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as Grafana does
      throw { status: refused[1], statusText: 'refused', data: { message: 'no' }, config: {} };
    }
    return { data: this.route(line, url, data) };
  }

  private route(line: string, url: string, data: Body): unknown {
    const [, , part, id, , token] = url.split('/');
    switch (true) {
      case line === 'GET /api/datasources':
        return this.dataSources;
      case line === 'POST /api/datasources':
        this.dataSources.push({ ...listed(data.type, data.uid, data.jsonData), name: data.name, ...secrets(data) });
        return { message: 'Datasource added' };
      case line.startsWith('GET /api/serviceaccounts/search'):
        return { serviceAccounts: this.accounts.map((a) => ({ ...a, tokens: this.tokensOf(a.id).length })) };
      case line === 'POST /api/serviceaccounts':
        this.accounts.push({ id: this.nextId++, name: data.name, role: data.role });
        return this.accounts.at(-1);
      case part === 'serviceaccounts':
        return this.account(line.split(' ')[0] ?? '', Number(id), token, data);
      case part === 'plugins':
        return { message: 'Plugin settings updated' };
      case url.endsWith('/health'):
        return { status: 'OK', message: this.health };
      default:
        return this.dataSource(line.split(' ')[0] ?? '', url.split('/')[4] ?? '', data);
    }
  }

  private tokensOf(account: number) {
    return this.tokens.filter((token) => token.account === account);
  }

  private account(method: string, id: number, token: string | undefined, data: Body): unknown {
    if (method === 'PATCH') {
      this.accounts = this.accounts.map((a) => (a.id === id ? { ...a, role: data.role } : a));
      return {};
    }
    if (method === 'GET') {
      return this.tokensOf(id);
    }
    if (method === 'DELETE') {
      this.tokens = this.tokens.filter((t) => (token ? t.id !== Number(token) : t.account !== id));
      this.accounts = token ? this.accounts : this.accounts.filter((a) => a.id !== id);
      return {};
    }
    this.tokens.push({ id: this.nextId++, account: id, key: `glsa_${this.nextId}` });
    return this.tokens.at(-1);
  }

  private dataSource(method: string, uid: string, data: Body): unknown {
    const found = this.dataSources.find((candidate) => candidate.uid === uid);
    if (!found) {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as Grafana does
      throw { status: 404, statusText: 'Not Found', data: { message: 'Data source not found' }, config: {} };
    }
    if (method === 'DELETE') {
      this.dataSources = this.dataSources.filter((candidate) => candidate !== found);
    } else if (method === 'PUT') {
      Object.assign(found, { jsonData: data.jsonData }, secrets(data));
    }
    return found;
  }

  get ours() {
    return this.dataSources.filter(({ type }) => type === dataSourceType);
  }
}

interface Body {
  uid: string;
  name: string;
  type: string;
  role: Account['role'];
  jsonData: object;
  secureJsonData?: { token?: string };
}
interface Asked {
  method: string;
  url: string;
  data: Body;
}
const secrets = ({ secureJsonData }: Body) =>
  secureJsonData ? { secureJsonData, secureJsonFields: { token: true } } : {};
