import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { AppPluginMeta, PluginMeta } from '@grafana/data';
import { getDataSourceSrv, setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';
import { FakeGrafana, listed, stores } from '../../tests/unit/fakeGrafana';
import { dataSourceType } from '../api/pluginIds';
import ConnectPage from './ConnectPage';
import { discover } from './discover';
import { setupsOf, uidOf, type Account } from './setups';

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

describe('what an organization has', () => {
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
    expect(screen.getByText('Spans in tempo link to logs in loki (tracesToLogsV2).')).toBeVisible();
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
    expect(await screen.findByRole('group', { name: 'Production' })).toHaveTextContent('token role: Viewer');
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
      /Could not create the service account. \(403: no\)/,
      /serviceaccounts:write/,
    ],
    [
      'the token',
      'GET /api/serviceaccounts/1/tokens',
      /Could not create the token. \(403: no\)/,
      /serviceaccounts:write/,
    ],
    ['the data source', 'POST /api/datasources', /Could not create the data source. \(403: no\)/, /datasources:write/],
    ['its name', 'POST /api/datasources', /Could not create the data source. \(409: no\)/, /Choose another one/],
    ['the test', 'GET /api/datasources/uid/faultline-production/health', /but the test failed. \(400: no\)/, /./],
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

describe('a name that is there already', () => {
  const tuned = {
    metrics: { uid: 'other-prom' },
    grafanaUrl: 'http://grafana',
    checks: [{ name: 'Mails' }],
    masks: ['x'],
  };
  const named = (name: string, uid: string, jsonData: object = {}) => ({
    ...listed(dataSourceType, uid, jsonData),
    name,
  });
  const call = async (name: string) => {
    await userEvent.clear(screen.getByLabelText('Name'));
    await userEvent.type(screen.getByLabelText('Name'), name);
  };

  it('keeps all other settings of an environment that is set up again', async () => {
    grafana.dataSources.push(named('Production', 'faultline-production', tuned));
    grafana.accounts.push({ id: 7, name: 'faultline-production', role: 'Viewer' });
    grafana.tokens.push({ id: 8, account: 7, key: 'glsa_x' });
    await open();
    expect(screen.getByLabelText('Name')).toHaveValue('');
    await call('Production');
    await click('Connect');
    await waitFor(() => expect(progress()).toHaveTextContent('Test: Metrics, traces and logs answer.'));
    expect(grafana.ours.map(({ jsonData }) => jsonData)).toEqual([
      { metrics: { uid: 'prom' }, traces: { uid: 'tempo' }, logs: { uid: 'loki' }, checks: tuned.checks, masks: ['x'] },
    ]);
  });

  it('leaves alone what was made by hand or from a file', async () => {
    grafana.dataSources.push(named('Production', 'by-hand', tuned));
    await open();
    await call('Production');
    expect(screen.getByRole('button', { name: 'Connect' })).toBeDisabled();
    expect(screen.getByRole('alert')).toHaveTextContent(/was not set up here. Choose another name/);
    await call('Production 2');
    expect(screen.getByRole('button', { name: 'Connect' })).toBeEnabled();
  });

  it('is not that of an environment whose name only looks alike', async () => {
    grafana.dataSources.push(named('生产', 'faultline-environment', tuned));
    await open();
    await call('测试');
    await click('Connect');
    await waitFor(() => expect(progress()).toHaveTextContent('Test: Metrics, traces and logs answer.'));
    expect(grafana.ours.map(({ uid, name }) => [uid, name])).toEqual([
      ['faultline-environment', '生产'],
      ['faultline-environment-2', '测试'],
    ]);
  });
});

it('says so when Grafana does not read its data sources anew', async () => {
  await open();
  setDataSourceSrv(
    Object.assign<DataSourceSrv, object>(getDataSourceSrv(), { reload: () => Promise.reject(new Error('offline')) })
  );
  await click('Connect');
  expect(await screen.findByText('offline')).toBeVisible();
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
    expect(screen.getByRole('group', { name: 'faultline-production' })).toHaveTextContent('incomplete');
    await click('Undo');
    await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText(/Could not delete the service account. \(403: no\)/)).toBeVisible();
    expect(screen.getByText(/serviceaccounts:delete/)).toBeVisible();
  });
});

it('who may not see what there is, is told who may', async () => {
  grafana.refuse = { 'GET /api/serviceaccounts': 403 };
  render(<ConnectPage plugin={{ meta: {} } as never} query={{}} />);
  expect(await screen.findByText('Could not list the service accounts. (403: no)')).toBeVisible();
  expect(screen.getByText(/administrator of this organization/)).toBeVisible();
});
