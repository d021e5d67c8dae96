import { act, cleanup, render, waitFor } from '@testing-library/react';
import type { NavModelItem } from '@grafana/data';
import { locationService, type PluginPageProps } from '@grafana/runtime';
import { aCase, aStep } from '../../tests/unit/cases';
import { aDataSource, installDataSources } from '../../tests/unit/grafana';
import { answerFetchWith, LiveAnswer } from '../../tests/unit/streams';
import { dataSourceType } from '../api/pluginIds';
import App from './App';

/** What Grafana was told of the page that is shown. */
let shown: NavModelItem | undefined;

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<object>('@grafana/runtime'),
  PluginPage: ({ pageNav, children }: PluginPageProps) => {
    shown = pageNav;
    return <>{children}</>;
  },
}));

/** What stands in the tab and in the breadcrumbs, the page itself last. */
const crumbs = (page: NavModelItem | undefined | null = shown): string[] =>
  page ? [...crumbs(page.parentItem ?? null), page.text] : [];

const app = '/a/faultline-investigation-app';
const ofCheckout = 'ds=prod&service=order-service&operation=POST+%2Fapi%2Fcheckout&from=1773136800000&to=1773139620000';
const id = 'case-20260310-1047-0123456789ab';
const verdict = {
  ...aCase().verdict,
  level: 'likely',
  sentence: 'Likely: network policy restrict-coredns cut CoreDNS off.',
};
const found = { ...aCase({ steps: [aStep()] }), verdict };

beforeEach(() => {
  shown = undefined;
  installDataSources(aDataSource(dataSourceType, 'prod'));
});

function open(address: string) {
  cleanup();
  const backend = new LiveAnswer();
  answerFetchWith(() => new Response(backend.body));
  locationService.push(app + address);
  render(<App />);
  return (event: object) => act(() => backend.send(event));
}

describe('the title of the page', () => {
  it('names the service, and the verdict as soon as there is one', async () => {
    const send = open(`/investigate?${ofCheckout}`);
    expect(crumbs()).toEqual(['order-service POST /api/checkout']);
    send({ type: 'started', case: aCase(), plan: [] });
    send({ type: 'done', case: found });
    await waitFor(() =>
      expect(crumbs()).toEqual([
        'order-service POST /api/checkout, Likely: network policy restrict-coredns cut CoreDNS off',
      ])
    );
  });

  it('stays the same object while it says the same, so that Grafana draws nothing anew', async () => {
    const send = open(`/investigate?${ofCheckout}`);
    const before = shown;
    send({ type: 'started', case: aCase(), plan: [] });
    send({ type: 'step', step: aStep(), cost: aCase().cost });
    await waitFor(() => expect(document.body).toHaveTextContent('Error rate'));
    expect(shown).toBe(before);
  });

  it('says nothing of the verdict to whoever practices', () => {
    open(`/investigate?${ofCheckout}&practice=1`);
    expect(crumbs()).toEqual(['Practice: order-service POST /api/checkout']);
    open(`/cases/${id}/practice?ds=prod`);
    expect(crumbs()).toEqual(['Practice']);
  });

  it('tells a case from its investigation', async () => {
    const send = open(`/cases/${id}?ds=prod`);
    expect(crumbs()).toEqual(['Case']);
    send({ type: 'case', state: 'open', saved: { version: 1, id, entries: [], case: found } });
    await waitFor(() =>
      expect(crumbs()).toEqual([
        'Case: order-service POST /api/checkout, Likely: network policy restrict-coredns cut CoreDNS off',
      ])
    );
  });

  it('names a report below its case', async () => {
    answerFetchWith(() => new Response('# Post-mortem: order-service\n\nWhat happened.\n'));
    locationService.push(`${app}/cases/${id}/report?ds=prod`);
    render(<App />);
    await waitFor(() => expect(crumbs()).toEqual(['Case', 'Post-mortem: order-service']));
    expect(shown?.parentItem?.url).toBe(`${app}/cases/${id}?ds=prod`);
  });

  it('is that of the page where there is nothing to name', () => {
    installDataSources();
    open('');
    expect(crumbs()).toEqual(['Investigate an incident']);
    open('/investigate');
    expect(crumbs()).toEqual(['Incomplete link']);
    // Grafana names these as the manifest does.
    open('/cases?ds=prod');
    expect(crumbs()).toEqual([]);
    open('/readiness?ds=prod');
    expect(crumbs()).toEqual([]);
  });
});
