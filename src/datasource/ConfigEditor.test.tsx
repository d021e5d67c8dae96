import { useState } from 'react';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { DataSourceSettings } from '@grafana/data';
import { aDataSource, installDataSources } from '../../tests/unit/grafana';
import type { SecureSettings, Settings } from '../api/settings';
import { ConfigEditor } from './ConfigEditor';

// jsdom measures nothing, and Grafana's list of choices draws only what fits.
beforeAll(() => {
  jest
    .spyOn(HTMLCanvasElement.prototype, 'getContext')
    .mockReturnValue({ measureText: () => ({ width: 10 }) } as never);
});

type Options = DataSourceSettings<Settings, SecureSettings>;

beforeEach(() =>
  installDataSources(aDataSource('prometheus', 'prom'), aDataSource('tempo', 'traces'), aDataSource('loki', 'logs'))
);

function draw(jsonData: Settings, secureJsonFields = {}) {
  let current = { jsonData, secureJsonFields, secureJsonData: {} } as Options;
  function Page() {
    const [options, setOptions] = useState(current);
    current = options;
    return <ConfigEditor options={options} onOptionsChange={setOptions} />;
  }
  render(<Page />);
  return () => current;
}

describe('the settings of an environment', () => {
  it('take a data source for each kind of telemetry, of the fitting type only', async () => {
    const saved = draw({});
    await userEvent.click(screen.getByLabelText(/Metrics \(Prometheus\)/));
    expect(screen.queryByText('logs')).not.toBeInTheDocument();
    await userEvent.click(screen.getByText('prom'));
    expect(saved().jsonData).toEqual({ metrics: { uid: 'prom' } });
  });

  it('take a recorded incident in the place of stores, and stores again', async () => {
    const saved = draw({ metrics: { uid: 'prom' }, grafanaUrl: 'http://grafana' });
    await userEvent.click(screen.getByRole('radio', { name: 'A recorded incident' }));
    expect(saved().jsonData).toEqual({ recording: 'walkthrough', grafanaUrl: 'http://grafana' });
    expect(screen.queryByLabelText(/Metrics \(Prometheus\)/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('radio', { name: 'Stores' }));
    expect(saved().jsonData.recording).toBeUndefined();
    expect(screen.getByLabelText(/Metrics \(Prometheus\)/)).toBeInTheDocument();
  });

  it('take the address of a server instead', async () => {
    const saved = draw({ logs: { uid: 'logs' } });
    await userEvent.type(screen.getByLabelText('Server URL for logs'), 'http://loki:3100');
    expect(saved().jsonData).toEqual({ logs: { url: 'http://loki:3100' } });
  });

  it('forget an address that was deleted', async () => {
    const saved = draw({ traces: { url: 'http://tempo' }, grafanaUrl: 'http://grafana' });
    await userEvent.clear(screen.getByLabelText('Server URL for traces'));
    await userEvent.clear(screen.getByLabelText(/Grafana URL/));
    expect(saved().jsonData).toEqual({ traces: {}, grafanaUrl: undefined });
  });

  it('keep the token among the secrets', async () => {
    const saved = draw({});
    await userEvent.type(screen.getByLabelText(/Service account token/), 'glsa_x');
    expect(saved().secureJsonData).toEqual({ token: 'glsa_x' });
    expect(saved().jsonData).toEqual({});
  });

  it('never show a stored token, and let it be replaced', async () => {
    const saved = draw({}, { token: true });
    expect(screen.getByLabelText(/Service account token/)).toHaveValue('configured');
    await userEvent.click(screen.getByRole('button', { name: /reset/i }));
    expect(saved().secureJsonFields.token).toBe(false);
  });

  it('keep what was provisioned and has no field here', async () => {
    const provisioned = { limits: { queries: 60 } } as Settings;
    const saved = draw(provisioned);
    await userEvent.type(screen.getByLabelText(/Grafana URL/), 'h');
    expect(saved().jsonData).toEqual({ ...provisioned, grafanaUrl: 'h' });
  });

  it('take what is masked in cases, and for how long they are kept', async () => {
    const saved = draw({ masks: ['a+'] });
    await userEvent.type(screen.getByLabelText(/Extra redaction patterns/), '{Enter}customer-x');
    await userEvent.type(screen.getByLabelText(/Delete closed cases after/), '8760h');
    expect(saved().jsonData).toEqual({ masks: ['a+', 'customer-x'], cases: { retention: '8760h' } });
    await userEvent.clear(screen.getByLabelText(/Extra redaction patterns/));
    await userEvent.clear(screen.getByLabelText(/Delete closed cases after/));
    expect(saved().jsonData).toEqual({});
  });

  it('take what people know as JSON, and name what is none', async () => {
    const saved = draw({ runbooks: [{ service: 'a' }] });
    const field = screen.getByLabelText(/External dependencies/);
    await userEvent.click(field);
    await userEvent.paste('[{ "host": "*.stripe.com" }]');
    expect(saved().jsonData).toEqual({ runbooks: [{ service: 'a' }], externals: [{ host: '*.stripe.com' }] });
    await userEvent.type(field, 'x');
    expect(screen.getByText(/Not saved: invalid JSON/)).toBeVisible();
    expect(saved().jsonData.externals).toEqual([{ host: '*.stripe.com' }]);
    await userEvent.clear(screen.getByLabelText(/Runbooks/));
    expect(saved().jsonData.runbooks).toBeUndefined();
  });

  it('take receivers that alerts are passed on to, their secrets apart', async () => {
    const saved = draw({});
    await userEvent.click(screen.getByRole('button', { name: 'Add receiver' }));
    const name = screen.getByLabelText(/Name of receiver 1/);
    await userEvent.type(screen.getByLabelText(/Authorization for receiver 1/), 'Bearer x');
    await userEvent.clear(name);
    await userEvent.type(name, 'pager');
    await userEvent.type(screen.getByLabelText(/^URL of receiver 1/), 'http://pager');
    await userEvent.click(screen.getByLabelText(/Receiver 1 is in a private network/));
    expect(saved().jsonData).toEqual({
      relay: { receivers: [{ name: 'pager', type: 'webhook', url: 'http://pager', internal: true }] },
    });
    expect(saved().secureJsonData).toEqual({ 'receiver.pager.authorization': 'Bearer x' });
  });

  it('show a receiver that was provisioned, and leave nothing of one that is removed', async () => {
    const saved = draw(
      { relay: { deadline: '10s', receivers: [{ name: 'chat', type: 'slack' }] } },
      { token: true, 'receiver.chat.url': true }
    );
    expect(screen.getByLabelText(/Secret URL of receiver 1/)).toHaveValue('configured');
    expect(screen.queryByLabelText(/^URL of receiver 1/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Remove receiver 1' }));
    await userEvent.clear(screen.getByLabelText(/Deadline for the verdict/));
    expect(saved().jsonData.relay).toBeUndefined();
    expect(saved().secureJsonFields).toEqual({ token: true, 'receiver.chat.url': false });
    expect(saved().secureJsonData).toEqual({ 'receiver.chat.url': '' });
  });

  it('take the template of a receiver that understands JSON', async () => {
    const saved = draw({ relay: { receivers: [{ name: 'tickets', type: 'json', url: 'https://t' }] } });
    await userEvent.click(screen.getByLabelText(/Template for receiver 1/));
    await userEvent.paste('{"a": {{ json .Summary }}}');
    expect(saved().jsonData.relay?.receivers?.[0]).toEqual({
      name: 'tickets',
      type: 'json',
      url: 'https://t',
      template: '{"a": {{ json .Summary }}}',
    });
  });
});
