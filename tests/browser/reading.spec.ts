import { expect, type Page } from '@playwright/test';
import { card, investigation, progress, test, untilDone } from './lab';

// Below this, browsers call it good.
const goodShift = 0.1;

interface Shift {
  value: number;
  hadRecentInput: boolean;
}

/** Adds up, from now on, how far what is in sight is pushed without anybody having asked for it. */
async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      shifts.push(...(list.getEntries() as unknown as Shift[]).filter(({ hadRecentInput }) => !hadRecentInput));
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () =>
    page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts.reduce((sum, { value }) => sum + value, 0));
}

test('findings that come in do not push away what stands on the page already', async ({ page }) => {
  const shifted = await watchShifts(page);
  await page.goto(investigation());
  await untilDone(page);
  await expect(card(page, 'Error rate').locator('canvas')).toBeVisible();
  const sum = await shifted();
  process.stdout.write(`layout shift while an investigation runs: ${sum.toFixed(3)}\n`);
  expect(sum).toBeLessThan(goodShift);
});

test('what a person reads stays where it is while the rest comes in', async ({ page }) => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  // The end of the answer is held back until somebody has begun to read.
  await page.route('**/resources/investigations**', async (route) => {
    const answer = await route.fetch();
    const lines = (await answer.text()).trimEnd().split('\n');
    await page.exposeFunction('rest', async () => {
      await held;
      return portions(lines.slice(lines.length / 2), 4);
    });
    await route.fulfill({ response: answer, body: lines.slice(0, lines.length / 2).join('\n') + '\n' });
  });
  await page.addInitScript(() => {
    const ask = window.fetch.bind(window);
    window.fetch = async (...request) => {
      const answer = await ask(...request);
      return answer.url.includes('/investigations') ? new Response(longer(answer), answer) : answer;
    };
    function longer({ body }: Response): ReadableStream<Uint8Array> {
      const later = () => (window as unknown as { rest: () => Promise<string[]> }).rest();
      const nextFrame = () => new Promise(requestAnimationFrame);
      return new ReadableStream({
        async start(controller) {
          const reader = body?.getReader();
          for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
            controller.enqueue(part.value);
          }
          // Not at once, so that what the browser takes for hovered meanwhile may be another card.
          for (const portion of await later()) {
            controller.enqueue(new TextEncoder().encode(portion));
            await nextFrame();
            await nextFrame();
          }
          controller.close();
        },
      });
    }
  });
  await page.goto(investigation());
  await expect(progress(page)).toContainText('Investigating');
  const read = page.locator('[data-readable]').last();
  await expect(read).toBeVisible();
  const name = await read.getAttribute('aria-labelledby');
  const same = page.locator(`[aria-labelledby="${name}"]`);
  await same.scrollIntoViewIfNeeded();
  await same.hover();
  const before = await same.boundingBox();
  release();
  await untilDone(page);
  const after = await same.boundingBox();
  expect(Math.abs((after?.y ?? NaN) - (before?.y ?? NaN))).toBeLessThanOrEqual(2);
});

/** Joins lines to so many portions, each with whole lines only. */
function portions(lines: string[], count: number): string[] {
  const size = Math.ceil(lines.length / count);
  return Array.from({ length: count }, (_, index) =>
    lines
      .slice(index * size, (index + 1) * size)
      .map((line) => `${line}\n`)
      .join('')
  );
}
