import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import {
  aCase,
  card,
  hideEnvironments,
  inGrafana,
  inTheme,
  investigation,
  logsDown,
  pageOf,
  recording,
  replayed,
  test,
  untilDone,
} from './lab';

const phone = { width: 390, height: 844 };

async function openAll(page: Page): Promise<void> {
  await page.locator('details').evaluateAll((folds) => folds.forEach((fold) => fold.setAttribute('open', '')));
}

/** The table of Grafana 12.3's own kit names rows that are not there before they are opened; that of a newer kit does not. */
const isGrafanas = (violation: string) =>
  inGrafana && violation.startsWith('aria-valid-attr-value: <button aria-controls="InteractiveTable');

const begun = (page: Page) => expect(page.getByRole('button', { name: 'Investigate', exact: true })).toBeVisible();
const ended = async (page: Page) => {
  await untilDone(page);
  await openAll(page);
};

interface Place {
  name: string;
  address: (page: Page) => string | Promise<string>;
  /** waits until everything is there */
  settled: (page: Page) => Promise<void>;
}

const places: Place[] = [
  { name: 'start page', address: () => pageOf(), settled: begun },
  { name: 'investigation', address: () => replayed(), settled: ended },
  { name: 'investigation with a store down', address: () => investigation(logsDown), settled: ended },
  {
    name: 'page of a link that says too little',
    address: () => pageOf('/investigate', { service: 'order-service', ds: logsDown, from: 'nonsense' }),
    settled: (page) => expect(page.getByText('"nonsense" is not a valid time.')).toBeVisible(),
  },
  {
    name: 'list of cases',
    address: async (page) => {
      await aCase(page);
      return pageOf('/cases', { ds: recording });
    },
    settled: (page) => expect(page.getByRole('table', { name: 'Cases' })).toBeVisible(),
  },
  {
    name: 'page of a case',
    address: (page) => aCase(page),
    settled: async (page) => {
      await expect(page.getByRole('table', { name: 'Timeline' })).toBeVisible();
      await expect(page.getByRole('button', { name: 'Add note' })).toBeVisible();
      await openAll(page);
    },
  },
  {
    name: 'report of a case',
    address: (page) => aCase(page, '/report'),
    settled: (page) => expect(page.getByRole('heading', { level: 1, name: /^Post-mortem/ })).toBeVisible(),
  },
  {
    name: 'practice of a case',
    address: (page) => aCase(page, '/practice'),
    settled: async (page) => {
      const impact = page.getByRole('region', { name: 'Impact', exact: true });
      await impact.getByRole('button', { name: 'Error rate', exact: true }).click();
      await expect(card(page, 'Error rate').getByRole('article')).toBeVisible();
    },
  },
  {
    name: 'score sheet of a practice',
    address: (page) => aCase(page, '/practice'),
    settled: async (page) => {
      await page.getByLabel('Which service is the cause?').fill('coredns');
      await page.getByLabel('What happened, and what would you do?').fill('It is always DNS.');
      await page.getByRole('button', { name: 'Submit answer' }).click();
      await expect(page.getByRole('region', { name: 'Score sheet' })).toBeVisible();
    },
  },
  {
    name: 'readiness of every service',
    address: () => pageOf('/readiness'),
    settled: async (page) => {
      await page
        .getByRole('row', { name: /payment-service/ })
        .getByRole('button')
        .first()
        .click();
      await expect(page.getByRole('region', { name: 'payment-service' })).toBeVisible();
      await openAll(page);
    },
  },
  {
    name: 'storm of alerts',
    address: () => pageOf('/storm'),
    settled: async (page) => {
      await expect(page.getByRole('heading', { name: /^1 cause explains \d+ of \d+ alerts?\./ })).toBeVisible();
      await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
      await openAll(page);
    },
  },
  {
    name: 'start page without an environment',
    address: async (page) => {
      await hideEnvironments(page);
      return pageOf();
    },
    settled: (page) => expect(page.getByText('No environment is set up yet.')).toBeVisible(),
  },
];

// What one theme has shown of these places, the other has too but for its colors.
const ofColors = ['color-contrast', 'link-in-text-block'];

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test('the page is drawn in it', async ({ page }) => {
      await page.goto(inTheme(theme, pageOf()));
      await begun(page);
      const channels = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g));
      const brightness = Math.max(...(channels ?? []).slice(0, 3).map(Number));
      expect(brightness > 128).toBe(theme === 'light');
    });

    for (const { name, address, settled } of places) {
      test(`nobody is kept out of the ${name}`, async ({ page }) => {
        await page.goto(inTheme(theme, await address(page)));
        await settled(page);
        // With a module loader on the page, axe would give itself to that.
        await page.evaluate(() => Reflect.deleteProperty(globalThis, 'define'));
        const axe = new AxeBuilder({ page }).include('main').options({ resultTypes: ['violations'] });
        const { violations } = await (theme === 'light' ? axe : axe.withRules(ofColors)).analyze();
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        const told = serious
          .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
          .filter((said) => !isGrafanas(said));
        expect(told).toEqual([]);
      });
    }
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: phone });

  for (const { name, address, settled } of places) {
    test(`the ${name} does not scroll sideways`, async ({ page }) => {
      await page.goto(await address(page));
      await settled(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width);
    });
  }
});

test('the keyboard alone leads from the verdict to how a finding is known', async ({ page }) => {
  await page.goto(replayed());
  await untilDone(page);
  await tabTo(page, /p99 latency of order-service rises/);
  await page.keyboard.press('Enter');
  await expect(card(page, 'Latency (p99)')).toBeFocused();
  await tabTo(page, /^How we know$/);
  await page.keyboard.press('Enter');
  await expect(card(page, 'Latency (p99)').locator('code').first()).toBeVisible();
});

test('the keyboard alone leads through the waterfall to the log lines of a span', async ({ page }) => {
  await page.goto(replayed());
  await untilDone(page);
  const tree = card(page, 'Example trace').getByRole('tree');
  await tree.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: /^Span stripe-api/ })).toBeVisible();
  await tabTo(page, /^Logs of this span \(\d+\)/);
  await page.keyboard.press('Enter');
  await expect(card(page, 'Logs of the example trace')).toBeFocused();
});

test('every control that is reached says where the focus is', async ({ page }) => {
  await page.goto(replayed());
  await untilDone(page);
  await page.getByRole('button', { name: 'Share' }).focus();
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press('Tab');
    const isMarked = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement ?? document.body);
      return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
    });
    expect(isMarked, `after ${presses + 1} times Tab`).toBe(true);
  }
});

/** Presses Tab until what is called so has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (name.test(focused.trim())) {
      return;
    }
  }
  throw new Error(`Tab does not reach ${name}.`);
}
