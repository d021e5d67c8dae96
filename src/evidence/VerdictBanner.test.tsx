import { render, screen } from '@testing-library/react';
import type { Verdict } from '../api/case.gen';
import { VerdictBanner } from './VerdictBanner';

const likely: Verdict = {
  level: 'likely',
  sentence: 'CoreDNS is cut off by a network policy.',
  candidates: [
    { service: 'coredns', component: 'network policy', score: 0.9, because: ['It was deployed before the onset.'] },
    { service: 'payment-service', component: '', score: 0.2, because: ['It is slow.'] },
  ],
  chain: [
    { at: '2026-03-10T10:00:00Z', sentence: 'Policy deployed.', step: 'cause/changes' },
    { at: '2026-03-10T10:30:00Z', sentence: 'Lookups became slow.', step: 'cause/lookups' },
  ],
  normal: ['auth-service is as fast as ever.'],
  unchecked: ['The status page of Stripe.'],
};

describe('a verdict', () => {
  it('says how sure it is, and of what', () => {
    render(<VerdictBanner verdict={likely} />);
    expect(screen.getByText('Likely: CoreDNS is cut off by a network policy.')).toBeVisible();
  });

  it('tells the chain from cause to symptom in the order of time', () => {
    render(<VerdictBanner verdict={likely} />);
    const [first, second] = screen.getAllByRole('listitem');
    expect(first).toHaveTextContent('10:00:00.000 Policy deployed.');
    expect(second).toHaveTextContent('10:30:00.000 Lookups became slow.');
  });

  it('counts what was normal and what could not be checked', () => {
    render(<VerdictBanner verdict={likely} />);
    expect(screen.getByText('Checked and normal (1)')).toBeVisible();
    expect(screen.getByText('Could not be checked (1)')).toBeVisible();
    expect(screen.getByText('The status page of Stripe.')).toBeInTheDocument();
  });

  it('lists the other candidates with their reasons', () => {
    render(<VerdictBanner verdict={likely} />);
    expect(screen.getByText('coredns, network policy')).toBeInTheDocument();
    expect(screen.getByText('It was deployed before the onset.')).toBeInTheDocument();
  });

  it('admits that there is no clear cause', () => {
    render(
      <VerdictBanner
        verdict={{ level: 'no clear cause', sentence: '', candidates: [], chain: [], normal: [], unchecked: [] }}
      />
    );
    expect(screen.getByText('No clear cause')).toBeVisible();
    expect(screen.queryByRole('list')).not.toBeInTheDocument();
  });
});
