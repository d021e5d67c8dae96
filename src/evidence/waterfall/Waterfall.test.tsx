import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Facts, Trace } from '../../api/case.gen';
import { FactsProvider } from '../factsContext';
import { Waterfall } from './Waterfall';

const start = '2026-03-10T10:43:00.000Z';
const root = { id: 'root', service: 'order-service', name: 'POST /api/checkout', start, duration: 2.847e9 };
const charge = {
  ...root,
  id: 'charge',
  parent: 'root',
  service: 'payment-service',
  name: 'POST /v1/charges',
  failed: true,
  attributes: { 'server.address': 'api.stripe.com' },
  events: [{ name: 'retry', time: start, attributes: { attempt: '3' } }],
};
const trace: Trace = { id: '8f2e', start, duration: 2.847e9, spans: [root, charge] };
const facts: Facts = {
  culprit: { span: charge, self: 1, path: ['root', 'charge'], criticalPath: ['root', 'charge'], reason: '' },
};

function draw() {
  render(
    <FactsProvider value={facts}>
      <Waterfall trace={trace} />
    </FactsProvider>
  );
  return screen.getByRole('tree', { name: 'Spans of trace 8f2e' });
}

describe('a waterfall', () => {
  it('says how many spans a search finds, by attribute too', async () => {
    draw();
    await userEvent.type(screen.getByLabelText('Search the spans'), 'stripe');
    expect(await screen.findByText('1 of 2')).toBeVisible();
  });

  it('zooms with keys and shows all again', async () => {
    draw().focus();
    await userEvent.keyboard('+');
    expect(screen.getByRole('img', { name: /shown is 712 ms to 2.14 s/ })).toBeVisible();
    await userEvent.keyboard('0');
    expect(screen.getByRole('img', { name: /shown is 0 s to 2.85 s/ })).toBeVisible();
  });
});
