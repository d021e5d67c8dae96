import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aFinding, aQuery, aStep } from '../../tests/unit/cases';
import { StepCard } from './StepCard';

describe('the card of a step', () => {
  it('that found something shows every finding', () => {
    const findings = [aFinding({ sentence: 'Errors rose.' }), aFinding({ sentence: 'They are 503s.' })];
    render(<StepCard step={aStep({ findings })} />);
    const card = screen.getByRole('region', { name: 'Error rate' });
    expect(within(card).getByText('found')).toBeVisible();
    expect(within(card).getByText('Errors rose.')).toBeVisible();
    expect(within(card).getByText('They are 503s.')).toBeVisible();
  });

  it('that found nothing unusual says that it looked', () => {
    render(<StepCard step={aStep({ outcome: 'clear', findings: [] })} />);
    expect(screen.getByText('Looked, and found nothing unusual.')).toBeVisible();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
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
    expect(screen.getByRole('alert')).toHaveTextContent('This was not checked; the backend gave no reason.');
    expect(screen.queryByText('Looked, and found nothing unusual.')).not.toBeInTheDocument();
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
    expect(screen.getByText(/cut off at the limit/)).toBeInTheDocument();
  });

  it('tells the method and the time that counts as normal, once', () => {
    const baseline = { from: '2026-03-10T09:00:00Z', to: '2026-03-10T10:00:00Z' };
    const findings = [aFinding({ method: 'median', baseline }), aFinding({ baseline })];
    render(<StepCard step={aStep({ findings })} />);
    expect(screen.getByText('median')).toBeInTheDocument();
    const sentence = 'Normal is what was measured during 2026-03-10 09:00:00 – 10:00:00.';
    expect(screen.getAllByText(sentence)).toHaveLength(1);
  });

  it('is absent when nothing was asked', () => {
    render(<StepCard step={aStep({ queries: [] })} />);
    expect(screen.queryByText('How we know')).not.toBeInTheDocument();
  });
});
