import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { of, throwError } from 'rxjs';
import { setBackendSrv } from '@grafana/runtime';
import { aDataSource, installDataSources } from '../../../tests/unit/grafana';
import { dataSourceType } from '../../api/pluginIds';
import type { Storm, StormAlert } from '../../api/storms';
import { StormPage } from './StormPage';

const at = '2026-03-10T10:17:00Z';

function anAlert(service: string, began = '2026-03-10T10:10:00Z', from = '2026-03-10T10:09:00Z'): StormAlert {
  return {
    id: `id-${service}`,
    name: 'Slow',
    labels: { alertname: 'Slow', service },
    subject: { service },
    began: { from, to: began },
    sources: ['ALERTS'],
  };
}

const investigated = {
  subject: { service: 'stock' },
  window: { from: '2026-03-10T09:10:00Z', to: at },
  state: 'done' as const,
  level: 'likely' as const,
  sentence: "Likely: stock's disk is full.",
};

const storm: Storm = {
  at,
  sentence: '1 cause explains 2 of 4 alerts.',
  alerts: [
    anAlert('front'),
    anAlert('stock'),
    anAlert('old', '2026-03-10T07:17:00Z', '0001-01-01T00:00:00Z'),
    anAlert(''),
  ],
  leftOut: 0,
  causes: [
    {
      id: 'service stock',
      level: 'likely',
      sentence: "Likely: stock's disk is full.",
      service: 'stock',
      owner: 'Team Stock',
      services: ['stock'],
      began: { from: '2026-03-10T10:08:00Z', to: '2026-03-10T10:09:00Z' },
      chain: [],
      from: investigated,
    },
  ],
  explained: [
    { alert: 'id-front', cause: 'service stock', path: ['front', 'cart', 'stock'], measured: false },
    { alert: 'id-stock', cause: 'service stock', path: ['stock'], measured: true },
  ],
  unexplained: [{ alert: 'id-old', sentence: 'It began before.' }],
  unplaced: [{ alert: 'id-', sentence: 'Its labels name no service.' }],
  calls: [
    { caller: 'front', callee: 'cart', state: 'unmeasured' },
    { caller: 'cart', callee: 'stock', state: 'worse' },
  ],
  investigated: [investigated],
  problems: [],
  queries: [],
  done: true,
  milliseconds: 4000,
};

/** A backend that answers with events, and notes what it is sent. */
function answerWith(events: object[], status = 200) {
  const sent: Array<{ url: string; body: { at?: string; alerts?: unknown[]; targets?: unknown[] } }> = [];
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  global.fetch = ((url: string, init?: RequestInit) => {
    sent.push({ url, body: JSON.parse((init?.body as string | undefined) ?? '{}') as never });
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(lines));
        controller.close();
      },
    });
    const ok = status === 200;
    return Promise.resolve({
      url,
      ok,
      status,
      body,
      json: () => Promise.resolve(url.includes('inhibition') ? rule : events[0]),
    });
  }) as never;
  return sent;
}

const rule = {
  yaml: 'inhibit_rules:\n  - source_matchers:\n',
  leftOut: 0,
  trial: { sentence: 'The rule would have suppressed 3 notifications.', queries: [], window: investigated.window },
};

function draw(search = '?ds=prod', grafanaAlerts: object[] | number = []) {
  installDataSources(aDataSource(dataSourceType, 'prod'));
  const fetch = () =>
    typeof grafanaAlerts === 'number'
      ? throwError(() => ({ status: grafanaAlerts }))
      : of({ data: { data: { alerts: grafanaAlerts } } });
  setBackendSrv({ fetch } as never);
  return render(<StormPage search={search} />);
}

it('shows the alerts by their cause, and why the others have none', async () => {
  answerWith([
    { type: 'storm', storm: { ...storm, done: false, causes: [], explained: [] } },
    { type: 'done', storm },
  ]);
  draw();
  expect(await screen.findByText('1 cause explains 2 of 4 alerts.')).toBeVisible();
  const explained = within(await screen.findByRole('table', { name: 'Alerts explained by stock' }));
  expect(explained.getByText('front → cart → stock (calls not measured)')).toBeVisible();
  expect(explained.getByRole('link', { name: 'front' })).toHaveAttribute(
    'href',
    expect.stringContaining('service=front')
  );
  expect(screen.getByText(/Owner: Team Stock\./)).toBeVisible();
  expect(screen.getByText(/Began between 10:08:00 and 10:09:00\./)).toBeVisible();
  expect(screen.getByLabelText('The cause began between 10:08:00 and 10:09:00')).toBeInTheDocument();
  const others = within(screen.getByRole('table', { name: 'Not explained' }));
  expect(others.getByText('It began before.')).toBeVisible();
  expect(others.getByText(/^before /)).toBeVisible();
  expect(
    within(screen.getByRole('table', { name: 'Not on the call graph' })).getByText('Its labels name no service.')
  ).toBeVisible();
  expect(screen.getByRole('img', { name: /2 calls between 3 services/ })).toBeVisible();
  expect(screen.getByRole('link', { name: 'Investigation of stock' })).toHaveAttribute(
    'href',
    expect.stringContaining('from=')
  );
});

it('sends the alerts of Grafana that its reader may see', async () => {
  const sent = answerWith([{ type: 'done', storm }]);
  draw('?ds=prod', [
    { labels: { alertname: 'A' }, annotations: {}, state: 'Alerting', activeAt: at },
    { labels: {}, annotations: {}, state: 'Pending', activeAt: at },
  ]);
  await screen.findByText('1 cause explains 2 of 4 alerts.');
  expect(sent[0]?.url).toContain('/uid/prod/resources/storms');
  expect(sent[0]?.body.alerts).toEqual([{ labels: { alertname: 'A' }, annotations: {}, since: at }]);
});

it('goes on without the alerts of Grafana and says so', async () => {
  answerWith([{ type: 'done', storm }]);
  draw('?ds=prod', 403);
  expect(await screen.findByText("Grafana's own alerts are not among these.")).toBeVisible();
  expect(screen.getByText('1 cause explains 2 of 4 alerts.')).toBeVisible();
});

it('asks about the moment of its address, for which Grafana has no alerts', async () => {
  const sent = answerWith([{ type: 'done', storm }]);
  draw(`?ds=prod&at=${Date.parse(at)}`);
  await screen.findByText('1 cause explains 2 of 4 alerts.');
  expect(sent[0]?.body).toEqual({ at: '2026-03-10T10:17:00.000Z', alerts: [] });
  expect(screen.getByRole('button', { name: 'Show what fires now' })).toBeVisible();
});

it('proposes the rule that keeps the others quiet, with its trial', async () => {
  const sent = answerWith([{ type: 'done', storm }]);
  draw();
  await userEvent.click(await screen.findByRole('button', { name: 'Propose an inhibition rule' }));
  expect(await screen.findByText('The rule would have suppressed 3 notifications.')).toBeVisible();
  expect(screen.getByText(/inhibit_rules/)).toBeVisible();
  expect(sent[1]?.body.targets).toEqual([{ labels: { alertname: 'Slow', service: 'front' } }]);
});

it('says why there is no answer', async () => {
  answerWith([{ type: 'failed', sentence: 'Prometheus failed with 500.', advice: 'Look at its log.' }], 502);
  draw();
  expect(await screen.findByText('Prometheus failed with 500.')).toBeVisible();
});

it('says that an answer broke off', async () => {
  answerWith([{ type: 'storm', storm: { ...storm, done: false } }]);
  draw();
  expect(await screen.findByText('The answer broke off before all was looked at.')).toBeVisible();
});
