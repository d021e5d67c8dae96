import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { setTimeZoneResolver } from '@grafana/data';
import { aFinding } from '../../tests/unit/cases';
import type { Dependency } from '../api/case.gen';
import { FindingCard } from './FindingCard';

const healthy: Dependency = {
  service: 'auth-service',
  p99: 0.045,
  p99Baseline: 0.044,
  p99View: 'client',
  errors: 0.0001,
  errorsBaseline: 0.0001,
  errorsView: 'client',
  ownErrors: null,
  inheritedFrom: [],
  rate: 56,
  health: 'healthy',
  requests: 50_000,
};

const evidence = {
  series: [{ name: 'error rate', unit: 'ratio' as const, points: [{ t: '2026-03-10T10:30:00Z', v: 0.07 }] }],
};

describe('a finding', () => {
  it('says its sentence and how much to worry', () => {
    render(<FindingCard finding={aFinding()} />);
    expect(screen.getByText('Error rate is 7.3%, normally 0.1%.')).toBeVisible();
    expect(screen.getByTitle('Critical')).toBeInTheDocument();
  });

  it('shows a number beside its chart, with what is normal and how much stands behind it', () => {
    const values = [{ name: 'error rate', value: 0.073, unit: 'ratio' as const, baseline: 0.001, samples: 57_700 }];
    render(<FindingCard finding={aFinding({ values, evidence })} />);
    expect(screen.getByRole('term')).toHaveTextContent('error rate');
    const [number, context] = screen.getAllByRole('definition');
    expect(number).toHaveTextContent('7.3%');
    expect(context).toHaveTextContent('normally 0.1% · from 57,700');
  });

  it('sets numbers of several things beside each other, each against what is normal for it', () => {
    const of = (operation: string, value: number) => ({
      name: 'p99 latency',
      value,
      unit: 's' as const,
      baseline: 0.4,
      labels: { operation },
    });
    render(<FindingCard finding={aFinding({ values: [of('POST /checkout', 2.3), of('GET /orders', 0.41)] })} />);
    const table = screen.getByRole('table', { name: 'Values by operation' });
    expect(within(table).getByRole('row', { name: /POST/ })).toHaveTextContent('POST /checkout2.3 s (400 ms)');
    expect(within(table).getByRole('row', { name: /GET/ })).toHaveTextContent('GET /orders410 ms (400 ms)');
  });

  it('leaves numbers to its sentence where there is nothing to compare them with', () => {
    const values = [{ name: 'failing traces', value: 847, unit: 'count' as const }];
    render(<FindingCard finding={aFinding({ values })} />);
    expect(screen.queryByText('failing traces')).not.toBeInTheDocument();
  });

  it('has the times of its sentence in the zone of the reader', () => {
    setTimeZoneResolver(() => 'Asia/Tokyo');
    const moments = [{ at: '2026-03-10T10:30:40Z', form: 'time' as const, start: 12, end: 20 }];
    render(<FindingCard finding={aFinding({ sentence: 'It began at 10:30:40.', moments })} />);
    setTimeZoneResolver(() => 'utc');
    expect(screen.getByText('It began at 19:30:40.')).toBeVisible();
  });

  it('shows a baseline of zero', () => {
    const values = [{ name: 'error rate', value: 0.5, unit: 'ratio' as const, baseline: 0 }];
    render(<FindingCard finding={aFinding({ values, evidence })} />);
    expect(screen.getAllByText('normally 0%')).not.toHaveLength(0);
  });
});

describe('the dependencies of a finding', () => {
  it('stand in a table, each number against what is normal', () => {
    const degraded: Dependency = {
      ...healthy,
      service: 'payment-service',
      p99: 1.8,
      p99Baseline: 0.2,
      health: 'degraded',
    };
    render(<FindingCard finding={aFinding({ evidence: { dependencies: [healthy, degraded] } })} />);
    const row = screen.getByRole('row', { name: /payment-service/ });
    expect(within(row).getByText('DEGRADED')).toBeVisible();
    expect(within(row).getByText('1.8 s (200 ms)')).toBeVisible();
  });

  it('say what nobody measures, instead of showing zero', () => {
    const unmeasured: Dependency = { ...healthy, p99: null, errors: 0, errorsBaseline: null };
    render(<FindingCard finding={aFinding({ evidence: { dependencies: [unmeasured] } })} />);
    expect(screen.getByRole('cell', { name: 'not measured' })).toBeVisible();
    expect(screen.getByRole('cell', { name: '0%' })).toBeVisible();
  });
});

describe('the log lines of a finding', () => {
  const lines = Array.from({ length: 25 }, (_, second) => ({
    time: `2026-03-10T10:43:${String(second).padStart(2, '0')}Z`,
    text: `line ${second}`,
    level: 'error',
  }));

  it('stand in order with time and level', () => {
    render(<FindingCard finding={aFinding({ evidence: { lines: lines.slice(0, 2) } })} />);
    const [first, second] = screen.getAllByRole('row');
    expect(first).toHaveTextContent('10:43:00.000errorline 0');
    expect(second).toHaveTextContent('10:43:01.000errorline 1');
    expect(screen.queryByRole('button', { name: /^Show/ })).not.toBeInTheDocument();
  });

  it('are shown in full when asked for', async () => {
    render(<FindingCard finding={aFinding({ evidence: { lines } })} />);
    expect(screen.getAllByRole('row')).toHaveLength(20);
    await userEvent.click(screen.getByRole('button', { name: 'Show all 25 lines' }));
    expect(screen.getAllByRole('row')).toHaveLength(25);
  });

  it('are shown as text, whatever they contain', () => {
    const text = '<b onclick="x">bold</b> &amp;';
    render(<FindingCard finding={aFinding({ evidence: { lines: [{ time: lines[0]?.time ?? '', text }] } })} />);
    expect(screen.getByText(text)).toBeVisible();
  });
});
