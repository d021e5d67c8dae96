import { expect } from '@playwright/test';
import { pageOf, recording, replayed, test, untilDone } from './lab';

// Whoever has no stores yet follows the same ways as everybody else, at whatever time of day.

test('a recording leads to its verdict whatever hour is asked for', async ({ page }) => {
  await page.goto(replayed());
  await untilDone(page);
  const verdict = page.getByRole('region', { name: 'Verdict' }).first();
  await expect(verdict.getByRole('heading', { level: 2 })).toContainText(/LIKELY.*network policy restrict-coredns/);
  await expect(page.getByText('The recording has no answer')).toHaveCount(0);
});

test("a recording's services are listed and each can be looked at", async ({ page }) => {
  await page.goto(pageOf('', { ds: recording }));
  await page.getByRole('link', { name: 'payment-service' }).first().click();
  await untilDone(page);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('payment-service');
  await expect(page.getByText('The recording has no answer')).toHaveCount(0);
});
