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

it('says of each service what is in place, and first what helps most', async () => {
  const asked = answerWith({
    services: [aService('shop', 'ready', 'missing', 'partly', 'not checked'), aService('whole')],
  });
  draw();
  const shop = within(await screen.findByRole('region', { name: 'shop' }));
  expect(asked.mock.calls[0]?.[0]).toContain('/uid/staging/');
  expect(shop.getAllByText('missing')[0]).toBeVisible();
  expect(shop.getByText(/Add traces\./)).toBeVisible();
  expect(shop.getByRole('link', { name: /Tool documentation/ })).toHaveAttribute('href', 'https://tool.example/docs');
  expect(shop.getByRole('link', { name: 'shop' })).toHaveAttribute('href', expect.stringContaining('service=shop'));
  const whole = within(screen.getByRole('region', { name: 'whole' }));
  expect(whole.getByText('Nothing that speeds up an investigation is missing.')).toBeVisible();
});

it('shows what was seen and what would not be found', async () => {
  answerWith({ services: [aService('shop', 'missing')] });
  draw();
  await userEvent.click(await screen.findByText('Details'));
  expect(screen.getByText('Seen of traces.')).toBeVisible();
  expect(screen.getByText(/Lost without alerts\./)).toBeVisible();
});

it('never takes what could not be checked for complete', async () => {
  answerWith({ services: [aService('shop', 'not checked')], problems: ['Tempo failed with 500.'] });
  draw();
  expect(await screen.findByText(/some checks failed/)).toBeVisible();
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
