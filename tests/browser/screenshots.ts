import path from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { Film } from './film';
import { card, inTheme, investigation, pageOf, test, untilDone } from './lab';

const folder = path.resolve(__dirname, '../../docs/img');

async function drawn(page: Page): Promise<void> {
  await page
    .getByRole('img', { name: /^error rate/ })
    .first()
    .locator('canvas')
    .waitFor();
  await page.evaluate(() => document.fonts.ready);
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ viewport: { width: 1280, height: 1060 } });

    test('the investigation of the walkthrough', async ({ page }) => {
      await page.goto(inTheme(theme, investigation()));
      await untilDone(page);
      await drawn(page);
      await page.screenshot({ path: path.join(folder, `investigation-${theme}.png`), animations: 'disabled' });
    });
  });
}

test.describe('the walkthrough, animated', () => {
  // The link that is clicked says nothing of a theme, and the page then takes the browser's.
  test.use({ viewport: { width: 1024, height: 720 }, colorScheme: 'dark' });
  const mostBytes = 2_000_000;

  test('from the alert to the command that mends it', async ({ page }) => {
    test.setTimeout(180_000);
    const film = new Film();
    await page.goto(pageOf());
    const alert = page.getByRole('link', { name: 'Investigate CheckoutErrorRateHigh' });
    await alert.hover();
    await film.take(page, 2500);

    // The answer comes in parts, each of which is worth a picture.
    await alert.click();
    await expect(page.getByRole('article').first()).toBeVisible();
    await film.take(page, 600);
    await untilDone(page);
    await drawn(page);
    await film.take(page, 4000);

    const stops: Locator[] = [
      card(page, 'Error rate'),
      card(page, 'Dependencies'),
      card(page, 'Example trace'),
      card(page, 'Logs of the example trace'),
      card(page, 'DNS lookups'),
      card(page, 'Changes around the onset'),
      card(page, 'Mitigations'),
    ];
    for (const stop of stops) {
      await stop.evaluate((element) => element.scrollIntoView({ block: 'start' }));
      await page.mouse.move(0, 0);
      await film.take(page, 2200);
    }
    expect(film.write(path.join(folder, 'walkthrough.gif'))).toBeLessThan(mostBytes);
  });
});
