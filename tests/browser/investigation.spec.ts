import { expect } from '@playwright/test';
import { card, investigation, logsDown, metricsSilent, pageOf, progress, replayed, test, untilDone } from './lab';

test("the walkthrough's link leads to the verdict and its numbers", async ({ page }) => {
  await page.goto(investigation());
  await untilDone(page);

  const verdict = page.getByRole('region', { name: 'Verdict' }).first();
  await expect(verdict.getByRole('heading', { level: 2 })).toContainText(/LIKELY.*network policy restrict-coredns/);
  await expect(verdict).toContainText('2.1 s');
  await expect(card(page, 'Error rate')).toContainText('7.3%');
  await expect(card(page, 'Latency (p99)')).toContainText('2.3 s');
  const payment = page.getByTestId('dependencies').getByRole('row', { name: /payment-service/ });
  await expect(payment).toContainText('DEGRADED');
  await expect(card(page, 'Failing traces')).toContainText('847 failing traces');
  await expect(card(page, 'Example trace')).toContainText('8f2e4a1b7c9d3e5f');
  await expect(card(page, 'Error log volume')).toContainText('847');
  await expect(card(page, 'DNS lookups')).toContainText('2.1 s');
  await expect(
    page.getByRole('table', { name: 'Changes' }).getByRole('row', { name: /restrict-coredns/ })
  ).toContainText('before');
  await expect(
    page.getByText('kubectl get networkpolicy restrict-coredns -n kube-system -o yaml').first()
  ).toBeVisible();
});

test.describe('for a reader far from UTC', () => {
  test.use({ timezoneId: 'Asia/Kolkata' });

  test('sentences, lists and charts say one and the same time', async ({ page }) => {
    await page.goto(investigation());
    await untilDone(page);
    const began = page.getByRole('group', { name: 'Key numbers' }).getByRole('button', { name: /^Since/ });
    const [time = 'no time'] = (await began.textContent())?.match(/\d\d:\d\d:\d\d/) ?? [];
    await expect(card(page, 'Onset').getByRole('article').first()).toContainText(time);
    // What was before midnight has its date too.
    await expect(card(page, 'Error rate')).toContainText(new RegExp(`onset (\\d+ \\w+ )?${time}`));
    // Half past and o'clock tell this zone from UTC.
    const asked = Number(new URL(investigation()).searchParams.get('to'));
    const there = new Date(asked).toLocaleTimeString('en-GB', { timeZone: 'Asia/Kolkata' });
    await expect(page.getByText(new RegExp(`– (\\d{4}-\\d\\d-\\d\\d )?${there} GMT.5:30`)).first()).toBeVisible();
  });
});

test('numbers over time are drawn, and told to those who do not see them', async ({ page }) => {
  await page.goto(replayed());
  await untilDone(page);
  const chart = card(page, 'Error rate').getByRole('img', { name: /^error rate, .* at most 7\.\d%/ });
  await expect(chart.locator('canvas')).toBeVisible();
  await expect(card(page, 'Error rate')).toContainText(/onset (\d+ \w+ )?\d\d:\d\d:\d\d/);
});

test('a span of the waterfall opens to what it says', async ({ page }) => {
  await page.goto(replayed());
  await untilDone(page);
  const culprit = card(page, 'Example trace').getByRole('treeitem').filter({ hasText: 'CULPRIT' });
  await expect(culprit).toHaveCount(1);
  await culprit.click();
  const panel = page.getByRole('complementary', { name: /^Span stripe-api/ });
  await expect(panel.getByRole('row', { name: /server\.address/ })).toContainText('api.stripe.com');
  await expect(panel.getByRole('table', { name: 'Events' })).toContainText('timeout');
});

test('a span leads to its log lines, a log line to its span, and Back leads back', async ({ page }) => {
  await page.goto(replayed());
  await untilDone(page);
  await card(page, 'Example trace').getByRole('treeitem').filter({ hasText: 'CULPRIT' }).click();
  await page.getByRole('button', { name: /^Logs of this span \(\d+\)/ }).click();
  const lines = card(page, 'Logs of the example trace');
  await expect(lines).toBeFocused();
  await expect(lines.getByText(/\d+ of \d+ lines: those of/)).toBeVisible();
  const address = page.url();
  await lines.getByRole('button', { name: 'Show span payment-service stripe-api: POST /v1/charges' }).first().click();
  await expect(page).toHaveURL(/line=/);
  await expect(page.getByRole('treeitem', { selected: true })).toContainText('CULPRIT');
  await page.goBack();
  await expect(page).toHaveURL(address);
});

test('the whole trace leads to its lines, and from them all lines are a click away', async ({ page }) => {
  await page.goto(replayed());
  await untilDone(page);
  await card(page, 'Example trace').getByRole('button', { name: 'Logs of this trace' }).click();
  const lines = card(page, 'Logs of the example trace');
  await expect(lines).toBeFocused();
  const rows = lines.getByRole('table', { name: 'Log lines' }).getByRole('row');
  const all = await rows.count();
  expect(all).toBeGreaterThan(3);
  await card(page, 'Example trace').getByRole('treeitem').filter({ hasText: 'CULPRIT' }).click();
  await page.getByRole('button', { name: /^Logs of this span \(\d+\)/ }).click();
  await expect(lines.getByText(/\d+ of \d+ lines: those of/)).toBeVisible();
  await lines.getByRole('button', { name: 'All lines of the trace' }).click();
  await expect(rows).toHaveCount(all);
});

