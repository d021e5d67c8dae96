import type { Page } from '@playwright/test';

const start = Date.parse('2026-03-10T10:43:00Z');
const iso = (ms: number) => new Date(start + ms).toISOString();

/** Lets the next investigation answer with an example whose trace has that many spans, in levels of a hundred. */
export async function answerWithTraceOf(page: Page, count: number): Promise<void> {
  const spans = Array.from({ length: count }, (_, index) => spanOf(index, count));
  const trace = { id: '8f2e4a1b7c9d3e5f', start: iso(0), duration: count * 1e6, services: ['checkout'], spans };
  const window = { from: iso(-1_800_000), to: iso(1_800_000) };
  const step = {
    phase: 'example',
    id: 'trace',
    title: 'Example trace',
    outcome: 'found',
    queries: [],
    milliseconds: 1,
  };
  const finding = { sentence: 'A long trace.', severity: 'info', values: [], evidence: { trace } };
  const verdict = {
    level: 'no clear cause',
    sentence: '',
    statement: '',
    candidates: [],
    chain: [],
    normal: [],
    unchecked: [],
  };
  const cost = { queries: 0, milliseconds: 1, upstreamMilliseconds: 1, bytes: 0 };
  const begun = {
    version: 1,
    subject: { service: 'checkout' },
    window,
    started: window.to,
    steps: [],
    facts: {},
    verdict,
    cost,
  };
  const ended = { ...step, findings: [finding] };
  const events = [
    { type: 'started', case: begun, plan: [{ phase: step.phase, id: step.id, title: step.title }] },
    { type: 'step', step: ended, cost },
    { type: 'done', case: { ...begun, steps: [ended] } },
  ];
  const body = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  await page.route('**/resources/investigations**', (route) =>
    route.fulfill({ contentType: 'application/x-ndjson', body })
  );
  await page.addInitScript(() => {
    new MutationObserver((_changes, observer) => {
      if (document.querySelector('[role=treeitem]')) {
        observer.disconnect();
        // After the frame that shows it.
        requestAnimationFrame(() => setTimeout(() => performance.mark('waterfall shown')));
      }
    }).observe(document, { childList: true, subtree: true });
  });
}

function spanOf(index: number, count: number): object {
  const isBranch = index % 100 === 0;
  const parent = index === 0 ? undefined : isBranch ? idOf(0) : idOf(index - (index % 100));
  return {
    id: idOf(index),
    parent,
    service: `service-${index % 7}`,
    name: `${isBranch ? 'branch' : 'leaf'} ${index}`,
    kind: 'server',
    start: iso(index),
    duration: (isBranch ? Math.min(100, count - index) : 1) * 1e6,
    failed: index % 997 === 0,
    attributes: { 'http.request.method': 'POST', 'url.path': `/api/items/${index}` },
  };
}

function idOf(index: number): string {
  return index.toString(16).padStart(16, '0');
}
