import { render, screen, within } from '@testing-library/react';
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

function draw(known: Facts = facts, drawn: Trace = trace) {
  render(
    <FactsProvider value={known}>
      <Waterfall trace={drawn} />
    </FactsProvider>
  );
  return screen.getByRole('tree', { name: 'Spans of trace 8f2e' });
}

describe('a waterfall', () => {
  it('marks the culprit and the critical path in words', () => {
    const [first, second] = within(draw()).getAllByRole('treeitem');
    expect(first).toHaveTextContent('order-service POST /api/checkouton the critical path');
    expect(second).toHaveTextContent('CULPRIT');
    expect(screen.getByText(/Filled bars are the critical path/)).toBeVisible();
  });

  it('says of a span that failed, while the culprit is not known', () => {
    draw({});
    expect(screen.getByText('failed')).toBeVisible();
    expect(screen.queryByText('CULPRIT')).not.toBeInTheDocument();
    expect(screen.queryByText('on the critical path')).not.toBeInTheDocument();
  });

  it('opens a span to its attributes and events', async () => {
    draw();
    expect(screen.queryByText('api.stripe.com')).not.toBeInTheDocument();
    await userEvent.click(screen.getByText('POST /v1/charges'));
    expect(screen.getByText('api.stripe.com')).toBeVisible();
    expect(screen.getByRole('table', { name: 'Events' })).toHaveTextContent('10:43:00.000retry attempt=3');
  });

  it('draws of a large trace only what is in sight', () => {
    const spans = [
      root,
      ...Array.from({ length: 500 }, (_, index) => ({ ...charge, id: `s${index}`, name: `call ${index}` })),
    ];
    const tree = draw({}, { ...trace, spans });
    expect(within(tree).getAllByRole('treeitem').length).toBeLessThan(60);
    expect(screen.getByText('call 0')).toBeVisible();
    expect(screen.queryByText('call 499')).not.toBeInTheDocument();
  });

  it('says how many spans a search finds, by attribute too', async () => {
    draw();
    await userEvent.type(screen.getByLabelText('Search spans'), 'stripe');
    expect(await screen.findByText('1 of 2')).toBeVisible();
  });

  it('zooms with keys and shows all again', async () => {
    draw().focus();
    await userEvent.keyboard('+');
    expect(screen.getByRole('img', { name: /showing 712 ms to 2,135 ms/ })).toBeVisible();
    await userEvent.keyboard('0');
    expect(screen.getByRole('img', { name: /showing 0 s to 2,847 ms/ })).toBeVisible();
  });
});
