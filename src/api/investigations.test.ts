import { config } from '@grafana/runtime';
import { aCase, aStep } from '../../tests/unit/cases';
import { answerFetchWith, LiveAnswer, streamOf } from '../../tests/unit/streams';
import type { InvestigationEvent } from './events';
import { investigate, type InvestigationRequest } from './investigations';

const request: InvestigationRequest = { dataSourceUid: 'prod', subject: { service: 'order-service' } };
const signal = new AbortController().signal;

async function eventsOf(asked = request): Promise<InvestigationEvent[]> {
  const events: InvestigationEvent[] = [];
  for await (const event of investigate(asked, signal)) {
    events.push(event);
  }
  return events;
}

function answerWithLines(...events: unknown[]) {
  const lines = events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event)));
  return answerFetchWith(() => new Response(streamOf(lines.join('\n'))));
}

const started = { type: 'started', case: aCase(), plan: [] };
const done = { type: 'done', case: aCase() };

describe('asking for an investigation', () => {
  afterEach(() => {
    config.appSubUrl = '';
  });

  it('posts the subject and the window to the chosen environment', async () => {
    const asked = answerWithLines(done);
    const window = { from: '2026-03-10T10:00:00Z', to: '2026-03-10T11:00:00Z' };
    await eventsOf({ ...request, dataSourceUid: 'a/b', window });
    expect(asked[0]).toMatchObject({
      url: expect.stringMatching(
        /^\/api\/datasources\/uid\/a%2Fb\/resources\/investigations\?save=true&stream=\w{32}$/
      ),
      body: { subject: { service: 'order-service' }, window },
    });
  });

  it('leaves the window to the backend when none is given', async () => {
    const asked = answerWithLines(done);
    await eventsOf();
    expect(asked[0]?.body).toEqual({ subject: { service: 'order-service' } });
  });

  it('works below a path', async () => {
    config.appSubUrl = '/grafana';
    const asked = answerWithLines(done);
    await eventsOf();
    expect(asked[0]?.url).toMatch(/^\/grafana\/api\//);
  });
});

describe('the events of an investigation', () => {
  it('arrive in order and end with "done"', async () => {
    answerWithLines(
      started,
      { type: 'alive' },
      { type: 'step', step: aStep(), cost: aCase().cost },
      done,
      'never read'
    );
    expect((await eventsOf()).map(({ type }) => type)).toEqual(['started', 'alive', 'step', 'done']);
  });

  it('have empty lists where Go wrote null', async () => {
    const step = { ...aStep(), findings: [{ sentence: 'x', severity: 'info', values: null }], queries: null };
    const verdict = { level: 'likely', sentence: 'x', candidates: null, chain: null, normal: null, unchecked: null };
    answerWithLines({ type: 'done', case: { ...aCase(), steps: [step], verdict } });
    expect(await eventsOf()).toMatchObject([
      {
        case: {
          steps: [{ findings: [{ values: [] }], queries: [] }],
          verdict: { candidates: [], chain: [], normal: [], unchecked: [] },
        },
      },
    ]);
  });

  it('of a kind that this page does not know are passed over', async () => {
    answerWithLines({ type: 'weather', sunny: true }, done);
    expect((await eventsOf()).map(({ type }) => type)).toEqual(['done']);
  });

  it('end with "failed" when the backend says so', async () => {
    const failed = { type: 'failed', sentence: 'No metrics are configured.', advice: 'Name a data source.' };
    answerWithLines(started, failed);
    expect((await eventsOf())[1]).toEqual(failed);
  });
});

describe('an investigation that cannot be followed to its end', () => {
  it('says that the answer broke off when it just ends', async () => {
    answerWithLines(started);
    await expect(eventsOf()).rejects.toThrow('The response ended before the investigation was complete.');
  });

  it('says that the answer broke off when the connection is lost', async () => {
    const answer = new LiveAnswer();
    answerFetchWith(() => new Response(answer.body));
    const events = investigate(request, signal);
    answer.send(started);
    expect((await events.next()).value).toMatchObject({ type: 'started' });
    answer.breakOff();
    await expect(events.next()).rejects.toThrow('The response ended before the investigation was complete.');
  });

  it('says that the answer cannot be read when a line is not JSON', async () => {
    answerWithLines(started, '<html>Bad gateway</html>');
    await expect(eventsOf()).rejects.toThrow("Could not read the investigation's response.");
  });

  it('says that Grafana did not answer when it cannot be reached', async () => {
    answerFetchWith(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(eventsOf()).rejects.toMatchObject({
      sentence: 'Grafana did not answer.',
      advice: expect.stringContaining('network'),
    });
  });

  it("passes the backend's own words on", async () => {
    const words = { sentence: 'The token belongs to another org.', advice: 'Create one in this org.' };
    answerFetchWith(() => Response.json(words, { status: 403 }));
    await expect(eventsOf()).rejects.toMatchObject(words);
  });

  it.each([
    [401, 'Sign in'],
    [403, 'permission'],
    [404, 'does not exist'],
    [502, 'Save & test'],
  ])('advises what to do about status %i', async (status, advice) => {
    answerFetchWith(() => Response.json({ message: 'nope' }, { status }));
    await expect(eventsOf()).rejects.toMatchObject({
      sentence: `Grafana rejected the request (status ${status}): nope`,
      advice: expect.stringContaining(advice),
    });
  });

  it('names the status when the answer has no words at all', async () => {
    answerFetchWith(() => new Response('<html>', { status: 504, statusText: 'Gateway Timeout' }));
    await expect(eventsOf()).rejects.toThrow('Grafana rejected the request (status 504): Gateway Timeout');
  });
});
