import { readFileSync } from 'node:fs';
import { act, fireEvent, render, waitFor } from '@testing-library/react';
import { locationService } from '@grafana/runtime';
import { picking, reworded } from '../../tests/unit/reworded';
import { answerFetchWith, LiveAnswer } from '../../tests/unit/streams';
import type { SavedCase } from '../api/case.gen';
import { CasePage } from './CasePage';

const walkthrough = JSON.parse(readFileSync('pkg/incident/testdata/saved.v2.json', 'utf8')) as SavedCase;

const confusable = [
  'load',
  'CPU limit',
  'connection pool',
  'error rate',
  'p99 latency',
  'error rate, limit',
  'DNS lookups of api.stripe.com',
  'node/a',
  'created',
  'order-service',
  'Likely: 10:30:40 on 1 January',
  'impact/error-rate',
  '<b>x</b> https://x.example',
] as const;

/** Shows a case on its page. Roles are left alone: finding elements by them takes seconds in a page as large as this. */
async function show(saved: SavedCase) {
  locationService.replace('/');
  const backend = new LiveAnswer();
  const before = { compared: 0, unread: 0, more: false, cases: [] };
  answerFetchWith(({ url }) => (url.endsWith('/before') ? Response.json(before) : new Response(backend.body)));
  const page = render(<CasePage ds="prod" id={saved.id} />);
  act(() => backend.send({ type: 'case', state: 'open', saved }));
  await waitFor(() => expect(eventsOf(page.container)).toHaveLength(saved.case.verdict.chain.length));
  return page;
}

const eventsOf = (page: Element) => page.querySelectorAll('[aria-label="Verdict"] [title="Show the evidence"]');

/** Everything of a page that is no word: its elements with what they are, where they lead and how they look. */
function shapeOf(element: Element): unknown {
  const words = ['title', 'aria-label', 'alt', 'value'];
  const attributes = [...element.attributes]
    .filter(({ name }) => !words.includes(name))
    .map(({ name, value }) => `${name}=${value}`)
    .sort();
  return [element.tagName, ...attributes, ...[...element.children].map(shapeOf)];
}

/** The steps that the events of the chain lead to. */
const chainOf = (page: Element) =>
  [...eventsOf(page)].map((event) => {
    fireEvent.click(event);
    return new URLSearchParams(locationService.getLocation().search).get('step');
  });

const commandsOf = (page: Element) => [...page.querySelectorAll('code')].map(({ textContent }) => textContent);

/** What a person does from the page: where links lead, what can be copied, what the chain shows. */
async function pivotsOf(saved: SavedCase) {
  const { container, unmount } = await show(saved);
  const pivots = { shape: shapeOf(container), commands: commandsOf(container), chain: chainOf(container) };
  unmount();
  return pivots;
}

describe('the page of a case', () => {
  let want: Awaited<ReturnType<typeof pivotsOf>>;
  beforeAll(async () => {
    want = await pivotsOf(walkthrough);
  });

  it('offers what the case knows, in order', () => {
    expect(want.commands).toContain('kubectl delete networkpolicy restrict-coredns -n kube-system');
    expect(want.chain).toEqual(walkthrough.case.verdict.chain.map(({ step }) => step));
  });

  it.each([
    ['that mean other things', picking(confusable, 2)],
    ['that are the same everywhere', () => 'load'],
  ])('offers the same with words %s', async (_, words) => {
    expect(await pivotsOf(reworded(walkthrough, words))).toEqual(want);
  });
});
