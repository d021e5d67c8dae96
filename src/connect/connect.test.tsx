import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { AppPluginMeta, PluginMeta } from '@grafana/data';
import { getDataSourceSrv, setBackendSrv, setDataSourceSrv } from '@grafana/runtime';
import type { BackendSrv, DataSourceSrv } from '@grafana/runtime';
import { aDataSource, installDataSources } from '../../tests/unit/grafana';
import { dataSourceType } from '../api/pluginIds';
import ConnectPage from './ConnectPage';
import { discover, type Listed } from './discover';
import { setupsOf, uidOf, type Account } from './setups';

const listed = (type: string, uid: string, jsonData: object = {}): Listed => ({
  uid,
  name: uid,
  type,
  isDefault: false,
  readOnly: false,
  jsonData,
});

const stores = [
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
class FakeGrafana {
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

let grafana: FakeGrafana;
beforeEach(() => {
  grafana = new FakeGrafana();
  grafana.install();
});

async function open(enabled = true) {
  const meta = { id: 'faultline-investigation-app', enabled, jsonData: { kept: true } } as unknown as AppPluginMeta;
  render(<ConnectPage plugin={{ meta } as unknown as PluginMeta as never} query={{}} />);
  await screen.findByRole('button', { name: 'Connect' });
}
const click = (name: string) => userEvent.click(screen.getByRole('button', { name }));
const progress = () => screen.getByRole('status');

describe('what an organisation has', () => {
  it('is sorted, and those that lead to each other are suggested together', () => {
    const { suggested, connections } = discover(stores);
    expect([suggested.metrics?.uid, suggested.traces?.uid, suggested.logs?.uid]).toEqual(['prom', 'tempo', 'loki']);
    expect(connections.map(({ from, to, setting }) => `${from.uid} ${setting} ${to.uid}`)).toEqual([
      'prom exemplarTraceIdDestinations tempo',
      'tempo tracesToLogsV2 loki',
      'tempo serviceMap prom',
      'loki derivedFields tempo',
    ]);
  });

  it('without connections, the default is suggested before the first', () => {
    const first = listed('prometheus', 'a');
    const usual = { ...listed('prometheus', 'b'), isDefault: true };
    expect(discover([first, usual]).suggested).toEqual({ metrics: usual, traces: undefined, logs: undefined });
  });

  it('tells what was set up here from what was not', () => {
    const account = (name: string, tokens: number): Account => ({ id: 1, name, role: 'Viewer', tokens });
    const inGrafana = { metrics: { uid: 'prom' } };
    const setups = setupsOf(
      [
        listed(dataSourceType, 'faultline-whole', inGrafana),
        listed(dataSourceType, 'faultline-no-token', inGrafana),
        listed(dataSourceType, 'faultline-no-account', inGrafana),
        listed(dataSourceType, 'faultline-direct', { metrics: { url: 'http://p' } }),
        listed(dataSourceType, 'hand', inGrafana),
        { ...listed(dataSourceType, 'file', inGrafana), readOnly: true },
        ...stores,
      ],
      [
        account('faultline-whole', 1),
        account('faultline-no-token', 0),
        account('faultline-lonely', 1),
        account('ci', 1),
      ]
    );
    expect(setups.map(({ uid, state }) => [uid, state])).toEqual([
      ['faultline-whole', 'complete'],
      ['faultline-no-token', 'half-made'],
      ['faultline-no-account', 'half-made'],
      ['faultline-direct', 'by hand'],
      ['hand', 'by hand'],
      ['file', 'provisioned'],
      ['faultline-lonely', 'half-made'],
    ]);
  });

  it('gives an environment a uid that Grafana takes', () => {
    expect(uidOf('Production (EU)')).toBe('faultline-production-eu');
    expect(uidOf('生产')).toBe('faultline-environment');
    expect(uidOf('x'.repeat(80))).toHaveLength(40);
  });
});

describe('one click', () => {
  it('makes account, token and data source, tests them, and says so', async () => {
    await open(false);
    expect(screen.getByText('Spans of tempo lead to logs in loki (tracesToLogsV2).')).toBeVisible();
    await click('Connect');
    await waitFor(() => expect(progress()).toHaveTextContent('Test: Metrics, traces and logs answer.'));
    expect(grafana.asked).toContain('POST /api/plugins/faultline-investigation-app/settings');
    expect(grafana.accounts).toMatchObject([{ name: 'faultline-production', role: 'Viewer' }]);
    expect(grafana.ours).toMatchObject([
      {
        uid: 'faultline-production',
        name: 'Production',
        jsonData: { metrics: { uid: 'prom' }, traces: { uid: 'tempo' }, logs: { uid: 'loki' } },
        secureJsonData: { token: grafana.tokens[0]?.key },
      },
    ]);
    expect(await screen.findByRole('group', { name: 'Production' })).toHaveTextContent('its token has the role Viewer');
  });

  it('makes an Editor where that was chosen', async () => {
    await open();
    await userEvent.click(screen.getByLabelText(/Editor/));
    await click('Connect');
    await waitFor(() => expect(grafana.accounts).toMatchObject([{ role: 'Editor' }]));
    await waitFor(() => expect(progress()).toHaveTextContent('Test: Metrics'));
  });

  it.each([
    [
      'the account',
      'POST /api/serviceaccounts',
      /service account could not be made. \(403: no\)/,
      /serviceaccounts:write/,
    ],
    ['the token', 'GET /api/serviceaccounts/1/tokens', /token could not be made. \(403: no\)/, /serviceaccounts:write/],
    ['the data source', 'POST /api/datasources', /data source could not be made. \(403: no\)/, /datasources:write/],
    ['its name', 'POST /api/datasources', /data source could not be made. \(409: no\)/, /choose another one/],
    ['the test', 'GET /api/datasources/uid/faultline-production/health', /something is wrong. \(400: no\)/, /./],
  ])('that fails at %s says what to do, and is finished by another', async (what, line, sentence, advice) => {
    grafana.refuse = { [line]: what === 'its name' ? 409 : what === 'the test' ? 400 : 403 };
    await open();
    await click('Connect');
    const alert = await within(await screen.findByRole('status')).findByText(sentence);
    expect(alert.closest('[role="alert"], [data-testid]') ?? alert).toBeVisible();
    expect(progress()).toHaveTextContent(advice);
    grafana.refuse = {};
    await waitFor(() => expect(screen.getByRole('button', { name: 'Connect' })).toBeEnabled());
    await click('Connect');
    await waitFor(() => expect(progress()).toHaveTextContent('Test: Metrics, traces and logs answer.'));
    expect(grafana.accounts).toHaveLength(1);
    expect(grafana.tokens).toHaveLength(1);
    expect(grafana.ours).toMatchObject([{ secureJsonData: { token: grafana.tokens[0]?.key } }]);
  });
});

describe('undo', () => {
  it('takes away what was made, and nothing else', async () => {
    grafana.accounts = [{ id: 90, name: 'ci', role: 'Editor' }];
    await open();
    await click('Connect');
    await screen.findByRole('group', { name: 'Production' });
    await click('Undo');
    await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(screen.queryByRole('group', { name: 'Production' })).not.toBeInTheDocument());
    expect(grafana.ours).toEqual([]);
    expect(grafana.tokens).toEqual([]);
    expect(grafana.accounts).toMatchObject([{ name: 'ci' }]);
    expect(grafana.dataSources).toEqual(stores);
  });

  it('of half a set-up is possible, and fails with what to do', async () => {
    grafana.accounts = [{ id: 7, name: 'faultline-production', role: 'Viewer' }];
    grafana.refuse = { 'DELETE /api/serviceaccounts/7': 403 };
    await open();
    expect(screen.getByRole('group', { name: 'faultline-production' })).toHaveTextContent('half made');
    await click('Undo');
    await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText(/service account could not be deleted. \(403: no\)/)).toBeVisible();
    expect(screen.getByText(/serviceaccounts:delete/)).toBeVisible();
  });
});

it('who may not see what there is, is told who may', async () => {
  grafana.refuse = { 'GET /api/serviceaccounts': 403 };
  render(<ConnectPage plugin={{ meta: {} } as never} query={{}} />);
  expect(await screen.findByText('The service accounts could not be listed. (403: no)')).toBeVisible();
  expect(screen.getByText(/administrator of this organisation/)).toBeVisible();
});
