import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aCase, aStep } from '../../../tests/unit/cases';
import { answerFetchWith } from '../../../tests/unit/streams';
import { clockFace, enterPhase, spentIn, startClock } from './clock';
import { PracticePage } from './PracticePage';

const { subject, window } = aCase();
const hidden = {
  id: 'x',
  environment: 'Lab',
  subject,
  window,
  phases: [
    { phase: 'impact', budget: 120, steps: [{ key: 'impact/error-rate', title: 'Error rate' }] },
    { phase: 'cause', budget: 180, steps: [{ key: 'cause/changes', title: 'Changes' }] },
  ],
};
const sheet = {
  answer: { id: 'a', service: 'coredns', why: 'a policy', asked: ['impact/error-rate'], spent: {} },
  verdict: 'Likely: policy x.',
  ranked: ['coredns', 'payment-service'],
  place: 1,
  truth: { service: 'coredns', component: 'networkpolicy/x', cause: 'the policy cuts CoreDNS off' },
  right: true,
  engine: true,
  phases: [{ phase: 'impact', spent: 75, budget: 120 }],
  spent: 75,
  budget: 300,
  asked: 1,
  of: 2,
  said: 'Answer: coredns, which is right.',
  kept: true,
};

async function practise() {
  const asked = answerFetchWith(({ url, body }) => {
    if (body) {
      return Response.json(sheet);
    }
    return Response.json(url.includes('/practice?') ? hidden : aStep());
  });
  render(<PracticePage ds="prod" id="x" />);
  await screen.findByText('order-service · POST /api/checkout');
  return asked;
}

describe('a practice', () => {
  it('shows nothing of what was found before it is asked for', async () => {
    const asked = await practise();
    expect(screen.queryByText(/7.3%/)).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Changes' })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Error rate' }));
    expect(await screen.findByText(/7.3%/)).toBeVisible();
    expect(asked[1]?.url).toContain('cases/x/practice/impact/error-rate');
    await userEvent.click(screen.getByRole('button', { name: 'Continue to Cause' }));
    expect(screen.getByRole('button', { name: 'Changes' })).toHaveFocus();
    expect(screen.getByText(/7.3%/)).toBeVisible();
  });

  it('wants an answer first, and then compares it with the verdict and the truth', async () => {
    const asked = await practise();
    expect(screen.getByRole('button', { name: 'Submit answer' })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Error rate' }));
    await screen.findByText(/7.3%/);
    await userEvent.type(screen.getByLabelText(/Which service is/), 'coredns');
    await userEvent.type(screen.getByLabelText(/What happened/), 'a policy');
    await userEvent.click(screen.getByRole('button', { name: 'Submit answer' }));
    const told = await screen.findByRole('region', { name: 'Score sheet' });
    expect(within(told).getByRole('heading', { name: 'Score sheet' })).toHaveFocus();
    expect(asked.at(-1)?.body).toMatchObject({ service: 'coredns', why: 'a policy', asked: ['impact/error-rate'] });
    expect(told).toHaveTextContent('Answer: coredns, which is right.');
    const rows = within(within(told).getByRole('table', { name: 'Compared' })).getAllByRole('row');
    expect(rows.map(({ textContent }) => textContent).slice(1)).toEqual([
      'Yourscoredns: a policy',
      'The investigationLikely: policy x. Candidates, in this order: coredns, payment-service.',
      "Actual causecoredns, networkpolicy/x: the policy cuts CoreDNS off. The investigation's verdict was correct.",
    ]);
    expect(within(told).getByRole('table', { name: 'Times' })).toHaveTextContent('Impact1:152:00');
  });

  it('lets the backend wait for what is being kept, and says why there is none', async () => {
    const asked = answerFetchWith(() =>
      Response.json({ sentence: 'There is nothing to practise on.' }, { status: 409 })
    );
    render(<PracticePage ds="prod" id="x" />);
    expect(await screen.findByText('There is nothing to practise on.')).toBeVisible();
    expect(asked.map(({ url }) => url)).toEqual([expect.stringContaining('practice?wait=true')]);
  });
});

describe('the clock of a practice', () => {
  it('counts each phase for as long as somebody is in it, however often', () => {
    let clock = startClock(0);
    clock = enterPhase(clock, 'cause', 10_000);
    clock = enterPhase(clock, 'impact', 15_000);
    expect(spentIn(clock, 'impact', 21_000)).toBe(16_000);
    expect(spentIn(clock, 'cause', 21_000)).toBe(5000);
    expect(spentIn(clock, 'logs', 21_000)).toBe(0);
    expect(clockFace(75_900)).toBe('1:15');
  });
});
