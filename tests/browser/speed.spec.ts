import { expect } from '@playwright/test';
import { investigation, test, untilDone } from './lab';

// Nothing is asserted about the time: it is printed, and whoever reads it decides.
test('the time from the link to the first finding and to the last', async ({ page }) => {
  await page.goto(new URL('/', investigation()).href);
  const runs = 5;
  const first: number[] = [];
  const all: number[] = [];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    await page.goto(investigation(), { waitUntil: 'commit' });
    await expect(page.getByRole('article').first()).toBeVisible();
    first.push(performance.now() - began);
    await untilDone(page);
    all.push(performance.now() - began);
  }
  process.stdout.write(
    `first finding after ${median(first)} ms, all cards after ${median(all)} ms (median of ${runs})\n`
  );
});

function median(numbers: number[]): number {
  return Math.round([...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN);
}
