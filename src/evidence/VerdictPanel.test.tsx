import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aCandidate } from '../../tests/unit/cases';
import type { Verdict } from '../api/case.gen';
import { VerdictPanel } from './VerdictPanel';

const likely: Verdict = {
  level: 'likely',
  sentence: 'CoreDNS is cut off by a network policy.',
  statement: 'CoreDNS is cut off by a network policy.',
  candidates: [
    aCandidate({ service: 'coredns', component: 'network policy', because: ['It was deployed before the onset.'] }),
    aCandidate({ service: 'payment-service', component: '', because: ['it is slow'] }),
  ],
  chain: [
    { at: '2026-03-10T10:00:00Z', sentence: 'Policy deployed.', step: 'cause/changes', about: 'a' },
    { at: '2026-03-10T10:30:00Z', sentence: 'Lookups became slow.', step: 'cause/lookups', about: 'link/1' },
  ],
  normal: ['auth-service is as fast as ever.'],
  unchecked: ['The status page of Stripe.'],
};

function draw(verdict: Verdict) {
  const onSelect = jest.fn();
  render(<VerdictPanel verdict={verdict} onSelect={onSelect} />);
  return onSelect;
}

function listBelow(title: string): string[] {
  const list = screen.getByRole('heading', { name: title }).nextElementSibling as HTMLElement;
  return within(list)
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);
}

describe('a verdict', () => {
  it('says how sure it is, and of what', () => {
    draw(likely);
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent(
      'LIKELY CoreDNS is cut off by a network policy.'
    );
  });

  it('does not say twice how sure it is', () => {
    draw({ ...likely, sentence: 'Likely: CoreDNS is cut off.', statement: 'CoreDNS is cut off.' });
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent(/^LIKELY CoreDNS is cut off\.$/);
  });

  it('names the owner of what it blames, and nobody where it blames nothing', () => {
    const owned = { ...likely, candidates: [aCandidate({ service: 'coredns', owner: 'Team <Platform>' })] };
    draw(owned);
    expect(screen.getByText('Owner of coredns: Team <Platform>')).toBeVisible();
    cleanup();
    draw({ ...owned, level: 'no clear cause' });
    expect(screen.queryByText(/Owner of/)).not.toBeInTheDocument();
  });

  it('gives the reasons for its best candidate', () => {
    draw(likely);
    expect(listBelow('Evidence')).toEqual(['It was deployed before the onset.']);
  });

  it('tells the chain from cause to symptom in the order of time', () => {
    draw(likely);
    expect(listBelow('Timeline to the cause')).toEqual(['110:00:00Policy deployed.', '210:30:00Lookups became slow.']);
  });

  it('leads from an event of the chain to the step that knows it', async () => {
    const onSelect = draw(likely);
    await userEvent.click(screen.getByRole('button', { name: 'Lookups became slow.' }));
    expect(onSelect).toHaveBeenCalledWith('cause/lookups');
  });

  it('shows openly what could not be checked', () => {
    draw(likely);
    expect(listBelow('Could not be checked')).toEqual(['The status page of Stripe.']);
    expect(screen.getByText('The status page of Stripe.')).toBeVisible();
  });

  it('draws the chain over time where the steps are known', () => {
    const window = { from: '2026-03-10T09:47:00Z', to: '2026-03-10T10:47:00Z' };
    render(<VerdictPanel verdict={likely} steps={[]} window={window} onSelect={jest.fn()} />);
    expect(screen.getByRole('group', { name: /^Timeline of 2 events/ })).toBeVisible();
  });

  it('admits that there is no clear cause', () => {
    draw({
      level: 'no clear cause',
      sentence: '',
      statement: '',
      candidates: [],
      chain: [],
      normal: [],
      unchecked: [],
    });
    expect(screen.getByText('NO CLEAR CAUSE')).toBeVisible();
    expect(screen.queryByRole('list')).not.toBeInTheDocument();
  });
});
