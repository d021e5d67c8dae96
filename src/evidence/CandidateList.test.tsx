import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aCandidate, aCase } from '../../tests/unit/cases';
import { CandidateList } from './CandidateList';

const verdict = {
  ...aCase().verdict,
  candidates: [
    aCandidate({ service: 'coredns', component: 'network policy', because: ['It was deployed before the onset.'] }),
    aCandidate({ service: 'payment-service', component: '', because: ['it is slow', 'it fails'] }),
  ],
  normal: ['auth-service is as fast as ever.'],
};

describe('the list of candidates', () => {
  it('shows the reasons of each when asked for', async () => {
    render(<CandidateList verdict={verdict} />);
    const list = screen.getByRole('list', { name: 'Possible causes' });
    expect(within(list).getByText('network policy (coredns)')).toBeVisible();
    expect(within(list).getByText('It was deployed before the onset.')).not.toBeVisible();
    await userEvent.click(within(list).getByText('payment-service'));
    expect(within(list).getByText('it is slow')).toBeVisible();
  });

  it('keeps the reasons of the same cause open when another one comes before it', async () => {
    const { rerender } = render(<CandidateList verdict={verdict} />);
    await userEvent.click(screen.getByText('payment-service'));
    rerender(<CandidateList verdict={{ ...verdict, candidates: [...verdict.candidates].reverse() }} />);
    expect(screen.getByText('it is slow')).toBeVisible();
    expect(screen.getByText('It was deployed before the onset.')).not.toBeVisible();
  });

  it('says what was found normal', async () => {
    render(<CandidateList verdict={verdict} />);
    await userEvent.click(screen.getByText('Checked and normal (1)'));
    expect(screen.getByText('auth-service is as fast as ever.')).toBeVisible();
  });
});
