import { useState } from 'react';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { DataSourceSettings } from '@grafana/data';
import { aDataSource, installDataSources } from '../../tests/unit/grafana';
import type { SecureSettings, Settings } from '../api/settings';
import { ConfigEditor } from './ConfigEditor';

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
    await userEvent.type(screen.getByLabelText('Address of the server for logs'), 'http://loki:3100');
    expect(saved().jsonData).toEqual({ logs: { url: 'http://loki:3100' } });
  });

  it('forget an address that was deleted', async () => {
    const saved = draw({ traces: { url: 'http://tempo' }, grafanaUrl: 'http://grafana' });
    await userEvent.clear(screen.getByLabelText('Address of the server for traces'));
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
    await userEvent.type(screen.getByLabelText(/Masked as well/), '{Enter}customer-x');
    await userEvent.type(screen.getByLabelText(/Closed cases are deleted after/), '8760h');
    expect(saved().jsonData).toEqual({ masks: ['a+', 'customer-x'], cases: { retention: '8760h' } });
    await userEvent.clear(screen.getByLabelText(/Masked as well/));
    await userEvent.clear(screen.getByLabelText(/Closed cases are deleted after/));
    expect(saved().jsonData).toEqual({});
  });

  it('take what people know as JSON, and name what is none', async () => {
    const saved = draw({ runbooks: [{ service: 'a' }] });
    const field = screen.getByLabelText(/Hosts outside/);
    await userEvent.click(field);
    await userEvent.paste('[{ "host": "*.stripe.com" }]');
    expect(saved().jsonData).toEqual({ runbooks: [{ service: 'a' }], externals: [{ host: '*.stripe.com' }] });
    await userEvent.type(field, 'x');
    expect(screen.getByText(/This is not JSON, and is not saved/)).toBeVisible();
    expect(saved().jsonData.externals).toEqual([{ host: '*.stripe.com' }]);
    await userEvent.clear(screen.getByLabelText(/Runbooks/));
    expect(saved().jsonData.runbooks).toBeUndefined();
  });
});
