import { availableParallelism } from 'node:os';
import path from 'node:path';
import { defineConfig } from '@playwright/test';

const root = path.resolve(__dirname, '../..');
const { CHROMIUM = '/usr/bin/chromium', LAB = '.lab/lab', LAB_BACKEND = '', GRAFANA_URL, TRACE } = process.env;

const lab = {
  name: 'lab',
  cwd: root,
  command: `exec ${LAB} -backend ${LAB_BACKEND} -listen 127.0.0.1:0 serve`,
  // The lab says on one line where the walkthrough's investigation is; tests find it in INVESTIGATION.
  wait: { stdout: /investigation: (?<investigation>\S+)/ },
  timeout: 10 * 60_000,
  stderr: 'pipe' as const,
  gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 20_000 },
};

/**
 * Run by `go tool mage browser` and `go tool mage screenshots`, which build what is needed and name it. With GRAFANA_URL it is
 * the page of that Grafana which is tested.
 */
export default defineConfig({
  testDir: '.',
  outputDir: path.join(root, 'test-results'),
  // Tests end when what they wait for is there. These bounds end what will never be, on a slow machine too.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  // The stores, the backend and the browser share the machine: on a small one more at a time would only wait for each other.
  workers: Math.max(1, Math.floor(availableParallelism() / 2)),
  forbidOnly: true,
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 900 },
    timezoneId: 'UTC',
    // A trace of every test takes a quarter of the browser's time; TRACE=on says what happened where a failure does not explain itself.
    trace: TRACE === 'on' ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    actionTimeout: 60_000,
    launchOptions: {
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    },
  },
  projects: [
    { name: 'tests', testMatch: '*.spec.ts', testIgnore: ['speed.spec.ts', 'entries.spec.ts'] },
    // What is measured has the machine to itself.
    { name: 'speed', testMatch: 'speed.spec.ts', dependencies: ['tests'], workers: 1 },
    // Grafana's own pages are not there in the lab.
    ...(GRAFANA_URL ? [{ name: 'grafana', testMatch: 'entries.spec.ts' }] : []),
    { name: 'screenshots', testMatch: 'screenshots.ts' },
  ],
  // Where a Grafana runs already, the tests go there.
  ...(GRAFANA_URL ? { globalSetup: './grafana.ts' } : { webServer: lab }),
});
