import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { locationService } from '@grafana/runtime';
import { aCase, aStep } from '../../../tests/unit/cases';
import { aDataSource, installDataSources } from '../../../tests/unit/grafana';
import { answerFetchWith, LiveAnswer } from '../../../tests/unit/streams';
import { dataSourceType } from '../../api/pluginIds';
import { investigationUrl } from '../../links/link';
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

beforeEach(() => installDataSources(aDataSource(dataSourceType, 'prod'), aDataSource(dataSourceType, 'staging')));

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
    const sentence = 'Error rate is 7.3%, normally 0.1%.';
    expect(await screen.findByRole('article')).toHaveTextContent(sentence);
    expect(screen.getByRole('button', { name: /Pods/ })).toHaveTextContent('waiting');
    expect(screen.queryByText(/Likely/)).not.toBeInTheDocument();
    await userEvent.click(
      within(screen.getByRole('region', { name: 'Verdict' })).getByRole('button', { name: sentence })
    );
    expect(screen.getByRole('region', { name: 'Error rate' })).toHaveFocus();

    const verdict = {
      ...aCase().verdict,
      level: 'likely',
      sentence: 'CoreDNS is down.',
      statement: 'CoreDNS is down.',
    };
    const steps = [aStep(), aStep({ phase: 'cause', id: 'pods', title: 'Pods', outcome: 'clear', findings: [] })];
    send({ type: 'done', case: { ...aCase({ steps, cost }), verdict } });
    expect(await screen.findByRole('heading', { name: 'LIKELY CoreDNS is down.' })).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent('Done · 2 of 2 steps · 2 queries, 1.9 s');
  });

  it('leads from the checklist to the card of a step', async () => {
    const { send } = await open();
    send({ type: 'started', case: aCase(), plan });
    send({ type: 'step', step: aStep(), cost });
    const checklist = await screen.findByRole('navigation');
    await userEvent.click(await within(checklist).findByRole('button', { name: /Error rate/ }));
    expect(screen.getByRole('region', { name: 'Error rate' })).toHaveFocus();
  });

  it('can be canceled, keeps what was found, and can be run again', async () => {
    const { asked, send } = await open();
    send({ type: 'started', case: aCase(), plan });
    send({ type: 'step', step: aStep(), cost });
    await screen.findByRole('article');
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(asked.some(({ url }) => url.includes('/resources/streams/'))).toBe(true));
    expect(screen.getByRole('article')).toBeVisible();
    expect(screen.getByRole('button', { name: /Pods/ })).toHaveTextContent('not run');
    await userEvent.click(screen.getByRole('button', { name: 'Resume' }));
    const runs = () => asked.filter(({ url }) => url.includes('/resources/investigations'));
    await waitFor(() => expect(runs()).toHaveLength(2));
    expect(screen.getByRole('article')).toBeVisible();
    expect(screen.getByText('from the previous run')).toBeVisible();
  });

  it('says that the answer broke off, and keeps what was found', async () => {
    const { backend, send } = await open();
    send({ type: 'started', case: aCase(), plan });
    send({ type: 'step', step: aStep(), cost });
    await screen.findByRole('article');
    act(() => backend.breakOff());
    expect(await screen.findByText('The response ended before the investigation was complete.')).toBeVisible();
    expect(screen.getByRole('article')).toBeVisible();
  });

  it.each([
    ['?theme=light', 'This link does not name the service and environment to investigate.'],
    ['?ds=prod&service=order-service&from=tea+time', '"tea time" is not a valid time.'],
  ])('asks nothing when its address is %s, and says why', (search, sentence) => {
    const asked = answerFetchWith(() => new Response());
    render(<InvestigatePage search={search} />);
    expect(screen.getByText(sentence)).toBeVisible();
    expect(asked).toHaveLength(0);
  });

  it('asks which environment, when its address names a service and there is a choice', () => {
    const asked = answerFetchWith(() => new Response());
    render(<InvestigatePage search="?label.service=order-service&label.span_name=checkout&at=2026-03-10T10:30:00Z" />);
    expect(screen.getByLabelText(/Service/)).toHaveValue('order-service');
    expect(screen.getByLabelText(/Operation/)).toHaveValue('checkout');
    expect(screen.getByLabelText('Environment')).toBeVisible();
    expect(screen.getByText('2026-03-10 09:30:00 to 2026-03-10 11:30:00')).toBeVisible();
    expect(asked).toHaveLength(0);
  });

  it('tells the backend which alert it is about', async () => {
    const { asked } = await open('?ds=prod&service=order-service&alert=8f3c');
    expect(asked[0]?.body).toEqual({ subject: { service: 'order-service' }, alert: '8f3c' });
  });

  it('asks the backend what an alert is about, and goes on to it', async () => {
    const known = {
      subject: { service: 'order-service' },
      window: { from: '2026-03-10T10:00:00Z', to: '2026-03-10T11:00:00Z' },
    };
    const urls: string[] = [];
    globalThis.fetch = (url) => {
      urls.push(url as string);
      return Promise.resolve(new Response(JSON.stringify(known)));
    };
    render(<InvestigatePage search="?ds=prod&alert=8f%2F3c" />);
    await waitFor(() =>
      expect(locationService.getLocation().search).toBe(
        '?ds=prod&service=order-service&from=2026-03-10T10%3A00%3A00Z&to=2026-03-10T11%3A00%3A00Z&alert=8f%2F3c'
      )
    );
    expect(urls).toEqual(['/api/datasources/uid/prod/resources/alerts/8f%2F3c']);
  });

  it('asks a person about an alert that the backend does not know', async () => {
    globalThis.fetch = () => Promise.resolve(new Response('{}', { status: 404 }));
    render(<InvestigatePage search="?ds=prod&alert=8f" />);
    expect(await screen.findByLabelText(/Service/)).toHaveValue('');
    expect(screen.queryByText(/Could not resolve this link/)).not.toBeInTheDocument();
  });

  it('says why an alert could not be looked up, and asks a person about it', async () => {
    globalThis.fetch = () => Promise.resolve(Response.json({ message: 'no' }, { status: 403 }));
    render(<InvestigatePage search="?ds=prod&alert=8f" />);
    expect(await screen.findByLabelText(/Service/)).toHaveValue('');
    expect(screen.getByRole('alert')).toHaveTextContent(
      'Could not resolve this link: Grafana rejected the request (status 403): no' +
        'Ask an administrator for permission to query this Faultline data source.'
    );
  });

  it('does not lead to a practice that somebody has left before it was ready', async () => {
    locationService.push('/elsewhere');
    const backend = new LiveAnswer();
    const asked = answerFetchWith(({ url }) => new Response(url.includes('/streams/') ? '{}' : backend.body));
    const page = render(<InvestigatePage search={`${link.slice(link.indexOf('?'))}&practice=1`} />);
    await waitFor(() => expect(asked).toHaveLength(1));
    backend.send({ type: 'saved', id: 'x', state: 'open', joined: false, lasting: true });
    await act(() => Promise.resolve());
    page.unmount();
    backend.send({ type: 'done', case: aCase() });
    backend.end();
    await waitFor(() => expect(asked).toHaveLength(2));
    await new Promise((resolve) => setTimeout(resolve));
    expect(locationService.getLocation().pathname).toBe('/elsewhere');
  });
});
