import { expect, type Page } from '@playwright/test';
import { investigation, test } from './lab';

// Ways in from Grafana's own pages, of those that docs/links.md lists. They are drawn by Grafana, so they are tried in a real one.

const origin = () => new URL(investigation()).origin;
const lastHour = { from: 'now-1h', to: 'now' };

/** The address of Explore with one query. */
function explore(type: string, query: object): string {
  const panes = {
    a: { datasource: type, queries: [{ refId: 'A', datasource: { type, uid: type }, ...query }], range: lastHour },
  };
  return `${origin()}/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
}

/** A trace of a failed checkout. */
async function failedTrace(page: Page): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const search = new URLSearchParams({
    q: '{resource.service.name="order-service" && status=error}',
    limit: '1',
    start: String(now - 3600),
    end: String(now),
  });
  const answer = await page.request.get(`${origin()}/api/datasources/proxy/uid/tempo/api/search?${search}`);
  const { traces } = (await answer.json()) as { traces: Array<{ traceID: string }> };
  return traces[0]?.traceID ?? '';
}

/** What an entry has led to, in the same tab or in one of its own. */
async function expectInvestigation(page: Page): Promise<void> {
  await expect(page).toHaveURL(/faultline-investigation-app\/investigate\?.*order-service/);
  await expect(page).toHaveTitle(/^order-service.* - Faultline - /);
}

async function inNewTab(page: Page, choose: () => Promise<void>): Promise<void> {
  const [opened] = await Promise.all([page.context().waitForEvent('page'), choose()]);
  await expectInvestigation(opened);
}

test("a panel's menu leads to its service", async ({ page }) => {
  await page.goto(`${origin()}/d/faultline-incident-overview?from=now-1h&to=now&var-service=order-service`);
  await page.getByTestId('data-testid Panel header Error rate').hover();
  await page.getByTestId('data-testid Panel menu Error rate').click();
  await page.getByRole('menuitem', { name: /Extensions/ }).hover();
  await page.getByRole('menuitem', { name: 'Investigate this service' }).click();
  await expectInvestigation(page);
});

test("a trace's header leads to its service", async ({ page }) => {
  await page.goto(explore('tempo', { queryType: 'traceql', query: await failedTrace(page) }));
  await inNewTab(page, () => page.getByText("Investigate this trace's service").first().click());
});

test("a span's resource attribute leads to its service", async ({ page }) => {
  await page.goto(explore('tempo', { queryType: 'traceql', query: await failedTrace(page) }));
  await page.getByTestId('span-view').first().click();
  await page.getByText('Resource attributes').first().click();
  const attribute = page.getByRole('row', { name: /service\.name/ }).first();
  await inNewTab(page, () => attribute.getByRole('link').first().click());
});

test('the query editor offers the services that there are', async ({ page }) => {
  await page.goto(explore('faultline', { queryType: 'dependency-graph', service: 'order-service' }));
  await page
    .getByLabel(/^Service/)
    .first()
    .click();
  await expect(page.getByRole('option', { name: 'payment-service' })).toBeVisible();
});
