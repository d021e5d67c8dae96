import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aCase, aStep } from '../../../tests/unit/cases';
import { answerFetchWith, LiveAnswer } from '../../../tests/unit/streams';
import { investigationUrl } from '../links';
import { InvestigatePage } from './InvestigatePage';

const plan = [
  { phase: 'impact', id: 'error-rate', title: 'Error rate' },
  { phase: 'cause', id: 'pods', title: 'Pods' },
];
const cost = { queries: 2, milliseconds: 1900, upstreamMilliseconds: 1500, bytes: 10 };
const link = investigationUrl({
  ds: 'prod',
  service: 'order-service',
  operation: 'POST /api/checkout',
  window: { from: '2026-03-10T10:00:00Z', to: '2026-03-10T10:47:00Z' },
});

async function open(url = link) {
  const backend = new LiveAnswer();
  const asked = answerFetchWith(() => new Response(backend.body));
  render(<InvestigatePage search={url.slice(url.indexOf('?'))} />);
  await waitFor(() => expect(asked).toHaveLength(1));
  const send = (event: object) => act(() => backend.send(event));
  return { backend, asked, send };
}

describe('the page of an investigation', () => {
  it('asks for what its address says', async () => {
    const { asked } = await open();
    expect(asked[0]?.body).toEqual({
      subject: { service: 'order-service', operation: 'POST /api/checkout' },
      window: { from: '2026-03-10T10:00:00.000Z', to: '2026-03-10T10:47:00.000Z' },
    });
  });

  it('shows what is found while the rest is still running, then the verdict', async () => {
    const { send } = await open();
    send({ type: 'started', case: aCase(), plan });
    expect(await screen.findByText(/Investigating · 0 of 2 steps/)).toBeVisible();

    send({ type: 'step', step: aStep(), cost });
    expect(await screen.findByText('Error rate is 7.3 %, normally 0.1 %.')).toBeVisible();
    expect(screen.getByRole('button', { name: /Pods/ })).toHaveTextContent('running');
    expect(screen.queryByText(/Likely/)).not.toBeInTheDocument();

    const verdict = { ...aCase().verdict, level: 'likely', sentence: 'CoreDNS is down.' };
    const steps = [aStep(), aStep({ phase: 'cause', id: 'pods', title: 'Pods', outcome: 'clear', findings: [] })];
    send({ type: 'done', case: { ...aCase({ steps, cost }), verdict } });
    expect(await screen.findByRole('heading', { name: 'LIKELY CoreDNS is down.' })).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent('Done · 2 of 2 steps · 2 queries, 1.9 s');
  });

  it('leads from the checklist to the card of a step', async () => {
    const { send } = await open();
    send({ type: 'started', case: aCase(), plan });
    send({ type: 'step', step: aStep(), cost });
    await userEvent.click(await screen.findByRole('button', { name: /Error rate/ }));
    expect(screen.getByRole('region', { name: 'Error rate' })).toHaveFocus();
  });

  it('can be cancelled, keeps what was found, and can be run again', async () => {
    const { asked, send } = await open();
    send({ type: 'started', case: aCase(), plan });
    send({ type: 'step', step: aStep(), cost });
    await screen.findByText('Error rate is 7.3 %, normally 0.1 %.');
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(screen.getByText('Error rate is 7.3 %, normally 0.1 %.')).toBeVisible();
    expect(screen.getByRole('button', { name: /Pods/ })).toHaveTextContent('not run');
    await userEvent.click(screen.getByRole('button', { name: 'Run again' }));
    await waitFor(() => expect(asked).toHaveLength(2));
  });

  it('says that the answer broke off, and keeps what was found', async () => {
    const { backend, send } = await open();
    send({ type: 'started', case: aCase(), plan });
    send({ type: 'step', step: aStep(), cost });
    await screen.findByText('Error rate is 7.3 %, normally 0.1 %.');
    act(() => backend.breakOff());
    expect(await screen.findByText('The answer broke off before the investigation was done.')).toBeVisible();
    expect(screen.getByText('Error rate is 7.3 %, normally 0.1 %.')).toBeVisible();
  });

  it.each([
    ['?service=order-service', 'This link does not say which service to investigate in which environment.'],
    ['?ds=prod&service=order-service&from=tea+time', '"tea time" is not a time.'],
  ])('asks nothing when its address is %s, and says why', (search, sentence) => {
    const asked = answerFetchWith(() => new Response());
    render(<InvestigatePage search={search} />);
    expect(screen.getByText(sentence)).toBeVisible();
    expect(asked).toHaveLength(0);
  });
});
