import { expect, type Page, type Route } from '@playwright/test';
import { pageOf, recording, replayed, test, untilDone } from './lab';

// What telemetry, alerts and people say is text. Here a stranger has written into every name, span, line and label that the backend
// and Grafana tell of: nothing of it may run, load, lead anywhere or be filled in.

const quiet = [
  '<img src="//evil.example/a.png" onerror="executed=1">',
  '<script>executed=1</script><svg onload="executed=1"></svg><iframe srcdoc="<script>top.executed=1</script>"></iframe>',
  '[x](javascript:executed=1) ![y](//evil.example/b.png)',
  "${__user.email} {{constructor.constructor('executed=1')()}} [[__user]]",
].join(' ');
const hostile = `${quiet} <https://evil.example/c> https://evil.example/d`;
const shown = '<img src="//evil.example/a.png" onerror="executed=1">';

/** Fields that are the plugin's own words: ids, kinds, addresses of its documentation. */
const own = new Set(
  'type id kind phase outcome severity unit level health state language key keys dataSource uid step criterion trace parent documentation'.split(
    ' '
  )
);

function poisoned(node: unknown, field = ''): unknown {
  if (Array.isArray(node)) {
    return node.map((item) => poisoned(item, field));
  }
  if (node !== null && typeof node === 'object') {
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, poisoned(value, name)]));
  }
  const isText = typeof node === 'string' && !own.has(field) && Number.isNaN(Date.parse(node));
  return isText && node !== '' ? `${node} ${hostile}` : node;
}

/** Has a stranger write into each answer, a document or one document a line. */
async function poison(page: Page, address: RegExp): Promise<void> {
  await page.route(address, async (route: Route) => {
    const response = await route.fetch();
    const lines = (await response.text()).trim().split('\n');
    const body = lines.map((line) => JSON.stringify(poisoned(JSON.parse(line)))).join('\n');
    await route.fulfill({ response, body: `${body}\n` });
  });
}

/** Fails where anything of what the stranger wrote is more than text. Requests to other servers fail every test. */
async function expectOnlyText(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const leads = ['href', 'src', 'srcset', 'action', 'formaction', 'xlink:href', 'data', 'poster'];
    const wrong = [...document.querySelectorAll('body *')].flatMap((element) =>
      [...element.attributes]
        .filter(({ name, value }) => {
          if (!leads.includes(name)) {
            return name.startsWith('on') || name === 'srcdoc';
          }
          const { protocol, host } = new URL(value, document.baseURI);
          return host === 'evil.example' || !['http:', 'https:', 'blob:', 'data:'].includes(protocol);
        })
        .map(({ name, value }) => `<${element.localName} ${name}="${value}">`)
    );
    return { wrong, executed: 'executed' in window };
  });
  expect(found).toEqual({ wrong: [], executed: false });
}

test('nothing that telemetry and alerts say is more than text on any page', async ({ page }) => {
  await poison(page, /\/resources\/(investigations|services|readiness|conventions|cases|alerts|storms)(\?|$)/);
  await poison(page, /\/api\/prometheus\/grafana\/api\/v1\/alerts/);
  for (const path of ['', '/readiness', '/storm']) {
    await page.goto(pageOf(path, { ds: recording }));
    await expect(page.getByText(shown).first()).toBeVisible();
    await expectOnlyText(page);
  }
  await page.goto(replayed());
  await untilDone(page);
  await expect(page.getByText(shown).first()).toBeVisible();
  await page
    .locator('details:not([open]) > summary')
    .evaluateAll((folds: HTMLElement[]) => folds.forEach((fold) => fold.click()));
  await page.getByRole('treeitem').first().click();
  await expect(page.getByRole('complementary', { name: /^Span / })).toContainText(shown);
  await expectOnlyText(page);
});

test('a hostile service and a hostile note stay text in their case and its report', async ({ page }) => {
  await page.goto(pageOf('/investigate', { ds: recording, service: `shop ${hostile}` }));
  await untilDone(page);
  const log = page.getByRole('region', { name: 'Case log' });
  await page.getByText(/^Case log: /).click();
  // What people type is Markdown, and may link.
  await log.getByLabel('Note').fill(`It is **us**. ${quiet}`);
  await log.getByRole('button', { name: 'Add note' }).click();
  await expect(log.getByRole('listitem').locator('strong', { hasText: 'us' })).toBeVisible();
  await expectOnlyText(page);
  await log.getByRole('link', { name: 'Open the case' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(shown);
  await expectOnlyText(page);
  await log.getByRole('link', { name: 'Report', exact: true }).click();
  await expect(page.getByRole('heading', { name: /^Post-mortem: shop/ })).toContainText(shown);
  await expectOnlyText(page);
  await page.goto(pageOf('/cases', { ds: recording }));
  await expect(page.getByText(shown).first()).toBeVisible();
  await expectOnlyText(page);
});
