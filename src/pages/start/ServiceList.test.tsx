import { render, screen } from '@testing-library/react';
import { useServices } from '../../api/services';
import { ServiceList } from './ServiceList';

jest.mock('../../api/services', () => ({ useServices: jest.fn() }));

const answering = (answer: object) => jest.mocked(useServices).mockReturnValue({ answer } as never);

describe('the list of services', () => {
  it('says that no service reported requests', () => {
    answering({ services: [], at: '', metric: 'http_requests_total' });
    render(<ServiceList environment="prod" />);
    expect(screen.getByText(/No service reported http_requests_total/)).toBeVisible();
  });

  it('has a row with a link of its own for each of several services of one name', () => {
    const numbers = { rate: 1, rateBefore: 1, errors: 0, errorsBefore: 0 };
    const services = [
      { service: 'order', namespace: 'shop', ...numbers },
      { service: 'order', namespace: 'trial', ...numbers },
      { service: 'auth', ...numbers },
    ];
    answering({ services, at: '', metric: 'http_requests_total' });
    render(<ServiceList environment="prod" />);
    const link = (name: string) => screen.getByRole('link', { name }).getAttribute('href');
    expect(link('order (namespace shop)')).toContain('service=order&namespace=shop');
    expect(link('order (namespace trial)')).toContain('service=order&namespace=trial');
    expect(link('auth')).toMatch(/service=auth$/);
  });

  it('says nothing of the kind where the store told a part of them', () => {
    const doubt = { sentence: 'The metrics store (prometheus) warned of something.', advice: 'Look again.' };
    answering({ services: [], at: '', metric: 'http_requests_total', doubt });
    render(<ServiceList environment="prod" />);
    expect(screen.getByText(doubt.sentence)).toBeVisible();
    expect(screen.queryByText(/No service reported/)).not.toBeInTheDocument();
  });
});
