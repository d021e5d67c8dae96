import { render, screen } from '@testing-library/react';
import { ScopeNote } from './ScopeNote';

const request = {
  dataSourceUid: 'shops',
  subject: { service: 'basket', operation: 'POST /basket', cluster: 'eu-1' },
  window: { from: '2026-03-10T10:00:00Z', to: '2026-03-10T11:00:00Z' },
};

describe('which of several services of a name is looked at', () => {
  it('is asked for where they are mixed, with a way to each', () => {
    const systems = [
      { namespace: 'blue', rate: 2, errors: 0.1 },
      { namespace: 'green', rate: 1, errors: null },
    ];
    render(<ScopeNote request={request} known={{ scope: { systems, part: 'namespace' } }} />);
    expect(screen.getByText('Several services are named basket. Choose one.')).toBeVisible();
    const href = screen.getByRole('link', { name: 'namespace green' }).getAttribute('href') ?? '';
    expect(Object.fromEntries(new URLSearchParams(href.slice(href.indexOf('?'))))).toEqual({
      ds: 'shops',
      service: 'basket',
      operation: 'POST /basket',
      namespace: 'green',
      cluster: 'eu-1',
      from: String(Date.parse(request.window.from)),
      to: String(Date.parse(request.window.to)),
    });
  });

  it('is told where it is known', () => {
    render(<ScopeNote request={request} known={{ scope: { within: { namespace: 'blue', cluster: 'eu-1' } } }} />);
    expect(screen.getByText('Scope: namespace blue, cluster eu-1')).toBeVisible();
  });

  it('is no word where nothing tells services of this name apart', () => {
    const { container } = render(<ScopeNote request={request} known={{}} />);
    expect(container).toBeEmptyDOMElement();
  });
});
