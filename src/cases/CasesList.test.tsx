import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { locationService } from '@grafana/runtime';
import { answerFetchWith } from '../../tests/unit/streams';
import { aDataSource, installDataSources } from '../../tests/unit/grafana';
import { dataSourceType } from '../api/pluginIds';
import { casesPath } from './caseLinks';
import { CasesList } from './CasesList';

// jsdom measures nothing, and Grafana's list of choices draws only what fits.
beforeAll(() => {
  jest
    .spyOn(HTMLCanvasElement.prototype, 'getContext')
    .mockReturnValue({ measureText: () => ({ width: 10 }) } as never);
  jest.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue({
    width: 300,
    height: 400,
    top: 0,
    left: 0,
    bottom: 400,
    right: 300,
    x: 0,
    y: 0,
    toJSON: () => '',
  });
});

const known = {
  id: 'x',
  title: '2026-03-10 10:47 order-service: Likely: x',
  service: 'order-service',
  verdict: 'likely',
  state: 'open',
  opened: '2026-03-10T10:47:00Z',
};

beforeEach(() => installDataSources(aDataSource(dataSourceType, 'prod')));

describe('the list of cases', () => {
  it('shows each with its state and verdict, and leads to it', async () => {
    answerFetchWith(() => Response.json({ cases: [known], more: true, lasting: true }));
    render(<CasesList ds="prod" search="" />);
    const row = await screen.findByRole('row', { name: /order-service/ });
    expect(within(row).getByRole('link')).toHaveAttribute('href', '/a/faultline-investigation-app/cases/x?ds=prod');
    expect(row).toHaveTextContent('openlikely');
    expect(screen.getByText('There are older cases. Narrow the search to see them.')).toBeVisible();
  });

  it('keeps in the address what it is narrowed by, and begins with it', async () => {
    const asked = answerFetchWith(() => Response.json({ cases: [known], more: false, lasting: true }));
    locationService.push(`${casesPath}?ds=prod&state=closed&text=dns`);
    const search = () => locationService.getLocation().search;
    render(<CasesList ds="prod" search={search()} />);
    expect(screen.getByLabelText('Search titles')).toHaveValue('dns');
    await userEvent.clear(screen.getByLabelText('Search titles'));
    await userEvent.type(screen.getByLabelText('Service'), 'shop');
    const narrowed = { ds: 'prod', service: 'shop', state: 'closed' };
    await waitFor(() => expect(Object.fromEntries(new URLSearchParams(search()))).toEqual(narrowed));
    const last = new URL(asked.at(-1)?.url ?? '', 'http://grafana').searchParams;
    expect(Object.fromEntries(last)).toEqual({ text: '', service: 'shop', state: 'closed', verdict: '' });
  });

  it('is that of another environment when one is chosen', async () => {
    installDataSources(aDataSource(dataSourceType, 'prod'), aDataSource(dataSourceType, 'staging'));
    answerFetchWith(() => Response.json({ cases: [], more: false, lasting: true }));
    locationService.push(`${casesPath}?ds=prod`);
    render(<CasesList ds="prod" search="?ds=prod" />);
    await userEvent.click(screen.getByLabelText('Environment'));
    await userEvent.click(screen.getByText('staging'));
    expect(locationService.getLocation().search).toBe('?ds=staging');
  });

  it('is narrowed by words, service, state and verdict', async () => {
    const asked = answerFetchWith(() => Response.json({ cases: [], more: false, lasting: false }));
    render(<CasesList ds="prod" search="" />);
    await userEvent.type(screen.getByLabelText('Search titles'), 'dns');
    await userEvent.type(screen.getByLabelText('Service'), 'shop');
    await userEvent.click(screen.getByLabelText('State'));
    await userEvent.click(await screen.findByText('closed'));
    await userEvent.click(screen.getByLabelText('Verdict'));
    await userEvent.click(await screen.findByText('possible'));
    await waitFor(() => {
      const last = new URL(asked.at(-1)?.url ?? '', 'http://grafana').searchParams;
      expect(Object.fromEntries(last)).toEqual({ text: 'dns', service: 'shop', state: 'closed', verdict: 'possible' });
    });
    expect(await screen.findByText('No matching cases.')).toBeVisible();
    expect(screen.getByText(/These cases are kept in memory/)).toBeVisible();
  });
});
