import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aDataSource, installDataSources } from '../../../tests/unit/grafana';
import { dataSourceType } from '../../api/pluginIds';
import type { FactorState, ReadinessReport } from '../../api/readiness';
import { factorNames } from '../../api/readiness';
import { ReadinessPage } from './ReadinessPage';

function aService(service: string, ...states: FactorState[]) {
  return {
    service,
    factors: factorNames.map((factor, index) => ({
      factor,
      state: states[index] ?? ('ready' as const),
      sentence: `Seen of ${factor}.`,
      ...(states[index] === 'missing' && {
        blind: `Lost without ${factor}.`,
        change: { sentence: `Add ${factor}.`, tool: 'Tool', documentation: 'https://tool.example/docs' },
      }),
    })),
    first: factorNames.find((_, index) => states[index] === 'missing'),
  };
}

function answerWith(report: Partial<ReadinessReport>, status = 200) {
  const window = { from: '2026-03-10T10:17:00Z', to: '2026-03-10T10:47:00Z' };
  const body = status === 200 ? { services: [], queries: [], problems: [], window, ...report } : report;
  const asked = jest.fn((url: string) =>
    Promise.resolve({ url, ok: status === 200, status, json: () => Promise.resolve(body) })
  );
  global.fetch = asked as never;
  return asked;
}

const draw = () => {
  installDataSources(aDataSource(dataSourceType, 'prod'), aDataSource(dataSourceType, 'staging'));
  return render(<ReadinessPage search="?ds=staging" />);
};

/** Unfolds the row of a service. */
async function unfolded(service: string) {
  const row = await screen.findByRole('row', { name: new RegExp(`(^| )${service} `) });
  await userEvent.click(within(row).getByRole('button'));
  return within(screen.getByRole('region', { name: service }));
}

/** The rows of the table, each as its cells. */
const rows = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) =>
      within(row)
        .getAllByRole('cell')
        .map((cell) => cell.textContent.trim())
        .filter(Boolean)
    );

it('shows services by factors, the least ready first, with what helps most', async () => {
  answerWith({ services: [aService('shop', 'ready', 'missing', 'partly', 'not checked'), aService('whole')] });
  draw();
  await screen.findByRole('table');
  expect(rows()).toEqual([
    ['shop', 'in place', 'missing', 'partial', 'not checked', 'in place', 'Traces'],
    ['whole', 'in place', 'in place', 'in place', 'in place', 'in place'],
  ]);
});

it('names each change once, with the services that it helps, the one for most first', async () => {
  const many = Array.from({ length: 7 }, (_, i) => aService(`s${i}`, 'missing'));
  answerWith({ services: [aService('shop', 'ready', 'missing'), ...many] });
  draw();
  const changes = within(await screen.findByRole('region', { name: 'Most useful fixes' })).getAllByRole('listitem');
  expect(changes.map(({ textContent }) => textContent)).toEqual([
    '7 services: Add alerts. Tool documentations0, s1, s2, s3, s4 and 2 more',
    '1 service: Add traces. Tool documentationshop',
  ]);
});

it('filters by name and by what is not in place, and sorts by a factor', async () => {
  answerWith({
    services: [
      aService('cart', 'ready', 'partly'),
      aService('shop', 'missing', 'missing'),
      aService('till', 'missing'),
    ],
  });
  draw();
  await screen.findByRole('table');
  const shown = () => rows().map(([service]) => service);
  await userEvent.click(screen.getByRole('button', { name: /Traces/ }));
  expect(shown()).toEqual(['shop', 'cart', 'till']);
  await userEvent.click(screen.getByRole('radio', { name: 'Traces' }));
  expect(shown()).toEqual(['shop', 'cart']);
  expect(screen.getByRole('status')).toHaveTextContent('2 of 3 services');
  await userEvent.type(screen.getByLabelText('Filter services'), ' SHO');
  expect(shown()).toEqual(['shop']);
});

it('says of each service what is in place, and first what helps most', async () => {
  const asked = answerWith({
    services: [aService('shop', 'ready', 'missing', 'partly', 'not checked'), aService('whole')],
  });
  draw();
  const shop = await unfolded('shop');
  expect(asked.mock.calls[0]?.[0]).toContain('/uid/staging/');
  expect(shop.getAllByText('missing')[0]).toBeVisible();
  expect(shop.getByText(/Add traces\./)).toBeVisible();
  expect(shop.getByRole('link', { name: /Tool documentation/ })).toHaveAttribute('href', 'https://tool.example/docs');
  expect(shop.getByRole('link', { name: 'shop' })).toHaveAttribute('href', expect.stringContaining('service=shop'));
  const whole = await unfolded('whole');
  expect(whole.getByText('Nothing that speeds up an investigation is missing.')).toBeVisible();
});

it('shows what was seen and what would not be found', async () => {
  answerWith({ services: [aService('shop', 'missing')] });
  draw();
  await unfolded('shop');
  await userEvent.click(screen.getByText('Details'));
  expect(screen.getByText('Seen of traces.')).toBeVisible();
  expect(screen.getByText(/Lost without alerts\./)).toBeVisible();
});

it('never takes what could not be checked for complete', async () => {
  answerWith({ services: [aService('shop', 'not checked')], problems: ['Tempo failed with 500.'] });
  draw();
  const shop = await unfolded('shop');
  expect(shop.getByText(/some checks failed/)).toBeVisible();
  expect(screen.getByText('Tempo failed with 500.')).toBeVisible();
});

it('says why nothing could be measured', async () => {
  answerWith({ sentence: 'Prometheus failed with 500.', advice: 'Look at its log.', type: 'failed' } as never, 502);
  draw();
  expect(await screen.findByText('Prometheus failed with 500.')).toBeVisible();
  expect(screen.getByText('Look at its log.')).toBeVisible();
});

it('says what to do when no environment is set up', () => {
  installDataSources();
  render(<ReadinessPage search="" />);
  expect(screen.getByText('No environment is set up yet.')).toBeVisible();
});

it('shows no other environment for one that is not here, and leads to one that is', () => {
  installDataSources(aDataSource(dataSourceType, 'production'));
  render(<ReadinessPage search="?ds=gone" />);
  expect(screen.getByText(/an environment that does not exist here/)).toBeVisible();
  expect(screen.getByRole('link', { name: 'Readiness of production' })).toHaveAttribute(
    'href',
    '/a/faultline-investigation-app/readiness?ds=production'
  );
  expect(screen.queryByLabelText('Environment')).not.toBeInTheDocument();
});

it('follows its address to another environment', async () => {
  const asked = answerWith({ services: [] });
  const { rerender } = draw();
  rerender(<ReadinessPage search="?ds=prod" />);
  await waitFor(() => expect(asked.mock.calls.at(-1)?.[0]).toContain('/uid/prod/'));
});
