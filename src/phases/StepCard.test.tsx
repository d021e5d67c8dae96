import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aFinding, aQuery, aStep } from '../../tests/unit/cases';
import { QuietStep } from './QuietStep';
import { StepCard } from './StepCard';

describe('the card of a step', () => {
  it('that found something shows every finding', () => {
    const findings = [aFinding({ sentence: 'Errors rose.' }), aFinding({ sentence: 'They are 503s.' })];
    render(<StepCard step={aStep({ findings })} />);
    const card = screen.getByRole('region', { name: 'Error rate' });
    expect(within(card).getByText('Errors rose.')).toBeVisible();
    expect(within(card).getByText('They are 503s.')).toBeVisible();
  });

  it('that found nothing unusual says that it looked, in a line', () => {
    render(<QuietStep step={aStep({ outcome: 'clear', findings: [] })} />);
    expect(screen.getByText('Checked: nothing abnormal found.')).toBeVisible();
    expect(screen.getByText('clear')).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('that only tells what others rest on does so in a line, with what limits it', () => {
    const findings = [aFinding({ sentence: 'Logs name their service in app.', severity: 'info' })];
    render(<QuietStep step={aStep({ findings, notes: ['Loki warned.'] })} />);
    const line = screen.getByRole('region', { name: 'Error rate' });
    expect(within(line).getByText('Logs name their service in app.')).toBeVisible();
    expect(within(line).getByText('Loki warned.')).toBeVisible();
    expect(within(line).getByText('How we know')).toBeVisible();
  });

  it('that could not look says why and what to do, as an alert', () => {
    const reason = 'Loki did not answer within 10 s.';
    render(<StepCard step={aStep({ outcome: 'not checked', findings: [], reason, advice: 'Narrow the window.' })} />);
    const alert = screen.getByRole('alert');
    expect(alert).toHaveTextContent(reason);
    expect(alert).toHaveTextContent('Narrow the window.');
    expect(screen.getByText('not checked')).toBeVisible();
  });

  it('that could not look never passes for one that found nothing', () => {
    render(<StepCard step={aStep({ outcome: 'not checked', findings: [] })} />);
    expect(screen.getByRole('alert')).toHaveTextContent('Not checked. The backend gave no reason.');
    expect(screen.queryByText('Checked: nothing abnormal found.')).not.toBeInTheDocument();
  });
});

describe('how we know', () => {
  it('is folded until it is asked for', async () => {
    render(<StepCard step={aStep()} />);
    expect(screen.getByText('up')).not.toBeVisible();
    await userEvent.click(screen.getByText('How we know'));
    expect(screen.getByText('up')).toBeVisible();
  });

  it('gives each query with language, store, window, rows and time', () => {
    render(<StepCard step={aStep({ queries: [aQuery({ text: '{a="b"}', language: 'logql', rows: 7 })] })} />);
    expect(screen.getByText('{a="b"}')).toBeInTheDocument();
    expect(screen.getByText('logql · prom · 2026-03-10 10:30:00 – 10:47:00 · 7 rows · 12 ms')).toBeInTheDocument();
  });

  it('says what went wrong with a query, and when its answer was cut off', () => {
    render(<StepCard step={aStep({ queries: [aQuery({ problem: 'refused with 403', truncated: true })] })} />);
    expect(screen.getByText('refused with 403')).toBeInTheDocument();
    expect(screen.getByText(/truncated at the limit/)).toBeInTheDocument();
  });

  it('tells the method and the time that counts as normal, once', () => {
    const baseline = { from: '2026-03-10T09:00:00Z', to: '2026-03-10T10:00:00Z' };
    const findings = [aFinding({ method: 'median', baseline }), aFinding({ baseline })];
    render(<StepCard step={aStep({ findings })} />);
    expect(screen.getByText('median')).toBeInTheDocument();
    const sentence = 'Normal values were measured during 2026-03-10 09:00:00 – 10:00:00.';
    expect(screen.getAllByText(sentence)).toHaveLength(1);
  });

  it('has every number and the time that it is about, also what the sentences leave out', () => {
    const labels = { service: 'payment-service' };
    const values = [{ name: 'failing traces', value: 847, unit: 'count' as const, labels, atLeast: true }];
    const interval = { from: '2026-03-10T10:30:40Z', to: '2026-03-10T10:47:00Z' };
    render(<StepCard step={aStep({ findings: [aFinding({ values, interval })] })} />);
    expect(screen.getByText('Time range: 2026-03-10 10:30:40 – 10:47:00.')).toBeInTheDocument();
    const numbers = screen.getByRole('table', { name: 'All values', hidden: true });
    expect(numbers).toHaveTextContent('payment-service: failing tracesat least 847');
  });

  it('is absent when nothing was asked', () => {
    render(<StepCard step={aStep({ queries: [] })} />);
    expect(screen.queryByText('How we know')).not.toBeInTheDocument();
  });
});
