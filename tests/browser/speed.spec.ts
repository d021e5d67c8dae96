import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { investigation, pageOf, test, untilDone } from './lab';
import { answerWithTraceOf } from './longTrace';

const screens = 150;
const folder = path.resolve(__dirname, '../../test-results');

// What is recorded for the case of a failure would be measured too.
test.use({ trace: 'off' });

// Nothing is asserted about the time: it is printed and written down, and whoever reads it decides.
test('the time from the link to the first finding and to the last', async ({ page }) => {
  await page.goto(pageOf());
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
  const [firstFinding, allCards] = [median(first), median(all)];
  process.stdout.write(`first finding after ${firstFinding} ms, all cards after ${allCards} ms (median of ${runs})\n`);
  write('speed.json', { runs, firstFinding, allCards });
});

test('a trace of 10,000 spans opens, and is scrolled through', async ({ page }) => {
  const spans = 10_000;
  await answerWithTraceOf(page, spans);
  await page.goto(investigation());
  const tree = page.getByRole('tree');
  await expect(tree.getByRole('treeitem').first()).toBeVisible();
  await expect(page.getByPlaceholder('Search 10000 spans')).toBeVisible();
  const opened = await timeToOpen(page);
  const frames = await tree.evaluate(scrollThrough, screens);
  await tree.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(tree.getByText('leaf 9999', { exact: true })).toBeVisible();
  const result = { spans, opensIn: Math.round(opened), ...frames };
  process.stdout.write(`a trace of ${spans} spans: ${JSON.stringify(result)} (ms)\n`);
  write('waterfall.json', result);
});

/** From the moment the answer was there to the first frame in which the waterfall stood, in ms. */
async function timeToOpen(page: Page): Promise<number> {
  return page.evaluate(() => {
    const [asked] = performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('/investigations')) as PerformanceResourceTiming[];
    const [shown] = performance.getEntriesByName('waterfall shown');
    return (shown?.startTime ?? NaN) - (asked?.responseEnd ?? NaN);
  });
}

/** Scrolls on by a screen in each frame; says how long the frames took, in ms. */
async function scrollThrough(
  tree: Element,
  screens: number
): Promise<{ frames: number; longestFrame: number; framesOver50: number }> {
  const nextFrame = () => new Promise<number>(requestAnimationFrame);
  const took: number[] = [];
  let before = await nextFrame();
  for (let screen = 0; screen < screens; screen++) {
    tree.scrollTop += tree.clientHeight;
    const now = await nextFrame();
    took.push(now - before);
    before = now;
  }
  return {
    frames: took.length,
    longestFrame: Math.round(Math.max(...took)),
    framesOver50: took.filter((length) => length > 50).length,
  };
}

function write(name: string, result: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), JSON.stringify(result, undefined, 2));
}

function median(numbers: number[]): number {
  return Math.round([...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN);
}
