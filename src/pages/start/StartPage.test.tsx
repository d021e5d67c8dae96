import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { locationService } from '@grafana/runtime';
import { aDataSource, installDataSources } from '../../../tests/unit/grafana';
import { dataSourceType } from '../../api/pluginIds';
import { readInvestigationLink } from '../../links/link';
import { resolveLink } from '../../links/resolve';
import { StartPage } from './StartPage';

const address = () => {
  const { pathname, search } = locationService.getLocation();
  return { pathname, ...Object.fromEntries(new URLSearchParams(search)) };
};

// What they show comes from stores, which the browser's tests have.
jest.mock('./FiringAlerts', () => ({ FiringAlerts: () => null }));
jest.mock('./ServiceList', () => ({ ServiceList: () => null }));
jest.mock('./RecentCases', () => ({ RecentCases: () => null }));

describe('the start page', () => {
  it('leads to the investigation of the named service', async () => {
    installDataSources(aDataSource(dataSourceType, 'Production'), aDataSource(dataSourceType, 'Staging'));
    render(<StartPage />);
    await userEvent.type(screen.getByLabelText(/Service/), ' order-service ');
    await userEvent.type(screen.getByLabelText(/Operation/), 'POST /api/checkout');
    await userEvent.click(screen.getByRole('button', { name: 'Investigate' }));
    expect(address()).toEqual({
      pathname: '/a/faultline-investigation-app/investigate',
      ds: 'Production',
      service: 'order-service',
      operation: 'POST /api/checkout',
      from: 'now-1h',
      to: 'now',
    });
  });

  it('lets another environment be chosen, among ours only', async () => {
    installDataSources(
      aDataSource(dataSourceType, 'Production'),
      aDataSource(dataSourceType, 'Staging'),
      aDataSource('prometheus', 'Metrics')
    );
    render(<StartPage />);
    await userEvent.click(screen.getByLabelText('Environment'));
    expect(screen.queryByText('Metrics')).not.toBeInTheDocument();
    await userEvent.click(screen.getByText('Staging'));
    await userEvent.type(screen.getByLabelText(/Service/), 'order-service{Enter}');
    expect(address()).toMatchObject({ ds: 'Staging' });
  });

  it.each([
    [{ from: '1773138600000', to: '1773139620000' }, '2026-03-10 10:30:00 to 2026-03-10 10:47:00'],
    [{ from: '2026-03-10T10:30:00Z', to: '2026-03-10T10:47:00Z' }, '2026-03-10 10:30:00 to 2026-03-10 10:47:00'],
    [{ from: 'now-3h', to: 'now' }, 'Last 3 hours'],
  ])('shows the time %j of a link, and keeps it', async (window, shown) => {
    installDataSources(aDataSource(dataSourceType, 'Production'));
    render(<StartPage known={{ window }} />);
    expect(screen.getByText(shown)).toBeVisible();
    await userEvent.type(screen.getByLabelText(/Service/), 'order-service{Enter}');
    expect(address()).toMatchObject(window);
  });

  it('asks for all operations when the one that an alert names is taken away', async () => {
    installDataSources(aDataSource(dataSourceType, 'Production'));
    const labels = { alertname: 'Errors', service: 'order-service', http_method: 'GET', http_route: '/cart' };
    render(<StartPage known={{ service: 'order-service', operation: 'GET /cart', labels }} />);
    await userEvent.clear(screen.getByLabelText(/Operation/));
    await userEvent.click(screen.getByRole('button', { name: 'Investigate' }));
    expect(resolveLink(readInvestigationLink(locationService.getLocation().search)).subject).toMatchObject({
      service: 'order-service',
      operation: undefined,
      alert: { name: 'Errors' },
    });
  });

  it('waits for a service', () => {
    installDataSources(aDataSource(dataSourceType, 'Production'));
    render(<StartPage />);
    expect(screen.getByRole('button', { name: 'Investigate' })).toBeDisabled();
  });

  it('says what to do when no environment is set up', () => {
    installDataSources();
    render(<StartPage />);
    expect(screen.getByText('No environment is set up yet.')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Investigate' })).not.toBeInTheDocument();
  });
});
