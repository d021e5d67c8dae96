import {
  expect,
  test as base,
  type APIRequestContext,
  type ConsoleMessage,
  type Locator,
  type Page,
} from '@playwright/test';

/**
 * uids of the data sources whose stores are broken, and of the one that is a recording; the lab has them, and in a real Grafana
 * they are made for the run.
 */
export const logsDown = 'lab-logs-down';
export const metricsSilent = 'lab-metrics-silent';
export const recording = 'lab-recording';

const app = '/a/faultline-investigation-app';
/** Whether the tests run in a real Grafana. */
export const inGrafana = Boolean(process.env.GRAFANA_URL);

/** uid of a data source that knows what really happened, for those who practise; that of the lab's page does by itself */
export const practised = inGrafana ? 'lab-practised' : undefined;

/** What logs call the person who is signed in. */
export const me = inGrafana ? (process.env.GRAFANA_USER ?? 'admin') : 'Lab';

/** The address of the walkthrough's investigation, with another data source where one is named. */
export function investigation(dataSource?: string): string {
  const address = process.env.INVESTIGATION;
  if (!address) {
    throw new Error(
      inGrafana
        ? 'Set INVESTIGATION to the link to the investigation that the demo has printed.'
        : 'The lab has not said where its investigation is: run the tests with `go tool mage browser`.'
    );
  }
  const url = new URL(address);
  if (dataSource) {
    url.searchParams.set('ds', dataSource);
  }
  return url.href;
}

/**
 * The address of the same investigation in the recording. The backend answers it from what real stores have answered once, in a
 * third of the processor's time: for what is about the page and not about the stores.
 */
export function replayed(search: Record<string, string> = {}): string {
  return pageOf('/investigate', {
    ds: recording,
    service: 'order-service',
    operation: 'POST /api/checkout',
    ...search,
  });
}

/** The address of one of the app's pages, below its own root; the root itself is where an investigation begins. */
export function pageOf(path = '', search: Record<string, string> = {}): string {
  const url = new URL(investigation());
  url.pathname = url.pathname.slice(0, url.pathname.indexOf(app)) + app + path;
  url.search = new URLSearchParams(search).toString();
  return url.href;
}

/** The same address in a theme; the lab's page and Grafana take it from there alike. */
export function inTheme(theme: 'light' | 'dark', address: string): string {
  const url = new URL(address);
  url.searchParams.set('theme', theme);
  return url.href;
}

/** The address of the newest case of the walkthrough's recording, or of a page below it; where none is kept yet, one is made. */
export async function aCase(page: Page, below = ''): Promise<string> {
  const ds = recording;
  const [root = ''] = pageOf().split(app);
  const kept = async () => {
    const answer = await page.request.get(`${root}/api/datasources/uid/${ds}/resources/cases?service=order-service`);
    return ((await answer.json()) as { cases: Array<{ id: string }> }).cases[0]?.id;
  };
  let id = await kept();
  if (!id) {
    await page.goto(replayed());
    await untilDone(page);
    await expect(async () => expect(await kept()).toBeTruthy()).toPass();
    id = await kept();
  }
  return pageOf(`/cases/${id}${below}`, { ds });
}

/** Lets the page find no data source of ours, as before anything has been set up. */
export async function hideEnvironments(page: Page): Promise<void> {
  await page.addInitScript(() => {
    interface Boot {
      settings?: { datasources?: Record<string, { type: string }> };
    }
    let boot: Boot | undefined;
    Object.defineProperty(window, 'grafanaBootData', {
      configurable: true,
      get: () => boot,
      set: (told: Boot) => {
        for (const [name, { type }] of Object.entries(told.settings?.datasources ?? {})) {
          if (type.startsWith('faultline-')) {
            Reflect.deleteProperty(told.settings?.datasources ?? {}, name);
          }
        }
        boot = told;
      },
    });
  });
}

/** A test that fails when the page complains: about an error, a missing file, a mistake in how React is used; or calls elsewhere. */
export const test = base.extend<{ complaints: string[] }>({
  // Each on its own: Grafana gives a session another name every ten minutes, and a run takes longer.
  context: async ({ context }, provide) => {
    if (inGrafana) {
      await signIn(context.request);
    }
    await provide(context);
  },
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()) && isOurs(message)) {
          complaints.push(message.text());
        }
      });
      page.on('request', (request) => {
        const { protocol, origin, href } = new URL(request.url());
        if (protocol.startsWith('http') && origin !== new URL(investigation()).origin) {
          complaints.push(`asked for ${href}`);
        }
      });
      await use(complaints);
      expect(complaints, 'what the page complained about').toEqual([]);
    },
    { auto: true },
  ],
});

// A Grafana says things of its own; on the lab's page everything is ours.
function isOurs(message: ConsoleMessage): boolean {
  return !inGrafana || message.location().url.includes('/plugins/faultline-investigation-app/');
}

/** Signs the user of the tests in to a real Grafana. */
export async function signIn(grafana: APIRequestContext): Promise<void> {
  const { GRAFANA_URL = '', GRAFANA_PASSWORD: password = 'admin' } = process.env;
  const answer = await grafana.post(`${GRAFANA_URL.replace(/\/$/, '')}/login`, { data: { user: me, password } });
  if (!answer.ok()) {
    throw new Error(`Grafana answered the login of ${me} with ${answer.status()}: ${await answer.text()}`);
  }
}

/** Where the investigation says how far it is. */
export function progress(page: Page): Locator {
  return page.getByRole('status', { name: 'Progress' });
}

/** Waits until an investigation has come to its end. */
export async function untilDone(page: Page): Promise<void> {
  await expect(progress(page)).toContainText('Done');
}

/** The card of a step, by its title. */
export function card(page: Page, title: string): Locator {
  return page.getByRole('region', { name: title, exact: true });
}
