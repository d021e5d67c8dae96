import path from 'node:path';
import { investigation, test, untilDone } from './lab';

const folder = path.resolve(__dirname, '../../docs/img');

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 1280, height: 1060 } });

    test('the investigation of the walkthrough', async ({ page }) => {
      await page.goto(investigation());
      await untilDone(page);
      await page
        .getByRole('img', { name: /^error rate/ })
        .locator('canvas')
        .waitFor();
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: path.join(folder, `investigation-${colorScheme}.png`), animations: 'disabled' });
    });
  });
}
