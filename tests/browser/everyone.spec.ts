import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { card, investigation, logsDown, test, untilDone } from './lab';

const start = () => new URL('/', investigation()).href;
const phone = { width: 390, height: 844 };

async function openAll(page: Page): Promise<void> {
  await page.locator('details').evaluateAll((folds) => folds.forEach((fold) => fold.setAttribute('open', '')));
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('the page is drawn in it, and can be switched to the other', async ({ page }) => {
      await page.goto(start());
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await expect(page.getByRole('button', { name: 'Investigate' })).toBeVisible();
      const before = await background();
      const other = colorScheme === 'light' ? 'dark' : 'light';
      await page.getByRole('button', { name: `Use the ${other} theme` }).click();
      await expect.poll(background).not.toBe(before);
    });

    for (const [name, address] of [
      ['start page', start],
      ['investigation', () => investigation()],
      ['investigation with a store down', () => investigation(logsDown)],
    ] as const) {
      test(`nobody is kept out of the ${name}`, async ({ page }) => {
        await page.goto(address());
        if (name === 'start page') {
          await expect(page.getByRole('button', { name: 'Investigate' })).toBeVisible();
        } else {
          await untilDone(page);
          await openAll(page);
        }
        // With a module loader on the page, axe would give itself to that.
        await page.evaluate(() => Reflect.deleteProperty(globalThis, 'define'));
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        const told = serious.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`
        );
        expect(told).toEqual([]);
      });
    }
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: phone });

  for (const [name, address] of [
    ['start page', start],
    ['investigation', () => investigation()],
    ['investigation with a store down', () => investigation(logsDown)],
  ] as const) {
    test(`the ${name} does not scroll sideways`, async ({ page }) => {
      await page.goto(address());
      if (name === 'start page') {
        await expect(page.getByRole('button', { name: 'Investigate' })).toBeVisible();
      } else {
        await untilDone(page);
        await openAll(page);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width);
    });
  }
});

test('the keyboard alone reaches how a finding is known', async ({ page }) => {
  await page.goto(investigation());
  await untilDone(page);
  await page.getByRole('button', { name: /^Error rate/ }).focus();
  await page.keyboard.press('Enter');
  await expect(card(page, 'Error rate')).toBeFocused();
  await page.keyboard.press('Tab'); // to copying the sentence
  await page.keyboard.press('Tab');
  await expect(card(page, 'Error rate').getByText('How we know')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(card(page, 'Error rate').locator('code').first()).toBeVisible();
});

test('every control that is reached says where the focus is', async ({ page }) => {
  await page.goto(investigation());
  await untilDone(page);
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press('Tab');
    const isMarked = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement ?? document.body);
      return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
    });
    expect(isMarked, `after ${presses + 1} times Tab`).toBe(true);
  }
});
