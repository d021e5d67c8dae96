import { expect, test as base, type Locator, type Page } from '@playwright/test';

/** uids of the lab's data sources whose stores are broken. */
export const logsDown = 'lab-logs-down';
export const metricsSilent = 'lab-metrics-silent';

/** The address of the walkthrough's investigation, with another data source where one is named. */
export function investigation(dataSource?: string): string {
  const address = process.env.INVESTIGATION;
  if (!address) {
    throw new Error('The lab has not said where its investigation is: run the tests with `go tool mage browser`.');
  }
  const url = new URL(address);
  if (dataSource) {
    url.searchParams.set('ds', dataSource);
  }
  return url.href;
}

/** A test that fails when the page complains: about an error, a missing file, or a mistake in how React is used. */
export const test = base.extend<{ complaints: string[] }>({
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) {
          complaints.push(message.text());
        }
      });
      await use(complaints);
      expect(complaints, 'what the page complained about').toEqual([]);
    },
    { auto: true },
  ],
});

/** Waits until an investigation has come to its end. */
export async function untilDone(page: Page): Promise<void> {
  await expect(page.getByRole('status')).toContainText('Done');
}

/** The card of a step, by its title. */
export function card(page: Page, title: string): Locator {
  return page.getByRole('region', { name: title, exact: true });
}
