import { expect, type Page } from '@playwright/test';
import { card, investigation, me, practised, replayed, test, untilDone } from './lab';

/** The log beside an investigation or a case. */
const log = (page: Page) => page.getByRole('region', { name: 'Case log' });

/** Runs the walkthrough's investigation and waits until the case that it is kept in is there. */
async function openInvestigation(page: Page, address = replayed()): Promise<void> {
  await page.goto(address);
  await untilDone(page);
  await page.getByText(/^Case log: /).click(); // where there are no three columns it is folded
  await expect(log(page).getByRole('button', { name: 'Add note' })).toBeVisible();
}

/** Goes on to the page of the case itself. */
async function openCase(page: Page): Promise<void> {
  await openInvestigation(page);
  await log(page).getByRole('link', { name: 'Open the case' }).click();
  await expect(page).toHaveURL(/\/cases\/case-/);
  await expect(page.getByRole('heading', { level: 1, name: 'order-service · POST /api/checkout' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Timeline' }).first()).toBeVisible();
}

test('a note is seen by a colleague as it is written, and has a link of its own', async ({ page, context }) => {
  await openCase(page);
  const colleague = await context.newPage();
  await colleague.goto(page.url());
  await expect(log(colleague)).toContainText(`Here: ${me}`);
  await log(page).getByLabel('Note').fill('**Taking** this.');
  await log(page).getByRole('button', { name: 'Add note' }).click();
  const entry = log(colleague).getByRole('listitem').filter({ hasText: 'Taking this.' }).last();
  await expect(entry.locator('strong')).toHaveText('Taking');
  await expect(log(page).getByLabel('Note')).toHaveValue('');

  await entry.getByTitle('Link to this entry').click();
  await expect(colleague).toHaveURL(/entry=/);
  await expect(log(colleague).getByRole('listitem').and(colleague.locator('[aria-current]'))).toContainText(
    'Taking this.'
  );
});

test('a step is ticked and reopened, another skipped with a reason', async ({ page }) => {
  await openInvestigation(page);
  const checklist = page.getByRole('navigation', { name: 'Phases' });
  await checklist.getByRole('button', { name: 'Mark Status codes done' }).click();
  await expect(checklist).toContainText(`done by ${me}`);
  await expect(log(page)).toContainText('done · Status codes');
  await checklist.getByRole('button', { name: 'Reopen Status codes' }).click();
  await expect(checklist).not.toContainText(`done by ${me}`);

  await checklist.getByRole('button', { name: 'Skip Slow traces, with a reason' }).click();
  await page.keyboard.type('Failing ones are enough.');
  await page.keyboard.press('Enter');
  await expect(checklist).toContainText(`skipped by ${me}: Failing ones are enough.`);
});

test('a finding is pinned to the timeline of the case', async ({ page }) => {
  await openInvestigation(page);
  const latency = card(page, 'Latency (p99)');
  await latency.getByRole('button', { name: 'Add to the case timeline' }).first().click();
  await expect(latency.getByRole('button', { name: 'On the case timeline' })).toBeDisabled();
  await log(page).getByRole('link', { name: 'Open the case' }).click();
  const pinned = page.getByRole('table', { name: 'Timeline' }).getByRole('row', { name: new RegExp(`${me}$`) });
  await expect(pinned.filter({ hasText: '2.3 s' })).toBeVisible();
});

test('a hand-over begins with what is known, and is kept as it was edited', async ({ page }) => {
  await openInvestigation(page);
  await log(page).getByRole('button', { name: 'Write handover' }).click();
  const note = log(page).getByLabel('Note');
  await expect(note).toHaveValue(
    /What we know[\s\S]*restrict-coredns[\s\S]*What we tried[\s\S]*Next step[\s\S]*kubectl/
  );
  await note.press('Control+End');
  await note.pressSequentially('\n- Ask the platform team.');
  await log(page).getByRole('button', { name: 'Hand over', exact: true }).click();
  await expect(log(page).getByRole('listitem').filter({ hasText: 'handed over' })).toContainText(
    'Ask the platform team.'
  );
});

test('a case lists earlier ones that were like it, and why', async ({ page }) => {
  await openInvestigation(page);
  const wider = new URL(replayed());
  wider.searchParams.delete('operation');
  await openInvestigation(page, wider.href);
  const before = page.getByRole('region', { name: 'Similar incidents' });
  const earlier = before.getByRole('listitem').filter({ hasText: 'POST /api/checkout' });
  await expect(earlier).toContainText('% similar');
  await earlier.getByText('Why it is similar').click();
  await expect(earlier).toContainText('The same cause: networkpolicy/restrict-coredns of coredns.');
});

test('somebody who practises is told nothing before their answer, and then how right it was', async ({ page }) => {
  const told: string[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/resources/')) {
      void response.text().then(
        (text) => told.push(text),
        () => undefined // the page has left it
      );
    }
  });
  await page.goto(`${investigation(practised)}&practice=1`);
  await expect(page).toHaveURL(/\/practice\?/);
  const impact = page.getByRole('region', { name: 'Impact', exact: true });
  await expect(impact).not.toContainText(/7\.3 ?%/);
  await impact.getByRole('button', { name: 'Error rate', exact: true }).click();
  await expect(card(page, 'Error rate')).toContainText(/7\.3 ?%/);
  await page.getByRole('button', { name: 'Continue to Cause' }).click();
  await expect(page.getByRole('timer')).toContainText('/ 15:00');
  expect(told.join('\n')).not.toContain('restrict-coredns');

  await page.getByLabel('Which service is the cause?').fill('coredns');
  await page.getByLabel('What happened, and what would you do?').fill('It is always DNS.');
  await page.getByRole('button', { name: 'Submit answer' }).click();
  const sheet = page.getByRole('region', { name: 'Score sheet' });
  await expect(sheet).toContainText('which is right');
  await expect(sheet.getByRole('row', { name: /^Actual cause/ })).toContainText('restrict-coredns');
  await sheet.getByRole('link', { name: 'Open the case' }).click();
  await expect(log(page)).toContainText('practiced');
});

test('the report of a case has its timeline, and is saved as a page that stands alone', async ({ page }) => {
  await openCase(page);
  await log(page).getByRole('link', { name: 'Report', exact: true }).click();
  await expect(page.getByRole('heading', { name: /^Post-mortem: order-service/ })).toBeVisible();
  await expect(
    page.getByRole('row', { name: /network policy restrict-coredns \(kube-system\) was created/ }).first()
  ).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save as HTML' }).click();
  expect((await download).suggestedFilename()).toMatch(/^case-.*\.html$/);
});