test('a link to a selection opens it', async ({ page }) => {
  await page.goto(replayed({ step: 'cause/lookups' }));
  await untilDone(page);
  await expect(card(page, 'DNS lookups')).toBeFocused();
});

test('a dependency opens to its own numbers, and to its own investigation', async ({ page }) => {
  await page.goto(investigation());
  await untilDone(page);
  const row = page.getByTestId('dependencies').getByRole('row', { name: /payment-service/ });
  await row.getByRole('button').first().click();
  const numbers = page.getByRole('group', { name: 'Metrics of payment-service' });
  await expect(numbers.getByRole('img', { name: /^error rate/ })).toBeVisible();
  await numbers.getByRole('link', { name: 'Investigate this instead' }).click();
  await untilDone(page);
  await expect(page.getByRole('heading', { level: 1, name: 'payment-service', exact: true })).toBeVisible();
});

test('the case is exported as Markdown', async ({ page }) => {
  await page.goto(replayed());
  await untilDone(page);
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Markdown' }).click();
  expect((await download).suggestedFilename()).toMatch(/^order-service-.*\.md$/);
});

test('an event of the verdict leads to the step that knows it', async ({ page }) => {
  await page.goto(replayed());
  await untilDone(page);
  await page.getByRole('button', { name: /p99 latency of order-service rises/ }).click();
  await expect(card(page, 'Latency (p99)')).toBeFocused();
});

test('a store that is down is told as loudly as what is found', async ({ page }) => {
  await page.goto(investigation(logsDown));
  await untilDone(page);
  const alert = card(page, 'Log labels').getByRole('alert');
  await expect(alert).toContainText('Loki');
  await expect(alert).toContainText('could not be reached');
  await expect(alert).toContainText('Logs of the example trace, Error log volume');
  await expect(page.getByRole('region', { name: 'Verdict' }).first()).toContainText('Could not be checked');

  const [told, found] = await Promise.all([
    alert.boundingBox(),
    card(page, 'Failing traces').getByRole('article').first().boundingBox(),
  ]);
  expect(told?.width).toBeGreaterThanOrEqual((found?.width ?? Infinity) - 1);
  expect(told?.height).toBeGreaterThan(40);
  // On top, where it was looked for, and with the changes, of which some may be in its lines; and in the fold of the query that failed.
  await expect(page.getByText('could not be reached').filter({ visible: true })).toHaveCount(3);
  await expect(card(page, 'Changes around the onset')).toContainText(
    'Could not read Kubernetes events and log lines of deployers'
  );
});

test('long work says that it goes on, ends when it is canceled, and is taken up again', async ({ page }) => {
  // It is not broken off: the backend is told, and ends it.
  const ended = page.waitForEvent('requestfinished', (request) => request.url().includes('/resources/investigations'));
  await page.goto(investigation(metricsSilent));
  const failing = card(page, 'Failing traces');
  await expect(failing).toBeVisible();
  await expect(progress(page)).toContainText('Investigating');
  await expect(page.getByText(/\d+ s so far/)).toBeVisible();

  await page.getByRole('button', { name: 'Cancel' }).click();
  await ended;
  await expect(progress(page)).toContainText('Canceled');
  await expect(page.getByRole('button', { name: /Error rate/ })).toContainText('not run');
  await expect(failing).toContainText('847');

  // What was found stays until it is found anew.
  const askedAgain = page.waitForRequest((request) => request.url().includes('/resources/investigations'));
  await page.getByRole('button', { name: 'Resume' }).click();
  await askedAgain;
  await expect(failing).toContainText('847');
  await expect(progress(page)).toContainText('Investigating');
  await expect(failing).not.toContainText('from the previous run');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();
});

test('a firing alert is one click from its investigation', async ({ page }) => {
  await page.goto(pageOf());
  await page.getByRole('link', { name: 'Investigate CheckoutErrorRateHigh' }).click();
  await untilDone(page);
  await expect(page.getByRole('heading', { level: 1, name: 'order-service · POST /api/checkout' })).toBeVisible();
});

test('a service among the worst is one click from its investigation', async ({ page }) => {
  await page.goto(pageOf());
  await page
    .getByRole('region', { name: 'Services, worst first' })
    .getByRole('link', { name: 'payment-service' })
    .click();
  await expect(page).toHaveURL(/service=payment-service/);
});

test('the start page leads to an investigation', async ({ page }) => {
  await page.goto(pageOf());
  await page.getByRole('textbox', { name: 'Service' }).fill('order-service');
  await page.getByLabel('Operation').fill('POST /api/checkout');
  await page.getByRole('button', { name: 'Investigate', exact: true }).click();
  await untilDone(page);
  await expect(page).toHaveURL(/service=order-service/);
  await expect(page.getByRole('heading', { level: 1, name: 'order-service · POST /api/checkout' })).toBeVisible();
});

test('the tab says what is investigated, and then the verdict', async ({ page }) => {
  await page.goto(replayed());
  await expect(page).toHaveTitle(/^order-service POST \/api\/checkout( |,)/);
  await untilDone(page);
  await expect(page).toHaveTitle(
    /^order-service POST \/api\/checkout, Likely: network policy restrict-coredns cut CoreDNS off - .*Faultline - .*Grafana$/
  );
});
