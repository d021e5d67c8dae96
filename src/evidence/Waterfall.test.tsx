import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Facts, Trace } from '../api/case.gen';
import { FactsProvider } from './factsContext';
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

describe('a waterfall', () => {
  it('marks the culprit and the critical path in words', () => {
    render(
      <FactsProvider value={facts}>
        <Waterfall trace={trace} />
      </FactsProvider>
    );
    const [first, second] = within(screen.getByRole('list', { name: 'Spans of trace 8f2e' })).getAllByRole('listitem');
    expect(first).toHaveTextContent('order-service POST /api/checkout on the critical path');
    expect(second).toHaveTextContent('CULPRIT');
    expect(screen.getByText(/Filled bars are the critical path/)).toBeVisible();
  });

  it('says of a span that failed, while the culprit is not known', () => {
    render(<Waterfall trace={trace} />);
    expect(screen.getByText('failed')).toBeVisible();
    expect(screen.queryByText(/critical path/)).not.toBeInTheDocument();
  });

  it('opens a span to its attributes and events', async () => {
    render(<Waterfall trace={trace} />);
    expect(screen.getByText('api.stripe.com')).not.toBeVisible();
    await userEvent.click(screen.getByText('POST /v1/charges'));
    expect(screen.getByText('api.stripe.com')).toBeVisible();
    expect(screen.getByRole('table', { name: 'Events' })).toHaveTextContent('10:43:00.000retry attempt=3');
  });

  it('shows all spans of a large trace when asked for', async () => {
    const spans = Array.from({ length: 60 }, (_, index) => ({ ...root, id: String(index) }));
    render(<Waterfall trace={{ ...trace, spans }} />);
    expect(screen.getAllByRole('listitem')).toHaveLength(50);
    await userEvent.click(screen.getByRole('button', { name: 'Show all 60 spans' }));
    expect(screen.getAllByRole('listitem')).toHaveLength(60);
  });
});
